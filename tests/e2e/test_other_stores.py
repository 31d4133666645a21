"""State as the CLI writes it to stores of Google and Azure, in their emulators, read by our command line."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_backends import EIP, ROOT, resources, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(command: list[str], port: int) -> Iterator[None]:
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield
    finally:
        server.kill()
        server.wait()


def try_store(workspace: Any, variables: Mapping[str, str]) -> None:
    workspace.variables |= variables
    workspace.declare(EIP)
    workspace.start()
    assert workspace.up(pack=None).code == 0
    done = workspace.apig_cost("audit", variables["PULUMI_BACKEND_URL"], "--format", "json")
    assert resources(done) == {"web"}
    (stack,) = json.loads(done.stdout)["stacks"]
    assert stack["source"]["path"].endswith("state/.pulumi/stacks/shop/dev.json")


def emulator(tool: str, folder: str, *path: str) -> str:
    """Where an emulator stands; skips without it, except in CI."""
    code = f"import engine_tools; print(engine_tools.{folder}())"
    asked = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "scripts", capture_output=True, text=True, check=True
    )
    found = Path(asked.stdout.strip(), *path)
    if not found.exists():
        told = f"no emulator: run `python scripts/engine_tools.py {tool}`"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return str(found)


def test_google(workspace: Any, tmp_path: Path) -> None:
    found = emulator("fake-gcs-server", "fake_gcs_folder", "fake-gcs-server")
    port = free_port()
    (tmp_path / "gcs" / "state").mkdir(parents=True)
    host = f"127.0.0.1:{port}"
    command = [found, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory"]
    with served([*command, "-data", str(tmp_path / "gcs"), "-public-host", host], port):
        variables = {"PULUMI_BACKEND_URL": "gs://state", "STORAGE_EMULATOR_HOST": host}
        try_store(workspace, {**variables, "GOOGLE_OAUTH_ACCESS_TOKEN": "token"})


KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Of the account that every emulator of Azure has; its documentation names it."""


def test_azure(workspace: Any, tmp_path: Path) -> None:
    adlfs = pytest.importorskip("adlfs")
    found = emulator("azurite", "azurite_folder", "node_modules", ".bin", "azurite-blob")
    port = free_port()
    options = ["--blobPort", str(port), "--location", str(tmp_path / "az"), "--skipApiVersionCheck"]
    with served([found, *options, "--disableTelemetry"], port):
        endpoint = f"http://127.0.0.1:{port}/devstoreaccount1"
        told = f"AccountName=devstoreaccount1;AccountKey={KEY};BlobEndpoint={endpoint};"
        adlfs.AzureBlobFileSystem(connection_string=told).mkdir("state")
        url = f"azblob://state?domain=127.0.0.1:{port}&protocol=http&localemu=true"
        variables = {"AZURE_STORAGE_ACCOUNT": "devstoreaccount1", "AZURE_STORAGE_KEY": KEY}
        try_store(workspace, {**variables, "PULUMI_BACKEND_URL": url})
