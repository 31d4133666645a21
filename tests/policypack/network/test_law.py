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
from tests.policypack.network.landscapes import FORMS, ROWS, Builder, Form, base, beside, hidings

_FIRMNESS = {"low": 0, "medium": 1, "high": 2}
EXAMPLES = int(os.environ.get("APIG_COST_LAW_EXAMPLES", "400"))
"""APIG_COST_LAW_EXAMPLES=2000 pytest -m slow tests/policypack/network/test_law.py runs longer."""


Answers = dict[str, tuple[str, int]]
"""Each verdict with its firmness, by what it is about."""


def answers(stack: Stack) -> Answers:
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
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
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


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 5, suppress_health_check=list(HealthCheck))
@given(
    rows=st.tuples(st.sampled_from(sorted(ROWS)), st.sampled_from(sorted(ROWS))),
    form=st.sampled_from(FORMS),
    region=st.sampled_from(["cn-north-1", "cn-north-4"]),
)
def test_hiding_a_fact_of_one_gateway_never_firms_an_answer_of_either(
    rows: tuple[str, str], form: Form, region: str
) -> None:
    both = beside(*(built(row, region=region) for row in rows))
    assert broken(both.stack(form)) == []


CONTRADICTIONS = ({"needed", "unneeded"}, {"on", "off"}, {"bound", "unbound"})


@pytest.mark.parametrize("row", ROWS)
def test_sources_of_a_landscape_never_contradict(row: str) -> None:
    assert contradictions(built(row)) == []


def contradictions(builder: Builder) -> list[tuple[str, set[str]]]:
    """What one source says of a landscape and another denies."""
    told = [answers(builder.stack(form)) for form in FORMS]
    said = {key: {found[key][0] for found in told} for key in told[0]}
    return [(key, words) for key, words in said.items() if any(pair <= words for pair in CONTRADICTIONS)]


def needed(path: str) -> list[str]:
    """Rows that are proof, or likely, of a need for one path."""
    return [row for row in ROWS if answers(built(row).stack("export"))[f"gate {path}"][0] == "needed"]


PUBLIC_BACKENDS, PUBLIC_CALLERS = needed("outbound"), needed("entrance")


@pytest.mark.parametrize("row", ROWS)
def test_more_public_evidence_never_leads_to_unneeded(row: str) -> None:
    for path, rows in (("outbound", ["backend-1", "backend-19"]), ("entrance", ["caller-1", "caller-15"])):
        for more in rows:
            for form in FORMS:
                assert verdict_with([row], more, form, path) != "unneeded", (more, form)


def verdict_with(rows: list[str], more: str, form: Form, path: str, **how: Any) -> str:
    return answers(built(*rows, more, **how).stack(form))[f"gate {path}"][0]


LANDSCAPES = st.fixed_dictionaries(
    {
        "rows": st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=4, unique=True),
        "region": st.sampled_from(["cn-north-1", "cn-north-4"]),
        "entrance": st.booleans(),
    }
)


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(landscape=LANDSCAPES)
def test_sources_of_landscapes_never_contradict(landscape: dict[str, Any]) -> None:
    rows = landscape.pop("rows")
    assert contradictions(built(*rows, **landscape)) == []


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(
    landscape=LANDSCAPES,
    form=st.sampled_from(FORMS),
    more=st.sampled_from(
        [*(("outbound", row) for row in PUBLIC_BACKENDS), *(("entrance", row) for row in PUBLIC_CALLERS)]
    ),
)
def test_more_public_evidence_in_landscapes_never_leads_to_unneeded(
    landscape: dict[str, Any], form: Form, more: tuple[str, str]
) -> None:
    path, row = more
    rows = landscape.pop("rows")
    assert verdict_with(rows, row, form, path, **landscape) != "unneeded"


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
