"""Folders of plug-ins: one that holds none is an error, since without policies everything would pass."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from policypack import plugins
from policypack.plugins import PluginError, plugin_names

ROOT = Path(__file__).parents[2]


def test_names_are_sorted_and_an_empty_folder_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugins, "HOME", tmp_path)
    rules = tmp_path / "rules"
    with pytest.raises(PluginError, match=r"^rules: no plug-in is here; .*not from an archive$"):
        plugin_names(rules)
    rules.mkdir()
    (rules / "__init__.py").touch()
    with pytest.raises(PluginError, match=r"^rules: no plug-in is here"):
        plugin_names(rules)
    for name in ("b", "a"):
        (rules / f"{name}.py").touch()
    assert plugin_names(rules) == ("a", "b")


@pytest.mark.slow
def test_an_archive_says_that_it_is_none_to_run_from(tmp_path: Path) -> None:
    """Of a zipapp: Python imports what is in it, and no folder in it can be listed."""
    archive = tmp_path / "apig-cost.pyz"
    with zipfile.ZipFile(archive, "w") as packed:
        for room in ("policypack", "pricing"):
            for path in (ROOT / room).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    packed.write(path, path.relative_to(ROOT))
        packed.writestr("__main__.py", "from policypack.cli import run\n\nrun()\n")
    (tmp_path / "bare").mkdir()
    done = subprocess.run(
        [sys.executable, archive, "check", "state.json"],
        cwd=tmp_path / "bare",
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "Error: policypack/cli/commands: no plug-in is here; "
        "the package runs from files on disk, not from an archive\n"
    )
