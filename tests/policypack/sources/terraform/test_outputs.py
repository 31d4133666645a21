"""What a root module hands out is read from plans and from both kinds of states."""

import json

import pytest

from policypack.declared.outputs import outputs_of
from policypack.sources import SourceError, read


def stack(tmp_path, document):
    path = tmp_path / "file.json"
    path.write_text(json.dumps(document))
    [found] = read(str(path))
    return found


def plan(changes=None, planned=None):
    return {
        "format_version": "1.2", "terraform_version": "1.12.6", "resource_changes": [], "configuration": {},
        "planned_values": {"root_module": {}, "outputs": planned or {}}, "output_changes": changes or {},
    }  # fmt: skip


def change(after=None, unknown=False, sensitive=False, actions=("create",)):
    return {"actions": list(actions), "after": after, "after_unknown": unknown, "after_sensitive": sensitive}


@pytest.mark.parametrize(
    ("changes", "planned", "word", "hidden"),
    [
        ({"a": change("eip-1")}, {"a": {"sensitive": False, "value": "eip-1"}}, "a", ()),
        ({"a": change(["x", "eip-1"])}, {}, "a", ()),
        ({}, {"a": {"sensitive": False, "value": "eip-1"}}, "a", ()),
        ({"a": change(unknown=True)}, {"a": {"sensitive": False}}, None, ('output "a" is not known',)),
        ({}, {"a": {"sensitive": False}}, None, ('output "a" is not known',)),
        ({"a": change(["x"], [False, True])}, {}, None, ('output "a" is not known',)),
        ({"a": change("eip-1", sensitive=True)}, {}, None, ('output "a" is a secret',)),
        ({"a": change(actions=["delete"])}, {}, None, ()),
        ({}, {}, None, ()),
    ],
)
def test_outputs_of_a_plan(tmp_path, changes, planned, word, hidden):
    found = outputs_of(stack(tmp_path, plan(changes, planned)))
    assert (found.holding(["eip-1"]), found.hidden, found.unseen) == (word, hidden, False)


def test_outputs_of_a_shown_state(tmp_path):
    values = {
        "outputs": {"a": {"sensitive": False, "value": "eip-1"}, "b": {"sensitive": True, "value": "x"}}
    }
    document = {
        "format_version": "1.0",
        "terraform_version": "1.12.6",
        "values": {**values, "root_module": {}},
    }
    found = outputs_of(stack(tmp_path, document))
    assert (found.holding(["eip-1"]), found.hidden) == ("a", ('output "b" is a secret',))


def test_outputs_of_a_state_file(tmp_path):
    outputs = {
        "a": {"value": "eip-1", "type": "string"},
        "b": {"value": "x", "type": "string", "sensitive": True},
    }
    document = {
        "version": 4, "terraform_version": "1.12.6", "serial": 1, "lineage": "x", "outputs": outputs,
        "resources": [],
    }  # fmt: skip
    found = outputs_of(stack(tmp_path, document))
    assert (found.holding(["eip-1"]), found.hidden) == ("a", ('output "b" is a secret',))


@pytest.mark.parametrize("document", [plan(changes={"a": 5}), plan(changes=[5]), plan(planned={"a": "x"})])
def test_outputs_of_a_wrong_type_are_named(tmp_path, document):
    with pytest.raises(SourceError, match="output"):
        stack(tmp_path, document)
