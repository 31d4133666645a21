"""The price books of a run."""

from collections.abc import Sequence

import pricing
from policypack.cli.support.errors import InputError


def load_books(paths: Sequence[str]) -> pricing.Prices:
    """The price books at some paths, in their order; none is the bundled one.

    Raises:
        InputError: One cannot be read or contradicts itself.
    """
    if "" in paths:  # a shell variable that is not set; the bundled book would not be what is meant
        raise InputError("--prices: the name of a price book was expected, found an empty text")
    try:
        return pricing.load_layers(paths)
    except ValueError as error:
        raise InputError(str(error)) from None
