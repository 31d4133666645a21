"""Billed types: what every file says of itself, and the sentence that is made from all of them."""

import pytest

from policypack.costs.estimate import declaration_of
from policypack.declared import Origin, Stack
from policypack.huaweicloud.names import is_free
from policypack.huaweicloud.survey import survey
from policypack.metering.catalogue import BILLED, _of_row, billed_types, nothing_declared
from policypack.network.judge import judge
from policypack.plugins import plugin_names
from policypack.settings.model import Settings
from pricing import load
from pricing.document import Table, parse_document
from pricing.money import ANYTHING, Range
from pricing.quantity import Meter
from tests.policypack.costs.test_estimate import declare


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


def test_what_a_row_says_of_replacements_and_sizes() -> None:
    assert billed_types()["nat_gateway"].replaced_by == ("region", "vpcId", "subnetId")
    row = """
        type = "nat_gateway"
        service = "NAT Gateway"
        category = "Networking"
        noun = "NAT gateway"
        meter = "bandwidth.shared"
        size = "bandwidth.size"
        replaced_by = ["region"]
    """
    billed = _of_row(Table(parse_document(row, "row.toml"), "row.toml"))
    sized = declare("huaweicloud:Nat/gateway:Gateway", "out", {"size": 7, "bandwidth": {"size": 5}})
    hidden = declare("huaweicloud:Nat/gateway:Gateway", "out", {"size": 7, "bandwidth": {}})
    sizes = []
    for resource in (sized, hidden):
        landscape = survey(Stack("shop", "dev", Origin("program"), [resource]), None)
        declaration = declaration_of(landscape, judge(landscape, Settings()), Settings())
        sizes += [(item.size, item.unknowns) for item in billed.items(declaration)]
    assert sizes == [(Range.exactly(5), ()), (ANYTHING, ("bandwidth.size",))]


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
