"""``apig-cost bill``: the formats, the notes and the errors. The arithmetic: tests/pricing/timeline."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from policypack.cli.commands.bill import command

E1 = """
site = "eu"
region = "eu-west-101"
currency = "USD"
until = 2023-04-19T08:55:00+08:00
[rates]
"eip.retention" = "0.005"
"eip.bandwidth" = "0.0178"
[[event]]
at = 2023-04-18T08:45:00+08:00
resource = "web"
do = "create"
kind = "eip"
bandwidth = 6
mode = "bandwidth"
[[event]]
at = 2023-04-18T09:45:00+08:00
resource = "web"
do = "bind"
[[event]]
at = 2023-04-19T06:45:00+08:00
resource = "web"
do = "unbind"
[[event]]
at = 2023-04-19T08:55:00+08:00
resource = "web"
do = "delete"
"""


@pytest.fixture
def timeline(tmp_path: Path) -> Path:
    path = tmp_path / "timeline.toml"
    path.write_text(E1, encoding="utf-8")
    return path


def test_json(timeline: Path) -> None:
    ran = CliRunner().invoke(command, [str(timeline), "--format", "json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["total"] == {"amount": "2.5968", "currency": "USD"}
    assert found["notes"] == []
    assert found["records"][0] == {
        "resource": "web",
        "meter": "eip.bandwidth",
        "from": "2023-04-18T08:45:00+08:00",
        "to": "2023-04-18T09:00:00+08:00",
        "seconds": 900,
        "quantity": "6",
        "rate": "0.0178",
        "amount": "0.0267",
    }


def test_table_names_the_prices_of_the_book(timeline: Path) -> None:
    timeline.write_text(E1.replace('[rates]\n"eip.retention" = "0.005"\n"eip.bandwidth" = "0.0178"\n', ""))
    ran = CliRunner().invoke(command, [str(timeline)])
    assert ran.exit_code == 0, ran.output
    assert "Total 2.5968 USD; times are GMT+08:00." in ran.stdout
    assert "Price bandwidth-eu of bundled (example, 2025-06-24): https://" in ran.stdout


def test_whole_numbers_are_written_as_money(timeline: Path) -> None:
    timeline.write_text(E1.replace("bandwidth = 6", "bandwidth = 5").replace('"0.005"', '"0"'))
    ran = CliRunner().invoke(command, [str(timeline), "--format", "json"])
    assert json.loads(ran.stdout)["total"]["amount"] == "2.1508"
    timeline.write_text(E1.replace('"0.0178"', '"0"').replace('"0.005"', '"0"'))
    ran = CliRunner().invoke(command, [str(timeline), "--format", "json"])
    assert json.loads(ran.stdout)["total"]["amount"] == "0.00"


def test_what_is_not_in_the_total_is_said(timeline: Path) -> None:
    timeline.write_text(E1.replace('mode = "bandwidth"', 'mode = "traffic"'))
    ran = CliRunner().invoke(command, [str(timeline), "--format", "json"])
    assert ran.exit_code == 0
    assert "Note: The traffic of web is not stated" in ran.stderr
    assert json.loads(ran.stdout)["notes"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('do = "bind"', 'do = "unbind"', "web unbind at 2023-04-18 09:45:00): web is not bound."),
        ("kind", "kind kind", "is not TOML"),
        ('"0.005"', "0.005", "is a float"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(timeline: Path, old: str, new: str, message: str) -> None:
    timeline.write_text(E1.replace(old, new))
    ran = CliRunner().invoke(command, [str(timeline)])
    assert ran.exit_code == 2
    assert message in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert ran.stdout == ""


def test_no_file(tmp_path: Path) -> None:
    ran = CliRunner().invoke(command, [str(tmp_path / "none.toml")])
    assert ran.exit_code == 2
    assert "cannot be read" in ran.stderr


def test_a_price_book_that_is_wrong(timeline: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("schema = 'x'")
    ran = CliRunner().invoke(command, [str(timeline), "--prices", str(prices)])
    assert ran.exit_code == 2
    assert "schema is 'x'" in ran.stderr
