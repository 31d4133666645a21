"""Stack exports, whole and bare."""

from decimal import Decimal

import pytest

from policypack.declared import ABSENT, SECRET, Known, Secret, Unknown
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY
from policypack.sources import SourceError, read

EIP = "huaweicloud:Vpc/eip:Eip"
PROVIDER = "pulumi:providers:huaweicloud"


@pytest.fixture
def record(urn):
    def build(name="web", token=EIP, **fields):
        return {"urn": urn(name, token), "custom": True, "type": token, "id": f"id-{name}"} | fields

    return build


@pytest.fixture
def export(write):
    def read_export(*resources, version=3, **deployment):
        document = {
            "version": version,
            "deployment": {"manifest": {}, "resources": list(resources)} | deployment,
        }
        (stack,) = read(write(document))
        return stack

    return read_export


def test_reads_what_a_resource_declares_and_has(export, record, urn):
    subnet = urn("subnet", "huaweicloud:Vpc/subnet:Subnet")
    stack = export(
        {"urn": urn("shop-prod", "pulumi:pulumi:Stack"), "custom": False, "type": "pulumi:pulumi:Stack"},
        record(
            "default_0_0_12",
            PROVIDER,
            inputs={"region": "cn-north-4", "accessKey": "AK", "secretKey": "SK"},
            outputs={"region": "cn-north-4", "secretKey": "SK"},
        ),
        record(
            inputs={"bandwidth": {"size": 5, "rate": 1.10}},
            outputs={"address": "203.0.113.1"},
            provider=f"{urn('default_0_0_12', PROVIDER)}::8e2c",
            parent=urn("shop-prod", "pulumi:pulumi:Stack"),
            propertyDependencies={"bandwidth": [subnet], "tags": None, "name": []},
        ),
    )
    eip = stack.by_urn[urn("web")]
    assert (stack.project, stack.name) == ("shop", "prod")
    assert eip.name == "web"
    assert eip.identifier == "id-web"
    assert eip.inputs == {"bandwidth": {"size": 5, "rate": Decimal("1.10")}}
    assert eip.outputs == {"id": "id-web", "address": "203.0.113.1"}
    assert eip.dependencies == {"bandwidth": (subnet,)}
    assert eip.provider is not None
    assert eip.provider.region == Known("cn-north-4")
    assert (stack.gaps, stack.notes) == ((), ())


def test_keeps_no_key_of_a_provider(export, record):
    keys = {"region": "cn-north-4", "accessKey": "AK", "secretKey": "SK"}
    stack = export(record("explicit", PROVIDER, inputs=keys, outputs=keys))
    assert "AK" not in repr(stack)
    assert "SK" not in repr(stack)
    assert stack.resources[0].inputs == {"region": "cn-north-4"}


@pytest.mark.parametrize(
    ("name", "inputs", "region"),
    [
        ("default_0_0_12", {}, ABSENT),
        ("default", {"region": "eu-west-101"}, Known("eu-west-101")),
        ("mine", {"region": {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}}, SECRET),
        ("mine", {}, Unknown("its provider states no region; the environment may")),
    ],
)
def test_region_of_the_provider(export, record, urn, name, inputs, region):
    stack = export(record(name, PROVIDER, inputs=inputs), record(provider=f"{urn(name, PROVIDER)}::1"))
    provider = stack.by_urn[urn("web")].provider
    assert provider is not None
    assert provider.region == region


def test_old_half_of_a_replacement_still_exists(export, record, urn):
    stack = export(record(delete=True, id="old"), record(id="new"))
    assert [(item.identifier, item.leaving) for item in stack.resources] == [("new", False), ("old", True)]
    assert stack.by_urn[urn("web")].identifier == "new"


def test_leaves_out_what_does_not_exist_by_itself(export, record, urn):
    stack = export(
        record("view", viewOf=urn("other")),
        record("gone", pendingReplacement=True),
        record("read", external=True),
    )
    assert [(item.name, item.external) for item in stack.resources] == [("read", True)]


def test_what_was_deleted_for_a_replacement_that_was_not_made_is_a_gap(export, record, urn):
    """The program still declares it, and the next deployment makes it: nothing is unneeded without it."""
    (gap,) = export(record("web", pendingReplacement=True)).gaps
    assert gap.startswith(f"{urn('web')}: its replacement was interrupted")
    assert export(record("web")).gaps == ()
    assert export(record("web", custom=False, pendingReplacement=True)).gaps == ()


