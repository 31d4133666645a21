"""The output of ``pulumi preview --json``."""

import pytest

from policypack.declared import ABSENT, SECRET, Known, Unknown
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.sources import SourceError, read

EIP = "huaweicloud:Vpc/eip:Eip"


@pytest.fixture
def state(urn):
    def build(name="web", token=EIP, **fields):
        return {"urn": urn(name, token), "custom": True, "type": token} | fields

    return build


@pytest.fixture
def step(state):
    def build(op, name="web", *, old=None, new=None):
        found = {"op": op, "urn": state(name)["urn"], "detailedDiff": None}
        if old is not None:
            found["oldState"] = state(name, **old)
        if new is not None:
            found["newState"] = state(name, **new)
        return found

    return build


@pytest.fixture
def preview(write):
    def read_preview(*steps, **fields):
        (stack,) = read(write({"steps": list(steps)} | fields))
        return stack

    return read_preview


def test_a_created_resource_has_the_new_inputs(preview, step):
    stack = preview(step("create", new={"inputs": {"size": 5, "id": UNKNOWN_STRING}}))
    (eip,) = stack.resources
    assert eip.declared("size") == Known(5)
    assert isinstance(eip.declared("id"), Unknown)
    assert eip.identifier is None


def test_an_updated_resource_has_the_new_inputs_and_keeps_its_id(preview, step):
    old = {"id": "1", "inputs": {"size": 5}, "outputs": {"size": 5, "address": "203.0.113.1"}}
    (eip,) = preview(step("update", old=old, new={"inputs": {"size": UNKNOWN_STRING}})).resources
    assert eip.identifier == "1"
    # What the old one returned must not fill what the new one leaves unknown.
    assert isinstance(eip.declared("size"), Unknown)


def test_an_update_keeps_the_old_outputs_that_it_does_not_change(preview, step):
    """A resize unbinds nothing."""
    old = {
        "id": "eip-1",
        "inputs": {"size": 5, "name": "a", "left": 1},
        "outputs": {
            "size": 5,
            "name": "a",
            "left": 1,
            "added": 0,
            "status": "BOUND",
            "address": "203.0.113.7",
        },
    }
    new = {"inputs": {"size": 10, "name": "a", "added": 2}}
    (eip,) = preview(step("update", old=old, new=new)).resources
    assert eip.outputs == {"id": "eip-1", "name": "a", "status": "BOUND", "address": "203.0.113.7"}
    assert eip.declared("size").value == 10


@pytest.mark.parametrize("op", ["create-replacement", "import-replacement"])
def test_a_replacement_keeps_no_old_output(preview, step, op):
    old = {"id": "eip-1", "inputs": {"size": 5}, "outputs": {"status": "BOUND"}}
    (eip,) = preview(step(op, old=old, new={"inputs": {"size": 10}})).resources
    assert eip.outputs == {}


@pytest.mark.parametrize("size", [UNKNOWN_STRING, "[secret]", ["x"], None])
def test_an_update_to_what_is_not_known_keeps_what_it_does_not_change(preview, step, size):
    old = {"id": "eip-1", "inputs": {"size": 5}, "outputs": {"size": 5, "status": "BOUND"}}
    (eip,) = preview(step("update", old=old, new={"inputs": {"size": size}})).resources
    assert eip.outputs == {"id": "eip-1", "status": "BOUND"}


def test_an_unchanged_resource_has_the_old_inputs_and_outputs(preview, step):
    old = {"id": "1", "inputs": {"size": 5}, "outputs": {"address": "203.0.113.1"}}
    (eip,) = preview(step("same", old=old, new={"inputs": {"size": 5}})).resources
    assert (eip.identifier, eip.inputs, eip.outputs) == (
        "1",
        {"size": 5},
        {"id": "1", "address": "203.0.113.1"},
    )


