"""Limits over all stacks, from settings and states to the report and the exit code."""

import json
from pathlib import Path

import pytest

LIMIT = """
[[portfolio.limits]]
name = "all"
amount = {amount}
currency = "CNY"
{scope}
"""


def eip(name: str, size: int, region: str = "cn-north-4", **tags: str) -> dict[str, object]:
    bandwidth = {"shareType": "PER", "name": name, "size": size, "chargeMode": "bandwidth"}
    inputs = {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth, "region": region, "tags": tags}
    outputs = {**inputs, "status": "BOUND", "privateIp": "10.0.0.7", "portId": "p"}
    return {
        "type": "huaweicloud:Vpc/eip:Eip",
        "custom": True,
        "id": f"id-{name}",
        "inputs": inputs,
        "outputs": outputs,
    }


def state(project: str, stack: str, *eips: dict[str, object]) -> str:
    resources = [
        {"urn": f"urn:pulumi:{stack}::{project}::huaweicloud:Vpc/eip:Eip::{one['id']}", **one} for one in eips
    ]
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


@pytest.fixture
def fleet(work: Path) -> Path:
    folder = work / "fleet"
    folder.mkdir()
    (folder / "a.json").write_text(state("shop", "prod", eip("a", 6, team="orders")))
    (folder / "b.json").write_text(state("shop", "dev", eip("b", 6, "cn-east-3", team="orders")))
    (folder / "c.json").write_text(state("bank", "prod", eip("c", 6)))
    return folder


@pytest.mark.parametrize(
    ("amount", "scope", "verdict", "code"),
    [
        (100_000, "", "within", 0),
        (1, "", "over", 1),
        (100_000, 'scope = { project = "shop" }', "within", 0),
        (1, 'scope = { project = "shop", region = "cn-east-3" }', "over", 1),
        (1, 'scope = { tag = "team=orders" }', "over", 1),
        (1, 'scope = { tag = "team=nobody" }', "within", 2),
        (1, 'scope = { region = "cn-nort-4" }', "within", 2),
        (1, 'scope = { project = "shpo" }', "within", 2),
    ],
)
def test_the_exit_code_follows(
    run, settings, fleet: Path, exact_prices: Path, amount: int, scope: str, verdict: str, code: int
) -> None:
    settings(LIMIT.format(amount=amount, scope=scope))
    found = run("audit", fleet, "-f", "json", "--prices", exact_prices)
    (limit,) = found.report["portfolio"]["limits"]
    assert (limit["verdict"], found.code) == (verdict, code), found.out
    assert found.report["verdict"] == {0: "ok", 1: "violation", 2: "undecided"}[code]


@pytest.mark.parametrize(("amount", "verdict"), [(100_000, "undecided"), (1, "over")])
def test_a_stack_that_cannot_be_read(
    run, settings, fleet: Path, exact_prices: Path, amount: int, verdict: str
) -> None:
    settings(LIMIT.format(amount=amount, scope=""))
    (fleet / "d.json").write_text('{"version": 3, "deployment": {"resour')
    found = run("audit", fleet, "-f", "json", "--prices", exact_prices)
    (limit,) = found.report["portfolio"]["limits"]
    assert (found.code, limit["verdict"]) == (2, verdict)
    if verdict == "undecided":
        assert limit["deciding"][0]["stack"] == "1 input"


@pytest.mark.parametrize("path", ["d", "d.json.bz2", ".old/d.json", "app/venv/d.json", "app/exports/d.json"])
@pytest.mark.parametrize(("amount", "verdict"), [(100_000, "undecided"), (1, "over")])
def test_what_was_left_out_may_be_a_stack(
    run, settings, fleet: Path, exact_prices: Path, path: str, amount: int, verdict: str
) -> None:
    settings(LIMIT.format(amount=amount, scope='scope = { project = "shop" }'))
    if path.startswith("app/exports"):
        (fleet / "app").mkdir()
        (fleet / "app" / "Pulumi.yaml").write_text("name: app\nruntime: nodejs\n")
    left_out = fleet / path
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.write_text(state("shop", "new", eip("d", 6)))
    audit = ("audit", fleet, "-f", "json", "--prices", exact_prices, "--exclude", "app")
    (limit,) = run(*audit).report["portfolio"]["limits"]
    assert limit["verdict"] == verdict
    if verdict == "undecided":
        assert {"stack": "1 path", "path": "", "reason": "left out, and may hold a stack"}.items() <= (
            limit["deciding"][-1].items()
        )
        (limit,) = run(*audit, "--exclude", path).report["portfolio"]["limits"]
        assert limit["verdict"] == "within"


