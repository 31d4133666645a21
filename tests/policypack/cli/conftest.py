"""Running the command line in this process, as its entry point does."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from policypack import cli

RECORDINGS = Path(__file__).parents[2] / "recordings"


@dataclass(frozen=True)
class Outcome:
    """What a user sees of one run."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def recordings() -> Path:
    return RECORDINGS


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current directory, and no settings in the environment."""
    import os

    for variable in list(os.environ):
        if variable.startswith(("APIG_COST_", "GITHUB_")) or variable == "NO_COLOR":
            monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["apig-cost", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, out, err)

    return call


@pytest.fixture
def settings(work: Path) -> Callable[[str], Path]:
    """Write the settings file of the current directory."""

    def write(text: str) -> Path:
        path = work / "apig-cost.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