def test_a_new_resource_outside_the_target_is_not_known(preview, step):
    (eip,) = preview(step("same", new={})).resources
    assert eip.inputs is None
    assert isinstance(eip.declared("size"), Unknown)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_replacement_counts_once(preview, step, order):
    steps = [
        step("create-replacement", old={"id": "1", "inputs": {"size": 5}}, new={"inputs": {"size": 9}}),
        step("replace", old={"id": "1", "inputs": {"size": 5}}, new={"inputs": {"size": 9}}),
        step("delete-replaced", old={"id": "1", "inputs": {"size": 5}}),
    ]
    (eip,) = preview(*(steps[index] for index in order)).resources
    assert (eip.inputs, eip.identifier) == ({"size": 9}, None)


def test_a_replacement_that_is_only_announced_counts(preview, step):
    (eip,) = preview(step("replace", old={"id": "1"}, new={"inputs": {"size": 9}})).resources
    assert eip.inputs == {"size": 9}


@pytest.mark.parametrize(
    "op", ["delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace", "refresh"]
)
def test_what_goes_is_not_declared(preview, step, op):
    assert list(preview(step(op, old={"id": "1"})).resources) == []


def test_a_preview_of_a_refresh(preview, step):
    """Without other steps, what was found is what exists: never an empty stack."""
    old, new = {"id": "1", "inputs": {"size": 5}}, {"id": "1", "inputs": {"size": 9}}
    refreshed = step("refresh", old=old, new=new)
    (eip,) = preview(refreshed).resources
    assert eip.inputs == {"size": 9}
    for order in (
        [refreshed, step("update", old=new, new=old)],
        [step("update", old=new, new=old), refreshed],
    ):
        (eip,) = preview(*order).resources
        assert eip.inputs == {"size": 5}
    assert list(preview(refreshed, step("delete", old=old)).resources) == []


def test_a_preview_without_any_step_is_a_gap(preview):
    assert preview().gaps
    assert preview(steps=None).gaps


@pytest.mark.parametrize("op", ["read", "read-replacement"])
def test_what_is_read_is_external(preview, step, op):
    (eip,) = preview(step(op, new={"id": "1"})).resources
    assert eip.external


@pytest.mark.parametrize(
    ("config", "region"),
    [
        ({"huaweicloud:region": "cn-north-4"}, Known("cn-north-4")),
        ({"huaweicloud:region": "[secret]"}, SECRET),
        ({}, ABSENT),
        (None, ABSENT),
    ],
)
def test_the_default_provider_has_the_region_of_the_configuration(preview, step, urn, config, region):
    default = urn("default_0_0_12", "pulumi:providers:huaweicloud")
    stack = preview(step("create", new={"provider": f"{default}::{UNKNOWN_STRING}"}), config=config)
    assert stack.region == region
    provider = stack.resources[0].provider
    assert provider is not None
    assert (provider.urn, provider.region) == (default, region)


def test_an_explicit_provider_does_not_take_the_region_of_the_configuration(preview, step, state, urn):
    token = "pulumi:providers:huaweicloud"
    explicit = {"op": "create", "urn": urn("mine", token), "newState": state("mine", token)}
    stack = preview(
        explicit,
        step("create", new={"provider": f"{urn('mine', token)}::{UNKNOWN_STRING}"}),
        config={"huaweicloud:region": "cn-north-4"},
    )
    provider = stack.by_urn[urn("web")].provider
    assert provider is not None
    assert isinstance(provider.region, Unknown)


def test_changes_that_are_counted_and_not_listed_are_a_gap(preview, step):
    created = step("create", new={"inputs": {}})
    assert preview(created, changeSummary={"create": 1}).gaps == ()
    (gap,) = preview(created, changeSummary={"create": 3, "delete": 1}).gaps
    assert gap.startswith("3 change(s)")


def test_forgotten_show_sames_is_a_gap(preview, step):
    same = step("same", "kept", old={"id": "1"})
    create = step("create", new={})
    (gap,) = preview(create, same, changeSummary={"create": 1, "same": 4}).gaps
    assert gap.startswith("3 unchanged resource(s)")
    assert "--show-sames" in gap
    assert preview(create, same, changeSummary={"create": 1, "same": 1}).gaps == ()


