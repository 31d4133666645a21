"""What is proven to be no declaration, and what only may not be one."""

import json

import pytest

from policypack.sources.likeness import is_unrelated

EXPORT = {"version": 3, "deployment": {"manifest": {}, "resources": []}}


@pytest.mark.parametrize(
    "declaration",
    [
        EXPORT,
        {"version": 3, "checkpoint": {"stack": "shop/prod", "latest": None}},
        {"steps": [{"op": "create", "urn": "urn:pulumi:prod::shop::a:b:C::d"}]},
        {"version": 4, "terraform_version": "1.9.0", "resources": []},
        {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}},
    ],
)
def test_a_declaration_that_is_wrapped_is_not_passed_over(declaration):
    for wrapped in ({"data": declaration}, {"stacks": [{"name": "prod", "state": declaration}]}):
        assert not is_unrelated(json.dumps(wrapped))


@pytest.mark.parametrize(
    "document",
    [
        {"name": "shop", "version": "1.0.0", "dependencies": {"pulumi": "3"}},
        {"jobs": {"build": {"steps": [{"run": "make"}], "deployment": "prod"}}},
        {"apps": [{"deployment": {"replicas": 3}, "resources": {"cpu": 1}}]},
        {"compilerOptions": {"target": "es2020"}},
        [1, "a", None],
    ],
)
def test_other_json_is_passed_over(document):
    assert is_unrelated(json.dumps(document))
