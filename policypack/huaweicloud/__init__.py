"""What a declaration means at Huawei Cloud: the only room that knows type tokens and property names."""

from policypack.huaweicloud.model import Eip, Gateway, Landscape, Purchase, SharedBandwidth
from policypack.huaweicloud.names import terraform_name
from policypack.huaweicloud.survey import survey

__all__ = [
    "Eip",
    "Gateway",
    "Landscape",
    "Purchase",
    "SharedBandwidth",
    "survey",
    "terraform_name",
]
