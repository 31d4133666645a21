"""A small company: states of stacks in a folder, some of which say something of each other."""

import json
import os
from pathlib import Path

OWN = {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "PER", "size": 10}}
LONG_AGO = 1_700_000_000


def state(project: str, resources: list[dict], outputs: dict | None = None, stack: str = "dev") -> str:
    """An export of one stack."""

    def urn(token: str, name: str) -> str:
        return f"urn:pulumi:{stack}::{project}::{token}::{name}"

    provider = urn("pulumi:providers:huaweicloud", "default")
    found = [
        {
            "urn": urn("pulumi:pulumi:Stack", f"{project}-{stack}"),
            "type": "pulumi:pulumi:Stack",
            "custom": False,
            "outputs": outputs or {},
        },
        {
            "urn": provider,
            "type": "pulumi:providers:huaweicloud",
            "custom": True,
            "id": "p",
            "inputs": {"region": "sa-brazil-1"},
        },
        *(
            {
                "urn": urn(str(item["type"]), str(item["name"])),
                "custom": True,
                "provider": f"{provider}::p",
                **{key: value for key, value in item.items() if key != "name"},
            }
            for item in resources
        ),
    ]
    return json.dumps({"version": 3, "deployment": {"resources": found}})


def eip(name: str, size: int = 10, number: int = 1) -> dict:
    """An EIP that nothing of its stack uses."""
    return {
        "type": "huaweicloud:Vpc/eip:Eip",
        "name": name,
        "id": f"{name}-{number}",
        "inputs": {**OWN, "bandwidth": {"shareType": "PER", "size": size}},
        "outputs": {"address": f"203.0.{number // 250}.{number % 250 + 1}", "status": "UNBOUND"},
    }


def binding(number: int) -> dict:
    """What binds the EIP of another stack."""
    return {
        "type": "huaweicloud:Vpc/eipAssociate:EipAssociate",
        "name": "bind",
        "id": "b",
        "inputs": {"publicIp": f"203.0.{number // 250}.{number % 250 + 1}", "portId": "port"},
    }


def write(folder: Path, count: int) -> Path:
    """Write so many stacks; every tenth hands out an EIP that its successor binds."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        put(folder, number)
    return folder


def put(folder: Path, number: int, size: int | None = None, touched: int = 0) -> None:
    """Write one of them, so long after the others."""
    if number % 10 == 1:
        text = state(f"team-{number:04}", [binding(number - 1)])
    else:
        address = f"203.0.{number // 250}.{number % 250 + 1}"
        outputs = {"edge": address} if number % 10 == 0 else {}
        text = state(f"team-{number:04}", [eip("edge", size or number % 7 + 1, number)], outputs)
    path = folder / f"{number:04}.json"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (LONG_AGO + touched, LONG_AGO + touched))
