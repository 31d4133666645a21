"""Replay the recorded previews with the lowest versions that pyproject.toml allows.

    python scripts/oldest_versions.py

Makes a temporary environment from the package registry, which takes a minute or two.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOWEST = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)>=(?P<version>[0-9.]+)")
TEST_TOOLS = {"pytest", "pytest-timeout", "pytest-xdist", "hypothesis"}
"""These are installed as they are locked: they are not what is tested."""
LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[.*\])?==[^ ]+", re.MULTILINE)
EVERY_SOURCE = "same_program"
"""This test runs programs, for which the newest versions are installed elsewhere."""


def main() -> int:
    """Make the environment and run the tests in it; the exit code is theirs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [LOWEST.match(requirement) for requirement in project["dependencies"]]
    pins = [f"{match['name']}=={match['version']}" for match in found if match]
    lock = (ROOT / "requirements" / "development.txt").read_text(encoding="utf-8")
    tools = [match[0] for match in LOCKED.finditer(lock) if match["name"] in TEST_TOOLS]
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python = str(Path(place, "bin", "python"))
        print("installing", *pins, flush=True)
        pip = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *pins, *tools], check=True)  # noqa: S603 - our own arguments
        subprocess.run([*pip, "--no-deps", "--editable", str(ROOT)], check=True)  # noqa: S603
        tests = [python, "-m", "pytest", "-q", "-n", "2", "-k", f"not {EVERY_SOURCE}", "tests/replay"]
        return subprocess.run(tests, cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