def test_only_a_summary(preview):
    assert preview(changeSummary={"same": 2}).gaps


def test_a_preview_that_failed_is_a_gap(preview, step):
    found = preview(step("create", new={}), diagnostics=[{"severity": "error", "message": "no"}])
    assert "error" in found.gaps[0]
    create = step("create", new={})
    assert preview(create, diagnostics=[{"severity": "warning", "message": "careful"}]).gaps == ()
    assert preview(create, maybeCorrupt=True).gaps


def test_operations_that_were_interrupted_before_are_a_gap(preview, step):
    """The engine warns of them, and shows none of them."""
    text = "Attempting to deploy or update resources with 1 pending operations from previous deployment.\n"
    told = [{"message": "fine", "severity": "info"}, {"message": text, "severity": "warning"}]
    (gap,) = preview(step("create", new={}), diagnostics=told).gaps
    assert "interrupted" in gap


def test_plain_text_before_the_json(write, step):
    import json

    text = "warning: A new version of Pulumi is available\n{not json} \n" + json.dumps(
        {"steps": []}, indent=1
    )
    with pytest.raises(SourceError):  # the first line that starts an object is taken to be the document
        read(write(text))
    text = "Previewing update (prod):\n\n" + json.dumps({"steps": [step("create", new={})]}, indent=1)
    (stack,) = read(write(text))
    assert len(stack.resources) == 1


def test_what_a_windows_shell_writes(write):
    (stack,) = read(write('{"steps": []}'.encode("utf-16")))
    assert stack.origin.kind == "preview-json"
    (stack,) = read(write('{"steps": []}'.encode("utf-8-sig")))
    assert stack.origin.kind == "preview-json"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"steps": {}}, "steps"),
        ({"steps": [5]}, "steps[0]"),
        ({"steps": [{}]}, "steps[0].op"),
        ({"steps": [{"op": "create", "urn": 5}]}, "steps[0].urn"),
        ({"steps": [{"op": "create", "urn": "urn:x"}]}, "steps[0].newState"),
        ({"steps": [{"op": "same", "urn": "urn:x"}]}, "steps[0]"),
        ({"steps": [{"op": "teleport", "urn": "urn:x"}]}, "steps[0].op"),
        ({"steps": [], "config": []}, "config"),
        ({"steps": [], "changeSummary": []}, "changeSummary"),
        ({"steps": [], "changeSummary": {"same": "3"}}, "changeSummary.same"),
        ({"steps": [], "diagnostics": [5]}, "diagnostics[0]"),
    ],
)
def test_wrong_types_are_named_with_their_place(write, document, place):
    with pytest.raises(SourceError) as raised:
        read(write(document))
    assert raised.value.place == place


def test_two_steps_for_one_resource(preview, step):
    with pytest.raises(SourceError, match="second step"):
        preview(step("create", new={}), step("create", new={}))


def test_the_recordings(recordings):
    for path in sorted(recordings.glob("*/preview.json")):
        (stack,) = read(str(path))
        assert stack.project == path.parent.name
        assert stack.gaps == ()
        assert len(stack.resources) > 10


BOUND = {"id": "eip-1", "inputs": {}, "outputs": {"address": "203.0.113.7", "portId": "port-1"}}
JOINS = {"id": "join-1", "inputs": {"publicIp": "203.0.113.7"}, "outputs": {"portId": "port-1"}}


