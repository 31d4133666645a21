"""Context managers: those that may handle a failure of what runs within them."""

from __future__ import annotations

import sys
from typing import Any

from . import failures, harmless


class _Managed:
    """A context manager that waits in a generator of the program, which may handle failures there."""

    def __init__(self, of: Any, body: failures.Body, scope: failures.Scope) -> None:
        self._of = of
        self._body = body
        self._scope = scope

    def _look(self) -> None:
        if failures.suspended_at(self._of.gen) is not None:
            _handles(self._body, self._scope)

    def __enter__(self) -> Any:
        entered = type(self._of).__enter__(self._of)
        self._look()
        return entered

    def __exit__(self, *failure: Any) -> Any:
        return type(self._of).__exit__(self._of, *failure)

    async def __aenter__(self) -> Any:
        entered = await type(self._of).__aenter__(self._of)
        self._look()
        return entered

    async def __aexit__(self, *failure: Any) -> Any:
        return await type(self._of).__aexit__(self._of, *failure)


def manager(value: Any, first: int, last: int, scope: failures.Scope) -> Any:
    """The context manager of a ``with``.

    Args:
        value: The manager.
        first: First line of what runs within it.
        last: Last line.
        scope: The code that these lines are in.
    """
    kind = type(value)
    exits = [getattr(kind, name, None) for name in ("__exit__", "__aexit__")]
    exits = [method for method in exits if method is not None]
    body = failures.Body(first, last, sys._getframe(1).f_lineno)
    if kind.__module__ == "contextlib" and hasattr(value, "gen"):
        return _Managed(value, body, scope)
    trusted = (kind.__module__ or "").partition(".")[0] in harmless.KEEPS_FAILURES
    if exits and not trusted and not all(_hands_on(method) for method in exits):
        _handles(body, scope)
    return value


def _hands_on(method: Any) -> bool:
    """Whether the ``__exit__`` of a class lets failures pass."""
    code = getattr(method, "__code__", None)
    return code is not None and failures.scope(code.co_filename, code.co_name, code.co_firstlineno) in (
        failures.hand_on
    )


def _handles(body: failures.Body, scope: failures.Scope) -> None:
    known = failures.bodies.setdefault(scope, [])
    if body not in known:
        known.append(body)
