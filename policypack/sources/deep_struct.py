"""A ``google.protobuf.Struct`` that is nested deeper than protocol buffers are read.

They are read to a depth of 100 messages, which is 33 objects in objects; a definition of a custom resource of
Kubernetes has more. On the wire a nested message and a field of bytes are the same
(https://protobuf.dev/programming-guides/encoding/), so here each level is a message whose nested levels are
bytes. Lifting the limit, as the SDK does, would let a deeper one overflow the stack of the process.
"""

from collections.abc import Container, Mapping
from functools import cache
from typing import Any, Final

from google.protobuf import struct_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

_NESTED: Final = frozenset({".google.protobuf.Struct", ".google.protobuf.ListValue"})


def leave_as_bytes(file: FileDescriptorProto, types: Container[str]) -> None:
    """Describe the fields of some message types as bytes, which they are on the wire.

    Args:
        file: What describes the messages; it is changed.
        types: Full names, with a dot before them.
    """
    for message in file.message_type:
        for field in message.field:
            if field.type_name in types:
                field.type = FieldDescriptorProto.TYPE_BYTES
                field.ClearField("type_name")


def fields_of(struct: bytes) -> Mapping[str, Any]:
    """The fields of a ``Struct``; what is nested in their values is bytes."""
    fields: Mapping[str, Any] = _level("Struct").FromString(struct).fields
    return fields


def values_of(values: bytes) -> list[Any]:
    """The values of a ``ListValue``, likewise."""
    return list(_level("ListValue").FromString(values).values)


@cache
def _level(name: str) -> Any:
    file = FileDescriptorProto.FromString(struct_pb2.DESCRIPTOR.serialized_pb)
    leave_as_bytes(file, _NESTED)
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(f"google.protobuf.{name}"))
