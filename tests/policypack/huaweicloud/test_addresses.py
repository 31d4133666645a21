"""What a host is: an address, a name, or nothing of the kind; and bad input end to end."""

import pytest

from policypack.huaweicloud.addresses import (
    HostAddress,
    HostName,
    NoHost,
    is_private_network,
    parse_host,
    parse_network,
    shown_host,
)


@pytest.mark.parametrize(
    ("written", "reach"),
    [
        ("10.0.0.1", "private"),
        ("10.0.0.1:80", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("[fd00::1]:443", "private"),
        ("8.8.8.8", "public"),
        ("::ffff:8.8.8.8", "public"),
        ("[2001:4860::1]", "public"),
        ("0.0.0.0", "invalid"),
        ("255.255.255.255", "invalid"),
        ("224.0.0.1", "invalid"),
        ("198.18.0.1", "undecided"),
        ("172.15.255.255", "public"),
        ("172.32.0.0", "public"),
        ("100.128.0.1", "public"),
        ("198.20.0.1", "public"),
    ],
)
def test_addresses_are_told_by_their_range(written, reach):
    host = parse_host(written)
    assert isinstance(host, HostAddress)
    assert host.reach == reach


@pytest.mark.parametrize(
    "written", ["a.example.com", "A.example.com.:8080", "https://a.example.com/p?q", "x_y.local"]
)
def test_names_are_lower_case_and_bare(written):
    host = parse_host(written)
    assert isinstance(host, HostName)
    assert host.name == host.name.lower().rstrip(".")


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        ":80",
        "10.0.0.1:99999",
        "10.0.0.1:0",
        "10.0.0.1:http",
        "10.0.0.1:",
        "http://[::1",
        "[::1",
        "[::1]x",
        "10.0.0.256",
        "010.0.0.1",
        "10.1",
        "0x0a.0x0",
        "2130706433",
        "１０.0.0.1",
        "１２７.０.０.１",
        "a b.example.com",
        "-a.example.com",
        "a..example.com",
        "user@10.0.0.1",
        "10.0.0.1, 10.0.0.2",
        "a" * 300,
        "\x00",
        "10.0.0.1%evil",
        "evil.com\n.local",
    ],
)
def test_what_is_no_host_is_none(written):
    assert isinstance(parse_host(written), NoHost)


@pytest.mark.parametrize("written", ["10.0.0.1/8", "10.0.0.0/33", "ten/8", "１0.0.0.0/8", "", "0.0.0.0/0/0"])
def test_a_block_with_host_bits_or_other_faults_is_none(written):
    assert parse_network(written) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [("10.0.0.0/8", True), ("10.0.0.0/7", False), ("0.0.0.0/0", False), ("fd00::/8", True)],
)
def test_a_block_is_private_as_a_whole_or_not(written, expected):
    assert is_private_network(parse_network(written)) is expected


@pytest.mark.parametrize(
    "address", ["10.0.0.1:99999", "http://[::1", "１０.0.0.1", "0.0.0.0", 7.5, True, ["x"], {}]
)
def test_a_backend_that_is_no_host_is_named_and_decides_nothing(program, address):
    program.web(program.gateway(bandwidthSize=5), address)
    judgement = program.judged().outbound
    assert judgement.verdict == "undecided"
    assert 'web.backendAddress of "list"' in judgement.missing[0]


def test_a_vpc_block_with_host_bits_decides_nothing_wrong(program):
    program.web(program.gateway(vpc=program.network("10.20.0.1/16")), "10.20.3.4")
    judgement = program.judged().outbound
    assert judgement.verdict == "unneeded"
    assert "not known" in judgement.evidence[0].fact


def test_a_vpc_block_of_everything_makes_no_public_address_private(program):
    program.web(program.gateway(vpc=program.network("0.0.0.0/0")), "8.8.8.8")
    assert program.judged().outbound.verdict != "unneeded"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10.0.0.1:80", "10.0.0.1:80"),
        ("http://user:s3cret@10.0.0.1:80/a", "http://***@10.0.0.1:80/a"),
        ("user:p@ss@host", "***@host"),
        ("https://api.example.com/x@y", "https://api.example.com/x@y"),
        ("https://api.example.com/x?token=s3cret", "https://api.example.com/x?..."),
        ("api.example.com?a=b@c", "api.example.com?..."),
    ],
)
def test_what_may_be_a_credential_is_not_shown(written, shown):
    assert shown_host(written) == shown
