"""Billed types: what every file says of itself, and the sentence that is made from all of them."""

import pytest

from policypack.huaweicloud.names import is_free
from policypack.metering.catalogue import BILLED, billed_types, nothing_declared
from policypack.plugins import plugin_names
from pricing import load
from pricing.quantity import Meter


def test_every_file_is_a_type() -> None:
    assert len(plugin_names(BILLED)) <= len(billed_types())
    assert {"apig_instance", "vpc_bandwidth", "vpc_eip"} <= billed_types().keys()


@pytest.mark.parametrize("billed", billed_types().values(), ids=lambda billed: billed.type)
def test_a_type_is_named_and_not_called_free(billed) -> None:
    assert billed.service.name
    assert billed.service.noun
    # categories of FOCUS 1.2
    assert billed.service.category in {
        "Compute",
        "Databases",
        "Integration",
        "Networking",
        "Security",
        "Storage",
    }
    assert not is_free(billed.type)


def test_the_sentence_is_made_from_what_is_priced() -> None:
    always = [billed for billed in billed_types().values() if not billed.only_where_priced]
    nouns = {billed.service.noun for billed in always}
    assert len(always) < len(billed_types()), "what is a line only with a price is not named"
    assert all(noun in nothing_declared() for noun in nouns)
    assert nothing_declared().startswith("No API gateway, elastic IP")


def test_meters_that_code_speaks_of_are_in_the_book() -> None:
    named = {value for value in vars(Meter).values() if isinstance(value, Meter)}
    assert len(named) == 8
    assert named <= load().definitions.meters.keys()
