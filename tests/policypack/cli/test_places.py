"""Several places in one audit, lists of them, and tables beside the report."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.policypack.cli.test_portfolio import eip, state


@pytest.fixture
def places(work: Path) -> Path:
    for place in ("a", "b"):
        (work / place).mkdir()
        (work / place / "shop.json").write_text(state("shop", "prod", eip(place, 6)))
    return work


def paths(found) -> list[str]:
    return [stack["source"]["path"] for stack in found.report["stacks"]]


def test_two_stacks_of_one_name_in_two_places_are_both_kept_and_named_by_place(run, places: Path) -> None:
    found = run("audit", "a", "b", "-f", "json")
    assert found.code == 0
    assert paths(found) == ["a/shop.json", "b/shop.json"]
    assert {stack["project"] for stack in found.report["stacks"]} == {"shop"}
    (warning,) = found.report["warnings"]
    assert "a/shop.json, b/shop.json" in warning


def test_what_several_places_lead_to_is_read_once(run, places: Path) -> None:
    (places / "link").symlink_to("a")
    assert paths(run("audit", "a", "a/", "a/shop.json", "./a", "link", "-f", "json")) == ["a/shop.json"]


def test_buckets_of_one_name_on_two_servers_are_told_apart(run, work: Path) -> None:
    system = pytest.importorskip("fsspec").filesystem("memory")
    checkpoint = {"stack": "organization/shop/prod", "latest": None}
    text = json.dumps({"version": 3, "checkpoint": checkpoint})
    system.pipe("/team/.pulumi/stacks/shop/prod.json", text.encode())
    try:
        found = run("audit", "memory://team?region=a&token=hush", "memory://team?region=b", "-f", "json")
    finally:
        system.rm("/team", recursive=True)
    first, second = paths(found)
    assert first.startswith("memory://team/.pulumi/stacks/shop/prod.json?region=a&...")
    assert second == "memory://team/.pulumi/stacks/shop/prod.json?region=b"
    assert "hush" not in found.out


@pytest.mark.parametrize(
    "missing",
    ["nowhere", "", "empty", "other", "file:///nowhere/at/all", "gopher://x", "pulumi://", "a/missing.json"],
)
def test_a_place_that_cannot_be_read_does_not_keep_the_others_from_being_read(
    run, places: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / "empty").mkdir()
    (places / "other").mkdir()
    (places / "other" / "package.json").write_text("{}")
    found = run("audit", "a", missing, "b", "-f", "json")
    assert (found.code, found.report["verdict"]) == (2, "undecided")
    assert paths(found) == ["a/shop.json", "b/shop.json"]
    (error,) = found.report["errors"]
    assert error["path"] == (missing or "PLACE")
    assert "1 input could not be used" in found.report["answer"]


def test_a_half_written_state_and_one_that_is_too_large(
    run, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policypack.sources import compression

    monkeypatch.setattr(compression.expand, "__defaults__", (10_000,))
    (places / "a" / "half.json").write_text((places / "a" / "shop.json").read_text()[:-40])
    (places / "a" / "large.json").write_text(state("shop", "large", *(eip(f"e{n}", 6) for n in range(100))))
    found = run("audit", "a", "b", "-f", "json")
    assert found.code == 2
    assert len(found.report["stacks"]) == 2
    assert [error["path"] for error in found.report["errors"]] == ["a/half.json", "a/large.json"]
    assert "2 inputs could not be used" in found.report["answer"]


def test_a_list_of_places(run, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\ufeff# ours\r\na\r\n\r\n  b  \r\n"
    (places / "list.txt").write_text(text, newline="")
    assert paths(run("audit", "--places", "list.txt", "-f", "json")) == ["a/shop.json", "b/shop.json"]
    assert paths(run("audit", "b", "--places", "list.txt", "-f", "json")) == ["b/shop.json", "a/shop.json"]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"b\na\n"), close=lambda: None))
    assert paths(run("audit", "--places", "-", "-f", "json")) == ["b/shop.json", "a/shop.json"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "PLACE: a folder or the URL of a backend was expected, found none"),
        (["--places", ""], "--places: the name of a file was expected"),
        (["--places", "nowhere.txt"], "the list cannot be read"),
        (["--places", "empty.txt"], "one address a line was expected, found none"),
        (["--places", "binary.txt"], "text in UTF-8 was expected"),
        (["-", "--places", "-"], "standard input holds the list"),
        (["a", "--tables", ""], "--tables: the name of a folder was expected"),
        (["a", "--tables", "list.txt"], "a folder was expected, found a file"),
        (["a", "--tables", "list.txt/x", "--tables-format", "csv"], "the tables cannot be written"),
    ],
)
def test_what_cannot_be_meant(
    run, places: Path, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / "list.txt").write_text("a\n")
    (places / "empty.txt").write_text("# nothing\n")
    (places / "binary.txt").write_bytes(b"\xff\xfe")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a\n"), close=lambda: None))
    found = run("audit", *arguments)
    assert found.code == 2
    assert told in found.err


def test_tables_beside_the_report(run, places: Path) -> None:
    (places / "a" / "broken.json").write_text('{"version": 3, "deployment": {')
    found = run("audit", "a", "b", "-f", "json", "--tables", "out/tables", "--tables-format", "csv")
    assert found.code == 2
    assert json.loads(found.out)["stacks"]
    stacks = (places / "out" / "tables" / "stacks.csv").read_text().splitlines()
    assert [line.partition(",")[0] for line in stacks] == ["x_Status", "read", "read", "unread"]


def test_parquet_without_its_package(run, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policypack.cli.support.tables.find_spec", lambda name: None)
    found = run("audit", "a", "--tables", "out")
    assert found.code == 2
    assert "apig-cost[tables]" in found.err
    assert not (places / "out").exists()
