"""Patterns over names, as settings have them: globs with ``*``, ``?`` and ``[...]``."""

from fnmatch import fnmatchcase


def means(pattern: str, name: str) -> bool:
    """Whether a pattern means a name. Case matters.

    A name always means itself, although ``[`` is special in a pattern: a resource may be called
    ``pool[0]``.
    """
    return name == pattern or fnmatchcase(name, pattern)
