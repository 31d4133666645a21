"""Tokens of all spellings lead to Terraform names; tokens of other clouds lead nowhere."""

import pytest

from policypack.huaweicloud import terraform_name
from policypack.huaweicloud.names import is_free, is_read_whole, renamed_package

STATIC = {
    "DedicatedApig/instance:Instance": "apig_instance",
    "DedicatedApig/group:Group": "apig_group",
    "DedicatedApig/api:Api": "apig_api",
    "DedicatedApig/vpcChannel:VpcChannel": "apig_vpc_channel",
    "DedicatedApig/apiPublishment:ApiPublishment": "apig_api_publishment",
    "DedicatedApig/environment:Environment": "apig_environment",
    "DedicatedApig/customAuthorizer:CustomAuthorizer": "apig_custom_authorizer",
    "DedicatedApig/throttlingPolicyAssociate:ThrottlingPolicyAssociate": "apig_throttling_policy_associate",
    "Vpc/eip:Eip": "vpc_eip",
    "Vpc/bandwidth:Bandwidth": "vpc_bandwidth",
    "Vpc/eipAssociate:EipAssociate": "vpc_eip_associate",
    "Vpc/vpc:Vpc": "vpc",
    "Vpc/subnet:Subnet": "vpc_subnet",
    "Vpc/secgroup:Secgroup": "networking_secgroup",
    "Vpc/secgroupRule:SecgroupRule": "networking_secgroup_rule",
    "Vpc/peeringConnection:PeeringConnection": "vpc_peering_connection",
    "DedicatedElb/loadbalancer:Loadbalancer": "elb_loadbalancer",
    "DedicatedElb/member:Member": "elb_member",
    "Elb/loadbalancer:Loadbalancer": "lb_loadbalancer",
    "Elb/member:Member": "lb_member",
    "Dns/zone:Zone": "dns_zone",
    "Dns/recordset:Recordset": "dns_recordset",
    "Ecs/instance:Instance": "compute_instance",
    "Ecs/eipAssociate:EipAssociate": "compute_eip_associate",
    "Nat/gateway:Gateway": "nat_gateway",
    "Nat/snatRule:SnatRule": "nat_snat_rule",
    "Nat/dnatRule:DnatRule": "nat_dnat_rule",
    "Er/vpcAttachment:VpcAttachment": "er_vpc_attachment",
    "Cc/networkInstance:NetworkInstance": "cc_network_instance",
    "Vpcep/endpoint:Endpoint": "vpcep_endpoint",
    "FunctionGraph/function:Function": "fgs_function",
    "FunctionGraph/trigger:Trigger": "fgs_trigger",
    "Waf/dedicatedDomain:DedicatedDomain": "waf_dedicated_domain",
    "Waf/domain:Domain": "waf_domain",
    "SharedApig/api:Api": "api_gateway_api",
    "SharedApig/group:Group": "api_gateway_group",
    "Dms/kafkaInstance:KafkaInstance": "dms_kafka_instance",
    "GaussDB/mysqlInstance:MysqlInstance": "gaussdb_mysql_instance",
}
DYNAMIC = {
    "apigInstance": "apig_instance",
    "apigChannelMemberGroup": "apig_channel_member_group",
    "apigEndpointConnectionManagement": "apig_endpoint_connection_management",
    "vpc": "vpc",
    "vpcEip": "vpc_eip",
    "vpcEipv3Associate": "vpc_eipv3_associate",
    "networkingSecgroupRule": "networking_secgroup_rule",
    "fgsFunctionTrigger": "fgs_function_trigger",
    "vpcEipV1": "vpc_eip",
    "vpcBandwidthV2": "vpc_bandwidth",
    "vpcV1": "vpc",
    "dnsZoneV2": "dns_zone",
    "computeInstanceV2": "compute_instance",
    "networkingEipAssociate": "vpc_eip_associate",
    "lbLoadbalancerV2": "lb_loadbalancer",
}


def dynamic(package, name):
    return f"{package}:index/{name}:{name[0].upper()}{name[1:]}"


@pytest.mark.parametrize(("token", "name"), STATIC.items())
def test_static_tokens(token, name):
    assert terraform_name(f"huaweicloud:{token}") == name


@pytest.mark.parametrize(("token", "name"), DYNAMIC.items())
def test_dynamic_tokens_and_old_names(token, name):
    assert terraform_name(dynamic("huaweicloud", token)) == name


