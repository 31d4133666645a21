"""The one error that a source raises for input it cannot read."""

from policypack.printable import printable, without_credentials


class SourceError(Exception):
    """A source that cannot be read. Its text is one line that a user can act on, without credentials.

    Attributes:
        path: File, folder or address as the user wrote it.
        place: Where in it: a line and column or a JSON path. Empty for the whole of it.
        problem: What is wrong and what was expected.
        hint: What to do. May be empty.
    """

    def __init__(self, path: str, place: str, problem: str, hint: str = "") -> None:
        path, place, problem, hint = map(without_credentials, (path, place, problem, hint))
        super().__init__(path, place, problem, hint)
        self.path = path
        self.place = place
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.path or "input", self.place) if part)
        return printable(f"{where}: {self.problem}" + (f"; {self.hint}" if self.hint else ""))


class UnrelatedError(SourceError):
    """A file that is proven to be no kind of declaration; in a repository it is left alone."""


class Malformed(Exception):
    """Content that does not have the form it should, before it is known which file it is from."""

    def __init__(self, place: str, problem: str, hint: str = "") -> None:
        super().__init__(place, problem, hint)
        self.place = place
        self.problem = problem
        self.hint = hint

    def at(self, path: str) -> SourceError:
        """The error for the user, now that the file is known."""
        return SourceError(path, self.place, self.problem, self.hint)


class Unrelated(Malformed):
    """Content that is proven to be no kind of declaration."""

    def at(self, path: str) -> SourceError:
        return UnrelatedError(path, self.place, self.problem, self.hint)
