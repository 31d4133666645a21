"""Words that several formats share: counts, limits, totals, levels, and what is not covered."""

from collections.abc import Sequence

from policypack.costs.budget import LimitResult
from policypack.costs.line import Total
from policypack.costs.wording import CENTS, NOT_KNOWN, bounds, limit_cost, number
from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.report import Report, StackReport
from policypack.reports.row import StackRow
from policypack.reports.safe import name, visible
from pricing.money import plain


def counted(count: int, what: str) -> str:
    """A number with its noun."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def left_out(count: int, what: str) -> str:
    """A sentence, without its full stop, for what is cut off."""
    return f"{count} {what} is not shown" if count == 1 else f"{count} {what}s are not shown"


def limit_line(limit: LimitResult) -> str:
    """One limit: what it is, the verdict with the amount, and on what prices it was decided."""
    cost = limit_cost(limit)
    words = {"within": f"within, {cost}", "over": f"OVER, {cost}", "undecided": f"CANNOT DECIDE, cost {cost}"}
    notes = "".join(f"; {visible(note)}" for note in limit.notes)
    allowed = f"{number(limit.amount)} {limit.currency} a month"
    return f'"{name(limit.name)}" ({allowed}): {words[limit.verdict]}{notes}'


def total_line(totals: Sequence[Total], decimals: int = CENTS) -> str:
    """All totals; what is in no known currency is named beside the others."""
    told = [
        f"{NOT_KNOWN} in {total.currency}"
        if len(totals) > 1 and total.monthly.says_nothing
        else bounds(total.monthly, total.currency, decimals)
        for total in totals
        if total.currency is not None
    ]
    if len(told) < len(totals):
        told.append("an amount in a currency that is not known" if told else NOT_KNOWN)
    return "; ".join(told) or "nothing that is priced here"


def total_of(of: Report | StackReport | StackRow, decimals: int = CENTS) -> str:
    """The totals of a stack or of a run, marked where something may be missing from them."""
    return total_line(of.totals, decimals) + _converted(of) + (" (incomplete)" if _is_incomplete(of) else "")


def _is_incomplete(of: Report | StackReport | StackRow) -> bool:
    """Whether something may be missing from the totals."""
    match of:
        case Report():
            return of.is_partly_read or any(row.gaps for row in of.rows)
        case StackReport():
            return bool(of.stack.gaps)
        case StackRow():
            return bool(of.gaps)


def _converted(of: Report | StackReport | StackRow) -> str:
    """What several currencies make together, where the settings have the rates."""
    if of.converted is None:
        return ""
    rates = ", ".join(
        f"1 {rate.source} = {plain(rate.rate)} {rate.target} of {rate.date}" for rate in of.converted.rates
    )
    return f"; together {bounds(of.converted.total.monthly, of.converted.total.currency)} ({rates})"


def level_word(enforced: EnforcedFinding) -> str:
    """``mandatory``, ``advisory``, ``waived`` or ``set aside``, and whether it is undecided."""
    word = "waived" if enforced.waiver else "set aside" if enforced.known else enforced.level
    return f"{word}, undecided" if enforced.finding.verdict == "undecided" else word


def not_covered(stack: StackReport, most: int | None = None) -> str:
    """What the total leaves out, or an empty text: what is billed, and what may be."""
    told: list[str] = []
    for certainty, words in (("billed", "Billed, but not priced here"), ("perhaps", "May be billed")):
        kinds = [one for one in stack.not_covered if one.certainty == certainty]
        if kinds:
            listed = ", ".join(f"{one.count} {visible(one.type)}" for one in kinds[:most])
            told.append(f"{words}: {listed}.")
    return " ".join(told)
