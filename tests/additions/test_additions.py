"""Each addition touches what the table in CONTRIBUTING.md says, and nothing else: it is done here.

In a copy of the checkout: add it, run the command and see it work, write what is generated.
"""

import json

import pytest

from tests.additions.conftest import Checkout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RECORDING = "tests/recordings/orders-internal/state.json"


def test_a_policy(checkout: Checkout) -> None:
    made = checkout.script("scripts/new", "policy", "gateway-edition")
    assert made.returncode == 0
    rule, test = "policypack/rules/gateway_edition.py", "tests/policypack/rules/test_gateway_edition.py"
    assert made.stdout.splitlines()[:2] == [rule, test]
    unfilled = checkout.run("-m", "pytest", "-q", test, "tests/policypack/findings/test_catalogue.py")
    assert "5 failed" in unfilled.stdout
    checkout.replace(rule, "TODO: the fact with its number; the consequence.", "has an edition.")
    checkout.replace(rule, "TODO", "Finds gateways")
    checkout.replace(test, 'message == "TODO"', """message == '"gate" has an edition.'""")
    checkout.replace(test, "program.gateway()\n    assert", "program.network()\n    assert")
    checkout.replace(test, '"TODO"', '"violation"')
    checkout.replace(test, "TODO", "Finds")
    assert "gateway-edition" in checkout.apig_cost("policies").stdout
    assert "[advisory] gateway-edition" in checkout.apig_cost("check", RECORDING).stdout
    checkout.generate()
    checkout.nothing_left_to_generate()
    assert checkout.changed() == {rule, test}
    done = checkout.run("-m", "pytest", "-q", test, "tests/policypack/findings", "tests/policypack/analyzer")
    assert done.returncode == 0, done.stdout


def test_a_format(checkout: Checkout) -> None:
    file = "policypack/reports/formats/count.py"
    checkout.write(
        file,
        '"""How many lines."""\n\nfrom policypack.reports.report import Report\n\n\n'
        "def render(report: Report) -> str:\n"
        '    """The number."""\n'
        "    is_whole = not any(one.stack.gaps for one in report.stacks)\n"
        '    told = "" if is_whole else " (the declaration is incomplete)"\n'
        '    return f"{sum(len(one.lines) for one in report.stacks)} lines{told}\\n"\n',
    )
    assert checkout.apig_cost("estimate", RECORDING, "-f", "count").stdout.endswith(" lines\n")
    checkout.generate()
    checkout.nothing_left_to_generate()
    assert "tests/policypack/reports/snapshots/report.count.txt" in checkout.generated
    assert checkout.changed() == {file}
    done = checkout.run("-m", "pytest", "-q", "tests/policypack/reports", "tests/test_layers.py")
    assert done.returncode == 0, done.stdout


PRICE = """
[[row]]
id = "gateway-basic-{region}"
meter = "apig.gateway"
spec = "BASIC"
site = "cn"
region = "{region}"
mode = "pay-per-use"
currency = "CNY"
unit = "gateway-hour"
rate = "7"
confidence = "third-party"
source = "https://example.com/price"
as_of = 2026-10-08
example = {{ seconds = 1800, amount = "3.50" }}
"""
REGION = """
[[region]]
id = "xx-moon-1"
name = "XX-Moon"
sites = ["cn"]
"""
STATE = {
    "version": 3,
    "checkpoint": {
        "stack": "organization/shop/dev",
        "latest": {
            "resources": [
                {
                    "urn": "urn:pulumi:dev::shop::huaweicloud:DedicatedApig/instance:Instance::gate",
                    "type": "huaweicloud:DedicatedApig/instance:Instance",
                    "custom": True,
                    "id": "1",
                    "inputs": {"edition": "BASIC", "region": "xx-moon-1"},
                    "outputs": {},
                }
            ]
        },
    },
}


def test_a_price(checkout: Checkout) -> None:
    file = "pricing/book/data/gateway.toml"
    checkout.append(file, PRICE.format(region="cn-north-4"))
    shown = checkout.apig_cost("prices", "list", "--region", "cn-north-4", "--meter", "apig.gateway")
    assert "gateway-basic-cn-north-4" in shown.stdout
    checkout.generate()
    assert checkout.changed() == {file}
    done = checkout.run("-m", "pytest", "-q", "tests/pricing/test_book.py")
    assert done.returncode == 0, done.stdout


