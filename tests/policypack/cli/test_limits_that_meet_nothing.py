"""Limits that meet nothing must not look like *within*."""

import json
from pathlib import Path

import pytest


def state(stack: str, *sizes: int) -> str:
    resources = [
        {
            "urn": f"urn:pulumi:{stack}::shop::huaweicloud:Vpc/eip:Eip::eip-{number}",
            "type": "huaweicloud:Vpc/eip:Eip",
            "custom": True,
            "id": f"id-{number}",
            "inputs": {
                "region": "sa-brazil-1",
                "publicips": [{"type": "5_bgp"}],
                "publicip": {"type": "5_bgp"},
                "bandwidth": {"shareType": "PER", "name": "x", "size": size, "chargeMode": "bandwidth"},
            },
            "outputs": {},
        }
        for number, size in enumerate(sizes)
    ]
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


@pytest.fixture
def place(work: Path) -> Path:
    folder = work / "place"
    folder.mkdir()
    (folder / "dev.json").write_text(state("dev", 5))
    (folder / "prod.json").write_text(state("prod", 5, 10))
    return folder


def limits(settings, scope: str = "", *, required: bool = False, more: str = "") -> None:
    settings(
        f"[apig-monthly-budget]\nrequired = {str(required).lower()}\n{more}\n"
        '[[apig-monthly-budget.limits]]\nname = "team"\namount = 100000\ncurrency = "USD"\n'
        + (f"scope = {{ {scope} }}\n" if scope else "")
    )


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ('stack = "prdo"', 'scope stack "prdo" meets no stack; did you mean prod?'),
        ('project = "shpo"', 'scope project "shpo" meets no stack; did you mean shop?'),
        (
            'project = "x", stack = "zz*"',
            'scope project "x" and stack "zz*" meets no stack; there is shop/dev',
        ),
    ],
)
def test_a_scope_that_meets_no_stack_of_an_audit_is_an_error(
    scope: str, told: str, run, settings, place: Path
) -> None:
    limits(settings, scope)
    found = run("audit", "place", "-f", "json")
    assert found.code == 2
    (error,) = found.report["errors"]
    assert (error["path"], told in error["message"]) == ("apig-cost.toml", True)
    assert "1 setting does not fit" in run("audit", "place").out


@pytest.mark.parametrize("scope", ["", 'stack = "prod"', 'stack = "p*"', 'project = "shop"'])
def test_a_scope_that_meets_one_is_none(scope: str, run, settings, place: Path) -> None:
    limits(settings, scope)
    assert run("audit", "place").code == 0


def test_a_single_stack_may_be_one_that_no_limit_is_about(run, settings, place: Path) -> None:
    limits(settings, 'stack = "prod"')
    assert run("check", place / "dev.json").code == 0


def test_a_disabled_budget_has_no_limits_that_could_meet(run, settings, place: Path) -> None:
    limits(settings, 'stack = "prdo"', more='level = "disabled"')
    assert run("audit", "place").code == 0


def test_a_required_limit_that_is_missing_is_not_decided(run, settings, place: Path) -> None:
    limits(settings, 'stack = "prod"', required=True)
    assert run("check", place / "prod.json").code == 0
    found = run("check", place / "dev.json")
    assert found.code == 3
    assert "no limit is about shop/dev, and one is required; a month costs" in found.out
    assert "Cannot decide: a limit is required, and none is about shop/dev. The cost is " in " ".join(
        found.out.split()
    )
    report = run("audit", "place", "-f", "json").report
    assert [stack["budget"]["verdict"] for stack in report["stacks"]] == ["undecided", "within"]


def test_required_without_any_limit(run, settings, place: Path) -> None:
    settings("[apig-monthly-budget]\nrequired = true\n")
    found = run("audit", "place")
    assert (found.code, "no limit is about 2 stacks, and one is required; a month costs" in found.out) == (
        3,
        True,
    )


def test_a_missing_limit_may_only_warn(run, settings, place: Path) -> None:
    limits(settings, 'stack = "prod"', required=True, more='whenUndecided = "warn"')
    found = run("check", place / "dev.json")
    assert found.code == 0
    assert "A limit is not kept or cannot be decided" in found.out


def test_a_wrong_required(run, settings, place: Path) -> None:
    settings('[apig-monthly-budget]\nrequired = "perhaps"\n')
    assert "apig-monthly-budget.required: expected true or false" in run("audit", "place").err


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("", None),
        ('resource = "eip-0"', "2 lines of 208.78 USD a month are outside of every limit."),
        ('stack = "prod"', "2 lines of 106.22 USD a month are outside of every limit."),
    ],
)
def test_the_first_sentence_says_what_a_scope_leaves_out(
    scope: str, told: str | None, run, settings, place: Path
) -> None:
    limits(settings, scope)
    found = run("audit", "place")
    assert found.code == 0
    text = " ".join(found.out.split())
    assert (told or "Within both limits") in text, text
    assert ("outside of every limit" in text) is (told is not None)


@pytest.mark.parametrize(
    ("text", "told", "decides"),
    [
        ('[[portfolio.limits]]\nname = "all"\namount = 1\ncurrency = "USD"\n', "over all stacks", "audit"),
        ('[[apig-monthly-budget.increases]]\nname = "up"\npercent = 1\n', "on growth", "diff"),
    ],
)
def test_a_limit_that_another_command_decides_is_not_called_missing(
    text: str, told: str, decides: str, run, settings, place: Path
) -> None:
    settings(text)
    prod = place / "prod.json"
    words = {"check": (prod,), "audit": (place,), "diff": (place / "dev.json", prod)}
    note = f"Note: 1 limit {told} is set, and not decided here: `apig-cost {decides}` does that.\n"
    for command in ("check", decides):
        found = run(command, *words[command])
        assert (note in found.out) is (command != decides)
        assert "No limit is set" not in found.out
        assert found.out.startswith("No limit is about what was checked") is (command != decides)
    settings(text + '[apig-monthly-budget]\nlevel = "disabled"\n')
    assert "not decided here" not in run("check", prod).out
    settings(text)
    assert "not decided here" not in run("estimate", prod).out
