"""An EIP or shared bandwidth that nothing uses is named; one in use is not."""

import pytest

from pricing.money import Range

POLICY = "eip-idle"
OWN = {"shareType": "PER", "name": "x", "size": 5, "chargeMode": "bandwidth"}


def add_eip(program, bandwidth=OWN, **inputs):
    return program.add("vpc_eip", "spare", publicip={"type": "5_bgp"}, bandwidth=bandwidth, **inputs)


def test_an_idle_eip_is_named_with_what_it_costs(program):
    add_eip(program)
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "medium")
    assert finding.message.startswith(
        'EIP "spare" is bound to nothing in this stack, and an unbound EIP pays a retention fee on '
        "top of its "
        "bandwidth (5 Mbit/s)."
    )
    assert finding.evidence


def test_releasing_an_idle_eip_saves_retention_and_bandwidth(program):
    add_eip(program, region="sa-brazil-1")
    [finding] = program.findings(POLICY)
    assert finding.saving is not None
    assert finding.saving.amount == Range.exactly("106.215")
    assert finding.message.endswith("Releasing it saves 106.22 USD a month.")


def test_what_the_provider_reported_once_makes_nothing_firmer(program):
    program.change(add_eip(program), outputs={"associateType": "", "status": "UNBOUND"})
    assert program.findings(POLICY)[0].confidence == "medium"


@pytest.mark.parametrize(
    ("bandwidth", "inputs", "words"),
    [
        ({**OWN, "chargeMode": "traffic"}, {}, "an unbound EIP pays a retention fee."),
        ({"shareType": "WHOLE", "id": "b"}, {}, "its shared bandwidth is paid separately"),
        (
            OWN,
            {"chargingMode": "prePaid", "period": 1, "periodUnit": "month"},
            "its prepaid term is paid to the end",
        ),
        ({**OWN, "size": "?"}, {}, "a size not known yet"),
        (OWN, {"chargingMode": "?"}, "unless it is prepaid"),
        ({**OWN, "chargeMode": "?"}, {}, "where that is charged by size"),
    ],
)
def test_what_an_idle_eip_still_pays_depends_on_how_it_is_paid(program, bandwidth, inputs, words):
    add_eip(
        program,
        {key: program.unknown if item == "?" else item for key, item in bandwidth.items()},
        **{key: program.unknown if item == "?" else item for key, item in inputs.items()},
    )
    assert words in program.findings(POLICY)[0].message


def test_the_saving_is_not_that_of_an_old_half(program):
    urn = add_eip(program, chargingMode="prePaid", period=1, periodUnit="month", region="sa-brazil-1")
    [alone] = program.findings(POLICY)
    assert alone.saving is not None
    found = program.resources[urn]
    old = {"publicip": {"type": "5_bgp"}, "bandwidth": OWN, "region": "sa-brazil-1"}
    program.resources["old"] = type(found)(
        urn, found.token, found.name, old, leaving=True, provider=found.provider
    )
    [finding] = program.findings(POLICY)
    assert finding.saving == alone.saving


def test_releasing_what_is_prepaid_saves_nothing(program):
    add_eip(program, OWN, chargingMode="prePaid", period=1, periodUnit="month")
    program.add("vpc_bandwidth", "b", size=5, chargingMode="prePaid", period=1, periodUnit="month")
    for finding in program.findings(POLICY):
        assert "Releasing it" not in finding.message
        assert finding.hint.startswith("Do not renew it")


def test_an_eip_in_use_is_fine(program, ref):
    program.add("nat_snat_rule", "snat", floatingIpId=ref(add_eip(program)))
    assert program.findings(POLICY) == []


def test_where_nobody_can_tell_it_is_undecided_and_names_the_reader(program, ref):
    program.add("", "reader", token="acme:index/thing:Thing", target=ref(add_eip(program)))
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.saving) == ("undecided", None)
    assert '"reader" (acme:index/thing:Thing) uses it in target' in finding.message


def test_a_shared_bandwidth_without_an_eip_is_named(program):
    program.add("vpc_bandwidth", "shared", size=20)
    [finding] = program.findings(POLICY)
    assert finding.verdict == "violation"
    assert finding.message.startswith('Shared bandwidth "shared" (20 Mbit/s) has no EIP in this stack')


@pytest.mark.parametrize("more", [{}, {"id": ""}, {"name": "shared", "size": 20}])
def test_a_shared_bandwidth_that_an_eip_may_mean_is_not_called_empty(program, ref, more):
    program.add("vpc_bandwidth", "shared", size=20)
    eip = program.add("vpc_eip", "pool", publicip={}, bandwidth={"shareType": "WHOLE", **more})
    program.add("nat_snat_rule", "snat", floatingIpId=ref(eip))
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.saving) == ("undecided", None)
    assert (
        '"pool" asks for a shared bandwidth and names none by id; it may mean shared bandwidth "shared".'
        in finding.message
    )


def test_a_shared_bandwidth_with_an_eip_is_fine(program, ref):
    shared = program.add("vpc_bandwidth", "shared", size=20)
    eip = program.add("vpc_eip", "pool", publicip={}, bandwidth={"shareType": "WHOLE", "id": ref(shared)})
    program.add("nat_snat_rule", "snat", floatingIpId=ref(eip))
    assert program.findings(POLICY) == []


@pytest.mark.parametrize("bandwidth", ["x", [], [1, 2], 7, {"shareType": 3, "size": "NaN"}])
def test_hostile_values_are_survived(program, bandwidth):
    add_eip(program, bandwidth)
    assert [finding.verdict for finding in program.findings(POLICY)] == ["violation"]


def test_an_eip_that_waits_for_its_deletion_gets_no_advice(program):
    program.change(add_eip(program), leaving=True)
    assert program.findings(POLICY) == []
