"""Programs in other languages, run by the real engine: the same answers as for the same program in Python.

The Python program is tests/recordings/orders-internal; ``programs/`` has it in TypeScript and in YAML.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts import engine_tools
from tests.e2e.test_same_answer import answer, checked

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
PYTHON = ROOT / "tests" / "recordings" / "orders-internal"
LANGUAGES = ("typescript", "yaml")
PROGRAM = {"typescript": "index.ts", "yaml": "Pulumi.yaml"}
EDITION = {"typescript": 'edition: "PROFESSIONAL"', "yaml": "edition: PROFESSIONAL"}
UNKNOWN_EDITION = {
    "typescript": "edition: network.id.apply((id) => (id.length > 9 ? 'BASIC' : 'PLATINUM'))",
    "yaml": "edition: ${orders-vpc.id}",
}


@pytest.fixture
def in_language(make_workspace: Callable[[str], Any]) -> Callable[[str], Any]:
    """A workspace with the program in one language, and with what runs it."""

    def make(language: str) -> Any:
        workspace = make_workspace(language)
        if language == "python":
            workspace.copy(PYTHON)
        else:
            tool = engine_tools.TOOLS["pulumi-yaml" if language == "yaml" else "node"]
            needed = tool.locate() / tool.holds
            if not needed.exists():
                pytest.fail(f"no {needed.name}: run `python scripts/engine_tools.py`")
            workspace.copy(PROGRAMS / language)
            shutil.copyfile(PYTHON / "Pulumi.dev.yaml", workspace.program / "Pulumi.dev.yaml")
            if language == "yaml":
                workspace = replace(workspace, path=os.pathsep.join([str(needed.parent), workspace.path]))
            else:
                (workspace.program / needed.name).symlink_to(needed)
        workspace.start()
        return workspace

    return make


def reports(workspace: Any) -> Mapping[str, Any]:
    """What the pack says in a preview, and the command line of its JSON and of the state after it."""
    settings, path = workspace.report("pack")
    done = workspace.preview("--policy-pack-config", settings)
    assert done.code == 0, done.text
    pack = answer(json.loads(path.read_text()))
    shown = workspace.run("preview", "--json", "--show-sames")
    assert shown.code == 0, shown.text
    (workspace.folder / "preview.json").write_text(shown.stdout)
    digest = checked(workspace, workspace.folder / "preview.json")
    done = workspace.up("--policy-pack-config", settings)
    assert done.code == 0, done.text
    return {"pack": pack, "preview": digest, "export": checked(workspace, workspace.export())}


def test_the_same_answers_in_every_language(in_language: Callable[[str], Any]) -> None:
    expected = reports(in_language("python"))
    assert expected["pack"]["lines"], "there is something to compare"
    for language in LANGUAGES:
        found = reports(in_language(language))
        for source, said in expected.items():
            assert found[source] == said, f"{language}, {source}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_a_limit_stops_the_preview(in_language: Callable[[str], Any], language: str) -> None:
    workspace = in_language(language)
    limits = {"apig-monthly-budget": {"limits": [{"name": "team", "amount": 100, "currency": "CNY"}]}}
    done = workspace.preview("--policy-pack-config", workspace.configured(limits))
    assert done.code == 1, done.text
    assert "[mandatory]" in done.text
    assert '"team"' in done.text
    assert "bandwidthSize" in done.text, "the program's spelling"
    assert "bandwidth_size" not in done.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_cannot_be_decided(in_language: Callable[[str], Any], language: str) -> None:
    workspace = in_language(language)
    program = workspace.program / PROGRAM[language]
    text = program.read_text()
    assert EDITION[language] in text
    program.write_text(text.replace(EDITION[language], UNKNOWN_EDITION[language]))
    limits = {"apig-monthly-budget": {"limits": [{"name": "team", "amount": 10**9, "currency": "CNY"}]}}
    done = workspace.preview("--policy-pack-config", workspace.configured(limits))
    assert done.code == 1, done.text
    assert "cannot decide" in done.text.lower()
    assert "edition" in done.text
    shown = workspace.run("preview", "--json", "--show-sames")
    (workspace.folder / "preview.json").write_text(shown.stdout)
    settings = workspace.folder / "limits.toml"
    settings.write_text(
        '[[apig-monthly-budget.limits]]\nname = "team"\namount = 1000000000\ncurrency = "CNY"\n'
    )
    checked_again = workspace.apig_cost(
        "check", str(workspace.folder / "preview.json"), "--config", str(settings)
    )
    assert checked_again.code == 3, checked_again.text


def test_the_command_line_names_the_way_for_other_languages(in_language: Callable[[str], Any]) -> None:
    """It runs Python programs only, and says so."""
    workspace = in_language("typescript")
    done = workspace.apig_cost("preview", str(workspace.program), "--stack", "dev")
    assert done.code == 2, done.text
    assert "pulumi preview --json --show-sames" in done.text
