"""The rooms of the house: who may import whom, and who may touch the world. Every room is listed."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINE = (
    "declared",
    "huaweicloud",
    "network",
    "metering",
    "billed",
    "costs",
    "findings",
    "rules",
    "assessment",
    "reports",
)
"""From left to right; a room imports only rooms to its left, and what stands in ``BESIDE``."""
BESIDE = {
    "pricing": set[str](),
    "printable": set[str](),
    "plugins": set[str](),
    "extras": set[str](),
    "protocol": set[str](),
    "settings": {"printable", "pricing"},
    "sources": {"declared", "printable", "extras", "protocol"},
}
"""Rooms beside the line, with all that they import. ``settings`` is for those from ``network`` on."""
ENTRANCES = {
    "analyzer": {"sources", "protocol"},
    "fleet": {"sources"},
    "cli": {"sources", "fleet"},
    "pack": {"sources", "analyzer"},
    "__init__": {"pack"},
}
"""Where a user comes in: they import the whole line, and what stands here."""
PURE = {"pricing", "printable", "plugins", *LINE[: LINE.index("assessment") + 1]}
WORLD = {"os", "socket", "subprocess", "urllib", "http", "logging", "random", "shutil", "tempfile", "httpx"}
CLOCK = {"now", "today", "utcnow", "time_ns", "perf_counter"}
EDGES = {"pricing/book/loader.py"}
"""Reads books, and refuses rows from a future that only a clock can tell."""
NETWORK = {
    "aiohttp", "boto3", "dask", "distributed", "fsspec", "grpc", "http", "httpx", "requests", "smtplib",
    "socket", "ssl", "urllib.request", "urllib3", "websockets",
}  # fmt: skip
"""What can reach another host; the vendor's SDK is found by the names that are imported late."""
SENDING = {
    "policypack/cli/platforms/interface.py": "`comment`",
    "policypack/cli/support/commenting.py": "`comment`",
    "policypack/fleet/engines/dask.py": "`audit --dask`",
    "policypack/sources/pulumi_cloud/service.py": "`pulumi://`",
    "policypack/sources/stores.py": "`s3://`",
    "pricing/sync/account.py": "`prices learn --from-account`",
    "pricing/sync/bss.py": "`--from bss`",
    "pricing/sync/calculator.py": "`prices sync`",
}
"""Modules that use the network, and where the README says what they send."""
LOOPBACK = {
    "policypack/analyzer/server.py",
    "policypack/analyzer/service.py",
    "policypack/sources/program/monitor.py",
}
"""They talk to the engine and to the program that they started, on this machine."""
KNOW_THE_SDK = {
    "policypack/pack.py",
    "policypack/sources/engine.py",
    "policypack/sources/policy_objects.py",
    "policypack/analyzer/shared_analysis.py",
    "policypack/__init__.py",  # names the type of its list, for type checkers only
}


