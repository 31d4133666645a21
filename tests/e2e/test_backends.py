"""State as the CLI writes it, in a folder and in an object store, read by our command line."""

import gzip
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scripts import engine_tools
from tests.e2e.standins.pulumi_service import PulumiService

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
EIP = (
    "huaweicloud:Vpc/eip:Eip",
    "web",
    {
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "name": "web", "size": 5, "chargeMode": "bandwidth"},
    },
)
HOW_TO_GET_IT = "no S3 server: run `python scripts/engine_tools.py versitygw` (needs Go)"


def resources(done: Any) -> set[str]:
    assert done.code == 0, done.text
    return {line["resource"] for stack in json.loads(done.stdout)["stacks"] for line in stack["lines"]}


@pytest.mark.parametrize(
    ("variables", "suffix"),
    [
        ({}, ".json"),
        ({"PULUMI_DIY_BACKEND_GZIP": "1"}, ".json.gz"),
        ({"PULUMI_DIY_BACKEND_ZSTD": "1"}, ".json.zst"),
    ],
    ids=["plain", "gzip", "zstd"],
)
def test_a_folder(workspace: Any, variables: Mapping[str, str], suffix: str) -> None:
    workspace.variables |= variables
    workspace.declare(EIP)
    workspace.start()
    assert workspace.up(pack=None).code == 0
    files = [path for path in workspace.state.rglob(f"dev{suffix}") if "stacks" in path.parts]
    assert files, sorted(str(path) for path in workspace.state.rglob("*"))
    assert resources(workspace.apig_cost("check", str(files[0]), "--format", "json")) == {"web"}
    assert resources(workspace.apig_cost("check", str(workspace.state), "--format", "json")) == {"web"}
    by_url = workspace.apig_cost("check", f"file://{workspace.state}", "--format", "json")
    assert len(json.loads(by_url.stdout)["stacks"]) == 1, "neither history nor backups are stacks"
    assert resources(by_url) == {"web"}


def test_an_older_layout_without_projects(workspace: Any) -> None:
    workspace.variables |= {
        "PULUMI_DIY_BACKEND_LEGACY_LAYOUT": "1",
        "PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR": "1",
    }
    workspace.declare(EIP)
    workspace.start()
    assert workspace.up(pack=None).code == 0
    assert (workspace.state / ".pulumi" / "stacks" / "dev.json").exists()
    assert resources(workspace.apig_cost("check", str(workspace.state), "--format", "json")) == {"web"}


WAITING = """
from pathlib import Path
from time import sleep

while not Path("go").exists():
    sleep(0.1)
"""


