"""The way from a new project to a decided limit, as docs/prices.md shows it: its commands are run with a
stand-in for the vendor's calculator, and print what the page says.

Hashes and days depend on when and where a book was fetched; they are compared by their form. After a change
that is meant, ``APIG_COST_WRITE_DOCS=1`` writes the output into the page.
"""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.generation.shown import clone, commands, renewed, run
from tests.pricing.sync.conftest import by_traffic, catalogue, plan, product, server, tiers

__all__ = ["server"]

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "prices.md"
CHANGING = re.compile(r"sha256:[0-9a-f]{16}|20\d\d-\d\d-\d\d")


@pytest.fixture
def calculator(server: Any, tmp_path: Path) -> Path:
    """A folder with an ``apig-cost`` that asks a server here instead of the vendor's."""
    server.catalogues["apig", "ap-southeast-3"] = catalogue(
        "apig",
        {
            "apig_apig.instance": [
                product("BASIC", plan("0.8"), plan("9.9", siteCode="ALLY_FLEXIBLEENGINE")),
                product("PROFESSIONAL", plan("3.5")),
            ],
            "apig_apig.publicip": [product("publicip", plan("0.05", usageFactor="count"))],
        },
    )
    server.catalogues["eip", "ap-southeast-3"] = catalogue(
        "eip",
        {
            "vpc_ip": [product("5_bgp", plan("0.005"))],
            "vpc_bandwidth": [
                product(
                    "19_bgp", plan(None, **tiers(15, (0, 5, "0.02"), (5, -1, "0.06"))), eipType="dataInfo_5_"
                ),
                product("12_bgp", by_traffic("0.12")),
                product("12_bgp_1TB", plan("99", "MONTHLY")),
            ],
        },
    )
    folder = tmp_path / "bin"
    folder.mkdir()
    ours = Path(sys.executable).parent / "apig-cost"
    script = folder / "apig-cost"
    asking = f'if [ "$1 $2" = "prices sync" ]; then exec "{ours}" "$@" --endpoint {server.url}; fi'
    script.write_text(f'#!/bin/sh\n{asking}\nexec "{ours}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


@pytest.mark.slow
def test_from_a_new_project_to_a_decided_limit(calculator: Path, tmp_path: Path) -> None:
    shown = commands(PAGE, "calculator")
    assert len(shown) == 11
    ran = list(run(shown, ROOT, clone(ROOT, tmp_path / "clone"), calculator))
    if os.environ.get("APIG_COST_WRITE_DOCS"):
        PAGE.write_text(renewed(PAGE, iter(ran)), encoding="utf-8")
        return
    for command, printed in ran:
        assert CHANGING.sub("#", printed) == CHANGING.sub("#", command.printed), command.line
