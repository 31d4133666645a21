"""Where the settings of a run are looked for."""

import os
from pathlib import Path

import pytest

from policypack.cli.support.configuration import read_settings

LIMIT = """[apig-monthly-budget]
limits = [{{ name = "{name}", amount = "1", currency = "USD" }}]
"""
PROGRAM = """
from pulumi_huaweicloud import vpc
vpc.Eip("front", publicip=vpc.EipPublicipArgs(type="5_bgp"),
        bandwidth=vpc.EipBandwidthArgs(share_type="PER", name="x", size=5, charge_mode="bandwidth"))
"""


@pytest.fixture
def program(work: Path) -> Path:
    directory = work / "shop"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (directory / "Pulumi.dev.yaml").write_text("config:\n  huaweicloud:region: sa-brazil-1\n")
    (directory / "__main__.py").write_text(PROGRAM)
    return directory


def write(directory: Path, name: str) -> None:
    (directory / "apig-cost.toml").write_text(LIMIT.format(name=name))


@pytest.mark.parametrize("command", ["preview", "check"])
def test_the_file_beside_the_program_counts(command: str, run, program: Path) -> None:
    write(program, "beside")
    found = run(command, program)
    assert found.code == 1
    assert '"beside"' in found.out


def test_the_file_beside_the_program_comes_before_that_of_the_current_directory(
    run, program: Path, work: Path
) -> None:
    write(work, "here")
    assert '"here"' in run("preview", program).out
    write(program, "beside")
    assert '"beside"' in run("preview", program).out


def test_the_named_file_comes_before_both(run, program: Path, work: Path) -> None:
    write(program, "beside")
    (work / "named.toml").write_text(LIMIT.format(name="named"))
    assert '"named"' in run("preview", program, "--config", work / "named.toml").out


def test_several_sources_use_the_file_of_the_current_directory(run, program: Path, work: Path) -> None:
    write(program, "beside")
    write(work, "here")
    found = run("check", program, program)
    assert '"here"' in found.out
    assert '"beside"' not in found.out


@pytest.fixture
def repository(work: Path) -> Path:
    """A repository with a program two folders below its root; the current folder is outside of it."""
    root = work / "repository"
    program = root / "teams" / "shop"
    program.mkdir(parents=True)
    (root / ".git").mkdir()
    (program / "state.json").write_text('{"version": 3, "deployment": {"manifest": {}, "resources": []}}')
    return root


def used(found) -> str | None:
    return found.report["settings"]


@pytest.mark.parametrize("place", [".", "teams", "teams/shop"])
def test_the_file_is_looked_for_up_to_the_repository(place: str, run, repository: Path) -> None:
    write(repository / place, "above")
    found = run("audit", "repository/teams/shop", "-f", "json")
    assert used(found) == str(Path("repository", place, "apig-cost.toml"))


def test_the_look_ends_at_the_repository(run, repository: Path, work: Path) -> None:
    write(work, "outside")
    (repository / "teams" / ".git").write_text("gitdir: elsewhere")  # a repository within, as a submodule is
    write(repository, "above")
    assert (
        used(run("audit", "repository/teams/shop", "-f", "json")) == "apig-cost.toml"
    )  # the current folder's


def test_a_single_file_is_about_the_current_folder(
    run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "above")
    monkeypatch.chdir(repository / "teams")
    assert used(run("check", "shop/state.json", "-f", "json")) == "../apig-cost.toml"


def test_without_a_repository_the_look_ends_where_it_began(
    run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = work / "a" / "b"
    program.mkdir(parents=True)
    (program / "state.json").write_text('{"version": 3, "deployment": {"manifest": {}, "resources": []}}')
    write(work, "above")
    assert used(run("audit", program, "-f", "json")) == "apig-cost.toml"  # the current folder is above
    monkeypatch.chdir(work / "a")
    found = run("audit", "b")
    assert "Settings: none (apig-cost.toml was looked for from b up to .)" in found.out
    assert used(run("audit", "b", "-f", "json")) is None


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_the_report_names_the_file_or_says_that_there_is_none(form: str, run, repository: Path) -> None:
    found = run("audit", "repository", "-f", form)
    assert "none (apig-cost.toml was looked for in repository)" in found.out
    write(repository, "here")
    assert "repository/apig-cost.toml" in run("audit", "repository", "-f", form).out


def test_a_comparison_names_the_file(run, repository: Path) -> None:
    state = repository / "teams" / "shop" / "state.json"
    assert "Settings: none" in run("diff", state, state).out


@pytest.mark.parametrize("kind", ["folder", "link", "loop"])
def test_what_stands_in_the_place_of_the_file_is_not_passed_over(
    kind: str, run, repository: Path, work: Path
) -> None:
    path = repository / "apig-cost.toml"
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path if kind == "loop" else work / "gone")
    found = run("audit", "repository/teams/shop")
    assert found.code == 2
    assert found.err.startswith("Error: repository/apig-cost.toml: the settings cannot be read (")
    assert found.err.count("\n") == 1


