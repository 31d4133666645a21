"""How unknowns, secrets and references are written."""

import pytest

from policypack.declared import SECRET, Known, Unknown
from policypack.declared.wire import (
    BLINDED_SECRET,
    OUTPUT_SIGNATURE,
    REFERENCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINELS,
    UNKNOWN_STRING,
    classify,
    contains_unknown,
)


def special(signature, **fields):
    return {SIGNATURE_KEY: signature} | fields


@pytest.mark.parametrize("sentinel", sorted(UNKNOWN_SENTINELS))
def test_sentinels(sentinel):
    assert isinstance(classify(sentinel), Unknown)
    assert contains_unknown(sentinel)


def test_a_text_that_was_built_from_an_unknown():
    assert isinstance(classify(f"https://{UNKNOWN_STRING}:8080/"), Unknown)


@pytest.mark.parametrize(
    "found", ["", "04da6b54", UNKNOWN_STRING[:-1], UNKNOWN_STRING.upper(), 5, True, None, [], {}]
)
def test_ordinary_values(found):
    assert classify(found) == Known(found)


@pytest.mark.parametrize(
    "found",
    [
        BLINDED_SECRET,
        special(SECRET_SIGNATURE, ciphertext="v1:x"),
        special(SECRET_SIGNATURE, plaintext='"5"'),
        special(SECRET_SIGNATURE, value="plain"),
        special(SECRET_SIGNATURE, value=UNKNOWN_STRING),
        special(SECRET_SIGNATURE),
        special(OUTPUT_SIGNATURE, value=5, secret=True),
        special(OUTPUT_SIGNATURE, secret=True),
        special(OUTPUT_SIGNATURE, value=special(SECRET_SIGNATURE, value=5)),
    ],
)
def test_secrets(found):
    assert classify(found) == SECRET


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (special(OUTPUT_SIGNATURE, value=5), 5),
        (special(OUTPUT_SIGNATURE, value=None), None),
        (special(REFERENCE_SIGNATURE, urn="urn:pulumi:a", id="i-1"), "i-1"),
    ],
)
def test_what_a_wrapper_holds(found, value):
    assert classify(found) == Known(value)


@pytest.mark.parametrize(
    "found",
    [
        special(OUTPUT_SIGNATURE),
        special(OUTPUT_SIGNATURE, value=UNKNOWN_STRING),
        special(REFERENCE_SIGNATURE, urn="urn:pulumi:a", id=""),
        special(REFERENCE_SIGNATURE, urn="urn:pulumi:a", id=UNKNOWN_STRING),
        special(REFERENCE_SIGNATURE, urn="urn:pulumi:a"),
        special(REFERENCE_SIGNATURE, id=5),
        special("c44067f5952c0a294b673a41bacd8c17", text="asset"),
        special("803fd3297a5875dc03ca845dda5d2a98", value="AAAA"),
        special("a signature of the future", value=5),
        special(None),
        special(5),
    ],
)
def test_wrappers_that_hold_no_value(found):
    assert isinstance(classify(found), Unknown)
