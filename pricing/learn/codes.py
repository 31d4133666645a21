"""The vendor's codes in bill records, from ``bill.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pricing.quantity import Mode


@dataclass(frozen=True, slots=True)
class BillCodes:
    """Everything in ``bill.toml``.

    Attributes:
        kinds: What a record is about (``used``, ``bought``, ``changed``, ``refunds``, ``corrections``), by
            bill type.
        modes: How it is paid, by charge mode.
        months: Months of one period, by period type.
        counted: What the last part of the unit of a unit price counts.
    """

    kinds: Mapping[int, str]
    modes: Mapping[str, Mode]
    months: Mapping[str, int]
    counted: Mapping[str, str]


@cache
def bill_codes() -> BillCodes:
    """Read the codes once."""
    raw = tomllib.loads(files("pricing.learn").joinpath("bill.toml").read_text(encoding="utf-8"))
    return BillCodes(
        kinds={number: kind for kind, numbers in raw["bill_type"].items() for number in numbers},
        modes={code: Mode(mode) for code, mode in raw["charge_mode"].items()},
        months=raw["months"],
        counted=raw["unit"],
    )
