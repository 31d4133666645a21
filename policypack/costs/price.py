"""From an item to a line: ask the price book, and keep what was not known."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

import pricing
from policypack.costs.line import Line, Status
from policypack.costs.site import Site, site_of
from policypack.declared import Known
from policypack.metering.item import Item, Notes
from policypack.settings.model import Settings
from pricing.book.lookup import has_a_price
from pricing.money import ANYTHING, ZERO
from pricing.needs import Need, needs
from pricing.quantity import Meter, Mode
from pricing.quote import Answer, Priced, Question, Unpriced
from pricing.terms import may_have_own_price

_MOST_ANSWERS: Final = 20_000


class Rates(Struct, frozen=True):
    """What every item of an estimate is priced with.

    Attributes:
        book: The price book, or several in their order.
        settings: Site, hours of the month.
        terms: What the customer has agreed with the vendor.
        today: For terms that begin or end.
        answers: List prices that were asked for already: of the same size in the same region there are
            many, and a remedy asks once more.
        with_a_price: Likewise, whether there is any price.
    """

    book: pricing.Prices
    settings: Settings
    terms: pricing.Terms
    today: date
    answers: dict[Question, Answer] = field(default_factory=dict)
    with_a_price: dict[tuple[str | None, ...], bool] = field(default_factory=dict)

    def answer(self, question: Question) -> Answer:
        """The list price."""
        found = self.answers.get(question)
        if found is None:
            if len(self.answers) >= _MOST_ANSWERS:  # a fleet may ask without end
                self.answers.clear()
            found = pricing.answer(self.book, question, self.settings.hours_per_month)
            self.answers[question] = found
        return found

    def may_be_priced(self, line: Line) -> bool:
        """Whether a line may be one with a price once everything about it is known."""
        known = (line.meter, line.spec, line.site, line.region)
        if known not in self.with_a_price:
            asked = Meter(line.meter), line.spec, line.site, line.region
            self.with_a_price[known] = has_a_price(self.book, *asked) or may_have_own_price(
                self.terms, *asked, self.today
            )
        return self.with_a_price[known]


def price(item: Item, rates: Rates) -> Line:
    """The line of an item."""
    site = site_of(item.resource, item.region, rates.settings, rates.book)
    if item.paid_elsewhere:
        return _free(item, site, rates)
    notes = Notes(list(item.reasons), list(item.unknowns))
    answer: Answer
    ordered = _ordered(item, rates, notes)
    if ordered is not None:
        item, answer = replace(item, mode=Mode.YEARLY_MONTHLY), ordered
    elif item.without_price:
        answer = Unpriced(item.without_price, cause=pricing.Cause.STATED)
    else:
        answer = _answer(item, site, rates, notes)
        for other in item.instead:
            answer = _either(answer, _answer(other, site, rates, Notes()))
    if item.perhaps_free:
        answer = _or_nothing(answer)
    if item.resource.leaving and not item.resource.billed_on:
        notes.reasons.append("It waits for deletion, still exists and is still billed.")
    return _line(
        item,
        answer,
        site,
        status=_status(answer, notes),
        reasons=(*notes.reasons, *(answer.reasons if isinstance(answer, Priced) else (answer.reason,))),
        unknowns=tuple(notes.unknowns),
    )


def _ordered(item: Item, rates: Rates, notes: Notes) -> Priced | None:
    """What an order of the customer pays for, the edition of a gateway; notes one that has ended."""
    if item.meter != Meter.GATEWAY:
        return None
    order = pricing.order_for(rates.terms, item.resource.name, item.resource.urn)
    if order is None:
        return None
    ordered = order.priced(rates.today, rates.settings.hours_per_month)
    if ordered is None:
        notes.reasons.extend(filter(None, [order.warning(rates.today)]))
    return ordered


def _answer(item: Item, site: Site, rates: Rates, notes: Notes) -> Answer:
    """The price, with the customer's own terms."""
    question = _question(item)
    if site.name is None:
        if site.unknown:
            notes.unknowns.append(site.unknown)
        counted = rates.answer(question)
        assert isinstance(counted, Unpriced)
        return replace(counted, reason=site.reason, cause=site.cause)
    question = replace(question, site=site.name, region=notes.known(item.region, "region"))
    return _with_terms(question, item, site.name, rates)


