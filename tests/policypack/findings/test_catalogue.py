"""What holds for every policy, whoever adds it."""

import inspect
from io import StringIO
from itertools import pairwise
from pathlib import Path
from tokenize import NL, STRING, generate_tokens

import pytest

from policypack.findings.catalogue import policies
from policypack.findings.policy import Policy

TESTS = Path(__file__).parents[1] / "rules"
HEADINGS = (
    "What it finds",
    "Why it costs",
    "Example",
    "Instead",
    "Before you follow this advice",
    "References",
)


def test_policies_come_in_one_order() -> None:
    assert [policy.name for policy in policies()] == sorted(policy.name for policy in policies())


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_a_policy_has_a_test_file(policy: Policy) -> None:
    assert (TESTS / f"test_{policy.name.replace('-', '_')}.py").exists()


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_a_policy_is_documented_under_the_fixed_headings(policy: Policy) -> None:
    lines = inspect.cleandoc(policy.documentation).splitlines()
    assert [line for line in lines if line in HEADINGS] == list(HEADINGS)
    assert policy.summary.endswith(".")
    assert lines[0].endswith(".")


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_a_policy_is_filled_in(policy: Policy) -> None:
    """``scripts/new policy`` leaves a TODO wherever something is missing."""
    assert "TODO" not in inspect.getsource(inspect.getmodule(policy.find))
    assert "TODO" not in (TESTS / f"test_{policy.name.replace('-', '_')}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_no_sentence_of_a_policy_is_chopped(policy: Policy) -> None:
    source = inspect.getsource(inspect.getmodule(policy.find))
    tokens = [token for token in generate_tokens(StringIO(source).readline) if token.type != NL]
    for one, other in pairwise(tokens):
        assert not one.type == other.type == STRING, f"line {one.start[0]}: {one.string}"
