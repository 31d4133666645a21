"""Landscapes with every kind of evidence of docs/network.md, in every form, and ways to hide."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec.structs import replace

from policypack.declared import Known, Origin, Provider, Resource, Stack
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING

Form = Literal["program", "preview-json", "export", "checkpoint"]
FORMS: tuple[Form, ...] = ("program", "preview-json", "export", "checkpoint")
SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "never shown"}
_PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default"


@dataclass(frozen=True)
class Out:
    """An output of another resource: unknown with a dependency in a preview, its value in a state."""

    name: str
    key: str = "id"
    text: str = "{}"


@dataclass(frozen=True)
class Hidden:
    """A value that no source shows, and the names of the resources that it was built from."""

    sources: tuple[str, ...] = ()


@dataclass
class Builder:
    """Collects declarations by name; the last of a name wins."""

    region: str = "cn-north-1"
    declared: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=dict)

    def add(self, type_name: str, name: str, /, returns: dict[str, Any] | None = None, **inputs: Any) -> Out:
        self.declared[name] = (type_name, inputs, {"id": f"id-{name}", **(returns or {})})
        return Out(name)

    def stack(self, form: Form) -> Stack:
        deployed = form in ("export", "checkpoint")
        found = [self._resource(name, deployed=deployed) for name in self.declared]
        return Stack("shop", "dev", Origin(form), found)

    def urn(self, name: str) -> str:
        return f"urn:pulumi:dev::shop::{self._token(name)}::{name}"

    def _token(self, name: str) -> str:
        if ":" in self.declared[name][0]:  # of another provider
            return self.declared[name][0]
        words = "".join(part.title() for part in self.declared[name][0].split("_"))
        return f"huaweicloud:index/{words[0].lower()}{words[1:]}:{words}"

    def _resource(self, name: str, *, deployed: bool) -> Resource:
        _, inputs, returns = self.declared[name]
        dependencies: dict[str, tuple[str, ...]] = {}
        values: dict[str, Any] = {}
        for key, value in inputs.items():
            used: list[str] = []
            values[key] = self._value(value, used, deployed=deployed)
            dependencies[key] = tuple(used)
        outputs = {**values, **returns} if deployed else {}
        provider = Provider(_PROVIDER, Known(self.region))
        urn = self.urn(name)
        return Resource(urn, self._token(name), name, values, outputs, dependencies, provider=provider)

    def _value(self, value: Any, used: list[str], *, deployed: bool) -> Any:
        if isinstance(value, Hidden):
            used.extend(map(self.urn, value.sources))
            return UNKNOWN_STRING
        if isinstance(value, Out):
            used.append(self.urn(value.name))
            known = self.declared[value.name][2][value.key]
            return value.text.format(known) if deployed else UNKNOWN_STRING
        if isinstance(value, Mapping):
            return {key: self._value(item, used, deployed=deployed) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, used, deployed=deployed) for item in value]
        return value


def base(builder: Builder, *, entrance: bool = True) -> None:
    """A gateway in a VPC, with both public paths and strong private evidence for each."""
    vpc = builder.add("vpc", "net", cidr="10.20.0.0/16")
    group = builder.add("networking_secgroup", "closed")
    inputs: dict[str, Any] = {"bandwidthSize": 5, "vpcId": vpc, "securityGroupId": group}
    if entrance:
        inputs |= {"ingressBandwidthSize": 5, "ingressBandwidthChargingMode": "bandwidth"}
    returns = {"ingressAddress": "198.51.100.9", "vpcIngressAddress": "10.20.0.9"}
    gate = builder.add("apig_instance", "gate", returns=returns, edition="BASIC", **inputs)
    builder.add("apig_group", "group", instanceId=gate)
    builder.add("apig_environment", "prod", instanceId=gate)
    api(builder, "inner", web={"path": "/", "backendAddress": "10.20.1.1:80"})
    builder.add("vpcep_endpoint", "endpoint", serviceId=gate)


def api(builder: Builder, name: str, **inputs: Any) -> Out:
    """A published API."""
    found = builder.add("apig_api", name, instanceId=Out("gate"), groupId=Out("group"), **inputs)
    returns = {"publishId": f"publication-{name}"}
    builder.add(
        "apig_api_publishment",
        f"publish-{name}",
        returns=returns,
        instanceId=Out("gate"),
        apiId=found,
        envId=Out("prod"),
    )
    return found


def web(address: Any) -> Callable[[Builder], None]:
    return lambda builder: void(api(builder, "web", web={"path": "/", "backendAddress": address}))


def void(_: object) -> None:
    """Nothing."""


def channel(*members: Any, **inputs: Any) -> Callable[[Builder], None]:
    def add(builder: Builder) -> None:
        found = builder.add(
            "apig_channel", "channel", instanceId=Out("gate"), members=list(members), **inputs
        )
        api(builder, "web", web={"path": "/", "vpcChannelId": found})

    return add


def server(builder: Builder) -> Out:
    returns = {"accessIpV4": "10.20.3.3", "publicIp": ""}
    return builder.add("compute_instance", "server", returns=returns)


def with_(*makers: Callable[[Builder], Any]) -> Callable[[Builder], None]:
    def add(builder: Builder) -> None:
        for make in makers:
            make(builder)

    return add


def balancer(builder: Builder) -> Out:
    returns = {"ipv4Address": "10.20.4.4", "ipv4Eip": "198.51.100.44"}
    return builder.add("elb_loadbalancer", "balancer", returns=returns, ipv4EipId=Out("eip"))


def eip(builder: Builder) -> Out:
    bandwidth = {"shareType": "PER", "size": 5, "name": "b"}
    return builder.add("vpc_eip", "eip", returns={"address": "198.51.100.77"}, bandwidth=bandwidth)


def zone(kind: str, **inputs: Any) -> Callable[[Builder], Out]:
    return lambda builder: builder.add("dns_zone", "zone", name="example.com.", zoneType=kind, **inputs)


def record(*values: Any, name: str = "www", **inputs: Any) -> Callable[[Builder], Out]:
    return lambda builder: builder.add(
        "dns_recordset",
        f"record-{name}",
        zoneId=Out("zone"),
        name=f"{name}.example.com.",
        type="A",
        records=list(values),
        **inputs,
    )


def function(region: str) -> Callable[[Builder], None]:
    urn = f"urn:fss:{region}:p:function:default:f"

    def add(builder: Builder) -> None:
        builder.add("fgs_function", "f", returns={"id": urn}, region=region)
        api(builder, "call", funcGraph={"functionUrn": Out("f")})

    return add


def of_gate(type_name: str, name: str, /, **inputs: Any) -> Callable[[Builder], Out]:
    return lambda builder: builder.add(type_name, name, instanceId=Out("gate"), **inputs)


def plugin(kind: str, content: str) -> Callable[[Builder], Out]:
    return of_gate("apig_plugin", "plugin", type=kind, content=content)


def access(value: str, **inputs: Any) -> Callable[[Builder], None]:
    words = {"type": "PERMIT", "entityType": "IP", **inputs}

    def add(builder: Builder) -> None:
        policy = builder.add("apig_acl_policy", "acl", instanceId=Out("gate"), value=value, **words)
        ids = [Out("publish-inner", "publishId")]
        builder.add("apig_acl_policy_associate", "bind", policyId=policy, publishIds=ids)

    return add


def rule(**inputs: Any) -> Callable[[Builder], Out]:
    words = {"direction": "ingress", "protocol": "tcp", "ports": "443", **inputs}
    return lambda builder: builder.add(
        "networking_secgroup_rule", "rule", securityGroupId=Out("closed"), **words
    )


def variable(value: str) -> Callable[[Builder], None]:
    def add(builder: Builder) -> None:
        variables = [{"name": "host", "value": value}]
        environments = [{"environmentId": Out("prod"), "variables": variables}]
        builder.add("apig_group", "group", instanceId=Out("gate"), environments=environments)
        api(builder, "web", web={"path": "/", "backendAddress": "#host#:80"})

    return add


def own_balancer(builder: Builder) -> None:
    eip(builder)
    balancer(builder)
    kind, inputs, returns = builder.declared["gate"]
    inputs = {key: value for key, value in inputs.items() if "andwidth" not in key}
    builder.declared["gate"] = (kind, {**inputs, "elbIds": [Out("balancer")]}, returns)


def own_eip(builder: Builder) -> None:
    eip(builder)
    kind, inputs, returns = builder.declared["gate"]
    inputs = {key: value for key, value in inputs.items() if "ingress" not in key}
    returns = {**returns, "ingressAddress": "198.51.100.77"}
    builder.declared["gate"] = (kind, {**inputs, "eipId": Out("eip")}, returns)


def tag(**tags: str) -> Callable[[Builder], None]:
    def add(builder: Builder) -> None:
        kind, inputs, returns = builder.declared["gate"]
        builder.declared["gate"] = (kind, {**inputs, "tags": tags}, returns)

    return add


def second_vpc(region: str | None = None, cidr: str = "10.40.0.0/16") -> Callable[[Builder], Out]:
    extra = {"region": region} if region else {}
    return lambda builder: builder.add("vpc", "other", cidr=cidr, **extra)


_OF_SECOND = (
    ("198.51.100.", "203.0.113."),
    ("10.20.", "10.120."),
    ("example.com", "example.net"),
    ("id-", "id-second-"),
    ("publication-", "publication-second-"),
)
"""Ids, addresses and names of a second gateway's surroundings differ from those of the first."""


