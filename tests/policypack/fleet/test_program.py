"""The digest of the program: the same for the same files wherever they are, another one for any other."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from policypack.fleet.program import PACKAGES, digest, program

FILES = {"__init__.py": "", "rules/one.py": "LEVEL = 1\n", "rules/prices.toml": "a = 1\n", "é.toml": ""}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "here" / "package"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_this_program_has_one() -> None:
    root = Path(__file__).parents[3]
    assert program() == digest(root / package for package in PACKAGES)


def test_place_and_time_do_not_count(package: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(package, tmp_path / "there" / "package")
    for path in elsewhere.rglob("*"):
        os.utime(path, (1, 1))
    (elsewhere / "rules" / "__pycache__").mkdir()
    (elsewhere / "rules" / "__pycache__" / "one.cpython-313.pyc").write_bytes(b"\0")
    (elsewhere / "rules" / ".one.py.swp").write_bytes(b"\0")
    assert digest([elsewhere]) == digest([package])


def test_an_archive_has_the_digest_of_its_folder(package: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.whl"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name in reversed(FILES):
            file.write(package / name, f"package/{name}")
    assert digest([zipfile.Path(archive, "package/")]) == digest([package])


@pytest.mark.parametrize("name", FILES)
def test_every_file_counts(name: str, package: Path) -> None:
    before = digest([package])
    with (package / name).open("a") as file:
        file.write("#")
    changed = digest([package])
    (package / name).unlink()
    assert len({before, changed, digest([package])}) == 3


def test_what_a_file_is_called_and_where_it_ends_counts(package: Path) -> None:
    found = {digest([package])}
    (package / "rules" / "one.py").rename(package / "rules" / "two.py")
    found.add(digest([package]))
    (package / "rules" / "two.py").rename(package / "two.py")
    found.add(digest([package]))
    (package / "rules" / "prices.toml").write_text("")
    (package / "two.py").write_text("LEVEL = 1\na = 1\n")
    found.add(digest([package]))
    assert len(found) == 4
