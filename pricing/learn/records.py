"""Reading bill records strictly: what has a wrong type is an error that names the record and the field.

Fields that no rule here needs are not looked at, and nulls are what a field without a value has.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from pricing.learn.codes import bill_codes
from pricing.quantity import Mode

_SHOWN: Final = 60
"""Characters of a strange value."""
_DIGITS: Final = 40
"""Most characters of a number: one must not fill the memory."""


class BillError(ValueError):
    """A bill cannot be used. The message is one line."""


class BillRecord(Struct, frozen=True):
    """One record: one resource, one product, one cycle.

    Attributes:
        place: Where it stands, for errors (``fee_records[3]``).
        kind: What it is about, in the words of ``bill.toml``; ``None`` for a bill type that is not known.
        mode: How it is paid; ``None`` for one that is not priced here (reserved, savings plan).
        month: The month that it is billed in.
        region: Region id.
        service: Code of the service. Likewise ``resource_type`` and ``sku`` of the product.
        resource: Id of the resource.
        name: Its name.
        size: Size of what is bought by size, in the unit of ``size_measure``; ``None`` for other products.
        usage: What was used, in the unit of ``usage_measure``; ``None`` of what is prepaid.
        usage_type: What is counted (``Duration``, ``upflow``).
        periods: Months that a prepaid record is about; ``None`` where it does not say.
        unit_price: List price of one unit; the vendor gives it for prices without steps only.
        unit: What the unit price is for (``元/Mbps/小时``).
        official: List price of it all.
        amount: What is paid, before coupons.
        coupon: The part of it that coupons pay.
        lacks: Which amount is missing, and so stands as 0 here; empty where none is.
        elsewhere: Whether a package or a reservation pays for a part of the usage.
        places: Decimals with which ``official`` is stated, at least two. Likewise ``amount_places``.
    """

    place: str
    kind: str | None
    mode: Mode | None
    month: date
    region: str
    service: str
    resource_type: str
    sku: str
    resource: str
    name: str
    size: Decimal | None
    size_measure: int | None
    usage: Decimal | None
    usage_measure: int | None
    usage_type: str
    periods: int | None
    unit_price: Decimal | None
    unit: str
    official: Decimal
    amount: Decimal
    coupon: Decimal
    lacks: str
    elsewhere: bool
    places: int
    amount_places: int


class Bill(Struct, frozen=True):
    """Records of one month in one currency."""

    currency: str
    month: date
    records: tuple[BillRecord, ...]


def read_bill(documents: Iterable[tuple[str, object]], month: date | None = None) -> Bill:
    """Read the pages of a bill.

    Args:
        documents: Each with its name: an answer of the API, or a list of such answers.
        month: Take the records of this month only.

    Raises:
        BillError: A page is no bill; currencies or months differ; nothing is left to read.
    """
    currencies: dict[str, str] = {}
    records: list[BillRecord] = []
    for name, document in documents:
        for place, page in _pages(name, document):
            found = list(_records(place, page))
            if found or page.get("currency"):
                currencies.setdefault(_currency(page, place), place)
            records.extend(found)
    if month is not None:
        records = [record for record in records if record.month == month]
    if len(currencies) > 1:
        told = ", ".join(f"{currency} in {place}" for currency, place in currencies.items())
        raise BillError(f"the pages have different currencies ({told}); give those of one account")
    months = sorted({record.month for record in records})
    if len(months) > 1:
        told = ", ".join(f"{one:%Y-%m}" for one in months)
        raise BillError(
            f"the records are of several months ({told}); choose one with --month {months[-1]:%Y-%m}"
        )
    if not records:
        of = "" if month is None else f" of {month:%Y-%m}"
        raise BillError(f"there are no records{of} in it")
    return Bill(next(iter(currencies)), months[0], tuple(records))


def _pages(name: str, document: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    pages = document if isinstance(document, list) else [document]
    for index, page in enumerate(pages):
        place = f"{name}[{index}]" if isinstance(document, list) else name
        if not isinstance(page, Mapping) or not isinstance(page.get("fee_records"), list):
            raise BillError(
                f"{place}: this is no bill; an answer of ListCustomerselfResourceRecords was expected, "
                "with `fee_records`"
            )
        yield place, page


def _currency(page: Mapping[str, object], place: str) -> str:
    currency = _text(page, "currency", place)
    if not currency:
        raise BillError(
            f"{place}.currency: a currency was expected; the vendor's answer has it beside `fee_records`"
        )
    return currency


def _records(name: str, page: Mapping[str, object]) -> Iterator[BillRecord]:
    listed = page["fee_records"]
    assert isinstance(listed, list)
    for index, record in enumerate(listed):
        place = f"{name}: fee_records[{index}]"
        if not isinstance(record, Mapping):
            raise BillError(f"{place}: a record was expected, found {_shown(record)}")
        yield _record(record, place)


def _record(record: Mapping[str, object], place: str) -> BillRecord:
    codes = bill_codes()
    kind = _integer(record, "bill_type", place)
    mode = _text(record, "charge_mode", place)
    periods, period = _number(record, "period_num", place), _text(record, "period_type", place)
    measure = _integer(record, "measure_id", place)
    if measure not in (None, 1):
        raise BillError(f"{place}.measure_id: 1 was expected (yuan or dollar), found {measure}")
    months = codes.months.get(period)
    whole = periods is not None and periods > 0 and periods == periods.to_integral_value()
    official = _number(record, "official_amount", place)
    amount = _number(record, "amount", place)
    return BillRecord(
        place=place,
        kind=None if kind is None else codes.kinds.get(kind),
        mode=codes.modes.get(mode),
        month=_month(record, place),
        region=_text(record, "region", place),
        service=_text(record, "cloud_service_type", place),
        resource_type=_text(record, "resource_type", place),
        sku=_text(record, "sku_code", place),
        resource=_text(record, "resource_id", place),
        name=_text(record, "resource_name", place),
        size=_number(record, "spec_size", place),
        size_measure=_integer(record, "spec_size_measure_id", place),
        usage=_number(record, "usage", place),
        usage_measure=_integer(record, "usage_measure_id", place),
        usage_type=_text(record, "usage_type", place),
        periods=int(periods) * months if whole and periods is not None and months is not None else None,
        unit_price=_number(record, "unit_price", place),
        unit=_text(record, "unit", place),
        official=Decimal(0) if official is None else official,
        amount=Decimal(0) if amount is None else amount,
        lacks="official_amount" if official is None else "amount" if amount is None else "",
        coupon=_number(record, "coupon_amount", place) or Decimal(0),
        elsewhere=any(_number(record, key, place) for key in ("free_resource_usage", "ri_usage")),
        places=_decimals(official),
        amount_places=_decimals(amount),
    )


def _month(record: Mapping[str, object], place: str) -> date:
    text = _text(record, "bill_date", place)
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise BillError(
            f"{place}.bill_date: a day like 2026-10-31 was expected, found {_shown(text)}"
        ) from None


def _text(record: Mapping[str, object], key: str, place: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BillError(f"{place}.{key}: a text was expected, found {_shown(value)}")
    return str(value)


def _integer(record: Mapping[str, object], key: str, place: str) -> int | None:
    value = _number(record, key, place)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise BillError(f"{place}.{key}: a whole number was expected, found {value}")
    return int(value)


def _number(record: Mapping[str, object], key: str, place: str) -> Decimal | None:
    """A number, also as a text: which of the two is printed depends on the tool."""
    value = record.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, bool) and isinstance(value, str | int | Decimal) and len(str(value)) <= _DIGITS:
        try:
            number = Decimal(value)
        except ArithmeticError:
            number = Decimal("nan")
        if number.is_finite() and abs(number.adjusted()) < _DIGITS:
            return number
    raise BillError(f"{place}.{key}: a number was expected, found {_shown(value)}")


def _decimals(amount: Decimal | None) -> int:
    """Decimals of an amount itself: how exact another amount is says nothing of it."""
    exponent = 0 if amount is None else amount.as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


def _shown(value: object) -> str:
    text = "a list" if isinstance(value, list) else "a record" if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
