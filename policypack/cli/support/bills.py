"""Bills as the command line takes them: files, standard input, or the customer's account."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from policypack.cli.support.errors import InputError
from policypack.sources import json_text
from policypack.sources.compression import LARGEST, expand
from policypack.sources.error import Malformed
from pricing.learn.records import Bill, BillError, read_bill


def load_bill(
    paths: Sequence[str], month: date | None, account: "tuple[str, str | None] | None" = None
) -> Bill:
    """Read a bill.

    Args:
        paths: Files, each an answer of ``ListCustomerselfResourceRecords`` or a list of such; ``-`` is
            standard input.
        month: The month to take.
        account: Site to ask, and another endpoint than its own, where the bill is the account's.

    Raises:
        InputError: What is given is no bill of one month in one currency, or nothing is.
    """
    if account is None and not paths:
        raise InputError(
            "BILL: a file with bill records was expected; or ask the account with --from-account"
        )
    if account is not None and month is None:
        raise InputError("--from-account: name the month with --month 2026-10")
    documents = [(path, _read(path)) for path in paths]
    if account is not None and month is not None:
        documents.extend(_asked(account, month))
    try:
        return read_bill(documents, month)
    except BillError as error:
        told = str(error)
        named = any(told.startswith(name) for name, _ in documents)
        raise InputError(told if named else f"{', '.join(name for name, _ in documents)}: {told}") from None


def month_of(text: str | None) -> date | None:
    """The month that an option names.

    Raises:
        InputError: It is none.
    """
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise InputError(f"--month: a month like 2026-10 was expected, found {text!r}") from None


def _read(path: str) -> object:
    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
        return json_text.parse(json_text.decode(expand(data)))
    except OSError as error:
        raise InputError(f"{name}: the bill cannot be read ({error.strerror})") from None
    except Malformed as error:
        raise InputError(f"{name}: {error.place}: {error.problem}; a bill as JSON was expected") from None


def _asked(account: tuple[str, str | None], month: date) -> list[tuple[str, object]]:
    from pricing.sync.account import bill_of
    from pricing.sync.errors import SyncError

    site, endpoint = account
    try:
        return [("the account", page) for page in bill_of(site, month, endpoint=endpoint)]
    except SyncError as error:
        raise InputError(f"{error} Nothing was written.") from error
