"""The fast parser and the standard one: one accepts what the other does, with the same result."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policypack.sources import json_text
from policypack.sources.error import Malformed

ODD = ("1e400", "1E-400", "1e5", "-0", "-0.0", "0.10", "NaN", "-Infinity", "01", "1.", '"\\ud800"', '"\\u12"')
ODD += (
    '"\\q"',
    '"\t"',
    "9" * 40,
    "9" * 5000,
    "[" * 120 + "]" * 120,
    "[" * 99 + "]" * 99,
    '{"a":1,"a":2}',
    "",
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(ODD).map(lambda odd: f"<{odd}>"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def slowly(text: str) -> object:
    document = json_text._parsed_slowly(text)
    if depth(document) > json_text.DEEPEST:
        raise json_text._too_deep()
    return document


def depth(document: object) -> int:
    """Levels of nesting, by walking through them."""
    inner = document.values() if isinstance(document, dict) else document
    return 1 + max(map(depth, inner), default=0) if isinstance(document, dict | list) else 0  # type: ignore


def outcome(parse: object, text: str) -> object:
    try:
        return repr(parse(text))  # type: ignore[operator]
    except Malformed as malformed:
        return malformed.place, malformed.problem, malformed.hint


@given(DOCUMENTS)
def test_both_parsers_say_the_same(document: object) -> None:
    text = json.dumps(document)
    for odd in ODD:
        text = text.replace(json.dumps(f"<{odd}>"), odd)
    assert outcome(json_text.parse, text) == outcome(slowly, text)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_odd_inside_of_a_document(odd: str) -> None:
    for text in (odd, f'{{"a": [{odd}]}}', f'{{"a":\n {odd},\n "b": 1.5}} x'):
        assert outcome(json_text.parse, text) == outcome(slowly, text)


MARKS = st.text('[]{}"\\é\n', max_size=6)
NESTED = st.recursive(
    MARKS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MARKS, inner, max_size=3),
    max_leaves=12,
)


@given(NESTED, st.booleans())
def test_the_text_tells_the_depth(document: object, escaped: bool) -> None:
    """Whatever stands within quotes, brackets among it."""
    written = json.dumps(document, ensure_ascii=escaped)
    actual = depth(document)
    for limit in range(max(actual - 2, 0), actual + 2):
        assert json_text._depth_exceeds(written, limit) == (actual > limit)


@pytest.mark.parametrize(
    "inner", ['"\\\\"', '"\\""', '"[[{"', '"\\\\\\"[{"', '"]]"', '{"]": "["}', '""', '"\\u005b\\"["']
)
def test_brackets_within_quotes_are_no_nesting(inner: str) -> None:
    for count in (1, json_text.DEEPEST - 1, json_text.DEEPEST):
        text = f'["a]", {"[" * (count - 1)}{inner}{"]" * (count - 1)}, {inner}, []]'
        actual = depth(json.loads(text))
        assert not json_text._depth_exceeds(text, actual)
        assert json_text._depth_exceeds(text, actual - 1)


def test_numbers_are_exact() -> None:
    text = '{"a": 0.1000000000000000055511151231257827, "b": 123456789012345678901234567890}'
    assert json_text.parse(text) == {
        "a": Decimal("0.1000000000000000055511151231257827"),
        "b": 123456789012345678901234567890,
    }
