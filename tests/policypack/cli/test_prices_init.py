"""``apig-cost prices init``: the rows that declarations need and no book has, ready to fill in."""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import pricing
from pricing import Mode
from pricing.book.form import form
from pricing.needs import Need

VPC = "huaweicloud:Vpc/eip:Eip"
GATEWAY = "huaweicloud:DedicatedApig/instance:Instance"


@pytest.fixture
def export(work: Path) -> Callable[..., str]:
    """Write an export with resources of some types and inputs."""

    def build(*resources: tuple[str, str, dict], name: str = "export.json") -> str:
        document = {
            "version": 3,
            "deployment": {
                "manifest": {"time": "2026-11-01T00:00:00Z", "magic": "", "version": "v3.255.0"},
                "resources": [
                    {
                        "urn": f"urn:pulumi:dev::shop::{type_}::{resource}",
                        "custom": True,
                        "id": resource,
                        "type": type_,
                        "inputs": inputs,
                        "outputs": {},
                    }
                    for type_, resource, inputs in resources
                ],
            },
        }
        (work / name).write_text(json.dumps(document), encoding="utf-8")
        return name

    return build


def eip(name: str = "web", region: str = "ap-southeast-3", **more: object) -> tuple[str, str, dict]:
    bandwidth = {"shareType": "PER", "size": 4, "chargeMode": "bandwidth", "name": "web"}
    return VPC, name, {"region": region, "publicip": {"type": "5_bgp"}, "bandwidth": bandwidth, **more}


def gateway(name: str = "orders", edition: str = "BASIC", **more: object) -> tuple[str, str, dict]:
    return GATEWAY, name, {"region": "ap-southeast-3", "edition": edition, "bandwidthSize": 10, **more}


def written(work: Path, name: str = "prices.own.toml") -> list[tuple[str, str, str, object]]:
    rows = tomllib.loads((work / name).read_text(encoding="utf-8"))["row"]
    assert all(row["rate"] == "" for row in rows)
    return [(row["meter"], row["spec"], row["region"], row.get("months")) for row in rows]


def filled(work: Path, rate: str = '"1"') -> Path:
    path = work / "prices.own.toml"
    text = path.read_text(encoding="utf-8").replace('rate = ""', f"rate = {rate}")
    path.write_text(text, encoding="utf-8")
    return path


def test_exactly_the_rows_that_are_needed_and_then_all_is_exact(run, work, export) -> None:
    source = export(gateway(), gateway("spare"), eip(), eip("known", "sa-brazil-1"))
    found = run("prices", "init", source)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("prices.own.toml: 4 rates to fill in.")
    assert written(work) == [
        ("apig.gateway", "BASIC", "ap-southeast-3", None),
        ("apig.outbound-bandwidth", "publicip", "ap-southeast-3", None),
        ("eip.bandwidth", "5_bgp", "ap-southeast-3", None),
        ("eip.retention", "5_bgp", "ap-southeast-3", None),
    ]
    text = (work / "prices.own.toml").read_text(encoding="utf-8")
    assert (
        "# Needed by orders, spare.\n# https://www.huaweicloud.com/intl/en-us/pricing/calculator.html#/apig"
        in text
    )
    assert "calculator.html#/eip\n" in text
    books = ("--prices", "prices.own.toml", "--prices", "bundled")
    empty = run("estimate", source, *books, "-f", "json").report
    bundled = run("estimate", source, "-f", "json").report
    assert empty["stacks"][0]["lines"] == bundled["stacks"][0]["lines"]  # what is empty is missing
    assert run("prices", "init", source, *books, "-o", "again.toml").code == 0
    assert written(work, "again.toml") == written(work)
    filled(work)
    lines = run("estimate", source, *books, "-f", "json").report["stacks"][0]["lines"]
    assert all(line["price"]["reference"] is False for line in lines)
    assert {line["status"] for line in lines if line["meter"] != "eip.retention"} == {"priced"}
    done = run("prices", "init", source, *books, "-o", "more.toml")
    assert (done.code, done.out) == (0, "No price is missing. Nothing was written.\n")
    assert not (work / "more.toml").exists()


def test_a_reference_price_counts_as_missing(run, work, export) -> None:
    source = export(gateway(edition="PROFESSIONAL", bandwidthSize=0))
    assert run("prices", "init", source).code == 0
    assert written(work) == [("apig.gateway", "PROFESSIONAL", "ap-southeast-3", None)]


def test_a_price_for_other_sizes_counts_as_missing(run, work, export) -> None:
    name, resource, inputs = eip(region="la-north-2")
    run("prices", "init", export((name, resource, inputs)))
    assert ("eip.bandwidth", "5_bgp", "la-north-2", None) in written(work)
    inputs["bandwidth"]["size"] = 10
    run("prices", "init", export((name, resource, inputs)), "-o", "ten.toml")
    assert ("eip.bandwidth", "5_bgp", "la-north-2", None) not in written(work, "ten.toml")


@pytest.mark.parametrize(
    ("period", "months"),
    [({"periodUnit": "month", "period": 3}, [1]), ({"periodUnit": "year", "period": 1}, [12])],
)
def test_a_year_has_a_price_of_its_own(run, work, export, period: dict, months: list[int]) -> None:
    run("prices", "init", export(eip(chargingMode="prePaid", **period)))
    assert [row[3] for row in written(work) if row[0] == "eip.bandwidth"] == months


def test_what_is_billed_as_something_else_needs_its_price(run, work, export) -> None:
    source = export(
        gateway(
            bandwidthSize=0,
            ingressBandwidthSize=5,
            ingressBandwidthChargingMode="bandwidth",
            loadbalancerProvider="elb",
        )
    )
    run("prices", "init", source)
    assert ("eip.bandwidth", "5_bgp", "ap-southeast-3", None) in written(work)


