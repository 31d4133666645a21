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
from pricing.sync.catalogue import Catalogue, RegionAnswer
from pricing.sync.errors import SyncError
from tests.pricing.sync.conftest import plan, product

REGION = "la-south-2"


@pytest.fixture
def ask(server: Any, serve: Callable[..., None], day: date) -> Callable[..., list[RegionAnswer]]:
    waited: list[float] = []
    server.waited = waited

    def run(*regions: str, site: str = "intl") -> list[RegionAnswer]:
        return list(
            calculator.fetch(site, regions or (REGION,), day, endpoint=server.url, sleep=waited.append)
        )

    serve(REGION)
    return run


@pytest.fixture
def fetch(ask: Callable[..., list[RegionAnswer]]) -> Callable[..., list[Catalogue]]:
    """What was read, where nothing fails."""

    def run(*regions: str) -> list[Catalogue]:
        answers = ask(*regions)
        assert [answer.failures for answer in answers] == [()] * len(answers)
        return [catalogue for answer in answers for catalogue in answer.catalogues]

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
        "intl-la-south-2-eip-bandwidth-5_bgp-yearly-24": "180.0",
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
    eip["product"]["vpc_bandwidth"].append(product("77_new"))
    catalogues = fetch()
    assert {stated.meter for catalogue in catalogues for stated in catalogue.complete} == {
        Meter.GATEWAY,
        Meter.OUTBOUND_BANDWIDTH,
        Meter.EIP_RETENTION,
    }
    assert catalogues[1].skipped == ("vpc_bandwidth 77_new: no meter counts it.",)


def test_an_amount_for_several_units_is_divided(
    fetch: Callable[..., list[Catalogue]], apig: dict[str, Any]
) -> None:
    instance(apig).update(measureUnitStep=4, amount=3.04)
    row = rows_of(fetch())["intl-la-south-2-apig-gateway-basic-ondemand"]
    assert row.tariff.amount(Decimal(1)) == Decimal("0.76")


def test_a_tariff_by_hours_is_kept_as_one(
    ask: Callable[..., list[RegionAnswer]], apig: dict[str, Any]
) -> None:
    """The five-hour trap: the unit of the tiers decides what they go by."""
    divisions = apig["product"]["apig_apig.publicip"][0]["planList"][0]
    divisions["divisionType"] = "DIVISION_TIER"
    for item, amount in zip(divisions["divisionList"], ("0.01", "0.038"), strict=True):
        item["division"] |= {"beginUnit": 4, "endUnit": 4}
        item["amount"] = float(amount)
    book = lock.merged(None, ask(), "intl", date(2026, 11, 23))
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


def publicips(apig: dict[str, Any]) -> list[Any]:
    plans: list[Any] = apig["product"]["apig_apig.publicip"][0]["planList"]
    return plans


def basics(apig: dict[str, Any]) -> list[Any]:
    plans: list[Any] = apig["product"]["apig_apig.instance"][0]["planList"]
    return plans


