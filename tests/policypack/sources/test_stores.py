"""Self-managed backends in folders and object stores."""

import gzip
import json
import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import ClassVar

import pytest
import zstandard

from policypack.sources import SourceError, read, read_each
from policypack.sources.store_options import options_of
from policypack.sources.stores import ObjectStore

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


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
    assert options_of("s3", {}) == {}
    assert options_of(
        "s3",
        {
            "endpoint": ["https://obs.cn-north-4.myhuaweicloud.com"],
            "region": ["cn-north-4"],
            "profile": ["ops"],
        },
    ) == {
        "endpoint_url": "https://obs.cn-north-4.myhuaweicloud.com",
        "client_kwargs": {"region_name": "cn-north-4"},
        "profile": "ops",
    }
    assert options_of(
        "s3", {"endpoint": ["localhost:9000"], "disableSSL": ["true"], "s3ForcePathStyle": ["true"]}
    ) == {
        "endpoint_url": "http://localhost:9000",
        "config_kwargs": {"s3": {"addressing_style": "path"}},
    }
    assert options_of("s3", {"endpoint": ["host"], "disable_https": ["1"]})["endpoint_url"] == "http://host"
    assert options_of("s3", {"endpoint": ["host"]})["endpoint_url"] == "https://host"


@pytest.fixture
def recorded(monkeypatch):
    """The stores of Google and Azure, held in memory, and the options that they were opened with."""
    pytest.importorskip("fsspec")
    registry = import_module("fsspec.registry")
    from fsspec.implementations.memory import MemoryFileSystem

    options = []

    class Recording(MemoryFileSystem):
        protocol = ("gs", "abfs", "memory")
        cachable = False
        store: ClassVar = {}
        pseudo_dirs: ClassVar = [""]

        def __init__(self, **given):
            given.pop("use_listings_cache", None)
            options.append(given)
            super().__init__()

        @classmethod
        def _strip_protocol(cls, path):
            return super()._strip_protocol(path.partition("://")[2] or path)

    for scheme in ("gs", "abfs"):
        monkeypatch.setitem(registry._registry, scheme, Recording)
    for variable in list(os.environ):
        if variable.startswith(("AZURE_", "GOOGLE_")):
            monkeypatch.delenv(variable)
    writer = Recording()
    for name, content in FILES.items():
        writer.pipe(f"/bucket/.pulumi/{name}", content)
    options.clear()
    return options


@pytest.mark.parametrize("address", ["gs://bucket", "azblob://bucket?storage_account=acme"])
def test_stores_of_other_vendors(recorded, address):
    stacks = read(address)
    assert [(stack.project, stack.name) for stack in stacks] == NAMES
    assert stacks[2].origin.path == f"{address.partition('?')[0]}/.pulumi/stacks/shop/prod.json"


@pytest.mark.parametrize(
    ("address", "variables", "expected"),
    [
        ("azblob://bucket", {}, {"anon": False}),
        ("azblob://bucket?storage_account=acme", {}, {"account_name": "acme", "anon": False}),
        (
            "azblob://bucket",
            {"AZURE_STORAGE_ACCOUNT": "acme", "AZURE_STORAGE_KEY": "key"},
            {"account_name": "acme", "account_key": "key"},
        ),
        (
            "azblob://bucket?domain=blob.example.org",
            {"AZURE_STORAGE_ACCOUNT": "acme", "AZURE_STORAGE_SAS_TOKEN": "sig"},
            {"account_name": "acme", "account_host": "acme.blob.example.org"},
        ),
        (
            "azblob://bucket?protocol=http&domain=localhost:10000&localemu=true",
            {"AZURE_STORAGE_ACCOUNT": "acme", "AZURE_STORAGE_KEY": "key"},
            {
                "connection_string": "AccountName=acme;AccountKey=key;BlobEndpoint=http://localhost:10000/acme;"
            },
        ),
        (
            "azblob://bucket?protocol=http",
            {"AZURE_STORAGE_ACCOUNT": "acme", "AZURE_STORAGE_KEY": "key"},
            {
                "connection_string": "AccountName=acme;AccountKey=key;"
                "BlobEndpoint=http://acme.blob.core.windows.net;"
            },
        ),
        ("gs://bucket", {}, {}),
        (
            "gs://bucket",
            {"GOOGLE_CREDENTIALS": '{"type": "service_account"}'},
            {"token": {"type": "service_account"}},
        ),
    ],
)
def test_the_credentials_that_pulumi_takes(recorded, monkeypatch, address, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert len(read(address)) == 4
    assert recorded[0] == expected


def test_a_token_of_google(recorded, monkeypatch):
    pytest.importorskip("google.oauth2")
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "ya29.x")
    assert len(read("gs://bucket")) == 4
    assert recorded[0]["token"].token == "ya29.x"


def test_credentials_that_are_none(recorded, monkeypatch):
    monkeypatch.setenv("GOOGLE_CREDENTIALS", "/path/to/secret.json")
    (error,) = read_each("gs://bucket")
    assert error.path == "gs://bucket"
    assert error.place == "GOOGLE_CREDENTIALS"
    assert "secret" not in str(error)


@pytest.mark.parametrize("scheme", ["gs", "azblob"])
def test_a_store_whose_package_is_missing(monkeypatch, scheme):
    pytest.importorskip("fsspec")
    registry = import_module("fsspec.registry")
    protocol = {"azblob": "abfs"}.get(scheme, scheme)
    known = {"class": "nowhere.Missing", "err": "install nowhere"}
    monkeypatch.setitem(registry.known_implementations, protocol, known)
    monkeypatch.delitem(registry._registry, protocol, raising=False)
    (error,) = read_each(f"{scheme}://bucket")
    assert error.hint == f"{sys.executable} -m pip install 'apig-cost[{scheme}]'"


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ({"created": LONG_AGO}, None),  # says nothing of what was written over it
        ({"mtime": LONG_AGO}, f"7-{LONG_AGO}"),
        ({"mtime": datetime.now(UTC)}, None),  # may be written again in the same second
        ({"mtime": "yesterday"}, None),
        ({"mtime": LONG_AGO, "ETag": "x"}, "7-x"),
    ],
)
def test_what_a_store_tells_of_a_file_is_its_version_where_a_change_must_show(
    memory, monkeypatch, told, version
):
    store = ObjectStore(memory)
    monkeypatch.setattr(type(store._system), "info", lambda *_: {"size": 7, **told})
    assert store.version("a.json") == version
