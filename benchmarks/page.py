"""(p) The HTML page of very many stacks: its size, what making it takes, and when a browser can be used."""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import overload

from msgspec.structs import replace

import pricing
from benchmarks.stacks import export
from benchmarks.table import Row
from policypack import __version__
from policypack.assessment import assess
from policypack.reports.page import run_page
from policypack.reports.report import Report, StackReport, reference_to, stack_report
from policypack.reports.row import StackRow
from policypack.settings.model import Limit, Settings
from policypack.sources import read
from scripts.browser import HOW_TO_GET_IT, chromium

STACKS = 10_000
RESOURCES = 30
ROUNDS = 3
TODAY = date(2026, 11, 26)


class Copies(Sequence[StackReport]):
    """One stack under very many names."""

    def __init__(self, original: StackReport, count: int) -> None:
        self.original = original
        self.count = count

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, index: int) -> StackReport: ...

    @overload
    def __getitem__(self, index: slice) -> "list[StackReport]": ...

    def __getitem__(self, index: int | slice) -> "StackReport | list[StackReport]":
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self.count))]
        if index >= self.count:
            raise IndexError(index)
        stack = replace(self.original.stack, project=f"team-{index % 97}", name=f"service-{index:05}")
        return replace(self.original, stack=stack)


def measure() -> list[Row]:
    """Nothing is compared: the bars are absolute."""
    report = fleet(STACKS)
    start = perf_counter()
    html = run_page(report)
    made = perf_counter() - start
    size = len(html.encode())
    what = f"{STACKS:,} stacks of {RESOURCES} resources"
    rows = [
        Row("p", f"page of {what}: size", round(size / 1e6, 1), None, "12 MB", unit="MB"),
        Row("p", f"page of {what}: making it", made),
    ]
    usable = list(_usable(html))
    if usable:
        rows.append(Row("p", f"page of {what}: until a table can be filtered", median(usable), None, "2 s"))
    return rows


def fleet(count: int) -> Report:
    """A report of very many stacks of a real kind."""
    settings = Settings(limits=(Limit(name="a stack", amount=Decimal(1000), currency="CNY"),))
    book = pricing.load()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "state.json")
        file.write_text(json.dumps(export(RESOURCES)), encoding="utf-8")
        (stack,) = read(str(file))
    original = stack_report(assess(stack, settings, book, TODAY), settings)
    stacks = Copies(original, count)
    rows = tuple(_rows(stacks, original.row))
    return Report(__version__, reference_to(book), settings.hours_per_month, stacks, kept=rows)


def _rows(stacks: Copies, row: StackRow) -> Iterator[StackRow]:
    for index in range(len(stacks)):
        yield replace(row, project=f"team-{index % 97}", name=f"service-{index:05}")


def _usable(html: str) -> Iterator[float]:
    """Seconds from the start of loading until the first filter has been applied and is painted."""
    executable = chromium()
    if executable is None:
        print(f"not measured: {HOW_TO_GET_IT}", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        file = Path(place, "page.html")
        file.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            tab = browser.new_page()
            start = perf_counter()
            tab.goto(file.as_uri(), wait_until="commit")
            tab.get_by_label("Search stacks").fill("service-00042")
            tab.wait_for_function("() => document.querySelectorAll('#stacks tbody tr').length === 1")
            yield perf_counter() - start
            tab.close()
        browser.close()
