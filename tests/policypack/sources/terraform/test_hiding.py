"""The law of every source: hiding a fact gives the same answer or a wider one.

Each value of the recorded plans is made unknown in turn, and sensitive in turn.
"""

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

import pricing
from policypack.assessment import Assessment, assess
from policypack.settings.model import Settings
from policypack.sources.terraform.naming import Names
from policypack.sources.terraform.plan import read_plan

from .conftest import RECORDINGS

TODAY = date(2026, 11, 23)
CASES = ("shop", "foreach", "regions")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a value, whole objects and lists too."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if inner is not None:
            yield from leaves(inner, (*path, key))


def marked(marks: Any, path: tuple[Any, ...]) -> Any:
    """A tree of marks with one more place marked."""
    if not path:
        return True
    key, *rest = path
    if isinstance(key, str):
        tree = dict(marks) if isinstance(marks, dict) else {}
        tree[key] = marked(tree.get(key), tuple(rest))
        return tree
    items = list(marks) if isinstance(marks, list) else []
    items += [{}] * (key + 1 - len(items))
    items[key] = marked(items[key], tuple(rest))
    return items


def without(value: Any, path: tuple[Any, ...]) -> Any:
    """A value with one place taken away, as plans leave out what is unknown."""
    key, *rest = path
    changed = copy.copy(value)
    if rest:
        changed[key] = without(value[key], tuple(rest))
    elif isinstance(key, str):
        del changed[key]
    else:
        changed[key] = None
    return changed


def judged(document: Any) -> Assessment:
    return assess(read_plan(document, "plan.json", Names("shop")), Settings(), pricing.load(), TODAY)


def assert_not_firmer(before: Assessment, after: Assessment, where: object) -> None:
    old = {one.gateway.resource.name: one for one in before.network.gateways}
    for one in after.network.gateways:
        for path in ("outbound", "entrance"):
            known, hidden = getattr(old[one.gateway.resource.name], path), getattr(one, path)
            if known.verdict != hidden.verdict:
                assert hidden.verdict == "undecided" or (known.verdict, hidden.verdict) == (
                    "unneeded",
                    "needed",
                ), (where, path, known.verdict, hidden.verdict)
    idle = {(one.policy, one.urn) for one in before.findings if one.verdict == "violation"}
    for finding in after.findings:
        if finding.policy == "eip-idle" and finding.verdict == "violation":
            assert (finding.policy, finding.urn) in idle, (where, finding.message)
    lines = {(line.resource.urn, line.meter): line for line in before.estimate.lines}
    for line in after.estimate.lines:
        known_line = lines.get((line.resource.urn, line.meter))
        if known_line is None or known_line.monthly is None or line.monthly is None:
            continue
        if known_line.currency == line.currency:
            assert line.monthly.low <= known_line.monthly.low, (where, line.meter)
            assert line.monthly.high is None or (
                known_line.monthly.high is not None and line.monthly.high >= known_line.monthly.high
            ), (where, line.meter)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mark", ["after_unknown", "after_sensitive"])
def test_hiding_a_value_never_makes_an_answer_firmer(case: str, mark: str) -> None:
    document = json.loads((RECORDINGS / case / "tofu.plan.json").read_text())
    before = judged(document)
    hidden = 0
    for index, change in enumerate(document["resource_changes"]):
        after = change["change"]["after"]
        for path in leaves(after):
            altered = copy.copy(change["change"])
            altered[mark] = marked(altered.get(mark), path)
            if mark == "after_unknown":
                altered["after"] = without(after, path)
            changes = list(document["resource_changes"])
            changes[index] = {**change, "change": altered}
            assert_not_firmer(
                before, judged({**document, "resource_changes": changes}), (change["address"], path)
            )
            hidden += 1
    assert hidden > 20
