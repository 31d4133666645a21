"""Rows of the table, and measuring in turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        label: Letter of the bar in docs/speed.md.
        what: What was measured.
        ours: Seconds (or what ``unit`` says).
        other: What it is compared with, and its value; ``None`` where a bar is absolute.
        bar: What must hold, and what is aimed for.
    """

    label: str
    what: str
    ours: float
    other: tuple[str, float] | None = None
    bar: str = ""
    aim: str = ""
    unit: str = "s"

    def __str__(self) -> str:
        other, value, ratio = "", "", ""
        if self.other is not None:
            other, value = self.other[0], shown(self.other[1], self.unit)
            ratio = f"{self.ours / self.other[1]:.2f}"
        cells = (
            self.label,
            self.what,
            shown(self.ours, self.unit),
            other,
            value,
            ratio,
            self.bar,
            self.aim,
        )
        return "| " + " | ".join(cells) + " |"


def shown(value: float, unit: str) -> str:
    """A value with a unit that suits its size."""
    if unit == "s":
        if value < 0.0005:
            return f"{value * 1e6:.0f} µs"
        return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
    if unit == "B":
        return f"{value / 1e6:.0f} MB"
    return f"{value:g} {unit}"


def in_turns(measurements: Sequence[Callable[[], float]], rounds: int) -> list[float]:
    """The median of some rounds of each, taken in turns so that a busy moment hits all of them.

    Not the best: on a machine that others use too, one lucky round of either side decides it then.
    """
    found: list[list[float]] = [[] for _ in measurements]
    for _ in range(rounds):
        for values, measurement in zip(found, measurements, strict=True):
            values.append(measurement())
    return [median(values) for values in found]
