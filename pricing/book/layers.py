"""Several books that are asked one after another. They are not merged: each keeps its rows and statements.

What the layers say together is told in ``pricing.book.lookup``; here is what they are, and their name.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from pricing.book.model import Book, Complete, Definitions, NoPrice, Row
from pricing.book.regions import Region, Regions
from pricing.quantity import Meter

BUNDLED: Final = "bundled"
"""The name of the book that comes with this version, where books are named."""


class Books(Struct, frozen=True, dict=True):
    """Price books in the order in which they are asked. Immutable; offers what a single ``Book`` offers.

    Attributes:
        given: The books as they were read, the first one first.
    """

    given: tuple[Book, ...]

    def __repr__(self) -> str:
        return f"Books({', '.join(map(repr, self.given))})"

    @cached_property
    def layers(self) -> tuple[Book, ...]:
        """The books, each without the sites that it has in another currency than the layers together.

        A book without its rows of a site holds not every price of it either.
        """
        return tuple(_in_the_currencies(book, self.currencies) for book in self.given)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every row that can answer, those of the first layer first."""
        return tuple(row for book in self.layers for row in book.rows)

    @property
    def definitions(self) -> Definitions:
        """Meters, sites and regions, which every book shares."""
        return self.given[0].definitions

    @cached_property
    def as_of(self) -> date:
        """When the newest of the books was put together."""
        return max(book.as_of for book in self.given)

    @cached_property
    def currencies(self) -> Mapping[str, str]:
        """Currency of each site: as the first book states it that states it itself."""
        currencies = dict(self.definitions.currencies)
        for book in reversed(self.given):
            currencies |= {site: book.currencies[site] for site in sorted(book.own_sites)}
        return currencies

    def currency_of(self, site: str) -> str:
        """ISO 4217 code of the prices of a site.

        Raises:
            KeyError: There is no such site.
        """
        return self.currencies[site]

    @cached_property
    def own_regions(self) -> tuple[Region, ...]:
        """Regions that the books themselves list; of two that list the same, the first counts."""
        regions: dict[str, Region] = {}
        for book in self.given:
            regions = {region.id: region for region in book.own_regions} | regions
        return tuple(regions.values())

    @cached_property
    def regions(self) -> Regions:
        """Every region that is listed, those of the books themselves first."""
        return self.definitions.regions.and_also(self.own_regions)

    @cached_property
    def identifier(self) -> str:
        """Names the content and the order of the books, whatever their files are called."""
        text = "\n".join(book.digest for book in self.given)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def statements(self) -> tuple[NoPrice, ...]:
        """What deliberately has no price, in the order of the layers, and at last what has none anywhere."""
        own = (stated for book in self.layers for stated in book.no_prices)
        return tuple(dict.fromkeys((*own, *self.definitions.no_prices)))

    @cached_property
    def complete(self) -> tuple[Complete, ...]:
        """Where one of the books is known to hold every price."""
        return tuple(dict.fromkeys(stated for book in self.layers for stated in book.complete))

    def is_complete(self, meter: Meter, site: str, region: str | None) -> bool:
        """Whether one of the books holds every price of the meter there; ``None`` asks for all regions."""
        return any(book.is_complete(meter, site, region) for book in self.layers)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the layers together do not use of a book, a sentence each."""
        return tuple(_left_out(self.given, self.currencies))


Prices: TypeAlias = Book | Books
"""What prices come from: one book, or several in their order."""


def layered(books: Sequence[Book]) -> Prices:
    """The books as one source of prices; of the same content twice the first counts."""
    once: dict[str, Book] = {}
    for book in books:
        once.setdefault(book.digest, book)
    first, *others = once.values()
    return Books((first, *others)) if others else first


def _in_the_currencies(book: Book, currencies: Mapping[str, str]) -> Book:
    others = {site for site, currency in book.currencies.items() if currencies[site] != currency}
    if not others:
        return book
    return replace(
        book,
        rows=tuple(row for row in book.rows if row.site not in others),
        complete=tuple(stated for stated in book.complete if stated.site not in others),
    )


def _left_out(books: Iterable[Book], currencies: Mapping[str, str]) -> Iterator[str]:
    for book in books:
        for site in sorted({row.site for row in book.rows}):
            if book.currencies[site] != currencies[site]:
                yield (
                    f"Book {book.name} has prices of site {site} in {book.currencies[site]}, which are not "
                    f"used: a book before it has them in {currencies[site]}."
                )
