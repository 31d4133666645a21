"""Running packs: ours, and others to compare with: an empty one on the stock SDK, and one in Go that answers
at once (``floor/main.go``), which is what the engine's calls cost with any pack."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc

from scripts.engine_tools import PULUMI_VERSION, go

ROOT = Path(__file__).parents[1]
OURS = [str(Path(sys.executable).with_name("apig-cost-pack")), "127.0.0.1:1"]
EMPTY_PROGRAM = """
from pulumi_policy import PolicyPack, StackValidationPolicy
PolicyPack("empty", [StackValidationPolicy("nothing", "Does nothing.", lambda args, report: None)])
"""
"""The same start as ours: a script that is executed, no language host."""

GO_MOD = """module floor

go 1.25.11

require github.com/pulumi/pulumi/sdk/v3 v{version}
"""


def stock(folder: Path) -> list[str]:
    """A pack with one policy that does nothing."""
    script = folder / "empty_pack.py"
    script.write_text(EMPTY_PROGRAM)
    return [sys.executable, str(script), "127.0.0.1:1"]


def floor(folder: Path) -> list[str]:
    """The pack in Go, built against the SDK of the engine that is measured."""
    place = folder / "floor"
    shutil.copytree(ROOT / "benchmarks" / "floor", place)
    (place / "go.mod").write_text(GO_MOD.format(version=PULUMI_VERSION))
    go("mod", "tidy", cwd=place)
    go("build", "-o", "floor", ".", cwd=place)
    return [str(place / "floor"), "127.0.0.1:1"]


def directory() -> list[str]:
    """Our directory pack, as the language host starts it."""
    return [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(ROOT)]


def stock_directory(folder: Path) -> list[str]:
    """The empty pack, as the language host starts it."""
    pack = folder / "empty-pack"
    pack.mkdir(exist_ok=True)
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (pack / "__main__.py").write_text(EMPTY_PROGRAM)
    return [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)]


def seconds_to_port(command: list[str]) -> float:
    """From exec to the line with the port."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - start
        process.kill()
    assert line.strip().isdigit()
    return took


@contextmanager
def running(command: list[str]) -> Iterator[tuple[Any, subprocess.Popen[bytes]]]:
    """A pack and a client to it, configured as the engine does with no configuration file."""
    from google.protobuf.empty_pb2 import Empty
    from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        limits = [
            ("grpc.max_send_message_length", 400 * 1024 * 1024),
            ("grpc.max_receive_message_length", 400 * 1024 * 1024),
        ]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=limits) as channel:
            stub = analyzer_pb2_grpc.AnalyzerStub(channel)
            info = stub.GetAnalyzerInfo(Empty())
            request = analyzer_pb2.ConfigureAnalyzerRequest()
            for policy in info.policies:
                request.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
            stub.Configure(request)
            yield stub, process
    finally:
        process.kill()
        process.wait()


def peak_memory(process: subprocess.Popen[bytes]) -> int:
    """Bytes of memory that a process has needed at most (Linux)."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not tell VmHWM")
