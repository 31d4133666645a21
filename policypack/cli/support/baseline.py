"""The file of a baseline: written whole, read strictly."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from policypack.cli.support.errors import InputError
from policypack.cli.support.telling import LOG
from policypack.printable import printable
from policypack.reports.baseline import SCHEMA, Known, set_aside
from policypack.reports.report import Report
from policypack.settings.model import Settings
from pricing.money import plain

_AGAIN: Final = "write it again with `apig-cost baseline write`"


def text_of(baseline: tuple[Known, ...]) -> str:
    """The file: the same findings give the same bytes, so that a change of it can be reviewed."""
    document = {"schema": SCHEMA, "findings": [asdict(known) for known in baseline]}
    return json.dumps(document, indent=2, default=plain) + "\n"


def without(path: str | None, settings: Settings) -> Callable[[Report], Report]:
    """What sets the findings of a baseline aside; nothing without a file.

    The file is read at once, so that one that cannot be used is said before any work.

    Raises:
        InputError: It cannot be read, or is no baseline of this version.
    """
    if path is None:
        return lambda report: report
    baseline = read_baseline(path)
    LOG.info("baseline: %s (%s findings)", path, len(baseline))
    return lambda report: set_aside(report, baseline, path, settings)


def read_baseline(path: str) -> tuple[Known, ...]:
    """The findings of a baseline.

    Raises:
        InputError: The file cannot be read, or is no baseline of this version.
    """
    if not path:
        raise InputError("--baseline: the name of a file was expected, found an empty text")
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: the baseline cannot be read ({reason}); {_AGAIN}") from None
    from pydantic import TypeAdapter, ValidationError
    from pydantic_core import from_json

    try:
        document = from_json(content, allow_inf_nan=False)
    except ValueError:
        raise InputError(f"{path}: a baseline was expected, found no JSON; {_AGAIN}") from None
    version = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith("apig-cost/baseline/"):
        raise InputError(f"{path}: a baseline was expected, found other JSON; {_AGAIN}")
    if version != SCHEMA:
        raise InputError(
            f"{path}: a baseline of version {SCHEMA} was expected, found {printable(version)}; {_AGAIN}"
        )
    try:
        return TypeAdapter(tuple[Known, ...]).validate_python(document.get("findings"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
        told = printable(f"the baseline is damaged (findings{place}: {first['msg']})")
        raise InputError(f"{path}: {told}; {_AGAIN}") from None
