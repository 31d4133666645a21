"""What is called billed: a list with its proof, and nothing that is called free."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from policypack.declared import Resource
from policypack.huaweicloud.names import is_billed, is_free, terraform_name
from policypack.huaweicloud.uses import EIP_USES

BOUGHT = re.compile(r"\b(charging_mode|period_unit|auto_renew|charge_mode)\b")
TOKEN = re.compile(r"'(huaweicloud:\w+/\w+:\w+)',\s*resource_name")
ARGUMENTS = re.compile(r"class \w+Args:\s*def __init__\(__self__, \*,(.*?)\):", re.S)
NOT_SOLD = {"apig_throttling_policy"}
"""Its period is one of seconds and minutes, over which calls are counted."""


def of_schema() -> set[str]:
    """Types of the provider's SDK with arguments that only what is sold has."""
    names: set[str] = set()
    package = find_spec("pulumi_huaweicloud")  # not imported, which takes seconds
    assert package is not None
    assert package.origin is not None
    for path in Path(package.origin).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        token, arguments = TOKEN.search(text), ARGUMENTS.search(text)
        if token and arguments and BOUGHT.search(arguments[1]):
            names.add(str(terraform_name(token[1])))
    return names - NOT_SOLD


def test_everything_that_the_schema_sells_is_called_billed() -> None:
    names = of_schema()
    assert len(names) > 20
    assert {name for name in names if not is_billed(name)} == set()
    assert {name for name in names if is_free(name)} == set()


@pytest.mark.parametrize(
    "name", ["antiddos_basic", "as_policy", "cce_addon", "obs_bucket_policy", "rds_mysql_database", "vpc"]
)
def test_what_costs_nothing_by_itself_is_free(name: str) -> None:
    assert is_free(name)
    assert not is_billed(name)


@pytest.mark.parametrize("name", ["as_group", "lts_group", "obs_bucket", "something_new"])
def test_what_nothing_is_known_of_is_neither(name: str) -> None:
    assert not is_free(name)
    assert not is_billed(name)


@pytest.mark.parametrize(
    "name",
    [
        "dds_instance_eip_associate",
        "taurusdb_eip_associate",
        "gaussdb_opengauss_eip_associate",
        "gaussdb_mysql_eip_associate",
        "networking_vip_associate",
    ],
)
def test_bindings_of_newer_providers_bind(name: str) -> None:
    assert any(name in use.types for use in EIP_USES)


def test_a_floating_ip_is_an_eip() -> None:
    token = "huaweicloud:index/networkingFloatingipAssociate:NetworkingFloatingipAssociate"
    assert terraform_name(Resource("u", token, "n", {}).token) == "vpc_eip_associate"
