"""``check``, ``audit`` and ``diff`` join the stacks that they read."""

import json
from pathlib import Path

import pytest

PROVIDER = "pulumi:providers:huaweicloud::default"
OWN = {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "PER", "size": 10}}


def state(folder: Path, project: str, resources: list[dict[str, object]], outputs: dict[str, object]) -> Path:
    def urn(token: str, name: str) -> str:
        return f"urn:pulumi:dev::{project}::{token}::{name}"

    stack = {"urn": urn("pulumi:pulumi:Stack", f"{project}-dev"), "type": "pulumi:pulumi:Stack"}
    provider = {"urn": urn("pulumi:providers:huaweicloud", "default"), "type": "pulumi:providers:huaweicloud"}
    found = [
        {**stack, "custom": False, "outputs": outputs},
        {**provider, "custom": True, "id": "p", "inputs": {"region": "sa-brazil-1"}},
        *(
            {
                "urn": urn(str(item["type"]), str(item["name"])),
                "custom": True,
                "provider": f"{provider['urn']}::p",
                **{key: value for key, value in item.items() if key != "name"},
            }
            for item in resources
        ),
    ]
    path = folder / f"{project}.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": found}}))
    return path


@pytest.fixture
def places(work):
    recorded = {"address": "203.0.113.11", "status": "UNBOUND"}
    eip = {
        "type": "huaweicloud:Vpc/eip:Eip",
        "name": "edge",
        "id": "eip-1",
        "inputs": OWN,
        "outputs": recorded,
    }
    bind = {
        "type": "huaweicloud:Vpc/eipAssociate:EipAssociate",
        "name": "bind",
        "id": "b",
        "inputs": {"publicIp": "203.0.113.11", "portId": "port"},
    }
    folder = work / "states"
    folder.mkdir()
    owner = state(folder, "internet", [eip], {"edge": "203.0.113.11"})
    return folder, owner, state(folder, "elb", [bind], {})


def idle(outcome):
    return [
        finding
        for stack in outcome.report["stacks"]
        for finding in stack["findings"]
        if finding["policy"] == "eip-idle"
    ]


def test_alone_nobody_can_tell_whether_an_eip_that_is_handed_out_is_used(run, places):
    [finding] = idle(run("check", places[1], "--format", "json"))
    assert finding["verdict"] == "undecided"
    assert 'output "edge" hands out EIP "edge"' in finding["message"]


def test_together_it_is_used(run, places):
    folder, owner, user = places
    for arguments in (("check", owner, user), ("check", user, owner), ("audit", folder)):
        found = run(*arguments, "--format", "json")
        assert idle(found) == []
        meters = [line["meter"] for stack in found.report["stacks"] for line in stack["lines"]]
        assert meters == ["eip.bandwidth"]
