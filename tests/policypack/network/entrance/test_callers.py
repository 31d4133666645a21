"""Every row of the table of callers, in both directions where it has two.

The row's number stands in the name of its test; the table is in docs/network.md.
"""

import pytest

from policypack.settings.model import Vocabulary

LVS = "cn-north-1"
INBOUND = {"ingressBandwidthSize": 5, "ingressBandwidthChargingMode": "bandwidth"}


def entrance(program, **settings):
    return program.judged(**settings).entrance


def rows(judgement, direction):
    return {item.rule.split("-")[1] for item in judgement.evidence if item.direction == direction}


def zone(program, ref, kind="public", vpc=None, **inputs):
    routers = {"routers": [{"routerId": ref(vpc)}]} if vpc else {}
    return program.add("dns_zone", f"{kind}-zone", name="example.com.", zoneType=kind, **routers, **inputs)


def record(program, ref, zone_urn, value, name="api", **inputs):
    inputs = {"zoneId": ref(zone_urn), "name": f"{name}.example.com.", "type": "A", **inputs}
    return program.add("dns_recordset", name, records=[value], **inputs)


@pytest.mark.parametrize("kind", ["A", "AAAA", "CNAME"])
def test_row_1_a_public_record_built_from_the_gateway_proves_public_callers(program, ref, kind):
    gateway = program.gateway(**INBOUND)
    record(program, ref, zone(program, ref), ref(gateway), type=kind)
    judgement = entrance(program)
    assert (judgement.declared, judgement.verdict, judgement.certainty) == ("on", "needed", "high")
    assert rows(judgement, "public") == {"1"}


def test_row_1_a_public_record_with_the_known_address_proves_public_callers(program, ref):
    gateway = program.gateway(**INBOUND)
    program.change(
        gateway, identifier="g", outputs={"ingressAddress": "203.0.113.1", "vpcIngressAddress": "10.20.0.2"}
    )
    record(program, ref, zone(program, ref), "203.0.113.1")
    assert entrance(program).verdict == "needed"


def test_row_1_a_public_record_with_the_gateways_eip_proves_public_callers(make_program, ref):
    program = make_program(LVS)
    eip = program.add("vpc_eip", "eip")
    program.gateway(eipId=ref(eip))
    record(program, ref, zone(program, ref), ref(eip))
    judgement = entrance(program)
    assert (judgement.declared, judgement.verdict) == ("on", "needed")


def test_row_1_an_alias_for_a_group_of_the_gateway_proves_public_callers(program, ref):
    gateway = program.gateway(**INBOUND)
    program.add("apig_group", "group", instanceId=ref(gateway), more={"outputs": {"id": "c0ffee"}})
    value = "c0ffee.apig.cn-north-4.huaweicloudapis.com."
    record(program, ref, zone(program, ref), value, type="CNAME")
    assert entrance(program).verdict == "needed"


def test_row_1_an_alias_for_a_group_of_perhaps_another_gateway_leaves_it_open(program, ref):
    program.gateway(**INBOUND)
    program.add("apig_group", "group", instanceId=program.unknown, more={"outputs": {"id": "c0ffee"}})
    value = "c0ffee.apig.cn-north-4.huaweicloudapis.com."
    record(program, ref, zone(program, ref), value, type="CNAME")
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "unknown") == {"1"}


@pytest.mark.parametrize("inputs", [{"type": "TXT"}, {"type": "MX"}, {"status": "DISABLE"}])
def test_row_1_other_records_say_nothing(program, ref, inputs):
    gateway = program.gateway(**INBOUND)
    record(program, ref, zone(program, ref), ref(gateway), **inputs)
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "public") == set()


def test_row_1_records_of_something_else_say_nothing(program, ref):
    program.gateway(**INBOUND)
    record(program, ref, zone(program, ref), ref(program.add("compute_instance", "web")))
    record(program, ref, zone(program, ref), "198.51.100.7", name="other")
    assert entrance(program).evidence == ()


@pytest.mark.parametrize("hidden", ["value", "zone", "zoneType"])
def test_row_1_a_record_that_is_not_known_leaves_it_open(program, ref, hidden):
    gateway = program.gateway(**INBOUND)
    urn = zone(program, ref)
    value = program.unknown if hidden == "value" else ref(gateway)
    record(program, ref, urn, value)
    if hidden == "zone":
        del program.resources[urn]
    if hidden == "zoneType":
        program.change(urn, inputs={**program.resources[urn].inputs, "zoneType": program.unknown})
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "unknown") == {"1"}


