"""Annotations of a GitHub Actions job: the answer, then the worst first; GitHub shows ten of each level.

The command line also appends the Markdown report to the job summary.
"""

from typing import Final

from policypack.reports.arrangement import worst_first
from policypack.reports.headline import headline
from policypack.reports.overall import limits_over_all, portfolio_limit_line
from policypack.reports.prose import limit_line
from policypack.reports.report import Report
from policypack.reports.safe import visible
from policypack.settings.model import BUDGET_POLICY

MOST: Final = 10


def render(report: Report) -> str:
    """Workflow commands, one a line."""
    errors = [(f"apig-cost: {error.path}", error.message) for error in report.errors]
    warnings = [("apig-cost", warning) for warning in report.warnings]
    notices: list[tuple[str, str]] = []
    for result in limits_over_all(report):
        title = f"{BUDGET_POLICY}: {result.limit.name} (all stacks)"
        chosen = errors if result.stops else notices if result.verdict == "within" else warnings
        chosen.append((title, portfolio_limit_line(result)))
    for stack in worst_first(report):
        for enforced in stack.findings:
            finding = enforced.finding
            title = f"{finding.policy}: {finding.resource} ({stack.label})"
            text = f"{finding.message} {finding.hint}"
            if enforced.waiver is not None:
                notices.append((title, f"Waived until {enforced.waiver.expires}. {text}"))
            elif not enforced.known:
                (errors if enforced.stops else warnings).append((title, text))
        warnings.extend((f"apig-cost: {stack.label} is incomplete", gap) for gap in stack.stack.gaps)
        notices.extend((f"apig-cost: {stack.label}", limit_line(limit)) for limit in stack.budget.limits)
    notices.extend(("apig-cost", note) for note in report.notes)
    answer = [("apig-cost", headline(report))]
    stops = report.exit_code != 0
    lines = [
        *_commands("error" if stops else "notice", answer),
        *_commands("error", errors, MOST - 1 if stops else MOST),
        *_commands("warning", warnings),
        *_commands("notice", notices, MOST if stops else MOST - 1),
    ]
    return "\n".join(lines) + "\n"


def _commands(level: str, entries: list[tuple[str, str]], most: int = MOST) -> list[str]:
    shown = entries
    if len(entries) > most:
        more = len(entries) - most + 1
        shown = [*entries[: most - 1], ("apig-cost", f"{more} more are in the job summary.")]
    return [f"::{level} title={_property(title)}::{_data(text)}" for title, text in shown]


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(visible(text, 200)).replace(":", "%3A").replace(",", "%2C")
