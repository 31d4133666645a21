"""No decision on an unknown stays unsaid: each line of ``decisions.txt`` is a small program.

No line of ``passes.txt`` decides on one.
"""

from pathlib import Path

import pytest

from policypack.sources.program.inside import calls, harmless
from tests.policypack.sources.program.inside import watched

HEAD = """
import array, ast, asyncio, base64, binascii, bisect, calendar, codecs, collections
import concurrent.futures, configparser, contextlib, copy, csv, dataclasses, datetime, decimal
import difflib, enum, fnmatch, functools, hashlib, heapq, html, inspect, io, ipaddress, itertools
import json, locale, logging, math, numbers, operator, os, pathlib, pickle, pprint, queue, random
import re, secrets, shlex, statistics, string, struct, subprocess, sys, tempfile, textwrap
import threading, time, types, typing, urllib.parse, uuid, warnings, weakref, zlib
x = data()
def more(): declare("more"); declare("more2")
"""
VALUES = (("aa", "bb", "abc"), (["aa"], ["aa", "bb"]), (3, 10), (None, "aa"), (True, False))
LINES = Path(__file__).with_name("decisions.txt").read_text().splitlines()
ENDLESS = "for v in L(): declare"  # a loop that an unknown would end: the time limit does


@pytest.mark.parametrize("line", [line for line in LINES if ENDLESS not in line])
def test_what_a_decision_changes_is_a_gap_or_unknown(line, recwarn):
    text = HEAD + line.replace("\\n", "\n").replace("[s]\nk", "[s]\\nk") + "\n"
    for values in VALUES:
        assert watched.missed(text, *values) is None


PASSES = Path(__file__).with_name("passes.txt").read_text().splitlines()


@pytest.mark.parametrize("line", PASSES)
def test_what_is_only_passed_on_is_no_gap(line):
    declared, gaps = watched.offline(HEAD + line.replace("\\n", "\n") + "\n")
    assert not isinstance(declared, Exception), declared
    assert gaps == []


@pytest.mark.slow
def test_the_rate_of_what_is_missed(recwarn):
    """Printed with ``pytest -s``; the rate of gaps where none is due is printed by ``test_corpus.py``."""
    lines = [line for line in LINES if ENDLESS not in line]
    missed = [
        line
        for line in lines
        if any(
            watched.missed(HEAD + line.replace("\\n", "\n").replace("[s]\nk", "[s]\\nk") + "\n", *values)
            is not None
            for values in VALUES
        )
    ]
    print(f"\n{len(missed)} of {len(lines)} decisions on an unknown leave no gap and no unknown")
    assert missed == []


def test_no_builtin_is_judged_twice():
    tables = [calls._SPECIAL, harmless.ON_ITSELF, harmless.NATIVE_BUILTINS, harmless.PURE_BUILTINS]
    names = [name for table in tables for name in table]
    assert len(names) == len(set(names))
