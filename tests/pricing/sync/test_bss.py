"""The price API, through the vendor's real SDK against a server on the loopback."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pricing.quantity import Meter
from pricing.sync import bss, lock, price_list
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
        if "product_infos" not in body:  # the international and European sites have a price list
            return 200, {"region_code": body["region_code"], "resource_spec_infos": [], "page_info": {}}
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
        assert all(row.discounted for row in catalogues[0].rows)

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


def listed(
    spec: str, *prices: dict[str, Any], resource: str = "hws.resource.type.apig.instance"
) -> dict[str, Any]:
    """A product of the price list with every key that the SDK's model has."""
    return {
        "cloud_service_type": "hws.service.type.apig",
        "cloud_service_type_name": "API Gateway",
        "resource_type": "hws.resource.type.apig.instance",
        "resource_type_name": "x",
        "resource_spec": spec,
        "resource_spec_name": spec,
        "attributes": None,
        "price_lists": list(prices),
    }


def price(amount: str, **keys: Any) -> dict[str, Any]:
    return {
        "offering_id": "OFFI1",
        "currency": "USD",
        "official_price": amount,
        "charging_mode": "ON_DEMAND",
        "period_type": 4,
        "period_nums": None,
        "billing_usage_factor": "Duration",
        **keys,
    }


def term(amount: str, period: int) -> dict[str, Any]:
    return price(
        amount, charging_mode="PERIOD", period_type=period, period_nums=[1, 2, 3], billing_usage_factor=None
    )


PROFESSIONAL = listed("PROFESSIONAL", price("12.88"), term("8000", 2), term("80000", 3))
ENTERPRISE = listed("ENTERPRISE", price("19.36"), term("0", 2), term("0", 3))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestPriceList:
    """``ListResourceSpecsPrice`` of the international SDK, checked against the ratings."""

    @pytest.fixture
    def of(self, server: Any, fetch: Callable[..., list[Catalogue]]) -> Callable[..., Catalogue]:
        def run(*pages: list[dict[str, Any]], status: int = 200) -> Catalogue:
            rated = answers(currency="USD")
            server.asked = []

            def answer(body: dict[str, Any]) -> tuple[int, object]:
                if "product_infos" in body:
                    code, content = rated(body)
                    return code, {**content, "currency": "USD"} if isinstance(content, dict) else content
                server.asked.append(body)
                if status != 200:
                    return status, {"error_code": "CBC.0151", "error_msg": "x"}
                ours = body["resource_type"] == "hws.resource.type.apig.instance"
                number = int(body.get("marker") or 0)
                following = str(number + 1) if ours and number + 1 < len(pages) else None
                return 200, {
                    "region_code": body["region_code"],
                    "resource_spec_infos": pages[number] if ours else [],
                    "page_info": {"next_marker": following},
                }

            server.rate = answer
            (catalogue,) = fetch(site="intl")
            return catalogue

        return run

    def test_what_agrees_is_known_to_be_all(self, of: Callable[..., Catalogue], server: Any) -> None:
        catalogue = of([PROFESSIONAL], [ENTERPRISE])
        assert [stated.meter for stated in catalogue.complete] == [Meter.GATEWAY]
        assert {(row.spec, row.months) for row in catalogue.rows if row.meter == Meter.GATEWAY} == {
            (spec, months) for spec in ("PROFESSIONAL", "ENTERPRISE") for months in (None, 1, 12)
        }
        first, second = [one for one in server.asked if "apig.instance" in one["resource_type"]]
        assert (first["need_price"], first["limit"], first["region_code"]) == (True, 50, "cn-north-4")
        assert second["marker"] == "1"
        assert catalogue.skipped == ()

    def test_another_amount_than_the_rating_is_no_price(self, of: Callable[..., Catalogue]) -> None:
        catalogue = of([listed("PROFESSIONAL", price("13"), term("8000", 2), term("80000", 3)), ENTERPRISE])
        (stated,) = catalogue.no_prices
        assert stated.reason == "The price list of the price API says 13 and its rating 12.88."
        assert "PROFESSIONAL" not in {row.spec for row in catalogue.rows}
        assert catalogue.complete == ()

    def test_a_term_that_disagrees_takes_the_product_away(self, of: Callable[..., Catalogue]) -> None:
        catalogue = of(
            [listed("PROFESSIONAL", price("12.88"), term("8000", 2), term("96000", 3)), ENTERPRISE]
        )
        assert [stated.spec for stated in catalogue.no_prices] == ["PROFESSIONAL"]
        assert "PROFESSIONAL" not in {row.spec for row in catalogue.rows}

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (
                listed("PROFESSIONAL_IPV6", price("1")),
                "product PROFESSIONAL_IPV6 in the price list is not understood",
            ),
            (
                listed("PLATINUM", price("50")),
                "PLATINUM pay-per-use: the price list has it, and no rating confirms",
            ),
            (listed("PLATINUM", price("1", billing_usage_factor="calls")), "a price of PLATINUM (ON_DEMAND)"),
            (listed("PLATINUM", price("1", period_type=0)), "a price of PLATINUM (ON_DEMAND)"),
            (listed("PLATINUM", price("1", charging_mode="ONE_TIME")), "a price of PLATINUM (ONE_TIME)"),
            (listed("PLATINUM", price("1", currency="EUR")), "a price of PLATINUM in EUR"),
            (listed("PLATINUM", price("NaN")), "the amount of PLATINUM"),
            (listed("", price("1")), "a product without a name"),
        ],
    )
    def test_what_is_not_understood_is_named_and_nothing_is_known_to_be_all(
        self, of: Callable[..., Catalogue], more: dict[str, Any], told: str
    ) -> None:
        catalogue = of([PROFESSIONAL, ENTERPRISE, more])
        assert any(told in one for one in catalogue.skipped)
        assert catalogue.complete == ()
        assert {"PROFESSIONAL", "ENTERPRISE"} <= {row.spec for row in catalogue.rows}

    def test_what_is_rated_and_not_listed_is_kept(self, of: Callable[..., Catalogue]) -> None:
        catalogue = of([PROFESSIONAL])
        assert "ENTERPRISE" in {row.spec for row in catalogue.rows}
        assert catalogue.complete == ()

    def test_an_account_that_may_not_ask_for_it(self, of: Callable[..., Catalogue]) -> None:
        catalogue = of([], status=403)
        assert any("not checked against the price list" in one for one in catalogue.skipped)
        assert {row.spec for row in catalogue.rows} >= {"PROFESSIONAL", "ENTERPRISE"}

    def test_the_china_site_has_none(self, fetch: Callable[..., list[Catalogue]], server: Any) -> None:
        assert fetch()[0].complete == ()
        assert not [one for one in server.requests if "resource-specs-price" in one]

    def test_a_list_that_does_not_end(
        self, of: Callable[..., Catalogue], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(price_list, "MOST_PAGES", 2)
        catalogue = of([PROFESSIONAL], [ENTERPRISE], [])
        assert any("does not end" in one for one in catalogue.skipped)
        assert catalogue.complete == ()
