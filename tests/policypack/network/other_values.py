"""Other values that could stand in a landscape: what is hidden may be any of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from policypack.declared import Stack
from policypack.declared.wire import UNKNOWN_STRING
from tests.policypack.network.landscapes import SECRET, places_in
from tests.policypack.network.spoiling import Place, set_at

_HOSTS = (
    *("10.20.9.9", "10.20.0.9", "10.99.0.2", "db.internal", "www.example.com"),
    *("8.8.8.8", "198.51.100.9", "198.51.100.77", "api.partner.example.org"),
)
_HOST_KEYS = ("backendAddress", "host", "address", "origin", "ipAddress", "privateIp", "publicIp")
_THIRD_AUTH = '{{"auth_request": {{"url_domain": "{}"}}}}'
_BROKERS = '{{"broker_list": ["{}:9092"]}}'
ELSEWHERE = "id-of-elsewhere"

OTHERS: Mapping[str, tuple[Any, ...]] = {
    **dict.fromkeys(_HOST_KEYS, _HOSTS),
    "action": ("receive", "reject", "allow", "deny"),
    "backends-elsewhere": ("public", "private"),
    "bandwidthSize": (0, 5),
    "callers": ("public", "private"),
    "cidr": ("10.20.0.0/16", "10.40.0.0/16", "192.168.0.0/16", "8.8.8.0/24"),
    "content": (
        *map(_THIRD_AUTH.format, ("auth.partner.example.org", "10.20.1.1")),
        *map(_BROKERS.format, ("8.8.8.8", "10.20.1.7")),
        "{}",
    ),
    "direction": ("ingress", "egress"),
    "domainAccessEnabled": (True, False),
    "edition": ("BASIC", "PROFESSIONAL"),
    "eipId": ("", ELSEWHERE),
    "elbIds": ([], [ELSEWHERE]),
    "enabled": (True, False),
    "entityType": ("IP", "DOMAIN"),
    "environments": ([],),
    "eventData": ('{"instance_id": "id-of-elsewhere"}', "{}"),
    "functionUrn": tuple(f"urn:fss:cn-{side}-1:p:function:default:f" for side in ("north", "south")),
    "ingressBandwidthSize": (0, 5),
    "members": ([], [{"host": "8.8.8.8"}], [{"host": "10.20.1.1"}]),
    "memberGroups": ([],),
    "name": (
        *("real_ip_from_xff", "lts", "ssl", "host", "port"),
        *("www.example.com.", "other.example.com.", "example.com.", "api.example.com"),
    ),
    "port": (80, 8080, 8443),
    "portRangeMin": (22, 80),
    "ports": ("443", "8080", "8443", "1-65535", "22"),
    "protocol": ("tcp", "udp", "icmp", "6", "17"),
    "publishIds": ([], [ELSEWHERE]),
    "records": (["8.8.8.8"], ["10.20.5.5"], ["198.51.100.9"], ["10.20.0.9"], ["partner.example.org."]),
    "region": ("cn-north-1", "cn-north-4", "cn-south-1"),
    "remoteIpPrefix": ("0.0.0.0/0", "10.0.0.0/8", "8.8.8.0/24"),
    "remoteAddressGroupId": (ELSEWHERE,),
    "routers": ([], [{"routerId": ELSEWHERE}]),
    "secondaryCidrs": ([], ["8.8.8.0/24"], ["192.168.0.0/16"]),
    "servers": ([], [{"address": "10.20.1.1"}], [{"address": "198.51.100.9"}]),
    "shareType": ("PER", "WHOLE"),
    "sources": ([], [{"origin": "8.8.8.8"}], [{"origin": "198.51.100.9"}]),
    "status": ("ENABLE", "DISABLE"),
    "tags": ({}, {"callers": "private"}, {"callers": "public"}, {"backends-elsewhere": "private"}),
    "type": (
        *("A", "AAAA", "CNAME", "MX", "PERMIT", "DENY", "builtin", "microservice", "reference"),
        *("third_auth", "kafka_log", "breaker", "proxy_mirror", "cors", "DEDICATEDGATEWAY", "TIMER"),
    ),
    "urlDomain": ("api.example.com", "www.example.com"),
    "urlDomains": ([], [{"name": "api.example.com"}]),
    "value": ("10.0.0.0/8", "8.8.8.0/24", "10.20.1.8", "8.8.8.8", "api.partner.example.org"),
    "variables": ([], [{"name": "host", "value": "8.8.8.8"}], [{"name": "host", "value": "10.20.1.8"}]),
    "zone": ("internal", "public", "x"),
    "zoneType": ("public", "private"),
}
"""By the name of a property, values of every kind that it can have."""

MORE: Mapping[str, tuple[str, ...]] = {
    "ApigAclPolicy": ("entityType", "type", "value"),
    "ApigChannel": ("type", "members", "memberGroups"),
    "ApigInstance": ("eipId", "elbIds", "region", "tags"),
    "ApigInstanceFeature": ("name", "enabled"),
    "DnsRecordset": ("status", "type"),
    "DnsZone": ("zoneType",),
    "NetworkingSecgroupRule": (
        *("direction", "protocol", "ports", "remoteIpPrefix", "action"),
        *("remoteGroupId", "remoteAddressGroupId", "portRangeMin"),
    ),
    "Vpc": ("secondaryCidrs", "region"),
}
"""By the last part of a type, properties that a landscape may leave out."""


def others(stack: Stack) -> Iterator[tuple[Place, list[Any]]]:
    """Every place of a stack where other values could stand, each with these values; ``None`` is not set."""
    for number, resource in enumerate(stack.resources):
        inputs = dict(resource.inputs or {})
        left_out = [(key,) for key in MORE.get(resource.token.rsplit(":", 1)[-1], ()) if key not in inputs]
        for path in [*places_in(inputs), *left_out]:
            name = next(step for step in reversed(path) if isinstance(step, str))
            if name == "instanceId" and ("groupId" in inputs or "Group" in resource.token):
                continue  # of the gateway of its group: another would be refused
            if name in ("mock", "web", "funcGraph"):
                continue  # an API without any backend would be refused
            if name == "ipv6Enable" or (name == "region" and "Function" in resource.token):
                continue  # what was returned, the id of a function for example, would say the opposite
            yield (number, path), _values(name, path)


def _values(name: str, path: tuple[Any, ...]) -> list[Any]:
    if isinstance(path[-1], int):
        if name == "records":
            return [item for records in OTHERS["records"] for item in records]
        return [ELSEWHERE] if name in ("publishIds", "elbIds") else []
    known = OTHERS.get(name, (ELSEWHERE,) if name.endswith("Id") else ())
    return [*known, None] if len(path) == 1 else list(known)


def hidden(stack: Stack, place: Place) -> Iterator[Stack]:
    """The stack with nothing to be known of a place, whatever stands there."""
    for mark in (UNKNOWN_STRING, SECRET):
        yield set_at(stack, *place, mark)
