"""What pip needs to find in the locked requirements.

The pip of Python 3.11 and 3.12 looks at a package that another one wants with an extra (`coverage[toml]`) as
at one of its own, and takes the newest: the day a newer version is out, it refuses the lock.
"""

from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = sorted((Path(__file__).parents[2] / "requirements").glob("*.txt"))


def locked(lock: Path) -> dict[str, set[str]]:
    """The extras of each package of a lock."""
    lines = (line.removesuffix("\\") for line in lock.read_text().splitlines() if "==" in line)
    return {canonicalize_name(wanted.name): wanted.extras for wanted in map(Requirement, lines)}


def wanted_with_extras(package: str, extras: set[str]) -> list[Requirement]:
    """What an installed package wants with an extra, where it is itself locked with some."""
    try:
        wanted = [Requirement(line) for line in requires(package) or ()]
    except PackageNotFoundError:  # of another platform or Python
        return []
    return [
        each
        for each in wanted
        if each.extras
        and (each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in {"", *extras}))
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_the_extras_that_are_wanted(lock: Path) -> None:
    extras = locked(lock)
    missing = {
        f"{package} wants {each}"
        for package in extras
        for each in wanted_with_extras(package, extras[package])
        if not each.extras <= extras[canonicalize_name(each.name)]
    }
    assert not missing


def test_extras_of_the_development_lock_are_seen() -> None:
    extras = locked(next(lock for lock in LOCKS if lock.name == "development.txt"))
    assert [str(each.name) for each in wanted_with_extras("pytest-cov", set())] == ["coverage"]
    assert extras["coverage"] == {"toml"}
