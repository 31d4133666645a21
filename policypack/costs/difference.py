"""What changes between two estimates, split into what the code does and what the prices do.

Three estimates are compared: the base at its own prices, the base at the prices of the head, and the
head. From the first to the second only prices change, from the second to the third only code does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import count
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from policypack.costs.counted import LimitVerdict
from policypack.costs.estimate import totals_of
from policypack.costs.line import Estimate, Line
from policypack.costs.outliving import left_behind
from policypack.costs.replacement import Overlap, identity, overlaps
from policypack.declared import Stack
from policypack.settings.model import Increase
from pricing.money import ANYTHING, ZERO, Range, multiply, plain

Kind = Literal["added", "removed", "changed", "same"]
Key: TypeAlias = tuple[str, str, bool, str, int]
"""Type and name of the resource without stack and project, meter, and whether it is leaving. Several old
halves of one resource may wait for their deletion: their ids, and where none is known their order."""


class Shift(Struct, frozen=True):
    """A difference of two ranges: by how much something grows, less than 0 where it shrinks.

    Attributes:
        low: The least growth; ``None`` where nothing bounds it from below.
        high: The most growth; ``None`` where nothing bounds it from above.
    """

    low: Decimal | None
    high: Decimal | None

    def __add__(self, other: "Shift") -> "Shift":
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Shift(low, high)


NO_SHIFT: Final = Shift(Decimal(0), Decimal(0))


class Change(Struct, frozen=True):
    """One meter of one resource, before and after.

    Attributes:
        urn: The resource, as the head names it where it has it.
        resource: Its name.
        meter: The meter.
        kind: What happens to the line.
        currency: ISO 4217 code; ``None`` where it is not known or differs.
        before: Monthly cost at the prices of the base; ``None`` where there is no such line.
        after: Monthly cost of the head.
        code: What the change of code adds.
        prices: What the change of prices adds.
        reasons: Why an end of a range is open.
    """

    urn: str
    resource: str
    meter: str
    kind: Kind
    currency: str | None
    before: Range | None
    after: Range | None
    code: Shift
    prices: Shift
    reasons: tuple[str, ...] = ()


class ChangeTotal(Struct, frozen=True):
    """Everything in one currency."""

    currency: str | None
    before: Range
    after: Range
    code: Shift
    prices: Shift


class IncreaseResult(Struct, frozen=True):
    """One limit on growth.

    Attributes:
        name: Name of the limit.
        limit: What it allows, as text.
        verdict: ``within`` only when the most that it can grow is allowed.
        shift: By how much the cost grows.
        currency: ISO 4217 code of ``shift``; ``None`` where it is not known.
        problem: Why it cannot be compared at all; empty where it can.
        doubt: Which price decides nothing, and why; empty where all may.
        doubted: Site and region of that price.
    """

    name: str
    limit: str
    verdict: LimitVerdict
    shift: Shift
    currency: str | None
    problem: str = ""
    doubt: str = ""
    doubted: tuple[str | None, str | None] = (None, None)


class Difference(Struct, frozen=True):
    """What changes from a base to a head.

    Attributes:
        changes: Every line that is not the same, by URN and meter.
        same: How many lines stay as they are.
        totals: One for each currency.
        overlaps: Replacements that can be seen.
        increases: The limits on growth.
        added: URNs of the head that the base does not have.
    """

    changes: tuple[Change, ...]
    same: int
    totals: tuple[ChangeTotal, ...]
    overlaps: tuple[Overlap, ...]
    increases: tuple[IncreaseResult, ...]
    added: frozenset[str]


def difference(
    base: Sequence[Line],
    base_at_head_prices: Sequence[Line],
    head: Sequence[Line],
    *,
    increases: Iterable[Increase] = (),
    gaps: tuple[bool, bool] = (False, False),
    undeciding: Callable[[Line], str | None] = lambda _: None,
) -> Difference:
    """Compare two estimates.

    Args:
        base: Lines of the base at its prices.
        base_at_head_prices: The same declaration at the prices of the head; the very same lines where the
            prices are the same, so that nothing changes by prices, whatever is not known.
        head: Lines of the head.
        increases: Limits on growth.
        gaps: Whether base and head have gaps: the amount has no upper end there, what changes is not known,
            and no limit can be decided.
        undeciding: Why the price of a line is not good enough to decide a limit; ``None`` where it is.
    """
    head = [*head, *left_behind(base_at_head_prices, head, identity)]
    old, repriced, new = _by_key(base), _by_key(base_at_head_prices), _by_key(head)
    keys = sorted({*old, *repriced, *new})
    changes = [_change(old.get(key), repriced.get(key), new.get(key)) for key in keys]
    totals = _totals(base, base_at_head_prices, head, changes, gaps)
    known = {identity(line) for line in base}
    return Difference(
        changes=tuple(change for change in changes if change.kind != "same"),
        same=sum(change.kind == "same" for change in changes),
        totals=totals,
        overlaps=tuple(overlaps(base_at_head_prices, head)),
        increases=tuple(
            _doubted(result, _deciding(limit, (old, repriced, new), keys, changes), undeciding)
            for limit in increases
            for result in _limited(limit, totals, any(gaps))
        ),
        added=frozenset(line.resource.urn for line in head if identity(line) not in known),
    )


def sides_of(
    base: Estimate, repriced: Estimate, head: Estimate
) -> tuple[Sequence[Line], Sequence[Line], Sequence[Line]]:
    """The lines to compare: each estimate's own, and those that it leaves out and another one has.

    What has a price on one side and none on the other does not cost 0 there.
    """
    listed = {(identity(line), line.meter) for one in (base, repriced, head) for line in one.lines}

    def lines(estimate: Estimate) -> Sequence[Line]:
        more = [line for line in estimate.left_out if (identity(line), line.meter) in listed]
        return [*estimate.lines, *more] if more else estimate.lines

    before = lines(base)
    return before, before if repriced is base else lines(repriced), lines(head)


def _doubted(
    result: IncreaseResult, lines: Iterable[Line], undeciding: Callable[[Line], str | None]
) -> IncreaseResult:
    """The result, undecided where a line that decides it has a price that may decide nothing."""
    for line in lines:
        doubt = undeciding(line)
        if doubt is not None:
            told = f'of "{line.resource.name}" {doubt}'
            return replace(result, verdict="undecided", doubt=told, doubted=(line.site, line.region))
    return result


def _deciding(
    limit: Increase, sides: Sequence[Mapping[Key, Line]], keys: Sequence[Key], changes: Sequence[Change]
) -> Iterator[Line]:
    """The lines that decide a limit on growth: what changes, and for a percentage also what it is of."""
    for key, change in zip(keys, changes, strict=True):
        if change.kind != "same" or limit.percent is not None:
            yield from (side[key] for side in sides if key in side)


def gaps_of(*stacks: Stack) -> bool:
    """Whether any of the declarations is incomplete."""
    return any(stack.gaps for stack in stacks)


def _by_key(lines: Sequence[Line]) -> Mapping[Key, Line]:
    by_key: dict[Key, Line] = {}
    for line in lines:
        leaving = line.resource.leaving and not line.resource.billed_on
        which = (line.resource.identifier or "") if leaving else ""
        key = next(
            key
            for order in count()
            if (key := (identity(line), str(line.meter), leaving, which, order)) not in by_key
        )
        by_key[key] = line
    return by_key


def _change(old: Line | None, repriced: Line | None, new: Line | None) -> Change:
    shown = new or old
    assert shown is not None
    before, middle, after = _amount(old), _amount(repriced), _amount(new)
    currencies = {line.currency for line in (old, new) if line is not None}
    comparable = len(currencies) == 1 and None not in currencies
    code = _shift(middle, after) if comparable else Shift(None, None)
    prices = _shift(before, middle) if comparable else Shift(None, None)
    if repriced is old:
        prices = NO_SHIFT
    kind: Kind = "changed"
    if old is None:
        kind = "added"
    elif new is None:
        kind = "removed"
    elif _same(old, repriced, new) or _lives_on(old, new):
        kind, code, prices = "same", NO_SHIFT, NO_SHIFT
    return Change(
        urn=shown.resource.urn,
        resource=shown.resource.name,
        meter=str(shown.meter),
        kind=kind,
        currency=currencies.pop() if len(currencies) == 1 else None,
        before=None if old is None else before,
        after=None if new is None else after,
        code=code,
        prices=prices,
        reasons=shown.reasons,
    )


def _lives_on(old: Line, new: Line) -> bool:
    """Leaving the program changes nothing of what is billed."""
    living = new.resource
    return bool(living.billed_on) and not living.may_be_gone and not old.resource.billed_on


def _same(old: Line, repriced: Line | None, new: Line) -> bool:
    """Nothing differs and nothing is open: what is unknown twice need not be the same twice.

    A price of which only bounds are known is one price: the same quantity costs the same.
    """
    facts = [
        (line.spec, line.region, line.mode, line.quantity, line.currency, line.monthly) for line in (old, new)
    ]
    if facts[0] != facts[1] or old.monthly is None or repriced is None or repriced.monthly != old.monthly:
        return False
    if old.monthly.is_exact:
        return True
    one_price = old.price is not None and old.price == new.price == repriced.price
    one_quantity = old.quantity is not None and old.quantity.is_exact
    return one_price and one_quantity and not old.unknowns and not new.unknowns


def _amount(line: Line | None) -> Range:
    if line is None:
        return ZERO
    return ANYTHING if line.monthly is None else line.monthly


def _shift(before: Range, after: Range) -> Shift:
    low = None if before.high is None else after.low - before.high
    high = None if after.high is None else after.high - before.low
    return Shift(low, high)


def _totals(
    base: Sequence[Line],
    repriced: Sequence[Line],
    head: Sequence[Line],
    changes: Sequence[Change],
    gaps: tuple[bool, bool],
) -> tuple[ChangeTotal, ...]:
    sides = ((base, gaps[0]), (repriced, gaps[0]), (head, gaps[1]))
    sums = [
        {total.currency: total.monthly for total in totals_of(list(lines), is_open=is_open)}
        for lines, is_open in sides
    ]
    known = sorted({currency for amounts in sums for currency in amounts if currency is not None})
    # a side with gaps, or with lines in no known currency, may have any amount in each of them
    hidden = [
        is_open or any(line.currency is None and line.monthly != ZERO for line in lines)
        for lines, is_open in sides
    ]
    currencies: list[str | None] = [*known]
    if not known and any(sums):
        currencies = [None]
    totals: list[ChangeTotal] = []
    for currency in currencies:
        before, middle, after = (
            amounts.get(currency, ANYTHING if open_ else ZERO)
            for amounts, open_ in zip(sums, hidden, strict=True)
        )
        code = _shift(middle, after)
        prices = NO_SHIFT if repriced is base else _shift(before, middle)
        if any(gaps):  # which may also show what is not there
            code = Shift(None, None)
            prices = NO_SHIFT if repriced is base else Shift(None, None)
        elif all(change.currency == currency for change in changes):
            # line by line is tighter: what stays as it is adds nothing, whatever it costs
            code = _sum(change.code for change in changes)
            prices = _sum(change.prices for change in changes)
        totals.append(ChangeTotal(currency, before, after, code, prices))
    return tuple(totals)


def _sum(shifts: Iterable[Shift]) -> Shift:
    return reduce(lambda left, right: left + right, shifts, NO_SHIFT)


def _limited(limit: Increase, totals: Sequence[ChangeTotal], hidden: bool) -> Iterable[IncreaseResult]:
    if limit.amount is not None:
        text = f"{plain(limit.amount)} {limit.currency}"
        foreign = sorted(total.currency for total in totals if total.currency not in {limit.currency, None})
        if foreign:
            problem = f"it is in {limit.currency} but there are prices in {', '.join(map(str, foreign))}"
            yield IncreaseResult(limit.name, text, "undecided", Shift(None, None), None, problem)
        else:
            shift = totals[0].code + totals[0].prices if totals else NO_SHIFT
            verdict = "undecided" if hidden else _verdict(shift, limit.amount)
            yield IncreaseResult(limit.name, text, verdict, shift, limit.currency)
    if limit.percent is not None:
        for total in totals:
            verdict = "undecided" if hidden else _verdict_of_percent(total, limit.percent)
            text = f"{plain(limit.percent)} %"
            yield IncreaseResult(limit.name, text, verdict, total.code + total.prices, total.currency)


def _verdict(shift: Shift, amount: Decimal) -> LimitVerdict:
    if shift.high is not None and shift.high <= amount:
        return "within"
    return "over" if shift.low is not None and shift.low > amount else "undecided"


def _verdict_of_percent(total: ChangeTotal, percent: Decimal) -> LimitVerdict:
    """Compares what is added with the percentage of the base. Of nothing nothing is allowed."""
    factor = multiply(percent, Decimal("0.01"))
    shift = total.code + total.prices
    if shift.high is not None and shift.high <= multiply(total.before.low, factor):
        return "within"
    if (
        total.before.high is not None
        and shift.low is not None
        and shift.low > multiply(total.before.high, factor)
    ):
        return "over"
    return "undecided"
