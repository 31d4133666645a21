"""State files as backends keep them, and how files are named."""

import json

import fsspec
import pytest

from policypack.cli.support.place import look
from policypack.declared import SECRET, Known, Unknown
from policypack.sources import SourceError, read
from policypack.sources.terraform.naming import module_instance, names_of

from .conftest import named


@pytest.fixture
def state_file(write):
    def read_file(*resources, path="shop/terraform.tfstate", **fields):
        document = {
            "version": 4,
            "terraform_version": "1.12.6",
            "serial": 3,
            "lineage": "b1b3",
            "outputs": {"secret": {"value": "hunter2", "type": "string", "sensitive": True}},
            "resources": list(resources),
            "check_results": None,
        }
        (stack,) = read(write(document | fields, path))
        return stack

    return read_file


def eip(*instances, **fields):
    return {
        "mode": "managed",
        "type": "huaweicloud_vpc_eip",
        "name": "web",
        "provider": 'provider["registry.opentofu.org/huaweicloud/huaweicloud"]',
        "instances": list(instances),
    } | fields


def instance(size=5, **fields):
    attributes = {
        "id": "1",
        "region": "cn-north-4",
        "name": "",
        "bandwidth": [{"size": size, "share_type": "PER"}],
    }
    return {"schema_version": 0, "attributes": attributes, "sensitive_attributes": []} | fields


def test_a_state_file_holds_ids_and_sizes(state_file):
    stack = state_file(eip(instance()))
    (found,) = stack.resources
    assert (stack.project, stack.name, stack.origin.kind) == ("shop", "default", "terraform-state")
    assert found.identifier == "1"
    assert found.declared("region") == Known("cn-north-4")
    assert found.inputs["bandwidth"] == [{"size": 5, "shareType": "PER"}]
    assert found.token == "huaweicloud:index/vpcEip:VpcEip"
    assert "hunter2" not in repr(stack)


@pytest.mark.parametrize("attributes", [None, {}])
def test_an_instance_without_attributes_says_nothing(state_file, attributes):
    """Not that everything is left out, which would cost nothing."""
    (found,) = state_file(eip(instance(attributes=attributes))).resources
    assert isinstance(found.declared("bandwidth"), Unknown)


def test_instances_and_modules_are_in_the_address(state_file):
    stack = state_file(
        eip(instance(index_key="a"), instance(index_key='b"c'), module='module.edge["x"]'),
        eip(instance(index_key=0), name="other"),
    )
    assert sorted(item.name for item in stack.resources) == [
        "huaweicloud_vpc_eip.other[0]",
        'module.edge["x"].huaweicloud_vpc_eip.web["a"]',
        'module.edge["x"].huaweicloud_vpc_eip.web["b\\"c"]',
    ]


def test_a_deposed_instance_is_leaving(state_file):
    stack = state_file(eip(instance(), instance(deposed="ab12")))
    assert [item.leaving for item in stack.resources] == [False, True]


def test_data_is_external(state_file):
    stack = state_file(eip(instance(), mode="data"))
    assert [(item.name, item.external) for item in stack.resources] == [
        ("data.huaweicloud_vpc_eip.web", True)
    ]


def test_a_sensitive_attribute_is_a_secret_with_all_that_is_in_it(state_file):
    path = [
        {"type": "get_attr", "value": "bandwidth"},
        {"type": "index", "value": {"value": 0, "type": "number"}},
    ]
    stack = state_file(eip(instance(sensitive_attributes=[path])))
    assert named(stack, "huaweicloud_vpc_eip.web").declared("bandwidth") == SECRET


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (eip({"attributes_flat": {"id": "1"}}), "old state"),
        (eip(instance(sensitive_attributes=[5])), "a list of paths"),
        (eip(instance(sensitive_attributes=[[{"value": 5}]])), "a list of paths"),
        (eip(instance(), module="edge"), "address of a module"),
        (eip(5), "an object was expected"),
        ({"mode": "managed"}, "text was expected"),
    ],
)
def test_what_is_damaged_is_named(state_file, resource, told):
    with pytest.raises(SourceError, match=told):
        state_file(resource)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("shop/plan.json", ("shop", "default")),
        ("/a/shop/terraform.tfstate", ("shop", "default")),
        ("shop/terraform.tfstate.d/prod/terraform.tfstate", ("shop", "prod")),
        ("s3://bucket/env:/prod/shop/terraform.tfstate", ("shop", "prod")),
        ("s3://bucket/shop/terraform.tfstate", ("shop", "default")),
        ("gs://bucket/shop/prod.tfstate", ("shop", "prod")),
    ],
)
def test_names_come_from_the_folder_and_the_workspace(path, names):
    found = names_of(path)
    assert (found.project, found.stack) == names


def test_names_that_are_given_come_first():
    found = names_of("shop/terraform.tfstate.d/prod/terraform.tfstate", "orders", "live")
    assert (found.project, found.stack) == ("orders", "live")


def test_a_file_without_a_folder_is_named_after_the_one_it_stands_in(tmp_path, monkeypatch):
    folder = tmp_path / "billing"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert names_of("plan.json").project == names_of("./plan.json").project == "billing"
    assert names_of("standard input").project == "billing"


def test_the_address_of_a_module_is_split():
    assert module_instance('module.a["x.y"].module.b[0].module.c', "") == (
        ("a", '["x.y"]'),
        ("b", "[0]"),
        ("c", ""),
    )
    assert module_instance(None, "") == ()


def test_an_empty_state_is_an_empty_stack(write):
    (stack,) = read(write({"format_version": "1.0"}, "shop/state.json"))
    assert stack.resources == []
    assert json.dumps(stack.gaps) == "[]"


def written(folder, *paths):
    document = {"version": 4, "terraform_version": "1.12.6", "serial": 1, "lineage": "b1", "resources": []}
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(document))


STATES = (
    "terraform.tfstate",
    "terraform.tfstate.backup",
    ".terraform/terraform.tfstate",
    "terraform.tfstate.d/prod/terraform.tfstate",
    "terraform.tfstate.d/prod/terraform.tfstate.backup",
)


def test_a_folder_holds_a_state_for_each_workspace(tmp_path):
    folder = tmp_path / "shop"
    written(folder, *STATES)
    found = [(stack.project, stack.name) for stack in read(f"file://{folder}")]
    assert found == [("shop", "default"), ("shop", "prod")]
    assert [(stack.project, stack.name) for stack in read(str(folder))] == found


def test_an_audit_finds_states_wherever_they_are(tmp_path):
    written(tmp_path / "a" / "shop", *STATES)
    written(tmp_path / "network", "network.tfstate")
    found = sorted(path.removeprefix(str(tmp_path)) for path in look(str(tmp_path), ()).addresses)
    assert found == [
        "/a/shop/terraform.tfstate",
        "/a/shop/terraform.tfstate.d/prod/terraform.tfstate",
        "/network/network.tfstate",
    ]


def test_a_store_holds_states_under_any_key(tmp_path):
    """Read through fsspec, as every object store is; the server of the other tests is S3."""
    memory = fsspec.filesystem("memory")
    document = {"version": 4, "terraform_version": "1.12.6", "serial": 1, "lineage": "b1", "resources": []}
    place = f"memory://{tmp_path.name}"
    for key in ("shop/terraform.tfstate", "env:/prod/shop/terraform.tfstate", "shop/notes.json"):
        memory.pipe(f"/{tmp_path.name}/{key}", json.dumps(document).encode())
    assert sorted((stack.project, stack.name) for stack in read(place)) == [
        ("shop", "default"),
        ("shop", "prod"),
    ]
