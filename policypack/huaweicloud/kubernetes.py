"""Resources of Kubernetes that make the cluster buy something of the vendor."""

import json

from policypack.declared import Absent, Invalid, Known, Raw, Resource, Secret, Unknown, read
from policypack.huaweicloud.blocks import inside


def creates_balancer(resource: Resource, annotation: str) -> bool | None:
    """Whether a Service or an Ingress asks for a public load balancer by an annotation.

    ``None`` where its annotations are not known and it may.
    """
    annotations = read.block(inside(read.block(resource.declared("metadata")), "annotations"))
    match annotations:
        case Absent():
            return False
        case Known(value):
            return annotation in value and not _is_inner(inside(annotations, annotation))
        case Unknown() | Secret() | Invalid():
            kind = read.text(inside(read.block(resource.declared("spec")), "type"))
            may = "Ingress" in resource.token or not isinstance(kind, Known) or kind.value == "LoadBalancer"
            return None if may else False


def _is_inner(raw: Raw) -> bool:
    """Whether the annotation asks for a load balancer inside the network, which has no EIP."""
    match read.text(raw):
        case Known(text):
            try:
                data = json.loads(text)
            except (ValueError, RecursionError):
                return False
            return isinstance(data, dict) and data.get("type") == "inner"
        case _:
            return False
