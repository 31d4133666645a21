"""Terraform modules in a Pulumi program, and other resources that are made by a resource."""

import pytest

from policypack.declared import Resource
from policypack.sources import read
from policypack.sources.terraform_module import unread_modules

MODULE = "edge:index:Module"
MADE = "edge:tf:huaweicloud_vpc_eip"


@pytest.fixture
def record(urn):
    def build(name, token, **fields):
        return {"urn": urn(name, token), "type": token, "custom": True} | fields

    return build


@pytest.mark.parametrize("token", [MODULE, MADE])
def test_what_a_module_makes_is_a_gap(token):
    (gap,) = unread_modules([Resource("urn", token, "edge", {})])
    assert "(edge)" in gap


@pytest.mark.parametrize(
    "token", ["edge:index:Modules", "edge:index/module:Module", "huaweicloud:Vpc/eip:Eip", "tf:index:Eip", ""]
)
def test_other_resources_are_none(token):
    assert unread_modules([Resource("urn", token, "edge", {})]) == ()


def test_a_component_of_that_name_shows_its_children_itself():
    assert unread_modules([Resource("urn", MODULE, "edge", {}, custom=False)]) == ()


@pytest.mark.parametrize("token", ["huaweicloud:Vpc/eip:Eip", MADE])
def test_a_view_is_a_gap_whoever_owns_it(record, urn, write, token):
    owner = record("owner", "huaweicloud:Ecs/instance:Instance")
    view = record("web", token, viewOf=owner["urn"])
    (stack,) = read(write({"version": 4, "deployment": {"resources": [owner, view]}}))
    assert [resource.name for resource in stack.resources] == ["owner"]
    assert "(web)" in stack.gaps[0]
    steps = [{"op": "create", "urn": one["urn"], "newState": one} for one in (owner, view)]
    (stack,) = read(write({"steps": steps}))
    assert "(web)" in stack.gaps[0]
