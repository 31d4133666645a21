"""A whole catalogue of the captured shape, for the twelve regions whose prices were missing most.

The amounts are made up. Odd products stand between the others, as in the stored answers of other services.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

import pricing
from pricing import Meter, Mode, Priced, Question, Range
from pricing.book.loader import definitions
from pricing.sync import calculator, lock
from tests.pricing.sync.conftest import by_traffic, catalogue, plan, product, tiers

CHINA: Final = ("cn-north-4", "cn-east-3", "cn-south-1", "cn-southwest-2")
ELSEWHERE: Final = (
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "af-south-1",
    "tr-west-1",
    "me-east-1",
    "la-south-2",
    "sa-brazil-1",
)
EDITIONS: Final = definitions().meters[Meter.GATEWAY].known_specs
STEPS: Final = ((0, 10, "0.135"), (10, 50, "0.124"), (50, -1, "0.113"))
YEARS: Final = (1, 2, 3)


def prepaid(month: str) -> list[dict[str, object]]:
    """A month, and one to three years at ten months each."""
    years = [plan(str(Decimal(month) * 10 * years), "YEARLY", periodNum=years) for years in YEARS]
    return [plan(month, "MONTHLY"), *years]


def apig() -> dict[str, Any]:
    editions = [
        product(edition, plan(str(number)), *prepaid(str(number * 500)), plan("9", siteCode="ALLY_OTHER"))
        for number, edition in enumerate(EDITIONS, start=1)
    ]
    bandwidth = product("publicip", plan(None, **tiers(15, (0, 5, "0.06"), (5, -1, "0.25"))))
    return catalogue(
        "apig",
        {
            "apig_apig.instance": [*editions, product("apig.trial.100", plan("1", usageFactor="count"))],
            "apig_apig.publicip": [bandwidth],
            "apig_apig.plugin": [product("plugin", plan("1"))],
        },
    )


def eip() -> dict[str, Any]:
    by_condition = {"condition": "night", "conditionName": "serviceHourTime", "serviceHourTime": "0-8"}
    return catalogue(
        "eip",
        {
            "vpc_ip": [product("5_bgp", plan("0.005"), *prepaid("0")), product("5_sbgp", plan("0.004"))],
            "vpc_bandwidth": [
                product("19_bgp", plan("0.0281"), *prepaid("9"), eipType="dataInfo_5_"),
                product(
                    "19_share",
                    plan("0.0281"),
                    plan("20.25", measureUnit=20),
                    plan("22.28", measureUnit=0),
                    *prepaid("9"),
                    eipType="dataInfo_5_",
                ),
                product("19_share", plan("20.25", measureUnit=20), eipType="dataInfo_17_"),
                product("12_bgp", by_traffic(None, **tiers(9, *STEPS))),
                product("12_share", by_traffic("0.1")),
                product("12_bgp_10GB", plan("1.2", "MONTHLY"), shareType="dataInfo_13_"),
                product("12_bgp_1TB", plan("99", "MONTHLY")),
                product("12_bgp", by_traffic("0.05"), **by_condition),
                product("44_new", plan("7", billingMode="HOURLY_PACK")),
            ],
        },
    )


@pytest.fixture
def book(server: Any, day: date, tmp_path: Path) -> pricing.Book:
    """One locked book for both sites, as two runs of the command write it."""
    for region in (*CHINA, *ELSEWHERE):
        server.catalogues["apig", region] = apig()
        server.catalogues["eip", region] = eip()
    path = tmp_path / "prices.lock.toml"
    old = None
    for site, regions in (("cn", CHINA), ("intl", ELSEWHERE)):
        answers = list(calculator.fetch(site, regions, day, endpoint=server.url))
        assert [answer.failures for answer in answers] == [()] * len(regions)
        lock.write(lock.merged(old, answers, site, day), path)
        old = pricing.load_file(path, today=day)
    assert old is not None
    return old


def questions(site: str, region: str) -> Iterator[Question]:
    """The 26 lines: eleven gateways with 10 Mbit/s outbound, an EIP by size and one by traffic."""
    month = Range.exactly(730)
    for edition in EDITIONS:
        for meter, size in ((Meter.GATEWAY, 1), (Meter.OUTBOUND_BANDWIDTH, 10)):
            yield Question(meter, edition, site, region, Mode.PAY_PER_USE, Range.exactly(size), month)
    volume = Range.exactly(1000)
    for meter, size in (
        (Meter.EIP_RETENTION, 1),
        (Meter.EIP_BANDWIDTH, 10),
        (Meter.EIP_RETENTION, 1),
        (Meter.EIP_TRAFFIC, 10),
    ):
        yield Question(meter, "5_bgp", site, region, Mode.PAY_PER_USE, Range.exactly(size), month, volume)


def test_every_line_of_the_measurement_is_exact(book: pricing.Book) -> None:
    exact = {
        region: sum(
            isinstance(found, Priced) and found.monthly.is_exact and found.price is not None
            for found in (pricing.answer(book, asked, Decimal(730)) for asked in questions(site, region))
        )
        for site, regions in (("cn", CHINA), ("intl", ELSEWHERE))
        for region in regions
    }
    assert exact == dict.fromkeys((*CHINA, *ELSEWHERE), 26)


def test_what_has_odd_products_beside_it_is_not_stated_complete(book: pricing.Book) -> None:
    complete = {stated.meter for stated in book.complete}
    assert complete == {Meter.OUTBOUND_BANDWIDTH, Meter.EIP_RETENTION}
    assert {row.site for row in book.rows} == {"cn", "intl"}
    assert {row.currency for row in book.rows if row.region == "cn-north-4"} == {"CNY"}
