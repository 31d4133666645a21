"""Test what another Python may change on every newer one that is installed, with the locked requirements.

    python scripts/newer_pythons.py

These are programs that are run, the pack, processes, files and the libraries of others. Judging is pure and
the same everywhere; the replays go through all of it, and the workflow *Checks* runs everything on each.
Looks for ``python3.12`` and so on; what is not there is named and left out.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
NEWER = ("3.12", "3.13", "3.14")
TESTS = (
    "tests/e2e",
    "tests/replay",
    "tests/pricing",
    *(f"tests/policypack/{room}" for room in ("analyzer", "fleet", "reports", "settings", "sources")),
)


def main() -> int:
    """Make one environment after the other and test in it; the exit code is the first that is not 0."""
    worst = 0
    for version in NEWER:
        python = _found(version)
        if python is None:
            print(f"Python {version} is not installed: not tested", flush=True)
            continue
        print(f"testing on Python {version}", flush=True)
        with tempfile.TemporaryDirectory() as place:
            code = _tested(python, Path(place))
        worst = worst or code
    return worst


def _found(version: str) -> str | None:
    """The interpreter of a version. pyenv has a command for each that works when it is told which."""
    command = [f"python{version}", "-c", "import sys; print(sys.executable)"]
    try:
        found = subprocess.run(  # noqa: S603 - our own arguments
            command,
            env={**os.environ, "PYENV_VERSION": version},
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip()


def _tested(python: str, place: Path) -> int:
    subprocess.run([python, "-m", "venv", str(place)], check=True)  # noqa: S603
    own = str(place / "bin" / "python")
    pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    requirements = str(ROOT / "requirements" / "development.txt")
    subprocess.run([*pip, "--require-hashes", "-r", requirements], check=True)  # noqa: S603
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)  # noqa: S603
    return subprocess.run([own, "-m", "pytest", "-q", "-n", "2", *TESTS], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
