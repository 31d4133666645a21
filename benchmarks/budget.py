"""(e) Deciding budgets over 10,000 lines."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

import pricing
from benchmarks import stacks
from benchmarks.table import Row, in_turns
from policypack.analyzer.undecoded import undecoded
from policypack.assessment import assess
from policypack.costs.budget import decide
from policypack.settings.model import Limit, Settings
from policypack.sources.engine import EngineStack

LINES = 10_000


def measure() -> list[Row]:
    """One limit over everything, with the lines of the recorded stacks repeated."""
    requests = stacks.requests(1_000)
    engine = EngineStack({})
    engine.introduce(requests.introduction)
    for request in requests.resources:
        engine.see(_received(request))
    stack = engine.stack(_received(requests.stack).resources)
    today = datetime.now(UTC).date()
    settings = Settings(limits=(Limit(name="team", amount=Decimal(1_000_000), currency="CNY"),))
    estimate = assess(stack, settings, pricing.load(), today).estimate
    copies = -(-LINES // len(estimate.lines))
    lines = msgspec.structs.replace(estimate, lines=tuple([*estimate.lines] * copies)[:LINES])

    def once() -> float:
        start = time.perf_counter()
        decide(lines, stack, settings, today)
        return time.perf_counter() - start

    return [Row("e", f"budget over {LINES} lines", in_turns([once], 5)[0], None, "100 ms")]


def _received(message: Any) -> Any:
    """A request as the pack gets it."""
    return undecoded(message.DESCRIPTOR.full_name).FromString(message.SerializeToString())
