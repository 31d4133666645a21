"""From one declared item to one line: ask the price book, keep what was not known."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

import pricing
from policypack.costs.line import Line, Status
from policypack.costs.site import site_of
from policypack.costs.usage import UsageBook
from policypack.declared import Absent, Invalid, Known, Resource, Value, unknown_reason
from policypack.huaweicloud.model import Purchase
from policypack.settings.model import Settings
from pricing.money import ANYTHING, ZERO, Range
from pricing.quantity import Meter, Mode
from pricing.quote import Answer, Priced, Question, Unpriced

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rates:
    """What every line of an estimate is priced with.

    Attributes:
        book: The price book.
        settings: Hours, site, usage.
        usage: The usage entries of the settings.
        terms: What the customer has agreed with the vendor.
        today: For terms that begin or end.
        answers: List prices that were asked for already: of the same size in the same region there are
            many, and a remedy asks once more.
    """

    book: pricing.Book
    settings: Settings
    usage: UsageBook
    terms: pricing.Terms
    today: date
    answers: dict[Question, Answer] = field(default_factory=dict)

    def answer(self, question: Question) -> Answer:
        """The list price."""
        if question not in self.answers:
            self.answers[question] = pricing.answer(self.book, question, self.settings.hours_per_month)
        return self.answers[question]


@dataclass(slots=True)
class Item:
    """One item while it is being put together.

    Attributes:
        resource: What is billed.
        type: Its Terraform name.
        meter: The meter.
        reasons: Sentences for the line.
        unknowns: Paths of properties that were not known.
        instead: Meters that may be billed in its place.
    """

    resource: Resource
    type: str
    meter: Meter
    reasons: list[str] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)

    def known(self, value: Value[T], path: str) -> T | None:
        """The value, or ``None`` after noting why it is not known."""
        if isinstance(value, Known):
            return value.value
        self.unknowns.append(path)
        if isinstance(value, Invalid):
            self.reasons.append(f"{path}: {value.found} is not {value.expected}.")
        elif not isinstance(value, Absent):
            self.reasons.append(f"{path} is not known ({unknown_reason(value)}).")
        else:
            self.reasons.append(f"{path} is not set.")
        return None

    def size(self, value: Value[Decimal], path: str) -> Range:
        """The size as a range: anything when it is not known."""
        known = self.known(value, path)
        return ANYTHING if known is None else Range.exactly(known)


def mode_of(item: Item, purchase: Purchase) -> Mode | None:
    """How a resource is paid for, or ``None`` after noting why that is not known."""
    prepaid = item.known(purchase.prepaid, "chargingMode")
    if prepaid is None:
        return None
    return Mode.YEARLY_MONTHLY if prepaid else Mode.PAY_PER_USE


def months_of(item: Item, purchase: Purchase) -> int | None:
    """The term of a prepaid resource in months, where the declaration states one."""
    if purchase.prepaid != Known(value=True) or isinstance(purchase.months, Absent):
        return None
    months = item.known(purchase.months, "period")
    return None if months is None else int(months)


def metered_hours(resource: Resource, rates: Rates) -> Range:
    """The hours of the month in which a resource is billed."""
    return rates.usage.of(resource).hours


def ask(
    item: Item,
    rates: Rates,
    *,
    spec: str | None,
    region: Value[str],
    mode: Mode | None,
    size: Range,
    hours: Range,
    volume: Range | None = None,
    months: int | None = None,
) -> Answer:
    """Price an item; the answer includes the customer's own terms."""
    site = site_of(item.resource, region, rates.settings, rates.book)
    if site.name is None:
        if site.unknown:
            item.unknowns.append(site.unknown)
        nowhere = Question(item.meter, spec, None, None, mode, size, hours, volume, months)
        counted = rates.answer(nowhere)
        assert isinstance(counted, Unpriced)
        return replace(counted, reason=site.reason, cause=site.cause)
    region_id = item.known(region, "region")
    question = Question(item.meter, spec, site.name, region_id, mode, size, hours, volume, months)
    return pricing.apply_terms(
        rates.answer(question),
        rates.terms,
        item.meter,
        spec,
        region_id,
        site.name,
        rates.today,
        question=question,
        hours_per_month=rates.settings.hours_per_month,
    )


def line_of(
    item: Item, answer: Answer, rates: Rates, *, spec: str | None, region: Value[str], mode: Mode | None
) -> Line:
    """The finished line of an item."""
    region_id = region.value if isinstance(region, Known) else None
    site = site_of(item.resource, region, rates.settings, rates.book).name
    reasons = list(item.reasons)
    if item.resource.leaving and not item.resource.billed_on:
        reasons.append("It waits for deletion, still exists and is still billed.")
    unknowns = tuple(dict.fromkeys((*item.unknowns,)))
    if isinstance(answer, Unpriced):
        status: Status = "undecided" if unknowns else "unpriced"
        return Line(
            item.resource, item.type, item.meter, spec, region_id, site, mode, answer.quantity,
            answer.unit, status, answer.currency, None, None, None, (), _once(reasons, answer.reason),
            unknowns, tuple(item.instead), answer.cause,
        )  # fmt: skip
    return Line(
        item.resource, item.type, item.meter, spec, region_id, site, mode, answer.quantity, answer.unit,
        _status(answer, unknowns), answer.currency, answer.hourly, answer.monthly, answer.price,
        answer.steps, _once(reasons, *answer.reasons), unknowns, tuple(item.instead),
    )  # fmt: skip


def free_line(
    item: Item, rates: Rates, *, spec: str | None, region: Value[str], mode: Mode | None, reason: str
) -> Line:
    """A line for what is declared and costs nothing by itself."""
    site = site_of(item.resource, region, rates.settings, rates.book).name
    return Line(
        item.resource, item.type, item.meter, spec, region.value if isinstance(region, Known) else None,
        site, mode, ZERO, None, "free", rates.book.currency_of(site) if site else None,
        ZERO, ZERO, None, (), (reason,), (),
    )  # fmt: skip


def either(first: Answer, second: Answer) -> Answer:
    """The answer when it is not known which of two ways applies."""
    if isinstance(first, Unpriced) or isinstance(second, Unpriced):
        unpriced = first if isinstance(first, Unpriced) else second
        assert isinstance(unpriced, Unpriced)
        counted_alike = (first.quantity, first.unit) == (second.quantity, second.unit)
        return unpriced if counted_alike else replace(unpriced, quantity=None, unit=None)
    assert first.currency == second.currency
    return Priced(
        first.currency,
        first.quantity if first.unit == second.unit else ANYTHING,
        first.unit,
        first.hourly.or_else(second.hourly),
        first.monthly.or_else(second.monthly),
        None,
        (*first.steps, *second.steps),
        (*first.reasons, *second.reasons),
        (*first.open, *second.open),
    )


def _status(answer: Priced, unknowns: tuple[str, ...]) -> Status:
    if answer.monthly.is_exact:
        return "free" if answer.monthly == ZERO and not unknowns else "priced"
    return "undecided"


def _once(reasons: list[str], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*reasons, *more)))
