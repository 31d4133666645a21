"""The table of regions: what is listed, what only a pattern knows, and what other books add."""

from collections.abc import Callable

import pytest

import pricing
from pricing.book.loader import bundled as load_texts
from pricing.book.loader import definitions
from pricing.book.model import Book
from pricing.book.regions import Balancer, Region, listed_regions
from pricing.document import DocumentError
from tests.pricing.conftest import HEAD

OWN = '\n[[region]]\nid = "{id}"\n{keys}\n'


def test_each_region_has_sites_of_the_definitions_or_a_partner() -> None:
    for region in listed_regions().listed.values():
        assert set(region.sites) <= set(definitions().currencies), region.id
        assert bool(region.sites) is (region.partner is None), region.id


@pytest.mark.parametrize(
    ("identifier", "sites"),
    [
        ("eu-west-101", ("eu", "intl")),
        ("ap-southeast-3", ("intl",)),
        ("cn-north-4", ("cn", "intl")),
        ("cn-north-99", ("cn",)),
        ("eu-de", ()),
    ],
)
def test_who_sells_a_region(identifier: str, sites: tuple[str, ...]) -> None:
    region = listed_regions().get(identifier)
    assert region is not None
    assert region.sites == sites


@pytest.mark.parametrize("identifier", ["mars-1", "", "*", "CN-NORTH-4"])
def test_what_nobody_lists_has_no_site(identifier: str) -> None:
    assert listed_regions().get(identifier) is None


def test_gateways_balance_with_lvs_in_two_regions_only() -> None:
    regions = listed_regions().listed.values()
    assert [one.id for one in regions if one.balancer is Balancer.LVS] == ["cn-north-1", "na-mexico-1"]


def test_a_bundled_row_of_an_unlisted_region_does_not_load(row_text: Callable[..., str]) -> None:
    with pytest.raises(DocumentError) as error:
        load_texts([("gateway.toml", row_text()), ("more.toml", row_text(id="b", region="ap-southeast-33"))])
    assert str(error.value) == (
        "more.toml, row 1 (b): region is 'ap-southeast-33'; expected a listed region (ap-southeast-3?), or a "
        "[[region]] that lists it."
    )


def test_a_book_may_list_regions_of_its_own(
    book_of: Callable[..., Book], row_text: Callable[..., str]
) -> None:
    text = row_text(region="mars-1")
    with pytest.raises(DocumentError, match=r"row 1 \(a\): region is 'mars-1'; expected a listed region,"):
        book_of(text)
    book = book_of(text, OWN.format(id="mars-1", keys='sites = ["intl"]'))
    assert book.regions.get("mars-1") == Region("mars-1", "mars-1", ("intl",))
    assert book.regions.get("ap-southeast-3") is not None
    assert pricing.load().regions.get("mars-1") is None
    assert book.digest != book_of(text, OWN.format(id="mars-1", keys='sites = ["eu"]')).digest


@pytest.mark.parametrize(
    ("identifier", "keys", "message"),
    [
        ("mars-1", "", "sites is missing; expected the sites that sell it, or the partner who runs it"),
        ("mars-1", 'sites = "intl"', "sites is 'intl'; expected a list of texts"),
        ("mars-1", 'sites = ["intl"]\nbalancer = "nlb"', "balancer is 'nlb'; expected one of elb, lvs"),
        ("mars-1", 'sites = ["intl"]\nplanet = "x"', "planet is not a known key"),
        ("*", 'sites = ["intl"]', "id is '*'; expected the id of one region"),
        ("", 'sites = ["intl"]', "id is ''; expected a text that is not empty"),
    ],
)
def test_a_wrong_region(book_of: Callable[..., Book], identifier: str, keys: str, message: str) -> None:
    with pytest.raises(DocumentError) as error:
        book_of(OWN.format(id=identifier, keys=keys))
    assert "region 1" in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_region_stands_once(book_of: Callable[..., Book]) -> None:
    own = OWN.format(id="mars-1", keys='sites = ["intl"]')
    with pytest.raises(DocumentError, match=r"region 2 \(mars-1\): id .* each region once"):
        book_of(own, own, head=HEAD)
