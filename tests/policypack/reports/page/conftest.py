"""A real browser: Debian's Chromium, headless, driven by Playwright; nothing is downloaded."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policypack.reports.page import run_page
from policypack.reports.report import Report
from scripts import browser as tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """The browser. CI never does without it.

    It ends with the module: while Playwright is there, an event loop runs in this thread, and programs that
    start one of their own, as other tests do, would not run.
    """
    executable = tools.chromium()
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail(tools.HOW_TO_GET_IT)
        pytest.skip(tools.HOW_TO_GET_IT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # root, as in CI, needs --no-sandbox; the pages are our own
        started = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def barriers() -> str:
    """The script of axe-core."""
    if not tools.axe().exists():
        reason = "no axe-core: run `python scripts/browser.py` (needs npm)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return tools.axe().read_text(encoding="utf-8")


@pytest.fixture
def show(chromium: "Browser", tmp_path: Path) -> "Iterator[Callable[..., Tab]]":
    """Open a report. The test fails where the page complains, or asks for anything but itself."""
    complaints: list[str] = []
    requests: list[str] = []
    tabs = []

    def opened(
        report: Report | str,
        *,
        fragment: str = "",
        width: int = 1200,
        scheme: str = "light",
        scripts: bool = True,
    ) -> "Tab":
        html = report if isinstance(report, str) else run_page(report)
        file = tmp_path / f"page-{len(tabs)}.html"
        file.write_text(html, encoding="utf-8")
        # a page's own policy would forbid the script of axe-core; that it is there is tested as text
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        tab = context.new_page()
        tabs.append(context)
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(f"{file.as_uri()}{fragment}")
        if scripts:
            tab.wait_for_function("() => document.documentElement.dataset.ready === 'yes'")
        return tab

    yield opened
    for context in tabs:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(tmp_path.as_uri())] == []
