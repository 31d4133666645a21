"""The vendor's codes in bill records, from ``bill.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

from pricing.quantity import Mode


class BillCodes(Struct, frozen=True):
    """Everything in ``bill.toml``.

    Attributes:
        kinds: What a record is about (``used``, ``bought``, ``changed``, ``refunds``, ``corrections``), by
            bill type.
        modes: How it is paid, by charge mode.
        months: Months of one period, by period type.
        sizes: What the unit of a unit price says of what is bought by size.
        counted: What the last part of that unit counts.
        step_hours: For how many hours something must have been billed, where its price has steps: these may
            be bounded by a time.
    """

    kinds: Mapping[int, str]
    modes: Mapping[str, Mode]
    months: Mapping[str, int]
    sizes: tuple[str, ...]
    counted: Mapping[str, str]
    step_hours: int

    def unit(self, written: str) -> tuple[bool, str] | None:
        """Whether a unit is that of a size, and what it counts; ``None`` for one that is not known."""
        parts = written.lower().replace(" ", "")
        for size in self.sizes:
            parts = parts.replace(f"/{size}/", "/*/")
        match parts.split("/"):
            case [_, last] if last in self.counted:
                return False, self.counted[last]
            case [_, "*", last] if last in self.counted:
                return True, self.counted[last]
        return None


@cache
def bill_codes() -> BillCodes:
    """Read the codes once."""
    raw = tomllib.loads(files("pricing.learn").joinpath("bill.toml").read_text(encoding="utf-8"))
    return BillCodes(
        kinds={number: kind for kind, numbers in raw["bill_type"].items() for number in numbers},
        modes={code: Mode(mode) for code, mode in raw["charge_mode"].items()},
        months=raw["months"],
        sizes=tuple(raw["unit"]["size"]),
        counted=raw["unit"]["counted"],
        step_hours=raw["steps"]["hours"],
    )
