"""What refers to what."""

import pytest

from policypack.declared import Known, Origin, Resource, Stack, Unknown, parse_urn


def urn(name, token="huaweicloud:Vpc/eip:Eip"):
    return f"urn:pulumi:prod::shop::{token}::{name}"


def resource(name, **fields):
    return Resource(urn=urn(name), token="huaweicloud:Vpc/eip:Eip", name=name, inputs={}, **fields)


def stack(*resources):
    return Stack("shop", "prod", Origin("export"), resources)


def test_the_living_half_of_a_replacement_is_found_by_urn():
    old, new = resource("a", identifier="1", leaving=True), resource("a", identifier="2")
    for both in (stack(old, new), stack(new, old)):
        assert both.by_urn[urn("a")] is new
        assert both.by_identifier["1"] == (old,)


def test_a_resource_that_only_leaves_is_found_too():
    old = resource("a", leaving=True)
    assert stack(old).by_urn[urn("a")] is old


def test_ids_are_unique_per_type_only():
    first, second = resource("a", identifier="1"), resource("b", identifier="1")
    assert stack(first, second).by_identifier["1"] == (first, second)


def test_references_by_id_come_before_dependencies():
    target, other = resource("a", identifier="1"), resource("b")
    user = resource("user", dependencies={"eipId": (urn("b"),)})
    found = stack(target, other, user)
    assert list(found.referenced(user, Known("1"), "eipId")) == [target]
    assert list(found.referenced(user, Known(urn("a")), "eipId")) == [target]


def test_references_by_dependency_when_the_id_is_not_known():
    target, user = resource("a"), resource("user", dependencies={"eipId": (urn("a"), urn("elsewhere"))})
    found = stack(target, user)
    assert list(found.referenced(user, Unknown("why"), "eipId")) == [target]
    assert list(found.referenced(user, Unknown("why"), "vpcId")) == []


def test_sources_are_ordered_and_unique():
    user = resource("user", dependencies={"b": (urn("c"), urn("a")), "a": (urn("a"),)})
    found = stack(resource("c"), resource("a"), user)
    assert [item.name for item in found.sources_of(user, "b", "a")] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("urn:pulumi:prod::shop::a:b:C::web", ("prod", "shop", "a:b:C", "web")),
        ("urn:pulumi:prod::shop::x:y:Z$a:b:C::web", ("prod", "shop", "a:b:C", "web")),
        ("urn:pulumi:prod::shop::a:b:C::web::1", ("prod", "shop", "a:b:C", "web::1")),
        ("urn:pulumi:prod::shop::a:b:C::cost$us", ("prod", "shop", "a:b:C", "cost$us")),
        ("urn:pulumi:prod", ("prod", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_parts_of_a_urn(text, parts):
    assert parse_urn(text) == parts
