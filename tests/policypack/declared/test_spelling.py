"""Properties are named as the file that declares them spells them."""

import pytest

from policypack.declared import Origin, Position, Resource, Stack

EIP = "huaweicloud:Vpc/eip:Eip"


def stack(kind, path=None):
    position = None if path is None else Position(path, 3)
    return Stack("shop", "dev", Origin(kind), [Resource("urn", EIP, "web", {}, position=position)])


@pytest.mark.parametrize(
    ("kind", "path", "spelled"),
    [
        ("program", None, "bandwidth.charge_mode"),
        ("terraform-plan", None, "bandwidth.charge_mode"),
        ("terraform-state", None, "bandwidth.charge_mode"),
        ("preview-json", "infra/__main__.py", "bandwidth.charge_mode"),
        ("checkpoint", "__main__.py", "bandwidth.charge_mode"),
        ("preview-json", "index.ts", "bandwidth.chargeMode"),
        ("preview-json", None, "bandwidth.chargeMode"),
        ("engine", None, "bandwidth.chargeMode"),
    ],
)
def test_words_follow_the_source(kind, path, spelled):
    assert stack(kind, path).spelled("bandwidth.chargeMode") == spelled


def test_names_of_settings_stay():
    assert stack("program").spelled("usage.trafficGB") == "usage.trafficGB"
