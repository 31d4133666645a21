"""Pairs of previews that differ in one hidden fact: the twin that hides it is never firmer."""

from pathlib import Path

import pytest

from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings
from policypack.sources import read

EVIDENCE = Path(__file__).parent / "evidence"


def network(name):
    [stack] = read(str(EVIDENCE / f"{name}.json"))
    return judge(survey(stack, None), Settings())


@pytest.mark.parametrize(
    ("known", "hidden", "path"),
    [
        ("acl_public_binding_known", "acl_public_binding_unknown", "entrance"),
        ("group_domains_known", "group_domains_unknown", "entrance"),
        ("address_group_prefix", "address_group_public", "entrance"),
        ("record_status_disabled", "record_status_unknown", "outbound"),
        ("waf_update_other", "waf_update_gateway", "entrance"),
    ],
)
def test_the_twin_that_hides_a_fact_is_not_firmer(known, hidden, path):
    [before], [after] = network(known).gateways, network(hidden).gateways
    assert getattr(after, path).verdict in ("undecided", "needed")
    if known != "record_status_disabled":
        assert getattr(after, path).verdict in ("undecided", getattr(before, path).verdict)


def test_load_balancers_that_are_not_known_leave_an_eip_undecided():
    (binding,) = network("elbids_unknown").eips.values()
    assert binding.state == "undecided"
    (binding,) = network("elbids_known").eips.values()
    assert binding.state in ("bound", "unbound")
