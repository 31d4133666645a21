"""The pipelines of ``examples/ci``: those that ``apig-cost init`` writes, and how all of them install."""

import re
from collections.abc import Iterator
from pathlib import Path

from policypack.cli.initial.installation import NAME, released
from policypack.cli.initial.pipeline import Plan, extra_of, pipeline_text
from policypack.sources.program.outline import Outline

_PYTHON = "3.13"
_FILES = {"github": "github.yml", "gitlab": "gitlab.yml", "jenkins": "Jenkinsfile"}
_INSTALLED = re.compile(rf"{NAME}(?:\[(?P<extra>[\w,]+)\])? @ git\+\S+@v[^\s']+")


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """One pipeline for each system, of a program with the stack ``prod``; others get the address of now."""
    folder = root / "examples" / "ci"
    program = Outline(folder / "program", "shop", "python", ("prod",), True, None, None)
    for system, name in _FILES.items():
        plan = Plan(
            program.directory.resolve(),
            [program],
            stack="prod",
            requirement=released(extra_of(system)),
            python=_PYTHON,
            has_requirements=True,
        )
        yield folder / name, pipeline_text(system, plan, ".gitlab-ci.yml")
    for path in sorted(set(folder.iterdir()) - {folder / name for name in _FILES.values()}):
        written = path.read_text(encoding="utf-8")
        yield path, _INSTALLED.sub(lambda found: released(found["extra"] or ""), written)
