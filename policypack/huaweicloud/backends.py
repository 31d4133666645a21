"""What an API, an authorizer, a channel or a plugin sends requests to, as declared."""

import json
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import ABSENT, Absent, Invalid, Known, Raw, Resource, Secret, Unknown, Value, read
from policypack.huaweicloud.addresses import parse_address
from policypack.huaweicloud.blocks import Block, each_block, given, inside, is_set, kept
from policypack.huaweicloud.references import ENVIRONMENT, GATEWAY_OF_TRIGGER, REFERRED_CHANNEL


class Web(Struct, frozen=True):
    """A host that an API forwards to, or a channel.

    Attributes:
        path: The block, for messages (``web``, ``webPolicies[1]``).
        keys: Top-level inputs that hold it.
        address: ``host:port``.
        channel: Reference to a channel.
        unknowns: How many addresses the same inputs hold that are not known; a dependency does not tell
            which one it is about.
        unknown_channels: Likewise, of references to channels.
        known: What the same inputs hold that is known.
    """

    path: str
    keys: tuple[str, ...]
    address: Value[str]
    channel: Raw
    unknowns: int = 1
    unknown_channels: int = 1
    known: tuple[str, ...] = ()


class Function(Struct, frozen=True):
    """A FunctionGraph function that is called.

    Attributes:
        path: The property, for messages.
        keys: Top-level inputs that hold it.
        urn: FunctionGraph's name of the function.
        unknowns: How many functions the same inputs name that are not known.
        known: What the same inputs hold that is known.
    """

    path: str
    keys: tuple[str, ...]
    urn: Value[str]
    unknowns: int = 1
    known: tuple[str, ...] = ()


class Mock(Struct, frozen=True):
    """An answer that the gateway gives itself."""

    path: str
    keys: tuple[str, ...] = ()


class Obscure(Struct, frozen=True):
    """A backend that exists and cannot be read.

    Attributes:
        path: The property, for messages.
        keys: Top-level inputs that hold it.
        reason: Why, as a phrase that completes "not known: ...".
    """

    path: str
    keys: tuple[str, ...]
    reason: str


Backend = Web | Function | Mock | Obscure

_KINDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("web", ("web",)),
    ("function", ("funcGraph",)),
    ("mock", ("mock",)),
)
_POLICIES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("web", ("webPolicies", "webPolicy")),
    ("function", ("funcGraphPolicies", "funcGraphPolicy")),
    ("mock", ("mockPolicies", "mockPolicy")),
)


def backends_of_api(api: Resource) -> tuple[Backend, ...]:
    """Every backend of an API: the one of the API itself and those of its policies."""
    if api.inputs is None and not any(is_set(api.declared(*keys)) for _, keys in _KINDS):
        return (Obscure("web", ("web", "funcGraph", "mock"), "the inputs of this API were not seen"),)
    backends_of_api: list[Backend] = []
    for kind, keys in _KINDS:
        if api.inputs is not None and keys[0] not in api.inputs:
            continue
        raw = api.declared(*keys)
        if is_set(raw) and not (api.inputs is None and isinstance(raw, Unknown)):
            backends_of_api.append(_backend(kind, keys[0], keys, read.block(raw)))
    if not backends_of_api:
        backends_of_api.append(Obscure("web", ("web", "funcGraph", "mock"), "no backend is declared"))
    for kind, keys in _POLICIES:
        if api.inputs is not None and not any(key in api.inputs for key in keys):
            continue
        raw = api.declared(*keys)
        if api.inputs is None and isinstance(raw, Unknown):
            continue
        backends = [
            _backend(kind, f"{keys[0]}[{number}]", keys, block)
            for number, block in enumerate(each_block(raw))
        ]
        backends_of_api.extend(_counted(backends))
    return tuple(backends_of_api)


