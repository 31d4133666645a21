"""Reading a property as a certain type: what it can be, what it cannot, what is not known."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policypack.declared import ABSENT, SECRET, Absent, Invalid, Known, Unknown
from policypack.declared.read import block, boolean, items, member, number, shown, size, text, unquoted
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING

UNKNOWN = Unknown("why")
SECRET_VALUE = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}


@pytest.mark.parametrize("reader", [text, number, size, boolean, block, items])
def test_what_is_no_value_stays_what_it_is(reader):
    for raw in (UNKNOWN, ABSENT, SECRET):
        assert reader(raw) == raw
    assert reader(Known(None)) == ABSENT


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (5, "5"),
        (5.0, "5.0"),
        (Decimal("1.10"), "1.10"),
        ("5", "5"),
        (" 5 ", "5"),
        ("-5", "-5"),
        ("1e3", "1e3"),
        (0, "0"),
        (0.1, "0.1"),
        (10**20, "1e20"),
    ],
)
def test_numbers(found, value):
    assert number(Known(found)) == Known(Decimal(value))


@pytest.mark.parametrize(
    "found",
    [
        True,
        False,
        "",
        " ",
        "five",
        "5 Mbit/s",
        "0x10",
        "1_000",
        "1,5",
        "\u0665",  # a digit of another script
        "\uff15",
        "\u00b2",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1e400",
        "1e-400",
        "1e999999999999",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("1e999"),
        10**400,
        [],
        {},
        [5],
        {"value": 5},
    ],
)
def test_what_is_no_number(found):
    outcome = number(Known(found))
    assert isinstance(outcome, Invalid)
    assert "number" in outcome.expected
    assert len(outcome.found) <= 42
    assert isinstance(size(Known(found)), Invalid)


@pytest.mark.parametrize("found", [-1, "-1", 1.5, "0.5", Decimal("-0.5")])
def test_what_is_no_size(found):
    assert isinstance(number(Known(found)), Known)
    assert isinstance(size(Known(found)), Invalid)


@pytest.mark.parametrize("found", [0, "0", 5, "5", 5.0, "5.0", "5e0", -0.0])
def test_sizes(found):
    assert isinstance(size(Known(found)), Known)


@pytest.mark.parametrize(
    ("found", "value"), [(True, True), (False, False), ("true", True), ("False", False), ("TRUE", True)]
)
def test_booleans(found, value):
    assert boolean(Known(found)) == Known(value)


@pytest.mark.parametrize("found", [0, 1, "yes", "1", "", " true", [], {}])
def test_what_is_no_boolean(found):
    assert isinstance(boolean(Known(found)), Invalid)


@pytest.mark.parametrize(("found", "value"), [("a", "a"), ("", ""), (5, "5"), (Decimal("1.5"), "1.5")])
def test_texts(found, value):
    assert text(Known(found)) == Known(value)


@pytest.mark.parametrize("found", [True, False, [], {}])
def test_what_is_no_text(found):
    assert isinstance(text(Known(found)), Invalid)


def test_blocks():
    inner = {"size": 5}
    assert block(Known(inner)) == Known(inner)
    assert block(Known([inner])) == Known(inner)
    assert block(Known([])) == ABSENT
    assert isinstance(block(Known([inner, inner])), Invalid)
    assert isinstance(block(Known("text")), Invalid)
    assert isinstance(block(Known(5)), Invalid)
    assert isinstance(block(Known([UNKNOWN_STRING])), Unknown)
    assert block(Known([SECRET_VALUE])) == SECRET
    assert block(Known([None])) == ABSENT


def test_lists():
    assert items(Known(["a", UNKNOWN_STRING, SECRET_VALUE])) == Known(
        (Known("a"), Unknown("known only after the deployment"), SECRET)
    )
    assert items(Known([])) == Known(())
    assert items(Known("a")) == Known((Known("a"),))


def test_the_first_name_that_is_set_counts():
    found = {"zone": None, "zones": "b", "az": UNKNOWN_STRING}
    assert member(found, "zone", "zones") == Known("b")
    assert isinstance(member(found, "az", "zones"), Unknown)
    assert member(found, "zone") == ABSENT
    assert member({}, "zone") == Absent()


def test_what_is_shown_is_short_and_hides_content():
    assert shown({"password": "hunter2"}) == "an object"
    assert shown(["hunter2"]) == "a list of 1"
    assert shown("a\nb") == '"a\\nb"'
    assert len(shown("x" * 1000)) <= 42
    assert len(shown("\u202e" * 1000)) <= 42
    assert shown("x" * 1000).endswith('x…"')


def test_what_is_shown_is_written_as_in_json():
    """Programs state values in YAML, JSON and any language; Python's spelling is none of theirs."""
    assert [shown(value) for value in (True, False, None, 5, Decimal("2.5"))] == [
        "true", "false", "null", "5", "2.5",
    ]  # fmt: skip
    assert shown('it\'s "x"') == '"it\'s \\"x\\""'
    assert shown("网关\u202e") == '"网关\\u202e"'
    assert unquoted("a\nb") == "a\\nb"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_a_number_means_the_same_however_it_is_written(value):
    assert number(Known(str(value))) == number(Known(value)) == Known(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=5,
    )
)
def test_no_reader_fails_on_anything(found):
    for reader in (text, number, size, boolean, block, items):
        outcome = reader(Known(found))
        if isinstance(outcome, Invalid):
            assert "\n" not in outcome.found


@pytest.mark.parametrize("found", ["1e31", "1e999999999", "1e-31", "0." + "3" * 1_000, "9" * 1_000])
def test_a_number_of_no_ordinary_size_is_invalid(found: str) -> None:
    assert isinstance(number(Known(found)), Invalid)
