"""Four times as much takes four times the work, whatever is not known. Calls are counted, not seconds."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings
from tests.policypack.network.landscapes import Builder, Hidden, Out

Make = Callable[[Builder, int, Any], object]
SMALL, LARGE = 40, 160
MOST = 5.5
"""Times the calls of ``SMALL`` that ``LARGE`` may take; what is quadratic takes about 16 times as many."""
QUICK = ("apig_api", "security group rule")


def of_gateway(type_name: str, **inputs: Any) -> Make:
    return lambda builder, number, owner: builder.add(
        type_name, f"{type_name}-{number}", instanceId=owner, **inputs
    )


def called(builder: Builder, number: int, address: str, **inputs: Any) -> None:
    web = {"backendAddress": address, **inputs.pop("web", {})}
    builder.add("apig_api", f"api-{number}", instanceId=Out(f"gate-{number}"), web=web, **inputs)


def access_control(builder: Builder, number: int, owner: Any) -> None:
    called(builder, number, "10.0.0.1")
    words = {"type": "PERMIT", "entityType": "IP", "value": "10.0.0.0/8"}
    builder.add("apig_acl_policy", f"acl-{number}", instanceId=owner, **words)
    returns = {"publishId": f"publication-{number}"}
    builder.add("apig_api_publishment", f"publish-{number}", returns, instanceId=owner)
    ids = [Out(f"publish-{number}", "publishId")]
    builder.add("apig_acl_policy_associate", f"bind-{number}", policyId=Out(f"acl-{number}"), publishIds=ids)


def binding(builder: Builder, number: int, owner: Any) -> None:
    words = {"type": "PERMIT", "entityType": "IP", "value": "10.0.0.0/8"}
    builder.add("apig_acl_policy", f"acl-{number}", instanceId=Out(f"gate-{number}"), **words)
    policy = Out(f"acl-{number}") if isinstance(owner, Out) else owner
    builder.add("apig_acl_policy_associate", f"bind-{number}", policyId=policy, publishIds=[f"p-{number}"])


def secgroup_rule(builder: Builder, number: int, owner: Any) -> None:
    builder.add("networking_secgroup", f"group-{number}")
    use(builder, number, securityGroupId=Out(f"group-{number}"))
    group = Out(f"group-{number}") if isinstance(owner, Out) else owner
    words = {"direction": "ingress", "protocol": "tcp", "ports": "443", "remoteIpPrefix": "10.0.0.0/8"}
    builder.add("networking_secgroup_rule", f"rule-{number}", securityGroupId=group, **words)


def use(builder: Builder, number: int, **inputs: Any) -> None:
    kind, before, returns = builder.declared[f"gate-{number}"]
    builder.declared[f"gate-{number}"] = (kind, {**before, **inputs}, returns)


def group_with_variable(builder: Builder, number: int, owner: Any) -> None:
    builder.add("apig_group", f"group-{number}", instanceId=Out(f"gate-{number}"))
    group = Out(f"group-{number}") if isinstance(owner, Out) else owner
    builder.add(
        "apig_environment_variable", f"variable-{number}", groupId=group, name="host", value="10.0.0.1"
    )
    called(builder, number, "#host#", groupId=Out(f"group-{number}"))


def channel_member(builder: Builder, number: int, owner: Any) -> None:
    builder.add("apig_channel", f"channel-{number}", instanceId=Out(f"gate-{number}"))
    channel = Out(f"channel-{number}") if isinstance(owner, Out) else owner
    builder.add("apig_channel_member", f"member-{number}", vpcChannelId=channel, memberIpAddress="10.0.0.1")
    called(builder, number, "", web={"vpcChannelId": Out(f"channel-{number}")})


def named_record(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpc", f"vpc-{number}", cidr="10.0.0.0/8")
    use(builder, number, vpcId=Out(f"vpc-{number}"))
    routers = [{"routerId": Out(f"vpc-{number}")}]
    builder.add("dns_zone", f"zone-{number}", name="e.com.", zoneType="private", routers=routers)
    name = f"n{number}.e.com." if isinstance(owner, Out) else owner
    zone = Out(f"zone-{number}")
    builder.add("dns_recordset", f"record-{number}", zoneId=zone, type="A", name=name, records=["10.0.0.1"])
    called(builder, number, f"n{number}.e.com")


def zone_name(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpc", f"vpc-{number}", cidr="10.0.0.0/8")
    use(builder, number, vpcId=Out(f"vpc-{number}"))
    name = f"e{number}.com." if isinstance(owner, Out) else owner
    routers = [{"routerId": Out(f"vpc-{number}")}]
    builder.add("dns_zone", f"zone-{number}", name=name, zoneType="private", routers=routers)
    called(builder, number, f"n.e{number}.com")


def same_name(builder: Builder, number: int, owner: Any) -> None:
    """Each VPC has a private zone of its own with the same record."""
    builder.add("vpc", f"vpc-{number}", cidr="10.0.0.0/8")
    use(builder, number, vpcId=Out(f"vpc-{number}") if isinstance(owner, Out) else owner)
    routers = [{"routerId": Out(f"vpc-{number}")}]
    builder.add("dns_zone", f"zone-{number}", name="e.com.", zoneType="private", routers=routers)
    zone = Out(f"zone-{number}")
    builder.add(
        "dns_recordset", f"record-{number}", zoneId=zone, type="A", name="a.e.com.", records=["10.1.1.1"]
    )
    called(builder, number, "a.e.com")


def shared_group(builder: Builder, number: int, owner: Any) -> None:
    """All gateways have one security group, to which each adds a rule."""
    builder.add("networking_secgroup", "group")
    use(builder, number, securityGroupId=Out("group"))
    group = Out("group") if isinstance(owner, Out) else owner
    words = {"direction": "ingress", "protocol": "tcp", "ports": "443", "remoteIpPrefix": "10.0.0.0/8"}
    builder.add("networking_secgroup_rule", f"rule-{number}", securityGroupId=group, **words)


def circle_of_channels(builder: Builder, number: int, owner: Any) -> None:
    """Each channel refers to the next, and the last to nothing that is known."""
    other = Out(f"channel-{number - 1}") if number and isinstance(owner, Out) else owner
    groups = [{"name": "g", "referenceVpcChannelId": other}]
    gate = Out(f"gate-{number}")
    builder.add("apig_channel", f"channel-{number}", instanceId=gate, type="reference", memberGroups=groups)
    called(builder, number, "", web={"vpcChannelId": Out(f"channel-{number}")})


def policies(builder: Builder, number: int, owner: Any) -> None:
    """One API with as many policies as there are gateways."""
    builder.declared.setdefault(
        "api", ("apig_api", {"instanceId": owner, "webPolicies": []}, {"id": "id-api"})
    )
    address = f"10.0.0.{number}" if isinstance(owner, Out) else owner
    builder.declared["api"][1]["webPolicies"].append({"backendAddress": address})


def public_address(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpc", f"vpc-{number}", cidr=f"10.{number}.0.0/16")
    use(builder, number, vpcId=Out(f"vpc-{number}") if isinstance(owner, Out) else owner)
    called(builder, number, f"8.8.8.{number}")


def ipv6_address(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpc", f"vpc-{number}", cidr=f"10.{number}.0.0/16")
    use(builder, number, vpcId=Out(f"vpc-{number}"))
    vpc = Out(f"vpc-{number}") if isinstance(owner, Out) else owner
    returns = {"ipv6Cidr": f"2001:db8:{number:x}::/64"}
    builder.add("vpc_subnet", f"subnet-{number}", returns, vpcId=vpc, ipv6Enable=True)
    called(builder, number, f"[2001:db9::{number:x}]:80")


def same_block(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpc", f"vpc-{number}", cidr="192.168.0.0/16")
    builder.add("vpc", f"own-{number}", cidr="10.0.0.0/16")
    use(builder, number, vpcId=Out(f"own-{number}") if isinstance(owner, Out) else owner)
    called(builder, number, f"192.168.1.{number}")


def eip(builder: Builder, number: int, **bandwidth: Any) -> None:
    returns = {"address": f"198.51.100.{number}"}
    bandwidth = {"shareType": "PER", "size": 5, **bandwidth}
    builder.add("vpc_eip", f"eip-{number}", returns, bandwidth=bandwidth)


def moved_eip(builder: Builder, number: int, owner: Any) -> None:
    eip(builder, number)
    moved = Out(f"eip-{number}") if isinstance(owner, Out) else owner
    builder.add("vpc_bandwidth_associate", f"move-{number}", eipId=moved)


def shared_bandwidth(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpc_bandwidth", f"share-{number}", size=5)
    shared = {"id": Out(f"share-{number}")} if isinstance(owner, Out) else {}
    eip(builder, number, shareType="WHOLE", **shared)


def bound_eip(builder: Builder, number: int, owner: Any) -> None:
    eip(builder, number)
    use(builder, number, eipId=Out(f"eip-{number}") if isinstance(owner, Out) else owner)


def record(builder: Builder, number: int, owner: Any) -> None:
    value = Out(owner.name, "ingressAddress") if isinstance(owner, Out) else owner
    builder.add("dns_zone", "zone", name="e.com.", zoneType="public")
    name = f"n{number}.e.com."
    builder.add("dns_recordset", f"record-{number}", zoneId=Out("zone"), type="A", name=name, records=[value])


def endpoint(builder: Builder, number: int, owner: Any) -> None:
    builder.add("vpcep_endpoint", f"endpoint-{number}", serviceId=owner)


def balancers(builder: Builder, number: int, owner: Any) -> None:
    builder.add("elb_loadbalancer", f"lb-{number}", {"ipv4Address": f"10.5.0.{number}", "ipv4Eip": ""})
    use(builder, number, elbIds=[Out(f"lb-{number}")] if isinstance(owner, Out) else owner)


KINDS: Mapping[str, Make] = {
    **{
        kind: of_gateway(kind, **inputs)
        for kind, inputs in {
            "apig_api": {"web": {"backendAddress": "10.0.0.1"}},
            "apig_certificate": {},
            "apig_channel": {"members": [{"host": "10.0.0.1"}]},
            "apig_endpoint_whitelist": {"whitelists": ["x"]},
            "apig_group": {},
            "apig_instance_feature": {"name": "x", "enabled": True},
            "apig_instance_ingress_port": {"port": 8080},
            "apig_instance_routes": {"nexthops": ["10.0.0.0/8"]},
            "apig_plugin": {"type": "third_auth", "content": "{}"},
        }.items()
    },
    "VPC of a gateway": public_address,
    "VPC of a subnet": ipv6_address,
    "VPCs of one block": same_block,
    "access control": access_control,
    "binding of an access control": binding,
    "eipId": bound_eip,
    "elbIds": balancers,
    "channel of channels": circle_of_channels,
    "endpoint": endpoint,
    "member of a channel": channel_member,
    "moved EIP": moved_eip,
    "name of a record": named_record,
    "name of a zone": zone_name,
    "policies of an API": policies,
    "record": record,
    "records of one name": same_name,
    "rules of one security group": shared_group,
    "security group rule": secgroup_rule,
    "shared bandwidth": shared_bandwidth,
    "variable of a group": group_with_variable,
}
"""For each gateway something of its own, or of one that is not known."""


def calls(kind: str, count: int, *, known: bool) -> int:
    """How often functions are called to judge as many gateways as that."""
    builder = Builder("cn-north-1")
    for number in range(count):
        returns = {"ingressAddress": f"198.51.99.{number}", "vpcIngressAddress": f"10.9.0.{number}"}
        builder.add("apig_instance", f"gate-{number}", returns, edition="BASIC", bandwidthSize=5)
        KINDS[kind](builder, number, Out(f"gate-{number}") if known else Hidden())
    landscape = survey(builder.stack("export"), None)
    counted = 0

    def count_one(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count_one)
    try:
        judge(landscape, Settings())
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize(
    "kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS]
)
def test_four_times_as_much_is_four_times_the_work(kind: str) -> None:
    calls(kind, 2, known=True)  # what is read once and kept
    known = [calls(kind, count, known=True) for count in (SMALL, LARGE)]
    unknown = [calls(kind, count, known=False) for count in (SMALL, LARGE)]
    assert known[1] < MOST * known[0]
    assert unknown[1] < MOST * unknown[0]
    assert unknown[1] < 3 * known[1]
