"""The way from a new project to a gate, as the README shows it: its commands, run in order in one shell.

They begin in an empty folder with nothing but Python, git and pip. The address that they install from is a
placeholder, so git is told that this checkout stands there, at the tag of its version. Takes a minute, and
is no part of ``scripts/generate``; ``python -m scripts.generation.first_gate`` renews what the README shows.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from policypack import __version__
from policypack.cli.initial.installation import repository_address
from scripts.generation.shown import BLOCK, Command, commands_of, renewed

_SECTION = re.compile(r"^## From a new project to a gate\n.*?(?=^## )", re.M | re.S)
_END = "--end of a command, which ended with "
_OURS = ("APIG_COST_", "GITHUB_", "CI", "PYTHON", "VIRTUAL_ENV", "CONDA_", "COLUMNS", "GIT_")


def shown(page: Path) -> list[Command]:
    """The commands of the README's section, in order."""
    section = _SECTION.search(page.read_text(encoding="utf-8"))
    assert section is not None
    return [command for block in BLOCK.finditer(section[0]) for command in commands_of(block["body"])]


def run(commands: list[Command], root: Path, place: Path) -> list[tuple[Command, str, int]]:
    """Run commands in one shell in an empty folder; each comes with what it prints and its exit code."""
    folder = place / "empty"
    folder.mkdir()
    script = "\n".join(f"{command.line}\nprintf '\\n%s%s\\n' '{_END}' \"$?\"" for command in commands)
    done = subprocess.run(  # noqa: S603 - the commands of our own page
        ["bash", "-c", script],  # noqa: S607 - whichever bash is on PATH
        cwd=folder,
        env=_environment(root, place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    parts = re.split(rf"\n{_END}(\d+)\n", done.stdout)
    printed, codes = parts[:-1:2], parts[1::2]
    texts = ["".join(f"{line.rstrip()}\n" for line in text.splitlines()) for text in printed]
    return list(zip(commands, texts, map(int, codes), strict=True))


def _environment(root: Path, place: Path) -> dict[str, str]:
    """That of this process without what is about tests, CI and this environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    python = Path(sys.base_prefix) / "bin"
    ours = {Path(sys.prefix, "bin").as_posix(), Path(sys.executable).parent.as_posix()}
    path = [one for one in kept.get("PATH", "").split(os.pathsep) if one not in ours]
    return kept | {
        "HOME": str(place),
        "PATH": os.pathsep.join((str(python), *path)),
        "NO_COLOR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # that there is a newer pip is no word of ours
        "COLUMNS": "110",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{_published(root, place / 'published').as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository_address(),
    }


def _published(root: Path, place: Path) -> Path:
    """A repository with the files of a checkout, as they are, at the tag of their version."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if name.startswith(("policypack/", "pricing/")) or "/" not in name:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            if (root / name).is_file():
                shutil.copyfile(root / name, place / name)
    who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
    for arguments in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "--all"],
        [*who, "commit", "--quiet", "--message", "published"],
        ["tag", f"v{__version__}"],
    ):
        subprocess.run(["git", *arguments], cwd=place, check=True)  # noqa: S603, S607
    return place


if __name__ == "__main__":
    ROOT = Path(__file__).parents[2]
    README = ROOT / "README.md"
    with tempfile.TemporaryDirectory() as temporary:
        ran = run(shown(README), ROOT, Path(temporary))
    README.write_text(renewed(README, iter((command, text) for command, text, _ in ran)), encoding="utf-8")
