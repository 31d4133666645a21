"""The eight recorded programs give the conclusions that their README files state, in every form."""

from pathlib import Path

import pytest

from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings
from policypack.sources import read

RECORDINGS = Path(__file__).parents[2] / "recordings"
FORMS = ("preview.json", "state.json")

CONCLUSIONS = {
    # name of the gateway: (outbound declared, verdict), (entrance declared, verdict)
    "orders-internal": {"orders-gateway": (("on", "unneeded"), ("on", "unneeded"))},
    "partner-webhooks": {"partners-gateway": (("on", "needed"), ("on", "needed"))},
    "functions-only": {"reports-gateway": (("on", "unneeded"), ("off", "undecided"))},
    "lvs-own-eip": {"catalogue-gateway": (("off", "unneeded"), ("on", "needed"))},
    "elb-region-eip": {"stores-gateway": (("off", "unneeded"), ("off", "undecided"))},
    "two-regions": {
        "asia-gateway": (("off", "unneeded"), ("off", "undecided")),
        "europe-gateway": (("on", "needed"), ("off", "undecided")),
    },
    "missing-public-paths": {"widget-gateway": (("off", "needed"), ("off", "needed"))},
}
BINDINGS = {
    "elb-region-eip": {"stores-gateway-eip": "undecided", "stores-migration-eip": "undecided"},
    "lvs-own-eip": {"catalogue-eip": "bound", "public-edge": "bound"},
    "two-regions": {
        "asia-fixed-eip": "bound",
        "asia-pool-eip": "bound",
        "asia-shared": "bound",
        "europe-jump-eip": "bound",
    },
    # its address is no output, which a preview that shows no outputs cannot tell
    "unknowns": {
        "replica-eip": {"preview.json": "undecided", "state.json": "unbound"},
        "uplink": "undecided",
    },
}


def judged(case, form):
    [stack] = read(str(RECORDINGS / case / form))
    return judge(survey(stack, None), Settings())


def shown(network):
    return {
        item.gateway.resource.name: (
            (item.outbound.declared, item.outbound.verdict),
            (item.entrance.declared, item.entrance.verdict),
        )
        for item in network.gateways
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CONCLUSIONS)
def test_a_recorded_program_gives_its_conclusion(case, form):
    assert shown(judged(case, form)) == CONCLUSIONS[case]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", BINDINGS)
def test_recorded_eips_are_bound_as_stated(case, form):
    network = judged(case, form)
    found = {urn.split("::")[-1]: item.state for urn, item in (network.eips | network.bandwidths).items()}
    stated = BINDINGS[case].items()
    assert found == {name: state[form] if isinstance(state, dict) else state for name, state in stated}


def test_what_a_preview_cannot_know_stays_open():
    hub, replica = judged("unknowns", "preview.json").gateways
    assert hub.outbound.declared == "unknown"
    assert (replica.outbound.declared, replica.outbound.verdict) == ("on", "undecided")
    assert replica.kind == "unknown"


def test_once_deployed_the_size_is_known():
    hub, replica = judged("unknowns", "state.json").gateways
    assert (hub.outbound.declared, hub.outbound.verdict) == ("on", "unneeded")
    assert (replica.kind, replica.outbound.verdict) == ("elb", "undecided")


@pytest.mark.parametrize("case", sorted({*CONCLUSIONS, *BINDINGS}))
def test_no_secret_is_in_any_evidence(case):
    for form in FORMS:
        network = judged(case, form)
        for item in network.gateways:
            for evidence in (*item.outbound.evidence, *item.entrance.evidence):
                assert "[secret]" not in evidence.fact
                assert "04da6b54" not in evidence.fact
