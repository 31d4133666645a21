"""Runs a Python program of Pulumi and returns what it declares."""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from policypack.declared import Known, Origin, Stack
from policypack.sources.error import SourceError
from policypack.sources.program.inside import processes
from policypack.sources.program.interpreter import nothing_to_import
from policypack.sources.program.project import Project, environment_of, read_project
from policypack.sources.program.values import shown
from policypack.sources.provider_facts import configured_regions
from policypack.sources.state import REGION_SETTING, in_order
from policypack.sources.terraform_module import unread_modules

if TYPE_CHECKING:
    from policypack.sources.program.monitor import Record

TIME_LIMIT: Final = 60.0
"""Seconds that a program may take."""

_LOG: Final = logging.getLogger("apig-cost")
"""What ``--verbose`` tells."""
_NO_SDK: Final = 33
_LAST_WORDS: Final = 2.0
"""Seconds to wait for output that is still on its way when the program has ended."""


class Begun:
    """A program whose interpreter imports Pulumi's SDK, and then waits for its task."""

    def __init__(self, path: str, project: Project, process: "subprocess.Popen[bytes]", mark: str) -> None:
        """It was started.

        Args:
            path: The directory as the user wrote it.
            project: What is run.
            process: Its interpreter.
            mark: What all that it starts has in its environment.
        """
        self.path = path
        self.project = project
        self.process = process
        self._mark = mark

    def end(self) -> None:
        """End it and whatever it started; once, for its number may soon be that of another."""
        mark, self._mark = self._mark, ""
        if not mark:
            return
        process = self.process
        if os.name == "posix":
            processes.end_all(process.pid, mark)
        else:
            process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()


def run(directory: Path | str, *, stack: str | None = None, time_limit: float = TIME_LIMIT) -> Stack:
    """Run the program of a directory without engine, account or network.

    What the program prints and logs goes to standard error.

    Args:
        directory: A directory with a Pulumi.yaml.
        stack: Whose configuration it is run with; the only stack when not given, or
            ``dev`` where there is none.
        time_limit: Seconds after which the program and everything it started is ended.

    Raises:
        SourceError: The project is not a Python project, or the program failed or took too long.
    """
    with begin(directory, stack) as begun:
        return finish(begun, time_limit)


@contextlib.contextmanager
def begin(directory: Path | str, stack: str | None) -> Iterator[Begun]:
    """Start the interpreter of a program, which gets ready while we do; end it and all that it started.

    Raises:
        SourceError: The project is not a Python project.
    """
    path = str(directory)
    project = read_project(Path(directory), stack)
    mark = uuid.uuid4().hex
    try:
        process = subprocess.Popen(  # noqa: S603 - running the user's program is the purpose
            [str(project.interpreter.path), "-u", str(Path(__file__).with_name("runner.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment_of(project), processes.VARIABLE: mark},
            cwd=project.directory,
            start_new_session=True,
        )
    except OSError as error:
        problem = f"its interpreter {project.interpreter.path} cannot be started ({error.strerror})"
        raise SourceError(path, "", problem, "make the virtual environment again") from None
    begun = Begun(path, project, process, mark)
    try:
        yield begun
    finally:
        begun.end()
        if process.stdout is not None:
            process.stdout.close()


def finish(begun: Begun, time_limit: float = TIME_LIMIT) -> Stack:
    """Let a program run, as ``run`` does.

    Raises:
        SourceError: The program failed or took too long.
    """
    path, project = begun.path, begun.project
    from policypack.sources.program.monitor import Monitor, serving

    if project.interpreter.note is not None:  # before whatever follows from it
        sys.stderr.write(shown(f"{path}: {project.interpreter.note}\n"))
    _LOG.info(
        "%s: stack %s runs in %s (%s)",
        path,
        project.stack,
        project.interpreter.path,
        project.interpreter.owner,
    )
    monitor = Monitor(project.name, project.stack, project.setting, Path(path))
    with serving(monitor) as address:
        code = _run_program(begun, address, time_limit)
    record = monitor.record
    if code != 0 or not record.finished:
        raise _failure(path, project, code, record)
    return Stack(
        project=project.name,
        name=project.stack,
        origin=Origin("program", path),
        resources=in_order(record.resources.values()),
        region=project.setting(REGION_SETTING),
        regions={key: project.setting(f"{key}:region") for key in configured_regions(project.config, Known)},
        gaps=(*project.gaps, *sorted(record.gaps), *unread_modules(record.resources.values())),
        notes=(*project.notes, *sorted(record.notes)),
    )


def _run_program(begun: Begun, address: str, time_limit: float) -> int:
    project, process = begun.project, begun.process
    task = {
        "address": address,
        "config": dict(project.config),
        "secret_keys": list(project.secret_keys),
        "project": project.name,
        "stack": project.stack,
        "organization": project.organization,
        "root": str(project.root),
        "directory": str(project.directory),
        "program": str(project.program),
        "no_sdk": _NO_SDK,
    }
    assert process.stdin is not None
    assert process.stdout is not None
    printed = threading.Thread(target=_pass_on, args=(process.stdout,), daemon=True)
    printed.start()
    try:
        with contextlib.suppress(OSError):  # it ended before it read its task; its code says why
            process.stdin.write(json.dumps(task).encode())
            process.stdin.close()
        return process.wait(time_limit)
    except subprocess.TimeoutExpired:
        hint = "see whether it waits for something, or allow more time"
        told = f"the program did not end within {time_limit:g} seconds"
        raise SourceError(begun.path, "", told, hint) from None
    finally:
        begun.end()
        printed.join(_LAST_WORDS)


def _pass_on(printed: IO[bytes]) -> None:
    """Copy what the program prints to standard error, line by line."""
    with contextlib.suppress(ValueError, OSError):
        for line in printed:
            sys.stderr.write(shown(line.decode(errors="replace")))
            sys.stderr.flush()


def _failure(path: str, project: Project, code: int, record: "Record") -> SourceError:
    hint = "see its messages above"
    if record.gaps:
        hint += f" (before, {sorted(record.gaps)[0].removesuffix('.')})"
    if (code == _NO_SDK and not record.started) or record.missing_module:
        module = f"the module {shown(record.missing_module)}" if record.missing_module else "the Pulumi SDK"
        return nothing_to_import(path, module, project.interpreter, project.root, project.file)
    if code < 0:
        name = signal.Signals(-code).name if -code in {item.value for item in signal.Signals} else str(-code)
        return SourceError(path, "", f"the program was ended by the signal {name}", hint)
    if record.failure:
        return SourceError(path, "", f"the program failed: {shown(record.failure)}", hint)
    return SourceError(path, "", f"the program ended too early, with code {code}", hint)
