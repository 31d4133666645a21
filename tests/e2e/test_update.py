"""`pulumi up` with the pack: what is blocked, when, and what is said of a stack that changes."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

EXECUTABLE = Path(sys.executable).with_name("apig-cost-pack")
GATEWAY = "huaweicloud:DedicatedApig/instance:Instance"
EIP = "huaweicloud:Vpc/eip:Eip"
NETWORK = ("huaweicloud:Vpc/vpc:Vpc", "net", {"cidr": "10.0.0.0/16"})


def gateway(name: str = "front", **properties: Any) -> tuple[str, str, Mapping[str, Any]]:
    declared = {"edition": "PROFESSIONAL", "vpcId": "@net", "availabilityZones": ["cn-north-4a"]}
    return GATEWAY, name, {**declared, **properties}


def eip(name: str, size: int = 5) -> tuple[str, str, Mapping[str, Any]]:
    bandwidth = {"shareType": "PER", "name": name, "size": size, "chargeMode": "bandwidth"}
    return EIP, name, {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth}


def budget(amount: int, **more: Any) -> dict[str, Any]:
    return {
        "apig-monthly-budget": {"limits": [{"name": "team", "amount": amount, "currency": "CNY"}], **more}
    }


def lines(report: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    (stack,) = report["stacks"]
    return {(line["resource"], line["meter"]): line for line in stack["lines"]}


def mbit_s_hours(size: int) -> dict[str, str]:
    return {"low": str(730 * size), "high": str(730 * size)}


def names_of_state(workspace: Any) -> set[str]:
    deployment = json.loads(workspace.export().read_text())["deployment"]
    found = {resource["urn"].rpartition("::")[2] for resource in deployment.get("resources", [])}
    return {name for name in found if not name.startswith(("default", "shop-"))}


def test_a_budget_blocks_before_anything_is_made(workspace: Any) -> None:
    workspace.declare(NETWORK, gateway())
    workspace.start()
    done = workspace.up("--policy-pack-config", workspace.configured(budget(100)))
    assert done.code == 1, done.text
    assert "apig-monthly-budget" in done.text
    assert "Updating (dev)" not in done.text, "the preview phase blocks"
    assert names_of_state(workspace) == set()


def test_a_stack_through_its_life(workspace: Any) -> None:
    """Create, look again, change, replace, delete: each time the cost of what will be there."""
    workspace.declare(NETWORK, gateway(bandwidthSize=5), eip("web"))
    workspace.start()
    settings, path = workspace.report("pack")

    def deployed() -> dict[tuple[str, str], Any]:
        done = workspace.up("--policy-pack-config", settings)
        assert done.code == 0, done.text
        return lines(json.loads(path.read_text()))

    created = deployed()
    assert {("front", "apig.gateway"), ("front", "apig.outbound-bandwidth"), ("web", "eip.bandwidth")} <= set(
        created
    )
    assert deployed() == created, "nothing has changed"
    exported = lines(json.loads(workspace.apig_cost("check", str(workspace.export()), "-f", "json").stdout))
    assert exported == created

    workspace.declare(NETWORK, gateway(bandwidthSize=0), eip("web", size=2))
    changed = deployed()
    assert ("front", "apig.outbound-bandwidth") not in changed
    assert changed["web", "eip.bandwidth"]["quantity"] == mbit_s_hours(2)

    workspace.declare(NETWORK, gateway(edition="ENTERPRISE", bandwidthSize=0), eip("web", size=2))
    replaced = deployed()
    assert replaced["front", "apig.gateway"]["spec"] == "ENTERPRISE"
    assert len(replaced) == len(changed), "the old half of a replacement is not counted twice"

    workspace.declare(NETWORK)
    assert deployed() == {}


def test_a_change_that_exceeds_the_budget_is_not_made(workspace: Any) -> None:
    workspace.declare(NETWORK, gateway())
    workspace.start()
    settings = workspace.configured(budget(10_000, referencePrices="accept"))
    assert workspace.up("--policy-pack-config", settings).code == 0
    workspace.declare(NETWORK, gateway(edition="ENTERPRISE"))
    done = workspace.up("--policy-pack-config", settings)
    assert done.code == 1, done.text
    kept = json.loads(workspace.export().read_text())["deployment"]["resources"]
    (front,) = [resource for resource in kept if resource["urn"].endswith("::front")]
    assert front["inputs"]["edition"] == "PROFESSIONAL"


def test_what_is_not_targeted(workspace: Any) -> None:
    """What exists counts as it is; what the engine does not show is not taken for free."""
    workspace.declare(eip("old"), eip("web"))
    workspace.start()
    settings, path = workspace.report("pack")
    assert workspace.up("--policy-pack-config", settings).code == 0
    workspace.declare(eip("old", size=9), eip("web", size=2), eip("new", size=7))
    target = ["--target", f"urn:pulumi:dev::shop::{EIP}::web"]
    done = workspace.preview("--policy-pack-config", settings, *target)
    assert done.code == 0, done.text
    found = lines(json.loads(path.read_text()))
    assert found["web", "eip.bandwidth"]["quantity"] == mbit_s_hours(2)
    assert found["old", "eip.bandwidth"]["quantity"] == mbit_s_hours(5), "it stays as it was deployed"
    shown = [line for (name, _), line in found.items() if name == "new"]
    assert all(line["status"] != "free" for line in shown)
    assert all(line["monthly"]["high"] is None for line in shown)
    decided = workspace.preview("--policy-pack-config", workspace.configured(budget(1_000_000)), *target)
    assert (decided.code == 1) == bool(shown)


def test_what_leaves_the_program_is_not_over_a_limit_with_a_refresh(
    workspace: Any, exact_prices: Path
) -> None:
    """The engine shows it to the pack before it is deleted; it may also stay, as far as the pack can see."""
    workspace.declare(NETWORK, gateway(), gateway("second"))
    workspace.start()
    assert workspace.up().code == 0
    workspace.declare(NETWORK, gateway())
    settings = budget(12_000) | {"apig-cost": {"priceBook": str(exact_prices)}}
    plain = workspace.preview("--policy-pack-config", workspace.configured(settings))
    assert plain.code == 0, plain.text
    refreshed = workspace.preview("--refresh", "--policy-pack-config", workspace.configured(settings))
    assert "Over the limit" not in refreshed.text
    assert "Cannot decide the limit" in refreshed.text
    assert 'although the program no longer has it: "second"' in refreshed.text


RENAMING = """
import pulumi
from pulumi import ResourceOptions