def test_a_stack_that_an_update_has_locked(workspace: Any) -> None:
    workspace.declare(EIP)
    workspace.start()
    assert workspace.up(pack=None).code == 0
    (workspace.program / "__main__.py").write_text(WAITING)
    with ThreadPoolExecutor(1) as pool:
        update = pool.submit(workspace.up, pack=None)
        try:
            locks = workspace.state / ".pulumi" / "locks"
            while not any(path.is_file() for path in locks.rglob("*")) and not update.done():
                time.sleep(0.1)
            seen = workspace.apig_cost("check", str(workspace.state))
        finally:
            (workspace.program / "go").touch()
    assert update.result().code == 0
    assert seen.code == 0, seen.text
    assert "the stack is locked" in " ".join(seen.text.split())
    assert "web" in seen.stdout


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """An empty bucket of a real S3 server, and the variables that lead to it; files stand below ``s3``."""
    found = shutil.which("versitygw")
    if found is None:
        found = str(engine_tools.versitygw_folder() / "versitygw")
    if not Path(found).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    data = tmp_path / "s3"
    (data / "team-state").mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = {"ROOT_ACCESS_KEY": "test", "ROOT_SECRET_KEY": "testsecret"}
    server = subprocess.Popen(
        [found, "--port", f"127.0.0.1:{port}", "posix", str(data)],
        env={**os.environ, **keys},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        endpoint = f"endpoint=http://127.0.0.1:{port}&s3ForcePathStyle=true&region=us-east-1"
        yield {
            "PULUMI_BACKEND_URL": f"s3://team-state?{endpoint}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "testsecret",
            "AWS_REGION": "us-east-1",
        }
    finally:
        server.kill()
        server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "the S3 server has ended"
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the S3 server does not answer")


def test_an_object_store(workspace: Any, bucket: Mapping[str, str]) -> None:
    workspace.variables |= bucket
    workspace.declare(EIP)
    workspace.start()
    assert workspace.up(pack=None).code == 0
    url = bucket["PULUMI_BACKEND_URL"]
    done = workspace.apig_cost("check", url, "--format", "json")
    assert resources(done) == {"web"}
    assert "testsecret" not in done.text
    audited = workspace.apig_cost("audit", url, "--format", "json")
    assert resources(audited) == {"web"}


def state(stack: str, *names: str) -> bytes:
    """What the CLI writes for a stack of the project shop, as far as it is read."""
    bandwidth = {"shareType": "PER", "name": "web", "size": 5, "chargeMode": "bandwidth"}
    inputs = {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth, "region": "cn-north-4"}
    token = "huaweicloud:Vpc/eip:Eip"
    resources = [
        {
            "urn": f"urn:pulumi:{stack}::shop::{token}::{name}",
            "custom": True,
            "type": token,
            "id": name,
            "inputs": inputs,
            "outputs": inputs,
        }
        for name in names
    ]
    checkpoint = {"stack": f"organization/shop/{stack}", "latest": {"manifest": {}, "resources": resources}}
    return json.dumps({"version": 3, "checkpoint": checkpoint}).encode()


def fill(data: Path, bucket: str, **states: bytes) -> None:
    folder = data / bucket / ".pulumi" / "stacks" / "shop"
    folder.mkdir(parents=True, exist_ok=True)
    for stack, content in states.items():
        (folder / f"{stack}.json").write_bytes(content)


def test_an_audit_of_several_buckets_goes_on(
    workspace: Any, bucket: Mapping[str, str], tmp_path: Path
) -> None:
    workspace.variables |= bucket
    query = bucket["PULUMI_BACKEND_URL"].partition("?")[2]
    whole = state("prod", "web")
    fill(tmp_path / "s3", "team-state", prod=whole, half=whole[: len(whole) // 2])
    fill(tmp_path / "s3", "other", prod=whole, bomb=gzip.compress(b" " * 400 * 1024 * 1024), large=b"")
    with (tmp_path / "s3" / "other" / ".pulumi" / "stacks" / "shop" / "large.json").open("r+b") as file:
        file.truncate(500 * 1024 * 1024)
    places = [f"s3://{name}?{query}" for name in ("team-state", "other", "missing")]
    (workspace.folder / "places.txt").write_text("\n".join(places))
    done = workspace.apig_cost("audit", "--places", "places.txt", "--format", "json")
    assert done.code == 2, done.text
    report = json.loads(done.stdout)
    assert [stack["source"]["path"] for stack in report["stacks"]] == [
        "s3://team-state/.pulumi/stacks/shop/prod.json",
        "s3://other/.pulumi/stacks/shop/prod.json",
    ]
    errors = {error["path"].partition("?")[0]: error["message"] for error in report["errors"]}
    assert errors.keys() == {
        "s3://team-state/.pulumi/stacks/shop/half.json",
        "s3://other/.pulumi/stacks/shop/bomb.json",
        "s3://other/.pulumi/stacks/shop/large.json",
        "s3://missing",
    }
    assert "no state and no plan is that large" in errors["s3://other/.pulumi/stacks/shop/bomb.json"]
    assert "no state and no plan is that large" in errors["s3://other/.pulumi/stacks/shop/large.json"]
    assert "4 inputs could not be used" in report["answer"]
    assert "testsecret" not in done.text


def test_a_key_that_is_denied(workspace: Any, bucket: Mapping[str, str], tmp_path: Path) -> None:
    workspace.variables |= {**bucket, "AWS_SECRET_ACCESS_KEY": "not-the-secret"}
    fill(tmp_path / "s3", "team-state", prod=state("prod", "web"))
    (workspace.folder / "here").mkdir()
    (workspace.folder / "here" / "dev.json").write_bytes(state("dev", "api"))
    done = workspace.apig_cost("audit", bucket["PULUMI_BACKEND_URL"], "here", "--format", "json")
    assert done.code == 2, done.text
    report = json.loads(done.stdout)
    assert [stack["stack"] for stack in report["stacks"]] == ["dev"]
    (error,) = report["errors"]
    assert error["path"].startswith("s3://team-state")
    assert "check the address and the credentials" in error["message"]
    assert "not-the-secret" not in done.text
    assert len(done.stderr.splitlines()) == 1


def test_pulumi_cloud(workspace: Any) -> None:
    """The real CLI accepts the service that stands in for Pulumi Cloud, so that its shape is proven."""
    workspace.declare(EIP)
    workspace.start()
    assert workspace.up(pack=None).code == 0
    export = json.loads(workspace.export().read_text())
    names = ("acme", "shop", "dev")
    service = PulumiService(
        {names: export, ("acme", "shop", "prod"): export, ("other", "web", "dev"): export}
    )
    try:
        workspace.variables |= service.variables
        login = workspace.run("login", service.url)
        assert login.code == 0, login.text
        listed = workspace.run("stack", "ls", "--organization", "acme", "--json")
        assert listed.code == 0, listed.text
        assert {one["name"] for one in json.loads(listed.stdout)} == {"acme/dev", "acme/prod"}
        exported = workspace.run("stack", "export", "--stack", "/".join(names))
        assert exported.code == 0, exported.text
        assert json.loads(exported.stdout) == export
        theirs = set(service.requests)

        done = workspace.apig_cost("audit", "pulumi://acme", "--format", "json")
        assert resources(done) == {"web"}
        paths = [stack["source"]["path"] for stack in json.loads(done.stdout)["stacks"]]
        assert paths == ["pulumi://acme/shop/dev", "pulumi://acme/shop/prod"]
        assert service.token not in done.text
        ours = {path for path in service.requests if path not in theirs}
        kinds = {path.partition("?")[0] for path in theirs}
        assert {path.partition("?")[0].replace("prod", "dev") for path in ours} <= kinds, "as the CLI asks"
    finally:
        service.close()
