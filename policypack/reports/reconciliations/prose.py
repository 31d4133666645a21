"""What is said about a bill and the estimate, in every form alike."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from policypack.costs.reconciliation import Compared, Declared, Reconciliation
from policypack.costs.wording import bounds, number
from policypack.reports.adding_up import decimals_of_columns
from policypack.reports.safe import name, visible
from pricing.money import plain

COLUMNS = (
    "Stack",
    "Resource",
    "Billed as",
    "Found by",
    "Hours",
    "Estimated",
    "Billed (list price)",
    "Paid",
    "Difference",
)


class Section(Struct, frozen=True):
    """A table with its heading.

    Attributes:
        title: What it holds.
        rows: Its cells, in the order of ``COLUMNS``, with the sentences that explain them.
    """

    title: str
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def answer(found: Reconciliation) -> str:
    """The answer in one sentence: by how much the estimate differs from the bill."""
    bill = f"the bill of {found.bill.month:%Y-%m}"
    if found.percent is None:
        return f"Nothing in {bill} can be compared with what is declared.{_open(found)}"
    decimals = _decimals(found.told)
    estimated = f"{number(found.estimated, decimals)} {found.bill.currency} estimated"
    billed = f"{number(found.official, decimals)} billed at list prices"
    return (
        f"The estimate differs by {number(found.percent)} % from {bill}: {estimated}, {billed}.{_open(found)}"
    )


def _open(found: Reconciliation) -> str:
    parts = [
        (len(found.compared) - len(found.told), "cannot be compared"),
        (len(found.undeclared), f"is billed and {_nowhere(found)}", f"are billed and {_nowhere(found)}"),
        (len(found.unbilled), "is declared and not billed", "are declared and not billed"),
        (len(found.skipped), "record is not understood", "records are not understood"),
    ]
    told = [f"{count} {words[0] if count == 1 else words[-1]}" for count, *words in parts if count]
    return f" {', '.join(told).capitalize()}." if told else ""


def _nowhere(found: Reconciliation) -> str:
    return "declared in nothing that could be read" if found.unread else "declared nowhere"


def sections(found: Reconciliation) -> Iterator[Section]:
    """What is compared, and what stands on one side alone."""
    currency = found.bill.currency
    if found.compared:
        yield Section("Billed and declared", tuple(_rows(found.compared, _decimals(found.told))))
    if found.undeclared:
        yield Section(
            f"Billed and {_nowhere(found)}", tuple(_rows(found.undeclared, _decimals(found.undeclared)))
        )
    if found.unbilled:
        yield Section(
            "Declared and not billed", tuple((_declared_cells(one, currency), ()) for one in found.unbilled)
        )


def notes(found: Reconciliation) -> Iterator[str]:
    """What of the bill was not compared, a sentence each."""
    currency = found.bill.currency
    for told in found.unread:
        yield f"Not read: {told}"
    for product, amount in found.others.items():
        yield f"Not priced here: {visible(product, 120)}, {number(amount)} {currency}."
    for what, amount in found.left_out.items():
        yield f"Left out: {what}, {number(amount)} {currency}."
    for told in found.skipped:
        yield f"Not understood: {visible(told)}"


def _decimals(compared: Sequence[Compared]) -> int:
    """With how many decimals estimates and list prices add up to those of all."""
    return decimals_of_columns(
        [
            [one.estimated for one in compared if one.estimated is not None],
            [one.official for one in compared],
        ]
    )


def _rows(compared: Sequence[Compared], decimals: int) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    return ((_cells(one, decimals), one.reasons) for one in compared)


def _cells(one: Compared, decimals: int) -> tuple[str, ...]:
    declared = one.declared
    return (
        name(declared.stack) if declared else "",
        name(declared.line.resource.name if declared else one.resource or one.identifier),
        f"{one.meter} {name(one.spec)}".strip(),
        one.joined_by,
        "" if one.hours is None else plain(one.hours),
        "cannot be told" if declared and one.estimated is None else _amount(one.estimated, decimals),
        number(one.official, decimals),
        number(one.amount - one.coupon, decimals),
        _amount(one.difference, decimals),
    )


def _amount(amount: Decimal | None, decimals: int) -> str:
    return "" if amount is None else number(amount, decimals)


def _declared_cells(one: Declared, currency: str) -> tuple[str, ...]:
    line = one.line
    monthly = bounds(line.monthly, None if line.currency == currency else line.currency)
    spec = name(line.spec) if line.spec else ""
    return (
        name(one.stack),
        name(line.resource.name),
        f"{line.meter} {spec}".strip(),
        "",
        "",
        f"{monthly} a month",
        "",
        "",
        "",
    )