BASIC = "apig_apig.instance BASIC ONDEMAND: "
PUBLICIP = "apig_apig.publicip publicip ONDEMAND: "


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (change(instance, billingMode="WEEKLY"), "instance BASIC WEEKLY: billingMode 'WEEKLY' is not known"),
        (change(instance, billingMode=None), "apig_apig.instance BASIC: billingMode None is not known"),
        (change(instance, siteCode=None), BASIC + "siteCode is None"),
        (change(instance, planType="CONTRACT"), BASIC + "planType 'CONTRACT' is not known"),
        (change(instance, serviceHourTime="8-20"), BASIC + "the plan carries 'serviceHourTime', whose"),
        (change(instance, usageFactor="count"), BASIC + "usageFactor 'count' does not count what a"),
        (change(instance, billingEvent="event.x.count"), BASIC + "billingEvent 'event.x.count' does not"),
        (change(instance, billingEvent=None, usageFactor=None), BASIC + "neither usageFactor nor"),
        (change(instance, measureUnit=99), BASIC + "measureUnit 99 is not a unit that is understood"),
        (change(instance, measureUnit=0), BASIC + "measureUnit 0 is not a unit that is understood"),
        (change(instance, measureUnit=10), BASIC + "measureUnit 10 is not the unit of a gateway-hour"),
        (change(instance, amount=-1), BASIC + "amount is '-1'; expected a number of zero or more"),
        (change(instance, amount=1e300), BASIC + "amount is '1E+300'; expected a number of zero or more"),
        (change(instance, amount="much"), BASIC + "amount is 'much'"),
        (change(instance, amount=None), BASIC + "amount is None; expected a number"),
        (change(instance, amount=True), BASIC + "amount is True; expected a number"),
        (change(instance, measureUnitStep=0), BASIC + "measureUnitStep is 0"),
        (change(instance, measureUnitStep=7), BASIC + "amount 0.76 / measureUnitStep 7 is not an exact"),
        (
            change(publicip, divisionType="DIVISION_NEW"),
            PUBLICIP + "divisionType 'DIVISION_NEW' is not known",
        ),
        (change(publicip, divisionType=None), PUBLICIP + "divisionType None is not known"),
        (change(publicip, divisionList=7), PUBLICIP + "divisionList is 7; expected a list"),
        (division(beginValue=4), PUBLICIP + "two tiers cover what is above 4 up to 5"),
        (division(beginValue=6), PUBLICIP + "nothing covers what is above 5 up to 6"),
        (division(endValue=9), PUBLICIP + "nothing covers what is above 9"),
        (division(beginUnit=77), PUBLICIP + "tier 2: beginUnit 77 is not a unit that is understood"),
        (division(beginUnit=4, endUnit=4), PUBLICIP + "the tiers count hours and size"),
        (division(beginUnit=None), PUBLICIP + "tier 2: beginUnit is None"),
        (division(measureUnitStep=0), PUBLICIP + "tier 2: measureUnitStep is 0"),
        (lambda apig: publicip(apig)["divisionList"].append(1), PUBLICIP + "tier 3: expected an object"),
        (lambda apig: publicips(apig).append(7), "apig_apig.publicip publicip: a plan is 7"),
        (
            lambda apig: apig["product"]["apig_apig.instance"][0].pop("resourceSpecCode"),
            "a product of apig_apig.instance: it has no resourceSpecCode",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"].append(None),
            "a product of apig_apig.instance: it has no resourceSpecCode",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"][0].update(planList=1),
            "apig_apig.instance BASIC: planList is 1; expected a list",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"][0].update(conditionName="serviceHourTime"),
            "apig_apig.instance BASIC: its price has a condition (conditionName)",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"].append(product("apig.trial", plan("1"))),
            "apig_apig.instance apig.trial: no meter counts it",
        ),
        (
            lambda apig: publicips(apig).append(plan("1", "MONTHLY")),
            "publicip MONTHLY: apig.outbound-bandwidth is not known to be sold yearly-monthly",
        ),
        (
            lambda apig: basics(apig).append(plan("100", "MONTHLY", periodNum=None)),
            "apig_apig.instance BASIC MONTHLY: periodNum is None",
        ),
        (
            lambda apig: basics(apig).append(plan("100", "MONTHLY", periodNum=0)),
            "apig_apig.instance BASIC MONTHLY: periodNum is 0; expected one or more",
        ),
        (
            lambda apig: basics(apig).append(plan("100", "MONTHLY", billingEvent="event.type.renewal")),
            "apig_apig.instance BASIC MONTHLY: billingEvent 'event.type.renewal' is not known",
        ),
    ],
)
def test_what_is_not_understood_is_skipped_by_name_and_its_meter_is_not_complete(
    fetch: Callable[..., list[Catalogue]],
    apig: dict[str, Any],
    spoil: Callable[[dict[str, Any]], object],
    message: str,
) -> None:
    spoil(apig)
    found = fetch()[0]
    [skipped] = found.skipped
    assert message in skipped
    assert "\n" not in skipped
    meter = Meter.GATEWAY if "instance" in skipped else Meter.OUTBOUND_BANDWIDTH
    assert {stated.meter for stated in found.complete} == {Meter.GATEWAY, Meter.OUTBOUND_BANDWIDTH} - {meter}
    assert {row.spec for row in found.rows} >= {"PROFESSIONAL", "PLATINUM_X2"}
    assert all(tier.rate > 0 for row in found.rows for tier in row.tariff.tiers)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (change(instance, currency="EUR"), BASIC + "the currency is 'EUR', but site intl is USD."),
        (
            lambda apig: basics(apig).append(plan("0.77")),
            BASIC + "the catalogue has two different prices.",
        ),
        (
            lambda apig: apig["product"]["apig_apig.instance"].append(product("BASIC", plan("0.77"))),
            BASIC + "the catalogue has two different prices.",
        ),
    ],
)
def test_a_product_whose_price_contradicts_itself_has_none(
    fetch: Callable[..., list[Catalogue]],
    apig: dict[str, Any],
    spoil: Callable[[dict[str, Any]], object],
    reason: str,
) -> None:
    spoil(apig)
    found = fetch()[0]
    assert [(stated.spec, stated.reason) for stated in found.no_prices] == [("BASIC", reason)]
    assert "BASIC" not in {row.spec for row in found.rows}
    assert Meter.GATEWAY not in {stated.meter for stated in found.complete}


