"""From a report in JSON to a comment on the platform that the environment names."""

import os
import re
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policypack.cli.support.errors import InputError, tell
from policypack.cli.support.output import write
from policypack.extras import installing
from policypack.reports.comment.body import Measure, answer, body, mark_of
from policypack.reports.comment.document import Document, DocumentError, read

if TYPE_CHECKING:
    from policypack.cli.platforms.thread import Thread

_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_LARGEST: Final = 256 * 1024 * 1024
_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
_WRITTEN: Final = "write it with --report FILE of check, preview or diff"
_LARGEST_SUMMARY: Final = 1_000_000
"""Bytes; a step may write 1 MiB."""


def comment_on_github(path: str, key: str, number: int | None) -> None:
    """Keep the comment on a pull request; a run that cannot have a token gets the job summary.

    Raises:
        InputError: The report cannot be read, or the platform refuses the comment.
    """
    document, mark = _document(path), _mark(key)
    _need_libraries()
    from policypack.cli.platforms import github
    from policypack.cli.platforms.interface import PlatformError

    try:
        target = github.target(os.environ, number)
        if target.number is None:
            if not os.environ.get("GITHUB_EVENT_PATH"):
                raise PlatformError("no pull request is named", hint="give its --number")
            _say_otherwise(document, "this event has no pull request")
            return
        thread = github.thread(os.environ, target.number)
        if thread is None and not target.is_fork:
            raise PlatformError("there is no token", hint=f"set {github.TOKEN}, as ${{{{ github.token }}}}")
        if thread is None:
            _say_otherwise(document, "a run of a fork has no token")
            return
        try:
            text = body(document, mark, github.LIMIT, github.length)
            _keep(thread, mark, text, f"pull request {target.number}", document)
        except PlatformError as error:
            if not (target.is_fork and error.status in {401, 403, 404}):
                raise
            _say_otherwise(document, f"the token of a fork may not comment: {error}")
    except PlatformError as error:
        _summarise(document)
        raise _input_error("GitHub", error, github.HINTS) from None


def comment_on_gitlab(path: str, key: str, number: int | None) -> None:
    """Keep the note on a merge request; a pipeline that cannot have a token shows it in its log.

    Raises:
        InputError: The report cannot be read, or the platform refuses the note.
    """
    document, mark = _document(path), _mark(key)
    _need_libraries()
    from policypack.cli.platforms import gitlab
    from policypack.cli.platforms.interface import PlatformError

    try:
        target = gitlab.target(os.environ, number)
        if target.number is None:
            if not os.environ.get("GITLAB_CI"):
                raise PlatformError("no merge request is named", hint="give its --number")
            _say_otherwise(document, "this pipeline has no merge request")
            return
        thread = gitlab.thread(os.environ, target, target.number)
        if thread is None and not target.is_fork:
            hint = f"set the CI/CD variable {gitlab.TOKEN} to an access token with the scope api"
            raise PlatformError("there is no token", hint=hint)
        if thread is None:
            _say_otherwise(document, "a pipeline of a fork has no token")
            return
        text = body(document, mark, gitlab.LIMIT)
        _keep(thread, mark, text, f"merge request {target.number}", document)
    except PlatformError as error:
        raise _input_error("GitLab", error, gitlab.HINTS) from None


def _document(path: str) -> Document:
    try:
        with sys.stdin.buffer if path == "-" else Path(path).open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: the report cannot be read ({error.strerror}); {_WRITTEN}") from None
    if len(content) > _LARGEST:
        raise InputError(f"{path}: a report of at most 256 MiB was expected")
    try:
        return read(content)
    except DocumentError as error:
        raise InputError(f"{path}: {error}") from None


def _mark(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise InputError("--key: up to 60 letters, digits, '-', '_' and '.' were expected")
    return mark_of(key)


def _need_libraries() -> None:
    try:
        import httpx
        import tenacity
    except ModuleNotFoundError as error:
        told = f"comment needs {error.name}, which is not found in {sys.executable}"
        raise InputError(f"{told}; {installing('comment')}") from None
    del httpx, tenacity


def _keep(thread: "Thread", mark: str, text: str, where: str, document: Document) -> None:
    with closing(thread.interface):
        kind = thread.keep(mark, text)
    write(f"{answer(document)}\nThe comment on {where} is {kind}.\n", None)


def _say_otherwise(document: Document, reason: str) -> None:
    """No comment can be made, and nobody did anything wrong: the summary, else the log, has the report."""
    if _summarise(document):
        tell(f"No comment: {reason}; the job summary has the report")
        return
    tell(f"No comment: {reason}")
    write(f"{answer(document)}\n", None)


def _summarise(document: Document, measure: Measure = lambda text: len(text.encode())) -> bool:
    path = os.environ.get(_SUMMARY)
    if not path:
        return False
    text = body(document, mark_of("summary"), _LARGEST_SUMMARY, measure)
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"{path}: the job summary cannot be written ({error.strerror})") from None
    return True


def _input_error(platform: str, error: Exception, hints: Mapping[int, str]) -> InputError:
    status, hint = getattr(error, "status", 0), getattr(error, "hint", "")
    advice = hint or hints.get(status, "")
    return InputError(f"no comment on {platform}: {error}" + (f"; {advice}" if advice else ""))
