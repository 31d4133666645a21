"""Text of unknown origin on one line, for errors; reports show what is hidden instead of dropping it."""


def printable(text: str) -> str:
    """Text in which what cannot be printed, line breaks among it, is a space."""
    return "".join(character if character.isprintable() else " " for character in text)