def test_the_same_price_twice_is_one(fetch: Callable[..., list[Catalogue]], apig: dict[str, Any]) -> None:
    apig["product"]["apig_apig.instance"].append(product("BASIC", plan("0.76")))
    assert len(fetch()[0].rows) == 4


def test_of_several_plans_of_one_product_the_one_that_counts_hours_is_taken(
    fetch: Callable[..., list[Catalogue]], eip: dict[str, Any]
) -> None:
    """0.0281 by the hour, 20.25 by the month's peak, and 22.28 that nobody explains."""
    shared = eip["product"]["vpc_bandwidth"][1]
    shared["planList"] += [plan("22.28", measureUnit=20), plan("20.25", usageFactor="peak95")]
    found = fetch()[1]
    rows = {row.id: row for row in found.rows}
    row = rows["intl-la-south-2-bandwidth-shared-share-ondemand"]
    assert row.tariff.amount(Decimal(1)) == Decimal("0.0281")
    assert found.no_prices == ()
    assert len(found.skipped) == 2
    assert all(name.startswith("vpc_bandwidth 19_share ONDEMAND: ") for name in found.skipped)


@pytest.mark.parametrize("nothing", [[], None])
def test_a_region_that_does_not_sell_something_is_a_note(
    fetch: Callable[..., list[Catalogue]], apig: dict[str, Any], nothing: object
) -> None:
    apig["product"]["apig_apig.instance"] = nothing
    found = fetch()[0]
    note = "la-south-2 sells nothing in apig_apig.instance; what the book says of it stays."
    assert found.notes == (note,)
    assert {stated.meter for stated in found.complete} == {Meter.OUTBOUND_BANDWIDTH}
    assert found.covered == (Meter.OUTBOUND_BANDWIDTH,)


def test_plans_of_partners_only_are_a_note(
    fetch: Callable[..., list[Catalogue]], apig: dict[str, Any]
) -> None:
    instance(apig).update(siteCode="ALLY_OTHER")
    found = fetch()[0]
    partners = "ALLY_FLEXIBLEENGINE, ALLY_OTHER"
    assert found.notes == (f"apig_apig.instance BASIC has plans of partner clouds only ({partners}).",)
    assert found.skipped == ()
    assert Meter.GATEWAY not in {stated.meter for stated in found.complete}


def test_packages_are_not_traffic(fetch: Callable[..., list[Catalogue]], eip: dict[str, Any]) -> None:
    eip["product"]["vpc_bandwidth"].append(product("12_bgp_1TB", plan("99", "MONTHLY")))
    assert "intl-la-south-2-eip-traffic-package-12_bgp_1tb-monthly-1" in rows_of(fetch())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "the answer is not JSON"),
        (b'{"product": NaN}', "the answer is not JSON (NaN is not a number)"),
        (b"\xff", "the answer is not text in UTF-8"),
        (b"[]", "the answer: expected an object"),
        (b"{}", "product: expected an object"),
        (b'{"product": {"apig_apig.instance": 1}}', "product apig_apig.instance: expected a list"),
        (b"[" * 100_000, "the answer is not JSON"),
    ],
)
def test_an_answer_that_is_no_catalogue_fails_alone(
    ask: Callable[..., list[RegionAnswer]],
    serve: Callable[..., None],
    server: Any,
    content: bytes,
    message: str,
) -> None:
    serve("af-south-1")
    server.catalogues["apig", REGION] = content
    broken, whole = ask(REGION, "af-south-1")
    [failure] = broken.failures
    assert message in failure
    assert "\n" not in failure
    assert {row.meter for found in broken.catalogues for row in found.rows} >= {Meter.EIP_TRAFFIC}
    assert whole.failures == ()
    assert len(whole.catalogues) == 2


