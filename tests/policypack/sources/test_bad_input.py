"""Whatever is wrong with a file: one line that names the file and the place, never a traceback."""

import gzip
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policypack.declared import Stack
from policypack.sources import SourceError, compression, read, read_each


@pytest.fixture
def refused(write):
    def read_refused(content, name="source.json"):
        path = content if name is None else write(content, name)
        with pytest.raises(SourceError) as raised:
            read(path)
        told = str(raised.value)
        assert told.startswith(path)
        assert "\n" not in told
        assert len(told) < len(path) + 400
        return raised.value

    return read_refused


def deep(levels: int) -> str:
    return '{"deployment": {"resources": [' + "[" * levels + "]" * levels + "]}}"


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        ("", "", "empty"),
        (" \n\t", "", "empty"),
        (b"\xef\xbb\xbf", "", "empty"),
        (b"\xff\xfe", "", "empty"),
        ('{"deployment": {"resources": [', "line 1, column 31", "ends too early"),
        ('{"deployment": {"resou', "line 1, column 17", "ends too early"),
        ('{\n "deployment": nothing}', "line 2, column 16", "no valid JSON"),
        ('{"deployment": {}} trailing', "line 1, column 20", "no valid JSON"),
        ('{"deployment": {\n"a": NaN}}', "line 2, column 6", "NaN is no finite number"),
        ('{"deployment": {"NaN": -Infinity}}', "line 1, column 24", "-Infinity is no finite number"),
        ('{"deployment": {"a": 1e400}}', "line 1, column 22", "1e400 is no finite number"),
        ('{"deployment": {"a": -1.5E+999999999}}', "line 1, column 22", "no finite number"),
        ('{"deployment": {"a": 1' + "0" * 5000 + "}}", "line 1, column 22", "ordinary size"),
        (r'{"deployment": {"a": "\ud800"}}', "line 1, column 22", "half a character"),
        (deep(200), "", "nested more than"),
        (deep(100_000), "", "nested more than"),
        ("[" * 200 + "]" * 200, "", "nested more than"),
        ("[]", "", "JSON object"),
        ("5", "", "JSON object"),
        ("null", "", "JSON object"),
        ("{}", "", "no kind that is read"),
        ("hello", "line 1, column 1", "no valid JSON"),
        (b"\xff\xfe\x00", "byte 2", "no text"),
        (b"\x00\x01\x02\x80\xff", "", ""),
        (b"\x1f\x8b garbage", "", "starts as gzip"),
        (gzip.compress(b'{"deployment": {}}', mtime=0)[:-9], "", "starts as gzip"),
        (b"\x28\xb5\x2f\xfd garbage", "", "starts as zstd"),
        (gzip.compress(b"", mtime=0), "", "empty"),
        (gzip.compress(gzip.compress(b'{"deployment": {}}', mtime=0), mtime=0), "", ""),
        ({"resourcePlans": {}, "manifest": {}}, "", "update plan"),
        ({"sequence": 1, "timestamp": 5, "resourcePreEvent": {}}, "", "log of engine events"),
        ('{"sequence":1,"timestamp":5}\n{"sequence":2,"timestamp":6}\n', "", "log of engine events"),
        ({"terraform_version": "1.9", "resources": []}, "", "Terraform"),
    ],
)
def test_one_line_with_the_place(refused, content, place, problem):
    error = refused(content)
    if place:
        assert error.place == place
    assert problem in error.problem


def test_ordinary_nesting_is_read(write):
    (stack,) = read(write('{"deployment": {"resources": [], "x": ' + "[" * 90 + "]" * 90 + "}}"))
    assert list(stack.resources) == []


def test_no_such_file(refused, tmp_path):
    assert "no such file" in refused(str(tmp_path / "missing.json"), name=None).problem


def test_a_directory_without_a_project(refused, tmp_path):
    assert "neither a Pulumi.yaml nor" in refused(str(tmp_path), name=None).problem


def test_a_name_that_is_no_path():
    with pytest.raises(SourceError, match="no such file"):
        read("a\0b")


def test_a_file_that_may_not_be_read(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(SourceError):
        read(str(loop))


def test_an_empty_pipe():
    with pytest.raises(SourceError, match="standard input: the file is empty"):
        read("-", stdin=io.BytesIO(b""))


def test_standard_input():
    (stack,) = read("-", stdin=io.BytesIO(b'{"steps": []}'))
    assert stack.origin.path == "standard input"


@pytest.mark.parametrize("kind", ["gzip", "zstd", "plain"])
def test_what_is_too_large(kind):
    import zstandard

    content = b"{" + b" " * 5000 + b"}"
    packed = {"gzip": gzip.compress, "zstd": zstandard.compress, "plain": bytes}[kind](content)
    assert compression.expand(packed, largest=len(content)) == content
    with pytest.raises(compression.Malformed, match="more than"):
        compression.expand(packed, largest=len(content) - 1)


def test_errors_come_among_the_results(write):
    (outcome,) = read_each(write("nonsense"))
    assert isinstance(outcome, SourceError)


def test_control_characters_do_not_reach_the_terminal(write):
    text = json.dumps(
        {"deployment": {"resources": [{"urn": "urn:pulumi:a::b::\x1b[31m::d", "type": "x"}] * 2}}
    )
    with pytest.raises(SourceError) as raised:
        read(write(text))
    assert "\x1b" not in str(raised.value)


KEYS = [
    *("urn", "type", "custom", "inputs", "outputs", "id", "provider", "parent", "resources", "latest", "op"),
    *("manifest", "newState", "oldState", "same", "pending_operations", "resource", "stack", "region"),
    *("propertyDependencies", "huaweicloud:region", "features", "metadata", "severity"),
]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(
        ["deployment", "checkpoint", "steps", "changeSummary", "manifest", "config", "version"]
    ),
    content=JSON,
    more=st.dictionaries(st.sampled_from(["steps", "config", "version", "features", "diagnostics"]), JSON),
)
def test_any_json_gives_a_stack_or_one_error(kind, content, more):
    data = json.dumps({kind: content} | more).encode("utf-8", "replace")
    (outcome,) = read_each("-", stdin=io.BytesIO(data))
    assert isinstance(outcome, (Stack, SourceError))
    assert "\n" not in str(outcome) or isinstance(outcome, Stack)


@settings(max_examples=150)
@given(
    st.binary(max_size=60), st.sampled_from([b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b'{"deployment":'])
)
def test_any_bytes_give_one_error(data, start):
    (outcome,) = read_each("-", stdin=io.BytesIO(start + data))
    assert isinstance(outcome, SourceError)
