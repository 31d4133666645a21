"""Messages of the engine whose properties are still the bytes that they came in."""

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final, Protocol

from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import Struct, Value

_LARGEST_EXACT: Final = 2**53


class Undecoded(Protocol):
    """A message with properties: a serialized ``google.protobuf.Struct``."""

    @property
    def properties(self) -> bytes:
        """The bytes."""


class UndecodedNamed(Undecoded, Protocol):
    """What has a name, such as the provider of a resource."""

    @property
    def urn(self) -> str:
        """Whose properties these are."""


class Options(Protocol):
    """An ``AnalyzerResourceOptions``."""

    @property
    def aliases(self) -> Iterable[str]:
        """Other URNs by which the state may know the resource."""


class UndecodedAnalysis(UndecodedNamed, Protocol):
    """An ``AnalyzeRequest``."""

    @property
    def options(self) -> Options:
        """What the program says of the resource beside its properties."""

    @property
    def type(self) -> str:
        """The type token of the resource."""


class Sources(Protocol):
    """An ``AnalyzerPropertyDependencies``."""

    @property
    def urns(self) -> Iterable[str]:
        """What one property was built from."""


class UndecodedResource(UndecodedAnalysis, Protocol):
    """An ``AnalyzerResource``."""

    @property
    def parent(self) -> str:
        """The URN of its parent, or nothing."""

    @property
    def provider(self) -> UndecodedNamed:
        """A copy of its provider."""

    @property
    def propertyDependencies(self) -> Mapping[str, Sources]:
        """By top-level input, what it was built from."""

    def HasField(self, field_name: str) -> bool:
        """Whether a nested message is there."""


class UndecodedStack(Protocol):
    """An ``AnalyzeStackRequest``."""

    @property
    def resources(self) -> Iterable[UndecodedResource]:
        """All resources, in no order."""


class UndecodedSettings(Undecoded, Protocol):
    """A ``PolicyConfig``."""

    @property
    def enforcementLevel(self) -> int:
        """The level of one policy."""


class UndecodedConfiguration(Protocol):
    """A ``ConfigureAnalyzerRequest``."""

    @property
    def policyConfig(self) -> Mapping[str, UndecodedSettings]:
        """Settings and level by policy."""


class Properties(Mapping[str, object]):
    """The properties of one message, decoded when the first of them is read, one property at a time.

    A stack of 10,000 resources has half a million properties, of which a few thousand matter.
    """

    __slots__ = ("_bytes", "_fields", "_holder")

    def __init__(self, holder: Undecoded, *, keep: bool = True) -> None:
        """Decode nothing.

        Args:
            holder: The message.
            keep: Keep the message, which is there anyhow, rather than a copy of its properties.
        """
        self._holder: Undecoded | None = holder if keep else None
        self._bytes: bytes | None = None if keep else holder.properties
        self._fields: Mapping[str, Value] | None = None

    def _undecoded(self) -> bytes:
        if self._bytes is None:
            assert self._holder is not None
            self._bytes = self._holder.properties  # a copy, so once
            self._holder = None
        return self._bytes

    def _read(self) -> "Mapping[str, Value]":
        if self._fields is None:
            try:
                self._fields = Struct.FromString(self._undecoded()).fields
            except DecodeError:
                self._fields = _deep().fields_of(self._undecoded())
            self._bytes = b""
        return self._fields

    def decoded(self) -> Mapping[str, object]:
        """All of them at once."""
        fields = self._read()
        return {key: _plain(fields[key]) for key in fields}

    def __getitem__(self, key: str) -> object:
        fields = self._read()
        if key not in fields:  # looking a key up in a protobuf map would add it
            raise KeyError(key)
        return _plain(fields[key])

    def get(self, key: str, default: object = None) -> object:
        fields = self._fields
        if fields is None:
            if key.encode() not in (self._bytes or self._undecoded()):
                return default  # what is nowhere in the bytes is no key of theirs
            fields = self._read()
        return _plain(fields[key]) if key in fields else default

    def __contains__(self, key: object) -> bool:
        return key in self._read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __bool__(self) -> bool:
        return bool(self._undecoded() if self._fields is None else self._fields)

    def __len__(self) -> int:
        return len(self._read())


def _plain(value: Any) -> object:
    """One protobuf value as the other sources have it: whole numbers are ints.

    Args:
        value: A ``Value``, or one whose nested levels are bytes.
    """
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            return number(value.number_value)
        case "bool_value":
            return value.bool_value
        case "struct_value":
            struct = value.struct_value
            fields = _deep().fields_of(struct) if isinstance(struct, bytes) else struct.fields
            return {key: _plain(fields[key]) for key in fields}
        case "list_value":
            items = value.list_value
            return [
                _plain(item)
                for item in (_deep().values_of(items) if isinstance(items, bytes) else items.values)
            ]
        case _:
            return None


def _deep() -> ModuleType:
    """Imported when the first stack needs it, since hardly any does."""
    from policypack.sources import deep_struct

    return deep_struct


def number(value: float) -> int | float:
    return int(value) if abs(value) < _LARGEST_EXACT and value.is_integer() else value
