"""Hints name commands that work."""

import shlex

import click
import pytest

from policypack.cli.commands.prices import command
from pricing.advice import advice, fetch
from pricing.book.loader import definitions
from pricing.sync.codes import codes


def test_the_sites_with_a_calculator_are_those_that_can_be_asked() -> None:
    assert definitions().calculators == codes().hosts.keys()
    assert codes().endpoints.keys() == definitions().currencies.keys()


@pytest.mark.parametrize("regions", [(), ("eu-west-101",), ("a-1", "b-2")])
@pytest.mark.parametrize("site", ["cn", "intl", "eu"])
def test_the_command_is_one_that_the_command_line_takes(site: str, regions: tuple[str, ...]) -> None:
    told = fetch(site, regions)
    assert told is not None
    name, group, verb, *options = shlex.split(told.strip("`"))
    assert (name, group) == ("apig-cost", "prices")
    with click.Context(command) as context:
        sync = command.get_command(context, verb)
        assert sync is not None
        parsed = sync.make_context("sync", options).params
    assert (parsed["regions"], parsed["all_regions"]) == (regions, not regions)
    assert parsed["origin"] == ("bss" if site == "eu" else "calculator")


@pytest.mark.parametrize("site", [None, "telekom"])
def test_where_nothing_can_be_fetched_the_price_is_written_down(site: str | None) -> None:
    assert fetch(site) is None
    assert advice(site, ["eu-de"]) == "Write the price down with `apig-cost prices init SOURCE`."