@pytest.mark.parametrize("token", ["cloudflare:index/record:Record", "command:local:Command"])
def test_row_1_what_nobody_here_understands_leaves_it_open(program, ref, token):
    vpc = program.network()
    gateway = program.gateway(vpc=vpc, **INBOUND)
    record(program, ref, zone(program, ref, "private", vpc), ref(gateway))
    assert entrance(program).verdict == "unneeded"
    program.add("", "dns", token=token, content=ref(gateway))
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert 'what content of "dns" does with the gateway' in judgement.missing


@pytest.mark.parametrize("known", [True, False])
def test_row_2_a_private_record_means_private_callers(program, ref, known):
    vpc = program.network()
    gateway = program.gateway(vpc=vpc, **INBOUND)
    if known:
        program.change(
            gateway,
            identifier="g",
            outputs={"ingressAddress": "203.0.113.1", "vpcIngressAddress": "10.20.0.2"},
        )
    record(program, ref, zone(program, ref, "private", vpc), "10.20.0.2" if known else ref(gateway))
    judgement = entrance(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rows(judgement, "private") == {"2"}


def test_row_2_a_private_record_with_the_public_address_is_no_private_caller(program, ref):
    gateway = program.gateway(**INBOUND)
    program.change(
        gateway, identifier="g", outputs={"ingressAddress": "203.0.113.1", "vpcIngressAddress": "10.20.0.2"}
    )
    record(program, ref, zone(program, ref, "private"), "203.0.113.1")
    assert entrance(program).verdict == "undecided"


def test_row_3_both_kinds_of_record_mean_public_callers(program, ref):
    vpc = program.network()
    gateway = program.gateway(vpc=vpc, **INBOUND)
    record(program, ref, zone(program, ref), ref(gateway))
    record(program, ref, zone(program, ref, "private", vpc), ref(gateway), name="inside")
    judgement = entrance(program)
    assert judgement.verdict == "needed"
    assert rows(judgement, "public") == {"1"}
    assert rows(judgement, "private") == {"2"}


def inside(program, ref, **inputs):
    """A gateway with strong evidence of private callers."""
    vpc = program.network()
    gateway = program.gateway(vpc=vpc, **(INBOUND | inputs))
    record(program, ref, zone(program, ref, "private", vpc), ref(gateway), name="inside")
    return gateway


@pytest.mark.parametrize("how", ["group", "associate"])
def test_row_4_a_domain_without_a_record_speaks_for_public_callers(program, ref, how):
    gateway = inside(program, ref)
    domains = {"urlDomains": [{"name": "www.example.org"}]} if how == "group" else {}
    group = program.add("apig_group", "group", instanceId=ref(gateway), **domains)
    if how == "associate":
        program.add(
            "apig_group_domain_associate",
            "bind",
            instanceId=ref(gateway),
            groupId=ref(group),
            urlDomain="www.example.org",
        )
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "public") == {"4"}


def test_row_4_a_domain_with_a_record_is_judged_by_the_record(program, ref):
    gateway = inside(program, ref)
    program.add("apig_group", "group", instanceId=ref(gateway), urlDomains=[{"name": "inside.example.com"}])
    assert entrance(program).verdict == "unneeded"


def test_row_5_a_certificate_speaks_weakly_for_public_callers(program, ref):
    gateway = inside(program, ref)
    program.add("apig_certificate", "cert", instanceId=ref(gateway), type="instance")
    judgement = entrance(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "medium")
    assert rows(judgement, "public") == {"5"}


@pytest.mark.parametrize("enabled", [True, False])
def test_row_6_the_debugging_domain_says_next_to_nothing(program, ref, enabled):
    gateway = inside(program, ref)
    program.add("apig_group", "group", instanceId=ref(gateway), domainAccessEnabled=enabled)
    judgement = entrance(program)
    assert judgement.verdict == "unneeded"
    assert rows(judgement, "public") == ({"6"} if enabled else set())


@pytest.mark.parametrize("how", ["endpoint", "id", "whitelist", "connection"])
def test_row_7_endpoints_mean_private_callers(program, ref, how):
    gateway = program.gateway(**INBOUND)
    if how == "endpoint":
        program.add("vpcep_endpoint", "e", serviceId=ref(gateway))
    elif how == "id":
        program.change(gateway, outputs={"vpcepServiceAddress": "cn-north-4.apig.5e7f"})
        program.add("vpcep_endpoint", "e", serviceId="5e7f")
    elif how == "whitelist":
        program.add("apig_endpoint_whitelist", "e", instanceId=ref(gateway), whitelists=["iam:domain::x"])
    else:
        program.add("apig_endpoint_connection_management", "e", instanceId=ref(gateway), action="receive")
    judgement = entrance(program)
    assert judgement.verdict == "unneeded"
    assert rows(judgement, "private") == {"7"}