def _question(item: Item) -> Question:
    """What is known of the item itself."""
    return Question(
        item.meter, item.spec, None, None, item.mode, item.size, item.hours, item.volume, item.months
    )


def rows_needed(item: Item, rates: Rates) -> Iterator[Need]:
    """The price rows of the very region that the item needs and no book has.

    None where something else than a row of ours states what it costs, or nothing can.
    """
    if item.paid_elsewhere or item.without_price or _ordered(item, rates, Notes()) is not None:
        return
    for one in (item, *item.instead):
        site = site_of(one.resource, one.region, rates.settings, rates.book)
        if site.name is None or not isinstance(one.region, Known):
            continue
        question = replace(_question(one), site=site.name, region=one.region.value)
        answer = _with_terms(question, one, site.name, rates)
        agreed = isinstance(answer, Priced) and answer.price is not None and not answer.price.book
        if not agreed:
            yield from needs(rates.book, question)


def _with_terms(question: Question, item: Item, site: str, rates: Rates) -> Answer:
    return pricing.apply_terms(
        rates.answer(question),
        rates.terms,
        item.meter,
        item.spec,
        question.region,
        site,
        rates.today,
        question=question,
        hours_per_month=rates.settings.hours_per_month,
    )


def _free(item: Item, site: Site, rates: Rates) -> Line:
    """What is declared and costs nothing by itself."""
    return Line(
        resource=item.resource,
        type=item.type,
        meter=item.meter,
        spec=None,
        region=item.region.value if isinstance(item.region, Known) else None,
        site=site.name,
        mode=item.mode,
        quantity=ZERO,
        unit=None,
        status="free",
        currency=rates.book.currency_of(site.name) if site.name else None,
        hourly=ZERO,
        monthly=ZERO,
        price=None,
        reasons=(item.paid_elsewhere,),
    )


def _line(
    item: Item,
    answer: Answer,
    site: Site,
    *,
    status: Status,
    reasons: tuple[str, ...],
    unknowns: tuple[str, ...] = (),
) -> Line:
    priced = answer if isinstance(answer, Priced) else None
    return Line(
        resource=item.resource,
        type=item.type,
        meter=item.meter,
        spec=item.spec,
        region=item.region.value if isinstance(item.region, Known) else None,
        site=site.name,
        mode=item.mode,
        quantity=answer.quantity,
        unit=answer.unit,
        status=status,
        currency=answer.currency,
        hourly=priced.hourly if priced else None,
        monthly=priced.monthly if priced else None,
        price=priced.price if priced else None,
        steps=priced.steps if priced else (),
        reasons=tuple(dict.fromkeys(reasons)),
        unknowns=tuple(dict.fromkeys(unknowns)),
        instead=tuple(other.meter for other in item.instead),
        cause=None if isinstance(answer, Priced) else answer.cause,
        elsewhere=priced is not None and priced.elsewhere,
        size=item.size,
    )


def _either(first: Answer, second: Answer) -> Answer:
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
        first.elsewhere or second.elsewhere,
    )


def _or_nothing(answer: Answer) -> Answer:
    """The answer if it may also be that something else pays."""
    if isinstance(answer, Unpriced):
        return answer
    return replace(answer, hourly=ZERO.or_else(answer.hourly), monthly=ZERO.or_else(answer.monthly))


def _status(answer: Answer, notes: Notes) -> Status:
    if isinstance(answer, Unpriced):
        return "undecided" if notes.unknowns else "unpriced"
    if answer.monthly.is_exact:
        return "free" if answer.monthly == ZERO and not notes.unknowns else "priced"
    return "undecided"
