"""Programs and backends with several stacks: none is taken in silence, and each can be named."""

import json
import shutil
from pathlib import Path

import pytest

PROGRAM = """
import pulumi
size = pulumi.Config().require_int("size")
pulumi.CustomResource("huaweicloud:Vpc/eip:Eip", "front", {
    "publicips": [{"type": "5_bgp"}],
    "bandwidth": {"shareType": "PER", "name": "x", "size": size, "chargeMode": "bandwidth"},
})
"""
LIMIT = '[[apig-monthly-budget.limits]]\nname = "team"\namount = 1000\ncurrency = "USD"\n'
STATE = {"version": 4, "terraform_version": "1.9.0", "lineage": "x", "serial": 1, "resources": []}


@pytest.fixture
def program(work: Path) -> Path:
    """A program whose stack prod is over the limit and whose stack dev is within."""
    directory = work / "shop"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack, size in {"dev": 5, "prod": 300}.items():
        (directory / f"Pulumi.{stack}.yaml").write_text(
            f"config:\n  huaweicloud:region: sa-brazil-1\n  shop:size: {size}\n"
        )
    (directory / "__main__.py").write_text(PROGRAM)
    (work / "apig-cost.toml").write_text(LIMIT)
    return directory


def checkpoint(project: str, stack: str) -> str:
    return json.dumps(
        {"version": 3, "checkpoint": {"stack": f"organization/{project}/{stack}", "latest": None}}
    )


@pytest.fixture
def backend(work: Path) -> Path:
    for stack in ("dev", "prod"):
        path = work / "states" / ".pulumi" / "stacks" / "shop" / f"{stack}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(checkpoint("shop", stack))
    return work / "states"


def names(found) -> list[str]:
    return [f"{stack['project']}/{stack['stack']}" for stack in found.report["stacks"]]


@pytest.mark.parametrize("command", ["preview", "check", "estimate", "diff", "explain"])
def test_one_of_several_is_to_be_named(command: str, run, program: Path) -> None:
    arguments = [program, program] if command == "diff" else [program]
    found = run(command, *arguments)
    assert found.code == 2
    assert "several stacks (dev, prod)" in found.err
    assert "--all-stacks" in found.err


@pytest.mark.parametrize(("stack", "code"), [("dev", 0), ("prod", 1), ("acme/shop/prod", 1), ("prdo", 2)])
def test_a_named_stack(stack: str, code: int, run, program: Path) -> None:
    found = run("preview", program, "--stack", stack, "-f", "json")
    assert found.code == code
    if code == 2:
        assert "did you mean prod?" in found.err


@pytest.mark.parametrize("command", ["preview", "check"])
def test_a_named_stack_of_another_project_is_none_of_the_program(command: str, run, program: Path) -> None:
    found = run(command, program, "--stack", "acme/web/dev")
    assert (found.code, "there is no stack web/dev here, there is shop/dev" in found.err) == (2, True)


@pytest.mark.parametrize("stack", ["a/b/c/d", "/dev", "acme//dev", "acme/"])
def test_a_name_of_another_form(stack: str, run, program: Path) -> None:
    found = run("preview", program, "--stack", stack)
    assert (found.code, f"--stack {stack}: NAME," in found.err) == (2, True)


def test_a_project_and_a_stack_of_another_contradict(run, backend: Path) -> None:
    assert names(run("check", backend, "--stack", "acme/shop/prod", "-f", "json")) == ["shop/prod"]
    found = run("check", backend, "--project", "web", "--stack", "acme/shop/prod")
    assert (found.code, "a stack of project web was expected" in found.err) == (2, True)


@pytest.mark.parametrize(
    "arguments", [("audit",), ("preview", "--all-stacks"), ("check", "--all-stacks")], ids=lambda one: one[0]
)
def test_all_of_them(arguments: tuple[str, ...], run, program: Path) -> None:
    found = run(*arguments, program, "-f", "json")
    assert names(found) == ["shop/dev", "shop/prod"]
    assert found.code == 1


def test_all_of_a_program_without_any(run, program: Path) -> None:
    for file in program.glob("Pulumi.*.yaml"):
        file.unlink()
    (program / "__main__.py").write_text("")
    found = run("audit", program, "-f", "json")
    assert names(found) == ["shop/dev"]
    assert "without configuration" in found.out


def test_a_stack_that_cannot_be_run_hides_no_other(run, program: Path) -> None:
    (program / "Pulumi.dev.yaml").write_text("config: [")
    found = run("audit", program, "-f", "json")
    assert (found.code, names(found)) == (2, ["shop/prod"])
    assert "stack dev" in found.err