def test_orders_by_urn(export, record):
    stack = export(record("c"), record("a"), record("b"))
    assert [item.name for item in stack.resources] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["creating", "updating", "importing", "something-new"])
def test_interrupted_operations_are_gaps(export, record, urn, kind):
    stack = export(pending_operations=[{"resource": record(), "type": kind}])
    (gap,) = stack.gaps
    assert urn("web") in gap
    assert "interrupted" in gap


@pytest.mark.parametrize("kind", ["deleting", "reading"])
def test_other_operations_change_nothing(export, record, kind):
    assert export(pending_operations=[{"resource": record(), "type": kind}]).gaps == ()


@pytest.mark.parametrize("deployment", [{"manifest": {}}, {"manifest": {}, "resources": None}])
def test_a_stack_that_was_never_deployed_has_no_resources(write, deployment):
    (stack,) = read(write({"version": 3, "deployment": deployment}))
    assert list(stack.resources) == []


def test_bare_deployment(write, record):
    (stack,) = read(write({"manifest": {}, "resources": [record()]}))
    assert stack.origin.kind == "export"
    assert len(stack.resources) == 1


def test_secrets_stay_secrets(export, record):
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": '"5"'}
    stack = export(record(inputs={"size": secret}))
    assert stack.resources[0].declared("size") == Secret()


def test_versions(export, record):
    assert export(record(), version=4).notes == ()
    for version in (1, 2, 5, True, "3", 3.5):
        with pytest.raises(SourceError, match="version"):
            export(record(), version=version)


def test_unknown_features_are_noted(write, record):
    document = {"version": 4, "features": ["views", "timeTravel"], "deployment": {"resources": [record()]}}
    (stack,) = read(write(document))
    (note,) = stack.notes
    assert "timeTravel" in note
    assert "views" not in note


def test_a_damaged_state_is_noted(export, record):
    assert "damaged" in export(record(), metadata={"integrity_error": {"version": "3"}}).gaps[0]


def test_two_living_resources_with_one_urn(export, record):
    with pytest.raises(SourceError, match=r"deployment\.resources\[1\]\.urn: two living"):
        export(record(id="1"), record(id="2"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urn", None),
        ("urn", 5),
        ("urn", ""),
        ("urn", "web"),
        ("type", None),
        ("type", []),
        ("custom", "yes"),
        ("custom", 1),
        ("inputs", []),
        ("inputs", "text"),
        ("outputs", 0),
        ("id", {}),
        ("parent", 1),
        ("provider", False),
        ("delete", "true"),
        ("external", 0),
        ("viewOf", 5),
        ("pendingReplacement", "no"),
        ("propertyDependencies", []),
        ("propertyDependencies.size", {"size": "urn"}),
        ("propertyDependencies.size", {"size": [5]}),
    ],
)
def test_wrong_types_are_named_with_their_place(export, record, field, value):
    with pytest.raises(SourceError) as raised:
        export(record("ok"), record(**{field.partition(".")[0]: value}))
    assert raised.value.place == f"deployment.resources[1].{field}"
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"deployment": None}, "deployment"),
        ({"deployment": []}, "deployment"),
        ({"deployment": {"resources": {}}}, "deployment.resources"),
        ({"deployment": {"resources": [None]}}, "deployment.resources[0]"),
        ({"deployment": {"pending_operations": [5]}}, "deployment.pending_operations[0]"),
        (
            {"deployment": {"pending_operations": [{"type": "creating"}]}},
            "deployment.pending_operations[0].resource",
        ),
        ({"deployment": {"metadata": 5}}, "deployment.metadata"),
        ({"version": 3, "features": [5], "deployment": {}}, "features"),
        ({"manifest": {}, "resources": 5}, "resources"),
    ],
)
def test_wrong_records_are_named_with_their_place(write, document, place):
    with pytest.raises(SourceError) as raised:
        read(write(document))
    assert raised.value.place == place


def test_never_shows_the_content_of_a_wrong_value(export, record):
    with pytest.raises(SourceError) as raised:
        export(record(inputs="hunter2"))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("empty", [{}, {"inputs": {}, "outputs": {}}, {"outputs": {"id": "id-web"}}])
def test_a_record_without_any_property_says_nothing(export, record, empty):
    """Not that all is left out, which would cost nothing."""
    stack = export(record(token="huaweicloud:DedicatedApig/instance:Instance", **empty))
    assert isinstance(stack.resources[0].declared("bandwidthSize"), Unknown)
