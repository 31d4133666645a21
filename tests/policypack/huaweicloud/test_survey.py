"""A stack is sorted into gateways, EIPs and bandwidths, with what is unknown kept unknown."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from policypack.costs.coverage import Uncovered, not_covered
from policypack.declared import ABSENT, Absent, Invalid, Known, Origin, Provider, Secret, Unknown
from policypack.huaweicloud import survey
from policypack.huaweicloud.model import OFF


def only(program):
    [gateway] = program.survey().gateways
    return gateway


def test_a_gateway_is_read(program):
    program.gateway(bandwidthSize="5", ingressBandwidthSize=10.0, ingressBandwidthChargingMode="bandwidth")
    gateway = only(program)
    assert gateway.edition == Known("BASIC")
    assert gateway.outbound == Known(Decimal(5))
    assert gateway.inbound == Known(Decimal(10))
    assert gateway.eip == ABSENT
    assert gateway.region == Known("cn-north-4")


def test_what_is_not_set_is_off(program):
    program.gateway()
    assert only(program).outbound == only(program).inbound == OFF


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("five", Invalid),
        (True, Invalid),
        (-5, Invalid),
        (2.5, Invalid),
        (float("nan"), Invalid),
        ([5], Invalid),
    ],
)
def test_what_is_no_size_stays_invalid(program, value, kind):
    program.gateway(bandwidthSize=value)
    assert isinstance(only(program).outbound, kind)


def test_what_is_not_known_stays_unknown(program):
    program.gateway(bandwidthSize=program.unknown, ingressBandwidthSize=program.secret)
    assert isinstance(only(program).outbound, Unknown)
    assert isinstance(only(program).inbound, Secret)


@pytest.mark.parametrize(
    ("balancers", "size", "sent"),
    [(["elb"], 5, OFF), ([], 5, Known(Decimal(5))), ("?", 0, OFF), ("?", 5, Unknown)],
)
def test_the_provider_drops_outbound_bandwidth_with_load_balancers(program, balancers, size, sent):
    program.gateway(elbIds=program.unknown if balancers == "?" else balancers, bandwidthSize=size)
    gateway = only(program)
    assert gateway.outbound == sent if isinstance(sent, Known) else isinstance(gateway.outbound, sent)
    assert gateway.outbound_asked == Known(Decimal(size))


@pytest.mark.parametrize("token", ["opentelekomcloud:index/apigwGatewayV2:ApigwGatewayV2"])
def test_a_gateway_of_opentelekomcloud_has_a_spec_id(program, token):
    program.add("", "gate", token=token, specId="PROFESSIONAL")
    assert only(program).edition == Known("PROFESSIONAL")


@pytest.mark.parametrize(
    ("own", "output", "provider", "stack", "default", "expected"),
    [
        ("r1", "r2", "r3", "r4", "r5", Known("r1")),
        (None, "r2", "r3", "r4", "r5", Known("r2")),
        (None, None, "r3", "r4", "r5", Known("r3")),
        (None, None, None, "r4", "r5", Known("r4")),
        (None, None, None, None, "r5", Known("r5")),
        (None, None, None, None, None, Unknown("no region is configured")),
        (None, None, "?", "r4", "r5", Unknown("?")),
        ("?", None, "r3", "r4", "r5", Unknown("?")),
    ],
)
def test_the_region_comes_from_the_nearest_place(
    make_program, own, output, provider, stack, default, expected
):
    program = make_program()
    urn = program.gateway(**({"region": program.unknown if own == "?" else own} if own else {}))
    region = Unknown("?") if provider == "?" else Known(provider) if provider else ABSENT
    program.change(urn, outputs={"region": output} if output else {}, provider=Provider("p", region))
    declared = replace(program.stack, region=Known(stack) if stack else ABSENT)
    [gateway] = survey(declared, default).gateways
    if isinstance(expected, Known):
        assert gateway.region == expected
    else:
        assert isinstance(gateway.region, Unknown)


def test_an_eip_has_its_defaults(program):
    program.add("vpc_eip", "eip", publicip={}, bandwidth={"shareType": "PER", "size": 5, "name": "x"})
    [eip] = program.survey().eips
    assert eip.line == Known("5_bgp")
    assert (eip.shared, eip.by_traffic, eip.purchase.prepaid) == (Known(False), Known(False), Known(False))
    assert eip.size == Known(Decimal(5))


@pytest.mark.parametrize("wrap", [lambda block: block, lambda block: [block]])
def test_blocks_may_be_lists_of_one(program, wrap):
    program.add(
        "vpc_eip", "eip", publicip=wrap({}), bandwidth=wrap({"shareType": "WHOLE", "id": "b", "size": 7})
    )
    [eip] = program.survey().eips
    assert eip.shared == Known(True)
    assert isinstance(eip.size, Absent)


@pytest.mark.parametrize(
    ("period", "unit", "months"),
    [
        (1, "month", Known(Decimal(1))),
        ("2", "year", Known(Decimal(24))),
        (1, "week", Invalid),
        (1, None, Invalid),
        (None, None, Absent),
    ],
)
def test_terms_are_counted_in_months(program, period, unit, months):
    program.add("vpc_eip", "eip", bandwidth={}, chargingMode="prePaid", period=period, periodUnit=unit)
    found = program.survey().eips[0].purchase.months
    assert found == months if isinstance(months, Known) else isinstance(found, months)


def test_modes_are_words_of_the_vendor(program):
    program.add("vpc_bandwidth", "b", size=300, chargeMode="95peak_plus")
    program.add("vpc_bandwidth", "c", size=300, chargeMode="flat")
    one, other = program.survey().bandwidths
    assert one.by_peak == Known(True)
    assert isinstance(other.by_peak, Invalid)


def test_resources_that_are_only_read_are_not_billed(program):
    program.change(program.gateway(), external=True)
    program.add("compute_instance", "server", more={"external": True})
    landscape = program.survey()
    assert landscape.gateways == ()
    assert not_covered(landscape) == ()
    assert len(landscape.of_type("apig_instance")) == 1


def test_billed_resources_without_a_meter_are_counted(program):
    for number in range(3):
        program.add("compute_instance", f"server-{number}")
    program.add("mrs_cluster", "nat")
    program.add("vpc_subnet", "subnet")
    program.add("", "bucket", token="aws:s3/bucket:Bucket")
    assert not_covered(program.survey()) == (
        Uncovered("compute_instance", 3, "billed"),
        Uncovered("mrs_cluster", 1, "billed"),
    )


def test_a_package_with_another_name_is_read_like_the_usual_one(program):
    program.add("", "gate", token="acme:index/apigInstance:ApigInstance", edition="BASIC")
    program.add("", "server", token="acme:index/computeInstance:ComputeInstance")
    landscape = program.survey()
    assert len(landscape.gateways) == 1
    assert not_covered(landscape) == (Uncovered("compute_instance", 1, "billed"),)


def test_the_old_half_of_a_replacement_is_billed_too(program):
    urn = program.gateway()
    program.resources["old"] = type(program.resources[urn])(
        urn, program.resources[urn].token, "gate", {"edition": "ENTERPRISE"}, leaving=True
    )
    assert [gateway.resource.leaving for gateway in program.survey().gateways] == [False, True]


DRIFT = [
    ("apig_instance", {"edition": "BASIC"}, {"bandwidthSize": 50}, "outbound"),
    ("apig_instance", {"edition": "BASIC", "bandwidthSize": 5}, {"bandwidthSize": 0}, "outbound"),
    ("apig_instance", {"edition": "BASIC"}, {"ingressBandwidthSize": 5}, "inbound"),
    ("apig_instance", {"edition": "BASIC"}, {"edition": "ENTERPRISE"}, "edition"),
    ("vpc_eip", {"bandwidth": {"size": 5}}, {"bandwidth": {"size": 300}}, "size"),
    (
        "vpc_eip",
        {"bandwidth": {"size": 5}},
        {"bandwidth": {"size": 5, "chargeMode": "traffic"}},
        "by_traffic",
    ),
    ("vpc_eip", {"bandwidth": {"size": 5}}, {"bandwidth": {"size": 5, "shareType": "WHOLE"}}, "shared"),
    ("vpc_bandwidth", {"size": 5}, {"size": 300}, "size"),
    ("vpc_bandwidth", {"size": 300}, {"size": 300, "chargeMode": "95peak_plus"}, "by_peak"),
]


@pytest.mark.parametrize(("type_name", "inputs", "outputs", "attribute"), DRIFT)
@pytest.mark.parametrize("kind", ["export", "checkpoint", "engine", "preview-json", "program"])
def test_a_state_that_tells_of_another_deployment_than_the_program_is_not_known(
    program, type_name, inputs, outputs, attribute, kind
):
    """A change in the console: a refresh writes it to the outputs and leaves the inputs as they are."""
    program.change(program.add(type_name, "one", **inputs), outputs=outputs)
    found = survey(replace(program.stack, origin=Origin(kind)), None)
    [one] = found.gateways or found.eips or found.bandwidths
    value = getattr(one, attribute)
    if kind in ("export", "checkpoint"):
        assert isinstance(value, Unknown)
        assert "the provider reports" in value.reason
    else:
        assert isinstance(value, Known)


def test_a_state_that_agrees_with_the_program_is_known(program):
    program.change(
        program.gateway(bandwidthSize="5", ingressBandwidthSize=5, ingressBandwidthChargingMode="bandwidth"),
        outputs={"edition": "BASIC", "bandwidthSize": 5, "ingressBandwidthSize": 5},
    )
    [gateway] = survey(replace(program.stack, origin=Origin("export")), None).gateways
    assert gateway.outbound == gateway.inbound == Known(Decimal(5))
    assert (gateway.edition, gateway.inbound_mode) == (Known("BASIC"), Known("bandwidth"))


@pytest.mark.parametrize(
    ("period", "unit"), [("1e30", "month"), (10**30, "year"), (1e30, "month"), (101, "year")]
)
def test_a_term_that_never_ends_is_no_term(program, period, unit):
    program.add("vpc_eip", "eip", bandwidth={}, chargingMode="prePaid", period=period, periodUnit=unit)
    [eip] = program.survey().eips
    assert isinstance(eip.purchase.months, Invalid)


def test_a_resource_whose_inputs_were_not_seen_may_state_a_region_of_its_own(program):
    urn = program.gateway()
    program.change(urn, inputs=None, provider=Provider("p", Known("cn-north-4")))
    assert isinstance(only(program).region, Unknown)
    program.change(urn, inputs=None, outputs={"region": "cn-south-1"})
    assert only(program).region == Known("cn-south-1")
