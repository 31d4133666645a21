"""One page for a browser: nothing is loaded from anywhere, and only the page's own script may run."""

from policypack.reports.page import run_page
from policypack.reports.report import Report


def render(report: Report) -> str:
    """The whole page."""
    return run_page(report)