def test_row_7_endpoints_of_something_else_and_rejections_say_nothing(program, ref):
    gateway = program.gateway(**INBOUND)
    program.add("vpcep_endpoint", "e", serviceId="another")
    program.add("apig_endpoint_connection_management", "c", instanceId=ref(gateway), action="reject")
    assert entrance(program).evidence == ()


def access_control(program, ref, *, bind=("one", "two"), feature=None, **inputs):
    gateway = program.gateway(**INBOUND)
    for name in ("one", "two"):
        program.api(gateway, name, mock={})
    inputs = {"type": "PERMIT", "entityType": "IP", "value": "10.0.0.0/8,192.168.0.0/16", **inputs}
    policy = program.add("apig_acl_policy", "acl", instanceId=ref(gateway), **inputs)
    publications = {
        item.name: urn for urn, item in program.resources.items() if item.name.startswith("publish-")
    }
    if bind:
        program.add(
            "apig_acl_policy_associate",
            "bind",
            instanceId=ref(gateway),
            policyId=ref(policy),
            publishIds=[ref(publications[f"publish-{name}"]) for name in bind],
        )
    if feature:
        program.add("apig_instance_feature", "f", instanceId=ref(gateway), name=feature, enabled=True)
    return entrance(program)


def test_row_8_access_control_for_private_addresses_on_all_apis_means_private_callers(program, ref):
    judgement = access_control(program, ref)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rows(judgement, "private") == {"8"}


def test_row_8_access_control_on_some_apis_says_nothing(program, ref):
    assert access_control(program, ref, bind=("one",)).verdict == "undecided"


def test_row_8_access_control_that_believes_a_proxy_is_weak(program, ref):
    assert access_control(program, ref, feature="real_ip_from_xff").verdict == "undecided"


@pytest.mark.parametrize("value", ["10.0.0.1/8", "ten", "", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_row_8_access_control_whose_addresses_are_not_known_leaves_it_open(program, ref, value):
    judgement = access_control(program, ref, value=value)
    assert judgement.verdict == "undecided"
    assert judgement.missing[0] == 'value of "acl"'


@pytest.mark.parametrize("inputs", [{"value": "10.0.0.0/8,8.8.8.0/24"}, {"type": "DENY", "value": "8.8.8.8"}])
def test_row_9_access_control_for_public_addresses_speaks_for_public_callers(program, ref, inputs):
    judgement = access_control(program, ref, **inputs)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "public") == {"9"}


def test_row_9_access_control_for_accounts_says_nothing(program, ref):
    assert access_control(program, ref, entityType="DOMAIN", value="company").evidence == ()


def test_row_10_access_control_that_is_not_bound_says_nothing(program, ref):
    judgement = access_control(program, ref, bind=())
    assert judgement.verdict == "undecided"
    assert rows(judgement, "neutral") == {"10"}


def guarded(program, ref, *rules, **inputs):
    group = program.add("networking_secgroup", "group")
    gateway = program.gateway(securityGroupId=ref(group), **inputs)
    usual = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "ports": "443"}
    for number, rule in enumerate(rules):
        inputs = {**usual, **rule, "securityGroupId": ref(group)}
        program.add("networking_secgroup_rule", f"rule-{number}", **inputs)
    return gateway


@pytest.mark.parametrize("prefix", ["0.0.0.0/0", "::/0", "8.8.8.0/24"])
@pytest.mark.parametrize(("region", "weight"), [(LVS, "suggests"), ("cn-north-4", "assumed")])
def test_row_11_an_open_security_group_speaks_for_public_callers_where_it_acts(
    make_program, ref, prefix, region, weight
):
    program = make_program(region)
    guarded(program, ref, {"remoteIpPrefix": prefix})
    [evidence] = entrance(program).evidence
    assert (evidence.rule, evidence.direction, evidence.weight) == ("caller-11-open-group", "public", weight)


@pytest.mark.parametrize(
    "rule",
    [
        {"direction": "egress"},
        {"action": "deny"},
        {"ports": "22,3389"},
        {"protocol": "icmp"},
        {"ports": "", "portRangeMin": 8000, "portRangeMax": 9000},
    ],
)
def test_row_11_rules_about_something_else_say_nothing(make_program, ref, rule):
    program = make_program(LVS)
    guarded(program, ref, {"remoteIpPrefix": "0.0.0.0/0", **rule})
    assert entrance(program).evidence == ()


