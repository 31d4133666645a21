"""A bill beside the estimate as a table, Markdown, CSV and JSON."""

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import StringIO
from typing import Final

from policypack import __version__
from policypack.costs.reconciliation import Compared, Declared, Reconciliation
from policypack.reports.console import console
from policypack.reports.document import amount
from policypack.reports.formats.markdown import text_of
from policypack.reports.reconciliations.prose import COLUMNS, answer, notes, sections
from policypack.reports.safe import cell, json_text, log_lines, visible
from pricing.money import plain

SCHEMA: Final = "apig-cost/reconciliation/1"
_WIDTH: Final = 120


def table(found: Reconciliation, *, width: int = _WIDTH, colour: bool = False) -> str:
    """For people on a terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    buffer = StringIO()
    out = console(buffer, width, colour)
    out.print(answer(found), style="bold")
    for section in sections(found):
        shown = Table(title=section.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for column in COLUMNS:
            shown.add_column(column, overflow="fold", justify="right" if column in COLUMNS[4:] else "left")
        for cells, _ in section.rows:
            shown.add_row(*(Text(text) for text in cells))
        out.print()
        out.print(shown)
        for cells, reasons in section.rows:
            for reason in reasons:
                out.print(Text(f"{cells[1]} ({cells[2]}): {visible(reason)}"))
    for note in notes(found):
        out.print(Text(note))
    return log_lines("\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n")


def markdown(found: Reconciliation) -> str:
    """For a comment or a page."""
    lines = [f"**{text_of(answer(found))}**"]
    for section in sections(found):
        lines += ["", f"### {section.title}", "", _row(COLUMNS), _row("---" for _ in COLUMNS)]
        lines += [_row(map(text_of, cells)) for cells, _ in section.rows]
        told = [(cells, reason) for cells, reasons in section.rows for reason in reasons]
        lines += [""] if told else []
        lines += [f"- {text_of(f'{cells[1]} ({cells[2]}): {reason}')}" for cells, reason in told]
    rest = list(notes(found))
    lines += ["", *(f"- {text_of(note)}" for note in rest)] if rest else []
    return "\n".join(lines) + "\n"


def comma_separated(found: Reconciliation) -> str:
    """A row for each meter of each resource; the section and what explains it stand beside."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("Section", *COLUMNS, "Currency", "Reasons"))
    for section in sections(found):
        for cells, reasons in section.rows:
            row = (section.title, *cells, found.bill.currency, " ".join(reasons))
            writer.writerow([cell(text) for text in row])
    return buffer.getvalue()


def json(found: Reconciliation) -> str:
    """For programs: amounts are decimal texts, ``null`` is not known."""
    return json_text(
        {
            "schema": SCHEMA,
            "tool": {"name": "apig-cost", "version": __version__},
            "answer": answer(found),
            "month": f"{found.bill.month:%Y-%m}",
            "currency": found.bill.currency,
            "percent": None if found.percent is None else plain(found.percent),
            "estimated": plain(found.estimated),
            "billed": plain(found.official),
            "compared": [_compared(one) for one in found.compared],
            "undeclared": [_compared(one) for one in found.undeclared],
            "unbilled": [_declared(one) for one in found.unbilled],
            "notPricedHere": {name: plain(cost) for name, cost in found.others.items()},
            "leftOut": {name: plain(cost) for name, cost in found.left_out.items()},
            "notUnderstood": list(found.skipped),
            "notRead": list(found.unread),
        }
    )


FORMATS: Final[Mapping[str, Callable[[Reconciliation], str]]] = {
    "table": table,
    "json": json,
    "markdown": markdown,
    "csv": comma_separated,
}


def _row(cells: object) -> str:
    assert not isinstance(cells, str)
    return f"| {' | '.join(cells)} |"  # type: ignore[arg-type]


def _compared(one: Compared) -> dict[str, object]:
    declared = one.declared
    return {
        "stack": declared.stack if declared else None,
        "urn": declared.line.resource.urn if declared else None,
        "resource": declared.line.resource.name if declared else one.resource,
        "id": one.identifier,
        "foundBy": one.joined_by or None,
        "meter": one.meter,
        "spec": one.spec,
        "region": one.region,
        "hours": _plain(one.hours),
        "estimated": _plain(one.estimated),
        "billed": plain(one.official),
        "amount": plain(one.amount),
        "coupon": plain(one.coupon),
        "difference": _plain(one.difference),
        "reasons": list(one.reasons),
    }


def _declared(one: Declared) -> dict[str, object]:
    line = one.line
    return {
        "stack": one.stack,
        "urn": line.resource.urn,
        "resource": line.resource.name,
        "meter": str(line.meter),
        "spec": line.spec,
        "region": line.region,
        "currency": line.currency,
        "monthly": amount(line.monthly),
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
