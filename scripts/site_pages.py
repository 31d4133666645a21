"""Makes the pages of the site from the files of the checkout; MkDocs calls these functions.

The pages are the same files that a reader of the repository sees. Three things are done for the site:
texts of the checkout's root become pages, links between files follow them there (what is no page is linked
in the repository), and a page that the navigation of mkdocs.yml does not name is put at its end.
"""

import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[1]
TEXTS: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}
"""Texts of the root, and the pages that they become."""
LINK: Final = re.compile(r"(?P<before>\]\()(?P<target>[^)\s#]+)(?P<rest>(?:#[^)\s]*)?\))")
CODE: Final = re.compile(r"(^ *```.*?^ *```|`[^`\n]+`)", re.S | re.M)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Link the repository that pyproject.toml names."""
    config.extra["social"] = [
        {"icon": "fontawesome/brands/git-alt", "link": repository(), "name": "Repository"}
    ]
    return config


def repository() -> str:
    """The address of the repository, which one place holds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["urls"]["Repository"])


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the texts of the root, and name in the navigation what it leaves out."""
    for text, page in TEXTS.items():
        files.append(File.generated(config, page, content=(ROOT / text).read_text(encoding="utf-8")))
    named = set(_named(config.nav or []))
    rest = sorted(file.src_uri for file in files.documentation_pages() if file.src_uri not in named)
    policies = [path for path in rest if path.startswith("policies/")]
    more = [path for path in rest if path not in policies]
    config.nav = [*(config.nav or []), {"Policies": policies}, *([{"More": more}] if more else [])]
    return files


def _named(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    parts = entry.values() if isinstance(entry, dict) else entry
    return [name for part in parts for name in _named(part)]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let each link lead where its file is on the site."""
    del config
    here = next(
        (text for text, name in TEXTS.items() if name == page.file.src_uri), f"docs/{page.file.src_uri}"
    )
    parts = CODE.split(markdown)
    return "".join(
        part if number % 2 else LINK.sub(lambda found: _linked(found, here, files), part)
        for number, part in enumerate(parts)
    )


def _linked(found: re.Match[str], here: str, files: Files) -> str:
    if ":" in found["target"]:
        return found[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(here), found["target"]))
    target = TEXTS.get(path) or path.removeprefix("docs/")
    source = next((name for text, name in TEXTS.items() if text == here), here.removeprefix("docs/"))
    for page in (target, f"{target}/README.md"):
        if files.get_file_from_path(page) is not None:
            led = posixpath.relpath(page, posixpath.dirname(source) or ".")
            return f"{found['before']}{led}{found['rest']}"
    if (ROOT / path).exists():
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"{found['before']}{repository()}/{kind}/main/{path}{found['rest']}"
    return found[0]  # a broken link, which a strict build refuses
