"""The service without a server: what it answers, whatever happens behind."""

import json
import re
import sys
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct

from policypack.analyzer import operation
from policypack.analyzer.protocol import analyzer_pb2
from policypack.analyzer.service import AnalyzerService
from policypack.analyzer.undecoded import undecoded

MANDATORY = analyzer_pb2.MANDATORY
STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
PROVIDER = {
    "type": "pulumi:providers:huaweicloud",
    "urn": "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::p",
}


@pytest.fixture
def service() -> AnalyzerService:
    return AnalyzerService()


def received(message: Any) -> Any:
    """A request as the pack gets it."""
    return undecoded(message.DESCRIPTOR.full_name).FromString(message.SerializeToString())


def request_of(kind: Any, token: str, name: str, properties: dict[str, Any]) -> Any:
    request = kind(type=token, urn=f"urn:pulumi:dev::shop::{token}::{name}", name=name)
    request.properties.update(properties)
    request.provider.type, request.provider.urn = PROVIDER["type"], PROVIDER["urn"]
    request.provider.properties.update({"region": "cn-north-4", "secretKey": "top-secret"})
    return request


def eip(service: AnalyzerService, stack: Any, name: str, size: object = 5) -> None:
    """Show an EIP as the engine does."""
    token = "huaweicloud:Vpc/eip:Eip"
    properties = {
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "size": size, "chargeMode": "bandwidth"},
    }
    service.Analyze(received(request_of(analyzer_pb2.AnalyzeRequest, token, name, properties)), None)
    stack.resources.append(request_of(analyzer_pb2.AnalyzerResource, token, name, {**properties, "id": ""}))


def limit(service: AnalyzerService, amount: float) -> None:
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    entry = request.policyConfig["apig-monthly-budget"]
    entry.enforcementLevel = MANDATORY
    entry.properties.update({"limits": [{"name": "team", "amount": amount, "currency": "CNY"}]})
    service.Configure(received(request), None)


