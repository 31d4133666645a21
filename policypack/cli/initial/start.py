"""From a folder to its first settings and pipeline."""

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Final

import click
from msgspec import Struct

from policypack.cli.initial.installation import PLACEHOLDER, requirement
from policypack.cli.initial.limits import Proposal, propose
from policypack.cli.initial.pipeline import Plan, extra_of, pipeline_text, place_of, without_requirements
from policypack.cli.initial.settings_text import settings_text
from policypack.cli.initial.surroundings import SYSTEMS, places, repository, systems
from policypack.cli.support.configuration import settings_file
from policypack.cli.support.errors import InputError, tell
from policypack.cli.support.options import FiniteRange
from policypack.cli.support.progress import progress
from policypack.cli.support.run import Basis, basis, read_all
from policypack.declared import Stack
from policypack.settings.files import FILE
from policypack.sources import SourceError, Wanted
from policypack.sources.program.outline import Outline, outline
from pricing import BUNDLED

_MARGIN: Final = Decimal(10)
_NONE: Final = "none"


class Wishes(Struct, frozen=True):
    """What the user said; ``None`` for what is asked or found out.

    Attributes:
        system: The CI system, or ``none``.
        stack: The stack that the pipeline checks.
        margin: Percent that limits are above the estimate.
        prices: Price books of their own.
        requirement: What the pipeline installs.
        estimate: Whether programs are run.
        may_ask: Whether questions may be asked.
    """

    system: str | None = None
    stack: str | None = None
    margin: float | None = None
    prices: tuple[str, ...] = ()
    requirement: str | None = None
    estimate: bool = True
    may_ask: bool = True

    @property
    def asks(self) -> bool:
        """Whether a person answers."""
        return self.may_ask and sys.stdin.isatty() and sys.stderr.isatty()


class _Found(Struct, frozen=True):
    """What a folder holds."""

    folder: Path
    programs: tuple[Outline, ...]
    backends: tuple[Path, ...]

    @property
    def stacks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stack for program in self.programs for stack in program.stacks))


def start(directory: str, wishes: Wishes) -> None:
    """Look at a project, and write its settings and its pipeline; what exists stays as it is.

    Raises:
        InputError: This is no Pulumi project, a program cannot be run, or a file cannot be written.
    """
    found = _look(directory)
    _check_wishes(wishes, found)
    root = repository(found.folder)
    for program in found.programs:
        stacks = ", ".join(program.stacks) or "none configured"
        language = program.language or "no language"
        tell(f"Found {program.directory}: {program.name}, {language}; stacks: {stacks}")
    for backend in found.backends:
        tell(f"Found {backend}: state of a self-managed backend")
    system = _system(wishes, root)
    stack = _stack(wishes, found)
    programs = [one for one in found.programs if stack in (None, *one.stacks) or not one.stacks]
    plan = Plan(
        root,
        programs,
        found.backends,
        stack,
        _settings_option(found, root),
        wishes.requirement or requirement(extra_of(system) if system in SYSTEMS else ""),
    )
    if stack is None and any(len(one.stacks) > 1 and not one.configured for one in programs):
        raise InputError(
            "--stack: one was expected, since no Pulumi.<stack>.yaml says which stacks there are"
        )
    list(plan.sources())  # refuses paths that no pipeline can write, before anything is written
    _write_settings(found, wishes)
    if system in SYSTEMS:
        _write_pipeline(system, plan, wishes)


def _look(directory: str) -> _Found:
    if not directory:
        raise InputError("DIR: the folder of a Pulumi project was expected, found an empty text")
    folder = Path(directory)
    if not folder.is_dir():
        raise InputError(f"{directory}: no such folder; the folder of a Pulumi project was expected")
    programs, backends = places(folder)
    if not programs and not backends:
        raise InputError(
            f"{directory}: no Pulumi project here (no Pulumi.yaml in this folder or below); make one with "
            "`pulumi new`, and see docs/terraform.md for OpenTofu and Terraform"
        )
    try:
        outlines = tuple(outline(program) for program in programs)
    except SourceError as error:
        raise InputError(str(error)) from None
    return _Found(folder, outlines, () if programs else tuple(backends))


def _check_wishes(wishes: Wishes, found: _Found) -> None:
    if wishes.requirement is not None and (
        not wishes.requirement.isprintable() or not wishes.requirement or "'" in wishes.requirement
    ):
        raise InputError("--install: what pip installs was expected, on one line and without quotes")
    if wishes.stack is not None and wishes.stack not in found.stacks:
        there = f"there is {', '.join(found.stacks)}" if found.stacks else "none is configured"
        raise InputError(f"--stack: no program here has a stack {wishes.stack!r}; {there}")


