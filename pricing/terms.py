"""What a customer has agreed with the vendor: discounts, own unit prices, yearly/monthly orders.

Terms are applied after the list price and shown as a step of their own. Whether one applies may
depend on what is not known (the edition of a gateway); the amount then spans both cases.
"""

from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pricing.book.loader import definitions
from pricing.document import Table, read_document
from pricing.money import ANYTHING, Money, Range, divide, plain
from pricing.quantity import Meter, Mode, Unit
from pricing.quote import Answer, Priced, PriceReference, Question, Step, Unpriced
from pricing.rating import UsageRange, counted

SCHEMA: Final = "apig-cost/terms/1"
ENDS_SOON: Final = timedelta(days=30)
"""How long before its end an order is warned of."""

_MONTH: Final = Decimal(730)


class Discount(Struct, frozen=True):
    """A reduction of the list price, or an own price in its place.

    Attributes:
        name: What the customer calls it; shown with the amount.
        meter: What it is for; ``None`` for everything.
        spec: Pattern of editions or products.
        site: Pattern of sites.
        region: Pattern of region ids.
        percent: How much is taken off, 0 to 100; ``None`` with an own price.
        rate: Own price of one unit of the meter, paid per use; ``None`` with a percentage.
        first: First day, ``None`` for no beginning.
        last: Last day, included; ``None`` for no end.
    """

    name: str
    meter: Meter | None
    spec: str
    site: str
    region: str
    percent: Decimal | None
    rate: Money | None
    first: date | None
    last: date | None


class Order(Struct, frozen=True):
    """A gateway that is paid for by the month or year, which no declaration can say.

    Attributes:
        name: What the customer calls it.
        match: Pattern of the resource's name or URN.
        months: Term.
        price: Price of the whole term.
        end: Last day of the term.
    """

    name: str
    match: str
    months: int
    price: Money
    end: date

    def is_over(self, today: date) -> bool:
        """Whether the term has ended."""
        return today > self.end

    def warning(self, today: date) -> str | None:
        """What to say of the end of the term: that it is over, or near."""
        if self.is_over(today):
            return f"Order {self.name} ended on {self.end}; the gateway is rated as pay-per-use."
        if self.end - today <= ENDS_SOON:
            return f"Order {self.name} ends on {self.end}, in {(self.end - today).days} days."
        return None

    def priced(self, today: date, hours_per_month: Decimal) -> Priced | None:
        """The cost of the edition under the order; ``None`` once the term has ended.

        Only the edition: the bandwidth of a yearly/monthly gateway is always paid per use.
        """
        if self.is_over(today):
            return None
        month = divide(self.price.amount, Decimal(self.months))
        shown = f"{plain(self.price.amount)} {self.price.currency}"
        warning = self.warning(today)
        return Priced(
            currency=self.price.currency,
            quantity=Range.exactly(1),
            unit=Unit.MONTH,
            hourly=Range.exactly(divide(month, hours_per_month)),
            monthly=Range.exactly(month),
            price=PriceReference(f"order: {self.name}", "official", today, "customer terms", reference=False),
            steps=(
                Step(f"{shown} / {self.months} months = {plain(month)} {self.price.currency} a month", month),
            ),
            reasons=(
                f"Order {self.name} pays for the edition until {self.end}.",
                *((warning,) if warning else ()),
            ),
        )


class Terms(Struct, frozen=True):
    """The terms of one customer. In each list the first entry that matches wins.

    Attributes:
        discounts: Reductions of list prices, and own prices in their place.
        orders: Gateways that are paid for by the month or year.
    """

    discounts: tuple[Discount, ...] = ()
    orders: tuple[Order, ...] = ()


def load_terms(path: str | Path) -> Terms:
    """Read a file of terms (docs/prices.md describes it).

    Raises:
        DocumentError: The file cannot be read, or an entry is impossible (a discount over 100 %).
    """
    root = Table(read_document(Path(path), "customer terms"), str(path))
    if root.text("schema") != SCHEMA:
        raise root.fail("schema", f"{SCHEMA!r}")
    terms = Terms(
        discounts=tuple(_discount(table) for table in root.tables("discount")),
        orders=tuple(_order(table) for table in root.tables("order")),
    )
    root.finish()
    return terms


def order_for(terms: Terms, name: str, urn: str) -> Order | None:
    """The order that pays for a gateway, by the name or URN of its resource.

    A name always means itself, although ``[`` is special in a pattern: it may be ``pool[0]``.
    """
    for order in terms.orders:
        for text in (name, urn):
            if text == order.match or fnmatchcase(text, order.match):
                return order
    return None