@pytest.mark.parametrize(
    "rule",
    [
        {"ports": "1-1000"},
        {"ports": ""},
        {"ports": "", "portRangeMin": 1, "portRangeMax": 65535},
        {"protocol": ""},
    ],
)
def test_row_11_all_ways_to_say_port_443_count(make_program, ref, rule):
    program = make_program(LVS)
    guarded(program, ref, {"remoteIpPrefix": "0.0.0.0/0", **rule})
    assert rows(entrance(program), "public") == {"11"}


def test_row_11_on_lvs_it_outweighs_private_evidence(make_program, ref):
    program = make_program(LVS)
    gateway = guarded(program, ref, {"remoteIpPrefix": "0.0.0.0/0"}, eipId="eip")
    program.add("vpcep_endpoint", "e", serviceId=ref(gateway))
    assert entrance(program).verdict == "undecided"


def test_row_11_behind_elb_it_only_lowers_the_certainty(program, ref):
    gateway = guarded(program, ref, {"remoteIpPrefix": "0.0.0.0/0"}, **INBOUND)
    program.add("vpcep_endpoint", "e", serviceId=ref(gateway))
    judgement = entrance(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "medium")


@pytest.mark.parametrize("rule", [{"remoteIpPrefix": "10.20.0.0/16"}, {"remoteGroupId": "group"}])
def test_row_12_a_closed_security_group_means_private_callers_on_lvs(make_program, ref, rule):
    program = make_program(LVS)
    guarded(program, ref, rule, eipId="eip")
    judgement = entrance(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rows(judgement, "private") == {"12"}


def test_row_12_behind_elb_a_closed_security_group_proves_nothing(program, ref):
    guarded(program, ref, {"remoteIpPrefix": "10.20.0.0/16"}, **INBOUND)
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "private") == {"12"}


@pytest.mark.parametrize("prefix", ["10.20.0.1/16", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "1０.0.0.0/8"])
def test_row_12_a_prefix_that_is_not_known_leaves_it_open_on_lvs(make_program, ref, prefix):
    program = make_program(LVS)
    guarded(program, ref, {"remoteIpPrefix": prefix}, {"remoteIpPrefix": "10.0.0.0/8"}, eipId="eip")
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert 'remoteIpPrefix of "rule-0"' in judgement.missing


def test_row_13_no_prefix_means_everybody(make_program, ref):
    program = make_program(LVS)
    guarded(program, ref, {})
    [evidence] = entrance(program).evidence
    assert evidence.rule == "caller-13-any-prefix"
    assert evidence.direction == "public"


def front(program, ref, type_name, inputs, address="?"):
    gateway = program.gateway(**INBOUND)
    outputs = {"ingressAddress": "203.0.113.1", "vpcIngressAddress": "10.20.0.2"}
    if address != "?":
        program.change(gateway, identifier="g", outputs=outputs)
    value = ref(gateway) if address == "?" else address
    program.add(type_name, "front", **{key: fill(item, value) for key, item in inputs.items()})
    return entrance(program)


def fill(item, value):
    if item == "?":
        return value
    if isinstance(item, list):
        return [fill(inner, value) for inner in item]
    return {key: fill(inner, value) for key, inner in item.items()} if isinstance(item, dict) else item


SERVERS = {"servers": [{"address": "?", "port": 443}]}


@pytest.mark.parametrize("address", ["?", "10.20.0.2"])
def test_row_14_a_dedicated_firewall_in_front_makes_the_entrance_unneeded(program, ref, address):
    judgement = front(program, ref, "waf_dedicated_domain", SERVERS, address)
    assert judgement.verdict == "unneeded"
    assert rows(judgement, "private") == {"14"}


def test_row_14_a_dedicated_firewall_that_uses_the_public_address_needs_it(program, ref):
    assert front(program, ref, "waf_dedicated_domain", SERVERS, "203.0.113.1").verdict == "undecided"


@pytest.mark.parametrize("address", ["?", "203.0.113.1"])
def test_row_15_a_cloud_firewall_proves_public_callers(program, ref, address):
    judgement = front(program, ref, "waf_domain", SERVERS, address)
    assert judgement.verdict == "needed"
    assert rows(judgement, "public") == {"15"}


def test_row_15_a_cloud_firewall_of_something_else_says_nothing(program, ref):
    assert front(program, ref, "waf_domain", SERVERS, "198.51.100.1").evidence == ()


