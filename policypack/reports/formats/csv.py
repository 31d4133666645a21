"""Cost lines in the columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification).

These are estimates: nothing was billed, so the columns of billed, effective and contracted cost and
the periods stay empty and every row says so. A cost that is a range stands in the ``x_`` columns only.
"""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files
from io import StringIO
from typing import Final

from policypack.costs.line import Line
from policypack.metering.catalogue import service_of
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import visible
from pricing.money import Range, plain

_NOTE: Final = "Estimate, nothing was billed"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Report) -> str:
    """One row for each line of each stack."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    columns = _columns()
    writer.writerow(columns)
    for stack in report.stacks:
        for line in stack.lines:
            cells = _cells(line, stack, report)
            assert cells.keys() <= set(columns)
            writer.writerow([_cell(cells.get(column, "")) for column in columns])
    return buffer.getvalue()


def _columns() -> tuple[str, ...]:
    file = files("policypack.reports").joinpath("focus.toml")
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return (*document["focus"], *document["ours"])


def _cells(line: Line, stack: StackReport, report: Report) -> dict[str, str]:
    exact = line.monthly if line.monthly is not None and line.monthly.is_exact else None
    quantity = line.quantity if line.quantity is not None and line.quantity.is_exact else None
    low, high = _ends(line.monthly)
    hourly_low, hourly_high = _ends(line.hourly)
    service = service_of(line.type)
    cells = {
        "BillingCurrency": line.currency or "",
        "ChargeCategory": "Usage",
        "ChargeDescription": f"{line.meter} {line.spec or ''}".strip(),
        "ChargeFrequency": "Recurring" if line.mode == "yearly-monthly" else "Usage-Based",
        "InvoiceIssuerName": "Huawei Cloud",
        "ListCost": plain(exact.low) if exact else "",
        "PricingCategory": "Committed" if line.mode == "yearly-monthly" else "Standard" if line.mode else "",
        "PricingQuantity": plain(quantity.low) if quantity else "",
        "PricingUnit": line.unit or "",
        "ProviderName": "Huawei Cloud",
        "PublisherName": "Huawei Cloud",
        "RegionId": line.region or "",
        "ResourceId": line.resource.identifier or "",
        "ResourceName": line.resource.name,
        "ResourceType": line.type,
        "ServiceCategory": service.category,
        "ServiceName": service.name,
        "SkuMeter": str(line.meter),
        "SkuPriceId": line.price.row if line.price else "",
        "x_Note": f"{_NOTE}; a month of {plain(report.hours_per_month)} hours",
        "x_Project": stack.stack.project,
        "x_Stack": stack.stack.name,
        "x_Urn": line.resource.urn,
        "x_Spec": line.spec or "",
        "x_Site": line.site or "",
        "x_Mode": line.mode or "",
        "x_Status": line.status,
        "x_MonthlyCostLow": low,
        "x_MonthlyCostHigh": high,
        "x_HourlyCostLow": hourly_low,
        "x_HourlyCostHigh": hourly_high,
        "x_Reasons": " ".join(line.reasons),
        "x_Unknowns": "; ".join(line.unknowns),
    }
    if line.price is not None:
        cells["x_PriceConfidence"] = line.price.confidence
        cells["x_PriceIsReference"] = "true" if line.price.reference else "false"
        cells["x_PriceAsOf"] = line.price.as_of.isoformat()
        cells["x_PriceSource"] = line.price.source
        cells["x_PriceBook"] = line.price.book
    return cells


def _ends(amount: Range | None) -> tuple[str, str]:
    if amount is None or amount.says_nothing:
        return "", ""
    return plain(amount.low), "" if amount.high is None else plain(amount.high)


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
