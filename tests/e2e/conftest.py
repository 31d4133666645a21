"""The real Pulumi CLI, with what cannot be had here stood in for (``standins/``).

The CLI is taken from PATH, else from the cache that ``scripts/engine_tools.py`` fills. Every call
has a limit after which it is killed: some versions hang for ever on a broken pack.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts import engine_tools

ROOT = Path(__file__).parents[2]
STANDINS = Path(__file__).parent / "standins"
EXECUTABLE = Path(sys.executable).with_name("apig-cost-pack")
SECONDS = 100
HOW_TO_GET_IT = "no Pulumi CLI: install it, or run `python scripts/engine_tools.py` (needs Go)"


DECLARING = """
import json
import pulumi

made = {}

def filled(found):
    if isinstance(found, dict):
        return {key: filled(value) for key, value in found.items()}
    if isinstance(found, list):
        return [filled(item) for item in found]
    return made[found[1:]].id if isinstance(found, str) and found.startswith("@") else found

for token, name, properties in json.load(open("resources.json")):
    made[name] = pulumi.CustomResource(token, name, filled(properties))
"""


@dataclass(frozen=True)
class Done:
    """A CLI call that has ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout + self.stderr


@dataclass
class Workspace:
    """A project with its own backend and home, and the CLI to run on it."""

    folder: Path
    path: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def program(self) -> Path:
        return self.folder / "program"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self, program: str, *, name: str = "shop", config: Mapping[str, str] | None = None) -> None:
        """Write the program; its stack configuration goes to Pulumi.dev.yaml."""
        self.program.mkdir(exist_ok=True)
        (self.program / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        (self.program / "__main__.py").write_text(program)
        settings = {"huaweicloud:region": "cn-north-4", **(config or {})}
        lines = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in settings.items())
        (self.program / "Pulumi.dev.yaml").write_text("config:\n" + lines)

    def declare(self, *resources: tuple[str, str, Mapping[str, Any]]) -> None:
        """Write a program that declares these: token, name, properties; ``@name`` is that one's id."""
        if not (self.program / "Pulumi.yaml").exists():
            self.write(DECLARING)
        (self.program / "resources.json").write_text(json.dumps(resources))

    def copy(self, program: Path) -> None:
        """Take a whole program directory."""
        shutil.copytree(program, self.program, dirs_exist_ok=True)
        project = (self.program / "Pulumi.yaml").read_text().replace("virtualenv: venv", "toolchain: pip")
        (self.program / "Pulumi.yaml").write_text(project)

    def configured(self, settings: Mapping[str, Any]) -> str:
        """Write a configuration of the pack; gives its path."""
        path = self.folder / "policy-config.json"
        path.write_text(json.dumps(settings))
        return str(path)

    def run(
        self, *arguments: str, variables: Mapping[str, str] | None = None, seconds: int = SECONDS
    ) -> Done:
        """Call the CLI; it is killed, with all it started, when it takes too long."""
        environment = {**self.environment(), **(variables or {})}
        process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.program,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            pytest.fail(f"pulumi {shlex.join(arguments)} took over {seconds} s:\n{stdout}\n{stderr}")
        return Done(process.returncode, stdout, stderr)

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "APIG_"))}
        return {
            **kept,
            "PATH": self.path,
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            **self.variables,
        }

    def start(self) -> None:
        """Make the stack."""
        done = self.run("stack", "init", "dev")
        assert done.code == 0, done.text

    def preview(self, *arguments: str, pack: Path | str | None = EXECUTABLE, **options: Any) -> Done:
        """Preview, by default with our executable."""
        packs = ["--policy-pack", str(pack)] if pack else []
        return self.run("preview", *packs, *arguments, **options)

    def up(self, *arguments: str, pack: Path | str | None = EXECUTABLE, **options: Any) -> Done:
        """Deploy, by default with our executable."""
        packs = ["--policy-pack", str(pack)] if pack else []
        return self.run("up", "--yes", *packs, *arguments, **options)

    def report(self, name: str) -> tuple[str, Path]:
        """A configuration of the pack that writes a report, and where."""
        path = self.folder / f"{name}.json"
        return self.configured({"apig-cost": {"report": {"path": str(path)}}}), path

    def apig_cost(self, *arguments: str) -> Done:
        """Call our own command line."""
        command = [str(Path(sys.executable).with_name("apig-cost")), *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**self.environment(), **self.variables},
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def export(self) -> Path:
        """Export the stack to a file."""
        path = self.folder / "export.json"
        done = self.run("stack", "export", "--file", str(path))
        assert done.code == 0, done.text
        return path


def engine_path() -> str | None:
    """PATH with a CLI on it, and whether it has its own language host."""
    found = shutil.which("pulumi")
    if found:
        return os.environ["PATH"]
    folder = engine_tools.pulumi_folder()
    if (folder / "pulumi").exists():
        return os.pathsep.join([str(folder), os.environ["PATH"]])
    return None


@pytest.fixture(scope="session")
def cli(tmp_path_factory: pytest.TempPathFactory) -> str:
    """PATH with the CLI, a language host and a provider."""
    path = engine_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    folder = tmp_path_factory.mktemp("engine")
    stand_ins = {"pulumi-resource-huaweicloud": "provider.py"}
    for language in ("python", "nodejs"):
        if shutil.which(f"pulumi-language-{language}", path=path) is None:
            stand_ins[f"pulumi-language-{language}"] = f"{language}_host.py"
    for name, script in stand_ins.items():
        launcher = folder / name
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -u "{STANDINS / script}" "$@"\n')
        launcher.chmod(0o755)
    ours = Path(sys.executable).parent
    return os.pathsep.join([str(folder), str(ours), path])


@pytest.fixture
def workspace(cli: str, tmp_path: Path) -> Workspace:
    """An empty project with a backend in a folder."""
    workspace = Workspace(tmp_path, cli)
    workspace.program.mkdir()
    workspace.state.mkdir()
    return workspace


@pytest.fixture
def make_workspace(cli: str, tmp_path: Path) -> Callable[[str], Workspace]:
    """Several projects in one test."""

    def make(name: str) -> Workspace:
        folder = tmp_path / name
        folder.mkdir()
        workspace = Workspace(folder, cli)
        workspace.program.mkdir()
        workspace.state.mkdir()
        return workspace

    return make
