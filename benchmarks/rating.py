"""How long it takes to price 100,000 lines of an estimate, and to load the book.

Run: ``python benchmarks/rating.py``. The bar is a few seconds of one core, whatever else the machine
does; exits with 1 above it.
"""

import sys
from decimal import Decimal
from time import process_time

import pricing
from pricing import Meter, Mode, Question, Range

LINES = 100_000
BAR_SECONDS = 8
MONTH = Decimal(730)


def questions() -> list[Question]:
    """A mix of clear and open questions, as an audit of many stacks asks them."""
    month = Range.exactly(MONTH)
    five = Range.exactly(5)
    return [
        Question(
            Meter.GATEWAY, "PROFESSIONAL", "intl", "la-south-2", Mode.PAY_PER_USE, Range.exactly(1), month
        ),
        Question(Meter.GATEWAY, None, "intl", "la-south-2", Mode.PAY_PER_USE, Range.exactly(1), month),
        Question(Meter.OUTBOUND_BANDWIDTH, None, "intl", "la-south-2", Mode.PAY_PER_USE, five, month),
        Question(Meter.INBOUND_BANDWIDTH, None, "cn", "cn-north-4", Mode.PAY_PER_USE, five, month),
        Question(
            Meter.EIP_BANDWIDTH,
            "5_bgp",
            "cn",
            "cn-north-4",
            Mode.PAY_PER_USE,
            Range(Decimal(1), Decimal(9)),
            month,
        ),
        Question(
            Meter.EIP_RETENTION, "5_bgp", "eu", "eu-west-101", Mode.PAY_PER_USE, Range.exactly(1), month
        ),
        Question(Meter.EIP_BANDWIDTH, "5_bgp", "intl", "sa-brazil-1", None, five, month, months=12),
        Question(Meter.GATEWAY, "BASIC", "cn", "cn-north-4", Mode.PAY_PER_USE, Range.exactly(1), month),
    ]


def main() -> int:
    """Measure and print; 1 when the bar is missed."""
    began = process_time()
    book = pricing.load()
    print(f"load the book: {(process_time() - began) * 1000:.1f} ms, {len(book.rows)} rows")
    asked = questions()
    began = process_time()
    for number in range(LINES):
        pricing.answer(book, asked[number % len(asked)], MONTH)
    taken = process_time() - began
    print(f"rate {LINES:,} lines: {taken:.2f} s, {taken / LINES * 1e6:.0f} µs each (bar: {BAR_SECONDS} s)")
    return int(taken > BAR_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