def _counted(backends: list[Backend]) -> Iterator[Backend]:
    """The backends of one property, each with the number of those that are not known."""
    addresses = sum(1 for item in backends if isinstance(item, Web) and isinstance(item.address, Unknown))
    channels = sum(1 for item in backends if isinstance(item, Web) and isinstance(item.channel, Unknown))
    functions = sum(1 for item in backends if isinstance(item, Function) and isinstance(item.urn, Unknown))
    obscure = sum(1 for item in backends if isinstance(item, Obscure))
    known: list[str] = []
    for item in backends:
        if isinstance(item, Web):
            values = (item.address, item.channel)
            known += [str(value.value) for value in values if isinstance(value, Known)]
        elif isinstance(item, Function) and isinstance(item.urn, Known):
            known.append(item.urn.value)
    all_known = tuple(known)
    for item in backends:
        if isinstance(item, Web):
            unknowns, others = addresses + obscure, channels + obscure
            yield replace(item, unknowns=unknowns, unknown_channels=others, known=all_known)
        elif isinstance(item, Function):
            yield replace(item, unknowns=functions + obscure, known=all_known)
        else:
            yield item


def is_of_policy(backend: Backend) -> bool:
    """Whether a policy of an API leads to a backend, rather than the API itself."""
    return backend.keys in (keys for _, keys in _POLICIES)


def function_of_authorizer(authorizer: Resource) -> Function:
    """The function that checks the callers."""
    return Function("functionUrn", ("functionUrn",), read.text(given(authorizer.declared("functionUrn"))))


def _backend(kind: str, path: str, keys: tuple[str, ...], block: Value[Block]) -> Backend:
    match block:
        case Known():
            if kind == "mock":
                return Mock(path, keys)
            if kind == "function":
                return _function(path, keys, block)
            return Web(
                path,
                keys,
                read.text(given(inside(block, "backendAddress", "urlDomain"))),
                given(inside(block, "vpcChannelId")),
            )
        case Absent():
            return Obscure(path, keys, "the block is empty")
        case Unknown(reason):
            return Obscure(path, keys, reason)
        case Secret():
            return Obscure(path, keys, "a secret")
        case Invalid(value, expected):
            return Obscure(path, keys, f"{value} is not {expected}")


def _function(path: str, keys: tuple[str, ...], block: Value[Block]) -> Function:
    urn = given(inside(block, "functionUrn"))
    if isinstance(urn, Absent):
        return Function(f"{path}.functionAliasUrn", keys, read.text(given(inside(block, "functionAliasUrn"))))
    return Function(f"{path}.functionUrn", keys, read.text(urn))


class Member(Struct, frozen=True):
    """A member of a channel.

    Attributes:
        path: The property, for messages.
        keys: Top-level inputs that hold it.
        server: Reference to an ECS.
        host: Address or name.
        is_hidden: Whether the member as a whole is hidden, so that it may hold a literal beside what it was
            built from.
    """

    path: str
    keys: tuple[str, ...]
    server: Value[str]
    host: Value[str]
    is_hidden: bool = False


class Channel(Struct, frozen=True):
    """A VPC channel (load balance channel).

    Attributes:
        kind: ``builtin``, ``microservice`` or ``reference``.
        members: Its members; ``Unknown`` when the list is not known.
        returned: Members that only the provider told of: other resources, or people, gave them.
        references: Channels that it stands for, with the inputs that hold them.
        engine: The block that names the cluster or engine of a microservice, if there is one.
    """

    kind: Value[str]
    members: Value[tuple[Member, ...]]
    returned: tuple[Member, ...]
    references: tuple[tuple[Raw, tuple[str, ...]], ...]
    engine: Literal["cceConfig", "cseConfig", "unknown"] | None


_MEMBER_KEYS: Final = ("members", "member")
_GROUP_BLOCK_KEYS: Final = ("memberGroups", "memberGroup")


