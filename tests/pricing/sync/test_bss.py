"""The price API, through the vendor's real SDK against a server on the loopback."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pricing.quantity import Meter
from pricing.sync import bss, lock
from pricing.sync.catalogue import Catalogue, RegionAnswer
from pricing.sync.errors import SyncError
from pricing.tiers import Tariff, TierMode

pytest.importorskip("huaweicloudsdkbss")

SECRET = "never-print-this-key"
LIST = {"PROFESSIONAL": "12.88", "ENTERPRISE": "19.36", "5_bgp": "0.02", "12_bgp": "0.8125"}


def amount(info: dict[str, Any]) -> Decimal:
    """Made-up prices: gateways and addresses by the hour, bandwidth in tiers at 5 Mbit/s."""
    usage = Decimal(str(info["usage_value"]))
    spec = info["resource_spec"]
    if spec in LIST:
        return Decimal(LIST[spec]) * usage
    size = Decimal(info["resource_size"])
    return (min(size, Decimal(5)) * Decimal("0.063") + max(size - 5, Decimal(0)) * Decimal("0.25")) * usage


def terms(infos: list[dict[str, Any]]) -> dict[str, Any]:
    """Made-up terms: a month of PROFESSIONAL 8000, of a Mbit/s 23; a year costs ten months."""
    assert all(info["period_num"] == 1 for info in infos)
    times = {2: 1, 3: 10}[infos[0]["period_type"]]
    unit = {"PROFESSIONAL": 8000, "19_bgp": 23}.get(infos[0]["resource_spec"])
    if unit is None:
        return {"official_website_rating_result": {"product_rating_results": zero(infos)}, "currency": ""}
    listed = [
        {"id": info["id"], "official_website_amount": unit * times * info.get("resource_size", 1)}
        for info in infos
    ]
    offers = [
        {
            "best_offer": best,
            "product_rating_results": [
                {**item, "amount": item["official_website_amount"] * share} for item in listed
            ],
        }
        for best, share in ((0, 0.95), (1, 0.5))
    ]
    return {
        "official_website_rating_result": {"product_rating_results": listed},
        "optional_discount_rating_results": offers,
        "currency": "",
    }


def zero(infos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": info["id"], "official_website_amount": 0} for info in infos]


def answers(
    rate: Callable[[dict[str, Any]], Decimal] = amount, **keys: object
) -> Callable[..., tuple[int, object]]:
    def answer(body: dict[str, Any]) -> tuple[int, object]:
        infos = body["product_infos"]
        assert body["project_id"] == "project"
        assert all(info["subscription_num"] == 1 for info in infos)
        if infos[0]["resource_spec"] not in {*LIST, "publicip", "19_bgp"}:
            return 400, {"error_code": "CBC.99006006", "error_msg": "product not found"}
        if "period_type" in infos[0]:
            return 200, terms(infos)
        assert body["inquiry_precision"] == 1
        results = [
            {
                "id": info["id"],
                "product_id": "OFFI1",
                "amount": float(rate(info) * Decimal("0.9")),
                "official_website_amount": float(rate(info)),
            }
            for info in infos
        ]
        return 200, {"amount": 1, "currency": "CNY", "product_rating_results": results, **keys}

    return answer


@pytest.fixture
def ask(
    server: Any, day: date, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., list[RegionAnswer]]:
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "access")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "project")
    monkeypatch.setenv("HOME", str(tmp_path))
    server.rate = answers()
    server.waited = []

    def run(*regions: str, site: str = "cn", **keys: Any) -> list[RegionAnswer]:
        asked = regions or ("cn-north-4",)
        return list(bss.fetch(site, asked, day, endpoint=server.url, sleep=server.waited.append, **keys))

    return run


@pytest.fixture
def fetch(ask: Callable[..., list[RegionAnswer]]) -> Callable[..., list[Catalogue]]:
    """What was read, where nothing fails."""

    def run(site: str = "cn", **keys: Any) -> list[Catalogue]:
        [answer] = ask(site=site, **keys)
        assert answer.failures == ()
        return list(answer.catalogues)

    return run


def tariffs(catalogues: list[Catalogue]) -> dict[tuple[str, str], Tariff]:
    return {
        (row.meter, row.spec): row.tariff
        for catalogue in catalogues
        for row in catalogue.rows
        if row.months is None
    }


def months_of(catalogues: list[Catalogue], spec: str) -> dict[int | None, Decimal]:
    return {
        row.months: row.tariff.amount(Decimal(2))
        for catalogue in catalogues
        for row in catalogue.rows
        if row.spec == spec and row.meter in (Meter.GATEWAY, Meter.EIP_BANDWIDTH)
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestPriceApi:
    def test_list_prices(self, fetch: Callable[..., list[Catalogue]], day: date) -> None:
        catalogues = fetch()
        found = tariffs(catalogues)
        assert found[("apig.gateway", "PROFESSIONAL")].amount(Decimal(1)) == Decimal("12.88")
        assert found[("eip.traffic", "5_bgp")].amount(Decimal(100)) == Decimal("81.25")
        bandwidth = found[("eip.bandwidth", "5_bgp")]
        assert bandwidth.mode is TierMode.PROGRESSIVE
        assert bandwidth.amount(Decimal(6)) == Decimal("0.565")
        assert ("apig.gateway", "BASIC") not in found
        assert all(not catalogue.complete for catalogue in catalogues)
        book = lock.merged(None, [RegionAnswer("cn-north-4", tuple(catalogues))], "cn", day)
        assert {row.confidence for row in book.rows} == {"official"}

    def test_the_customers_own_prices(self, fetch: Callable[..., list[Catalogue]]) -> None:
        catalogues = fetch(discounted=True)
        assert tariffs(catalogues)[("apig.gateway", "PROFESSIONAL")].amount(Decimal(1)) == Decimal("11.592")
        assert months_of(catalogues, "PROFESSIONAL")[12] == 80000
        assert all(row.note == "The customer's own price." for row in catalogues[0].rows)

    def test_terms_of_a_month_and_a_year(self, fetch: Callable[..., list[Catalogue]]) -> None:
        catalogues = fetch()
        assert months_of(catalogues, "PROFESSIONAL") == {None: Decimal("25.76"), 1: 16000, 12: 160000}
        assert months_of(catalogues, "5_bgp") == {None: Decimal("0.126"), 1: 46, 12: 460}
        years = [row for row in catalogues[0].rows if row.months == 12]
        assert all(row.source.endswith("/period-resources/subscribe-rate") for row in years)

    def test_the_international_sdk(self, fetch: Callable[..., list[Catalogue]], server: Any) -> None:
        server.rate = answers(currency="USD")
        assert tariffs(fetch("intl"))[("apig.gateway", "ENTERPRISE")].amount(Decimal(1)) == Decimal("19.36")

    def test_a_tariff_by_hours_gets_no_price(
        self, fetch: Callable[..., list[Catalogue]], server: Any
    ) -> None:
        def trap(info: dict[str, Any]) -> Decimal:
            if info["resource_spec"] == "publicip" and int(float(info["usage_value"])) > 5:
                return amount(info) * 4
            return amount(info)

        server.rate = answers(trap)
        (catalogue,) = fetch()
        (stated,) = catalogue.no_prices
        assert stated.meter == Meter.OUTBOUND_BANDWIDTH
        assert "hours of use" in stated.reason
        assert ("apig.outbound-bandwidth", "publicip") not in tariffs([catalogue])

    def test_amounts_that_no_tariff_explains(
        self, fetch: Callable[..., list[Catalogue]], server: Any
    ) -> None:
        def strange(info: dict[str, Any]) -> Decimal:
            return amount(info) + (1 if info.get("resource_size") == 300 else 0) * int(
                float(info["usage_value"])
            )

        server.rate = answers(strange)
        (catalogue,) = fetch()
        assert {stated.meter for stated in catalogue.no_prices} == {
            Meter.OUTBOUND_BANDWIDTH,
            Meter.EIP_BANDWIDTH,
        }
        assert "No tariff that is known explains" in catalogue.no_prices[0].reason

    def test_busy_is_tried_again(self, fetch: Callable[..., list[Catalogue]], server: Any) -> None:
        server.failures = [429, 503]
        assert fetch()
        assert len(server.waited) == 2

    @pytest.mark.parametrize(
        ("status", "code", "message"),
        [
            (403, "CBC.0151", "permission billing:contract:viewDiscount"),
            (401, "APIGW.0301", "access denied"),
        ],
    )
    def test_refusals(
        self,
        fetch: Callable[..., list[Catalogue]],
        server: Any,
        status: int,
        code: str,
        message: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        server.rate = lambda body: (status, {"error_code": code, "error_msg": f"no {SECRET}"})
        with pytest.raises(SyncError, match=message) as error:
            fetch()
        assert SECRET not in str(error.value)
        assert error.value.__cause__ is None
        assert SECRET not in capfd.readouterr().err

    def test_one_refused_product_does_not_end_the_run(
        self, fetch: Callable[..., list[Catalogue]], server: Any
    ) -> None:
        usual = answers()

        def refuse(body: dict[str, Any]) -> tuple[int, object]:
            if body["product_infos"][0]["resource_spec"] == "PROFESSIONAL":
                return 400, {"error_code": "CBC.0100", "error_msg": "x"}
            return usual(body)

        server.rate = refuse
        [catalogue] = fetch()
        [skipped] = catalogue.skipped
        assert "apig.gateway PROFESSIONAL in cn-north-4: 400 CBC.0100" in skipped
        assert "ENTERPRISE" in {row.spec for row in catalogue.rows}

    def test_what_is_sold_by_subscription_only_has_no_hourly_price(
        self, fetch: Callable[..., list[Catalogue]], server: Any
    ) -> None:
        """CBC.6074: the usage factor does not exist."""
        usual = answers()

        def refuse(body: dict[str, Any]) -> tuple[int, object]:
            first = body["product_infos"][0]
            if first["resource_spec"] == "PROFESSIONAL" and "period_type" not in first:
                return 400, {"error_code": "CBC.99006074", "error_msg": "x"}
            return usual(body)

        server.rate = refuse
        catalogues = fetch()
        assert months_of(catalogues, "PROFESSIONAL") == {1: 16000, 12: 160000}
        assert catalogues[0].skipped == ()

    @pytest.mark.parametrize(
        ("keys", "message"),
        [
            ({"currency": "EUR"}, "the currency is EUR, but the site's is CNY"),
            ({"product_rating_results": []}, "no amount for apig.gateway"),
        ],
    )
    def test_amounts_that_are_none(
        self,
        ask: Callable[..., list[RegionAnswer]],
        server: Any,
        keys: dict[str, object],
        message: str,
    ) -> None:
        server.rate = answers(**keys)
        [answer] = ask()
        assert message in answer.failures[0]
        assert answer.catalogues == ()

    def test_nothing_is_sold(self, fetch: Callable[..., list[Catalogue]], server: Any) -> None:
        server.rate = lambda body: (400, {"error_code": "CBC.6006", "error_msg": "x"})
        [catalogue] = fetch()
        assert (catalogue.rows, catalogue.covered) == ((), ())
        assert "sells nothing of it in cn-north-4" in catalogue.notes[0]

    def test_a_server_that_cannot_be_reached(self, ask: Callable[..., list[RegionAnswer]], day: date) -> None:
        ask()
        waited: list[float] = []
        regions = ("cn-north-4", "cn-north-1")
        fetched = list(bss.fetch("cn", regions, day, endpoint="http://127.0.0.1:9", sleep=waited.append))
        assert [answer.region for answer in fetched] == list(regions)
        assert all(
            "Connection" in failure or "Unreachable" in failure for one in fetched for failure in one.failures
        )
        assert len(waited) == 8

    def test_no_credentials(
        self, fetch: Callable[..., list[Catalogue]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("HUAWEICLOUD_SDK_AK")
        with pytest.raises(SyncError, match="needs credentials: set HUAWEICLOUD_SDK_AK"):
            fetch()

    def test_credentials_of_the_profile_file(
        self,
        fetch: Callable[..., list[Catalogue]],
        server: Any,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.delenv("HUAWEICLOUD_SDK_AK")
        profile = tmp_path / "credentials"
        profile.write_text(f"[global]\nak = of-the-profile\nsk = {SECRET}\n")
        monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(profile))
        assert fetch()
        assert "of-the-profile" in server.headers[0]["Authorization"]
        assert all(SECRET not in value for headers in server.headers for value in headers.values())

    def test_no_project(self, fetch: Callable[..., list[Catalogue]], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
        with pytest.raises(SyncError, match="HUAWEICLOUD_SDK_PROJECT_ID"):
            fetch()

    def test_an_unknown_site(self, day: date) -> None:
        with pytest.raises(SyncError, match="no site mars"):
            list(bss.fetch("mars", ("x",), day))