def test_both_options_contradict(run, program: Path) -> None:
    found = run("preview", program, "--stack", "dev", "--all-stacks")
    assert (found.code, "one of them" in found.err) == (2, True)


def test_a_flag_comes_before_the_variable(run, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIG_COST_STACK", "dev")
    assert names(run("preview", program, "-f", "json")) == ["shop/dev"]
    assert len(names(run("preview", program, "--all-stacks", "-f", "json"))) == 2


@pytest.mark.parametrize("option", ["--stack", "--project"])
def test_an_empty_name(option: str, run, program: Path) -> None:
    found = run("check", program, option, "")
    assert (found.code, f"{option}: a name was expected" in found.err) == (2, True)


def test_one_stack_of_a_backend(run, backend: Path) -> None:
    assert names(run("check", backend, "-f", "json")) == ["shop/dev", "shop/prod"]
    assert names(run("check", backend, "--stack", "prod", "-f", "json")) == ["shop/prod"]


@pytest.mark.parametrize(
    "options", [("--stack", "prdo"), ("--project", "web"), ("--project", "web", "--stack", "dev")]
)
def test_a_backend_without_the_stack_that_is_meant(options: tuple[str, ...], run, backend: Path) -> None:
    found = run("check", backend, *options)
    assert found.code == 2
    assert "there is shop/dev, shop/prod" in found.err


def test_a_file_of_another_stack_is_refused(run, work: Path) -> None:
    (work / "state.json").write_text(checkpoint("shop", "dev"))
    assert run("check", "state.json", "--stack", "dev").code == 0
    found = run("check", "state.json", "--stack", "prod")
    assert (found.code, "there is no stack prod here, there is shop/dev" in found.err) == (2, True)


@pytest.mark.parametrize("command", ["check", "estimate"])
def test_a_state_of_terraform_has_the_names_that_are_given(command: str, run, work: Path) -> None:
    path = work / "infra" / "terraform.tfstate"
    path.parent.mkdir()
    path.write_text(json.dumps(STATE))
    for place in (path, path.parent):
        assert names(run(command, place, "-f", "json")) == ["infra/default"]
        given = run(command, place, "--project", "shop", "--stack", "acme/prod", "-f", "json")
        assert names(given) == ["shop/prod"]


def test_a_workspace_is_a_stack(run, work: Path) -> None:
    for workspace in ("dev", "prod"):
        path = work / "infra" / "terraform.tfstate.d" / workspace / "terraform.tfstate"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(STATE))
    found = run("check", "infra", "--project", "shop", "--stack", "prod", "-f", "json")
    assert names(found) == ["shop/prod"]
    assert run("check", "infra", "--stack", "test").code == 2


def test_a_plan_of_tofu_is_compared_under_the_names_that_are_given(run) -> None:
    plan = Path(__file__).parents[2] / "recordings-tofu" / "existing" / "tofu.plan.json"
    compared = run("diff", plan, "--project", "shop", "--stack", "prod")
    assert (compared.code, "shop/prod (" in compared.out) == (0, True)
    assert run("explain", plan, "--project", "shop", "--stack", "prod").code == 0


def test_a_comparison_drops_no_stack_of_a_name_that_several_have(run, backend: Path, work: Path) -> None:
    """The older layout of a backend beside the newer one, as an upgrade may leave it."""
    head = work / "head"
    shutil.copytree(backend, head)
    eip = {
        "urn": "urn:pulumi:prod::shop::huaweicloud:Vpc/eip:Eip::front",
        "type": "huaweicloud:Vpc/eip:Eip",
        "custom": True,
        "id": "a",
        "inputs": {"region": "sa-brazil-1", "publicip": {"type": "5_bgp"}, "bandwidth": {"size": 300}},
    }
    document = {"version": 3, "checkpoint": {"stack": "prod", "latest": {"resources": [eip]}}}
    (head / ".pulumi" / "stacks" / "prod.json").write_text(json.dumps(document))
    found = run("diff", backend, head, "--all-stacks", "-f", "json")
    assert found.code == 2
    assert "several stacks are called shop/prod" in found.err
    assert [stack["label"] for stack in found.report["stacks"]] == ["shop/dev"]
    listed = [f"{one['project']}/{one['stack']}" for one in found.report["head"]["stacks"]]
    assert sorted(listed) == ["shop/dev", "shop/prod", "shop/prod"]
