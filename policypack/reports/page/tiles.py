"""The first screen: what stays open and why, and what the prices rest on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from policypack.costs.counted import Contribution
from policypack.reports.report import Report
from policypack.reports.row import StackRow
from policypack.settings.model import BUDGET_POLICY

_MOST_QUESTIONS: Final = 5
_KINDS: Final = {
    "own": "own",
    "billed": "from bills",
    "official": "list prices",
    "example": "from the vendor's examples",
    "third-party": "third-party",
    "reference": "reference prices",
    "free": "free",
    "none": "without a price",
}
"""What a kind of price is called, from the firmest on."""


class Question(Struct, frozen=True):
    """Something that is not known, and that leaves a verdict open.

    Attributes:
        asked: What would decide.
        example: The first resource that it is about; likewise ``stack``.
        count: How many times it is asked.
    """

    asked: str
    example: str
    stack: str
    count: int


class Kind(Struct, frozen=True):
    """How many lines have a price of one kind."""

    name: str
    word: str
    lines: int
    share: str


class PriceBasis(Struct, frozen=True):
    """What the amounts rest on.

    Attributes:
        lines: All cost lines.
        open: Those without an exact amount.
        kinds: From the firmest kind of price to none.
        oldest: Date of the oldest price that is used.
        not_covered: Resources that are billed and not priced here, and those that may be.
        gaps: Stacks whose declaration is incomplete.
    """

    lines: int
    open: int
    kinds: tuple[Kind, ...]
    oldest: date | None
    not_covered: tuple[int, int]
    gaps: int


def questions(report: Report) -> tuple[list[Question], int]:
    """What leaves verdicts open, the most frequent first, and how many more there are."""
    asked = list(_asked(report.rows))
    if report.portfolio is not None:
        asked += [
            (part.reason or "its cost", part.stack, part.stack)
            for result in report.portfolio.limits
            if result.verdict == "undecided"
            for part in result.deciding
        ]
    counts = Counter(one for one, _, _ in asked)
    first = {one: (example, stack) for one, example, stack in reversed(asked)}
    found = [Question(one, *first[one], count) for one, count in counts.most_common()]
    return found[:_MOST_QUESTIONS], max(0, len(found) - _MOST_QUESTIONS)


def _asked(rows: Iterable[StackRow]) -> Iterator[tuple[str, str, str]]:
    for row in rows:
        seen: set[tuple[str, str]] = set()
        for limit in row.budget.limits:
            if limit.verdict != "undecided":
                continue
            for part in limit.deciding:
                asked = _asked_by(part)
                if (asked, part.resource) not in seen:
                    seen.add((asked, part.resource))
                    yield asked, part.resource, row.label
        for one in row.stops:
            finding = one.finding
            if finding.verdict == "undecided" and finding.policy != BUDGET_POLICY:
                yield finding.policy, finding.resource, row.label


def _asked_by(part: Contribution) -> str:
    """A price that is missing, properties that are not known, else the reason in words."""
    if part.wants_price_of is not None and part.meter:
        region = part.wants_price_of[1]
        return f"The price of {part.meter} in {region or 'a region that is not known'}"
    return ", ".join(part.unknowns) or part.reason or "its price"


def price_basis(report: Report) -> PriceBasis:
    """What the amounts of a run rest on."""
    parts = [row.breakdown for row in report.rows]
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(dict(part.prices))
    lines = sum(counts.values())
    kinds = [Kind(name, word, counts[name], f"{100 * counts[name] / lines:.2f}")
             for name, word in _KINDS.items() if counts[name]]  # fmt: skip
    uncovered = [one for row in report.rows for one in row.not_covered]
    return PriceBasis(
        lines=lines,
        open=sum(part.open for part in parts),
        kinds=tuple(kinds),
        oldest=min((part.oldest for part in parts if part.oldest is not None), default=None),
        not_covered=(
            sum(one.count for one in uncovered if one.certainty == "billed"),
            sum(one.count for one in uncovered if one.certainty == "perhaps"),
        ),
        gaps=sum(row.gaps > 0 for row in report.rows),
    )