@pytest.mark.parametrize(
    ("op", "new", "released"),
    [
        ("delete", None, {"203.0.113.7", "port-1"}),
        ("delete-replaced", None, {"203.0.113.7", "port-1"}),
        ("replace", {"inputs": {"publicIp": UNKNOWN_STRING}}, {"203.0.113.7", "port-1"}),
        ("update", {"inputs": {"publicIp": "203.0.113.8"}}, {"203.0.113.7"}),
        ("update", {"inputs": {"publicIp": "203.0.113.7"}}, set()),
        ("same", {"inputs": {"publicIp": "203.0.113.7"}}, set()),
    ],
)
def test_what_a_step_destroys_or_changes_is_released(preview, step, op, new, released):
    stack = preview(step("same", "web", old=BOUND), step(op, "join", old=JOINS, new=new))
    assert stack.released is not None
    assert stack.released >= released
    assert not stack.released & ({"203.0.113.7", "port-1"} - released)


def test_an_update_of_its_own_releases_nothing_of_an_address(preview, step):
    """A preview shows no outputs of an update; the id and the address stay."""
    named = {**BOUND, "inputs": {"name": "a"}}
    stack = preview(step("update", "web", old=named, new={"inputs": {"name": "b"}}))
    assert stack.released == {"a"}


def test_what_was_renamed_has_the_new_name_and_its_old_properties(preview, step, state):
    """The old state of a step that changes nothing has the URN from before the program's aliases."""
    provider = "pulumi:providers:huaweicloud"
    old_provider, new_provider = (state(name, provider) for name in ("a", "b"))
    old = {"id": "1", "inputs": {"size": 5}, "provider": f"{old_provider['urn']}::p-1"}
    one = step("same", "new", new={"inputs": {"size": 5}, "parent": "new parent"})
    one["oldState"] = state("old", **old, parent="old parent")
    two = step("same", "b") | {
        "oldState": state("b", provider, inputs={"region": "cn-north-1"}) | {"urn": old_provider["urn"]},
        "newState": new_provider,
        "urn": new_provider["urn"],
    }
    stack = preview(one, two)
    eip = next(resource for resource in stack.resources if resource.token == EIP)
    assert (eip.name, eip.parent, eip.identifier) == ("new", "new parent", "1")
    assert eip.declared("size") == Known(5)
    assert eip.provider.region == Known("cn-north-1")


@pytest.mark.parametrize("operation", ["same", "update"])
def test_what_was_renamed_is_there_once_after_a_refresh(preview, step, state, operation):
    old = {"id": "1", "inputs": {"size": 5}}
    refreshed = step("refresh", "old", old=old, new=old)
    renamed = step(operation, "new", new={"inputs": {"size": 5}})
    renamed["oldState"] = state("old", **old)
    assert [eip.name for eip in preview(refreshed, renamed).resources] == ["new"]


@pytest.mark.parametrize("operation", ["same", "update", "replace"])
def test_what_is_imported_counts_as_it_is_left(preview, step, operation):
    """An import of what the program declares in another way is one step, and what becomes of it the next."""
    declared = {"inputs": {"size": 6}}
    then = step(operation, old={"id": "1", "inputs": {"size": 5}}, new=declared)
    (eip,) = preview(step("import", new=declared), then).resources
    assert eip.declared("size") == Known(5 if operation == "same" else 6)
    assert eip.identifier == (None if operation == "replace" else "1")


@pytest.mark.parametrize(
    ("op", "shown"), [("delete", False), ("replace", False), ("update", True), ("same", True)]
)
def test_a_secret_may_be_what_is_released(preview, step, op, shown):
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}
    old = {**JOINS, "inputs": {"publicIp": secret}}
    new = None if op == "delete" else {"inputs": {"publicIp": "203.0.113.8"}}
    stack = preview(step("same", "web", old=BOUND), step(op, "join", old=old, new=new))
    assert (stack.released is not None) is shown
    assert preview(step("delete", "join")).released is None


def test_a_provider_that_is_destroyed_releases_nothing(preview, urn):
    token = "pulumi:providers:huaweicloud"
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}
    name = urn("old", token)
    old = {"urn": name, "custom": True, "type": token, "id": "1", "inputs": {"secretKey": secret}}
    assert preview({"op": "delete", "urn": name, "oldState": old}).released == frozenset()