def apply_terms(
    answer: Answer,
    terms: Terms,
    meter: Meter,
    spec: str | None,
    region: str | None,
    site: str | None,
    today: date,
    *,
    question: Question | None = None,
    hours_per_month: Decimal = _MONTH,
) -> Answer:
    """Apply the first discount that matches to the list price.

    Args:
        answer: The list price.
        terms: The customer's terms.
        meter: What is billed.
        spec: Edition or product, ``None`` where it is not known.
        region: Region id, ``None`` where it is not known.
        site: Site, ``None`` where it is not known.
        today: Decides whether a discount has begun or ended.
        question: What was asked. With it an own price also stands in for a list price that is not
            known, and an hour costs what it costs while the resource runs rather than the average.
        hours_per_month: Hours of the month, to average with.

    Returns:
        The amount after the discount, with a step that says so. Where it is not known whether a
        discount applies, the range holds the amounts of both cases.
    """
    result: Answer | None = None
    for discount in terms.discounts:
        applies = _applies(discount, meter, spec, region, site, today)
        if applies is False:
            continue
        changed = _discounted(answer, discount, today, question, hours_per_month)
        result = changed if result is None else _either(result, changed, discount)
        if applies:
            return result
    return answer if result is None else _either(result, answer, None)


def may_have_own_price(
    terms: Terms, meter: Meter, spec: str | None, site: str | None, region: str | None, today: date
) -> bool:
    """Whether the terms state an own price that something may have; ``None`` for what is not known."""
    return any(
        discount.rate is not None and _applies(discount, meter, spec, region, site, today) is not False
        for discount in terms.discounts
    )


def _applies(
    discount: Discount, meter: Meter, spec: str | None, region: str | None, site: str | None, today: date
) -> bool | None:
    """Whether a discount applies; ``None`` where it depends on what is not known."""
    if discount.meter not in (None, meter):
        return False
    if (discount.first and today < discount.first) or (discount.last and today > discount.last):
        return False
    certain = True
    for value, pattern in ((spec, discount.spec), (region, discount.region), (site, discount.site)):
        if value is None:
            certain = certain and pattern == "*"
        elif not fnmatchcase(value, pattern):
            return False
    return True if certain else None


def _discounted(
    answer: Answer, discount: Discount, today: date, question: Question | None, hours_per_month: Decimal
) -> Answer:
    if discount.percent is not None:
        return _reduced(answer, discount.name, discount.percent)
    assert discount.rate is not None
    return _own_price(answer, discount, discount.rate, today, question, hours_per_month)


def _reduced(answer: Answer, name: str, percent: Decimal) -> Answer:
    if isinstance(answer, Unpriced):
        return answer
    if answer.discounted and answer.price is not None:
        told = f"Customer terms: {name} takes nothing off, for the price is what the customer pays already."
        return replace(answer, reasons=(*answer.reasons, told))
    factor = divide(Decimal(100) - percent, Decimal(100))
    monthly = answer.monthly.scaled(factor)
    step = Step(f"less {plain(percent)} % ({name})", monthly.low if monthly.is_exact else None)
    reduced = replace(
        answer,
        hourly=answer.hourly.scaled(factor),
        monthly=monthly,
        steps=(*answer.steps, step),
        reasons=(*answer.reasons, f"Customer terms: {name}, {plain(percent)} % off the list price."),
    )
    if not answer.discounted:
        return reduced
    # of several rows some are list prices and some are not
    return replace(
        reduced,
        hourly=answer.hourly.or_else(reduced.hourly),
        monthly=answer.monthly.or_else(reduced.monthly),
        steps=answer.steps,
    )