def test_a_price_of_a_new_region(checkout: Checkout) -> None:
    file, regions = "pricing/book/data/gateway.toml", "pricing/book/regions.toml"
    checkout.append(file, PRICE.format(region="xx-moon-1"))
    alone = checkout.apig_cost("prices", "check")
    assert alone.returncode == 2
    assert "xx-moon-1" in alone.stderr
    checkout.append(regions, REGION)
    checkout.write("../state.json", json.dumps(STATE))
    done = checkout.apig_cost("estimate", "../state.json", "-f", "json")
    assert done.returncode == 0, done.stderr
    [line] = json.loads(done.stdout)["stacks"][0]["lines"]
    assert (line["price"]["row"], line["monthly"]["high"]) == ("gateway-basic-xx-moon-1", "5110")
    checkout.generate()
    assert checkout.changed() == {file, regions}
    done = checkout.run("-m", "pytest", "-q", "tests/pricing/test_book.py", "tests/policypack/settings")
    assert done.returncode == 0, done.stdout


NAT_TYPE = """
[[type]]
type = "er_instance"
service = "Enterprise Router"
category = "Networking"
noun = "enterprise router"
meter = "er.instance"
spec = "spec"
replaced_by = ["region", "vpcId", "subnetId"]
"""
NAT_PRICES = """
[[meter]]
name = "er.instance"
pay-per-use = "hour"
yearly-monthly = "month"

[[row]]
id = "er-small-sa-brazil-1"
meter = "er.instance"
spec = "1"
site = "intl"
region = "sa-brazil-1"
mode = "pay-per-use"
currency = "USD"
unit = "hour"
rate = "0.1"
confidence = "third-party"
source = "https://example.com/nat"
as_of = 2026-10-08
example = { hours = 10, amount = "1.00" }
"""


def declaring(*resources: tuple[str, str, dict[str, object]]) -> str:
    """A state with resources of the region that the added prices are of: token, name, inputs."""
    return json.dumps(
        {
            "version": 3,
            "checkpoint": {
                "stack": "organization/shop/dev",
                "latest": {
                    "resources": [
                        {
                            "urn": f"urn:pulumi:dev::shop::{token}::{name}",
                            "type": token,
                            "custom": True,
                            "id": name,
                            "inputs": {"region": "sa-brazil-1", **inputs},
                            "outputs": {},
                        }
                        for token, name, inputs in resources
                    ]
                },
            },
        }
    )


def formats(checkout: Checkout) -> list[str]:
    return sorted(path.stem for path in (checkout.path / "policypack/reports/formats").glob("[a-z]*.py"))


def test_a_billed_type_with_one_meter(checkout: Checkout) -> None:
    file, prices = "policypack/billed/simple.toml", "pricing/book/data/er_instance.toml"
    checkout.append(file, NAT_TYPE)
    checkout.write(prices, NAT_PRICES)
    nat = "huaweicloud:Er/instance:Instance"
    checkout.write("../state.json", declaring((nat, "door", {"spec": "1"}), (nat, "back", {})))
    done = checkout.apig_cost("estimate", "../state.json", "-f", "json")
    assert done.returncode == 0, done.stderr
    [stack] = json.loads(done.stdout)["stacks"]
    back, door = stack["lines"]
    assert (door["type"], door["meter"], door["spec"]) == ("er_instance", "er.instance", "1")
    assert (door["price"]["row"], door["monthly"]["high"]) == ("er-small-sa-brazil-1", "73")
    assert (back["status"], back["unknowns"], back["monthly"]["high"]) == ("undecided", ["spec"], None)
    assert stack["notCovered"] == []
    for form in formats(checkout):
        shown = checkout.apig_cost("check", "../state.json", "-f", form)
        assert shown.returncode == 0, shown.stderr
        assert "door" in shown.stdout or form in ("github", "gitlab", "junit", "sarif")
        if form == "csv":
            assert "Elastic IP" not in shown.stdout
            assert '"Enterprise Router"' in shown.stdout
    checkout.write("../empty.json", declaring())
    none = checkout.apig_cost("estimate", "../empty.json", "-f", "table")
    assert "No API gateway, elastic IP, enterprise router or shared bandwidth is declared." in none.stdout
    checkout.generate()
    assert checkout.changed() == {file, prices}
    done = checkout.run("-m", "pytest", "-q", "tests/pricing/test_book.py", "tests/policypack/metering")
    assert done.returncode == 0, done.stdout


