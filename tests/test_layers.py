"""The rooms of the house: who may import whom, and who may touch the world."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEAVES = {
    "policypack.settings",
    "policypack.declared",
    "policypack.plugins",
    "policypack.printable",
    "policypack.__version__",
    "pricing",
}
MAY_IMPORT = {
    "pricing": {"pricing"},
    "policypack.settings": {"policypack.settings", "policypack.printable", "pricing"},
    "policypack.declared": {"policypack.declared"},
    "policypack.sources": {"policypack.sources", "policypack.declared", "policypack.printable"},
    "policypack.huaweicloud": {"policypack.huaweicloud", "policypack.declared"},
    "policypack.network": {"policypack.network", "policypack.huaweicloud", *LEAVES},
    "policypack.costs": {"policypack.costs", "policypack.network", "policypack.huaweicloud", *LEAVES},
    "policypack.findings": {
        "policypack.findings",
        "policypack.costs",
        "policypack.network",
        "policypack.huaweicloud",
        *LEAVES,
    },
    "policypack.rules": {
        "policypack.rules",
        "policypack.findings",
        "policypack.costs",
        "policypack.network",
        "policypack.huaweicloud",
        *LEAVES,
    },
    "policypack.assessment": {
        "policypack.findings",
        "policypack.costs",
        "policypack.network",
        "policypack.huaweicloud",
        *LEAVES,
    },
    "policypack.reports": {
        "policypack.reports",
        "policypack.assessment",
        "policypack.rules",
        "policypack.findings",
        "policypack.costs",
        "policypack.network",
        "policypack.huaweicloud",
        *LEAVES,
    },
}
PURE = ("declared", "huaweicloud", "network", "costs", "findings", "rules")
WORLD = {"os", "socket", "subprocess", "urllib", "http", "logging", "random", "shutil", "tempfile", "httpx"}
CLOCK = {"now", "today", "utcnow", "time_ns", "perf_counter"}
ENGINE_FILES = {
    "policypack/pack.py",
    "policypack/sources/engine.py",
    "policypack/sources/policy_objects.py",
    "policypack/analyzer/shared_analysis.py",
    "policypack/__init__.py",  # names the type of its list, for type checkers only
}
EDGES = {"pricing/book/loader.py"}
"""Reads books, and refuses rows from a future that only a clock can tell."""


def modules() -> list[Path]:
    return sorted([*(ROOT / "policypack").rglob("*.py"), *(ROOT / "pricing").rglob("*.py")])


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            if node.module == "policypack":
                found |= {f"policypack.{alias.name}" for alias in node.names}
            else:
                found.add(node.module or "")
    return found


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_rooms_to_its_left(path: Path) -> None:
    name = name_of(path)
    room = next((room for room in MAY_IMPORT if within(name, room)), None)
    ours = {found for found in imports_of(path) if within(found, "policypack") or within(found, "pricing")}
    if room is None:
        return
    outside = {found for found in ours if not any(within(found, allowed) for allowed in MAY_IMPORT[room])}
    assert not outside


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pure_rooms_do_not_touch_the_world(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    pure = (parts[0] == "pricing" and "sync" not in parts) or (parts[0] == "policypack" and parts[1] in PURE)
    if not pure or path.relative_to(ROOT).as_posix() in EDGES:
        return
    assert not {found.split(".")[0] for found in imports_of(path)} & WORLD
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
    assert not named & CLOCK


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_pack_and_the_engine_source_know_pulumi_policy(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() in ENGINE_FILES:
        return
    assert not {found for found in imports_of(path) if within(found, "pulumi_policy")}
