"""The recorded programs declare the same to our monitor as they did to the real engine."""

from pathlib import Path

import pytest

from policypack.declared import Known, Resource, Stack
from policypack.declared.read import as_list, is_list
from policypack.declared.wire import classify
from policypack.sources import read

RECORDINGS = Path(__file__).parents[3] / "recordings"
CASES = sorted(path.parent.name for path in RECORDINGS.glob("*/Pulumi.yaml"))


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return RECORDINGS / request.param


@pytest.fixture(scope="module")
def previewed(case):
    (stack,) = read(str(case))
    return stack


def owned(stack: Stack) -> dict[str, Resource]:
    return {item.urn: item for item in stack.resources if item.token.startswith("huaweicloud:")}


def disagreement(ours, theirs, *, path=""):
    """The first place where a value that both know differs. What one side adds (a default of the
    provider) or does not know is no disagreement."""
    left, right = classify(ours), classify(theirs)
    if not isinstance(left, Known) or not isinstance(right, Known):
        return None
    ours, theirs = left.value, right.value
    if isinstance(ours, dict) and isinstance(theirs, dict):
        pairs = [(f"{path}.{key}", ours[key], theirs.get(key)) for key in ours]
    elif is_list(ours) and is_list(theirs):
        if len(ours) != len(theirs):
            return path
        pairs = [
            (f"{path}[{index}]", *pair)
            for index, pair in enumerate(zip(as_list(ours), as_list(theirs), strict=True))
        ]
    else:
        return None if ours == theirs else f"{path}: {ours!r}, {theirs!r}"
    return next((found for key, *pair in pairs if (found := disagreement(*pair, path=key))), None)


@pytest.mark.parametrize("file", ["preview.json", "state.json"])
def test_same_resources_inputs_and_dependencies(case, previewed, file):
    (recorded,) = read(str(case / file))
    ours, theirs = owned(previewed), owned(recorded)
    assert (previewed.project, previewed.name) == (recorded.project, recorded.name)
    assert ours
    assert set(ours) == set(theirs)
    for urn, resource in ours.items():
        other = theirs[urn]
        assert resource.name == other.name
        assert resource.token == other.token
        assert resource.parent == other.parent
        assert dict(resource.dependencies) == dict(other.dependencies)
        assert set(resource.inputs) <= set(other.inputs), urn
        assert disagreement(resource.inputs, other.inputs) is None


def test_same_unknowns_as_the_real_preview(case, previewed):
    (recorded,) = read(str(case / "preview.json"))
    theirs = owned(recorded)
    for urn, resource in owned(previewed).items():
        for name in resource.inputs:
            assert type(resource.declared(name)) is type(theirs[urn].declared(name)), (urn, name)


@pytest.mark.parametrize("file", ["preview.json", "state.json"])
def test_same_regions(case, previewed, file):
    (recorded,) = read(str(case / file))
    theirs = owned(recorded)
    for urn, resource in owned(previewed).items():
        assert resource.provider is not None
        other = theirs[urn].provider
        assert other is not None
        if isinstance(resource.provider.region, Known) or file == "preview.json":
            assert resource.provider.region == other.region


def test_nothing_is_missing(previewed):
    assert previewed.gaps == ()
    assert [note for note in previewed.notes if "virtual environment venv" not in note] == []
    assert previewed.origin.kind == "program"


def test_no_key_of_a_provider_is_kept(previewed):
    for resource in previewed.resources:
        if resource.token.startswith("pulumi:providers:"):
            assert set(resource.inputs) <= {"region"}