def test_busy_servers_are_asked_again_with_growing_pauses(
    fetch: Callable[..., list[Catalogue]], server: Any
) -> None:
    server.failures = [429, 500, 503]
    assert len(fetch()) == 2
    assert len(server.waited) == 3
    assert server.waited[0] < server.waited[2]


def test_a_server_that_stays_busy(ask: Callable[..., list[RegionAnswer]], server: Any) -> None:
    server.failures = [503] * 20
    [answer] = ask()
    assert len(answer.failures) == 2
    assert all("answers 503 Service Unavailable (tried 5 times)." in failure for failure in answer.failures)
    assert len(server.requests) == 10


@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_other_refusals_are_not_repeated(
    ask: Callable[..., list[RegionAnswer]], server: Any, status: int
) -> None:
    server.failures = [status]
    [answer] = ask()
    assert f"the server answers {status}" in answer.failures[0]
    assert len(server.requests) == 2


def test_a_server_that_cannot_be_reached(day: date) -> None:
    waited: list[float] = []
    fetched = calculator.fetch("intl", (REGION,), day, endpoint="http://127.0.0.1:9", sleep=waited.append)
    [answer] = list(fetched)
    told = "(tried 5 times); check the network and the proxy (HTTPS_PROXY)."
    assert all(told in failure for failure in answer.failures)
    assert (answer.catalogues, len(waited)) == ((), 8)


def test_a_proxy_of_the_environment_is_used(
    fetch: Callable[..., list[Catalogue]], server: Any, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    list(calculator.fetch("intl", (REGION,), day, endpoint="http://calculator.invalid"))
    assert all(path.startswith("http://calculator.invalid/") for path in server.requests)


def test_a_site_without_a_calculator(day: date) -> None:
    with pytest.raises(SyncError, match=r"no prices of site eu.*prices sync --from bss --site eu --region"):
        list(calculator.fetch("eu", ("eu-west-101",), day))


class TestLockedBook:
    def test_is_the_same_text_for_the_same_prices_and_can_be_loaded(
        self, ask: Callable[..., list[RegionAnswer]], tmp_path: Path, day: date
    ) -> None:
        book = lock.merged(None, ask(), "intl", day)
        again = lock.merged(None, reversed(ask()), "intl", day)
        assert lock.text(book) == lock.text(again)
        path = tmp_path / "prices.lock.toml"
        lock.write(book, path)
        loaded = pricing.load_file(path, today=day)
        assert loaded.rows == book.rows
        assert loaded.complete == book.complete
        assert loaded.digest == book.digest
        assert [entry.name for entry in tmp_path.iterdir()] == ["prices.lock.toml"]

    def test_a_changed_price_does_not_fit_the_hash(
        self, ask: Callable[..., list[RegionAnswer]], tmp_path: Path, day: date
    ) -> None:
        path = tmp_path / "prices.lock.toml"
        lock.write(lock.merged(None, ask(), "intl", day), path)
        path.write_text(path.read_text().replace('"3.46"', '"3.45"'))
        with pytest.raises(ValueError, match="does not fit its hash"):
            pricing.load_file(path, today=day)

    def test_other_regions_stay_and_the_same_is_replaced(
        self,
        ask: Callable[..., list[RegionAnswer]],
        serve: Callable[..., None],
        apig: dict[str, Any],
        day: date,
    ) -> None:
        serve("af-south-1")
        both = lock.merged(None, ask(REGION, "af-south-1"), "intl", day)
        apig["product"]["apig_apig.instance"] = apig["product"]["apig_apig.instance"][:1]
        instance(apig)["amount"] = 0.5
        later = lock.merged(both, ask(REGION), "intl", day)
        editions = {
            region: [row.spec for row in later.rows if row.meter == Meter.GATEWAY and row.region == region]
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
        self, ask: Callable[..., list[RegionAnswer]], day: date
    ) -> None:
        book = lock.merged(None, ask(), "intl", day)
        question = Question(
            Meter.GATEWAY, None, "intl", REGION, Mode.PAY_PER_USE, Range.exactly(1), Range.exactly(1)
        )
        found = pricing.answer(book, question, Decimal(730))
        assert isinstance(found, Priced)
        assert found.monthly == ANYTHING
        assert "NLB_*" in found.reasons[0]
