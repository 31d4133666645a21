"""One comment on a pull request, found again by its mark, whatever the platform."""

from collections.abc import Callable, Iterator, Mapping
from time import sleep
from typing import Any, Final, Literal

from msgspec import Struct, field

from policypack.cli.platforms.interface import Interface, PlatformError, trying

_GONE: Final = frozenset({403, 404, 410})
"""What an edit ends with where the comment was deleted meanwhile, or is somebody else's."""

Kind = Literal["made", "brought up to date", "left as it is"]


class Thread(Struct, frozen=True):
    """The comments on one pull request.

    Attributes:
        interface: Of the platform.
        path: Where comments are listed and made.
        edited: Path of one comment, from its number.
        edit: The method that changes one.
        query: How they are listed.
    """

    interface: Interface
    path: str
    edited: Callable[[int], str]
    edit: Literal["PATCH", "PUT"]
    query: Mapping[str, str] = field(default_factory=lambda: {"per_page": "100"})

    def keep(self, mark: str, text: str, pause: Callable[[float], None] = sleep) -> Kind:
        """Make the comment with a mark, or bring the first one that has it and may be edited up to date.

        Raises:
            PlatformError: The platform refuses it, or is away.
        """
        return trying(lambda: self._once(mark, text), pause)

    def _once(self, mark: str, text: str) -> Kind:
        for number, present in list(self._ours(mark)):
            if present.replace("\r\n", "\n").strip() == text.strip():
                return "left as it is"
            try:
                self.interface.send(self.edit, self.edited(number), {"body": text}, expected=200)
            except PlatformError as error:
                if error.status not in _GONE:
                    raise
            else:
                return "brought up to date"
        self.interface.send("POST", self.path, {"body": text}, expected=201)
        return "made"

    def _ours(self, mark: str) -> Iterator[tuple[int, str]]:
        """Number and text of the comments that begin with a mark, the oldest first."""
        for entry in self.interface.pages(self.path, self.query):
            match entry:
                case {"id": int(number), "body": str(present)} if present.lstrip().startswith(mark):
                    yield number, present
                case {"id": int()}:
                    continue
                case _:
                    raise PlatformError("an entry of the list is no comment; is this the right address?")


def header_value(token: str | None) -> str | None:
    """A token as a header can hold it; ``None`` where there is none.

    Raises:
        PlatformError: It has characters that no header can hold.
    """
    stripped = (token or "").strip()
    if not (stripped.isascii() and stripped.isprintable()):
        raise PlatformError("the token has characters that no header can hold", hint="set it again")
    return stripped or None


def whole_number(value: Any) -> int | None:
    """A number of a pull request, which the environment gives as text."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 16 else None