class Edge(pulumi.ComponentResource):
    def __init__(self, kind, *old):
        aliases = [pulumi.Alias(type_=one) for one in old]
        super().__init__(kind, "edge", {}, ResourceOptions(aliases=aliases))
        made("inner", ResourceOptions(parent=self))

def made(name, options=None):
    bandwidth = {"shareType": "PER", "name": "same", "size": 5, "chargeMode": "bandwidth"}
    properties = {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth}
    return pulumi.CustomResource("huaweicloud:Vpc/eip:Eip", name, properties, options)
"""
BEFORE = 'Edge("my:index:Old")\nmade("before")\nmade("other")\n'
AFTER = """Edge("my:index:New", "my:index:Old")
made("after", ResourceOptions(aliases=[pulumi.Alias(name="before")]))
made("other")
"""


@pytest.mark.parametrize("options", [(), ("--refresh",), ("--target", f"urn:pulumi:dev::shop::{EIP}::other")])
def test_what_is_renamed_counts_once(workspace: Any, options: tuple[str, ...]) -> None:
    workspace.write(RENAMING + BEFORE)
    workspace.start()
    assert workspace.up().code == 0
    workspace.write(RENAMING + AFTER)
    settings, path = workspace.report("pack")
    done = workspace.preview("--policy-pack-config", settings, *options)
    assert done.code == 0, done.text
    report = json.loads(path.read_text())
    shown = workspace.run("preview", "--json", "--show-sames", *options)
    (workspace.folder / "preview.json").write_text(shown.stdout)
    checked = json.loads(workspace.apig_cost("check", "preview.json", "-f", "json").stdout)
    assert report["totals"] == checked["totals"]
    for said in (report, checked):
        assert len({name for name, _ in lines(said)}) == 3
        assert said["stacks"][0]["gaps"] == []


def test_a_policy_pack_over_an_export(workspace: Any) -> None:
    """`pulumi policy analyze`: no stack is known but from URNs, and the answer is the same."""
    workspace.declare(NETWORK, gateway(bandwidthSize=5), eip("web"))
    workspace.start()
    assert workspace.up().code == 0
    export = workspace.export()
    settings, path = workspace.report("pack")
    call = ["policy", "analyze", "--file", str(export), "--policy-pack", str(EXECUTABLE)]
    done = workspace.run(*call, "--policy-pack-config", settings)
    assert done.code == 0, done.text
    report = json.loads(path.read_text())
    (stack,) = report["stacks"]
    assert (stack["project"], stack["stack"]) == ("shop", "dev")
    assert any("pulumi policy analyze" in note for note in stack["notes"])
    checked = json.loads(workspace.apig_cost("check", str(export), "-f", "json").stdout)
    assert lines(report) == lines(checked)
    over = workspace.run(*call, "--policy-pack-config", workspace.configured(budget(1)))
    assert over.code == 1
    assert "apig-monthly-budget" in over.text
