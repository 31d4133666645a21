"""What refers to what."""

import pytest

from policypack.declared import Origin, Resource, Stack, parse_urn


def urn(name, token="huaweicloud:Vpc/eip:Eip"):
    return f"urn:pulumi:prod::shop::{token}::{name}"


def resource(name, **fields):
    return Resource(urn=urn(name), token="huaweicloud:Vpc/eip:Eip", name=name, inputs={}, **fields)


def stack(*resources):
    return Stack("shop", "prod", Origin("export"), resources)


def test_the_living_half_of_a_replacement_is_found_by_urn():
    old, new = resource("a", leaving=True), resource("a")
    for both in (stack(old, new), stack(new, old)):
        assert both.by_urn[urn("a")] is new


def test_a_resource_that_only_leaves_is_found_too():
    old = resource("a", leaving=True)
    assert stack(old).by_urn[urn("a")] is old


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
