"""``apig-cost reconcile``: a bill from known rates is explained, planted differences are named."""

import csv
import io
import json
from decimal import Decimal

import pytest

from tests.pricing.learn.conftest import record

HOURS = Decimal(744)


TOKENS = {
    "gateway": "huaweicloud:DedicatedApig/instance:Instance",
    "eip": "huaweicloud:Vpc/eip:Eip",
}


def resource(kind, label, /, **outputs):
    """A deployed resource: the program set what the provider returns."""
    token = TOKENS[kind]
    inputs = {key: value for key, value in outputs.items() if key not in ("id", "status", "bandwidth")}
    if "bandwidth" in outputs:
        inputs["bandwidth"] = {key: value for key, value in outputs["bandwidth"].items() if key != "id"}
    return {
        "urn": f"urn:pulumi:prod::shop::{token}::{label}",
        "type": token,
        "custom": True,
        "id": outputs.pop("id", f"id-{label}"),
        "inputs": inputs | {"region": "cn-north-4"},
        "outputs": outputs | {"region": "cn-north-4"},
    }


def size(mbits, identifier, **fields):
    return {"size": mbits, "shareType": "PER", "chargeMode": "bandwidth", "id": identifier, **fields}


STACK = [
    resource("gateway", "orders", id="gw-1", edition="BASIC", bandwidthSize=10),
    resource("eip", "web", id="eip-1", bandwidth=size(6, "bw-1"), publicip={"type": "5_bgp"}),
    resource(
        "eip",
        "files",
        id="eip-2",
        name="files-eip",
        bandwidth=size(5, "bw-2", chargeMode="traffic"),
        publicip={"type": "5_bgp"},
    ),
]


def used(product, sku, hourly, hours, **fields):
    fields.setdefault("official_amount", (Decimal(hourly) * Decimal(hours)).quantize(Decimal("1e-8")))
    fields.setdefault("amount", fields["official_amount"])
    return record(product, sku, usage=Decimal(hours), **fields)


RECORDS = [
    used("gateway", "BASIC", "3.5", HOURS, resource_id="gw-1", unit_price="3.5", unit="元/小时"),
    # Stepped, and resized in the middle of the month.
    used("outbound", "publicip", "0.565", 300, resource_id="gw-1", spec_size=6),
    used("outbound", "publicip", "1.565", 444, resource_id="gw-1", spec_size=10),
    # By the id of the bandwidth, with a discount and a coupon.
    used(
        "bandwidth",
        "19_bgp",
        "0.6",
        HOURS,
        resource_id="bw-1",
        spec_size=6,
        unit_price="0.1",
        unit="元/Mbps/小时",
        amount="400",
        coupon_amount="10",
    ),
    used(
        "bandwidth",
        "12_bgp",
        "0.8",
        120,
        resource_id="somewhere",
        resource_name="files-eip",
        usage_type="upflow",
        usage_measure_id=10,
        unit_price="0.8",
        unit="元/GB",
        spec_size=5,
    ),
]


@pytest.fixture
def files(work):
    """Writes a bill and a state."""

    def write(records, stack=STACK, currency="CNY"):
        page = {"fee_records": records, "currency": currency, "total_count": len(records)}
        (work / "bill.json").write_text(json.dumps(page, default=str))
        deployment = {"version": 3, "deployment": {"resources": stack}}
        (work / "state.json").write_text(json.dumps(deployment))

    return write


@pytest.fixture
def reconciled(run, files):
    """Learns the prices of ``RECORDS`` and holds another bill against the state."""

    def call(records=RECORDS, stack=STACK, form="json"):
        files(RECORDS)
        assert run("prices", "learn", "bill.json").code == 0
        files(records, stack)
        found = run(
            "reconcile", "bill.json", "--with", "state.json", "--prices", "prices.billed.toml", "-f", form
        )
        assert found.code == 0, found.err
        return json.loads(found.out) if form == "json" else found.out

    return call


