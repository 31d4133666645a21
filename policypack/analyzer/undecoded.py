"""The engine's requests, with the properties of resources left as the bytes that they came in.

Of the half a million properties of a large stack a few thousand are read, and decoding all of them takes
longer than everything else that is done with the stack (docs/speed.md). On the wire a nested message and a
field of bytes are the same (https://protobuf.dev/programming-guides/encoding/), so the same requests are
read by a second set of message classes, made from the protocol's own description with every ``Struct``
replaced by ``bytes``.
"""

from functools import cache
from typing import Final

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from policypack.analyzer.protocol import analyzer_pb2
from policypack.sources.deep_struct import leave_as_bytes

_STRUCTS: Final = frozenset({".google.protobuf.Struct"})


def undecoded(name: str) -> type[Message]:
    """The class of a request by its full name, for example ``pulumirpc.AnalyzeRequest``."""
    return GetMessageClass(_pool().FindMessageTypeByName(name))


@cache
def _pool() -> DescriptorPool:
    pool = DescriptorPool()
    _add(pool, analyzer_pb2.DESCRIPTOR, set())
    return pool


def _add(pool: DescriptorPool, file: FileDescriptor, added: set[str]) -> None:
    """Describe one file of the protocol, after those that it imports."""
    if file.name in added:
        return
    added.add(file.name)
    for imported in file.dependencies:
        _add(pool, imported, added)
    description = FileDescriptorProto.FromString(file.serialized_pb)
    leave_as_bytes(description, _STRUCTS)
    pool.AddSerializedFile(description.SerializeToString())
