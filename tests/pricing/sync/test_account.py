"""The bill of an account, from a server that answers like the vendor's."""

import json
from datetime import date
from decimal import Decimal

import pytest

from pricing.learn.records import read_bill
from pricing.sync.account import bill_of
from pricing.sync.errors import SyncError
from tests.pricing.learn.conftest import record

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch):
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "ak-of-the-test")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "sk-of-the-test")
    monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "domain")


def _numbers(fields):
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in fields.items()}


def asked(server, site="cn"):
    return list(bill_of(site, OCTOBER, endpoint=server.url, sleep=lambda _: None))


@pytest.mark.parametrize("site", ["cn", "intl"])
def test_every_page_is_asked_for(server, site):
    records = [
        _numbers(
            record("ip", "5_bgp", official_amount=0.02 + number, amount=0.02, resource_id=f"ip-{number}")
        )
        for number in range(1500)
    ]

    def bill(query):
        assert (query["cycle"], query["statistic_type"], query["limit"]) == ("2026-10", "3", "1000")
        start = int(query["offset"])
        page = records[start : start + 1000]
        return 200, {"fee_records": page, "total_count": len(records), "currency": "CNY"}

    server.bill = bill
    pages = asked(server, site)
    assert [len(page["fee_records"]) for page in pages] == [1000, 500]
    bill = read_bill([("the account", page) for page in pages])
    assert (bill.currency, bill.records[1].official) == ("CNY", Decimal("1.02"))
    assert "sk-of-the-test" not in json.dumps(server.headers)


def test_a_passing_failure_is_tried_again(server):
    server.failures = [503, 429]
    server.bill = lambda query: (200, {"fee_records": [], "total_count": 0, "currency": ""})
    assert asked(server) == [{"fee_records": [], "currency": "", "total_count": 0}]


@pytest.mark.parametrize(
    ("status", "told"), [(403, "access denied"), (401, "access denied"), (400, "the bill: 400 CBC.0100")]
)
def test_what_is_refused_is_one_line_without_the_key(server, status, told):
    server.bill = lambda query: (status, {"error_code": "CBC.0100", "error_msg": "no ak-of-the-test"})
    with pytest.raises(SyncError, match=told) as caught:
        asked(server)
    assert "of-the-test" not in str(caught.value)


def test_without_credentials_nothing_is_sent(server, monkeypatch, tmp_path):
    monkeypatch.delenv("HUAWEICLOUD_SDK_AK")
    monkeypatch.delenv("HUAWEICLOUD_SDK_SK")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SyncError, match="HUAWEICLOUD_SDK_AK"):
        asked(server)
    assert server.requests == []
