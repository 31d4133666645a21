"""Bills that are made from known rates, with every key of the vendor's record."""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest
from huaweicloudsdkbss.v2.model.res_fee_record_v2 import ResFeeRecordV2

KEYS = tuple(ResFeeRecordV2.attribute_map.values())
SERVICES = {
    "gateway": ("hws.service.type.apig", "hws.resource.type.apig.instance"),
    "outbound": ("hws.service.type.apig", "hws.resource.type.apig.publicip"),
    "ip": ("hws.service.type.vpc", "hws.resource.type.ip"),
    "bandwidth": ("hws.service.type.vpc", "hws.resource.type.bandwidth"),
}


def record(product: str, sku: str, **fields: Any) -> dict[str, Any]:
    """One record: what is not given is null, as the vendor sends it."""
    service, resource = SERVICES[product]
    given = {
        "bill_date": "2026-10-31",
        "bill_type": 5,
        "charge_mode": "3",
        "region": "cn-north-4",
        "cloud_service_type": service,
        "resource_type": resource,
        "resource_id": f"id-of-{product}",
        "resource_name": f"name-of-{product}",
        "sku_code": sku,
        "usage_type": "Duration",
        "usage_measure_id": 4,
        "measure_id": 1,
        "coupon_amount": Decimal(0),
        "discount_amount": Decimal(0),
    }
    given |= {"spec_size_measure_id": 15} if product in ("outbound", "bandwidth") else {}
    unknown = (given | fields).keys() - set(KEYS)
    assert not unknown, unknown
    return dict.fromkeys(KEYS) | given | fields


@pytest.fixture
def used() -> Callable[..., dict[str, Any]]:
    """A pay-per-use record whose amounts follow from an hourly price."""

    def build(
        product: str,
        sku: str,
        hourly: str,
        hours: str,
        *,
        unit_price: str | None = None,
        discount: str = "0",
        coupon: str = "0",
        places: int = 8,
        **fields: Any,
    ) -> dict[str, Any]:
        cut = Decimal(1).scaleb(-places)
        official = (Decimal(hourly) * Decimal(hours)).quantize(cut, ROUND_DOWN)
        less = (official * Decimal(discount)).quantize(cut, ROUND_DOWN)
        unit = None
        if unit_price is not None:
            unit = "元/Mbps/小时" if product in ("outbound", "bandwidth") else "元/小时"
        amounts = {
            "usage": Decimal(hours),
            "official_amount": official,
            "discount_amount": less,
            "amount": official - less,
            "coupon_amount": Decimal(coupon),
            "unit_price": None if unit_price is None else Decimal(unit_price),
            "unit": unit,
        }
        return record(product, sku, **(amounts | fields))

    return build


@pytest.fixture
def answer() -> Callable[..., dict[str, Any]]:
    """A page of a bill."""

    def build(*records: dict[str, Any], currency: str | None = "CNY") -> dict[str, Any]:
        return {"fee_records": list(records), "total_count": len(records), "currency": currency}

    return build
