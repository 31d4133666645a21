"""Cost lines in the columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification).

These are estimates: nothing was billed, so the columns of billed, effective and contracted cost and
the periods stay empty and every row says so. A cost that is a range stands in the ``x_`` columns only.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from policypack.costs.line import Line
from policypack.metering.catalogue import service_of
from policypack.reports.report import Report, StackReport
from pricing.money import Range, plain

_NOTE: Final = "Estimate, nothing was billed"


@cache
def columns() -> tuple[str, ...]:
    """All columns, in their order."""
    file = files("policypack.reports").joinpath("focus.toml")
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return (*document["focus"], *document["ours"])


def cells(line: Line, stack: StackReport, report: Report) -> dict[str, str]:
    """One line as text by column; what is left out is empty."""
    exact = line.monthly if line.monthly is not None and line.monthly.is_exact else None
    quantity = line.quantity if line.quantity is not None and line.quantity.is_exact else None
    low, high = ends(line.monthly)
    hourly_low, hourly_high = ends(line.hourly)
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
        "x_Note": _note(stack, report),
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


def _note(stack: StackReport, report: Report) -> str:
    note = f"{_NOTE}; a month of {plain(report.hours_per_month)} hours"
    return f"{note}; the declaration is incomplete" if stack.stack.gaps else note


def ends(amount: Range | None) -> tuple[str, str]:
    """Both ends of an amount as text, empty where they are not known."""
    if amount is None or amount.says_nothing:
        return "", ""
    return plain(amount.low), "" if amount.high is None else plain(amount.high)
