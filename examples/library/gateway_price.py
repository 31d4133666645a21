"""What a gateway costs a month in each region of a site, from the price book that comes with the package."""

from decimal import Decimal

import pricing

HOURS = Decimal(730)


def monthly(book: pricing.Book, edition: str, region: str) -> str:
    """The price in words: an amount, a range, or why there is none."""
    question = pricing.Question(
        meter=pricing.Meter.GATEWAY,
        spec=edition,
        site="intl",
        region=region,
        mode=pricing.Mode.PAY_PER_USE,
        size=pricing.Range.exactly(1),
        hours=pricing.Range.exactly(HOURS),
    )
    match pricing.answer(book, question, HOURS):
        case pricing.Priced(monthly=amount, currency=currency, price=row):
            if amount.high is None:
                return f"at least {amount.low:.2f} {currency}, no upper bound"
            stated = f", stated on {row.as_of} ({row.confidence})" if row else ""
            kind = "a reference price of elsewhere" if row and row.reference else "a price of the region"
            return f"{amount.high:.2f} {currency}, {kind}{stated}"
        case pricing.Unpriced(reason=reason):
            return f"no price: {reason}"


def main() -> None:
    book = pricing.load()
    for region in ("la-south-2", "sa-brazil-1"):
        print(f"{region}: {monthly(book, 'PROFESSIONAL', region)}")


if __name__ == "__main__":
    main()
