"""Phrases that several policies share."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from policypack.costs.line import Line
from policypack.costs.wording import number
from policypack.declared import Known, Resource, Value
from policypack.findings.finding import Fact, Saving
from policypack.huaweicloud.model import Purchase
from policypack.network.rows import Row
from policypack.network.verdict import Evidence, Judgement
from pricing.money import Range, plain


def named(resource: Resource) -> str:
    """A resource as messages name it."""
    return f'"{resource.name}"'


def mbits(size: Value[Decimal]) -> str:
    """A bandwidth; what is not known is never a number."""
    return f"{plain(size.value)} Mbit/s" if isinstance(size, Known) else "a size not known yet"


def sentences(*parts: str) -> str:
    """A message of several sentences; an empty one is left out."""
    return " ".join(part for part in parts if part)


def sentence(fact: str, consequence: str) -> str:
    """A fact and what follows from it."""
    return f"{fact}; {consequence}."


def a_month(saving: Saving | None, what: str) -> str:
    """A sentence with what following the advice saves, or nothing when nobody knows.

    Args:
        saving: The saving.
        what: The action, as the subject of the sentence ("Releasing it").
    """
    if saving is None:
        return ""
    return f"{what} saves {monthly(saving.amount)} {saving.currency} a month."


def ending(purchase: Purchase) -> str:
    """What saves a price, for ``a_month``: releasing brings nothing back of what is paid already."""
    return "Not renewing it" if purchase.prepaid == Known(True) else "Releasing it"


def monthly(amount: Range) -> str:
    """An amount within a sentence."""
    if amount.high is None:
        return f"at least {number(amount.low)}"
    if number(amount.low) == number(amount.high):
        return number(amount.low)
    if amount.low == 0:
        return f"at most {number(amount.high)}"
    return f"between {number(amount.low)} and {number(amount.high)}"


def would_cost(remedy: Line | None, size: Decimal) -> str:
    """A sentence with what the missing path would cost in its smallest size; nothing without a remedy."""
    if remedy is None:
        return ""
    subject = f"The smallest size, {plain(size)} Mbit/s,"
    if remedy.monthly is None or remedy.monthly.says_nothing:
        return f"{subject} has no known price in {remedy.region or 'a region that is not known'}."
    return f"{subject} would cost {monthly(remedy.monthly)} {remedy.currency} a month."


def leaves(judgement: Judgement) -> str:
    """Which output hands the gateway out, so that more may be there than is declared; empty for none."""
    return next((item.fact for item in judgement.evidence if item.rule == Row.HANDED_OUT), "")


def missing(judgement: Judgement) -> str:
    """What would have to be known, as the end of a sentence."""
    return listed(judgement.missing, most=3)


def listed(items: Sequence[str], most: int = 5) -> str:
    """A list in words; what is too long is counted."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{len(items) - most} more")
    return "; ".join(shown)


def facts(evidence: Iterable[Evidence]) -> tuple[Fact, ...]:
    """Evidence as a finding lists it; what a team stated is marked."""
    return tuple(
        Fact(item.fact if not item.stated else f"{item.fact.removesuffix('.')} (stated, not seen).", item.urn)
        for item in evidence
    )