def test_a_bill_from_known_rates_is_explained_whole(reconciled):
    found = reconciled()
    assert found["answer"].startswith("The estimate differs by 0.00 % from the bill of 2026-10: ")
    assert Decimal(found["percent"]) == 0
    assert {(one["meter"], one["foundBy"], one["difference"]) for one in found["compared"]} == {
        ("apig.gateway", "id", "0"),
        ("apig.outbound-bandwidth", "id", "0"),
        ("eip.bandwidth", "bandwidth id", "0"),
        ("eip.traffic", "name", "0"),
    }
    assert found["undeclared"] == []
    told = {one["meter"]: " ".join(one["reasons"]) for one in found["compared"]}
    assert "changed during the month: 6 Mbit/s, 10 Mbit/s" in told["apig.outbound-bandwidth"]
    assert "discount of 46.40 (10.39 %)" in told["eip.bandwidth"]
    assert "Coupons pay 10.00" in told["eip.bandwidth"]


def test_planted_differences_are_named(reconciled):
    dearer = used("gateway", "BASIC", "4", HOURS, resource_id="gw-1", unit_price="4", unit="元/小时")
    larger = RECORDS[3] | {"spec_size": 12, "official_amount": "892.8", "amount": "892.8", "coupon_amount": 0}
    steeper = used("outbound", "publicip", "2", 700, resource_id="gw-1", spec_size=10)
    other = used("ip", "5_bgp", "0.02", HOURS, resource_id="eip-9", resource_name="nobody's")
    found = reconciled([dearer, larger, steeper, other])
    told = {one["meter"]: one for one in found["compared"]}
    assert told["apig.gateway"]["difference"] == "-372"
    assert "unit price in the bill is 4; row cn-cn-north-4" in told["apig.gateway"]["reasons"][-1]
    assert Decimal(told["eip.bandwidth"]["difference"]) == Decimal("-446.4")
    assert "declared as 6 Mbit/s and was billed as 12 Mbit/s" in told["eip.bandwidth"]["reasons"][0]
    assert "has steps" in told["apig.outbound-bandwidth"]["reasons"][-1]
    assert "billed for 700 of 744 hours" in " ".join(told["apig.outbound-bandwidth"]["reasons"])
    assert [one["id"] for one in found["undeclared"]] == ["eip-9"]
    assert {(one["resource"], one["meter"]) for one in found["unbilled"]} == {
        ("files", "eip.retention"),
        ("web", "eip.retention"),
    }
    assert "1 is billed and declared nowhere" in found["answer"]


def test_another_edition_and_another_way_to_pay(reconciled):
    edition = RECORDS[0] | {"sku_code": "PROFESSIONAL"}
    traffic = RECORDS[4] | {"resource_id": "eip-1", "resource_name": ""}
    found = reconciled([edition, traffic])
    told = {one["meter"]: " ".join(one["reasons"]) for one in found["compared"]}
    assert "declared as BASIC and was billed as PROFESSIONAL" in told["apig.gateway"]
    assert "billed as eip.traffic and declared as eip.bandwidth" in told["eip.traffic"]
    assert "1 cannot be compared" in found["answer"].lower()


def test_a_name_that_two_have_joins_nothing(reconciled):
    twin = resource(
        "eip", "twin", id="eip-3", name="files-eip", bandwidth=size(5, "bw-3", chargeMode="traffic")
    )
    found = reconciled([RECORDS[4]], [*STACK, twin])
    assert [one["id"] for one in found["undeclared"]] == ["somewhere"]
    assert found["answer"].startswith("Nothing in the bill of 2026-10 can be compared with what is declared.")


@pytest.mark.parametrize("form", ["table", "markdown", "csv"])
def test_the_other_forms_say_the_same(reconciled, form):
    other = used("ip", "5_bgp", "0.02", HOURS, resource_id="eip-9", resource_name="=1+1|<b>")
    out = reconciled(
        [*RECORDS, other, RECORDS[0] | {"cloud_service_type": "hws.service.type.obs"}], form=form
    )
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        (row,) = [row for row in rows if row["Section"] == "Billed and declared nowhere"]
        assert row["Resource"] == "'=1+1|<b>"
    else:
        assert "0.00 %" in out.splitlines()[0]
        assert "Not priced here" in out
        assert "<b>" not in out or form == "table"


