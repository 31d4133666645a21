"""The text of a first ``apig-cost.toml``, with its reasons as comments."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from policypack.cli.initial.limits import Proposal
from policypack.reports.safe import name, visible
from pricing.advice import fetch
from pricing.money import plain

_WIDTH = 108
_MOST = 3
"""Reasons of one stack that are named."""
_EXAMPLE = "1000"


def settings_text(proposals: Sequence[Proposal], margin: Decimal, today: date, prices: Sequence[str]) -> str:
    """The settings of a project: a limit for each stack, those that cannot be decided yet as comments.

    Args:
        proposals: A limit, or why there is none, for each stack.
        margin: Percent that limits are above the estimate.
        today: The day of the estimate.
        prices: Price books that the estimate used beside the bundled one, as the file names them.
    """
    lines = [
        "# What the API gateways, elastic IPs and bandwidth of this project may cost a month.",
        f"# Written by `apig-cost init` on {today}. `apig-cost settings check` says whether all is right.",
        "",
    ]
    if len(prices) == 1:
        lines += [
            "# Prices of your own. Relative paths start at the folder of this file.",
            _book(prices[0]),
            "",
        ]
    elif prices:
        lines += [
            "# Price books in the order in which they are asked; `bundled` is the one of apig-cost.",
            f"priceBook = [{', '.join(map(_quoted, prices))}]",
            "",
        ]
    lines += [
        "[apig-monthly-budget]",
        "# A stack that no limit is about is cannot decide: a new one does not pass unseen.",
        "required = true",
    ]
    for proposal in proposals:
        lines += ["", *_limit(proposal, margin)]
    return "\n".join(lines) + "\n"


def _book(path: str) -> str:
    return f"priceBook = {_quoted(path)}"


def _limit(proposal: Proposal, margin: Decimal) -> Iterator[str]:
    label = name(proposal.label)
    limit = proposal.limit
    if limit is not None and proposal.decided:
        above = f", plus {plain(margin)} percent, rounded up" if margin else ", rounded up"
        yield from _comment(f"{label}: the estimate of {proposal.estimate} a month{above}.")
        yield from _table(proposal, plain(limit.amount), limit.currency)
        return
    yield from _comment(
        f"{label}: a limit cannot be decided yet. The estimate is: {proposal.estimate or 'none'}."
    )
    for reason in proposal.open[:_MOST]:
        yield from _comment(f"- {visible(reason)}")
    if len(proposal.open) > _MOST:
        yield from _comment(f"- and {len(proposal.open) - _MOST} more; `apig-cost explain` names them")
    regions: dict[str, list[str]] = {}
    for site, region in proposal.wanting:
        if site and region:
            regions.setdefault(visible(site), []).append(visible(region))
    commands = [fetch(site, of_it) for site, of_it in sorted(regions.items())]
    fetched = " and ".join(one for one in commands if one is not None) or "`apig-cost prices sync`"
    yield from _comment(
        f"Missing prices are fetched with {fetched}, or listed with `apig-cost prices init`, to be filled "
        "in. Then set the amount and take the five lines below out of the comment; until then the answer is "
        "cannot decide."
    )
    amount, currency = (_EXAMPLE, "USD") if limit is None else (plain(limit.amount), limit.currency)
    for line in _table(proposal, amount, currency):
        yield f"# {line}"


def _table(proposal: Proposal, amount: str, currency: str) -> Iterator[str]:
    yield "[[apig-monthly-budget.limits]]"
    yield f"name = {_quoted(proposal.label)}"
    yield f"amount = {amount}"
    yield f"currency = {_quoted(currency)}"
    yield f"scope = {{ project = {_quoted(proposal.project)}, stack = {_quoted(proposal.stack)} }}"


def _quoted(text: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def _comment(text: str) -> Iterator[str]:
    indentation = "  " if text.startswith("- ") else ""
    wrapper = textwrap.TextWrapper(
        _WIDTH - 2, subsequent_indent=indentation, break_long_words=False, break_on_hyphens=False
    )
    for line in wrapper.wrap(visible(text)):
        yield f"# {line}"
