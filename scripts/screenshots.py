"""Pictures of the HTML page, to be looked at: three pages, three widths, light and dark.

    python -m scripts.screenshots FOLDER       # writes them into FOLDER
    python -m scripts.screenshots --readme     # renews docs/page.png, which README shows

Needs Debian's Chromium (``scripts/browser.py``). The pages are made of what the checkout holds: a check of
``examples/shop``, an audit of the recorded stacks many times over, and a comparison.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.browser import HOW_TO_GET_IT, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
WIDTHS: Final = (400, 900, 1400)
SCHEMES: Final = ("light", "dark")
README: Final = ROOT / "docs" / "page.png"
README_SIZE: Final = {"width": 1240, "height": 1000}
COPIES: Final = 60
SETTINGS: Final = """\
[portfolio]
owner = "team"
limits = [
  { name = "company", amount = 900000, currency = "CNY" },
  { name = "europe", amount = 20000, currency = "CNY", scope = { region = "eu-*" } },
]
[apig-monthly-budget]
referencePrices = "accept"
limits = [{ name = "each stack", amount = 9410, currency = "CNY" }]
exchange = [{ from = "USD", to = "CNY", rate = "7.2", date = 2026-11-01 }]
"""


def main() -> int:
    """Make the pages and take their pictures."""
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--readme", action="store_true")
    given = parser.parse_args()
    if given.folder is None and not given.readme:
        parser.error("name a folder, or --readme")
    executable = chromium()
    if executable is None:
        sys.exit(HOW_TO_GET_IT)
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        pages = dict(_pages(Path(place), only_readme=given.folder is None))
        if given.readme:
            _picture(browser, pages["shop"], README, "light", README_SIZE, whole=False)
        if given.folder is not None:
            given.folder.mkdir(parents=True, exist_ok=True)
            for name, page in pages.items():
                for width in WIDTHS:
                    for scheme in SCHEMES:
                        path = given.folder / f"{name}-{width}-{scheme}.png"
                        _picture(browser, page, path, scheme, {"width": width, "height": 1000}, whole=True)
        browser.close()
    return 0


def _pages(place: Path, *, only_readme: bool) -> Iterator[tuple[str, Path]]:
    yield "shop", _page(place / "shop.html", "check", "examples/shop")
    if only_readme:
        return
    changed = place / "changed"
    shutil.copytree(ROOT / "examples" / "shop", changed)
    program = changed / "__main__.py"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace("outbound=10, inbound=5", "outbound=0, inbound=8"), encoding="utf-8")
    yield "difference", _page(place / "difference.html", "diff", "examples/shop", str(changed))
    settings = place / "apig-cost.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    fleet = _fleet(place / "fleet")
    yield "fleet", _page(place / "fleet.html", "audit", str(fleet), "--config", str(settings))


def _fleet(folder: Path) -> Path:
    """The recorded states under other names."""
    folder.mkdir()
    for state in sorted((ROOT / "tests" / "recordings").glob("*/state.json")):
        text = state.read_text(encoding="utf-8")
        project = json.loads(text)["deployment"]["resources"][0]["urn"].split("::")[1]
        for number in range(COPIES // 8 + 1):
            name = f"{project}-{number}" if number else project
            copy = text.replace(f"::{project}::", f"::{name}::")
            (folder / f"{name}.json").write_text(copy, encoding="utf-8")
    return folder


def _page(path: Path, *arguments: str) -> Path:
    """What the command line makes; its exit code is about the stacks."""
    command = [sys.executable, "-m", "policypack.cli", *arguments, "--format", "html", "--output", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if not path.exists():
        sys.exit(done.stderr)
    return path


def _picture(
    browser: "Browser", page: Path, path: Path, scheme: str, size: dict[str, int], *, whole: bool
) -> None:
    tab = browser.new_page(viewport=size, color_scheme=scheme)
    tab.goto(page.as_uri())
    tab.wait_for_function("() => document.documentElement.dataset.ready === 'yes'")
    tab.screenshot(path=path, full_page=whole)
    tab.close()
    print(path)


if __name__ == "__main__":
    sys.exit(main())
