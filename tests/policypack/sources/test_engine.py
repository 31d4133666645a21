"""What the engine shows becomes a stack: inputs decide, outputs fill."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import Struct
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.proxy import unknown_checking_proxy

from policypack.analyzer.undecoded import undecoded
from policypack.declared import ABSENT, SECRET, Absent, Known, Unknown
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.sources import engine_message
from policypack.sources.engine import EngineStack
from policypack.sources.engine_message import Properties
from policypack.sources.policy_objects import unwrapped

EIP = "huaweicloud:Vpc/eip:Eip"
GATEWAY = "huaweicloud:DedicatedApig/instance:Instance"
DEFAULT = "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default"
EXPLICIT = "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::mine"


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{token}::{name}"


def received(message: Any) -> Any:
    """A request as the pack gets it."""
    return undecoded(message.DESCRIPTOR.full_name).FromString(message.SerializeToString())


def shown(
    kind: Any,
    token: str,
    name: str,
    properties: dict[str, Any],
    provider: str = DEFAULT,
    sources: dict[str, list[str]] | None = None,
    configured: dict[str, Any] | None = None,
    aliases: tuple[str, ...] = (),
) -> Any:
    request = kind(type=token, urn=urn(token, name), name=name)
    request.properties.update(properties)
    request.options.aliases.extend(urn(token, alias) for alias in aliases)
    for key, urns in (sources or {}).items():
        request.propertyDependencies[key].urns.extend(urns)
    if provider:
        request.provider.urn = provider
        request.provider.properties.update({"region": "cn-north-4", "accessKey": "AK"} | (configured or {}))
    return received(request)


def analyzed(*arguments: Any, **options: Any) -> Any:
    return shown(analyzer_pb2.AnalyzeRequest, *arguments, **options)


def planned(*arguments: Any, **options: Any) -> Any:
    return shown(analyzer_pb2.AnalyzerResource, *arguments, **options)


def test_inputs_decide_what_is_set_and_outputs_fill_what_is_open() -> None:
    engine = EngineStack({})
    engine.see(analyzed(GATEWAY, "front", {"edition": UNKNOWN_STRING, "bandwidthSize": 5}))
    stack = engine.stack([planned(GATEWAY, "front", {"edition": "BASIC", "bandwidthSize": 7, "eipId": "x"})])
    (front,) = stack.resources
    assert front.declared("edition") == Known("BASIC")
    assert front.declared("bandwidthSize") == Known(5)
    assert front.declared("eipId") == ABSENT
    assert front.computed("eipId") == Known("x")


@pytest.mark.parametrize("whole", [True, False])
def test_reading_at_once_and_reading_later_is_the_same(whole: bool) -> None:
    engine = EngineStack({})
    inputs = {"edition": UNKNOWN_STRING, "sizes": [1, {"a": None}], "on": True}
    engine.see(analyzed(GATEWAY, "front", inputs), whole=whole)
    (front,) = engine.stack([planned(GATEWAY, "front", {})]).resources
    assert front.inputs is not None
    assert dict(front.inputs) == inputs


def test_an_unknown_that_outputs_leave_out_stays_unknown() -> None:
    engine = EngineStack({})
    engine.see(analyzed(GATEWAY, "front", {"eipId": UNKNOWN_STRING}))
    (front,) = engine.stack([planned(GATEWAY, "front", {"id": ""})]).resources
    assert isinstance(front.declared("eipId"), Unknown)
    assert front.identifier is None


def test_a_secret_is_seen_as_one() -> None:
    engine = EngineStack({})
    engine.see(analyzed(GATEWAY, "front", {"edition": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "BASIC"}}))
    (front,) = engine.stack([planned(GATEWAY, "front", {})]).resources
    assert front.declared("edition") == SECRET


def test_a_resource_that_is_kept_but_no_longer_declared_is_read_from_its_outputs() -> None:
    (kept,) = EngineStack({}).stack([planned(EIP, "old", {"address": "1.2.3.4", "id": "e-1"})]).resources
    assert kept.inputs is None
    assert kept.declared("address") == Known("1.2.3.4")
    assert isinstance(kept.declared("bandwidth"), Unknown)
    assert kept.identifier == "e-1"


def test_what_the_program_no_longer_has_may_be_gone_or_stay() -> None:
    """With ``--refresh`` the engine shows it and deletes it later; with ``--target`` it stays."""
    engine = EngineStack({})
    engine.see(analyzed(EIP, "new", {}))
    new, old = engine.stack([planned(EIP, "new", {"a": 1}), planned(EIP, "old", {"id": "e-1"})]).resources
    assert (new.leaving, new.may_be_gone, new.billed_on) == (False, False, "")
    assert (old.leaving, old.may_be_gone) == (True, True)
    assert "--refresh" in old.billed_on


@pytest.mark.parametrize("token", ["pulumi:pulumi:StackReference", "pulumi:providers:huaweicloud"])
def test_what_pulumi_itself_has_does_not_stay_behind(token: str) -> None:
    engine = EngineStack({})
    engine.see(analyzed(EIP, "new", {}))
    stack = engine.stack([planned(EIP, "new", {"a": 1}), planned(token, "other", {"name": "o/p/s"})])
    assert not any(resource.leaving for resource in stack.resources)


def test_what_the_program_renames_is_there_once_with_a_refresh() -> None:
    engine = EngineStack({})
    engine.see(analyzed(EIP, "new", {"size": 5}, aliases=("old",)))
    resources = [planned(EIP, name, {"id": "e-1"}, aliases=("old",)) for name in ("new", "old")]
    stack = engine.stack(resources)
    assert [resource.name for resource in stack.resources] == ["new"]
    assert stack.gaps == ()


@pytest.mark.parametrize("identifier", ["", "e-2", UNKNOWN_STRING])
def test_an_alias_does_not_prove_that_two_are_one(identifier: str) -> None:
    """Where both are in the state, the engine takes the one with the URN itself."""
    engine = EngineStack({})
    engine.see(analyzed(EIP, "new", {"size": 5}, aliases=("old",)))
    resources = [planned(EIP, "new", {"id": identifier}), planned(EIP, "old", {"id": "e-1"})]
    new, old = engine.stack(resources).resources
    assert not new.leaving
    assert (old.leaving, old.may_be_gone) == (True, True)


def test_what_the_program_renames_stays_as_it_is_where_it_is_not_targeted() -> None:
    """``Analyze`` is then called with the new URN and the old inputs."""
    engine = EngineStack({})
    engine.see(analyzed(EIP, "new", {"size": 5}, aliases=("old",)))
    stack = engine.stack([planned(EIP, "old", {"id": "e-1"})])
    (old,) = stack.resources
    assert (old.name, old.leaving, old.declared("size")) == ("old", False, Known(5))
    assert stack.gaps == ()


def test_a_new_resource_that_is_not_targeted_is_not_taken_for_empty() -> None:
    engine = EngineStack({})
    engine.see(analyzed(EIP, "new", {}))
    (new,) = engine.stack([planned(EIP, "new", {})]).resources
    assert isinstance(new.declared("bandwidth"), Unknown)


def test_a_component_costs_nothing_and_has_nothing() -> None:
    engine = EngineStack({})
    engine.see(analyzed("my:index:Edge", "edge", {}, provider=""))
    (edge,) = engine.stack([planned("my:index:Edge", "edge", {}, provider="")]).resources
    assert not edge.custom
    assert edge.inputs == {}


def test_of_a_provider_only_the_region_is_kept() -> None:
    token = "pulumi:providers:huaweicloud"
    properties = {"region": "cn-north-4", "accessKey": "AK", "secretKey": "SK"}
    engine = EngineStack({})
    engine.see(analyzed(token, "mine", properties, provider=""))
    (mine,) = engine.stack([planned(token, "mine", properties, provider="")]).resources
    assert mine.inputs == {"region": "cn-north-4"}
    assert mine.outputs == {}


def test_the_engine_may_show_resources_and_dependencies_in_any_order() -> None:
    sources = {"bandwidth": [urn(EIP, "c"), urn(EIP, "a")]}
    resources = [planned(EIP, "b", {}, sources=sources), planned(EIP, "a", {}), planned(EIP, "c", {})]
    stack = EngineStack({}).stack(resources)
    assert [resource.name for resource in stack.resources] == ["a", "b", "c"]
    assert stack.resources[1].dependencies == {"bandwidth": (urn(EIP, "a"), urn(EIP, "c"))}
    assert (stack.project, stack.name) == ("shop", "dev")


@pytest.mark.parametrize(
    ("configured", "secret", "environment", "expected"),
    [
        ({"huaweicloud:region": "cn-east-3"}, [], {"HW_REGION_NAME": "cn-north-1"}, Known("cn-east-3")),
        ({"huaweicloud:region": "cn-east-3"}, ["huaweicloud:region"], {}, SECRET),
        ({}, [], {"HW_REGION_NAME": "cn-north-1", "OS_REGION_NAME": "x"}, Known("cn-north-1")),
        ({}, [], {"HW_REGION_NAME": "", "OS_REGION_NAME": "cn-south-1"}, Known("cn-south-1")),
        ({}, [], {}, Absent()),
    ],
)
def test_where_the_region_comes_from(
    configured: Any, secret: list[str], environment: Any, expected: Any
) -> None:
    engine = EngineStack(environment)
    engine.introduce(
        analyzer_pb2.AnalyzerStackConfigureRequest(
            project="shop", stack="dev", config=configured, config_secret_keys=secret
        )
    )
    stack = engine.stack([])
    assert stack.region == expected
    assert stack.notes == ()
    assert stack.released is None, "the engine does not show what it destroys"


def test_without_an_introduction_the_reader_is_told() -> None:
    stack = EngineStack({}).stack([])
    (note,) = stack.notes
    assert "pulumi policy analyze" in note
    assert stack.released == frozenset(), "a state as it is"


def test_an_explicit_provider_has_its_own_region() -> None:
    resource = planned(EIP, "web", {}, provider=EXPLICIT, configured={"region": UNKNOWN_STRING})
    (web,) = EngineStack({"HW_REGION_NAME": "cn-north-1"}).stack([resource]).resources
    assert web.provider is not None
    assert isinstance(web.provider.region, Unknown)


def of(struct: Struct) -> Any:
    return received(analyzer_pb2.AnalyzeRequest(properties=struct))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
@settings(max_examples=60)
def test_a_struct_reads_as_the_json_that_it_was(found: dict[str, Any]) -> None:
    struct = Struct()
    struct.update(found)
    properties = Properties(of(struct))
    assert dict(properties) == found
    assert len(properties) == len(found)
    assert "no such key" not in properties
    assert properties.get("no such key") is None
    assert len(properties) == len(found), "looking a key up does not add it"
    assert Properties(of(struct)).decoded() == found
    assert bool(Properties(of(struct))) == bool(found)


class Refusing:
    """Reads nothing, as ``Struct`` what is nested too deeply for it."""

    @staticmethod
    def FromString(_: bytes) -> Struct:
        raise DecodeError


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5), st.integers(0, 60))
@settings(max_examples=60)
def test_what_is_nested_deeply_is_read_level_by_level(found: dict[str, Any], depth: int) -> None:
    for _ in range(depth):
        found = {"in": found, "beside": [[depth]]}
    struct = Struct()
    struct.update(found)
    with patch.object(engine_message, "Struct", Refusing):
        assert dict(Properties(of(struct))) == found


def test_bytes_that_are_no_properties_are_refused() -> None:
    with pytest.raises(DecodeError):
        dict(Properties(SimpleNamespace(properties=b"\xff\xff")))


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=5), st.text(max_size=3))
def test_a_property_reads_alike_whatever_was_read_before(found: dict[str, Any], key: str) -> None:
    struct = Struct()
    struct.update(found)
    untouched, touched = Properties(of(struct)), Properties(of(struct))
    assert len(touched) == len(found)
    assert untouched.get(key) == touched.get(key) == found.get(key)
    assert (key in untouched) == (key in found)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
@settings(max_examples=60)
def test_a_proxy_reads_as_what_it_wraps(found: dict[str, Any]) -> None:
    assert unwrapped(unknown_checking_proxy(found)) == found


def test_a_proxy_gives_unknowns_back_as_the_engine_wrote_them() -> None:
    found = {"a": UNKNOWN_STRING, "b": {"c": [1, UNKNOWN_STRING]}}
    assert unwrapped(unknown_checking_proxy(found)) == found


def test_whole_numbers_are_ints_as_in_every_other_source() -> None:
    struct = Struct()
    struct.update({"size": 5, "half": 0.5, "huge": 1e300})
    properties = Properties(of(struct))
    assert repr(properties["size"]) == "5"
    assert properties["half"] == 0.5
    assert properties["huge"] == 1e300
