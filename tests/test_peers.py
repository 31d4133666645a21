"""What comparable tools get wrong about the unknown, and ours must not.

Each test is one observation of November 2026 on FinFocus 0.2.6, c3x 0.2.0 and Infracost 0.10.45, turned
into a demand: a budget never passes because of what is not known, and nothing unknown is shown as 0.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from policypack import cli

ROOT = Path(__file__).parent.parent
RECORDINGS = ROOT / "tests" / "recordings"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default"


@dataclass(frozen=True)
class Run:
    code: int
    report: dict[str, Any]
    shown: str

    @property
    def stack(self) -> dict[str, Any]:
        return self.report["stacks"][0]

    def line(self, meter: str) -> dict[str, Any]:
        [found] = [line for line in self.stack["lines"] if line["meter"] == meter]
        return found


def run(tmp_path: Path, *words: str, limits: str | None = None) -> Run:
    arguments = [*words]
    if limits is not None:
        (tmp_path / "settings.toml").write_text(f"[apig-monthly-budget]\nlimits = [{limits}]\n")
        arguments += ["--config", str(tmp_path / "settings.toml")]
    done = [call(tmp_path, *arguments, "--format", kind) for kind in ("json", "table")]
    assert done[0][0] == done[1][0]
    return Run(done[0][0], json.loads(done[0][1] or "{}"), done[1][1] + done[1][2])


def call(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code and output of the command line, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.chdir(folder)
        patched.setattr(sys, "argv", ["apig-cost", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code, out.getvalue(), err.getvalue()


def export(tmp_path: Path, region: str, *resources: dict[str, Any]) -> str:
    provider = {
        "urn": PROVIDER,
        "custom": True,
        "id": "p",
        "type": "pulumi:providers:huaweicloud",
        "inputs": {"region": region},
    }
    owned = [
        {"custom": True, "provider": f"{PROVIDER}::p", "id": f"id-{n}", **one}
        for n, one in enumerate(resources)
    ]
    file = tmp_path / "export.json"
    file.write_text(
        json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [provider, *owned]}})
    )
    return str(file)


def gateway(**inputs: Any) -> dict[str, Any]:
    token = "huaweicloud:DedicatedApig/instance:Instance"
    return {"urn": f"urn:pulumi:dev::shop::{token}::orders", "type": token, "inputs": inputs}


def eip() -> dict[str, Any]:
    token = "huaweicloud:Vpc/eip:Eip"
    inputs = {
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "name": "front", "size": 5, "chargeMode": "bandwidth"},
    }
    return {"urn": f"urn:pulumi:dev::shop::{token}::front", "type": token, "inputs": inputs}


def association(public_ip: str, dependency: str | None) -> dict[str, Any]:
    token = "huaweicloud:Ecs/eipAssociate:EipAssociate"
    return {
        "urn": f"urn:pulumi:dev::shop::{token}::bound",
        "type": token,
        "inputs": {"publicIp": public_ip, "instanceId": "an-ecs"},
        "propertyDependencies": {"publicIp": [dependency] if dependency else []},
    }


def test_resources_without_a_price_are_named_and_their_total_is_not_zero(tmp_path: Path) -> None:
    done = run(tmp_path, "check", export(tmp_path, "ap-southeast-3", gateway(edition="BASIC")))
    assert done.code == 0, "nothing was to be decided"
    assert done.line("apig.gateway")["status"] == "unpriced"
    assert done.line("apig.gateway")["monthly"] == {"low": None, "high": None}
    assert done.report["totals"][0]["monthly"]["high"] is None
    assert "0.00" not in done.shown


def test_a_preview_is_read_and_not_silently_empty(tmp_path: Path) -> None:
    done = run(tmp_path, "check", str(RECORDINGS / "orders-internal" / "preview.json"))
    assert len(done.stack["lines"]) == 3


def test_a_budget_of_one_does_not_hold_because_nothing_is_priced(tmp_path: Path) -> None:
    source = export(tmp_path, "ap-southeast-3", gateway(edition="BASIC"))
    done = run(tmp_path, "check", source, limits='{name = "all", amount = "1", currency = "USD"}')
    assert (done.code, done.report["verdict"]) == (3, "undecided")
    assert "within" not in done.shown.lower().replace("not within", "")


def test_without_any_prices_nothing_costs_zero(tmp_path: Path) -> None:
    source = export(tmp_path, "xx-nowhere-1", gateway(edition="BASIC", bandwidthSize=5), eip())
    done = run(tmp_path, "check", source, limits='{name = "all", amount = "1", currency = "USD"}')
    assert done.code == 3
    assert {line["status"] for line in done.stack["lines"]} == {"unpriced"}
    assert all(line["price"] is None for line in done.stack["lines"])


def test_an_unknown_attribute_is_not_taken_for_a_default(tmp_path: Path) -> None:
    done = run(tmp_path, "check", str(RECORDINGS / "unknowns" / "preview.json"))
    hub = [line for line in done.stack["lines"] if line["resource"] == "hub-gateway"]
    assert {line["status"] for line in hub} == {"undecided"}
    assert {tuple(line["unknowns"]) for line in hub} == {("edition",), ("bandwidthSize",)}


def test_a_type_that_no_price_exists_for_is_not_free(tmp_path: Path) -> None:
    done = run(tmp_path, "check", export(tmp_path, "la-south-2", gateway(edition="PLATINUM_X10")))
    assert done.line("apig.gateway")["status"] == "unpriced"


def test_a_number_of_resources_that_is_not_known_is_a_gap(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (program / "Pulumi.dev.yaml").write_text("config:\n  huaweicloud:region: sa-brazil-1\n")
    (program / "__main__.py").write_text(
        "import pulumi_huaweicloud as hw\n"
        "for zone in hw.get_availability_zones().names:\n"
        "    hw.vpc.Eip(f'zone-{zone}', publicip=hw.vpc.EipPublicipArgs(type='5_bgp'),\n"
        "               bandwidth=hw.vpc.EipBandwidthArgs(share_type='PER', name='z', size=5,\n"
        "                                                 charge_mode='bandwidth'))\n"
    )
    limits = '{name = "all", amount = "100000", currency = "USD"}'
    done = run(tmp_path, "preview", str(program), limits=limits)
    assert done.code == 3
    assert "__main__.py" in done.shown


@pytest.mark.parametrize(
    ("bindings", "state"),
    [
        ([], "unbound"),
        ([association("203.0.113.9", "urn:pulumi:dev::shop::huaweicloud:Vpc/eip:Eip::front")], "bound"),
        ([association(UNKNOWN, None)], "undecided"),
    ],
    ids=["unattached", "attached", "attached to something unknown"],
)
def test_retention_follows_the_binding_and_unknown_is_not_attached(
    tmp_path: Path, bindings: list[dict[str, Any]], state: str
) -> None:
    done = run(tmp_path, "check", export(tmp_path, "sa-brazil-1", eip(), *bindings))
    retention = [line for line in done.stack["lines"] if line["meter"] == "eip.retention"]
    idle = [finding for finding in done.stack["findings"] if finding["policy"] == "eip-idle"]
    if state == "unbound":
        assert [line["status"] for line in retention] == ["priced"]
        assert [finding["verdict"] for finding in idle] == ["violation"], "an idle EIP is pointed out"
    elif state == "bound":
        assert retention == []
        assert idle == []
    else:
        assert [line["status"] for line in retention] == ["undecided"]
        assert "violation" not in {finding["verdict"] for finding in idle}


def test_a_run_leaves_nothing_behind_that_the_next_could_read(tmp_path: Path) -> None:
    source = export(tmp_path, "ap-southeast-3", gateway(edition="BASIC"))
    before = sorted(tmp_path.rglob("*"))
    first, second = (run(tmp_path, "check", source) for _ in range(2))
    assert sorted(tmp_path.rglob("*")) == before
    assert first.report == second.report


def test_two_currencies_are_two_totals(tmp_path: Path) -> None:
    done = run(tmp_path, "check", str(RECORDINGS / "two-regions" / "state.json"))
    assert [total["currency"] for total in done.stack["totals"]] == ["CNY", "USD"]


def test_a_limit_in_another_currency_is_not_skipped(tmp_path: Path) -> None:
    source = str(RECORDINGS / "orders-internal" / "state.json")
    done = run(tmp_path, "check", source, limits='{name = "all", amount = "1000000", currency = "USD"}')
    assert (done.code, done.report["verdict"]) == (2, "undecided")
    assert "CNY" in done.shown


def test_a_limit_on_a_mix_of_currencies_is_not_skipped(tmp_path: Path) -> None:
    source = str(RECORDINGS / "two-regions" / "state.json")
    done = run(tmp_path, "check", source, limits='{name = "all", amount = "1000000", currency = "CNY"}')
    assert (done.code, done.report["verdict"]) == (2, "undecided")
    assert done.stack["budget"]["verdict"] == "undecided"


def test_a_budget_does_not_hold_because_attributes_are_not_known(tmp_path: Path) -> None:
    source = str(RECORDINGS / "unknowns" / "preview.json")
    done = run(tmp_path, "check", source, limits='{name = "all", amount = "1000000", currency = "CNY"}')
    assert (done.code, done.report["verdict"]) == (3, "undecided")
    (limit,) = done.stack["budget"]["limits"]
    assert (limit["verdict"], limit["high"]) == ("undecided", None)
    assert {found["reason"] != "" for found in limit["deciding"]} == {True}


def test_an_eip_whose_size_is_not_known_does_not_cost_nothing(tmp_path: Path) -> None:
    source = str(RECORDINGS / "unknowns" / "preview.json")
    done = run(tmp_path, "check", source)
    (line,) = [
        line
        for line in done.stack["lines"]
        if (line["resource"], line["meter"]) == ("uplink", "eip.bandwidth")
    ]
    assert (line["status"], line["monthly"]["high"], line["unknowns"]) == (
        "undecided",
        None,
        ["bandwidth.size"],
    )


def test_a_price_that_is_a_bare_number_is_refused_or_exact(tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    bundled = (ROOT / "pricing" / "book" / "data" / "gateway.toml").read_text()
    book.write_text(bundled.replace('rate = "3.53"', "rate = 3.53"))
    done = run(tmp_path, "check", str(RECORDINGS / "functions-only" / "state.json"), "--prices", str(book))
    assert done.code == 2
    assert "book.toml" in done.shown


def test_a_setting_in_a_form_that_is_not_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "flat.toml").write_text('[apig-monthly-budget]\namount = 1\ncurrency = "USD"\n')
    source = str(RECORDINGS / "orders-internal" / "state.json")
    done = run(tmp_path, "check", source, "--config", str(tmp_path / "flat.toml"))
    assert done.code == 2
    assert "flat.toml" in done.shown


def test_each_edition_has_a_price_of_its_own(tmp_path: Path) -> None:
    amounts = {
        run(tmp_path, "check", export(tmp_path, "la-south-2", gateway(edition=edition))).line("apig.gateway")[
            "monthly"
        ]["low"]
        for edition in ("BASIC", "PROFESSIONAL", "PLATINUM_X2")
    }
    assert len(amounts) == 3
