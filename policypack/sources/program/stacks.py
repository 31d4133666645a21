"""Which stacks a program has, and running it as one or as all of them."""

from collections.abc import Iterator
from pathlib import Path

from policypack.declared import Stack
from policypack.sources.error import SourceError
from policypack.sources.program.preview import TIME_LIMIT, run
from policypack.sources.program.project import stacks_of
from policypack.sources.wanted import Wanted


def run_each(
    directory: Path, wanted: Wanted, time_limit: float = TIME_LIMIT
) -> Iterator[Stack | SourceError]:
    """Run a program as one stack, or once for each; what cannot be run comes as an error among them.

    Args:
        directory: A directory with a project file.
        wanted: As which stacks it is run.
        time_limit: Seconds that each run may take.
    """
    names: list[str | None] = [wanted.stack]
    if wanted.every:
        try:
            names = [*stacks_of(directory)] or [None]
        except SourceError as error:
            yield error
            return
    for name in names:
        try:
            yield run(directory, stack=name, time_limit=time_limit)
        except SourceError as error:
            if len(names) > 1:
                place = f"stack {name}: {error.place}" if error.place else f"stack {name}"
                yield SourceError(error.path, place, error.problem, error.hint)
            else:
                yield error