def test_an_empty_stack_has_nothing_to_say(
    service: AnalyzerService, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    assert not answer.diagnostics
    assert capsys.readouterr() == ("", "")


def test_a_stack_without_our_resources_shows_no_table(
    service: AnalyzerService, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = analyzer_pb2.AnalyzeStackRequest()
    stack.resources.add(type="aws:s3/bucket:Bucket", urn="urn:pulumi:dev::shop::aws:s3/bucket:Bucket::b")
    assert not service.AnalyzeStack(received(stack), None).diagnostics
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_ours_stops_without_a_traceback_and_without_its_text(
    service: AnalyzerService, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object) -> None:
        raise KeyError("top-secret")

    monkeypatch.setattr(operation, "assess", broken)
    (found,) = service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None).diagnostics
    assert found.enforcementLevel == MANDATORY
    assert "Internal error in apig-cost (KeyError at " in found.message
    assert "top-secret" not in found.message
    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_read_stops(service: AnalyzerService) -> None:
    """As deep as the protocol lets a hostile program send."""
    stack = analyzer_pb2.AnalyzeStackRequest()
    resource = request_of(analyzer_pb2.AnalyzerResource, "huaweicloud:Vpc/eip:Eip", "deep", {})
    value = resource.properties.fields["bandwidth"]
    for _ in range(45):
        value = value.list_value.values.add()
    stack.resources.append(resource)
    limit(service, 1_000_000)
    answer = service.AnalyzeStack(received(stack), None)
    assert any(found.enforcementLevel == MANDATORY for found in answer.diagnostics)


def test_what_fails_while_the_program_runs_stops_in_the_end(
    service: AnalyzerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise KeyError("top-secret")

    stack = analyzer_pb2.AnalyzeStackRequest()
    with monkeypatch.context() as patched:
        patched.setattr("policypack.sources.engine.EngineStack.see", broken)
        eip(service, stack, "web")
    (found,) = service.AnalyzeStack(received(stack), None).diagnostics
    assert found.enforcementLevel == MANDATORY
    assert "Internal error in apig-cost (KeyError at " in found.message
    assert "top-secret" not in found.message


def configure(service: AnalyzerService, policy: str, **properties: Any) -> None:
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    request.policyConfig[policy].enforcementLevel = MANDATORY
    request.policyConfig[policy].properties.update(properties)
    service.Configure(received(request), None)


def field(tag: int, content: bytes) -> bytes:
    """A field of protocol buffers that holds a message or a text."""
    size, length = b"", len(content)
    while length > 127:
        size, length = size + bytes([length % 128 + 128]), length // 128
    return bytes([tag * 8 + 2]) + size + bytes([length]) + content


def nested(key: str, depth: int) -> bytes:
    """A ``Struct`` with lists in lists: no object of Python that deep could be written as one."""
    value = b""
    for _ in range(depth):
        value = field(6, field(1, value) if value else b"")
    return field(1, field(1, key.encode()) + field(2, value))


def test_lists_in_lists_are_written_as_the_engine_writes_them() -> None:
    struct = Struct()
    struct.update({"usage": [[[]]]})
    assert struct.SerializeToString() == nested("usage", 3)


def test_settings_that_are_nested_too_deeply_are_named(service: AnalyzerService) -> None:
    request: Any = undecoded("pulumirpc.ConfigureAnalyzerRequest")()
    request.policyConfig["apig-cost"].properties = nested("usage", 1_000)
    service.Configure(request, None)
    (said,) = service.AnalyzeStack(received(analyzer_pb2.AnalyzeStackRequest()), None).diagnostics
    assert said.message == "Wrong setting: apig-cost: the settings cannot be read; nest them less."
    assert said.enforcementLevel == MANDATORY


def test_what_a_program_nests_is_read(service: AnalyzerService, capsys: pytest.CaptureFixture[str]) -> None:
    """A definition of a custom resource of Kubernetes nests deeper than 33 objects, the usual limit."""
    request: Any = undecoded("pulumirpc.AnalyzeRequest")()
    request.type = "huaweicloud:Vpc/eip:Eip"
    request.urn = f"urn:pulumi:dev::shop::{request.type}::deep"
    request.properties = nested("tags", 80)
    service.Analyze(request, None)
    resource: Any = undecoded("pulumirpc.AnalyzerResource")()
    resource.type, resource.urn, resource.properties = request.type, request.urn, request.properties
    resource.provider.urn = PROVIDER["urn"]
    stack: Any = undecoded("pulumirpc.AnalyzeStackRequest")(resources=[resource])
    assert not any("Internal error" in one.message for one in service.AnalyzeStack(stack, None).diagnostics)
    assert "deep" in capsys.readouterr().err


def test_what_stops_writes_nothing_to_the_terminal(service: AnalyzerService) -> None:
    configure(service, "apig-cost", report={"path": "a\x00\x1b[31mb"})
    (said,) = service.AnalyzeStack(received(analyzer_pb2.AnalyzeStackRequest()), None).diagnostics
    assert r"The report could not be written to a\x00\x1b[31mb" in said.message


def test_a_damaged_installation_stops(service: AnalyzerService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "policypack.analyzer.operation", None)
    (found,) = service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None).diagnostics
    assert found.enforcementLevel == MANDATORY
    assert "apig-cost cannot run (ModuleNotFoundError)" in found.message


def test_many_findings_are_cut_with_a_count_and_the_answer_stays_small(service: AnalyzerService) -> None:
    stack = analyzer_pb2.AnalyzeStackRequest()
    for number in range(1_500):
        eip(service, stack, f"idle-{number}-" + "x" * 300, size=-1)
    answer = service.AnalyzeStack(received(stack), None)
    assert len(answer.diagnostics) == 201
    assert "more findings are not shown here" in answer.diagnostics[-1].message
    assert answer.ByteSize() < 4 * 1024 * 1024


def test_what_stops_is_never_cut(service: AnalyzerService) -> None:
    stack = analyzer_pb2.AnalyzeStackRequest()
    for number in range(500):
        eip(service, stack, f"idle-{number}", size=-1)
    limit(service, 1)
    answer = service.AnalyzeStack(received(stack), None)
    assert answer.diagnostics[0].policyName == "apig-monthly-budget"
    assert answer.diagnostics[0].enforcementLevel == MANDATORY


def test_names_cannot_write_to_the_terminal(
    service: AnalyzerService, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = analyzer_pb2.AnalyzeStackRequest()
    eip(service, stack, "\x1b[2Jpassed\u202e", size=-1)
    answer = service.AnalyzeStack(received(stack), None)
    said = capsys.readouterr().err + "".join(found.message for found in answer.diagnostics)
    assert said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_credentials_of_a_provider_are_never_said(
    service: AnalyzerService, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    stack = analyzer_pb2.AnalyzeStackRequest()
    eip(service, stack, "web")
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    path = tmp_path / "report.json"
    request.policyConfig["apig-cost"].properties.update({"report": {"path": str(path)}})
    service.Configure(received(request), None)
    answer = service.AnalyzeStack(received(stack), None)
    said = capsys.readouterr().err + str(answer) + path.read_text()
    assert "web" in said
    assert "top-secret" not in said


def test_every_other_method_answers(service: AnalyzerService) -> None:
    assert service.Handshake(analyzer_pb2.AnalyzerHandshakeRequest(), None) is not None
    assert service.Cancel(Empty(), None) == Empty()
    assert not service.Remediate(analyzer_pb2.AnalyzeRequest(), None).remediations


def shown(service: AnalyzerService, stack: str, name: str) -> None:
    """Show one EIP of a certain stack, but not the stack."""
    request = request_of(
        analyzer_pb2.AnalyzeRequest, "huaweicloud:Vpc/eip:Eip", name, {"bandwidth": {"size": 5}}
    )
    request.urn = request.urn.replace(":dev:", f":{stack}:")
    service.Analyze(received(request), None)


def test_what_was_shown_and_is_missing_in_the_end_is_said_and_stops(
    service: AnalyzerService, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = analyzer_pb2.AnalyzeStackRequest()
    eip(service, stack, "web")
    shown(service, "dev", "lost")
    limit(service, 1_000_000)
    answer = service.AnalyzeStack(received(stack), None)
    said = "One resource that the engine showed is missing from its analysis of the stack: lost."
    assert said in capsys.readouterr().err
    (budget,) = [found for found in answer.diagnostics if found.policyName == "apig-monthly-budget"]
    assert budget.enforcementLevel == MANDATORY
    assert said.rstrip(".") in budget.message


def test_many_that_are_missing_are_counted(
    service: AnalyzerService, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(9):
        shown(service, "dev", f"lost-{number}")
    service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    assert "9 resources that the engine showed are missing" in capsys.readouterr().err


@pytest.mark.parametrize("begins", ["Handshake", "ConfigureStack", "nothing"])
def test_a_second_operation_knows_nothing_of_the_first(
    begins: str, service: AnalyzerService, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    """The first ended before its stack was analyzed, as it does after an error."""
    service.ConfigureStack(
        analyzer_pb2.AnalyzerStackConfigureRequest(
            project="other", stack="old", config={"huaweicloud:region": "la-south-2"}
        ),
        None,
    )
    shown(service, "old", "of-the-first")
    if begins == "Handshake":
        service.Handshake(analyzer_pb2.AnalyzerHandshakeRequest(), None)
    elif begins == "ConfigureStack":
        service.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(project="shop", stack="dev"), None)
    else:
        service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    capsys.readouterr()
    stack = analyzer_pb2.AnalyzeStackRequest()
    eip(service, stack, "web")
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    path = tmp_path / "report.json"
    request.policyConfig["apig-cost"].properties.update({"report": {"path": str(path)}})
    service.Configure(received(request), None)
    service.AnalyzeStack(received(stack), None)
    (found,) = json.loads(path.read_text())["stacks"]
    assert (found["project"], found["stack"]) == ("shop", "dev")
    assert found["gaps"] == []
    assert "of-the-first" not in path.read_text() + capsys.readouterr().err


def large(service: AnalyzerService, name: str, count: int) -> Any:
    """The answer about that many findings with a long name; what it would be without a cap is as large."""
    stack = analyzer_pb2.AnalyzeStackRequest()
    for number in range(count):
        eip(service, stack, f"{number}-{name}", size=-1)
    return service.AnalyzeStack(received(stack), None)


@pytest.mark.parametrize(
    ("letter", "letters"),
    [("x", 100), ("x", 21_000), ("x", 100_000), ("ü", 3_800), ("\U0001f40d", 3_800), ("\U0001f40d", 21_000)],
)
def test_every_answer_is_small_enough_to_arrive(service: AnalyzerService, letter: str, letters: int) -> None:
    """200 findings with URNs of 21,000 characters are just over 4 MiB, with 3,800 emoji just under."""
    answer = large(service, letter * letters, 220)
    assert answer.ByteSize() < 4 * 1024 * 1024
    more = answer.diagnostics[-1]
    assert re.match(r"\d+ more findings are not shown here", more.message)
    left = int(more.message.split()[0])
    assert len(answer.diagnostics) - 1 + left >= 220
    if letters > 4_000:
        assert not any(found.urn for found in answer.diagnostics), "shown at the stack"
