"""Which stacks a program has, and running it as one or as all of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from policypack.declared import Stack
from policypack.sources.error import SourceError
from policypack.sources.program.preview import TIME_LIMIT, Begun, begin, finish, run
from policypack.sources.program.project import stacks_of
from policypack.sources.wanted import Wanted, meant

Outcomes = Iterator[Stack | SourceError]


@contextmanager
def begun_each(directory: Path, wanted: Wanted) -> Iterator[Callable[[float], Outcomes]]:
    """``run_each`` as a function of the limit alone; the interpreter of a single stack gets ready before."""
    with ExitStack() as ends:
        begun = None
        if not wanted.every:
            with suppress(SourceError):  # which comes again from what is yielded
                begun = ends.enter_context(begin(directory, wanted.stack))
        yield lambda limit: meant(run_each(directory, wanted, limit, begun=begun), str(directory), wanted)


def run_each(
    directory: Path, wanted: Wanted, time_limit: float = TIME_LIMIT, *, begun: Begun | None = None
) -> Outcomes:
    """Run a program as one stack, or once for each; what cannot be run comes as an error among them.

    Args:
        directory: A directory with a project file.
        wanted: As which stacks it is run.
        time_limit: Seconds that each run may take.
        begun: The run of the one that is wanted, where it has begun.
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
            if begun is None:
                yield run(directory, stack=name, time_limit=time_limit)
            else:
                yield finish(begun, time_limit)
        except SourceError as error:
            if len(names) > 1:
                place = f"stack {name}: {error.place}" if error.place else f"stack {name}"
                yield SourceError(error.path, place, error.problem, error.hint)
            else:
                yield error
