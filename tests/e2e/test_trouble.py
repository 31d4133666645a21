"""What happens when something around the pack goes wrong: never a hang, never a pass."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
EXECUTABLE = Path(sys.executable).with_name("apig-cost-pack")


def launcher(workspace: Any, *lines: str) -> Path:
    """A pack that starts ours in a certain way."""
    path: Path = workspace.folder / "launcher"
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


def python_launcher(workspace: Any, *lines: str) -> Path:
    path: Path = workspace.folder / "launcher"
    path.write_text(
        "\n".join([f"#!{sys.executable}", *lines, "from policypack.pack import main", "main()", ""])
    )
    path.chmod(0o755)
    return path


def test_a_pack_that_is_killed_in_the_middle_fails_the_preview(workspace: Any) -> None:
    pack = python_launcher(
        workspace,
        "import os",
        "import policypack.analyzer.service as service",
        "def killed(self, request, context):",
        "    os.kill(os.getpid(), 9)",
        "service.AnalyzerService.AnalyzeStack = killed",
    )
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    assert workspace.preview(pack=pack).code != 0


def test_a_pack_that_cannot_start_fails_at_once(workspace: Any) -> None:
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(pack=launcher(workspace, "echo no interpreter >&2", "exit 1"))
    assert done.code != 0
    assert "no interpreter" in done.text


def test_a_full_disk_stops_and_is_named(workspace: Any) -> None:
    """No process that the launcher starts can write even one byte to a file."""
    settings, path = workspace.report("report")
    pack = launcher(workspace, "ulimit -f 0", f'exec "{EXECUTABLE}" "$@"')
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview("--policy-pack-config", settings, pack=pack)
    assert done.code == 1, done.text
    assert f"The report could not be written to {path}" in done.text
    assert list(path.parent.glob(f".{path.name}*")) == [], "nothing is left behind"


def test_a_home_that_cannot_be_written_does_not_matter(workspace: Any) -> None:
    home = workspace.folder / "locked"
    home.mkdir(mode=0o555)
    pack = launcher(workspace, f'HOME="{home}" exec "{EXECUTABLE}" "$@"')
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    assert workspace.preview(pack=pack).code == 0
    assert list(home.iterdir()) == []


def test_without_a_network_nothing_changes(workspace: Any) -> None:
    """Every address but the engine's leads nowhere."""
    proxy = "http://127.0.0.1:9"
    pack = launcher(
        workspace, f'HTTPS_PROXY={proxy} HTTP_PROXY={proxy} ALL_PROXY={proxy} exec "{EXECUTABLE}" "$@"'
    )
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(pack=pack)
    assert done.code == 0, done.text
    assert "orders-gateway" in done.text


@pytest.mark.parametrize(
    "environment",
    [
        "PYTHONOPTIMIZE=2",
        "PYTHONWARNINGS=error",
        "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 PYTHONIOENCODING=ascii",
        "HOME= TMPDIR=/nowhere",
        "PYTHONPATH=modules",
        "PYTHONPATH=:modules",
    ],
)
def test_an_environment_that_is_meant_for_the_program(workspace: Any, environment: str) -> None:
    """The engine hands on its own. ``modules`` has modules with names of ours and of what we use."""
    workspace.copy(RECORDINGS / "orders-internal")
    modules = workspace.program / "modules"
    modules.mkdir()
    for name in ("pricing", "msgspec", "select"):
        (modules / f"{name}.py").write_text("raise ZeroDivisionError\n")
    workspace.start()
    done = workspace.preview(pack=launcher(workspace, f'{environment} exec "{EXECUTABLE}" "$@"'))
    assert done.code == 0, done.text
    assert "orders-gateway" in done.text
    assert "Traceback" not in done.text


