"""Lines and totals: each meter, both ways of each rule, unknowns and hostile values."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pricing
from policypack.assessment import assess
from policypack.costs.line import Estimate, Line
from policypack.declared import Known, Origin, Provider, Resource, Stack
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.settings.model import Settings, Usage
from pricing.money import Range

TODAY = date(2026, 11, 23)
BRAZIL = "sa-brazil-1"
GATEWAY = "huaweicloud:DedicatedApig/instance:Instance"
EIP = "huaweicloud:Vpc/eip:Eip"
BANDWIDTH = "huaweicloud:Vpc/bandwidth:Bandwidth"
ASSOCIATION = "huaweicloud:Ecs/eipAssociate:EipAssociate"
SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}


def declare(
    token: str,
    name: str,
    inputs: Mapping[str, Any],
    *,
    region: str | None = BRAZIL,
    dependencies: Mapping[str, tuple[str, ...]] | None = None,
) -> Resource:
    urn = f"urn:pulumi:dev::shop::{token}::{name}"
    provider = Provider(
        "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default", Known(region or UNKNOWN_STRING)
    )
    if region is None:
        from policypack.declared.wire import NOT_KNOWN_YET

        provider = replace(provider, region=NOT_KNOWN_YET)
    return Resource(urn, token, name, inputs, dependencies=dependencies or {}, provider=provider)


def priced(
    *resources: Resource, settings: Settings | None = None, terms: pricing.Terms | None = None
) -> Estimate:
    stack = Stack("shop", "dev", Origin("program"), sorted(resources, key=lambda one: one.urn))
    return assess(stack, settings or Settings(), pricing.load(), TODAY, terms).estimate


def line(estimate: Estimate, meter: str, name: str | None = None) -> Line:
    [found] = [
        one for one in estimate.lines if one.meter == meter and (name is None or one.resource.name == name)
    ]
    return found


def gateway(**inputs: Any) -> Resource:
    return declare(GATEWAY, "orders", {"edition": "PROFESSIONAL", **inputs})


def eip(name: str = "front", *, region: str | None = BRAZIL, **inputs: Any) -> Resource:
    bandwidth = {"shareType": "PER", "name": "front", "size": 5, "chargeMode": "bandwidth"}
    return declare(
        EIP, name, {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth, **inputs}, region=region
    )


def used(address: Resource) -> Resource:
    """Something that binds the address."""
    return declare(
        ASSOCIATION,
        "association",
        {"instanceId": UNKNOWN_STRING, "publicIp": UNKNOWN_STRING},
        dependencies={"publicIp": (address.urn,)},
    )


def by_traffic(size: Any = 5) -> dict[str, Any]:
    return {"shareType": "PER", "name": "front", "size": size, "chargeMode": "traffic"}


def test_a_gateway_pays_its_edition_by_the_hour() -> None:
    found = line(priced(gateway()), "apig.gateway")
    assert (found.status, found.currency, found.spec) == ("priced", "USD", "PROFESSIONAL")
    assert found.monthly == Range.exactly(Decimal("3.53") * 730)
    assert found.price is not None
    assert found.price.reference, "no row of the region: a reference price, shown as such"


def test_bandwidth_that_is_off_has_no_line() -> None:
    assert [one.meter for one in priced(gateway()).lines] == ["apig.gateway"]
    assert [one.meter for one in priced(gateway(bandwidthSize=0)).lines] == ["apig.gateway"]


def test_outbound_and_inbound_bandwidth_are_paid_by_size() -> None:
    found = priced(
        gateway(bandwidthSize=5, ingressBandwidthSize=10, ingressBandwidthChargingMode="bandwidth")
    )
    assert line(found, "apig.outbound-bandwidth").monthly == Range.exactly(Decimal("0.0281") * 5 * 730)
    assert line(found, "apig.inbound-bandwidth").monthly == Range.exactly(Decimal("0.0281") * 10 * 730)


def test_inbound_bandwidth_by_traffic_has_no_published_price() -> None:
    found = priced(gateway(ingressBandwidthSize=10, ingressBandwidthChargingMode="traffic"))
    inbound = line(found, "apig.inbound-bandwidth")
    assert (inbound.status, inbound.monthly) == ("unpriced", None)
    assert "traffic" in inbound.reasons[0]


@pytest.mark.parametrize("hidden", [UNKNOWN_STRING, SECRET, None, "NaN", "-3", True, {"a": 1}, "５"])
def test_a_size_that_is_not_known_is_never_zero(hidden: object) -> None:
    inputs = {"edition": "PROFESSIONAL", "bandwidthSize": hidden}
    if hidden is None:
        return
    found = priced(declare(GATEWAY, "orders", inputs))
    outbound = line(found, "apig.outbound-bandwidth")
    assert outbound.status == "undecided"
    assert outbound.unknowns == ("bandwidthSize",)
    assert found.totals[0].monthly.high is None


@pytest.mark.parametrize("hidden", [UNKNOWN_STRING, SECRET, 7.5, ["BASIC"]])
def test_an_edition_that_is_not_known_has_no_upper_bound(hidden: object) -> None:
    found = line(priced(gateway(edition=hidden)), "apig.gateway")
    assert found.status in {"undecided", "unpriced"}
    assert found.monthly is None or found.monthly.high is None


def test_a_missing_edition_is_not_free() -> None:
    found = line(priced(declare(GATEWAY, "orders", {})), "apig.gateway")
    assert (found.status, found.unknowns) == ("undecided", ("edition",))


def test_an_edition_nobody_knows_is_unpriced() -> None:
    found = line(priced(gateway(edition="PLATINUM_X10")), "apig.gateway")
    assert (found.status, found.monthly, found.hourly) == ("unpriced", None, None)
    assert "apig-cost prices sync" in " ".join(found.reasons)


def test_an_unknown_region_leaves_site_and_currency_open() -> None:
    found = priced(declare(GATEWAY, "orders", {"edition": "BASIC", "bandwidthSize": 5}, region=None))
    assert {one.status for one in found.lines} == {"undecided"}
    assert {one.currency for one in found.lines} == {None}
    assert "region" in found.lines[0].unknowns
    assert [one.quantity for one in found.lines] == [Range.exactly(730), Range.exactly(3650)]
    [total] = found.totals
    assert (total.currency, total.monthly.high) == (None, None)


def test_a_region_that_no_source_lists_takes_no_reference_price() -> None:
    found = line(
        priced(declare(GATEWAY, "orders", {"edition": "PROFESSIONAL"}, region="xx-1")), "apig.gateway"
    )
    assert (found.status, found.site) == ("unpriced", None)
    assert '"xx-1"' in found.reasons[0]


def test_a_partner_cloud_is_not_billed_at_list_prices() -> None:
    there = declare(GATEWAY, "orders", {"edition": "PROFESSIONAL"}, region="eu-west-0")
    assert line(priced(there), "apig.gateway").status == "unpriced"
    other = declare(
        "opentelekomcloud:index/apigwGatewayV2:ApigwGatewayV2", "orders", {"specId": "PROFESSIONAL"}
    )
    assert {one.status for one in priced(other).lines} <= {"unpriced", "undecided"}


def test_the_site_of_the_settings_wins() -> None:
    here = declare(GATEWAY, "orders", {"edition": "PROFESSIONAL"}, region="cn-north-4")
    assert line(priced(here), "apig.gateway").currency == "CNY"
    assert line(priced(here, settings=Settings(site="intl")), "apig.gateway").currency == "USD"


def test_an_unbound_eip_pays_retention_and_bandwidth() -> None:
    found = priced(eip())
    assert line(found, "eip.retention").monthly == Range.exactly(Decimal("0.005") * 730)
    assert line(found, "eip.bandwidth").monthly == Range.exactly(Decimal("0.0281") * 5 * 730)


def test_a_bound_eip_pays_no_retention() -> None:
    address = eip()
    assert [one.meter for one in priced(address, used(address)).lines] == ["eip.bandwidth"]


@pytest.mark.parametrize("outputs", [{"status": "UNBOUND"}, {"status": "DOWN"}, {"associateType": ""}, {}])
def test_a_recorded_status_does_not_prove_that_nothing_is_transferred(outputs: dict[str, object]) -> None:
    """It was read when the EIP was made; another stack binds it since, and nothing refreshes this one."""
    found = priced(replace(eip(bandwidth=by_traffic(1)), outputs=outputs))
    assert line(found, "eip.traffic").quantity == Range(Decimal(0), Decimal("328.5"))
    assert line(found, "eip.retention").status == "priced"


@pytest.mark.parametrize("status", ["UNBOUND", "BOUND"])
def test_an_eip_that_is_handed_out_pays_retention_or_not(status: str) -> None:
    address = replace(eip(), outputs={"id": "eip-1", "status": status})
    stack = Resource(
        "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "pulumi:pulumi:Stack", "shop-dev", {},
        outputs={"edge": "eip-1"}, custom=False,
    )  # fmt: skip
    found = {one.meter: one for one in priced(address, stack).lines}
    if status == "BOUND":
        assert "eip.retention" not in found
    else:
        amount = found["eip.retention"].monthly
        assert amount is not None
        assert amount.low == 0
        assert amount.high is not None
        assert amount.high > 0


def test_an_eip_by_traffic_that_only_this_stack_does_not_use_may_carry_traffic() -> None:
    """A stack of networks that hands its EIPs to others declares no use of them."""
    found = line(priced(eip(bandwidth=by_traffic(1))), "eip.traffic")
    assert (found.status, found.quantity) == ("undecided", Range(Decimal(0), Decimal("328.5")))
    assert found.unknowns == ("usage.trafficGB",)
    assert found.reasons[0] == "Nothing in this stack uses the EIP, but something elsewhere may."


def test_traffic_is_bounded_by_what_the_line_can_carry() -> None:
    address = eip(bandwidth=by_traffic(1))
    found = line(priced(address, used(address)), "eip.traffic")
    assert found.status == "undecided"
    assert found.unknowns == ("usage.trafficGB",)
    assert found.quantity == Range(Decimal(0), Decimal("0.45") * 730)
    assert found.monthly is not None
    assert found.monthly.high == Decimal("0.45") * 730 * Decimal("0.135")


def test_traffic_of_an_unknown_size_has_no_bound() -> None:
    address = eip(bandwidth=by_traffic(UNKNOWN_STRING))
    found = line(priced(address, used(address)), "eip.traffic")
    assert found.monthly is None or found.monthly.high is None


def test_stated_traffic_is_rated() -> None:
    address = eip(bandwidth=by_traffic())
    usage = Settings(usage=(Usage(match="fro*", traffic_gb=(Decimal(100), Decimal(100))),))
    found = line(priced(address, used(address), settings=usage), "eip.traffic")
    assert (found.status, found.monthly) == ("priced", Range.exactly(Decimal("13.5")))
    assert found.region == BRAZIL


def test_stated_traffic_may_be_a_range() -> None:
    address = eip(bandwidth=by_traffic())
    usage = Settings(usage=(Usage(match="front", traffic_gb=(Decimal(100), Decimal(200))),))
    found = line(priced(address, used(address), settings=usage), "eip.traffic")
    assert found.monthly == Range(Decimal("13.5"), Decimal("27.0"))
    assert any("100 to 200 GB" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("entry", "is_meant"),
    [
        ({"type": "vpc_eip"}, True),
        ({"type": "vpc_*"}, True),
        ({"type": "apig_instance"}, False),
        ({"charge_mode": "traffic"}, True),
        ({"charge_mode": "bandwidth"}, False),
        ({"tag": "team=web"}, True),
        ({"tag": "team=w*"}, True),
        ({"tag": "team"}, True),
        ({"tag": "team=other"}, False),
        ({"tag": "owner"}, False),
        ({"match": "front", "tag": "team=other"}, False),
        ({"match": "front", "type": "vpc_eip", "tag": "team", "charge_mode": "traffic"}, True),
    ],
)
def test_usage_is_matched_by_name_type_tag_and_charge_mode(entry: dict[str, str], is_meant: bool) -> None:
    address = eip(bandwidth=by_traffic(), tags={"team": "web"})
    usage = Usage(traffic_gb=(Decimal(100), Decimal(100)), **entry)  # type: ignore[arg-type]
    found = priced(address, used(address), settings=Settings(usage=(usage,)))
    assert (line(found, "eip.traffic").monthly == Range.exactly(Decimal("13.5"))) == is_meant
    assert bool(found.unmatched_usage) != is_meant


@pytest.mark.parametrize("mark", [UNKNOWN_STRING, {SIGNATURE_KEY: SECRET_SIGNATURE}])
def test_a_tag_that_is_not_known_leaves_both_open(mark: object) -> None:
    address = eip(bandwidth=by_traffic(), tags={"team": mark})
    entries = (
        Usage(tag="team=web", traffic_gb=(Decimal(100), Decimal(100))),
        Usage(match="*", traffic_gb=(Decimal(300), Decimal(300))),
    )
    found = line(priced(address, used(address), settings=Settings(usage=entries)), "eip.traffic")
    assert found.monthly == Range(Decimal("13.5"), Decimal("40.5"))
    alone = line(priced(address, used(address), settings=Settings(usage=entries[:1])), "eip.traffic")
    assert alone.monthly is not None
    assert alone.monthly.low == 0
    assert alone.monthly.high is None or alone.monthly.high > Decimal("40.5")


def test_a_name_means_itself_although_a_bracket_is_special_in_a_pattern() -> None:
    address = eip("pool[0]", bandwidth=by_traffic())
    usage = Settings(usage=(Usage(match="pool[0]", traffic_gb=(Decimal(100), Decimal(100))),))
    found = line(priced(address, used(address), settings=usage), "eip.traffic")
    assert found.monthly == Range.exactly(Decimal("13.5"))


def test_a_charge_mode_that_is_not_known_spans_both() -> None:
    address = eip(bandwidth={**by_traffic(1), "chargeMode": UNKNOWN_STRING})
    found = line(priced(address, used(address)), "eip.bandwidth")
    assert (found.status, found.instead) == ("undecided", ("eip.traffic",))
    assert found.monthly is not None
    assert found.monthly.contains(Decimal("0.0281") * 730)
    assert found.monthly.contains(Decimal(0))


def test_a_prepaid_eip_pays_by_the_month_and_never_retention() -> None:
    found = priced(eip(chargingMode="prePaid", periodUnit="month", period=1))
    assert [one.meter for one in found.lines] == ["eip.bandwidth"]
    assert line(found, "eip.bandwidth").monthly == Range.exactly(45)
    assert line(found, "eip.bandwidth").mode == "yearly-monthly"


def test_an_eip_in_a_shared_bandwidth_leaves_the_bandwidth_to_it() -> None:
    shared = declare(BANDWIDTH, "pool", {"name": "pool", "size": 10})
    member = declare(
        EIP,
        "member",
        {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "WHOLE", "id": UNKNOWN_STRING}},
        dependencies={"bandwidth": (shared.urn,)},
    )
    found = priced(shared, member, used(member))
    assert line(found, "bandwidth.shared").monthly == Range.exactly(Decimal("0.0281") * 10 * 730)
    assert line(found, "eip.bandwidth").status == "free"


@pytest.mark.parametrize(
    ("token", "key"),
    [
        ("huaweicloud:index/vpcBandwidthAssociate:VpcBandwidthAssociate", "eipId"),
        ("huaweicloud:index/eipBandwidthAssociate:EipBandwidthAssociate", "publicipId"),
    ],
)
def test_an_eip_that_an_association_moves_leaves_the_bandwidth_to_the_shared_one(
    token: str, key: str
) -> None:
    address = eip()
    inputs = {key: UNKNOWN_STRING, "bandwidthId": UNKNOWN_STRING}
    moved = declare(token, "move", inputs, dependencies={key: (address.urn,)})
    found = line(priced(address, used(address), moved), "eip.bandwidth")
    assert found.status == "free"
    assert '"move"' in found.reasons[0]


def test_an_association_that_may_mean_any_eip_leaves_it_open() -> None:
    address = eip()
    token = "huaweicloud:index/vpcBandwidthAssociate:VpcBandwidthAssociate"
    moved = declare(token, "move", {"eipId": UNKNOWN_STRING, "bandwidthId": "b"})
    found = line(priced(address, used(address), moved), "eip.bandwidth")
    assert found.monthly == Range(Decimal(0), Decimal("0.0281") * 5 * 730)
    assert (found.status, found.unknowns) == ("undecided", ("membership",))


def test_an_association_of_another_stack_s_eip_changes_nothing() -> None:
    address = eip()
    token = "huaweicloud:index/vpcBandwidthAssociate:VpcBandwidthAssociate"
    moved = declare(token, "move", {"eipId": "another-eip", "bandwidthId": "b"})
    assert line(priced(address, used(address), moved), "eip.bandwidth").status == "priced"


def test_the_enhanced_percentile_is_bounded_by_its_guaranteed_share() -> None:
    found = line(
        priced(declare(BANDWIDTH, "peak", {"name": "p", "size": 300, "chargeMode": "95peak_plus"})),
        "bandwidth.95peak",
    )
    assert found.monthly == Range(Decimal(60) * Decimal("20.25"), Decimal(300) * Decimal("20.25"))


def test_a_shared_bandwidth_that_may_pay_by_its_peak() -> None:
    shared = declare(BANDWIDTH, "b", {"name": "b", "size": 300, "chargeMode": UNKNOWN_STRING})
    assert line(priced(shared), "bandwidth.shared").instead == ("bandwidth.95peak",)


def test_what_waits_for_deletion_is_still_billed() -> None:
    old = replace(gateway(), leaving=True)
    found = priced(old, gateway())
    assert len([one for one in found.lines if one.meter == "apig.gateway"]) == 2
    assert any("deletion" in reason for one in found.lines for reason in one.reasons)


def test_what_uses_the_successor_says_nothing_of_the_old_eip() -> None:
    address = eip()
    old = replace(address, leaving=True)
    token = "huaweicloud:index/vpcBandwidthAssociate:VpcBandwidthAssociate"
    moved = declare(token, "move", {"eipId": UNKNOWN_STRING}, dependencies={"eipId": (address.urn,)})
    found = [one for one in priced(address, old, used(address), moved).lines if one.resource.leaving]
    assert [(one.meter, one.status) for one in found] == [
        ("eip.bandwidth", "undecided"),
        ("eip.retention", "undecided"),
    ]
    assert all(one.monthly is not None and one.monthly.low == 0 < (one.monthly.high or 0) for one in found)


def test_hours_of_the_settings_and_of_the_usage() -> None:
    month = line(priced(gateway(), settings=Settings(hours_per_month=Decimal(100))), "apig.gateway")
    assert month.monthly == Range.exactly(Decimal("353"))
    usage = Settings(usage=(Usage(match="orders", hours_per_month=Decimal(10)),))
    assert line(priced(gateway(), settings=usage), "apig.gateway").monthly == Range.exactly(Decimal("35.3"))
    shared = declare(BANDWIDTH, "orders", {"name": "b", "size": 300, "chargeMode": "bandwidth"})
    month, hours = (line(priced(shared, settings=one), "bandwidth.shared") for one in (Settings(), usage))
    assert month.monthly is not None
    assert hours.monthly == Range.exactly(month.monthly.low / 73)


def test_usage_that_matches_nothing_is_named() -> None:
    usage = Settings(usage=(Usage(match="nobody"), Usage(match="orders"), Usage(match="ord*")))
    assert priced(gateway(), settings=usage).unmatched_usage == ('"nobody"',)


def test_an_empty_stack_costs_nothing_and_has_no_total() -> None:
    assert priced() == Estimate((), ())


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (Settings(), None),
        (Settings(require_confidence="third-party"), None),
        (Settings(require_confidence="example"), "Its price is third-party and requireConfidence asks"),
        (Settings(max_price_age_days=3650), None),
        (Settings(max_price_age_days=1), "Its price is of 2026-09-28 and maxPriceAgeDays is 1."),
    ],
)
def test_a_price_that_is_not_good_enough_leaves_the_line_undecided(
    settings: Settings, why: str | None
) -> None:
    found = line(priced(gateway(bandwidthSize=5), settings=settings), "apig.outbound-bandwidth")
    assert found.monthly is not None
    assert found.monthly.is_exact, "the amount is still shown"
    if why is None:
        assert found.status == "priced"
    else:
        assert found.status == "undecided"
        assert found.reasons[0].startswith(why)


HIDE: list[Callable[[Resource], Resource]] = [
    lambda one: (
        replace(one, inputs={**(one.inputs or {}), "edition": UNKNOWN_STRING})
        if one.token == GATEWAY
        else one
    ),
    lambda one: (
        replace(one, inputs={**(one.inputs or {}), "bandwidthSize": UNKNOWN_STRING})
        if one.token == GATEWAY
        else one
    ),
    lambda one: (
        replace(one, inputs={**(one.inputs or {}), "bandwidth": UNKNOWN_STRING}) if one.token == EIP else one
    ),
    lambda one: (
        replace(
            one, inputs={**(one.inputs or {}), "bandwidth": {**by_traffic(), "chargeMode": UNKNOWN_STRING}}
        )
        if one.token == EIP
        else one
    ),
    lambda one: (
        replace(one, inputs={**(one.inputs or {}), "chargingMode": UNKNOWN_STRING})
        if one.token == EIP
        else one
    ),
    lambda one: (
        replace(one, inputs={**(one.inputs or {}), "size": UNKNOWN_STRING}) if one.token == BANDWIDTH else one
    ),
]


@given(
    edition=st.sampled_from(["PROFESSIONAL", "BASIC", "PLATINUM_X2"]),
    size=st.integers(0, 300),
    mode=st.sampled_from(["bandwidth", "traffic"]),
    region=st.sampled_from([BRAZIL, "la-south-2", "cn-north-4", "eu-west-101"]),
    hides=st.lists(st.sampled_from(HIDE), min_size=1, max_size=4),
)
def test_hiding_values_only_widens(
    edition: str, size: int, mode: str, region: str, hides: list[Callable[[Resource], Resource]]
) -> None:
    clear = [
        declare(GATEWAY, "orders", {"edition": edition, "bandwidthSize": size}, region=region),
        eip(region=region, bandwidth={**by_traffic(5), "chargeMode": mode}),
        declare(BANDWIDTH, "pool", {"name": "pool", "size": size}, region=region),
    ]
    hidden = clear
    for hide in hides:
        hidden = [hide(one) for one in hidden]
    exact, open_ = priced(*clear), priced(*hidden)
    for total in exact.totals:
        matching = [one for one in open_.totals if one.currency in {total.currency, None}]
        assert matching
        assert all(one.monthly.covers(total.monthly) for one in matching)


@pytest.mark.parametrize("named", [{}, {"id": ""}, {"id": None}, {"name": "k8s", "size": 500}])
def test_share_type_whole_without_an_id_leaves_the_amount_open(named: Mapping[str, Any]) -> None:
    eip = declare(EIP, "web", {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "WHOLE", **named}})
    found = line(priced(eip), "eip.bandwidth")
    assert (found.status, found.monthly, found.unknowns) == ("undecided", None, ("bandwidth.id",))
    assert "VPC.0501" in found.reasons[0]


@pytest.mark.parametrize("identifier", ["b", UNKNOWN_STRING, SECRET])
def test_share_type_whole_with_an_id_is_paid_by_the_shared_bandwidth(identifier: object) -> None:
    bandwidth = {"shareType": "WHOLE", "id": identifier}
    found = line(priced(declare(EIP, "web", {"publicip": {}, "bandwidth": bandwidth})), "eip.bandwidth")
    assert (found.status, found.monthly) == ("free", Range.exactly(0))


@pytest.mark.parametrize(
    ("declared", "meter"),
    [
        (eip(bandwidth={"shareType": "PER", "size": 0, "chargeMode": "bandwidth"}), "eip.bandwidth"),
        (eip(bandwidth=by_traffic(0)), "eip.traffic"),
        (declare(BANDWIDTH, "shared", {"size": 4, "chargeMode": "bandwidth"}), "bandwidth.shared"),
        (declare(BANDWIDTH, "shared", {"size": 299, "chargeMode": "95peak_plus"}), "bandwidth.95peak"),
        (gateway(ingressBandwidthSize=4, ingressBandwidthChargingMode="bandwidth"), "apig.inbound-bandwidth"),
    ],
)
def test_a_size_that_the_service_refuses_bounds_no_price(declared: Resource, meter: str) -> None:
    """A resize from 100 Mbit/s that fails leaves these billed; the gate said free, or a few dollars."""
    found = line(priced(declared), meter)
    assert found.status == "undecided"
    assert found.monthly is None or found.monthly.high is None
    assert found.monthly is None or found.unknowns


def own(size: Any, mode: str = "bandwidth") -> dict[str, Any]:
    return {"shareType": "PER", "name": "front", "size": size, "chargeMode": mode}


def shared(size: int, mode: str = "bandwidth") -> Resource:
    return declare(BANDWIDTH, "shared", {"size": size, "chargeMode": mode})


@pytest.mark.parametrize(
    ("at_size", "meter", "rate"),
    [
        (lambda size: eip(bandwidth=own(size)), "eip.bandwidth", Decimal("0.0281") * 730),
        (shared, "bandwidth.shared", Decimal("0.0281") * 730),
        (lambda size: shared(size, "95peak_plus"), "bandwidth.95peak", Decimal("20.25")),
        (lambda size: gateway(bandwidthSize=size), "apig.outbound-bandwidth", Decimal("0.0281") * 730),
        (
            lambda size: gateway(ingressBandwidthSize=size, ingressBandwidthChargingMode="bandwidth"),
            "apig.inbound-bandwidth",
            Decimal("0.0281") * 730,
        ),
    ],
)
def test_a_size_above_the_largest_may_leave_less_billed(
    at_size: Callable[[int], Resource], meter: str, rate: Decimal, exact_prices: None
) -> None:
    """A resize to 2001 Mbit/s that fails leaves the old size billed; limits between the two said over."""
    largest = line(priced(at_size(2000)), meter)
    assert largest.monthly is not None
    assert largest.monthly.high == rate * 2000
    refused = line(priced(at_size(2001)), meter)
    assert (refused.status, refused.monthly) == ("undecided", Range(Decimal(0), rate * 2001))
    assert refused.unknowns
    assert any("2001, and the service refuses more than 2000 Mbit/s" in reason for reason in refused.reasons)


def test_the_traffic_of_a_size_above_the_largest_is_bounded_by_it() -> None:
    found = line(priced(eip(bandwidth=own(2001, "traffic"))), "eip.traffic")
    assert found.quantity is not None
    assert (found.quantity.low, found.quantity.high) == (0, Decimal("0.45") * 730 * 2001)


PREPAID = {"chargingMode": "prePaid", "periodUnit": "month", "period": 1}


@pytest.mark.parametrize("charging", [PREPAID, {**PREPAID, "chargingMode": UNKNOWN_STRING}])
def test_prepaid_traffic_is_refused_and_leaves_what_was_there(charging: dict[str, Any]) -> None:
    """A prepaid EIP of 100 Mbit/s that is told to pay by traffic goes on as it is."""
    settings = Settings(usage=(Usage(match="front", traffic_gb=(Decimal(1), Decimal(1))),))
    front = eip(bandwidth=own(100, "traffic"), **charging)
    found = line(priced(front, settings=settings), "eip.bandwidth")
    assert (found.status, found.monthly) == ("undecided", Range(Decimal(0), None))
    accepted = priced(eip(bandwidth=own(100, "traffic")), settings=settings)
    assert line(accepted, "eip.traffic").monthly == Range.exactly(Decimal("0.135"))


@pytest.mark.parametrize(("charging", "free"), [({}, True), (PREPAID, False)])
def test_a_prepaid_address_joins_no_shared_bandwidth(charging: dict[str, Any], free: bool) -> None:
    """The association is refused, and its own bandwidth is billed on; it was free."""
    front = eip(bandwidth=own(100), **charging)
    token = "huaweicloud:index/vpcBandwidthAssociate:VpcBandwidthAssociate"
    inputs = {"bandwidthId": UNKNOWN_STRING, "eipId": UNKNOWN_STRING}
    joins = declare(token, "joins", inputs, dependencies={"eipId": (front.urn,)})
    found = line(priced(front, joins), "eip.bandwidth", "front")
    assert found.monthly == (Range.exactly(0) if free else Range(Decimal(0), Decimal(900)))
    assert found.status == ("free" if free else "undecided")


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        ({}, "priced"),
        ({"bandwidthType": "share", "publicBorderGroup": "center"}, "priced"),
        ({"bandwidthType": "edgeshare"}, "unpriced"),
        ({"publicBorderGroup": "cn-south-1-edge-1"}, "unpriced"),
        ({"bandwidthType": UNKNOWN_STRING}, "undecided"),
        ({"publicBorderGroup": SECRET}, "undecided"),
        ({"bandwidthType": "edgeshare", "publicBorderGroup": UNKNOWN_STRING}, "unpriced"),
    ],
)
def test_bandwidth_of_an_edge_site_has_no_price_of_the_region(inputs: dict[str, Any], status: str) -> None:
    """It was priced as that of the region, which edge sites do not sell at."""
    (by_size,) = priced(declare(BANDWIDTH, "shared", {"size": 300, **inputs})).lines
    assert (by_size.status, by_size.monthly is None) == (status, status != "priced")
    (by_peak,) = priced(
        declare(BANDWIDTH, "shared", {"size": 300, "chargeMode": "95peak_plus", **inputs})
    ).lines
    assert (by_peak.monthly is None) == (status != "priced")
