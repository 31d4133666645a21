"""Where the settings of a run are looked for."""

from pathlib import Path

import pytest

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
