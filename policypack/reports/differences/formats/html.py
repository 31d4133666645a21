"""A comparison as one page for a browser."""

from policypack.reports.differences.report import DifferenceReport
from policypack.reports.page import comparison_page


def render(report: DifferenceReport) -> str:
    """The whole page."""
    return comparison_page(report)
