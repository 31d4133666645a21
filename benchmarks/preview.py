"""(g) A real `pulumi preview` of 200 resources: with our pack, with none, and with packs that do nothing.

Needs the Pulumi CLI (``python scripts/engine_tools.py``); the language host and the provider are the
stand-ins of the end-to-end tests.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks import packs, stacks
from benchmarks.table import Row, in_turns
from scripts.engine_tools import pulumi_folder

SIZE = 200
ROUNDS = 9
STANDINS = packs.ROOT / "tests" / "e2e" / "standins"
PROGRAM = """
import json
import pulumi
for record in json.load(open("resources.json")):
    pulumi.CustomResource(record["type"], record["urn"].rpartition("::")[2], record.get("inputs", {}))
"""


def measure() -> list[Row]:
    """Whole commands; without a pack the same engine, host and provider."""
    if not (shutil.which("pulumi") or (pulumi_folder() / "pulumi").exists()):
        return []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        environment = _environment(folder, pulumi_folder())
        _program(folder)
        _run(["stack", "init", "dev"], folder, environment)
        stock = folder / "empty-executable"
        stock.write_text(f"#!{sys.executable}\n{packs.EMPTY_PROGRAM}")
        stock.chmod(0o755)
        packs.stock_directory(folder)
        floor = packs.floor(folder)
        with_ours, without, with_empty, with_floor = in_turns(
            [
                partial(_preview, folder, environment, [packs.OURS[0]]),
                partial(_preview, folder, environment, []),
                partial(_preview, folder, environment, [str(stock)]),
                partial(_preview, folder, environment, floor[:1]),
            ],
            ROUNDS,
        )
    return [
        Row("g", f"preview of {SIZE} resources, our pack", with_ours, ("no pack", without), "1.2"),
        Row("g", f"preview of {SIZE} resources, our pack", with_ours, ("pack in Go", with_floor), "1.1"),
        Row("g", f"preview of {SIZE} resources, our pack", with_ours, ("empty pack", with_empty)),
        Row("g", f"preview of {SIZE} resources, pack in Go", with_floor, ("no pack", without)),
    ]


def _program(folder: Path) -> None:
    records = stacks.export(SIZE)["deployment"]["resources"][2:]
    program = folder / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
    (program / "Pulumi.dev.yaml").write_text(f"config:\n  huaweicloud:region: {stacks.REGION}\n")
    (program / "__main__.py").write_text(PROGRAM)
    (program / "resources.json").write_text(json.dumps(records))


def _environment(folder: Path, cli: Path) -> dict[str, str]:
    launchers = folder / "bin"
    launchers.mkdir()
    for name, script in (
        ("pulumi-language-python", "python_host.py"),
        ("pulumi-resource-huaweicloud", "provider.py"),
    ):
        launcher = launchers / name
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -u "{STANDINS / script}" "$@"\n')
        launcher.chmod(0o755)
    (folder / "state").mkdir()
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(launchers), str(cli), os.environ["PATH"]]),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    }


def _preview(folder: Path, environment: dict[str, str], pack: list[str]) -> float:
    start = time.perf_counter()
    _run(["preview", *(["--policy-pack", *pack] if pack else [])], folder, environment)
    return time.perf_counter() - start


def _run(arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
    subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=folder / "program",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=300,
    )
