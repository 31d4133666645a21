"""Runs short programs in this process: offline, with their operations seen, or with a real value."""

import asyncio
import itertools
import linecache
import os
from unittest.mock import patch

from policypack.sources.program.inside import calls, failures, instrument, operations, placeholder
from tests.policypack.sources.program.inside import cloud

_NUMBERS = itertools.count()


def real(text, value):
    """What a program declares where its data source returns a value; its failure, if it fails."""
    cloud.start(value)
    names = _names()
    try:
        with patch.dict(os.environ):
            exec(compile(text, "/programs/real.py", "exec"), names)
    except Exception as error:
        return error
    return list(cloud.declared)


def offline(text):
    """What a program declares offline, and the lines of its gaps; its failure instead, if it fails."""
    operations.install()
    gaps = []
    before = placeholder.Placeholder.report
    placeholder.Placeholder.report = staticmethod(lambda _, place: gaps.append(place[1]))
    placeholder.made.clear()
    calls.not_seen.clear()
    failures.starts.add(offline.__code__)
    cloud.start(None)
    path = f"/programs/{next(_NUMBERS)}.py"
    linecache.cache[path] = (len(text), None, text.splitlines(True), path)
    names = _names()
    try:
        with patch.dict(os.environ):
            exec(instrument.compiled(text, path), names)
        declared = list(cloud.declared)
    except Exception as error:
        declared = error
    finally:
        placeholder.Placeholder.report = before
    if placeholder.made:
        gaps += [line for _, line in calls.not_seen]
    placeholder.made.append("a test")  # values of this run may be looked at after it
    return declared, gaps


def _names():
    assert asyncio._get_running_loop() is None, "a loop that another test left: asyncio.run would not run"
    return {"__name__": "program", "declare": cloud.declare, "data": cloud.data}


def missed(text, *values):
    """A difference from a run with a real value that the offline run did not say, by a gap or an unknown."""
    declared, gaps = offline(text)
    if gaps:
        return None
    for value in values:
        found = real(text, value)
        if isinstance(found, Exception):
            continue
        if isinstance(declared, Exception):
            return None  # the program failed: no verdict
        if len(found) != len(declared):
            return f"{value!r} declares {found}, offline {declared}"
        for ours, theirs in zip(declared, found, strict=True):
            pairs = [(ours[0], theirs[0]), *zip(ours[1], theirs[1], strict=True)]
            for our, their in pairs:
                if placeholder.holds(our) is None and not same(our, their):
                    return f"{value!r} gives {their!r}, offline {our!r}"
    return None


def same(ours, theirs):
    """Whether two properties are equal, and of one type."""
    return type(ours) is type(theirs) and ours == theirs
