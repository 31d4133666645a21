"""A secret in every property that is read of any type, through every form of the pack, is nowhere said."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2

from policypack.analyzer.service import AnalyzerService
from policypack.huaweicloud.uses import BANDWIDTH_USES, EIP_USES
from tests.policypack.network.landscapes import ROWS
from tests.policypack.network.spoiling import recorded as reading
from tests.policypack.network.test_law import built
from tests.replay.conftest import Engine, InProcess
from tests.replay.test_secrets import (
    MARKS,
    SECRET,
    SETTINGS,
    SIGNATURE,
    TEAM_PACK,
    everything_said,
    places,
    put,
)

PREFIX = "urn:pulumi:dev::shop"
Read = Mapping[str, frozenset[str]]
Shape = Callable[[frozenset[str]], Any]


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


SHAPES: Mapping[str, Shape] = {
    "text": lambda members: secret("geheim.example"),
    "number": lambda members: secret(1987),
    "address": lambda members: secret("203.0.113.99"),
    "block": lambda members: {name: secret("geheim.example") for name in members},
    "list of blocks": lambda members: [{name: secret(1987) for name in members}],
    "list": lambda members: [secret("203.0.113.99"), secret("geheim.example")],
    "secret block": lambda members: secret(dict.fromkeys(members, "geheim.example")),
}
QUICK = ("text",)


def types() -> set[str]:
    """Tokens of all types of which anything is read."""
    names = {name for use in (*EIP_USES, *BANDWIDTH_USES) for name in use.types}
    embedded = tomllib.loads(files("policypack.billed").joinpath("embedded.toml").read_text("utf-8"))
    for entries in embedded.values():
        names |= {entry["type"] for entry in entries if isinstance(entry, dict) and "type" in entry}
    for row in ROWS:
        names |= {declared[0] for declared in built(row).declared.values()}
    return {token(name) for name in names if ":" not in name}


def token(name: str) -> str:
    words = "".join(part.title() for part in name.split("_"))
    return f"huaweicloud:index/{words[0].lower()}{words[1:]}:{words}"


def requests(properties: Read, shape: Shape, members: frozenset[str]) -> list[tuple[str, Any]]:
    """One resource of each type, in which each of some properties has a shape."""
    analyses, stack = [], analyzer_pb2.AnalyzeStackRequest()
    for kind in sorted(properties):
        for request in (analyzer_pb2.AnalyzeRequest(), stack.resources.add()):
            request.type, request.name = kind, "one"
            request.urn = f"{PREFIX}::{kind}::one"
            request.properties.update({name: shape(members) for name in sorted(properties[kind])})
            request.provider.type = "pulumi:providers:huaweicloud"
            request.provider.urn = f"{PREFIX}::pulumi:providers:huaweicloud::p"
            request.provider.properties.update({"region": "cn-north-4"})
            if isinstance(request, analyzer_pb2.AnalyzeRequest):
                analyses.append(("Analyze", request))
    return [*analyses, ("AnalyzeStack", stack)]


@cache
def what_is_read() -> tuple[Read, frozenset[str]]:
    """Every property of each type that is read, and every member of a block, whatever the others hold."""
    properties: dict[str, set[str]] = {kind: set() for kind in types()}
    members: set[str] = set()
    before = -1
    while before != (before := sum(map(len, properties.values())) + len(members)):
        for shape in SHAPES.values():
            with reading() as (found, found_members):
                sent = requests(
                    {kind: frozenset(one) for kind, one in properties.items()}, shape, frozenset(members)
                )
                Engine(InProcess(AnalyzerService(), leaves_undecoded=True)).replay(sent, SETTINGS)
            for kind in properties:
                properties[kind] |= found.get(kind, set())
            members |= found_members
    return {kind: frozenset(one) for kind, one in properties.items()}, frozenset(members)


def sent(shape: str) -> list[tuple[str, Any]]:
    return requests(what_is_read()[0], SHAPES[shape], what_is_read()[1])


CHOSEN = [shape if shape in QUICK else pytest.param(shape, marks=pytest.mark.slow) for shape in SHAPES]


def test_much_is_read_of_many_types() -> None:
    properties, members = what_is_read()
    assert len([kind for kind, read in properties.items() if read]) > 50
    assert {"edition", "bandwidthSize", "eipId", "tags"} <= properties[token("apig_instance")]
    assert {"records", "status", "zoneId"} <= properties[token("dns_recordset")]
    assert {"backendAddress", "size", "origin"} <= members


@pytest.mark.parametrize("shape", CHOSEN)
@pytest.mark.parametrize("engine", ["served", "composed"])
def test_in_this_process(engine: str, shape: str, request: Any, tmp_path: Path, capfd: Any) -> None:
    said = everything_said(request.getfixturevalue(engine), sent(shape), tmp_path / "report.json", capfd)
    assert not [mark for mark in MARKS if mark in said]
    assert "internal error" not in said


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_through_each_form(started: Any, shape: str, tmp_path: Path) -> None:
    said = everything_said(started, sent(shape), tmp_path / "report.json", None)
    assert not [mark for mark in MARKS if mark in said]
    assert "internal error" not in said


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_through_a_composed_pack(composing: Any, shape: str, tmp_path: Path) -> None:
    with composing(TEAM_PACK) as pack:
        said = everything_said(pack, sent(shape), tmp_path / "report.json", None)
    assert not [mark for mark in MARKS if mark in said]
    assert "internal error" not in said


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["served", "composed"])
def test_each_property_beside_others_that_are_none(
    engine: str, request: Any, tmp_path: Path, capfd: Any
) -> None:
    """What is quoted of a resource may depend on what else is known of it."""
    properties, members = what_is_read()
    pack = request.getfixturevalue(engine)
    for number in range(max(map(len, properties.values()))):
        chosen = {kind: sorted(read)[number : number + 1] for kind, read in properties.items()}
        for shape in ("text", "number", "block"):
            mixed = requests(properties, lambda _: "5", members)
            for method, one in mixed:
                for carrier in one.resources if method == "AnalyzeStack" else [one]:
                    marked = {name: SHAPES[shape](members) for name in chosen[carrier.type]}
                    carrier.properties.update(marked)
            said = everything_said(pack, mixed, tmp_path / "report.json", capfd)
            assert not [mark for mark in MARKS if mark in said], (number, shape)
            assert "internal error" not in said, (number, shape)


def of_landscape(row: str) -> list[tuple[str, Any]]:
    """A landscape of a row as the engine shows it, so that what is read through references is read, too."""
    analyses, stack = [], analyzer_pb2.AnalyzeStackRequest()
    for resource in built(row).stack("export").resources:
        for request in (analyzer_pb2.AnalyzeRequest(), stack.resources.add()):
            request.type, request.name, request.urn = resource.token, resource.name, resource.urn
            request.properties.update({**(resource.inputs or {}), **resource.outputs})
            request.provider.type = "pulumi:providers:huaweicloud"
            request.provider.urn = f"{PREFIX}::pulumi:providers:huaweicloud::p"
            request.provider.properties.update({"region": "cn-north-1"})
            if isinstance(request, analyzer_pb2.AnalyzeRequest):
                analyses.append(("Analyze", request))
            else:
                for key, urns in resource.dependencies.items():
                    request.propertyDependencies[key].urns.extend(urns)
    return [*analyses, ("AnalyzeStack", stack)]


WHOLE = "caller-12"
"""The row of which also all that the others have is tried."""
BASE = {(resource.token, resource.name) for resource in built().stack("export").resources}


def test_the_search_finds_what_is_no_secret(served: Any, tmp_path: Path, capfd: Any) -> None:
    shown = put(of_landscape("backend-1"), lambda place: place[1][-1] == "backendAddress", secret=False)
    assert "203.0.113.99" in everything_said(served, shown, tmp_path / "report.json", capfd)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("engine", ["served", "composed"])
def test_each_value_of_a_landscape(engine: str, row: str, request: Any, tmp_path: Path, capfd: Any) -> None:
    pack, shown = request.getfixturevalue(engine), of_landscape(row)
    told_already = {kind for kind, _ in BASE if row != WHOLE}
    for place in places(shown):
        if place[0] in told_already:
            continue
        marked_ = put(shown, lambda found, place=place: found == place, secret=True)
        said = everything_said(pack, marked_, tmp_path / "report.json", capfd)
        assert not [mark for mark in MARKS if mark in said], place
        assert "internal error" not in said, place
