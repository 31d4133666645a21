"""What ``pulumi_policy`` shows to the policies of a pack, read as the engine sent it.

The SDK puts the plain value in the place of a secret and leaves no mark
(``pulumi_policy/deserialize.py``), so a pack that quotes a property may quote a secret.
``keep_wire_values`` wraps that step: what the SDK makes is the same for every policy, and remembers
what it was made from. Where the wrapping does not take, as with an SDK that decodes in another way
or with arguments made by hand, the values are read all the same, and ``wire_values`` says that a
secret among them cannot be told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, Final, NamedTuple

from policypack.declared.wire import SIGNATURE_KEY
from policypack.sources.engine_message import number

_WIRE: Final = "_wire_values_of_apig_cost"
"""Attribute of what the SDK hands to policies: what it was made from. On a function: that it is ours."""
_ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"


class WireValues(NamedTuple):
    """Properties with the engine's marks.

    Attributes:
        properties: As every other source has them.
        marks_secrets: Whether a secret among them carries its mark.
    """

    properties: Mapping[str, object]
    marks_secrets: bool


class _Decoded(dict[str, Any]):
    """What the SDK decoded, and from what."""

    wire: Mapping[str, object]


def keep_wire_values() -> None:
    """Let the SDK remember what it decodes, from now on. Doing it twice does nothing."""
    from pulumi_policy import policy as sdk

    for name, wrap in (("deserialize_properties", _decoding), ("unknown_checking_proxy", _proxying)):
        step = getattr(sdk, name, None)
        if callable(step) and not hasattr(step, _WIRE):
            wrapped = wrap(step)
            setattr(wrapped, _WIRE, None)
            setattr(sdk, name, wrapped)


def _decoding(decode: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(decode)
    def remembering(properties: Any, *arguments: Any, **options: Any) -> Any:
        made = decode(properties, *arguments, **options)
        if type(made) is not dict or not isinstance(properties, Mapping):
            return made  # a proxy for remediation, or another SDK
        decoded = _Decoded(made)
        decoded.wire = properties
        return decoded

    return remembering


def _proxying(proxy: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(proxy)
    def remembering(decoded: Any, *arguments: Any, **options: Any) -> Any:
        made = proxy(decoded, *arguments, **options)
        if isinstance(decoded, _Decoded):
            with suppress(AttributeError):  # a proxy of another SDK, without room for it
                setattr(made, _WIRE, decoded.wire)
        return made

    return remembering


def wire_values(shown: Mapping[str, object]) -> WireValues:
    """The properties of one resource or provider as the engine sent them."""
    wire = getattr(shown, _WIRE, None)
    if isinstance(wire, Mapping):
        return WireValues(_LazilyPlain(wire), marks_secrets=True)
    return WireValues(unwrapped(shown), marks_secrets=not shown)


class _LazilyPlain(Mapping[str, object]):
    """Decoded JSON whose whole numbers are ints, as in every other source, property by property."""

    __slots__ = ("_wire",)

    def __init__(self, wire: Mapping[str, object]) -> None:
        self._wire = wire

    def __getitem__(self, key: str) -> object:
        return _plain(self._wire[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._wire)

    def __len__(self) -> int:
        return len(self._wire)


def _plain(given: object) -> object:
    match given:
        case float():
            return number(given)
        case dict():
            return {key: _plain(value) for key, value in given.items()}
        case list():
            return [_plain(value) for value in given]
        case _:
            return given


def unwrapped(proxied: Mapping[str, object]) -> Mapping[str, object]:
    """What the SDK wraps, with unknowns written as the engine wrote them, and secrets in clear.

    Its proxies raise at every touch of an unknown, one value at a time, so each is read alone
    (``pulumi_policy/proxy.py``).
    """
    return {key: _element(proxied, key) for key in proxied}


def _element(container: Mapping[str, object] | Sequence[object], key: str | int) -> object:
    from pulumi_policy.proxy import UnknownValueError

    try:
        element = container[key]  # type: ignore[index]
    except UnknownValueError as unknown:
        return unknown.unknown_type_sentinel
    return _unwrapped_value(element)


def _unwrapped_value(value: object) -> object:
    match value:
        case bool() | str() | None:
            return value
        case int() | float():
            return number(float(value))
        case Mapping():
            return unwrapped(value)
        case Sequence():
            return [_element(value, index) for index in range(len(value))]
        case _:  # an asset or an archive
            return {SIGNATURE_KEY: _ASSET_SIGNATURE}
