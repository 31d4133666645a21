"""The calculator: what is read, what stops the sync, what happens when the server is busy."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import pricing
from pricing import ANYTHING, Meter, Mode, Priced, Question, Range
from pricing.book.model import Row
from pricing.sync import calculator, lock
from pricing.sync.catalogue import Catalogue
from pricing.sync.errors import SyncError

REGION = "la-south-2"


@pytest.fixture
def fetch(server: Any, serve: Callable[..., None], day: date) -> Callable[..., list[Catalogue]]:
    waited: list[float] = []
    server.waited = waited

    def run(*regions: str, site: str = "intl") -> list[Catalogue]:
        return list(
            calculator.fetch(site, regions or (REGION,), day, endpoint=server.url, sleep=waited.append)
        )

    serve(REGION)
    return run


def rows_of(catalogues: list[Catalogue]) -> dict[str, Row]:
    return {row.id: row for catalogue in catalogues for row in catalogue.rows}


def test_what_is_read(fetch: Callable[..., list[Catalogue]], server: Any) -> None:
    rows = rows_of(fetch())
    assert {name: str(row.tariff.amount(Decimal(1))) for name, row in rows.items()} == {
        "intl-la-south-2-apig-gateway-basic-ondemand": "0.76",
        "intl-la-south-2-apig-gateway-professional-ondemand": "3.46",
        "intl-la-south-2-apig-gateway-platinum_x2-ondemand": "14.194",
        "intl-la-south-2-apig-outbound-bandwidth-publicip-ondemand": "0.013",
        "intl-la-south-2-eip-retention-5_bgp-ondemand": "0.005",
        "intl-la-south-2-eip-retention-5_bgp-monthly-1": "0.0",
        "intl-la-south-2-eip-retention-5_bgp-yearly-12": "0.0",
        "intl-la-south-2-eip-bandwidth-5_bgp-ondemand": "0.0281",
        "intl-la-south-2-eip-bandwidth-5_bgp-monthly-1": "9.0",
        "intl-la-south-2-eip-bandwidth-5_bgp-yearly-12": "90.0",
        "intl-la-south-2-bandwidth-shared-share-ondemand": "0.0281",
        "intl-la-south-2-bandwidth-95peak-share-ondemand": "20.25",
        "intl-la-south-2-eip-traffic-5_bgp-ondemand": "0.135",
        "intl-la-south-2-eip-traffic-package-12_bgp_10gb-monthly-1": "1.2",
    }
    row = rows["intl-la-south-2-apig-outbound-bandwidth-publicip-ondemand"]
    assert row.tariff.amount(Decimal(8)) == Decimal("0.185")
    assert row.confidence == "official"
    assert row.source.startswith(server.url)
    assert "urlPath=apig" in row.source
    traffic = rows["intl-la-south-2-eip-traffic-5_bgp-ondemand"]
    assert traffic.tariff.amount(Decimal(20 * 1024)) == Decimal("2652.16")
    assert server.waited == []
    assert len(server.requests) == 2


def test_what_was_fetched_is_complete_unless_something_was_not_understood(
    fetch: Callable[..., list[Catalogue]], eip: dict[str, Any]
) -> None:
    eip["product"]["vpc_bandwidth"].append({"resourceSpecCode": "77_new", "planList": []})
    catalogues = fetch()
    assert {stated.meter for catalogue in catalogues for stated in catalogue.complete} == {
        Meter.GATEWAY,
        Meter.OUTBOUND_BANDWIDTH,
        Meter.EIP_RETENTION,
    }
    assert catalogues[1].skipped == ("vpc_bandwidth 77_new",)


def test_an_amount_for_several_units_is_divided(
    fetch: Callable[..., list[Catalogue]], apig: dict[str, Any]
) -> None:
    instance(apig).update(measureUnitStep=4, amount=3.04)
    row = rows_of(fetch())["intl-la-south-2-apig-gateway-basic-ondemand"]
    assert row.tariff.amount(Decimal(1)) == Decimal("0.76")


def test_a_tariff_by_hours_is_kept_as_one(
    fetch: Callable[..., list[Catalogue]], apig: dict[str, Any]
) -> None:
    """The five-hour trap: the unit of the tiers decides what they go by."""
    divisions = apig["product"]["apig_apig.publicip"][0]["planList"][0]
    divisions["divisionType"] = "DIVISION_TIER"
    for item, amount in zip(divisions["divisionList"], ("0.01", "0.038"), strict=True):
        item["division"] |= {"beginUnit": 4, "endUnit": 4}
        item["amount"] = float(amount)
    catalogues = fetch()
    book = lock.merged(None, catalogues, date(2026, 11, 23))
    for hours, amount in ((1, "0.05"), (5, "0.25"), (6, "1.14")):
        question = Question(
            Meter.OUTBOUND_BANDWIDTH,
            None,
            "intl",
            REGION,
            Mode.PAY_PER_USE,
            Range.exactly(5),
            Range.exactly(hours),
        )
        found = pricing.answer(book, question, Decimal(730))
        assert isinstance(found, Priced)
        assert found.monthly == Range.exactly(Decimal(amount))


def instance(apig: dict[str, Any]) -> dict[str, Any]:
    plan: dict[str, Any] = apig["product"]["apig_apig.instance"][0]["planList"][0]
    return plan


def publicip(apig: dict[str, Any]) -> dict[str, Any]:
    plan: dict[str, Any] = apig["product"]["apig_apig.publicip"][0]["planList"][0]
    return plan


def change(
    path: Callable[[dict[str, Any]], dict[str, Any]], **keys: object
) -> Callable[[dict[str, Any]], None]:
    return lambda apig: path(apig).update(keys)


def division(**keys: object) -> Callable[[dict[str, Any]], None]:
    return lambda apig: publicip(apig)["divisionList"][1]["division"].update(keys)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            change(instance, billingMode="WEEKLY"),
            "apig_apig.instance BASIC: billingMode 'WEEKLY' is not known",
        ),
        (change(instance, billingMode=None), "billingMode None is not known"),
        (change(instance, measureUnit=99), "BASIC ONDEMAND: measureUnit 99 is not a unit that is understood"),
        (change(instance, measureUnit=0), "measureUnit 0 is not a unit that is understood"),
        (change(instance, measureUnit=10), "measureUnit 10 is not the unit of a gateway-hour"),
        (change(instance, currency="EUR"), "BASIC ONDEMAND: the currency is 'EUR', but site intl is USD"),
        (change(instance, amount=-1), "BASIC ONDEMAND: amount is '-1'; expected a number of zero or more"),
        (change(instance, amount="much"), "amount is 'much'"),
        (change(instance, amount=None), "amount is None; expected a number"),
        (change(instance, amount=True), "amount is True; expected a number"),
        (change(instance, measureUnitStep=0), "measureUnitStep is 0"),
        (change(instance, measureUnitStep=7), "amount 0.76 / measureUnitStep 7 is not an exact decimal"),
        (
            change(publicip, divisionType="DIVISION_NEW"),
            "publicip ONDEMAND: divisionType 'DIVISION_NEW' is not known",
        ),
        (change(publicip, divisionType=None), "divisionType None is not known"),
        (division(beginValue=4), "publicip ONDEMAND: two tiers cover what is above 4 up to 5"),
        (division(beginValue=6), "publicip ONDEMAND: nothing covers what is above 5 up to 6"),
        (division(endValue=9), "publicip ONDEMAND: nothing covers what is above 9"),
        (division(beginUnit=77), "tier 2: beginUnit 77 is not a unit that is understood"),
        (division(beginUnit=4, endUnit=4), "the tiers count hours and size"),
        (division(beginUnit=None), "tier 2: beginUnit is None"),
        (lambda apig: publicip(apig)["divisionList"].append(1), "tier 3: expected an object, found int"),
        (
            lambda apig: instance(apig).update(siteCode="OTHER"),
            "BASIC: no plan is of HWC; found 'ALLY_FLEXIBLEENGINE', 'OTHER'",
        ),
        (
            lambda apig: apig["product"].pop("apig_apig.publicip"),
            "product apig_apig.publicip: expected a list",
        ),
        (
            lambda apig: apig["product"].update({"apig_apig.instance": []}),
            "has no products in apig_apig.instance",
        ),
        (lambda apig: apig.pop("product"), "product: expected an object"),
        (
            lambda apig: apig["product"]["apig_apig.instance"][0].pop("resourceSpecCode"),
            "has no resourceSpecCode",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"][0].update(planList=1),
            "BASIC: planList: expected a list",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"][0]["planList"].append(
                {**instance(apig), "amount": 0.77}
            ),
            "intl-la-south-2-apig-gateway-basic-ondemand: the catalogue has two different prices",
        ),
        (
            lambda apig: publicip(apig).update(billingMode="MONTHLY"),
            "apig.outbound-bandwidth is not known to be sold",
        ),
    ],
)
def test_what_is_not_understood_stops_the_sync_and_is_named(
    fetch: Callable[..., list[Catalogue]],
    apig: dict[str, Any],
    spoil: Callable[[dict[str, Any]], object],
    message: str,
) -> None:
    spoil(apig)
    with pytest.raises(SyncError) as error:
        fetch()
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "the answer is not JSON"),
        (b'{"product": NaN}', "the answer is not JSON (NaN is not a number)"),
        (b"\xff", "the answer is not text in UTF-8"),
        (b"[]", "the answer: expected an object"),
        (b"[" * 100_000, "the answer is not JSON"),
    ],
)
def test_an_answer_that_is_no_catalogue(
    fetch: Callable[..., list[Catalogue]], server: Any, content: bytes, message: str
) -> None:
    server.catalogues["apig", REGION] = content
    with pytest.raises(SyncError) as error:
        fetch()
    assert message in str(error.value)


def test_busy_servers_are_asked_again_with_growing_pauses(
    fetch: Callable[..., list[Catalogue]], server: Any
) -> None:
    server.failures = [429, 500, 503]
    assert len(fetch()) == 2
    assert len(server.waited) == 3
    assert server.waited[0] < server.waited[2]


def test_a_server_that_stays_busy(fetch: Callable[..., list[Catalogue]], server: Any) -> None:
    server.failures = [503] * 20
    with pytest.raises(SyncError, match=r"the server answers 503 .* \(tried 5 times\)"):
        fetch()
    assert len(server.requests) == 5


@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_other_refusals_are_not_repeated(
    fetch: Callable[..., list[Catalogue]], server: Any, status: int
) -> None:
    server.failures = [status]
    with pytest.raises(SyncError, match=f"the server answers {status}"):
        fetch()
    assert len(server.requests) == 1


def test_a_server_that_cannot_be_reached(day: date) -> None:
    waited: list[float] = []
    with pytest.raises(SyncError, match="tried 5 times"):
        list(calculator.fetch("intl", (REGION,), day, endpoint="http://127.0.0.1:9", sleep=waited.append))
    assert len(waited) == 4


def test_a_proxy_of_the_environment_is_used(
    fetch: Callable[..., list[Catalogue]], server: Any, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    list(calculator.fetch("intl", (REGION,), day, endpoint="http://calculator.invalid"))
    assert all(path.startswith("http://calculator.invalid/") for path in server.requests)


def test_a_site_without_a_calculator(day: date) -> None:
    with pytest.raises(SyncError, match="no prices of site eu"):
        list(calculator.fetch("eu", ("eu-west-101",), day))


class TestLockedBook:
    def test_is_the_same_text_for_the_same_prices_and_can_be_loaded(
        self, fetch: Callable[..., list[Catalogue]], tmp_path: Path, day: date
    ) -> None:
        book = lock.merged(None, fetch(), day)
        again = lock.merged(None, reversed(fetch()), day)
        assert lock.text(book) == lock.text(again)
        path = tmp_path / "prices.lock.toml"
        lock.write(book, path)
        loaded = pricing.load_file(path, today=day)
        assert loaded.rows == book.rows
        assert loaded.complete == book.complete
        assert loaded.digest == book.digest
        assert [entry.name for entry in tmp_path.iterdir()] == ["prices.lock.toml"]

    def test_a_changed_price_does_not_fit_the_hash(
        self, fetch: Callable[..., list[Catalogue]], tmp_path: Path, day: date
    ) -> None:
        path = tmp_path / "prices.lock.toml"
        lock.write(lock.merged(None, fetch(), day), path)
        path.write_text(path.read_text().replace('"3.46"', '"3.45"'))
        with pytest.raises(ValueError, match="does not fit its hash"):
            pricing.load_file(path, today=day)

    def test_other_regions_stay_and_the_same_is_replaced(
        self,
        fetch: Callable[..., list[Catalogue]],
        serve: Callable[..., None],
        apig: dict[str, Any],
        day: date,
    ) -> None:
        serve("af-south-1")
        both = lock.merged(None, fetch(REGION, "af-south-1"), day)
        apig["product"]["apig_apig.instance"] = apig["product"]["apig_apig.instance"][:1]
        instance(apig)["amount"] = 0.5
        later = lock.merged(both, fetch(REGION), day)
        editions = {
            region: [row.spec for row in later.rows if row.meter is Meter.GATEWAY and row.region == region]
            for region in (REGION, "af-south-1")
        }
        assert editions == {REGION: ["BASIC"], "af-south-1": ["BASIC", "PLATINUM_X2", "PROFESSIONAL"]}
        assert len(later.complete) == len(both.complete)

    def test_every_kind_of_row_survives_writing(
        self, bundled: pricing.Book, tmp_path: Path, day: date
    ) -> None:
        path = tmp_path / "all.toml"
        lock.write(bundled, path)
        loaded = pricing.load_file(path, today=day)
        assert loaded.rows == bundled.rows
        assert loaded.no_prices == bundled.no_prices
        assert loaded.identifier == bundled.identifier

    def test_nothing_is_left_when_writing_fails(self, bundled: pricing.Book, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            lock.write(bundled, tmp_path / "missing" / "all.toml")
        assert list(tmp_path.iterdir()) == []

    def test_a_book_that_cannot_be_read_back_never_takes_the_place_of_the_old_one(
        self, bundled: pricing.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "all.toml"
        lock.write(bundled, path)
        before = path.read_bytes()
        told = lock.text(bundled)
        monkeypatch.setattr(lock, "text", lambda _: told.replace("rate = ", "rat = ", 1))
        with pytest.raises(ValueError, match=r"\.new"):
            lock.write(bundled, path)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_a_reader_of_the_old_book_never_meets_half_of_the_new_one(
        self, bundled: pricing.Book, tmp_path: Path
    ) -> None:
        path = tmp_path / "all.toml"
        path.write_text("old", encoding="utf-8")
        with path.open(encoding="utf-8") as reader:
            lock.write(bundled, path)
            assert reader.read() == "old"

    def test_a_synced_book_does_not_bound_an_unknown_edition_that_may_have_no_price(
        self, fetch: Callable[..., list[Catalogue]], day: date
    ) -> None:
        book = lock.merged(None, fetch(), day)
        question = Question(
            Meter.GATEWAY, None, "intl", REGION, Mode.PAY_PER_USE, Range.exactly(1), Range.exactly(1)
        )
        found = pricing.answer(book, question, Decimal(730))
        assert isinstance(found, Priced)
        assert found.monthly == ANYTHING
        assert "NLB_*" in found.reasons[0]