def test_a_billed_type_with_several_meters(checkout: Checkout) -> None:
    file, prices = "policypack/billed/er_instance.py", "pricing/book/data/er_instance.toml"
    test = "tests/policypack/billed/test_er_instance.py"
    checkout.write(
        file,
        '''"""The items of a enterprise router, made up: itself, and what it lets out."""

from collections.abc import Iterator
from typing import Final

from policypack.declared import read
from policypack.huaweicloud.survey import region_of, stated
from policypack.metering.declaration import Declaration
from policypack.metering.item import Item, Notes
from policypack.metering.service import Service
from pricing.quantity import Meter

TYPE: Final = "er_instance"
SERVICE: Final = Service("Enterprise Router", "Networking", "enterprise router")
REPLACED_BY: Final = ("region",)


def items(declaration: Declaration) -> Iterator[Item]:
    """What enterprise routers buy."""
    landscape = declaration.landscape
    for resource in landscape.of_type(TYPE):
        notes = Notes()
        spec = notes.known(stated(landscape.stack, resource, "spec", read.text), "spec")
        for meter in ("er.instance", "er.sessions"):
            yield Item(
                resource=resource,
                type=TYPE,
                meter=Meter(meter),
                region=region_of(landscape.stack, resource, landscape.default_region),
                spec=spec,
                hours=declaration.hours(resource),
                reasons=tuple(notes.reasons),
                unknowns=tuple(notes.unknowns),
            )
''',
    )
    checkout.write(
        test,
        '''"""enterprise routers."""


def test_both_meters(program) -> None:
    program.add("er_instance", "door", spec="1")
    meters = [line.meter for line in program.lines()]
    assert meters == ["er.instance", "er.sessions"]
''',
    )
    sessions = NAT_PRICES.replace("er.instance", "er.sessions").replace("er-small", "er-sessions")
    checkout.write(prices, NAT_PRICES + sessions)
    checkout.write("../state.json", declaring(("huaweicloud:Er/instance:Instance", "door", {"spec": "1"})))
    done = checkout.apig_cost("estimate", "../state.json", "-f", "csv")
    assert done.returncode == 0, done.stderr
    assert (done.stdout.count('"Enterprise Router"'), done.stdout.count('"er-sessions-sa-brazil-1"')) == (
        2,
        1,
    )
    checkout.generate()
    assert checkout.changed() == {file, prices, test}
    done = checkout.run("-m", "pytest", "-q", test, "tests/test_layers.py", "tests/pricing/test_book.py")
    assert done.returncode == 0, done.stdout


def test_an_eip_inside_another_resource(checkout: Checkout) -> None:
    file = "policypack/billed/embedded.toml"
    row = """[[buys]]
type = "dcs_instance"
set = "eipType"
line = "eipType"
size = "bandwidthSize"
charge_mode = "bandwidthChargeMode"

"""
    checkout.replace(file, "# --- bought as a whole", f"{row}# --- bought as a whole")
    bought = {"eipType": "5_bgp", "bandwidthSize": 10, "bandwidthChargeMode": "bandwidth"}
    checkout.write("../state.json", declaring(("huaweicloud:Dcs/instance:Instance", "cache", bought)))
    done = checkout.apig_cost("estimate", "../state.json", "-f", "json")
    assert done.returncode == 0, done.stderr
    [line] = json.loads(done.stdout)["stacks"][0]["lines"]
    assert (line["type"], line["meter"], line["monthly"]["high"]) == (
        "dcs_instance",
        "eip.bandwidth",
        "205.13",
    )
    checkout.generate()
    assert checkout.changed() == {file}
    done = checkout.run("-m", "pytest", "-q", "tests/policypack/billed")
    assert done.returncode == 0, done.stdout


