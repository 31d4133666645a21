"""Hiding a fact gives the same answer or a wider one: for every row of docs/network.md, in every form."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policypack.declared import Stack
from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings
from tests.policypack.network.landscapes import FORMS, ROWS, Builder, Form, base, hidings

_FIRMNESS = {"low": 0, "medium": 1, "high": 2}
_EXAMPLES = int(os.environ.get("APIG_COST_LAW_EXAMPLES", "400"))
"""APIG_COST_LAW_EXAMPLES=2000 pytest -m slow tests/policypack/network/test_law.py runs longer."""


def answers(stack: Stack) -> dict[str, tuple[str, int]]:
    network = judge(survey(stack, None), Settings())
    found = {}
    for judged in network.gateways:
        for path, judgement in (("outbound", judged.outbound), ("entrance", judged.entrance)):
            name = f"{judged.gateway.resource.name} {path}"
            found[name] = (judgement.verdict, _FIRMNESS[judgement.certainty])
            found[f"{name} declared"] = (judgement.declared, 0)
    for urn, binding in (network.eips | network.bandwidths).items():
        found[urn] = (binding.state, 0)
    return found


def is_wider(before: tuple[str, int], after: tuple[str, int]) -> bool:
    if after[0] in ("undecided", "unknown"):
        return True
    return after[0] == before[0] and after[1] <= before[1]


def broken(stack: Stack) -> list[tuple[str, str, object, object]]:
    before = answers(stack)
    found = []
    for hiding in hidings(stack):
        after = answers(hiding.stack)
        for key, answer in before.items():
            if not is_wider(answer, after[key]):
                found.append((hiding.what, key, answer, after[key]))
    return found


def built(*rows: str, region: str = "cn-north-1", entrance: bool = True) -> Builder:
    builder = Builder(region)
    base(builder, entrance=entrance)
    for row in rows:
        ROWS[row](builder)
    return builder


@pytest.mark.parametrize("form", ["preview-json", "export"])
@pytest.mark.parametrize("row", ROWS)
def test_hiding_a_fact_of_a_row_never_firms_an_answer(row: str, form: Form) -> None:
    assert broken(built(row).stack(form)) == []


@pytest.mark.slow
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.sampled_from(sorted(ROWS)), min_size=2, max_size=4, unique=True),
    form=st.sampled_from(FORMS),
    region=st.sampled_from(["cn-north-1", "cn-north-4"]),
    entrance=st.booleans(),
)
def test_hiding_a_fact_of_a_landscape_never_firms_an_answer(
    rows: list[str], form: Form, region: str, entrance: bool
) -> None:
    assert broken(built(*rows, region=region, entrance=entrance).stack(form)) == []


@pytest.mark.parametrize("row", ROWS)
def test_preview_and_state_of_a_landscape_never_contradict(row: str) -> None:
    one, other = (answers(built(row).stack(form)) for form in ("preview-json", "export"))
    for key, (answer, _) in one.items():
        assert {answer, other[key][0]} not in ({"needed", "unneeded"}, {"on", "off"}, {"bound", "unbound"})


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("more", ["backend-1", "backend-19", "backend-29b"])
def test_more_public_backends_never_lead_to_unneeded(row: str, more: str) -> None:
    assert answers(built(row, more).stack("export"))["gate outbound"][0] != "unneeded"


@pytest.mark.parametrize("row", [row for row in ROWS if row != "entrance-nlb"])
@pytest.mark.parametrize("more", ["caller-1", "caller-15", "caller-21", "caller-4-associate"])
def test_more_public_callers_never_lead_to_unneeded(row: str, more: str) -> None:
    assert answers(built(row, more).stack("export"))["gate entrance"][0] != "unneeded"


def test_every_row_of_the_page_has_a_landscape() -> None:
    page = (Path(__file__).parents[3] / "docs" / "network.md").read_text(encoding="utf-8")
    backends, callers = page[: page.index("## Callers")], page[page.index("## Callers") :]
    numbered: Callable[[str], set[str]] = lambda text: set(re.findall(r"^\| (\d+b?) \|", text, re.M))  # noqa: E731
    silent = {"17", "19", "24"}
    have: dict[str, set[Any]] = {"backend": set(), "caller": set()}
    for name in ROWS:
        kind, _, rest = name.partition("-")
        have.setdefault(kind, set()).add(rest.partition("-")[0])
    assert numbered(backends) <= have["backend"]
    assert numbered(callers) - silent <= have["caller"]