@pytest.mark.parametrize(
    ("token", "name"),
    [
        ("apigwGatewayV2", "apig_instance"),
        ("apigwApiV2", "apig_api"),
        ("apigwVpcChannelV2", "apig_channel"),
        ("vpcEipV1", "vpc_eip"),
        ("lbLoadbalancerV3", "elb_loadbalancer"),
        ("lbLoadbalancerV2", "lb_loadbalancer"),
    ],
)
def test_opentelekomcloud_has_names_of_its_own(token, name):
    assert terraform_name(dynamic("opentelekomcloud", token)) == name


def test_flexible_engine_has_the_usual_names():
    assert terraform_name(dynamic("flexibleengine", "apigInstance")) == "apig_instance"


@pytest.mark.parametrize("name", ["apigInstance", "apigApi", "vpcEip", "vpcBandwidth", "vpcBandwidthV2"])
def test_a_package_may_have_any_name_where_the_type_is_unmistakable(name):
    assert terraform_name(dynamic("acme", name)) is not None
    assert renamed_package(dynamic("acme", name)) == "acme"


@pytest.mark.parametrize(
    "token",
    [
        "aws:apigateway/restApi:RestApi",
        "aws:ec2/eip:Eip",
        "alicloud:apigateway/instance:Instance",
        "alicloud:vpc/network:Network",
        "tencentcloud:index/apiGatewayApi:ApiGatewayApi",
        "gcp:apigateway/gateway:Gateway",
        "acme:index/vpc:Vpc",
        "acme:index/dnsZone:DnsZone",
        "acme:Vpc/vpc:Vpc",
        "tencentcloud:Vpc/bandwidthPackage:BandwidthPackage",
        "tencentcloud:Eip/instance:Instance",
        "pulumi:providers:huaweicloud",
        "pulumi:pulumi:Stack",
        "platform:network:ApiEdge",
        "",
        ":",
        "::",
        "huaweicloud:",
        "huaweicloud:index/:",
    ],
)
def test_other_tokens_lead_nowhere(token):
    assert terraform_name(token) is None


@pytest.mark.parametrize(
    "token", ["DedicatedApig/instance:Instance", "Vpc/eip:Eip", "Vpc/bandwidth:Bandwidth"]
)
def test_static_tokens_of_a_package_with_any_name(token):
    assert terraform_name(f"acme:{token}") == terraform_name(f"huaweicloud:{token}")
    assert renamed_package(f"acme:{token}") == "acme"
    assert terraform_name("acme:Nat/gateway:Gateway", frozenset({"acme"})) == "nat_gateway"


@pytest.mark.parametrize("package", ["cloudru", "sbercloud", "hcs", "hcso", "g42cloud"])
def test_clouds_that_are_built_on_it_have_both_kinds_of_tokens(package):
    assert terraform_name(f"{package}:Cce/cluster:Cluster") == "cce_cluster"
    assert terraform_name(dynamic(package, "dnsZone")) == "dns_zone"


def test_a_renamed_package_is_known_by_its_unmistakable_types():
    assert terraform_name(dynamic("acme", "dnsZone"), frozenset({"acme"})) == "dns_zone"


@pytest.mark.parametrize(
    "name",
    [
        "apig_api",
        "apig_plugin_associate",
        "vpc",
        "dns_recordset",
        "identity_user",
        "networking_secgroup_rule_v2",
        "networking_floatingip_associate_v2",
    ],
)
def test_what_is_free(name):
    assert is_free(name)


@pytest.mark.parametrize(
    "name",
    [
        "apig_instance",
        "compute_instance",
        "nat_gateway",
        "elb_loadbalancer",
        "global_eip",
        "networking_floatingip_v2",
    ],
)
def test_what_is_not_free(name):
    assert not is_free(name)


@pytest.mark.parametrize(
    ("token", "whole"),
    [
        ("huaweicloud:DedicatedApig/api:Api", True),
        ("huaweicloud:Vpc/eip:Eip", True),
        ("huaweicloud:index/vpcEip:VpcEip", True),
        ("huaweicloud:Ecs/instance:Instance", False),
        ("huaweicloud:Evs/volume:Volume", False),
        ("aws:ec2/vpc:Vpc", False),
        ("", False),
    ],
)
def test_only_what_is_judged_is_read_whole(token, whole):
    assert is_read_whole(token) is whole