def test_a_folder_above_that_cannot_be_searched_is_an_error(
    run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lstat = os.lstat

    def refuse(path: object, **arguments: object) -> os.stat_result:
        if str(path).endswith("repository/apig-cost.toml"):
            raise PermissionError(13, "Permission denied", str(path))
        return lstat(path, **arguments)

    monkeypatch.setattr(os, "lstat", refuse)
    found = run("audit", "repository/teams/shop")
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert "repository/apig-cost.toml: the settings cannot be read (Permission denied)" in found.err


BASE = """
hoursPerMonth = 700
priceBook = "prices.toml"
defaultRegion = "cn-north-4"
[[usage]]
match = "base"
trafficGB = 1
[eip-idle]
level = "mandatory"
[apig-monthly-budget]
whenUndecided = "warn"
limits = [
  { name = "all", amount = 100, currency = "USD" },
  { name = "base", amount = 5, currency = "USD" },
]
"""
OWN = """
extend = "../base.toml"
hoursPerMonth = 600
[[usage]]
match = "own"
trafficGB = 2
[apig-monthly-budget]
limits = [{ name = "all", amount = 200, currency = "USD" }]
"""


def test_a_file_builds_on_another(work: Path) -> None:
    (work / "team").mkdir()
    (work / "base.toml").write_text(BASE)
    (work / "team" / "apig-cost.toml").write_text(OWN)
    settings = read_settings(Path("team/apig-cost.toml"))
    assert settings.hours_per_month == 600
    assert settings.default_region == "cn-north-4"
    assert settings.price_book == ("prices.toml",)  # beside the file that names it
    assert [entry.match for entry in settings.usage] == ["own", "base"]
    assert [(limit.name, limit.amount) for limit in settings.limits] == [("all", 200), ("base", 5)]
    assert settings.when_undecided == "warn"
    assert settings.levels["eip-idle"] == "mandatory"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"a.toml": 'extend = "b.toml"', "b.toml": 'extend = "a.toml"'},
            "a.toml: extend: files extend each other",
        ),
        ({"a.toml": 'extend = "a.toml"'}, "(a.toml -> a.toml)"),
        (
            {"a.toml": 'extend = "gone.toml"'},
            "a.toml: extend: gone.toml: the settings cannot be read (No such",
        ),
        ({"a.toml": "extend = 5"}, "a.toml: extend: the path of a settings file was expected"),
        ({"a.toml": 'extend = ""'}, "a.toml: extend: the path"),
        (
            {"a.toml": 'extend = "b.toml"', "b.toml": "sites = 5"},
            "b.toml: sites: unknown key; did you mean site?",
        ),
        ({"a.toml": 'extend = "b.toml"\nsites = 5', "b.toml": ""}, "a.toml: sites: unknown key"),
        ({"a.toml": 'extend = "b.toml"', "b.toml": "x = ["}, "b.toml: this is not TOML"),
        ({"a.toml": 'extend = "."'}, "the settings cannot be read (Is a directory)"),
    ],
)
def test_what_cannot_be_extended(files: dict[str, str], told: str, run, work: Path) -> None:
    for name, text in files.items():
        (work / name).write_text(text)
    found = run("settings", "check", "a.toml")
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert told in found.err


def test_settings_check_looks_above(run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "teams")
    assert "none (apig-cost.toml was looked for from . up to ..)" in run("settings", "check").err
    write(repository, "above")
    assert run("settings", "check").out == "../apig-cost.toml: all settings are right\n"


def test_an_audit_tells_of_settings_that_it_does_not_use(run, repository: Path) -> None:
    write(repository, "used")
    assert run("audit", "repository", "-f", "json").report["notes"] == []
    write(repository / "teams" / "shop", "unused")
    (note,) = run("audit", "repository", "-f", "json").report["notes"]
    assert note.startswith("1 settings file is not used (repository/teams/shop/apig-cost.toml)")


@pytest.mark.parametrize("arguments", [("settings", "check"), ("audit", "repository")])
def test_a_currency_that_nobody_knows_is_one_line(
    arguments: tuple[str, ...], run, repository: Path, work: Path
) -> None:
    (work / "apig-cost.toml").write_text(LIMIT.format(name="team").replace("USD", "RMB"))
    found = run(*arguments)
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert found.err.startswith("Error: apig-cost.toml: apig-monthly-budget.limits[0].currency: expected")


@pytest.mark.parametrize(
    ("region", "hint"),
    [("cn-nort-4", "did you mean cn-north-4?"), ("*-middle-*", "or a [[region]] of a price book")],
)
@pytest.mark.parametrize("arguments", [("settings", "check"), ("check", "repository")])
def test_a_limit_on_a_region_that_nobody_knows_is_one_line(
    arguments: tuple[str, ...], region: str, hint: str, run, repository: Path, work: Path
) -> None:
    """Nothing would be in it, so everything would be within."""
    limit = LIMIT.format(name="team").replace('"USD"', f'"USD", scope = {{ region = "{region}" }}')
    (work / "apig-cost.toml").write_text(limit)
    found = run(*arguments)
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert found.err.startswith("Error: apig-cost.toml: apig-monthly-budget.limits[0].scope.region: expected")
    assert hint in found.err