def _system(wishes: Wishes, root: Path) -> str:
    if wishes.system is not None:
        return wishes.system
    shown = systems(root)
    if wishes.asks:
        likely = shown[0] if len(shown) == 1 else _NONE
        choice = click.Choice([*SYSTEMS, _NONE])
        answer: str = click.prompt("Pipeline for", type=choice, default=likely, err=True)
        return answer
    if len(shown) == 1:
        tell(f"Found {SYSTEMS[shown[0]]} in {root}")
        return shown[0]
    told = f"several CI systems ({', '.join(shown)})" if shown else "no CI system"
    tell(f"No pipeline is written: {root} shows {told}; name one with --ci {'|'.join(SYSTEMS)}")
    return _NONE


def _stack(wishes: Wishes, found: _Found) -> str | None:
    if wishes.stack is not None or not found.stacks:
        return wishes.stack
    if len(found.stacks) == 1:
        return found.stacks[0]
    if wishes.asks:
        choice = click.Choice(["all", *found.stacks])
        answer: str = click.prompt("Stack that the pipeline checks", type=choice, default="all", err=True)
        return None if answer == "all" else answer
    return None


def _settings_option(found: _Found, root: Path) -> Path | None:
    """The settings file, where a run at the root of the repository would not find it by itself."""
    single = len(found.programs) == 1 and found.programs[0].language == "python"
    return None if single or found.folder.absolute().resolve() == root else found.folder / FILE


def _write_settings(found: _Found, wishes: Wishes) -> None:
    target = found.folder / FILE
    search = settings_file(None, [str(found.folder)])
    if search.path is not None:
        tell(f"{search.path} is there and stays as it is")
        return
    margin = _margin(wishes)
    given = basis(None, wishes.prices, [str(found.folder)])
    with progress("Estimating ..."):
        proposals = _proposals(found, wishes, given, margin)
    prices = [path if path == BUNDLED else _from(found.folder, path) for path in wishes.prices]
    _create(target, settings_text(proposals, margin, given.today, prices))
    click.echo(f"Wrote {target}")
    for proposal in proposals:
        if not proposal.decided:
            tell(f"{proposal.label}: a limit cannot be decided yet; {target} says what is missing")


def _from(folder: Path, path: str) -> str:
    """A path as a file in a folder names it."""
    return Path(os.path.relpath(path, folder)).as_posix()


def _margin(wishes: Wishes) -> Decimal:
    if wishes.margin is not None:
        return Decimal(str(wishes.margin))
    if wishes.asks and wishes.estimate:
        answer: float = click.prompt(
            "Percent that limits are above the present estimate",
            type=FiniteRange(min=0, max=1000),
            default=float(_MARGIN),
            err=True,
        )
        return Decimal(str(answer))
    return _MARGIN


def _proposals(found: _Found, wishes: Wishes, given: Basis, margin: Decimal) -> list[Proposal]:
    unread: list[Proposal] = []
    outcomes: list[Stack | SourceError] = []
    for program in found.programs:
        names = program.stacks or ("dev",)
        if program.language != "python" or not wishes.estimate:
            reason = (
                "The program was not run."
                if program.language == "python"
                else f"A program in {program.language or 'no language'} is not run here; "
                "`pulumi preview --json --show-sames` tells `apig-cost estimate` what it declares."
            )
            unread += [Proposal(program.name, stack, open=(reason,)) for stack in names]
            continue
        for name in program.stacks or (None,):
            outcomes += read_all([str(program.directory)], Wanted(stack=name))
    outcomes += read_all(map(str, found.backends))
    errors = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
    stacks = [outcome for outcome in outcomes if isinstance(outcome, Stack)]
    if errors:
        lines = [str(error) for error in errors]
        lines.append("nothing is written; --without-estimate writes the files without running a program")
        raise InputError("\n".join(lines))
    return [*propose(stacks, given, margin), *unread]


def _write_pipeline(system: str, plan: Plan, wishes: Wishes) -> None:
    target, advice = place_of(system, plan.root)
    shown = Path(os.path.relpath(target))
    if os.path.lexists(target):
        tell(f"{shown} is there and stays as it is")
        return
    text = pipeline_text(system, plan, target.relative_to(plan.root).as_posix())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _read_only(shown, error) from None
    _create(shown, text)
    click.echo(f"Wrote {shown}")
    if advice:
        tell(f"To go on: {advice}")
    for program in without_requirements(plan):
        tell(f"{program} has no requirements.txt: the pipeline installs nothing for the program")
    if wishes.requirement is None and f"/{PLACEHOLDER}/" in plan.requirement:
        told = "put your repository, an address or an index there, or take --install"
        tell(f"{shown} installs apig-cost from a placeholder ({PLACEHOLDER}): {told}")


def _create(path: Path, text: str) -> None:
    """Write a file that does not exist.

    Raises:
        InputError: It exists by now, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path}: is there and stays as it is") from None
    except OSError as error:
        raise _read_only(path, error) from None


def _read_only(path: Path, error: OSError) -> InputError:
    told = "make the folder writable, or begin in a copy of it that is"
    return InputError(f"{path}: cannot be written ({error.strerror or error}); {told}")
