"""State files of self-managed backends."""

import gzip

import pytest
import zstandard

from policypack.declared import ABSENT, SECRET, Known
from policypack.sources import SourceError, read


@pytest.fixture
def checkpoint(urn):
    def build(latest=..., **fields):
        if latest is ...:
            eip = {"urn": urn("web"), "custom": True, "type": "huaweicloud:Vpc/eip:Eip", "id": "1"}
            latest = {"manifest": {}, "resources": [eip]}
        return {"version": 3, "checkpoint": {"stack": "organization/shop/prod", "latest": latest} | fields}

    return build


def test_reads_the_latest_deployment(write, checkpoint):
    (stack,) = read(write(checkpoint()))
    assert (stack.project, stack.name, stack.origin.kind) == ("shop", "prod", "checkpoint")
    assert [item.name for item in stack.resources] == ["web"]


@pytest.mark.parametrize(
    ("name", "names"), [("organization/a/b", ("a", "b")), ("b", ("", "b")), (None, ("", "")), ("", ("", ""))]
)
def test_a_new_stack_has_only_a_name(write, checkpoint, name, names):
    (stack,) = read(write(checkpoint(None, stack=name)))
    assert (stack.project, stack.name) == names
    assert list(stack.resources) == []


@pytest.mark.parametrize(
    ("value", "region"),
    [
        ("cn-north-4", Known("cn-north-4")),
        ({"value": "cn-north-4"}, Known("cn-north-4")),
        ({"secure": "v1:x"}, SECRET),
        (None, ABSENT),
    ],
)
def test_region_of_the_configuration(write, checkpoint, value, region):
    (stack,) = read(write(checkpoint(config={"huaweicloud:region": value})))
    assert stack.region == region


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("name", ["prod.json", "prod.json.gz", "prod.json.zst"])
def test_compression_is_told_from_the_bytes(write, checkpoint, compress, name):
    import json

    (stack,) = read(write(compress(json.dumps(checkpoint()).encode()), name))
    assert len(stack.resources) == 1


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"checkpoint": None}, "checkpoint"),
        ({"checkpoint": {"stack": 5}}, "checkpoint.stack"),
        ({"checkpoint": {"latest": []}}, "checkpoint.latest"),
        ({"checkpoint": {"config": []}}, "checkpoint.config"),
        ({"version": 2, "checkpoint": {}}, "version"),
    ],
)
def test_wrong_types_are_named_with_their_place(write, document, place):
    with pytest.raises(SourceError) as raised:
        read(write(document))
    assert raised.value.place == place