def channel_of(resource: Resource, type_name: str) -> Channel:
    """Read a channel, of the current or the deprecated kind."""
    old = type_name == "apig_vpc_channel"
    kind = read.text(given(kept(resource, "type")))
    declared = resource.declared(*_MEMBER_KEYS)
    returned = _members(kept(resource, *_MEMBER_KEYS)) if isinstance(declared, Absent) else ABSENT
    microservice = read.block(resource.declared("microservice"))
    return Channel(
        kind=Known("builtin") if old or isinstance(kind, Absent) else kind,
        members=_members(declared),
        returned=returned.value if isinstance(returned, Known) else (),
        references=tuple(
            (raw, _GROUP_BLOCK_KEYS)
            for block in each_block(kept(resource, *_GROUP_BLOCK_KEYS))
            if is_set(raw := inside(block, "referenceVpcChannelId"))
        ),
        engine=_engine(microservice),
    )


def _members(raw: Raw) -> Value[tuple[Member, ...]]:
    match read.items(raw):
        case Known(items):
            return Known(tuple(_member(number, read.block(item)) for number, item in enumerate(items)))
        case other:
            return other


def member_of_own(resource: Resource) -> Member:
    """An ``apig_channel_member``, a member that is declared as a resource of its own."""
    return Member(
        "memberIpAddress",
        ("memberIpAddress", "ecsId"),
        read.text(given(resource.declared("ecsId"))),
        read.text(given(resource.declared("memberIpAddress"))),
    )


def referred_by_group(group: Resource) -> Raw:
    """The channel that an ``apig_channel_member_group`` stands for."""
    return given(REFERRED_CHANNEL.of(group))


def _member(number: int, block: Value[Block]) -> Member:
    known = isinstance(block, Known)
    return Member(
        f"members[{number}]",
        _MEMBER_KEYS,
        read.text(given(inside(block, "id"))) if known else ABSENT,
        read.text(given(inside(block, "host", "ipAddress"))),
        is_hidden=not known,
    )


_ENGINES: Final[tuple[Literal["cceConfig", "cseConfig"], ...]] = ("cceConfig", "cseConfig")


def _engine(block: Value[Block]) -> Literal["cceConfig", "cseConfig", "unknown"] | None:
    match block:
        case Known():
            for name in _ENGINES:
                if isinstance(read.block(inside(block, name)), Known):
                    return name
            return "unknown"
        case Absent():
            return None
        case Unknown() | Secret() | Invalid():
            return "unknown"


# Plugins: which types send anything anywhere, and where their content says so
# (github.com/huaweicloud/terraform-provider-huaweicloud/blob/master/docs/resources/apig_plugin.md).
_SILENT_PLUGINS: Final = frozenset(
    {"cors", "set_resp_headers", "rate_limit", "proxy_cache", "http_response", "response_rewrite"}
)
_HOST_KEYS: Final = frozenset({"url_domain", "backend_address", "host"})
_CHANNEL_KEYS: Final = frozenset({"vpc_channel_id", "vpc_id"})
_FUNCTION_KEYS: Final = frozenset({"function_urn"})
_BROKER_KEYS: Final = frozenset({"broker_list"})
_TARGET_KEYS: Final = _HOST_KEYS | _CHANNEL_KEYS | _FUNCTION_KEYS
_SECRET_KEYS: Final = frozenset({"sasl_config"})
CONTENT_KEYS: Final = ("content",)
_SENDING_PLUGINS: Final = frozenset({"third_auth", "kafka_log", "breaker", "proxy_mirror"})


def backends_of_plugin(plugin: Resource) -> tuple[str, tuple[Backend, ...]]:
    """The type of a plugin and what it sends requests to. Only addresses are read of its content."""
    kind = read.text(plugin.declared("type"))
    if not isinstance(kind, Known):
        return "", (Obscure("type", ("type",), "the type of the plugin is not known"),)
    if kind.value in _SILENT_PLUGINS:
        return kind.value, ()
    match read.text(plugin.declared("content")):
        case Known(content):
            return kind.value, _content(kind.value, content)
        case Unknown(reason):
            return kind.value, (Obscure("content", CONTENT_KEYS, reason),)
        case Secret():
            return kind.value, (Obscure("content", CONTENT_KEYS, "a secret"),)
        case Absent() | Invalid():
            return kind.value, (Obscure("content", CONTENT_KEYS, "no JSON text"),)