def beside(first: Builder, second: Builder) -> Builder:
    """Both landscapes in one stack, that of the second under other names."""
    both = Builder(first.region, dict(first.declared))
    for name, (kind, inputs, returns) in second.declared.items():
        both.declared[f"second-{name}"] = (kind, _of_second(inputs), _of_second(returns))
    return both


def _of_second(value: Any) -> Any:
    if isinstance(value, Out):
        return Out(f"second-{value.name}", value.key, value.text)
    if isinstance(value, Mapping):
        return {key: _of_second(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_of_second(item) for item in value]
    if isinstance(value, str):
        for mine, its in _OF_SECOND:
            value = value.replace(mine, its)
    return value


PUBLIC = Out("gate", "ingressAddress")
PRIVATE = Out("gate", "vpcIngressAddress")

ROWS: Mapping[str, Callable[[Builder], Any]] = {
    "backend-1": web("8.8.8.8"),
    "backend-2": web("api.partner.example.org"),
    "backend-3": web("10.20.7.7"),
    "backend-4": web("10.99.0.1"),
    "backend-5": web("100.125.0.1"),
    "backend-6": web("[fd00::1]:80"),
    "backend-7": web("[2001:4860::1]:80"),
    "backend-7-subnet": with_(
        lambda b: b.add(
            "vpc_subnet", "six", returns={"ipv6Cidr": "2001:db8:1::/64"}, vpcId=Out("net"), ipv6Enable=True
        ),
        web("[2001:db8:1::5]:80"),
    ),
    "backend-8": with_(
        zone("private", routers=[{"routerId": Out("net")}]), record("10.20.5.5"), web("www.example.com")
    ),
    "backend-8-held": with_(zone("private", routers=[{"routerId": Out("net")}]), web("api.example.com")),
    "backend-9": with_(zone("public"), record("10.20.5.5"), web("www.example.com")),
    "backend-9-public": with_(zone("public"), record("8.8.4.4"), web("www.example.com")),
    "backend-9-disabled": with_(
        zone("public"), record("10.20.5.5", status="DISABLE"), web("www.example.com")
    ),
    "backend-10": web("db.internal"),
    "backend-11": web("obs.cn-north-1.myhuaweicloud.com"),
    "backend-11-other": web("obs.cn-south-1.myhuaweicloud.com"),
    "backend-12": variable("10.20.1.8"),
    "backend-12-public": variable("api.partner.example.org"),
    "backend-13": with_(server, web(Out("server", "accessIpV4"))),
    "backend-14": with_(eip, web(Out("eip", "address"))),
    "backend-15": with_(
        lambda b: b.add("elb_loadbalancer", "balancer", returns={"ipv4Address": "10.20.4.4", "ipv4Eip": ""}),
        web(Out("balancer", "ipv4Address")),
    ),
    "backend-16": with_(eip, balancer, web(Out("balancer", "ipv4Eip"))),
    "backend-17": with_(server, channel({"id": Out("server")})),
    "backend-18": channel({"host": "10.20.1.5"}, {"host": "10.20.1.6"}),
    "backend-19": channel({"host": "10.20.1.5"}, {"host": "8.8.8.8"}),
    "backend-20": channel(type="microservice", microservice={"cceConfig": {"clusterId": "c"}}),
    "backend-21": channel(type="microservice", microservice={"cseConfig": {"engineId": "e"}}),
    "backend-22": with_(
        of_gate("apig_channel", "inside", members=[{"host": "10.20.1.5"}]),
        channel(type="reference", memberGroups=[{"name": "g", "referenceVpcChannelId": Out("inside")}]),
    ),
    "backend-23": function("cn-north-1"),
    "backend-24": function("cn-south-1"),
    "backend-25": lambda b: api(b, "mock", mock={"response": "ok"}),
    "backend-26": with_(
        function("cn-north-1"), of_gate("apig_custom_authorizer", "who", functionUrn=Out("f"))
    ),
    "backend-27": plugin("third_auth", '{"auth_request": {"url_domain": "auth.partner.example.org"}}'),
    "backend-28": plugin("kafka_log", '{"broker_list": ["10.20.1.7:9092"]}'),
    "backend-29": plugin("breaker", '{"downgrade_default": {"type": "mock"}}'),
    "backend-29b": plugin("proxy_mirror", '{"backend_address": "8.8.8.8"}'),
    "backend-30": of_gate("apig_instance_feature", "lts", name="lts", enabled=True),
    "backend-31": with_(
        second_vpc(),
        lambda b: b.add("vpc_peering_connection", "peer", vpcId=Out("net"), peerVpcId=Out("other")),
        web("10.40.0.4"),
    ),
    "backend-32": with_(lambda b: b.add("vpn_gateway", "vpn", vpcId=Out("net")), web("10.99.0.1")),
    "backend-33": with_(second_vpc("cn-south-1"), web("10.40.0.4")),
    "backend-34": with_(own_balancer, web("8.8.8.8")),
    "backend-trigger": with_(
        function("cn-north-1"),
        lambda b: b.add(
            "fgs_trigger",
            "trigger",
            functionUrn=Out("f"),
            type="DEDICATEDGATEWAY",
            eventData=Out("gate", text='{{"instance_id": "{}"}}'),
        ),
    ),
    "caller-1": with_(zone("public"), record(PUBLIC)),
    "caller-2": with_(zone("private", routers=[{"routerId": Out("net")}]), record(PRIVATE)),
    "caller-3": with_(zone("public"), record(PUBLIC), record(PRIVATE, name="inner")),
    "caller-4": of_gate("apig_group", "group", urlDomains=[{"name": "api.example.com"}]),
    "caller-4-associate": of_gate(
        "apig_group_domain_associate", "domain", groupId=Out("group"), urlDomain="api.example.com"
    ),
    "caller-5": of_gate("apig_certificate", "certificate"),
    "caller-6": of_gate("apig_group", "group", domainAccessEnabled=True),
    "caller-7": of_gate("apig_endpoint_whitelist", "list", whitelists=["iam:domain::1"]),
    "caller-7-connection": of_gate("apig_endpoint_connection_management", "accept", action="receive"),
    "caller-8": access("10.0.0.0/8"),
    "caller-8-xff": with_(
        access("10.0.0.0/8"), of_gate("apig_instance_feature", "xff", name="real_ip_from_xff", enabled=True)
    ),
    "caller-9": access("8.8.8.0/24"),
    "caller-9-deny": access("10.0.0.0/8", type="DENY"),
    "caller-10": of_gate("apig_acl_policy", "acl", type="PERMIT", entityType="IP", value="8.8.8.8"),
    "caller-11": rule(remoteIpPrefix="0.0.0.0/0"),
    "caller-11-port": with_(
        rule(remoteIpPrefix="0.0.0.0/0", ports="8443"),
        of_gate("apig_instance_ingress_port", "port", port=8443),
    ),
    "caller-12": rule(remoteIpPrefix="10.0.0.0/8"),
    "caller-12-group": rule(remoteGroupId=Out("closed")),
    "caller-13": rule(),
    "caller-14": lambda b: b.add("waf_dedicated_domain", "waf", servers=[{"address": PRIVATE}]),
    "caller-14-public": lambda b: b.add("waf_dedicated_domain", "waf", servers=[{"address": PUBLIC}]),
    "caller-15": lambda b: b.add("waf_domain", "waf", servers=[{"address": PUBLIC}]),
    "caller-16": lambda b: b.add("elb_member", "member", address=PRIVATE),
    "caller-16-nat": lambda b: b.add("nat_dnat_rule", "dnat", privateIp=PRIVATE),
    "caller-18": lambda b: api(b, "typed", type="Private", mock={"response": "ok"}),
    "caller-20": tag(zone="internal"),
    "caller-20-public": tag(zone="public"),
    "caller-21": lambda b: b.add("cdn_domain", "cdn", sources=[{"origin": PUBLIC}]),
    "caller-21-accelerator": lambda b: b.add("ga_endpoint", "ga", ipAddress=PUBLIC),
    "caller-22": lambda b: b.add("cce_cluster", "cluster", vpcId=Out("net")),
    "caller-23": lambda b: b.add("dc_virtual_gateway", "line", vpcId=Out("net")),
    "entrance-eip": own_eip,
    "entrance-eip-record": with_(own_eip, zone("public"), record(Out("eip", "address"))),
    "entrance-nlb": with_(own_balancer, zone("public"), record(Out("balancer", "ipv4Eip"))),
    "eip-server": with_(
        eip,
        server,
        lambda b: b.add(
            "compute_eip_associate", "join", publicIp=Out("eip", "address"), instanceId=Out("server")
        ),
        web(Out("server", "accessIpV4")),
    ),
    "eip-idle": eip,
    "stated-public": tag(callers="public"),
    "stated-private": tag(callers="private", **{"backends-elsewhere": "private"}),
}
"""A landscape for each row of docs/network.md, and some for its other side."""


@dataclass(frozen=True)
class Hiding:
    """A stack in which one fact is hidden, and which."""

    what: str
    stack: Stack


def hidings(stack: Stack) -> Iterator[Hiding]:
    """Every property and reference of a stack, hidden in each way that a source can hide it."""
    for number, resource in enumerate(stack.resources):
        for path in places_in(dict(resource.inputs or {})):
            for word, mark in (("unknown", UNKNOWN_STRING), ("secret", SECRET)):
                for traced in (True, False):
                    how = f"{resource.name} {path} {word}{'' if traced else ', without a trace'}"
                    yield Hiding(how, _hidden(stack, number, path, mark, traced=traced))
        for key in resource.outputs:
            outputs = {name: value for name, value in resource.outputs.items() if name != key}
            yield Hiding(
                f"{resource.name} returns no {key}",
                with_resource(stack, number, replace(resource, outputs=outputs)),
            )
        unseen = replace(resource, inputs=None, dependencies={})
        yield Hiding(f"{resource.name} inputs not seen", with_resource(stack, number, unseen))


def with_resource(stack: Stack, number: int, resource: Resource) -> Stack:
    resources = list(stack.resources)
    resources[number] = resource
    return replace(stack, resources=resources)


def _hidden(stack: Stack, number: int, path: tuple[Any, ...], mark: object, *, traced: bool) -> Stack:
    resource = stack.resources[number]
    inputs = copy.deepcopy(dict(resource.inputs or {}))
    inside: Any = inputs
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = mark
    outputs = {key: value for key, value in resource.outputs.items() if key != path[0]}
    kept = {key: urns for key, urns in resource.dependencies.items() if traced or key != path[0]}
    return with_resource(stack, number, replace(resource, inputs=inputs, outputs=outputs, dependencies=kept))


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from places_in(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places_in(item, (*path, number))
