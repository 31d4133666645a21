"""Self-managed backends in folders and object stores."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from policypack.sources import SourceError, read, read_each
from policypack.sources.stores import _s3_options


def state(project, stack, *names):
    resources = [
        {
            "urn": f"urn:pulumi:{stack}::{project}::huaweicloud:Vpc/eip:Eip::{name}",
            "custom": True,
            "type": "x:y:z",
        }
        for name in names
    ]
    latest = {"manifest": {}, "resources": resources}
    return json.dumps(
        {"version": 3, "checkpoint": {"stack": f"organization/{project}/{stack}", "latest": latest}}
    ).encode()


FILES = {
    "meta.yaml": b"version: 1",
    "stacks/shop/prod.json": state("shop", "prod", "a"),
    "stacks/shop/prod.json.bak": state("shop", "prod", "old"),
    "stacks/shop/prod.pulumi-tags": b'{"version":1,"tags":{}}',
    "stacks/shop/prod.json.1700000000000000000": state("shop", "prod", "older"),
    "stacks/shop/prod.json.attrs": b"{}",
    "stacks/shop/team.blue.json.gz": gzip.compress(state("shop", "team.blue", "b")),
    "stacks/bank/dev.json.zst": zstandard.compress(state("bank", "dev", "c")),
    "stacks/bank/dev.json.zst.bak": b"",
    "stacks/legacy.json": state("legacy", "legacy", "d"),
    "history/shop/prod/prod-1.history.json": b"{}",
    "history/shop/prod/prod-1.checkpoint.json": state("shop", "prod", "old"),
    "backups/shop/prod/prod.1.json": state("shop", "prod", "old"),
    "locks/organization/shop/prod/0f.json": b'{"username":"alice","hostname":"h"}',
}
NAMES = [("bank", "dev"), ("legacy", "legacy"), ("shop", "prod"), ("shop", "team.blue")]


@pytest.fixture
def folder(tmp_path):
    for name, content in FILES.items():
        path = tmp_path / ".pulumi" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@pytest.fixture
def memory():
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for name, content in FILES.items():
        system.pipe(f"/bucket/.pulumi/{name}", content)
    yield "memory://bucket"
    system.rm("/bucket", recursive=True)


@pytest.fixture(params=["folder", "folder/.pulumi", "file URL", "memory"])
def backend(request):
    if request.param == "memory":
        return request.getfixturevalue("memory")
    folder = request.getfixturevalue("folder")
    return {"folder": str(folder), "folder/.pulumi": f"{folder}/.pulumi", "file URL": folder.as_uri()}[
        request.param
    ]


def test_reads_each_stack_once(backend):
    stacks = read(backend)
    assert [(stack.project, stack.name) for stack in stacks] == NAMES
    assert [[item.name for item in stack.resources] for stack in stacks] == [["c"], ["d"], ["a"], ["b"]]
    assert all(stack.origin.kind == "checkpoint" for stack in stacks)
    assert stacks[2].origin.path.endswith("/stacks/shop/prod.json")


def test_a_locked_stack_is_noted(backend):
    notes = {stack.name: stack.notes for stack in read(backend)}
    assert "locked" in notes["prod"][0]
    assert "alice" not in notes["prod"][0]
    assert notes["team.blue"] == ()


def test_one_damaged_stack_does_not_hide_the_others(folder):
    (folder / ".pulumi/stacks/shop/prod.json").write_text("{")
    outcomes = list(read_each(str(folder)))
    (error,) = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
    assert "stacks/shop/prod.json" in error.path
    assert len(outcomes) == 4
    with pytest.raises(SourceError):
        read(str(folder))


def test_two_state_files_of_one_stack(folder):
    (folder / ".pulumi/stacks/shop/prod.json.gz").write_bytes(gzip.compress(state("shop", "prod")))
    errors = [outcome for outcome in read_each(str(folder)) if isinstance(outcome, SourceError)]
    assert [error.problem for error in errors] == ["two state files of one stack"]


@pytest.mark.parametrize("files", [[], ["meta.yaml"]])
def test_a_backend_without_stacks(tmp_path, files):
    (tmp_path / ".pulumi").mkdir()
    for name in files:
        (tmp_path / ".pulumi" / name).write_text("version: 1")
    outcomes = list(read_each(str(tmp_path)))
    assert len(outcomes) == (0 if files else 1)


def test_one_file_by_its_address(folder, memory):
    for address in (
        f"{folder.as_uri()}/.pulumi/stacks/shop/prod.json",
        f"{memory}/.pulumi/stacks/shop/prod.json",
    ):
        (stack,) = read(address)
        assert (stack.name, stack.origin.path) == ("prod", address)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("file:///nowhere/at/all", "no such file"),
        ("memory://nothing-here", "no such file"),
        ("gopher://bucket", "no store of the kind gopher://"),
        ("postgres://host/db", "no store of the kind postgres://"),
    ],
)
def test_addresses_that_lead_nowhere(address, problem):
    pytest.importorskip("fsspec")
    with pytest.raises(SourceError) as raised:
        read(address)
    assert problem in raised.value.problem
    assert "\n" not in str(raised.value)


def test_a_project_wins_over_the_backend_in_its_folder(folder):
    (folder / "Pulumi.yaml").write_text("name: x\nruntime: nodejs\n")
    with pytest.raises(SourceError, match="only Python programs"):
        read(str(folder))
    assert len(read(Path(folder).as_uri())) == 4


def test_parameters_of_an_s3_address():
    assert _s3_options({}) == {}
    assert _s3_options(
        {
            "endpoint": ["https://obs.cn-north-4.myhuaweicloud.com"],
            "region": ["cn-north-4"],
            "profile": ["ops"],
        }
    ) == {
        "endpoint_url": "https://obs.cn-north-4.myhuaweicloud.com",
        "client_kwargs": {"region_name": "cn-north-4"},
        "profile": "ops",
    }
    assert _s3_options(
        {"endpoint": ["localhost:9000"], "disableSSL": ["true"], "s3ForcePathStyle": ["true"]}
    ) == {
        "endpoint_url": "http://localhost:9000",
        "config_kwargs": {"s3": {"addressing_style": "path"}},
    }
    assert _s3_options({"endpoint": ["host"], "disable_https": ["1"]})["endpoint_url"] == "http://host"
    assert _s3_options({"endpoint": ["host"]})["endpoint_url"] == "https://host"