def _content(kind: str, content: str) -> tuple[Backend, ...]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return (Obscure("content", CONTENT_KEYS, "it is no JSON text"),)
    if kind not in _SENDING_PLUGINS:
        return (Obscure("content", CONTENT_KEYS, f"nothing is known of plugins of type {read.shown(kind)}"),)
    targets = tuple(_targets(data))
    if kind == "breaker":
        return targets + tuple(_unreadable_downgrades(data))
    return targets or (Obscure("content", CONTENT_KEYS, "it names no address"),)


def _unreadable_downgrades(data: object) -> Iterator[Backend]:
    """Downgrade backends of a breaker that are neither absent, nor a mock, nor name an address.

    ``downgrade_default`` and ``downgrade_rules[].downgrade_backend`` may both be null
    (support.huaweicloud.com/intl/en-us/api-apig/apig-api-BreakerContent.html).
    """
    if not isinstance(data, dict):
        yield Obscure("content", CONTENT_KEYS, "it is no object")
        return
    rules = data.get("downgrade_rules")
    blocks = [("downgrade_default", data.get("downgrade_default"))]
    for rule in rules if isinstance(rules, list) else [rules]:
        inner = rule.get("downgrade_backend") if isinstance(rule, dict) else rule
        blocks.append(("downgrade_backend", inner))
    for name, block in blocks:
        is_mock = isinstance(block, dict) and block.get("type") == "mock"
        if block and not is_mock and not (isinstance(block, dict) and any(_targets(block))):
            yield Obscure(f"content.{name}", CONTENT_KEYS, "it names no address")


def _targets(data: object) -> Iterator[Backend]:
    """Addresses, channels and functions anywhere in the content; iterative, content may be deep."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            for key, value in item.items():
                if key in _SECRET_KEYS:
                    continue
                if key in _BROKER_KEYS:
                    yield from _brokers(value)
                elif key in _TARGET_KEYS and not (value is None or isinstance(value, str)):
                    yield Obscure(f"content.{key}", CONTENT_KEYS, f"{read.shown(value)} is not text")
                elif isinstance(value, (dict, list)):
                    waiting.append(value)
                elif key in _TARGET_KEYS and value:
                    yield from _target(key, value)
                elif isinstance(value, str) and ("://" in value or parse_address(value) is not None):
                    yield Obscure(f"content.{key}", CONTENT_KEYS, "nobody here knows what the address is for")


def _target(key: str, value: str) -> Iterator[Backend]:
    path = f"content.{key}"
    if key in _HOST_KEYS:
        yield Web(path, CONTENT_KEYS, Known(value), given(Known("")))
    elif key in _CHANNEL_KEYS:
        yield Web(path, CONTENT_KEYS, Absent(), Known(value))
    elif key in _FUNCTION_KEYS:
        yield Function(path, CONTENT_KEYS, Known(value))


def _brokers(value: object) -> Iterator[Backend]:
    brokers = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    for number, broker in enumerate(brokers):
        path = f"content.broker_list[{number}]"
        if isinstance(broker, str) and broker.strip():
            yield Web(path, CONTENT_KEYS, Known(broker), given(Known("")))
        else:
            yield Obscure(path, CONTENT_KEYS, "it is no address")


class Variable(Struct, frozen=True):
    """The value that an environment gives a ``#name#``.

    Attributes:
        holder: The resource that sets it.
        environments: References to environments that the same inputs hold.
        position: Which of them it is of.
        keys: Top-level inputs that hold the reference.
        name: Name between the number signs.
        value: What stands for it.
    """

    holder: Resource
    environments: tuple[Raw, ...]
    position: int
    keys: tuple[str, ...]
    name: Value[str]
    value: Value[str]


_ENVIRONMENT_KEYS: Final = ("environments", "environment")


def variables_of_group(group: Resource) -> Iterator[Variable]:
    """The variables that a group sets for its environments."""
    environments = tuple(each_block(group.declared(*_ENVIRONMENT_KEYS)))
    references = tuple(inside(environment, "environmentId") for environment in environments)
    for position, environment in enumerate(environments):
        for variable in each_block(inside(environment, "variables", "variable")):
            yield Variable(
                group,
                references,
                position,
                _ENVIRONMENT_KEYS,
                read.text(inside(variable, "name")),
                read.text(inside(variable, "value")),
            )


def variable_of_own(resource: Resource) -> Variable:
    """An ``apig_environment_variable``, a variable that is declared as a resource of its own."""
    return Variable(
        resource,
        (ENVIRONMENT.of(resource),),
        0,
        ENVIRONMENT.keys,
        read.text(resource.declared("name")),
        read.text(resource.declared("value")),
    )


_OTHER_TRIGGERS: Final = frozenset(
    {
        "APIG",
        "CTS",
        "DDS",
        "DIS",
        "DMS",
        "GAUSSMONGO",
        "KAFKA",
        "LTS",
        "OBS",
        "OPENSOURCEKAFKA",
        "RABBITMQ",
        "SMN",
        "TIMER",
    }
)
"""Triggers that make no API of a dedicated gateway; ``APIG`` is the shared one."""


def makes_api(trigger: Resource) -> bool:
    """Whether a function's trigger certainly makes an API of a dedicated gateway."""
    kind = read.text(trigger.declared("type"))
    return isinstance(kind, Known) and kind.value.upper() == "DEDICATEDGATEWAY"


