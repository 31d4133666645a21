"""What a release holds, and that it works where nothing else is installed."""

import json
import subprocess
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
ROOMS = ("policypack", "pricing")


@dataclass(frozen=True)
class Release:
    """The files that ``scripts/package`` makes."""

    wheel: Path
    sdist: Path
    bill_of_materials: Path


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    place = tmp_path_factory.mktemp("release")
    done = subprocess.run(
        [ROOT / "scripts" / "package", place], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = (place / "packages").glob("*.whl")
    [sdist] = (place / "packages").glob("*.tar.gz")
    return Release(wheel, sdist, place / "bom.cdx.json")


def ours() -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(release: Release) -> None:
    with zipfile.ZipFile(release.wheel) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    about = {name for name in names if ".dist-info/" in name}
    assert names - about == ours()
    assert {name.partition(".dist-info/")[2] for name in about} == {
        "METADATA",
        "WHEEL",
        "RECORD",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_the_sdist_holds_what_a_clone_does(release: Release) -> None:
    with tarfile.open(release.sdist) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers()}
    assert ours() <= names
    assert {"README.md", "LICENSE", "CHANGELOG.md", "scripts/test", "examples/shop/__main__.py"} <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "dist", "mutants"))]


def test_the_bill_of_materials_names_each_locked_requirement_with_its_hash(release: Release) -> None:
    bill = json.loads(release.bill_of_materials.read_text(encoding="utf-8"))
    named = {part["name"]: part for part in bill["components"]}
    locked = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    assert set(named) == {line.partition("==")[0] for line in locked if "==" in line}
    assert bill["metadata"]["component"]["name"] == "apig-cost"
    assert all(part["externalReferences"][0]["hashes"] for part in named.values())


def test_the_sdist_in_an_empty_environment_previews_the_example(release: Release, tmp_path: Path) -> None:
    """As on a machine that has never seen this project; tests/e2e does the same with the wheel."""
    with tarfile.open(release.sdist) as sdist:
        sdist.extractall(tmp_path, filter="data")
    [folder] = tmp_path.glob("apig_cost-*")
    place = tmp_path / "empty"
    venv.create(place, with_pip=True)
    install = [place / "bin" / "pip", "install", "--quiet", f"{release.sdist}[examples]"]
    subprocess.run(install, check=True, timeout=400)
    done = subprocess.run(
        [place / "bin" / "apig-cost", "preview", "examples/shop"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'Budget "shop"' in done.stdout
    shown = subprocess.run(
        [place / "bin" / "apig-cost", "--version"], capture_output=True, text=True, timeout=60, check=True
    )
    assert release.sdist.name == f"apig_cost-{shown.stdout.split()[-1]}.tar.gz"