@pytest.mark.parametrize(
    ("type_name", "inputs"),
    [
        ("elb_member", {"address": "?"}),
        ("lb_member", {"address": "?"}),
        ("nat_dnat_rule", {"privateIp": "?"}),
    ],
)
def test_row_16_a_load_balancer_or_translation_in_front_makes_the_entrance_unneeded(
    program, ref, type_name, inputs
):
    for address in ("?", "10.20.0.2"):
        judgement = front(program, ref, type_name, inputs, address)
        assert judgement.verdict == "unneeded"
        assert rows(judgement, "private") == {"16"}


def test_row_17_a_trigger_shows_that_apis_exist_and_nothing_of_callers(program, ref):
    gateway = program.gateway(**INBOUND)
    urn = "urn:fss:cn-north-4:0a1b:function:default:f:latest"
    program.add(
        "fgs_trigger",
        "t",
        type="DEDICATEDGATEWAY",
        functionUrn=urn,
        dedicatedGateway={"instanceId": ref(gateway)},
    )
    judged = program.judged()
    assert judged.entrance.verdict == "undecided"
    assert rows(judged.entrance, "unknown") == set()
    assert judged.outbound.verdict == "unneeded"


@pytest.mark.parametrize("kind", ["Public", "Private"])
def test_row_18_the_type_of_an_api_says_nothing(program, kind):
    program.api(program.gateway(**INBOUND), mock={}, type=kind)
    assert entrance(program).evidence == ()


@pytest.mark.parametrize("kind", ["APP", "IAM", "NONE"])
def test_row_19_authentication_says_nothing(program, kind):
    program.api(program.gateway(**INBOUND), mock={}, securityAuthentication=kind)
    assert entrance(program).evidence == ()


@pytest.mark.parametrize(
    ("name", "tags", "direction"),
    [
        ("orders-internal", {}, "private"),
        ("gate", {"exposure": "Intranet"}, "private"),
        ("gate-public", {}, "public"),
        ("gate", {"zone": "dmz"}, "public"),
        ("republican", {"team": "publications"}, None),
    ],
)
def test_row_20_names_and_tags_are_weak_signs(program, name, tags, direction):
    program.gateway(name, tags=tags)
    found = program.judged(name).entrance.evidence
    assert [(item.direction, item.weight) for item in found] == (
        [(direction, "assumed")] if direction else []
    )


def test_row_20_the_vocabulary_is_a_setting(program):
    program.gateway("gate-partner")
    judgement = program.judged(
        "gate-partner", vocabulary=Vocabulary(public=("partner",), private=())
    ).entrance
    assert [item.direction for item in judgement.evidence] == ["public"]


@pytest.mark.parametrize(
    ("type_name", "inputs"),
    [("cdn_domain", {"sources": [{"origin": "?"}]}), ("ga_endpoint", {"ipAddress": "?"})],
)
def test_row_21_a_cdn_or_accelerator_proves_public_callers(program, ref, type_name, inputs):
    judgement = front(program, ref, type_name, inputs)
    assert judgement.verdict == "needed"
    assert rows(judgement, "public") == {"21"}


@pytest.mark.parametrize("type_name", ["compute_instance", "cce_cluster", "fgs_function"])
def test_row_22_neighbours_are_a_weak_sign(program, ref, type_name):
    vpc = program.network()
    program.gateway(vpc=vpc, **INBOUND)
    subnet = program.add("vpc_subnet", "sub", vpcId=ref(vpc))
    where = {"networks": [{"uuid": ref(subnet)}]} if type_name == "compute_instance" else {"vpcId": ref(vpc)}
    program.add(type_name, "caller", **where)
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "private") == {"22"}


@pytest.mark.parametrize(
    ("type_name", "key"), [("cc_network_instance", "instanceId"), ("vpn_gateway", "vpcId")]
)
def test_row_23_a_private_line_suggests_private_callers(program, ref, type_name, key):
    vpc = program.network()
    program.gateway(vpc=vpc, **INBOUND)
    program.add(type_name, "line", **{key: ref(vpc)})
    judgement = entrance(program)
    assert judgement.verdict == "undecided"
    assert rows(judgement, "private") == {"23"}


@pytest.mark.parametrize("inputs", [INBOUND, {}])
def test_row_24_without_evidence_nothing_is_claimed(program, inputs):
    program.gateway(**inputs)
    judgement = entrance(program)
    assert (judgement.verdict, judgement.certainty) == ("undecided", "low")
    assert judgement.missing == ("who calls the gateway (no caller is declared here)",)
