"""Which stacks of a source are meant."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from policypack.declared import Stack
from policypack.sources.error import SourceError

_NAMED: Final = 10
"""Other stacks that an error lists."""


class Wanted(Struct, frozen=True):
    """The stacks that a user asks for; what a source holds where nothing is set.

    Attributes:
        stack: Name of one stack, also with its organization (``acme/prod``).
        project: Name of its project.
        every: All that a program has configuration for, rather than one.
    """

    stack: str | None = None
    project: str | None = None
    every: bool = False

    @property
    def name(self) -> str | None:
        """The stack without its organization."""
        return None if self.stack is None else self.stack.rpartition("/")[2]

    @property
    def label(self) -> str:
        """The stack as reports name it."""
        return "/".join(part for part in (self.project, self.name) if part is not None)

    def fits(self, stack: Stack) -> bool:
        """Whether a stack may be meant. The names of some sources are not known (empty)."""
        return stack.name in {self.name or stack.name, ""} and stack.project in {
            self.project or stack.project,
            "",
        }


ANY: Final = Wanted()


def meant(
    outcomes: Iterable[Stack | SourceError], address: str, wanted: Wanted
) -> Iterator[Stack | SourceError]:
    """The stacks of a source that are meant, and what could not be read; that there is none is an error."""
    others: set[str] = set()
    met = False
    for outcome in outcomes:
        if isinstance(outcome, SourceError) or wanted.fits(outcome):
            met = True
            yield outcome
        else:
            others.add(f"{outcome.project}/{outcome.name}")
    if others and not met:
        held = ", ".join(sorted(others)[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
        option = "--stack" if wanted.project is None else "--project or --stack"
        yield SourceError(
            address, "", f"there is no stack {wanted.label} here, there is {held}", f"correct {option}"
        )