def test_where_a_property_is_missing_no_row_is_written(run, work, export) -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "BASIC"}
    found = run("prices", "init", export(gateway(edition=secret, bandwidthSize=0)))
    assert found.code == 0
    assert "no price settles apig.gateway of orders" in found.err
    assert found.out == "No row would tell what is missing. Nothing was written.\n"


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ("ap-southeast-33", "Did you mean ap-southeast-3?"),
        ("eu-de", "at prices of its own"),
        ("nowhere", 'No table lists a region "nowhere"'),
    ],
)
def test_a_region_that_nobody_lists_or_a_partner_bills(run, work, export, region: str, told: str) -> None:
    found = run("prices", "init", export(eip(region=region)))
    assert (found.code, found.out) == (0, "No row would tell what is missing. Nothing was written.\n")
    assert told in found.err
    assert not (work / "prices.own.toml").exists()


def test_what_the_bundled_book_withholds_can_be_stated(run, work, export) -> None:
    source = export(gateway(region="cn-east-4"))
    (work / "apig-cost.toml").write_text('site = "intl"\n', encoding="utf-8")
    run("prices", "init", source)
    assert ("apig.outbound-bandwidth", "publicip", "cn-east-4", None) in written(work)
    filled(work)
    lines = run(
        "estimate", source, "--prices", "prices.own.toml", "--prices", "bundled", "-f", "json"
    ).report["stacks"][0]["lines"]  # fmt: skip
    (outbound,) = [line for line in lines if line["meter"] == "apig.outbound-bandwidth"]
    assert outbound["monthly"] == {"low": "7300", "high": "7300"}


def test_customer_terms_that_state_the_price_need_no_row(run, work, export) -> None:
    (work / "terms.toml").write_text(
        'schema = "apig-cost/terms/1"\n[[discount]]\nname = "ours"\nrate = "2"\ncurrency = "USD"\n'
        'meter = "apig.gateway"\n',
        encoding="utf-8",
    )
    (work / "apig-cost.toml").write_text('terms = "terms.toml"\n', encoding="utf-8")
    run("prices", "init", export(gateway()))
    assert [row[0] for row in written(work)] == ["apig.outbound-bandwidth"]


def test_no_file_is_overwritten(run, work, export) -> None:
    source = export(eip())
    (work / "prices.own.toml").write_text("mine", encoding="utf-8")
    found = run("prices", "init", source)
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert "exists already; name another file with --output" in found.err
    assert (work / "prices.own.toml").read_text(encoding="utf-8") == "mine"


def test_nothing_is_written_where_something_cannot_be_read(run, work, export) -> None:
    found = run("prices", "init", export(eip()), "none.json")
    assert found.code == 2
    assert re.search(r"none\.json: .*\n.*Nothing was written\.$", found.err.strip(), re.S)
    assert not (work / "prices.own.toml").exists()


def test_a_folder_that_cannot_be_written_to(run, export) -> None:
    found = run("prices", "init", export(eip()), "-o", "none/prices.toml")
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert "none/prices.toml: cannot be written" in found.err


@pytest.mark.parametrize("value", ['""', '"  "'])
def test_an_empty_value_is_no_price_of_0(run, work, export, value: str) -> None:
    source = export(eip())
    run("prices", "init", source)
    path = work / "prices.own.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('rate = ""', f"rate = {value}"), encoding="utf-8"
    )
    line = run("estimate", source, "--prices", path.name, "-f", "json").report["stacks"][0]["lines"][0]
    assert line["status"] == "unpriced"
    assert line["monthly"] == {"low": None, "high": None}


@pytest.mark.parametrize("value", ["", "nan", "1,5", '"1e9"', '"-1"', "0.5"])
def test_a_value_that_is_no_price_is_one_line(run, work, export, value: str) -> None:
    source = export(eip())
    run("prices", "init", source)
    path = work / "prices.own.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('rate = ""', f"rate = {value}", 1), encoding="utf-8"
    )
    found = run("estimate", source, "--prices", path.name)
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert "prices.own.toml" in found.err


def test_every_meter_of_the_site_has_a_page() -> None:
    definitions = pricing.load().definitions
    for site in ("cn", "intl", "eu"):
        for meter in definitions.meters:
            page = definitions.page_of(site, meter)
            assert page is not None
            assert re.fullmatch(r"https://www\.huaweicloud\.com/[a-z/-]*pricing/\w+\.html#/\w+", page)
    services = {str(definitions.page_of("cn", meter)).partition("#/")[2] for meter in definitions.meters}
    assert services == {"apig", "eip", "nat", "vpcep"}


def test_a_row_of_every_meter_can_be_filled_in(work: Path) -> None:
    definitions = pricing.load().definitions
    needs = {
        Need(
            "cn",
            "cn-north-4",
            meter,
            one.sole_spec or "x",
            0 if mode is Mode.PAY_PER_USE else 12,
            "CNY",
            unit,
        ): ("a",)
        for meter, one in definitions.meters.items()
        if meter not in definitions.aliases
        for mode, unit in one.units.items()
    }
    path = work / "own.toml"
    text = form(needs, definitions, date(2026, 11, 20), path.name)
    path.write_text(text, encoding="utf-8")
    assert len(pricing.load_file(path).unfilled) == len(needs)
    path.write_text(text.replace('rate = ""', 'rate = "2"'), encoding="utf-8")
    assert {(row.meter, row.months or 0) for row in pricing.load_file(path).rows} == {
        (need.meter, need.months) for need in needs
    }