def may_make_api(trigger: Resource) -> bool:
    """Whether a function's trigger makes an API of a dedicated gateway, or may."""
    kind = read.text(trigger.declared("type"))
    return not isinstance(kind, Known) or kind.value.upper() not in _OTHER_TRIGGERS


def function_of_trigger(trigger: Resource) -> Function:
    """The function that a trigger calls."""
    return Function("functionUrn", ("functionUrn",), read.text(trigger.declared("functionUrn")))


def gateways_of_trigger(trigger: Resource) -> Iterator[Raw]:
    """The ids of gateways in the inputs of a function's trigger; nothing where it is of another kind."""
    if not may_make_api(trigger):
        return
    raw = GATEWAY_OF_TRIGGER.of(trigger)
    if isinstance(raw, Known) and isinstance(raw.value, str):
        try:
            data = json.loads(raw.value)
        except (ValueError, RecursionError):
            data = None
        named = read.member(data, "instance_id", "instanceId") if isinstance(data, dict) else ABSENT
        yield named if isinstance(named, Known) and isinstance(named.value, str) else Unknown("no id")
        return
    blocks = list(each_block(raw))
    if not blocks:
        yield Unknown("no gateway is named")
    for block in blocks:
        yield inside(block, "instanceId", "instance_id")


def domains_of_group(group: Resource) -> Value[tuple[Value[str], ...]]:
    """The independent domains of a group, also those that were bound by hand."""
    match read.items(kept(group, "urlDomains", "urlDomain")):
        case Known(items):
            return Known(tuple(read.text(inside(read.block(item), "name")) for item in items))
        case other:
            return other


FORWARDING_KEYS: Final = frozenset({"web", *_POLICIES[0][1], *_MEMBER_KEYS, "memberIpAddress", *CONTENT_KEYS})
"""The inputs of APIs, channels, members and plugins that hold the addresses of backends."""


def hosts_of(backends: Iterable[Backend]) -> Iterator[Value[str]]:
    """The hosts that some backends are, as they are written."""
    for backend in backends:
        if isinstance(backend, Web):
            yield backend.address
        elif isinstance(backend, Obscure):
            yield Unknown(backend.reason)


def hosts_of_members(resource: Resource, type_name: str) -> Iterator[Value[str]]:
    """Likewise the hosts of the members of a channel, or of a member that is a resource of its own."""
    if type_name == "apig_channel_member":
        yield member_of_own(resource).host
        return
    members = channel_of(resource, type_name).members
    yield from (member.host for member in members.value) if isinstance(members, Known) else (Unknown(""),)
