"""The documentation as a site: every page is there, links lead somewhere, nothing comes from elsewhere."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
DESCRIBING = {"canonical", "next", "prev"}
"""Links in the head that a browser does not load."""


class Links(HTMLParser):
    """What a page loads, where it leads, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.places |= {name for name in (found.get("id"), found.get("name")) if name}
        address = found.get(LOADED.get(tag, "")) or ""
        if address and found.get("rel") not in DESCRIBING:
            self.loads.append(address)
        if tag == "a" and found.get("href"):
            self.leads.append(found["href"] or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [Path(sys.executable).with_name("mkdocs"), "build", "--strict", "--site-dir", place],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place


@pytest.fixture(scope="module")
def pages(site: Path) -> Mapping[Path, Links]:
    return {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_page_of_docs_is_on_the_site(site: Path, pages: Mapping[Path, Links]) -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("")
        place = name.parent if name.name == "README" else name
        assert site / place / "index.html" in pages
    assert len(pages) > 30


def test_every_page_can_be_found_from_the_first(site: Path, pages: Mapping[Path, Links]) -> None:
    start = site / "index.html"
    led = {target(site, start, link)[0] for link in pages[start].leads if not urlsplit(link).scheme}
    assert set(pages) - led <= {site / "404.html"}


def test_links_on_the_site_lead_to_pages_and_places(site: Path, pages: Mapping[Path, Links]) -> None:
    for page, links in pages.items():
        for link in links.leads:
            if urlsplit(link).scheme or page.name == "404.html":
                continue
            path, place = target(site, page, link)
            assert path.exists(), f"{page.relative_to(site)}: {link}"
            assert not place or path.suffix != ".html" or place in pages[path].places, f"{page}: {link}"


def test_links_into_the_repository_name_what_is_there(pages: Mapping[Path, Links]) -> None:
    for page, links in pages.items():
        for link in links.leads:
            if found := re.search(r"/apig-cost/(?:blob|tree)/main/(?P<path>[^#?]+)", link):
                assert (ROOT / unquote(found["path"])).exists(), f"{page}: {link}"


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: Mapping[Path, Links]) -> None:
    for page, links in pages.items():
        assert [address for address in links.loads if urlsplit(address).netloc] == [], page
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", text), style


def target(site: Path, page: Path, link: str) -> tuple[Path, str]:
    """The file that a relative link leads to, and the place in it."""
    parts = urlsplit(link)
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if parts.path.startswith("/"):
        path = site / parts.path.lstrip("/")
    return (path / "index.html" if path.is_dir() else path), unquote(parts.fragment)