def modules() -> list[str]:
    """Every module of the distribution, by its path."""
    found = [*(ROOT / "policypack").rglob("*.py"), *(ROOT / "pricing").rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def room_of(module: str) -> str:
    """``pricing``, or the folder or module directly below ``policypack``."""
    package, _, below = module.partition("/")
    return package if package == "pricing" else below.partition("/")[0].removesuffix(".py")


def allowed(room: str) -> set[str]:
    """What a room may import beside itself."""
    if room in BESIDE:
        return BESIDE[room]
    if room in ENTRANCES:
        return {*LINE, "pricing", "printable", "plugins", "extras", "settings", *ENTRANCES[room]}
    left = {*LINE[: LINE.index(room)], "pricing", "printable", "plugins"}
    return left | {"settings"} if LINE.index(room) >= LINE.index("network") else left - {"pricing"}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """Names of modules, and of what is imported from them, which may be modules too."""
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level and module.startswith("policypack/sources/program/inside/"):
                continue  # loaded by the previewed program, where there is no policypack
            assert node.level == 0, f"{module} uses a relative import"
            assert node.module is not None
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def rooms_imported(module: str) -> Iterator[str]:
    for name in imports(module):
        package, _, below = name.partition(".")
        if package == "pricing":
            yield "pricing"
        elif package == "policypack" and below not in {"", "__version__"}:
            yield below.partition(".")[0]


def of(rooms: set[str]) -> list[str]:
    return [module for module in modules() if room_of(module) in rooms]


def test_every_room_is_listed_once() -> None:
    listed = [*LINE, *BESIDE, *ENTRANCES]
    assert len(listed) == len(set(listed))
    assert {room_of(module) for module in modules()} <= set(listed)


def test_a_room_imports_only_rooms_to_its_left() -> None:
    wrong = {
        f"{module} imports {room}"
        for module in modules()
        for room in rooms_imported(module)
        if room != room_of(module) and room not in allowed(room_of(module))
    }
    assert wrong == set()


def test_pure_rooms_do_not_touch_the_world() -> None:
    modules_ = [module for module in of(PURE) if module not in EDGES and "/sync/" not in module]
    wrong = {
        f"{module} imports {name}"
        for module in modules_
        for name in {found.partition(".")[0] for found in imports(module)} & WORLD
    }
    wrong |= {
        f"{module} looks at the clock ({node.func.attr})"
        for module in modules_
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK
    }
    assert wrong == set()


def uses_the_network(module: str) -> bool:
    names = imports(module)
    packages = {name.partition(".")[0] for name in names} | {name.rpartition(".")[0] for name in names}
    return bool((packages | names) & NETWORK) or any(
        isinstance(node, ast.Constant) and str(node.value).startswith("huaweicloudsdk")
        for node in ast.walk(tree(module))
    )


def test_the_readme_says_what_each_command_sends() -> None:
    using = {module for module in modules() if uses_the_network(module)}
    assert using - LOOPBACK <= set(SENDING)
    readme = Path(__file__).parents[1] / "README.md"
    promise = readme.read_text(encoding="utf-8").partition("## What it sends")[2].partition("\n## ")[0]
    assert [told for told in SENDING.values() if told not in promise] == []


def raw_readings(module: str) -> Iterator[str]:
    """Where a module reads properties of resources itself: by name, from their maps, or from blocks."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module in READERS:
            yield from (alias.name for alias in node.names if alias.name not in NO_READERS)
        elif isinstance(node, ast.ImportFrom) and node.module == "policypack.declared":
            yield from (alias.name for alias in node.names if alias.name == "read")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from {node.func.attr} & {"declared", "resolved", "computed"}
        if isinstance(node, (ast.Attribute, ast.Subscript)) and _is_map(node.value):
            yield ".inputs or .outputs"


READERS = {"policypack.declared.read", "policypack.declared.wire", "policypack.huaweicloud.blocks"}
NO_READERS = {"shown", "unquoted", "is_set"}


def _is_map(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"inputs", "outputs"}


BY_TABLE = {"policypack/metering/catalogue.py", "policypack/metering/embedded.py"}
"""They read what the tables of ``billed`` name, and hold no property themselves. A file of that room may name
those of its type, as a row of the tables does."""


def test_only_one_room_reads_raw_properties() -> None:
    rooms = {module.split("/")[1].removesuffix(".py") for module in modules() if "policypack/" in module}
    others = of(rooms - {"declared", "sources", "huaweicloud", "billed"})
    found = {module: set(raw_readings(module)) for module in others if module not in BY_TABLE}
    assert {module: names for module, names in found.items() if names} == {}


def test_only_the_pack_and_the_engine_source_know_pulumi_policy() -> None:
    knowing = {
        module
        for module in modules()
        if any(name.partition(".")[0] == "pulumi_policy" for name in imports(module))
    }
    assert knowing <= KNOW_THE_SDK


@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("policypack/novel/thing.py", "", test_every_room_is_listed_once),
        ("policypack/novel.py", "", test_every_room_is_listed_once),
        (
            "policypack/network/x.py",
            "from policypack import costs",
            test_a_room_imports_only_rooms_to_its_left,
        ),
        ("policypack/declared/x.py", "import pricing.money", test_a_room_imports_only_rooms_to_its_left),
        (
            "policypack/cli/commands/x.py",
            "import policypack.analyzer",
            test_a_room_imports_only_rooms_to_its_left,
        ),
        (
            "policypack/sources/x.py",
            "import policypack.huaweicloud",
            test_a_room_imports_only_rooms_to_its_left,
        ),
        ("pricing/x.py", "from policypack import declared", test_a_room_imports_only_rooms_to_its_left),
        (
            "policypack/network/x.py",
            "from policypack.declared import read",
            test_only_one_room_reads_raw_properties,
        ),
        (
            "policypack/network/x.py",
            'def f(resource): return resource.declared("tags")',
            test_only_one_room_reads_raw_properties,
        ),
        (
            "policypack/network/x.py",
            'def f(resource): return resource.outputs["id"]',
            test_only_one_room_reads_raw_properties,
        ),
        ("policypack/cli/x.py", "import httpx", test_the_readme_says_what_each_command_sends),
        ("policypack/cli/x.py", "from urllib import request", test_the_readme_says_what_each_command_sends),
        (
            "policypack/cli/x.py",
            'module = import_module("huaweicloudsdkapig.v2")',
            test_the_readme_says_what_each_command_sends,
        ),
        ("policypack/costs/x.py", "import os.path", test_pure_rooms_do_not_touch_the_world),
        ("pricing/x.py", "def f(d): return d.today()", test_pure_rooms_do_not_touch_the_world),
    ],
)
def test_what_breaks_a_rule_is_found(
    module: str, text: str, said: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(text)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert callable(said)
    tree.cache_clear()
    imports.cache_clear()
    with pytest.raises(AssertionError):
        said()
    tree.cache_clear()
    imports.cache_clear()
