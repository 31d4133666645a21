"""What is around: programs and state in a folder, its repository, and which CI system runs for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from policypack.cli.support.errors import InputError
from policypack.sources.folders import walk
from policypack.sources.program.project import PROJECT_FILES

SYSTEMS: Final = {"github": "GitHub Actions", "gitlab": "GitLab CI", "jenkins": "Jenkins"}
_TRACES: Final = {
    "github": (".github",),
    "gitlab": (".gitlab-ci.yml", ".gitlab"),
    "jenkins": ("Jenkinsfile",),
}
_PROJECTS: Final = frozenset(PROJECT_FILES)
_BACKEND: Final = ".pulumi"
_NEVER: Final = frozenset({"node_modules", "__pycache__", "venv"})
_REMOTE: Final = re.compile(r"^\s*url\s*=\s*(\S+)", re.M)


def places(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders of programs, and folders of state that no program stands beside, at and below a folder.

    Raises:
        InputError: One of them cannot be listed.
    """
    programs: list[Path] = []
    backends: list[Path] = []
    unreadable: list[OSError] = []
    for here, folders, files in walk(folder, unreadable):
        if not _PROJECTS.isdisjoint(files):
            programs.append(here)
        elif _BACKEND in folders:
            backends.append(here)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NEVER)
    if unreadable:
        raise InputError(f"{unreadable[0].filename}: cannot be listed ({unreadable[0].strerror})")
    return programs, backends


def repository(folder: Path) -> Path:
    """The folder that holds ``.git``, at or above a folder; else the folder itself. Absolute."""
    here = folder.absolute().resolve()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)


def systems(root: Path) -> tuple[str, ...]:
    """The CI systems that a repository shows traces of: files of theirs, else the host of a remote."""
    found = tuple(name for name, traces in _TRACES.items() if any((root / one).exists() for one in traces))
    return found or tuple(dict.fromkeys(_hosts(root)))


def _hosts(root: Path) -> Iterator[str]:
    try:
        text = (root / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:  # none, or a work tree, whose .git is a file
        return
    for address in _REMOTE.findall(text):
        host = re.split(
            r"[/:]", address.rpartition("@")[2].partition("://")[2] or address.rpartition("@")[2]
        )[0]
        for name in ("github", "gitlab"):
            if name in host:
                yield name
