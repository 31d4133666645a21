"""The pack as a process, driven as the engine drives it, with what a real engine has sent."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pulumi_policy
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import ParseDict
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.policy import _PolicyAnalyzerServicer

from policypack import policies
from policypack.analyzer.service import AnalyzerService
from policypack.analyzer.undecoded import undecoded

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
CASES = sorted(path.parent.name for path in RECORDINGS.glob("*/analyzer.jsonl"))
FORMS: Mapping[str, list[str]] = {
    "executable": [str(Path(sys.executable).with_name("apig-cost-pack")), "127.0.0.1:1"],
    "directory": [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(ROOT)],
}
REQUESTS = {
    "ConfigureStack": analyzer_pb2.AnalyzerStackConfigureRequest,
    "Analyze": analyzer_pb2.AnalyzeRequest,
    "AnalyzeStack": analyzer_pb2.AnalyzeStackRequest,
}
LEVELS = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "disabled": analyzer_pb2.DISABLED,
    "remediate": analyzer_pb2.REMEDIATE,
}
SECONDS = 60

Configuration = Mapping[str, Mapping[str, Any]]


def requests_of(case: str) -> list[tuple[str, Any]]:
    """Every request of one recorded preview, in order."""
    lines = (RECORDINGS / case / "analyzer.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [
        (record["method"], ParseDict(record["request"], REQUESTS[record["method"]]())) for record in records
    ]


@dataclass
class Engine:
    """What the engine does with a pack."""

    stub: Any

    def configure(self, configuration: Configuration) -> None:
        """Send what the engine makes of our defaults and a configuration file."""
        info = self.stub.GetAnalyzerInfo(Empty(), timeout=SECONDS)
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in info.policies:
            request.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
        for name, content in configuration.items():
            entry = request.policyConfig[name]
            for key, value in content.items():
                if key == "enforcementLevel":
                    entry.enforcementLevel = LEVELS[value]
                else:
                    entry.properties.update({key: value})
        self.stub.Configure(request, timeout=SECONDS)

    def replay(self, requests: list[tuple[str, Any]], configuration: Configuration) -> list[Any]:
        """Do what the engine does in a preview; gives the diagnostics."""
        try:
            self.stub.Handshake(
                analyzer_pb2.AnalyzerHandshakeRequest(engine_address="127.0.0.1:1"), timeout=SECONDS
            )
        except grpc.RpcError as error:  # pulumi_policy does not answer it, and the engine does not mind
            if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                raise
        for method, request in requests:
            if method == "ConfigureStack":
                self.stub.ConfigureStack(request, timeout=SECONDS)
        self.stub.GetPluginInfo(Empty(), timeout=SECONDS)
        self.configure(configuration)
        diagnostics: list[Any] = []
        for method, request in requests:
            if method == "Analyze":
                answer = self.stub.Remediate(request, timeout=SECONDS)
                assert not answer.remediations
                diagnostics += self.stub.Analyze(request, timeout=SECONDS).diagnostics
            elif method == "AnalyzeStack":
                diagnostics += self.stub.AnalyzeStack(request, timeout=SECONDS).diagnostics
        return diagnostics


@dataclass
class Pack(Engine):
    """A running pack."""

    process: subprocess.Popen[str]

    def end(self) -> tuple[int, str, str]:
        """End it; its exit code and what else it wrote."""
        self.process.send_signal(signal.SIGTERM)
        stdout, stderr = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, stdout, stderr


class InProcess:
    """A service that is called without a server, with messages that were sent."""

    def __init__(self, service: Any, *, leaves_undecoded: bool) -> None:
        self._service = service
        self._leaves_undecoded = leaves_undecoded

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(request: Any, timeout: float = 0) -> Any:
            kind = undecoded(request.DESCRIPTOR.full_name) if self._leaves_undecoded else type(request)
            return getattr(self._service, method)(kind.FromString(request.SerializeToString()), None)

        return call


class Composed(InProcess):
    """A team's own pack, served by the SDK: somebody's policy and ours."""

    def __init__(self) -> None:
        def every_gateway_has_a_name(arguments: Any, report: Any) -> None:
            if arguments.resource_type.endswith(":Instance") and not arguments.name:
                report("no name")

        advisory = pulumi_policy.EnforcementLevel.ADVISORY
        own = pulumi_policy.ResourceValidationPolicy(
            "team-names", "Gateways have names.", every_gateway_has_a_name, advisory
        )
        pack = _PolicyAnalyzerServicer("team", "0.0.1", [own, *policies], advisory, None)
        super().__init__(pack, leaves_undecoded=False)

    def Handshake(self, request: Any, timeout: float = 0) -> None:
        """pulumi_policy does not answer it, and the engine does not mind."""


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[Pack]:
    """Start a pack and end it."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **{"cwd": ROOT, **options},
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline()
        if not port.strip().isdecimal():
            process.kill()
            pytest.fail(f"no port but {port!r}; {process.communicate()[1]}")
        channel = grpc.insecure_channel(f"127.0.0.1:{int(port)}")
        with channel:
            yield Pack(analyzer_pb2_grpc.AnalyzerStub(channel), process)
    finally:
        process.kill()
        with suppress(ValueError):  # its pipes are closed already
            process.communicate()


@pytest.fixture(params=sorted(FORMS))
def form(request: pytest.FixtureRequest) -> str:
    """One of the two ways in which the engine starts the pack."""
    return str(request.param)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    """One of the recorded previews."""
    return str(request.param)


@pytest.fixture
def recording(case: str) -> list[tuple[str, Any]]:
    """What the engine sent in it."""
    return requests_of(case)


@pytest.fixture
def recorded() -> Callable[[str], list[tuple[str, Any]]]:
    """What the engine sent in a named one."""
    return requests_of


@pytest.fixture
def started(form: str) -> Iterator[Pack]:
    """A running pack of either form."""
    with running(FORMS[form]) as pack:
        yield pack


@pytest.fixture
def folder() -> Callable[[str], Path]:
    """Where the files of a recording are."""
    return RECORDINGS.joinpath


@pytest.fixture
def commands() -> Mapping[str, list[str]]:
    """How the engine starts each form."""
    return FORMS


@pytest.fixture
def run() -> Callable[..., AbstractContextManager[Pack]]:
    """Starts any command as a pack."""
    return running


@pytest.fixture
def served() -> Engine:
    """The pack's own service, in this process."""
    return Engine(InProcess(AnalyzerService(), leaves_undecoded=True))


@pytest.fixture
def composed() -> Engine:
    """A team's own pack, in this process."""
    return Engine(Composed())


@pytest.fixture
def composing(tmp_path: Path) -> Callable[[str], AbstractContextManager[Pack]]:
    """Starts a team's own pack as a process, from the text of its program."""

    def start(program: str) -> AbstractContextManager[Pack]:
        folder = tmp_path / "pack"
        folder.mkdir()
        (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
        (folder / "__main__.py").write_text(program)
        return running(
            [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)],
            cwd=folder,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    return start
