"""Several price books, named as a user names them: on the command line, in settings, in what extends them."""

import json
import os
from pathlib import Path

import pytest

import pricing

OWN = """schema = "apig-cost/book/1"
as_of = 2026-11-02
[[row]]
meter = "eip.bandwidth"
spec = "5_bgp"
region = "la-south-2"
rate = "0.5"
currency = "USD"
"""
EXPORT = {
    "version": 3,
    "deployment": {
        "manifest": {"time": "2026-11-01T00:00:00Z", "magic": "", "version": "v3.255.0"},
        "resources": [
            {
                "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
                "type": "pulumi:pulumi:Stack",
                "custom": False,
            },
            {
                "urn": "urn:pulumi:dev::shop::huaweicloud:Vpc/eip:Eip::web",
                "custom": True,
                "id": "1",
                "type": "huaweicloud:Vpc/eip:Eip",
                "inputs": {
                    "region": "la-south-2",
                    "publicip": {"type": "5_bgp"},
                    "bandwidth": {"shareType": "PER", "size": 4, "chargeMode": "bandwidth", "name": "web"},
                },
                "outputs": {},
            },
        ],
    },
}


@pytest.fixture
def project(work: Path) -> Path:
    (work / "export.json").write_text(json.dumps(EXPORT), encoding="utf-8")
    (work / "own.toml").write_text(OWN, encoding="utf-8")
    (work / "empty.toml").write_text('schema = "apig-cost/book/1"\nas_of = 2026-11-20\n', encoding="utf-8")
    return work


def bandwidth(report: dict) -> dict:
    (found,) = [line for line in report["stacks"][0]["lines"] if line["meter"] == "eip.bandwidth"]
    return found


def test_the_report_says_which_row_of_which_book_answered(run, project) -> None:
    found = run(
        "estimate", "export.json", "--prices", "empty.toml", "--prices", "own.toml", "--prices", "bundled",
        "-f", "json",
    )  # fmt: skip
    report = found.report
    assert [(book["name"], book["asOf"]) for book in report["books"]][:2] == [
        ("empty.toml", "2026-11-20"),
        ("own.toml", "2026-11-02"),
    ]
    assert report["books"][2]["name"] == "bundled"
    assert report["book"]["id"] not in [book["id"] for book in report["books"]]
    line = bandwidth(report)
    assert line["price"]["book"] == "own.toml"
    assert line["price"]["row"] == "intl-la-south-2-eip-bandwidth-5_bgp"
    assert line["monthly"] == {"low": "1460", "high": "1460"}
    assert report["notes"][-1].startswith("Prices come from empty.toml (sha256:")
    told = run("explain", "export.json", "--prices", "own.toml", "--prices", "bundled").out
    assert "price row intl-la-south-2-eip-bandwidth-5_bgp (own) of 2026-11-02 in book own.toml" in told


def test_the_same_books_in_settings_in_a_variable_and_in_flags(run, project, monkeypatch) -> None:
    by_flag = run("estimate", "export.json", "--prices", "own.toml", "--prices", "bundled", "-f", "json")
    for name in ("APIG_COST_PRICES", "APIG_COST_PRICE_BOOK"):
        monkeypatch.setenv(name, f"own.toml{os.pathsep}bundled")
        assert run("estimate", "export.json", "-f", "json").out == by_flag.out
        monkeypatch.delenv(name)
    (project / "apig-cost.toml").write_text('priceBook = ["own.toml", "bundled"]\n', encoding="utf-8")
    by_settings = run("estimate", "export.json", "-f", "json").report
    assert (by_settings["books"], by_settings["stacks"]) == (
        by_flag.report["books"],
        by_flag.report["stacks"],
    )


def test_paths_start_at_the_folder_of_the_file_that_names_them(run, project) -> None:
    (project / "base").mkdir()
    (project / "team").mkdir()
    (project / "own.toml").rename(project / "base" / "own.toml")
    (project / "base" / "company.toml").write_text('priceBook = ["own.toml", "bundled"]\n', encoding="utf-8")
    extending = project / "team" / "apig-cost.toml"
    extending.write_text('extend = "../base/company.toml"\n', encoding="utf-8")
    found = run("estimate", "export.json", "-c", extending, "-f", "json").report
    assert [Path(book["name"]).name for book in found["books"]] == ["own.toml", "bundled"]
    assert bandwidth(found)["price"]["book"].endswith("own.toml")
    extending.write_text(
        'extend = "../base/company.toml"\npriceBook = "bundled"\n', encoding="utf-8"
    )  # states them all
    found = run("estimate", "export.json", "-c", extending, "-f", "json").report
    assert [book["name"] for book in found["books"]] == ["bundled"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("priceBook = []", "priceBook: expected a path, or a list of at least one, found a list of 0"),
        ('priceBook = ["own.toml", ""]', "priceBook[1]: expected text that is not empty"),
        ("priceBook = 5", "priceBook: expected a list, found 5"),
        ('priceBook = ["own.toml", "none.toml"]', "none.toml: the price book cannot be read"),
    ],
)
def test_books_that_cannot_be_meant(run, project, text: str, problem: str) -> None:
    (project / "apig-cost.toml").write_text(f"{text}\n", encoding="utf-8")
    found = run("estimate", "export.json")
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert problem in found.err


def test_an_empty_name_is_no_book(run, project) -> None:
    found = run("estimate", "export.json", "--prices", "own.toml", "--prices", "")
    assert (found.code, found.out) == (2, "")
    assert found.err == "Error: --prices: the name of a price book was expected, found an empty text\n"


def test_a_layer_that_contradicts_itself(run, project) -> None:
    (project / "twice.toml").write_text(OWN + OWN.partition("\n")[2].partition("\n")[2], encoding="utf-8")
    found = run("estimate", "export.json", "--prices", "bundled", "--prices", "twice.toml")
    assert (found.code, found.err.count("\n")) == (2, 1)
    assert found.err.startswith(
        "Error: twice.toml: Row intl-la-south-2-eip-bandwidth-5_bgp: two rows have the same meter, "
        "spec, site, region, mode and term, so the price is ambiguous; remove one of them."
    )


def test_list_and_check_take_several_books(run, project) -> None:
    books = ("--prices", "own.toml", "--prices", "bundled")
    listed = run("prices", "list", *books, "--meter", "eip.bandwidth", "-f", "json").report
    assert [row["book"] for row in listed["rows"]][:2] == ["own.toml", "bundled"]
    (project / "own.toml").write_text(OWN + OWN.partition("\n")[2].partition("\n")[2].replace("0.5", ""))
    checked = run("prices", "check", *books).out
    assert "(own.toml): 1 row, every proof holds." in checked
    assert "1 row without a rate: intl-la-south-2-eip-bandwidth-5_bgp." in checked
    assert f"(bundled): {len(pricing.load().rows)} rows, every proof holds." in checked


def test_diff_compares_layers(run, project) -> None:
    found = run(
        "diff", "export.json", "export.json", "--base-prices", "bundled", "--prices", "own.toml",
        "--prices", "bundled", "-f", "json",
    )  # fmt: skip
    assert found.report["baseBook"]["id"] == found.report["head"]["books"][1]["id"]
