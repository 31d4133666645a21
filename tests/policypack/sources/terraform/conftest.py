"""What the tests of plans and states share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policypack.declared import Resource, Stack
from policypack.sources import read

RECORDINGS = Path(__file__).parents[3] / "recordings-tofu"
PROVIDER = "registry.opentofu.org/huaweicloud/huaweicloud"


@pytest.fixture(scope="session")
def recorded() -> Callable[[str, str], Stack]:
    """Reads one recorded file of the real tools and the real provider."""

    def read_recorded(case: str, file: str = "tofu.plan.json") -> Stack:
        (stack,) = read(str(RECORDINGS / case / file))
        return stack

    return read_recorded


@pytest.fixture
def change() -> Callable[..., dict[str, Any]]:
    """Builds an entry of ``resource_changes``."""

    def build(name: str = "web", kind: str = "huaweicloud_vpc_eip", **fields: Any) -> dict[str, Any]:
        index = fields.pop("index", None)
        module = fields.pop("module", None)
        suffix = "" if index is None else (f'["{index}"]' if isinstance(index, str) else f"[{index}]")
        entry = {
            "address": f"{module + '.' if module else ''}{kind}.{name}{suffix}",
            "mode": fields.pop("mode", "managed"),
            "type": kind,
            "name": name,
            "provider_name": fields.pop("provider", PROVIDER),
            **{key: fields.pop(key) for key in ("deposed", "previous_address") if key in fields},
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {},
                "after_unknown": {},
                "before_sensitive": False,
                "after_sensitive": {},
            }
            | fields,
        }
        if index is not None:
            entry["index"] = index
        if module is not None:
            entry["module_address"] = module
        return entry

    return build


@pytest.fixture
def block() -> Callable[..., dict[str, Any]]:
    """Builds an entry of the configuration's ``resources``."""

    def build(name: str = "web", /, kind: str = "huaweicloud_vpc_eip", **expressions: Any) -> dict[str, Any]:
        found: dict[str, Any] = {
            "address": f"{kind}.{name}",
            "mode": expressions.pop("mode", "managed"),
            "type": kind,
            "name": name,
            "provider_config_key": "huaweicloud",
        }
        for key in ("for_each_expression", "count_expression"):
            if key in expressions:
                found[key] = expressions.pop(key)
        return found | {"expressions": expressions, "schema_version": 0}

    return build


@pytest.fixture
def document() -> Callable[..., dict[str, Any]]:
    """Builds a plan."""

    def build(changes: list[Any], blocks: list[Any], **fields: Any) -> dict[str, Any]:
        module = {"resources": blocks, "module_calls": fields.pop("calls", {})}
        region = {"region": {"constant_value": "cn-north-4"}}
        return {
            "format_version": "1.2",
            "terraform_version": "1.12.6",
            "resource_changes": changes,
            "configuration": {
                "provider_config": {"huaweicloud": {"name": "huaweicloud", "expressions": region}},
                "root_module": module,
            },
        } | fields

    return build


@pytest.fixture
def plan(write: Callable[..., str], document: Callable[..., dict[str, Any]]) -> Callable[..., Stack]:
    """Reads a plan that is built from changes and blocks."""

    def read_plan(changes: list[Any], blocks: list[Any], **fields: Any) -> Stack:
        (stack,) = read(write(document(changes, blocks, **fields), "shop/plan.json"))
        return stack

    return read_plan


def named(stack: Stack, address: str) -> Resource:
    """The resource of an address."""
    (found,) = (item for item in stack.resources if item.name == address)
    return found


@pytest.fixture
def run_diff() -> Callable[[str], list[Any]]:
    """Compares both sides of a plan and returns the replacements in which both halves run."""
    from policypack.cli.commands.diff import command

    def run(path: str) -> list[Any]:
        done = CliRunner().invoke(command, [path, "--format", "json"])
        found: list[Any] = json.loads(done.stdout)["stacks"][0]["overlaps"]
        return found

    return run
