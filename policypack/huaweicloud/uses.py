"""Which properties put an EIP or a shared bandwidth to use, by Terraform name."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from policypack.declared import Absent, Known, Raw, Resource, Secret, Unknown, read
from policypack.huaweicloud.blocks import each_block, inside, is_set


class Use(Struct, frozen=True):
    """A property that holds a reference.

    Attributes:
        types: Terraform names of the resources that have it.
        keys: Its name at the top level, in all spellings.
        member: The member of the block that holds it, where it is inside a block.
        listed: Whether the text is a list of references with commas between them.
    """

    types: tuple[str, ...]
    keys: tuple[str, ...]
    member: str = ""
    listed: bool = False


EIP_USES: Final = (
    Use(("vpc_eip_associate", "compute_eip_associate"), ("publicIp",)),
    Use(("compute_eip_associate",), ("floatingIp",)),
    Use(("vpc_eipv3_associate",), ("publicipId",)),
    Use(("compute_instance", "cce_node", "bms_instance"), ("eipId",)),
    Use(("cce_node",), ("eipIds", "eipId")),
    Use(("cce_cluster",), ("eip",)),
    Use(("elb_loadbalancer",), ("ipv4EipId",)),
    Use(("nat_snat_rule", "nat_dnat_rule"), ("floatingIpId",), listed=True),
    Use(("rds_instance_eip_associate", "dds_instance_eip_associate"), ("publicIp", "publicIpId")),
    Use(("taurusdb_eip_associate", "gaussdb_opengauss_eip_associate"), ("publicIp", "publicIpId")),
    Use(("gaussdb_mysql_eip_associate", "gaussdb_influx_eip_associate"), ("publicIp", "publicIpId")),
    Use(("gaussdb_redis_eip_associate", "gaussdb_cassandra_eip_associate"), ("publicIp", "publicIpId")),
    Use(("vpc_eip_associate",), ("floatingIp",)),
    Use(("networking_vip_associate",), ("portIds",)),
    Use(("elb_loadbalancer",), ("publicIp",), "id"),
    Use(("vpn_gateway",), ("eip1", "masterEip"), "id"),
    Use(("vpn_gateway",), ("eip2", "slaveEip"), "id"),
    Use(("dms_kafka_instance", "dms_rabbitmq_instance"), ("publicIpIds", "publicIpId")),
    Use(("css_cluster",), ("publicAccess",), "eipId"),
    Use(("mrs_cluster",), ("eipId",)),
    Use(("mrs_cluster",), ("publicIp",)),
)
"""Whatever is not listed here and reads an EIP leaves it undecided."""

BANDWIDTH_USES: Final = (
    Use(("vpc_eip",), ("bandwidth",), "id"),
    Use(("compute_instance",), ("bandwidth",), "id"),
    Use(("vpc_bandwidth_associate", "eip_bandwidth_associate", "compute_eip_associate"), ("bandwidthId",)),
    Use(("elb_loadbalancer",), ("bandwidthId",)),
    Use(("elb_loadbalancer",), ("ipv6BandwidthId",)),
)

_IDLE: Final = frozenset({"", "UNBOUND", "DOWN", "NORMAL"})
"""Status of an EIP that nothing uses, and of a bandwidth whether or not anything does."""

# Reading an address or an id to look at it, not to use it.
_HARMLESS_PREFIXES: Final = (
    "dns_",
    "networking_secgroup",
    "apig_",
    "waf_",
    "cfw_",
    "tms_",
    "smn_",
    "ces_",
    "lts_",
)
_HARMLESS_KEYS: Final = frozenset({"tags", "description", "name"})
_MOVES_BANDWIDTH: Final = frozenset({"vpc_bandwidth_associate", "eip_bandwidth_associate"})


_USES_LISTED: Final = (
    "apig_",
    "as_",
    "cce_",
    "cdn_",
    "ces_",
    "compute_",
    "css_",
    "dcs_",
    "dds_",
    "dms_",
    "dns_",
    "elb_",
    "er_",
    "evs_",
    "fgs_",
    "ga_",
    "gaussdb_",
    "identity_",
    "ims_",
    "kms_",
    "kps_",
    "lb_",
    "lts_",
    "nat_",
    "networking_",
    "obs_",
    "rds_",
    "sfs_",
    "smn_",
    "swr_",
    "tms_",
    "vpc",
    "waf_",
)


_USES_FREELY: Final = (
    "as_",
    "cce_addon",
    "cce_cluster",
    "cce_node",
    "compute_interface_attach",
    "css_",
    "dcs_",
    "ga_",
)
"""Among these: an EIP or a bandwidth may stand in parameters that are free, or that no use above is about."""


def names_what_it_uses(kind: str) -> bool:
    """Whether all that a type of resource uses of a gateway, an EIP or a bandwidth is among what is listed.

    In the others an id or an address may stand anywhere, so that all of their texts are looked at.
    """
    return kind.startswith(_USES_LISTED) and not kind.startswith(_USES_FREELY)


def references(resource: Resource, use: Use) -> Iterator[Raw]:
    """The references that a resource holds in one property; only those that are set."""
    raw = resource.declared(*use.keys)
    if not is_set(raw):
        return
    if (
        resource.inputs is None
        and resource.outputs
        and isinstance(raw, Unknown)
        and not any(map(resource.dependencies.get, use.keys))
    ):
        return
    if use.member:
        for block in each_block(raw):
            inner = inside(block, use.member)
            if is_set(inner):
                yield inner
        return
    items = read.items(raw)
    for item in items.value if isinstance(items, Known) else (raw,):
        if use.listed and isinstance(item, Known) and isinstance(item.value, str):
            for part in item.value.split(","):
                if part.strip():
                    yield Known(part.strip())
        else:
            yield item


def may_hold_more(resource: Resource, use: Use) -> bool:
    """Whether a list of references is hidden as a whole: it may hold a literal beside what is traced."""
    if not use.keys[0].endswith("Ids") or resource.inputs is None:
        return False
    return isinstance(resource.declared(*use.keys), Unknown | Secret)


def names_something(raw: Raw) -> bool:
    """Whether a reference holds an id or an address; a value of another type names nothing that is known."""
    return isinstance(read.text(raw), Known)


def names_its_port(eip: Resource) -> bool | None:
    """Whether an EIP names what it is bound to itself (``publicip.portId``, deprecated)."""
    block = read.block(eip.declared("publicip"))
    if isinstance(block, Known | Absent):
        return is_set(inside(block, "portId"))
    return None


_REPORTED: Final = ("associateType", "associateId", "portId", "instanceId")


def reported_users(eip: Resource) -> Iterator[str]:
    """What the provider reports that an EIP is bound to."""
    for name in _REPORTED:
        value = read.text(eip.computed(name))
        if isinstance(value, Known) and value.value:
            yield value.value


def is_in_use(resource: Resource) -> bool:
    """Whether the provider reports a use: of an EIP, what it is bound to; of a bandwidth, its members.

    That it reported none says nothing: a state tells what was at its last refresh, and an EIP is read before
    anything binds it.
    """
    if any(True for _ in reported_users(resource)):
        return True
    if read.text(resource.computed("status")) in (Known("BOUND"), Known("ELB"), Known("ACTIVE")):
        return True
    members = read.items(resource.computed("publicips"))
    return isinstance(members, Known) and bool(members.value)


def may_be_in_use(resource: Resource) -> bool:
    """Whether the provider reports a status that leaves it open, as that of an EIP that is frozen does."""
    status = read.text(resource.computed("status"))
    return isinstance(status, Known) and status.value.upper() not in _IDLE


def is_harmless_reader(kind: str | None, key: str, kinds: frozenset[str]) -> bool:
    """Whether a resource that reads an EIP or a bandwidth is known not to put it to use.

    Args:
        kind: Terraform name of the reader; ``None`` for other providers.
        key: The input that was built from it.
        kinds: What is read.
    """
    if key in _HARMLESS_KEYS:
        return True
    if kind is None:
        return False
    if kind.startswith(_HARMLESS_PREFIXES):
        return True
    if "vpc_eip" in kinds and kind in _MOVES_BANDWIDTH:
        return True
    uses = EIP_USES if "vpc_eip" in kinds else BANDWIDTH_USES
    return any(kind in use.types and key in use.keys for use in uses)