def _own_price(
    answer: Answer,
    discount: Discount,
    rate: Money,
    today: date,
    question: Question | None,
    hours_per_month: Decimal,
) -> Answer:
    if answer.currency != rate.currency:
        return answer
    if question is not None and question.mode is Mode.YEARLY_MONTHLY:
        return answer
    quantity, unit, per_hour = _quantity(answer, question, hours_per_month)
    if quantity is None or unit is None:
        return answer
    monthly = quantity.scaled(rate.amount)
    hourly = per_hour.scaled(rate.amount) if per_hour else _averaged(monthly, hours_per_month)
    shown = f"{plain(rate.amount)} {rate.currency} a {unit}"
    steps = answer.steps if isinstance(answer, Priced) else ()
    own = Priced(
        currency=rate.currency,
        quantity=quantity,
        unit=unit,
        hourly=hourly,
        monthly=monthly,
        price=PriceReference(
            f"terms: {discount.name}",
            "official",
            discount.first or today,
            "customer terms",
            reference=False,
        ),
        steps=(
            *steps,
            Step(f"own price {shown} ({discount.name})", monthly.low if monthly.is_exact else None),
        ),
        reasons=(
            *(answer.reasons if isinstance(answer, Priced) else (answer.reason,)),
            f"Customer terms: {discount.name}, {shown} in place of the list price.",
        ),
        open=answer.open,
    )
    # Own prices are paid per use. Where the mode is not known, the list price may be the one that counts.
    return _either(own, answer, discount) if question is not None and question.mode is None else own


def _quantity(
    answer: Answer, question: Question | None, hours_per_month: Decimal
) -> tuple[Range | None, Unit | None, Range | None]:
    """What is counted, its unit, and how much of it an hour counts (``None`` to average)."""
    if question is None:
        if isinstance(answer, Unpriced):
            return None, None, None
        return answer.quantity, answer.unit, None
    unit = definitions().meters[question.meter].units.get(Mode.PAY_PER_USE)
    if unit in (None, Unit.MONTH) or (unit is Unit.GIGABYTE and question.volume is None):
        return None, None, None
    usage = UsageRange(question.size, question.hours, question.volume or ANYTHING, hours_per_month)
    least_hour = Decimal(0) if question.hours.low == 0 else Decimal(1)
    hour = Range(least_hour, Decimal(0) if question.hours.high == 0 else Decimal(1))
    if unit in (Unit.GATEWAY_HOUR, Unit.HOUR):
        per_hour: Range | None = hour
    else:
        per_hour = question.size * hour if unit is Unit.MBIT_S_HOUR else None
    return counted(unit, Mode.PAY_PER_USE, usage), unit, per_hour


def _averaged(monthly: Range, hours_per_month: Decimal) -> Range:
    high = None if monthly.high is None else divide(monthly.high, hours_per_month)
    return Range(divide(monthly.low, hours_per_month), high)


def _either(left: Answer, right: Answer, discount: Discount | None) -> Answer:
    """What is known when it is not known which of two answers holds."""
    if isinstance(left, Unpriced):
        return left
    if isinstance(right, Unpriced):
        return right
    name = f" {discount.name}" if discount else ""
    return replace(
        left,
        hourly=left.hourly.or_else(right.hourly),
        monthly=left.monthly.or_else(right.monthly),
        price=left.price if left.price == right.price else None,
        elsewhere=left.elsewhere or right.elsewhere,
        discounted=left.discounted or right.discounted,
        reasons=(*left.reasons, f"It is not known whether the customer terms{name} apply."),
    )


def _discount(table: Table) -> Discount:
    name = table.text("name")
    table.named(name)
    percent = table.optional_number("percent")
    rate: Money | None = None
    if percent is not None and percent > 100:
        raise table.fail("percent", "a discount of 0 to 100 percent")
    meter = Meter(table.one_of("meter", definitions().meters)) if "meter" in table else None
    if "rate" in table:
        if percent is not None:
            raise table.fail("rate", "either a percentage or an own price, not both")
        if meter is None:
            raise table.fail("meter", "the meter that the own price is for")
        rate = Money(table.number("rate"), _currency(table))
    elif percent is None:
        raise table.fail("percent", "a percentage, or an own price (rate and currency)")
    discount = Discount(
        name=name,
        meter=meter,
        spec=table.text("spec", "*"),
        site=table.text("site", "*"),
        region=table.text("region", "*"),
        percent=percent,
        rate=rate,
        first=table.optional_day("from"),
        last=table.optional_day("until"),
    )
    if discount.first and discount.last and discount.last < discount.first:
        raise table.fail("until", f"a day not before {discount.first}, when the discount begins")
    table.finish()
    return discount


def _order(table: Table) -> Order:
    name = table.text("name")
    table.named(name)
    order = Order(
        name=name,
        match=table.text("match"),
        months=table.count("months"),
        price=Money(table.number("price"), _currency(table)),
        end=table.day("end"),
    )
    table.finish()
    return order


def _currency(table: Table) -> str:
    text = table.text("currency")
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise table.fail("currency", "three capital letters (ISO 4217)")
    return text
