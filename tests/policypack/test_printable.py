"""Text of unknown origin: one line, no credentials."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policypack.printable import without_credentials
from policypack.reports.safe import visible
from policypack.sources.error import SourceError
from policypack.sources.stores import read_store

SECRET = "geh3im"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"s3://key:{SECRET}@bucket/a", "s3://***@bucket/a"),
        (f"https://{SECRET}@host", "https://***@host"),
        (f"http://u:p@{SECRET}@host:80/x", "http://***@host:80/x"),
        (f"http://u:p/{SECRET}@host/x", "http://***@host/x"),
        ("https://host:8443/x@y", "https://host:8443/x@y"),
        ("http://[::1]:80/x@y", "http://[::1]:80/x@y"),
        (f"https://host/x?X-Amz-Signature={SECRET}&region=eu-1", "https://host/x?...&region=eu-1"),
        (f"https://host/x?a={SECRET};b={SECRET}", "https://host/x?..."),
        (f"https://host/x#access_token={SECRET}", "https://host/x#..."),
        ("https://host/x#section-4.1", "https://host/x#section-4.1"),
        (
            "s3://b?endpoint=http://127.0.0.1:1&s3ForcePathStyle=true&region=us-east-1",
            "s3://b?endpoint=http://127.0.0.1:1&s3ForcePathStyle=true&region=us-east-1",
        ),
        (f"s3://b?endpoint=http://u:{SECRET}@host", "s3://b?..."),
        (f"s3://b?endpoint=http%3A%2F%2Fu%3A{SECRET}%40host", "s3://b?..."),
        (f"s3://b?region={SECRET}%20x", "s3://b?..."),
        (
            f"(at 'https://u:{SECRET}@h/a', twice https://v:{SECRET}@h)",
            "(at 'https://***@h/a', twice https://***@h)",
        ),
        ("no address: a@b, c?d=e", "no address: a@b, c?d=e"),
    ],
)
def test_an_address_is_shown_without_what_opens_a_door(written: str, shown: str) -> None:
    assert without_credentials(written) == shown
    assert visible(written) == shown
    assert SECRET not in str(SourceError(written, "", f"cannot read {written}", f"try {written}"))


AUTHORITY = st.text(st.characters(codec="ascii", exclude_characters="/?# @\t\n\r\"'`<>"), max_size=12)


@given(AUTHORITY, AUTHORITY, st.sampled_from(["host", "host:80", "[::1]", "h.example"]))
def test_no_user_and_no_password_is_ever_shown(before: str, after: str, host: str) -> None:
    shown = without_credentials(f"error at https://{before}{SECRET}:{SECRET}{after}@{host}/path")
    assert shown == f"error at https://***@{host}/path"


@example("?&0")
@given(st.text(st.characters(codec="ascii", exclude_characters=" "), max_size=20))
def test_what_is_shown_once_is_shown_again(text: str) -> None:
    once = without_credentials(f"https://{text}")
    assert without_credentials(once) == once


@pytest.mark.parametrize(
    "address",
    [
        f"file://u:{SECRET}@host/no/such/folder",
        f"nosuch://u:{SECRET}@bucket/x?token={SECRET}",
        f"memory://u:{SECRET}@bucket/x?token={SECRET}",
    ],
)
def test_a_store_that_cannot_be_read_is_named_without_them(address: str) -> None:
    (error,) = read_store(address)
    assert isinstance(error, SourceError)
    assert "://" in str(error)
    assert SECRET not in repr(error) + str(error)


@pytest.mark.parametrize("query", ["token=x", "region=eu&token=x", "token=x&region=eu", "a=1;b=2", ""])
def test_what_was_hidden_before_stays_as_it_is(query):
    once = without_credentials(f"s3://user:hidden@bucket?{query}")
    assert without_credentials(once) == once
