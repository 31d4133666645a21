"""What the service refuses or cannot use is named; what it takes is not."""

import pytest

POLICY = "apig-bandwidth-invalid"
MODE = {"ingressBandwidthChargingMode": "bandwidth"}


def keys(program):
    return [finding.key for finding in program.findings(POLICY)]


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"bandwidthSize": 5},
        {"bandwidthSize": "50"},
        {"ingressBandwidthSize": 5, **MODE},
        {"bandwidthSize": "?", "ingressBandwidthSize": "?", **MODE},
        {"ingressBandwidthSize": "?"},
        {"ingressBandwidthSize": "?", "eipId": "e"},
        {"ingressBandwidthSize": "?", "eipId": "?"},
        {"edition": "?", "bandwidthSize": 2000},
        {"edition": "PLATINUM_X2", "bandwidthSize": 2000},
    ],
)
def test_what_the_service_takes_is_fine(program, inputs):
    inputs = {key: program.unknown if value == "?" else value for key, value in inputs.items()}
    program.add("apig_instance", "gate", **({"edition": "BASIC"} | inputs))
    assert keys(program) == []


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"bandwidthSize": "five"}, ["bandwidthSize"]),
        ({"bandwidthSize": -1}, ["bandwidthSize"]),
        ({"bandwidthSize": 3}, ["bandwidthSize"]),
        ({"bandwidthSize": 2001, "edition": "X"}, ["bandwidthSize"]),
        ({"ingressBandwidthSize": True, **MODE}, ["ingressBandwidthSize"]),
        ({"ingressBandwidthSize": 4, **MODE}, ["ingressBandwidthSize"]),
        ({"ingressBandwidthSize": 5}, ["ingressBandwidthChargingMode"]),
        (MODE, ["ingressBandwidthChargingMode"]),
        ({"ingressBandwidthSize": 5, "ingressBandwidthChargingMode": "traffic"}, ["mode"]),
        ({"ingressBandwidthSize": 5, **MODE, "eipId": "e"}, ["eipId"]),
        ({"bandwidthSize": 60, "availabilityZones": ["a"]}, ["bandwidthSize.ceiling"]),
        ({"bandwidthSize": 60, "availabilityZones": ["a", "b"]}, []),
        ({"bandwidthSize": 101}, ["bandwidthSize.ceiling"]),
        ({"ingressBandwidthSize": 101, **MODE}, ["ingressBandwidthSize.ceiling"]),
        ({"edition": "NLB_BASIC"}, ["elbIds"]),
        ({"edition": "BASIC", "elbIds": ["x"]}, ["elbIds"]),
        ({"edition": "NLB_BASIC", "elbIds": ["x"]}, []),
        ({"edition": "NLB_BASIC", "elbIds": ["x"], "bandwidthSize": 5}, ["elbIds.bandwidthSize"]),
    ],
)
def test_a_gateway(program, inputs, expected):
    program.add("apig_instance", "gate", **({"edition": "BASIC"} | inputs))
    assert keys(program) == expected


def test_an_inbound_size_is_of_no_use_in_an_lvs_region(make_program):
    program = make_program("cn-north-1")
    program.gateway(ingressBandwidthSize=5, **MODE)
    assert keys(program) == ["region"]


@pytest.mark.parametrize(
    ("bandwidth", "inputs", "expected"),
    [
        ({"shareType": "PER", "size": 5}, {}, []),
        ({"shareType": "PER", "size": 2001}, {}, ["bandwidth.size"]),
        ({"shareType": "PER", "size": 0}, {}, ["bandwidth.size"]),
        ({"shareType": "PER"}, {}, ["bandwidth.size"]),
        ({"shareType": "PER", "size": "?"}, {}, []),
        ({"shareType": "WHOLE", "id": "b"}, {}, []),
        ({"shareType": "WHOLE", "id": "?"}, {}, []),
        ({"shareType": "WHOLE"}, {}, ["bandwidth.id"]),
        ({"shareType": "WHOLE", "id": ""}, {}, ["bandwidth.id"]),
        ({"shareType": "WHOLE", "name": "shared", "size": 500}, {}, ["bandwidth.id"]),
        ({"shareType": "HALF", "size": 5}, {}, ["bandwidth.shareType"]),
        ({"shareType": "PER", "size": 5, "chargeMode": "flat"}, {}, ["bandwidth.chargeMode"]),
        (
            {"shareType": "WHOLE", "id": "b"},
            {"chargingMode": "prePaid", "period": 1, "periodUnit": "month"},
            ["chargingMode"],
        ),
        ({"shareType": "PER", "size": 5}, {"chargingMode": "prePaid"}, ["period"]),
        (
            {"shareType": "PER", "size": 5},
            {"chargingMode": "prePaid", "period": 10, "periodUnit": "month"},
            ["period"],
        ),
        ({"shareType": "PER", "size": 5}, {"chargingMode": "prePaid", "period": 3, "periodUnit": "year"}, []),
        (
            {"shareType": "PER", "size": 5},
            {"chargingMode": "prePaid", "period": 1, "periodUnit": "week"},
            ["period"],
        ),
    ],
)
def test_an_eip(program, bandwidth, inputs, expected):
    bandwidth = {key: program.unknown if value == "?" else value for key, value in bandwidth.items()}
    program.add("vpc_eip", "eip", publicip={}, bandwidth=bandwidth, **inputs)
    assert keys(program) == expected


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"size": 5}, []),
        ({"size": 4}, ["size"]),
        ({"size": 2001}, ["size"]),
        ({"size": 299, "chargeMode": "95peak_plus"}, ["size"]),
        ({"size": 300, "chargeMode": "95peak_plus"}, []),
        ({"size": 299, "chargeMode": "?"}, []),
        ({"size": "lots"}, ["size"]),
    ],
)
def test_a_shared_bandwidth(program, inputs, expected):
    inputs = {key: program.unknown if value == "?" else value for key, value in inputs.items()}
    program.add("vpc_bandwidth", "shared", **inputs)
    assert keys(program) == expected


def test_messages_name_property_value_and_bound(program):
    program.gateway(ingressBandwidthSize=3, **MODE)
    [finding] = program.findings(POLICY)
    assert finding.message == (
        'ingress_bandwidth_size of "gate" is 3 Mbit/s, below the minimum of 5; the service refuses it.'
    )
    assert finding.hint == "Set ingress_bandwidth_size to 5 or more."


@pytest.mark.parametrize(
    ("zones", "where"), [(["a"], "one availability zone"), (["a", "b"], "several availability zones")]
)
def test_the_ceiling_is_that_of_the_zones(program, zones, where):
    program.add("apig_instance", "gate", edition="PROFESSIONAL", bandwidthSize=2000, availabilityZones=zones)
    [finding] = program.findings(POLICY)
    assert finding.key == "bandwidthSize.ceiling"
    assert f" with {where}; " in finding.message