def test_a_link_that_leads_nowhere_may_have_led_to_a_stack(
    run, settings, fleet: Path, exact_prices: Path
) -> None:
    settings(LIMIT.format(amount=100_000, scope=""))
    (fleet / "more").symlink_to("/nowhere/states")
    audit = ("audit", fleet, "-f", "json", "--prices", exact_prices)
    assert run(*audit).report["portfolio"]["limits"][0]["verdict"] == "undecided"
    assert run(*audit, "--exclude", "more").report["portfolio"]["limits"][0]["verdict"] == "within"


def test_a_stack_whose_tags_are_not_known_may_belong(run, settings, fleet: Path, exact_prices: Path) -> None:
    settings(LIMIT.format(amount=1, scope='scope = { tag = "team=bank" }'))
    unknown = eip("d", 5)
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}
    unknown["inputs"] = {**unknown["inputs"], "tags": secret}
    (fleet / "d.json").write_text(state("bank", "dev", unknown))
    found = run("audit", fleet, "-f", "json", "--prices", exact_prices)
    (limit,) = found.report["portfolio"]["limits"]
    assert (limit["verdict"], limit["low"], found.code) == ("undecided", "0", 3)


def test_a_single_source_says_nothing_of_all_stacks(run, settings, fleet: Path, exact_prices: Path) -> None:
    settings(LIMIT.format(amount=1, scope=""))
    found = run("check", fleet / "a.json", "-f", "json", "--prices", exact_prices)
    assert (found.code, found.report["portfolio"]) == (0, None)


def test_wrong_settings(run, settings, fleet: Path) -> None:
    twice = LIMIT.format(amount=1, scope="") * 2
    settings(twice + '\n[portfolio]\nowner = "team"\n'.replace("[portfolio]\n", ""))
    settings(twice.replace('currency = "CNY"', 'currency = "XXX"', 1) + "scope = { newOnly = true }\n")
    found = run("audit", fleet)
    assert found.code == 2
    assert 'portfolio.limits[1].name: "all" is already the name of portfolio.limits[0]' in found.err
    assert "portfolio.limits[1].scope.newOnly: unknown key" in found.err
    settings(LIMIT.format(amount=1, scope="").replace("CNY", "XXX"))
    assert "portfolio.limits[0].currency: expected a currency of the prices" in run("audit", fleet).err


def test_people_read_it_too(run, settings, fleet: Path, exact_prices: Path) -> None:
    settings(LIMIT.format(amount=1, scope='scope = { region = "cn-north-4" }'))
    for form in ("table", "markdown"):
        found = run("audit", fleet, "-f", form, "--prices", exact_prices)
        assert "over the limit" in " ".join(found.out.lower().split())
        assert "2 stacks, 1.00 CNY a month): OVER" in " ".join(found.out.split())


@pytest.mark.parametrize(
    ("form", "over", "within"),
    [
        (
            "junit",
            '<failure message="All stacks, &quot;all&quot; (3 stacks',
            '<testcase classname="apig-cost.all',
        ),
        ("github", "::error title=apig-monthly-budget%3A all (all stacks)::", "::notice title=apig-monthly"),
        ("gitlab", '"severity": "blocker"', None),
        ("sarif", '"stack": ""', None),
    ],
)
def test_no_format_lets_it_pass(
    run, settings, fleet: Path, exact_prices: Path, form: str, over: str, within: str | None
) -> None:
    settings(LIMIT.format(amount=1, scope=""))
    found = run("audit", fleet, "-f", form, "--prices", exact_prices)
    assert found.code == 1
    assert over in found.out
    settings(LIMIT.format(amount=100_000, scope=""))
    found = run("audit", fleet, "-f", form, "--prices", exact_prices)
    assert found.code == 0
    assert over not in found.out
    assert within is None or within in found.out