def test_a_slow_machine(workspace: Any) -> None:
    """The engine waits for as long as the pack needs."""
    pack = python_launcher(
        workspace,
        "import time",
        "import policypack.analyzer.operation as operation",
        "assess = operation.assess",
        "def slow(*arguments):",
        "    time.sleep(8)",
        "    return assess(*arguments)",
        "operation.assess = slow",
    )
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(pack=pack)
    assert done.code == 0, done.text
    assert "orders-gateway" in done.text


def test_no_pack_outlives_its_engine(workspace: Any) -> None:
    pids = workspace.folder / "pids"
    pack = launcher(workspace, f"echo $$ >> {pids}", f'exec "{EXECUTABLE}" "$@"')
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    assert workspace.preview(pack=pack).code == 0
    for pid in pids.read_text().split():
        assert not Path("/proc", pid, "exe").exists()


def test_dynamic_tokens_and_an_unknown_region(workspace: Any) -> None:
    """`pulumi package add` names types after their Terraform names."""
    workspace.declare(
        (
            "huaweicloud:index/vpcEip:VpcEip",
            "web",
            {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "PER", "size": 5}},
        ),
        ("huaweicloud:index/apigInstance:ApigInstance", "front", {"edition": "BASIC"}),
    )
    workspace.start()
    settings, path = workspace.report("report")
    done = workspace.preview("--policy-pack-config", settings)
    assert done.code == 0, done.text
    (stack,) = json.loads(path.read_text())["stacks"]
    assert {(line["resource"], line["type"]) for line in stack["lines"]} == {
        ("web", "vpc_eip"),
        ("front", "apig_instance"),
    }


def test_what_is_nested_deeper_than_protocol_buffers_are_read(workspace: Any) -> None:
    """To a depth of 100, which is 33 objects."""
    tags: dict[str, Any] = {}
    for _ in range(60):
        tags = {"in": tags}
    bandwidth = {"shareType": "PER", "size": 1, "chargeMode": "bandwidth"}
    properties = {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth, "tags": tags}
    workspace.declare(("huaweicloud:Vpc/eip:Eip", "web", properties))
    workspace.start()
    settings, path = workspace.report("report")
    done = workspace.preview("--policy-pack-config", settings)
    assert done.code == 0, done.text
    (stack,) = json.loads(path.read_text())["stacks"]
    assert {line["resource"] for line in stack["lines"]} == {"web"}


def test_a_thousand_resources(workspace: Any) -> None:
    bandwidth = {"shareType": "PER", "size": 1, "chargeMode": "bandwidth"}
    workspace.declare(
        *(
            (
                "huaweicloud:Vpc/eip:Eip",
                f"eip-{number}",
                {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth},
            )
            for number in range(1_000)
        )
    )
    workspace.start()
    settings, path = workspace.report("report")
    done = workspace.preview("--policy-pack-config", settings, seconds=250)
    assert done.code == 0, done.text
    (stack,) = json.loads(path.read_text())["stacks"]
    assert len({line["resource"] for line in stack["lines"]}) == 1_000
    assert "more findings are not shown here" in done.text


@pytest.mark.parametrize("letters", [3_500, 21_000])
def test_an_answer_near_the_limit_of_a_directory_pack_arrives(workspace: Any, letters: int) -> None:
    """220 findings with such names would be 3 MiB, and more than the 4 MiB that the proxy takes."""
    bandwidth = {"shareType": "PER", "size": -1, "chargeMode": "bandwidth"}
    workspace.declare(
        *(
            (
                "huaweicloud:Vpc/eip:Eip",
                f"{number}-" + "x" * letters,
                {"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth},
            )
            for number in range(220)
        )
    )
    workspace.start()
    settings, path = workspace.report("report")
    done = workspace.preview("--policy-pack-config", settings, pack=ROOT, seconds=250)
    assert "more findings are not shown here" in done.text, done.text[-3000:]
    (stack,) = json.loads(path.read_text())["stacks"]
    assert len({line["resource"] for line in stack["lines"]}) == 220
