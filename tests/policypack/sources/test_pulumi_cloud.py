"""Stacks of Pulumi Cloud, from a service on the loopback that the real CLI accepts too (tests/e2e)."""

import gzip
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from policypack.sources import SourceError, Wanted, read, read_each
from policypack.sources.pulumi_cloud import read as reading
from policypack.sources.pulumi_cloud.read import addresses
from tests.e2e.standins.pulumi_service import Failure, PulumiService

pytest.importorskip("httpx")
pytestmark = pytest.mark.slow


def state(project: str, stack: str, *names: str) -> dict[str, object]:
    resources = [
        {
            "urn": f"urn:pulumi:{stack}::{project}::huaweicloud:Vpc/eip:Eip::{name}",
            "custom": True,
            "type": "huaweicloud:Vpc/eip:Eip",
        }
        for name in names
    ]
    return {"version": 3, "deployment": {"manifest": {}, "resources": resources}}


STACKS = {
    ("acme", "shop", "prod"): state("shop", "prod", "a"),
    ("acme", "shop", "dev"): state("shop", "dev", "b"),
    ("acme", "bank", "prod"): state("bank", "prod", "c"),
    ("acme", "bank", "new"): {"version": 3, "deployment": None},
    ("acme", "bank", "empty"): {"version": 3, "deployment": {"manifest": {"time": "", "magic": ""}}},
    ("other", "shop", "prod"): state("shop", "prod", "d"),
}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulumiService]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = PulumiService(STACKS)
    for name, value in found.variables.items():
        monkeypatch.setenv(name, value)
    yield found
    found.close()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited between attempts, without waiting."""
    import tenacity

    slept: list[float] = []
    monkeypatch.setattr(tenacity.nap.time, "sleep", slept.append)
    return slept


def errors(address: str) -> list[SourceError]:
    return [one for one in read_each(address) if isinstance(one, SourceError)]


def test_every_stack_of_an_organization_under_its_own_address(service: PulumiService) -> None:
    stacks = read("pulumi://acme")
    assert [(stack.project, stack.name) for stack in stacks] == [
        ("bank", "empty"),
        ("bank", "new"),
        ("bank", "prod"),
        ("shop", "dev"),
        ("shop", "prod"),
    ]
    assert stacks[-1].origin.path == "pulumi://acme/shop/prod"
    assert [[item.name for item in stack.resources] for stack in stacks] == [[], [], ["c"], ["b"], ["a"]]
    assert stacks[1].notes == ("the stack was never deployed",)
    assert set(service.accepted) == {"application/vnd.pulumi+8"}
    assert len([path for path in service.requests if path.startswith("/api/user/stacks")]) == 3


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("pulumi://acme/shop", ["pulumi://acme/shop/dev", "pulumi://acme/shop/prod"]),
        ("pulumi://acme/shop/", ["pulumi://acme/shop/dev", "pulumi://acme/shop/prod"]),
        ("pulumi://acme/shop/prod", ["pulumi://acme/shop/prod"]),
        ("pulumi://ACME/bank/prod", ["pulumi://ACME/bank/prod"]),
        ("pulumi://other", ["pulumi://other/shop/prod"]),
    ],
)
@pytest.mark.parametrize("ignores_filter", [False, True])
def test_what_an_address_holds(
    service: PulumiService, address: str, expected: list[str], ignores_filter: bool
) -> None:
    service.ignores_filter = ignores_filter
    assert list(addresses(address)) == expected


def test_one_stack_of_many_is_the_only_one_that_is_fetched(service: PulumiService) -> None:
    assert [stack.name for stack in read("pulumi://acme/shop", wanted=Wanted("dev"))] == ["dev"]
    assert not any("prod" in path for path in service.requests)


def test_names_that_an_address_has_to_escape(service: PulumiService) -> None:
    names = ("acme", "a b", "x%2F?y#z")
    service.stacks = {names: state("a b", "x%2F?y#z", "e")}
    (address,) = addresses("pulumi://acme")
    assert address == "pulumi://acme/a%20b/x%252F%3Fy%23z"
    assert read(address)[0].name == "x%2F?y#z"


@pytest.mark.parametrize(
    "address",
    [
        "pulumi://",
        "pulumi:///shop",
        "pulumi://acme//prod",
        "pulumi://a/b/c/d",
        "pulumi://me:pw@acme",
        "pulumi://a?b=c",
    ],
)
def test_addresses_of_another_form(service: PulumiService, address: str) -> None:
    (error,) = errors(address)
    assert "pulumi://ORGANIZATION" in error.hint
    assert "pw" not in str(error)
    assert not service.requests


def test_a_stack_that_may_not_be_read_does_not_hide_the_others(service: PulumiService) -> None:
    service.denied = {("acme", "shop", "prod")}
    outcomes = list(read_each("pulumi://acme"))
    (error,) = [one for one in outcomes if isinstance(one, SourceError)]
    assert len(outcomes) == 5
    assert error.path == "pulumi://acme/shop/prod"
    assert "403" in error.problem
    assert "permission" in error.problem


def test_a_damaged_state_does_not_hide_the_others(service: PulumiService) -> None:
    service.stacks["acme", "shop", "prod"] = b'{"version": 3, "deployment": {"resou'
    (error,) = errors("pulumi://acme")
    assert error.path == "pulumi://acme/shop/prod"


@pytest.mark.parametrize(
    "wrong", [{"version": 3}, {"message": "hello"}, [], {"version": 9, "deployment": {}}]
)
def test_an_answer_of_another_shape_is_no_empty_stack(service: PulumiService, wrong: object) -> None:
    service.stacks = {("acme", "shop", "prod"): wrong}
    outcomes = list(read_each("pulumi://acme"))
    assert len(outcomes) == 1
    assert isinstance(outcomes[0], SourceError) == (wrong != {"version": 3})


def test_a_compression_bomb(service: PulumiService, monkeypatch: pytest.MonkeyPatch) -> None:
    from policypack.sources import compression
    from policypack.sources.pulumi_cloud import service as speaking

    monkeypatch.setattr(speaking, "LARGEST", 1024 * 1024)
    monkeypatch.setattr(compression.expand, "__defaults__", (1024 * 1024,))
    service.stacks["acme", "shop", "prod"] = gzip.compress(b" " * 8 * 1024 * 1024)
    (error,) = errors("pulumi://acme/shop")
    assert error.path == "pulumi://acme/shop/prod"
    assert "no state and no plan is that large" in error.problem


def test_an_organization_that_does_not_exist(service: PulumiService) -> None:
    (error,) = errors("pulumi://acne")
    assert "no stack of acne; the token sees acme, alice, other" in error.problem


def test_a_token_that_is_not_accepted(service: PulumiService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-wrong")
    (error,) = errors("pulumi://acme")
    assert "401" in error.problem
    assert "PULUMI_ACCESS_TOKEN" in error.hint
    assert "pul-wrong" not in str(error)


def test_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_ACCESS_TOKEN", raising=False)
    (error,) = errors("pulumi://acme")
    assert "there is no access token" in error.problem


def test_a_token_that_no_header_can_hold(service: PulumiService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", f"{service.token}\n")
    assert len(read("pulumi://acme")) == 5, "the end of a line is no part of it"
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-secret\nX: y")
    (error,) = errors("pulumi://acme")
    assert "characters" in error.problem
    assert "pul-secret" not in str(error)


def test_a_list_that_does_not_end(service: PulumiService) -> None:
    service.loops = True
    (error,) = errors("pulumi://acme")
    assert "does not end" in error.problem
    assert len(list(read_each("pulumi://acme"))) == 6, "what was listed is read"


def test_a_busy_service_is_asked_again(service: PulumiService, naps: list[float]) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    service.failures = [
        Failure(429, {"Retry-After": "7"}),
        Failure(503),
        Failure(429, {"Retry-After": date}),
        Failure(500, {"Retry-After": "soon"}),
    ]
    assert len(read("pulumi://acme")) == 5
    assert naps[0] == 7
    assert 80 < naps[2] <= 90
    assert all(0 < nap <= 31 for nap in (naps[1], naps[3]))


def test_a_service_that_stays_busy(service: PulumiService, naps: list[float]) -> None:
    service.failures = [Failure(503)] * 10
    (error,) = errors("pulumi://acme/shop/prod")
    assert "503" in error.problem
    assert "tried 5 times" in error.problem
    assert len(naps) == 4


def test_a_service_that_asks_for_an_hour(service: PulumiService, naps: list[float]) -> None:
    service.failures = [Failure(429, {"Retry-After": "3600"})]
    (error,) = errors("pulumi://acme/shop/prod")
    assert "3600 s" in error.problem
    assert not naps


def test_a_redirection_is_not_followed_with_the_token(service: PulumiService, naps: list[float]) -> None:
    service.failures = [Failure(302, {"Location": f"{service.url}/api/user"})]
    (error,) = errors("pulumi://acme/shop/prod")
    assert "302" in error.problem
    assert len(service.requests) == 1


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_would_lead_elsewhere(service: PulumiService, name: str) -> None:
    service.stacks = {("acme", "shop", name): state("shop", "prod")}
    (error,) = errors("pulumi://acme")
    assert "no name of a stack" in error.problem


def test_a_service_that_is_not_there(service: PulumiService, naps: list[float]) -> None:
    service.close()
    (error,) = errors("pulumi://acme")
    assert "cannot be listed" in error.problem


def test_another_kind_of_backend_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from policypack.sources.pulumi_cloud.service import PUBLIC, connected

    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "x")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://bucket")
    assert connected().base == PUBLIC


def test_without_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setitem(sys.modules, "policypack.sources.pulumi_cloud.service", None)
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "x")
    (error,) = errors("pulumi://acme")
    assert error.hint == f"{sys.executable} -m pip install 'apig-cost[stores]'"
    assert reading.SCHEME == "pulumi"
