"""What leaves the program and is billed on: marked lines that limits count, and no saving."""

import json
from datetime import date
from decimal import Decimal

import pytest

import pricing
from policypack.assessment import Before, assess
from policypack.costs.difference import NO_SHIFT, difference
from policypack.settings.model import Limit, Scope, Settings
from policypack.sources import SourceError, program, read
from policypack.sources.before import read_before
from pricing.money import Range

TOKEN = "huaweicloud:Vpc/eip:Eip"
URN = f"urn:pulumi:dev::shop::{TOKEN}::old"
CONFIG = {"huaweicloud:region": "sa-brazil-1"}
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default"
MONTHLY = Range.exactly("410.26")


@pytest.fixture
def write(tmp_path):
    def write_file(document, name="source.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document))
        return str(path)

    return write_file


def eip(size=20, **more):
    bandwidth = {"shareType": "PER", "name": "b", "size": size, "chargeMode": "bandwidth"}
    return {
        "urn": URN, "type": TOKEN, "custom": True, "id": "eip-1", "provider": f"{PROVIDER}::p",
        "inputs": {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth}, **more,
    }  # fmt: skip


def preview(*steps):
    return {"config": CONFIG, "steps": [{"urn": URN, **step} for step in steps]}


def state(*resources, **more):
    provider = {"urn": PROVIDER, "type": "pulumi:providers:huaweicloud", "custom": True, "id": "p"}
    listed = [{**provider, "inputs": {"region": "sa-brazil-1"}}, *resources]
    return {"version": 3, "deployment": {"resources": listed, **more}}


def assessed(stack, limit=200):
    limits = (Limit(name="team", amount=Decimal(limit), currency="USD"),)
    return assess(stack, Settings(limits=limits), pricing.load(), date(2026, 11, 25))


def bandwidth_lines(stack):
    return [line for line in assessed(stack).estimate.lines if line.meter == "eip.bandwidth"]


READ, READ_ELSE = eip(external=True), eip(external=True, id="eip-2")
LEAVES = {
    "deleted": [{"op": "delete", "oldState": eip(retainOnDelete=True)}],
    "released": [{"op": "read", "oldState": eip(), "newState": eip(external=True)}],
    "released by replacement": [{"op": "read-replacement", "oldState": eip(), "newState": READ}],
    "read instead": [
        {"op": "read-replacement", "oldState": eip(retainOnDelete=True), "newState": READ_ELSE},
        {"op": "delete-replaced", "oldState": eip(retainOnDelete=True, delete=True)},
    ],
}  # fmt: skip


@pytest.mark.parametrize("steps", LEAVES.values(), ids=LEAVES)
def test_what_leaves_and_is_not_destroyed_is_billed_on(write, steps):
    path = write(preview(*steps))
    [stack] = read(path)
    [line] = bandwidth_lines(stack)
    assert line.monthly == MONTHLY
    assert line.resource.mark == "billed on"
    assert "billed on outside of the stack" in line.reasons[0]
    [result] = assessed(stack).budget.limits
    assert result.verdict == "over"
    [enough] = assessed(stack, 10_000).budget.limits
    assert enough.verdict == "within"
    assert enough.notes[0] == 'counts what is billed on although the program no longer has it: "old"'
    before = assessed(read_before(path)).estimate.lines
    found = difference(before, before, assessed(stack).estimate.lines)
    assert [total.code for total in found.totals] == [NO_SHIFT]


GONE = {
    "deleted": [{"op": "delete", "oldState": eip()}],
    "deleted for good": [{"op": "delete", "oldState": eip(retainOnDelete=False)}],
    "no longer read": [{"op": "read-discard", "oldState": eip(external=True, retainOnDelete=True)}],
    "another is read": [
        {"op": "read-replacement", "oldState": eip(), "newState": READ_ELSE},
        {"op": "delete-replaced", "oldState": eip(delete=True)},
    ],
    "gone already": [{"op": "remove-pending-replace", "oldState": eip(pendingReplacement=True)}],
    "still read": [{"op": "read", "oldState": eip(external=True), "newState": eip(external=True)}],
}


@pytest.mark.parametrize("steps", GONE.values(), ids=GONE)
def test_what_is_destroyed_or_never_was_ours_is_not_billed(write, steps):
    [stack] = read(write(preview(*steps)))
    assert bandwidth_lines(stack) == []


@pytest.mark.parametrize("announced", [True, False])
def test_the_old_half_of_a_replacement_is_billed_on(write, announced):
    steps = [
        {"op": "create-replacement", "oldState": eip(retainOnDelete=True), "newState": {**eip(5), "id": ""}}
    ]
    if announced:
        steps.append({"op": "delete-replaced", "oldState": eip(retainOnDelete=True)})
    path = write(preview(*steps))
    [stack] = read(path)
    new, old = bandwidth_lines(stack)
    assert (new.resource.mark, old.resource.mark) == ("", "billed on")
    assert old.monthly == MONTHLY
    before = assessed(read_before(path)).estimate.lines
    [total] = difference(before, before, assessed(stack).estimate.lines).totals
    assert total.code.low is not None
    assert total.code.low > 0


@pytest.mark.parametrize("found", ["yes", 1, [True]])
def test_a_mark_of_a_wrong_type_is_an_error(write, found):
    with pytest.raises(SourceError, match="retainOnDelete"):
        read(write(preview({"op": "delete", "oldState": eip(retainOnDelete=found)})))


@pytest.mark.parametrize("size", ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]", ["x"]])
def test_what_is_billed_on_at_a_size_that_is_not_known_is_no_within(write, size):
    [stack] = read(write(preview({"op": "delete", "oldState": eip(size, retainOnDelete=True)})))
    assert [result.verdict for result in assessed(stack, 10_000_000).budget.limits] == ["undecided"]


def test_a_state_names_an_old_half_that_is_kept(write):
    [stack] = read(write(state(eip(5, id="eip-2"), eip(delete=True, retainOnDelete=True))))
    new, old = bandwidth_lines(stack)
    assert (new.resource.mark, old.resource.mark) == ("", "billed on")


@pytest.mark.parametrize(
    ("kind", "listed"), [("deleting", True), ("deleting", False), ("creating", False), ("importing", False)]
)
def test_what_an_interrupted_operation_left_may_be_billed(write, kind, listed):
    pending = [{"type": kind, "resource": eip()}]
    [stack] = read(write(state(*([eip()] if listed else []), pending_operations=pending)))
    [line] = bandwidth_lines(stack)
    assert line.monthly == Range(Decimal(0), Decimal("410.26"))
    assert line.status == "undecided"
    assert line.resource.mark == "may be gone"
    assert "interrupted" in line.reasons[0]
    assert [result.verdict for result in assessed(stack).budget.limits] == ["undecided"]


@pytest.mark.parametrize(("gone", "verdict"), [(True, "undecided"), (False, "within")])
def test_what_may_be_gone_may_be_new(write, gone, verdict):
    pending = [{"type": "deleting", "resource": eip()}] if gone else []
    [base] = read(write(state(eip(), pending_operations=pending), "base.json"))
    [head] = read(write(state(eip()), "head.json"))
    limits = (Limit(name="new", amount=Decimal(10), currency="USD", scope=Scope(new_only=True)),)
    today, settings = date(2026, 11, 25), Settings(limits=limits)
    costs = assessed(base).estimate
    found = assess(head, settings, pricing.load(), today, before=Before(costs, costs))
    assert [result.verdict for result in found.budget.limits] == [verdict]


@pytest.mark.parametrize("kind", ["updating", "reading"])
def test_other_interrupted_operations_leave_the_line_as_it_is(write, kind):
    [stack] = read(write(state(eip(), pending_operations=[{"type": kind, "resource": eip()}])))
    [line] = bandwidth_lines(stack)
    assert (line.monthly, line.resource.mark) == (MONTHLY, "")


def test_a_diff_of_two_states_shows_no_saving_for_what_is_retained(write):
    [base] = read(write(state(eip(retainOnDelete=True)), "base.json"))
    [head] = read(write(state(), "head.json"))
    lines = assessed(base).estimate.lines
    [total] = difference(lines, lines, assessed(head).estimate.lines).totals
    assert total.code == NO_SHIFT
    [plain] = read(write(state(eip()), "plain.json"))
    lines = assessed(plain).estimate.lines
    [total] = difference(lines, lines, ()).totals
    assert total.code.high is not None
    assert total.code.high < 0


def test_a_program_says_what_it_retains(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi\n"
        "class Eip(pulumi.CustomResource):\n"
        "    pass\n"
        f"Eip({TOKEN!r}, 'old', {{'name': 'a'}}, pulumi.ResourceOptions(retain_on_delete=True))\n"
        f"Eip({TOKEN!r}, 'new', {{'name': 'a'}})\n"
    )
    stack = program.run(tmp_path)
    kept = {resource.name: resource.retained for resource in stack.resources if resource.token == TOKEN}
    assert kept == {"old": True, "new": False}