def test_a_source(checkout: Checkout) -> None:
    file, test = "policypack/sources/inventory.py", "tests/policypack/sources/test_inventory.py"
    recogniser = "policypack/sources/recognise.py"
    checkout.write(
        file,
        '''"""Inventories, a made-up kind of file: names with the sizes of their EIPs."""

from collections.abc import Mapping

from policypack.declared import Origin, Resource, Stack
from policypack.sources import fields

TOKEN = "huaweicloud:Vpc/eip:Eip"


def read_inventory(document: Mapping[str, object], path: str) -> Stack:
    """Read an inventory."""
    resources = []
    for name, size in fields.mapping(document["inventory"], "inventory").items():
        inputs = {"bandwidth": {"shareType": "PER", "size": size, "chargeMode": "bandwidth"}}
        resources.append(Resource(f"urn:pulumi:dev::shop::{TOKEN}::{name}", TOKEN, name, inputs))
    return Stack("shop", "dev", Origin("inventory", path), tuple(resources))
''',
    )
    checkout.write(
        test,
        '''"""Inventories."""

from policypack.sources.inventory import read_inventory


def test_names_become_elastic_ips() -> None:
    stack = read_inventory({"inventory": {"web": 5}}, "inventory.json")
    assert [resource.name for resource in stack.resources] == ["web"]
''',
    )
    line = '    ("an inventory", "inventory", "inventory.read_inventory"),\n'
    checkout.replace(recogniser, "_KINDS: Final = (\n", f"_KINDS: Final = (\n{line}")
    checkout.write("../inventory.json", json.dumps({"inventory": {"web": 5}}))
    done = checkout.apig_cost("estimate", "../inventory.json", "-f", "json")
    assert done.returncode == 0, done.stderr
    [stack] = json.loads(done.stdout)["stacks"]
    assert (stack["source"]["kind"], stack["lines"][0]["resource"]) == ("inventory", "web")
    checkout.generate()
    assert checkout.changed() == {file, recogniser, test}
    tests = ("tests/policypack/sources/test_inventory.py", "tests/test_layers.py")
    done = checkout.run("-m", "pytest", "-q", *tests, "tests/policypack/sources/test_bad_input.py")
    assert done.returncode == 0, done.stdout


def test_a_kind_of_evidence(checkout: Checkout) -> None:
    [file] = [
        path.relative_to(checkout.path).as_posix()
        for path in (checkout.path / "policypack" / "network").rglob("*.py")
        if "yield from self._words()" in path.read_text(encoding="utf-8")
    ]
    page, test = "docs/network.md", "tests/policypack/network/landscapes.py"
    function = """    def _signatures(self) -> Iterator[Evidence]:
        for signature in self._topology.landscape.of_type("apig_signature"):
            fact = f'Signature key "{signature.name}" is for callers inside.'
            yield say.private("caller-99-signature", fact, signature.urn, "suggests")

"""
    checkout.replace(
        file,
        "        yield from self._words()\n",
        "        yield from self._words()\n        yield from self._signatures()\n",
    )
    checkout.replace(file, "    def _words(", f"{function}    def _words(")
    row = "| 99 | signature key | private callers: weak | says the same |\n"
    checkout.replace(page, "\nProof of public callers:", f"{row}\nProof of public callers:")
    rows = "ROWS: Mapping[str, Callable[[Builder], Any]] = {\n"
    landscape = (
        '    "caller-99-signature": lambda b: b.add("apig_signature", "key", instanceId=Out("gate")),\n'
    )
    checkout.replace(test, rows, rows + landscape)
    state = json.loads((checkout.path / RECORDING).read_text(encoding="utf-8"))
    resources = state["deployment"]["resources"]
    token = "huaweicloud:DedicatedApig/signature:Signature"
    stack = resources[0]["urn"].rpartition("::")[0].rpartition("::")[0]
    resources.append(
        {
            "urn": f"{stack}::{token}::key",
            "type": token,
            "custom": True,
            "id": "1",
            "inputs": {},
            "outputs": {},
        }
    )
    checkout.write("../state.json", json.dumps(state))
    done = checkout.apig_cost("explain", "../state.json")
    assert 'Signature key "key" is for callers inside. (caller-99-signature' in done.stdout
    checkout.generate()
    assert checkout.changed() == {file, page, test}
    done = checkout.run("-m", "pytest", "-q", "tests/policypack/network", "tests/test_layers.py")
    assert done.returncode == 0, done.stdout
