"""Requests whose properties are left as bytes."""

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from policypack.analyzer.protocol import analyzer_pb2
from policypack.analyzer.undecoded import undecoded

METHODS = tuple(analyzer_pb2.DESCRIPTOR.services_by_name["Analyzer"].methods)


def structs_of(message: Any) -> set[str]:
    return {
        field.name
        for field in message.DESCRIPTOR.fields
        if field.message_type is not None and field.message_type.full_name == "google.protobuf.Struct"
    }


@pytest.mark.parametrize("method", METHODS, ids=lambda method: str(method.name))
def test_every_request_of_the_protocol_is_there(method: Any) -> None:
    name = method.input_type.full_name
    mine = undecoded(name).DESCRIPTOR
    assert mine.full_name == name
    assert [field.name for field in mine.fields] == [field.name for field in method.input_type.fields]
    assert not structs_of(undecoded(name))


def test_only_properties_differ_and_nothing_is_lost() -> None:
    request = analyzer_pb2.AnalyzeStackRequest()
    resource = request.resources.add(type="a:b:C", urn="urn:x", parent="urn:p")
    resource.properties.update({"size": 5, "name": "\N{SNOWMAN}"})
    resource.provider.urn = "urn:provider"
    resource.provider.properties.update({"region": "cn-north-4"})
    resource.propertyDependencies["size"].urns.append("urn:y")
    sent = request.SerializeToString(deterministic=True)
    read: Any = undecoded("pulumirpc.AnalyzeStackRequest").FromString(sent)
    (found,) = read.resources
    assert (found.type, found.urn, found.parent) == ("a:b:C", "urn:x", "urn:p")
    assert found.HasField("provider")
    assert found.provider.urn == "urn:provider"
    assert list(found.propertyDependencies["size"].urns) == ["urn:y"]
    assert Struct.FromString(found.properties) == resource.properties
    assert Struct.FromString(found.provider.properties) == resource.provider.properties
    assert read.SerializeToString(deterministic=True) == sent


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(Exception, match="parsing"):
        undecoded("pulumirpc.AnalyzeRequest").FromString(b"\xff\xff\xff")