def test_what_cannot_be_used_is_one_line(run, files, work):
    files(RECORDS)
    assert run("reconcile", "bill.json").code == 2
    found = run("reconcile", "bill.json", "--with", "state.json", "missing.json")
    assert (found.code, found.err.count("Error:")) == (2, 1)
    assert "missing.json" in found.err
    assert run("reconcile", "state.json", "--with", "state.json").code == 2
    (work / "bill.json").write_text('{"fee_records": [')
    found = run("reconcile", "bill.json", "--with", "state.json")
    assert (found.code, len(found.err.splitlines())) == (2, 1)


def reasons(found):
    return " ".join(told for one in found["compared"] for told in one["reasons"])


def test_what_is_billed_for_longer_than_the_month_is_said(reconciled):
    found = reconciled([RECORDS[0], RECORDS[0]])
    assert "1488 hours, and the month has 744" in reasons(found)


def test_another_way_to_pay_is_said(reconciled, run, files):
    term = {"bill_type": 1, "charge_mode": "1", "usage_type": None, "usage_measure_id": None, "period_num": 1}
    amounts = {"official_amount": "1500", "amount": "1500", "period_type": "20", "resource_id": "gw-1"}
    files([record("gateway", "BASIC", **term, **amounts)])
    assert run("prices", "learn", "bill.json").code == 0
    found = run(
        "reconcile", "bill.json", "--with", "state.json", "--prices", "prices.billed.toml", "-f", "json"
    )
    assert "declared as pay-per-use and was billed as yearly-monthly" in reasons(json.loads(found.out))


def test_a_package_leaves_the_comparison_open(reconciled):
    found = reconciled([RECORDS[0] | {"ri_usage": 700}])
    assert [one["estimated"] for one in found["compared"]] == [None]
    assert "package or a reservation" in reasons(found)


def test_prices_in_another_currency_than_the_bill_are_not_compared(run, files):
    """The same number of yuan and of dollars is no agreement."""
    files(RECORDS)
    assert run("prices", "learn", "bill.json").code == 0
    files(RECORDS, currency="USD")
    found = run("reconcile", "bill.json", "--with", "state.json", "--prices", "prices.billed.toml")
    assert "Nothing in the bill of 2026-10 can be compared" in found.out
    assert "prices are in CNY, the bill is in USD" in " ".join(found.out.split())


def test_the_first_sentence_counts_what_is_not_understood(reconciled):
    told = reconciled([*RECORDS, RECORDS[1] | {"spec_size": None}], form="markdown")
    assert "1 record is not understood" in told


def test_what_rounding_hides_is_said(reconciled):
    """Each hour is rounded: 0.063 and 0.06 cannot be told apart by it."""
    hourly = [
        used("gateway", "BASIC", "3.504", 1, resource_id="gw-1", official_amount="3.51", amount="3.51")
        for _ in range(20)
    ]
    found = reconciled(hourly)
    assert found["compared"][0]["difference"] in ("0", "0.00")
    assert "a difference below 0.2 does not show" in reasons(found)


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_a_source_that_cannot_be_read_may_declare_what_is_billed(run, files, form):
    files(RECORDS, STACK)
    found = run("reconcile", "bill.json", "--with", "absent.json", "-f", form)
    assert found.code == 2
    assert found.err.startswith("Error: absent.json: no such file or directory")
    assert "declared nowhere" not in found.out
    assert "declared in nothing that could be read" in found.out
    if form == "json":
        assert [told.partition(":")[0] for told in json.loads(found.out)["notRead"]] == ["absent.json"]
    else:
        assert "Not read: absent" in found.out
