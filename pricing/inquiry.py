"""Answering a question of which parts may be unknown: the tightest range that the book proves."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from pricing import rating
from pricing.advice import advice
from pricing.book.layers import Prices
from pricing.book.lookup import Found, Missing, NotProven, Product, find
from pricing.book.model import Row
from pricing.book.regions import EVERY_REGION
from pricing.money import ANYTHING, ZERO, Range, divide, plain
from pricing.quantity import Mode, Unit
from pricing.quote import Answer, Cause, Priced, PriceReference, Question, Step, Unpriced
from pricing.rating import PER_MONTH, Usage, UsageRange
from pricing.sizes import shared_out
from pricing.tiers import Dimension


class _Alternative(Struct, frozen=True):
    """One row that the question may mean, and what it would cost."""

    row: Row
    monthly: Range
    hourly: Range


def answer(book: Prices, question: Question, hours_per_month: Decimal) -> Answer:
    """Price one meter of one declaration.

    Args:
        book: Where the prices come from: a book, or several in their order.
        question: What is known; ``None`` and ranges leave things open.
        hours_per_month: Hours of the month, to average what is paid by the month.

    Returns:
        ``Priced`` with a range that holds the amount of everything that the question can mean
        (``ANYTHING`` where the book does not prove one), or ``Unpriced`` where the question is clear
        and the book has no price. Takes time linear in the rows that the question can mean: one for
        a clear question.
    """
    quote = _found(book, question, hours_per_month)
    return _counted(book, question, hours_per_month, quote) if isinstance(quote, Unpriced) else quote


def _counted(book: Prices, question: Question, hours_per_month: Decimal, value: Unpriced) -> Unpriced:
    """With the quantity, which needs no price where there is one way only to count."""
    units = book.definitions.meters[question.meter].units
    ways = set(units.values()) if question.mode is None else {units.get(question.mode)}
    unit = ways.pop() if len(ways) == 1 else None
    if unit is None:
        return value
    return replace(
        value, quantity=rating.counted(unit, question.mode, usage_of(question, hours_per_month)), unit=unit
    )


def _found(book: Prices, question: Question, hours_per_month: Decimal) -> Answer:
    if question.site is None:
        return Unpriced(
            "The site (cn, intl or eu) is not known, so neither is the currency; set `site`.",
            None,
            _open_parts(question),
            cause=Cause.SITE,
        )
    if question.site not in book.currencies:
        return Unpriced(
            f"The price book knows no site {question.site}.", None, _open_parts(question), cause=Cause.SITE
        )
    currency = book.currency_of(question.site)
    if question.mode is not None and question.mode not in book.definitions.meters[question.meter].units:
        reason = f"{question.meter} cannot be paid {question.mode}."
        return Unpriced(reason, currency, _open_parts(question), cause=Cause.NOT_SOLD)
    unit = _unit(book, question)
    if is_nothing(book, question):
        return Priced(
            currency,
            ZERO,
            unit,
            ZERO,
            ZERO,
            None,
            (Step("nothing is used, so nothing is billed", Decimal(0)),),
        )
    asked, reason = with_product(book, question)
    reasons = (reason,) if reason else ()
    return _answer(book, asked, currency, unit, hours_per_month, reasons)


def _answer(
    book: Prices,
    question: Question,
    currency: str,
    unit: Unit,
    hours_per_month: Decimal,
    reasons: tuple[str, ...],
) -> Answer:
    assert question.site is not None
    opened = _open_parts(question)
    alternatives: list[_Alternative] = []
    missing: list[Missing] = []
    proven = True
    for mode in _modes(book, question):
        lookup = find(book, question.meter, question.spec, question.site, question.region, mode)
        match lookup:
            case Missing():
                missing.append(lookup)
            case NotProven(why):
                reasons = (*reasons, *why)
                proven = False
            case Found(products, found_reasons, reopened):
                reasons = (*reasons, *found_reasons)
                opened = _merged(opened, "spec") if reopened else opened
                for product in products:
                    priced = _alternatives(product, question, hours_per_month)
                    alternatives.extend(priced)
                    proven = proven and bool(priced)
                    if product.elsewhere and any(one.row.region == EVERY_REGION for one in priced):
                        reasons = (*reasons, product.told_of_elsewhere)
    usage = usage_of(question, hours_per_month)
    quantity = rating.counted(unit, question.mode, usage)
    if missing and proven and not alternatives:
        return Unpriced(_with_command(missing[0], question), currency, opened, cause=_cause(missing[0]))
    if proven and not alternatives:
        where = f"region {question.region}" if question.region else f"site {question.site}"
        return Unpriced(
            f"The price book lists all prices of {where}, and {question.meter} is not among them.",
            currency,
            opened,
            cause=Cause.NOT_SOLD,
        )
    if not alternatives and question.mode is not None and question.spec and question.region:
        reason, cause = _size_reason(book, question)
        return Unpriced(reason, currency, opened, cause=cause)
    if missing or not proven:
        return Priced(
            currency,
            quantity,
            unit,
            ANYTHING,
            ANYTHING,
            None,
            (),
            (
                *reasons,
                "The price book does not hold every price that may apply, so nothing bounds the amount.",
            ),
            opened,
        )
    return _summed_up(alternatives, currency, unit, quantity, usage, hours_per_month, reasons, opened)


def _cause(missing: Missing) -> Cause:
    if missing.deliberate:
        return Cause.STATED
    return Cause.MISSPELT if missing.misspelt else Cause.NO_ROW


def _summed_up(
    alternatives: list[_Alternative],
    currency: str,
    unit: Unit,
    quantity: Range,
    usage: UsageRange,
    hours_per_month: Decimal,
    reasons: tuple[str, ...],
    opened: tuple[str, ...],
) -> Priced:
    monthly, hourly = alternatives[0].monthly, alternatives[0].hourly
    for alternative in alternatives[1:]:
        monthly, hourly = monthly.or_else(alternative.monthly), hourly.or_else(alternative.hourly)
    elsewhere = any(alternative.row.region == EVERY_REGION for alternative in alternatives)
    discounted = any(alternative.row.discounted for alternative in alternatives)
    rows = tuple(
        {(alternative.row.book, alternative.row.id): alternative.row for alternative in alternatives}.values()
    )
    if len(rows) > 1:
        confidences = sorted({row.confidence for row in rows})
        shown = f"spans {len(rows)} rows of the price book ({', '.join(confidences)})"
        step = Step(f"{shown}: {_shown(monthly, currency)} a month")
        reasons = (*reasons, f"The amount {shown}.")
        return Priced(
            currency, quantity, unit, hourly, monthly, None, (step,), reasons, opened, elsewhere, discounted
        )
    row = rows[0]
    if row.note:
        reasons = (*reasons, row.note)
    sizes, counted = rating.sizes_of(row, usage), _size_unit(row)
    if row.most is not None and (sizes.high is None or sizes.high > row.most):
        reasons = (
            *reasons,
            f"No price is known above {plain(row.most)} {counted}, so nothing bounds the amount.",
        )
    if sizes.low < row.least and sizes.low > 0:
        reasons = (
            *reasons,
            f"No price is known below {plain(row.least)} {counted}; a smaller size costs at most as much.",
        )
    if row.unit in PER_MONTH:
        reasons = (
            *reasons,
            f"Paid by the month; an hour is the month divided by {plain(hours_per_month)}.",
        )
    elif row.unit in (Unit.GIGABYTE, Unit.DAY) or row.tariff.dimension is Dimension.HOURS:
        reasons = (
            *reasons,
            f"Not a price per hour; an hour is the month divided by {plain(hours_per_month)}.",
        )
    steps = _steps(row, usage, hours_per_month, currency, monthly)
    reference = PriceReference(
        row.id, row.confidence, row.as_of, row.source, reference=row.region == EVERY_REGION, book=row.book
    )
    return Priced(
        currency,
        rating.counted(row.unit, row.mode, usage),
        row.unit,
        hourly,
        monthly,
        reference,
        steps,
        reasons,
        opened,
        elsewhere,
        discounted,
    )


def _alternatives(product: Product, question: Question, hours_per_month: Decimal) -> list[_Alternative]:
    """What the product may cost, for each term that it may have; nothing where one of them has no price."""
    alternatives: list[_Alternative] = []
    for months in _terms(product, question):
        rows = [
            [row for offer in offers if (row := offer.for_term(months)) is not None]
            for offers in (product.here, product.elsewhere)
        ]
        answering = shared_out(rows, usage_of(question, hours_per_month))
        if not answering:
            return []
        for row, usage in answering:
            alternatives.append(_alternative(row, usage, question, hours_per_month))
    return alternatives if len(alternatives) == 1 else list(dict.fromkeys(alternatives))


def _terms(product: Product, question: Question) -> tuple[int | None, ...]:
    """The terms that the question can mean."""
    if product.offers and product.offers[0].rows[0].mode is Mode.PAY_PER_USE:
        return (None,)
    return product.terms() if question.months is None else (question.months,)


def _alternative(row: Row, usage: UsageRange, question: Question, hours_per_month: Decimal) -> _Alternative:
    monthly = rating.bounds(row, usage)
    if row.months is not None and row.months > 1:
        monthly = _divided(monthly, Decimal(row.months))
    hourly = rating.hourly(row, usage)
    if hourly is None:
        hourly = _divided(monthly, hours_per_month)
    elif question.hours.low == 0:
        hourly = Range(Decimal(0), hourly.high)
    return _Alternative(row, monthly, hourly)


def usage_of(question: Question, hours_per_month: Decimal) -> UsageRange:
    """How much the question is about; a volume that nobody states may be any."""
    volume = ANYTHING if question.volume is None else question.volume
    return UsageRange(question.size, question.hours, volume, hours_per_month)


def _unit(book: Prices, question: Question) -> Unit:
    units = book.definitions.meters[question.meter].units
    if question.mode is not None and question.mode in units:
        return units[question.mode]
    return next(iter(units.values()))


def _modes(book: Prices, question: Question) -> Iterable[Mode]:
    if question.mode is not None:
        return (question.mode,)
    return tuple(book.definitions.meters[question.meter].units)


def is_nothing(book: Prices, question: Question) -> bool:
    """Whether nothing at all is used, so that the amount is 0 at whatever price."""
    nothing = Range.exactly(0)
    if _unit(book, question) is Unit.GIGABYTE:
        return question.volume == nothing
    if question.size == nothing:
        return True
    return question.hours == nothing and question.mode is Mode.PAY_PER_USE


def with_product(book: Prices, question: Question) -> tuple[Question, str]:
    """The question about what is priced, with the name that the book has for it, and why it is another.

    A meter with one product has it whatever the question names (the edition of a gateway does not
    change the price of its bandwidth).
    """
    alias = book.definitions.aliases.get(question.meter)
    if alias is not None:
        priced = replace(question, meter=alias.priced_as, spec=alias.spec)
        return _with_product_name(book, priced), f"{alias.reason} ({alias.source})"
    return _with_product_name(book, question), ""


def _with_product_name(book: Prices, question: Question) -> Question:
    definition = book.definitions.meters[question.meter]
    if definition.sole_spec is not None:
        return replace(question, spec=definition.sole_spec)
    if question.spec is None:
        return question
    return replace(question, spec=definition.spec_names.get(question.spec, question.spec))


def _open_parts(question: Question) -> tuple[str, ...]:
    """What the question leaves open."""
    parts = (
        ("spec", question.spec is None),
        ("site", question.site is None),
        ("region", question.region is None),
        ("mode", question.mode is None),
        ("size", not question.size.is_exact),
        ("hours", not question.hours.is_exact),
        ("volume", question.volume is not None and not question.volume.is_exact),
        ("months", question.mode is Mode.YEARLY_MONTHLY and question.months is None),
    )
    return tuple(name for name, is_open in parts if is_open)


def _merged(opened: tuple[str, ...], name: str) -> tuple[str, ...]:
    return opened if name in opened else (name, *opened)


def _size_reason(book: Prices, question: Question) -> tuple[str, Cause]:
    """Why the rows of a clear question do not answer it."""
    assert question.site is not None
    assert question.mode is not None
    lookup = find(book, question.meter, question.spec, question.site, question.region, question.mode)
    assert isinstance(lookup, Found)
    product = lookup.products[0]
    if product.withheld:
        return product.withheld, Cause.STATED
    named = f"The price book has no price of {question.meter} {question.spec} for"
    terms = _terms(product, question)
    unanswered = [one for one in terms if all(offer.for_term(one) is None for offer in product.offers)]
    if unanswered and any(offer.lacks_a_year for offer in product.offers) and unanswered[-1] != 1:
        term = "an unknown term" if question.months is None else f"{question.months} months"
        return (
            f"{named} {term}: a year has a price of its own, which it does not hold. {_command(question)}",
            Cause.TERM,
        )
    if unanswered:
        shortest = min(row.months or 0 for offer in product.offers for row in offer.rows)
        asked = "an unknown number of" if question.months is None else question.months
        return (
            f"{named} {asked} months; the shortest term that it prices is {shortest} months. "
            f"{_command(question)}",
            Cause.TERM,
        )
    row = product.offers[0].rows[0]
    end = f" to {plain(row.most)}" if row.most is not None else " up"
    return (
        f"The price of {question.meter} {question.spec} is known for sizes from {plain(row.least)}{end} "
        f"{_size_unit(row)} only, not for {_shown_size(_asked_size(row, question))}. {_command(question)}",
        Cause.SIZE,
    )


def _with_command(missing: Missing, question: Question) -> str:
    return (
        missing.reason if missing.deliberate or missing.misspelt else f"{missing.reason} {_command(question)}"
    )


def _command(question: Question) -> str:
    return advice(question.site, [question.region] if question.region else [])


def _steps(
    row: Row, usage: UsageRange, hours_per_month: Decimal, currency: str, monthly: Range
) -> tuple[Step, ...]:
    size, hours, volume = usage.size, usage.hours, usage.volume
    relevant = (volume,) if row.tariff.dimension is Dimension.VOLUME else (size, hours)
    if monthly.is_exact and all(part.is_exact for part in relevant):
        steps = list(rating.explain(row, Usage(size.low, hours.low, volume.low, hours_per_month)))
        if row.months is not None and row.months > 1:
            steps.append(
                Step(f"/ {row.months} months = {plain(monthly.low)} {currency} a month", monthly.low)
            )
        return tuple(steps)
    if monthly.says_nothing:
        return (Step("what is not known leaves the amount without any bound"),)
    return (Step(f"between the bounds of what is not known: {_shown(monthly, currency)} a month"),)


def _shown(amount: Range, currency: str) -> str:
    if amount.is_exact:
        return f"{plain(amount.low)} {currency}"
    if amount.high is None:
        return f"at least {plain(amount.low)} {currency}, no upper bound"
    return f"{plain(amount.low)} to {plain(amount.high)} {currency}"


def _size_unit(row: Row) -> str:
    return "GB" if row.tariff.dimension is Dimension.VOLUME else "Mbit/s"


def _asked_size(row: Row, question: Question) -> Range:
    if row.tariff.dimension is Dimension.VOLUME:
        return ANYTHING if question.volume is None else question.volume
    return question.size


def _shown_size(size: Range) -> str:
    if size.is_exact:
        return plain(size.low)
    return f"{plain(size.low)} to {'any' if size.high is None else plain(size.high)}"


def _divided(amount: Range, by: Decimal) -> Range:
    high = None if amount.high is None else divide(amount.high, by)
    return Range(divide(amount.low, by), high)
