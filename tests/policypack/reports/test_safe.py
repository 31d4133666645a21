"""JSON of reports: what the fast encoder writes is what the standard one would."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policypack.reports.safe import json_line, json_text, name

TEXTS = st.text(st.characters(), max_size=8) | st.text('\x7f\x1f\\"/:#[é\ud800', max_size=8)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def inert(text: str) -> str:
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[")


@given(DOCUMENTS)
def test_it_is_what_the_standard_encoder_writes(document: object) -> None:
    if "://" in json.dumps(document):
        return
    assert json_line(document) == inert(json.dumps(document, separators=(",", ":")))
    assert json.loads(json_text(document)) == json.loads(json_line(document))
    assert json_text(document).isascii()


def test_every_character_of_ascii() -> None:
    document = [chr(code) for code in range(128)]
    assert json_line(document) == json.dumps(document, separators=(",", ":"))


def test_keys_are_shown_without_credentials_and_none_is_lost() -> None:
    keys = ("https://u:p@host/a", "https://v:q@host/a", "https://host/a", "plain")
    document = {key: position for position, key in enumerate(keys)}
    shown = json.loads(json_line(document))
    assert list(shown) == ["https://***@host/a", "https://***@host/a'", "https://host/a", "plain"]
    assert list(shown.values()) == [0, 1, 2, 3]


def test_credentials_are_hidden_in_both() -> None:
    for document in ("see s3://key:secret@bucket", ["s3://key:secret@bucket", "\ud800"]):
        for text in (json_line(document), json_text(document)):
            assert "secret" not in text
            assert "s3://***@bucket" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [(" ", "\\x20"), ("\u3000 ", "\\u3000\\x20"), ("", ""), ("a b", "a b"), ("\n", "\\x0a")],
)
def test_a_name_of_spaces_is_seen(text: str, shown: str) -> None:
    assert name(text) == shown
