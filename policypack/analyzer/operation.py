"""One operation of the engine: what it showed, how the pack is configured, what is to be said.

Both forms of the pack, and the ``pulumi_policy`` objects, come here. Nothing that goes wrong in the
rooms behind may crash somebody's preview, and nothing may let it pass either, so every exception
becomes a finding that stops the deployment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar

import pricing
from policypack.analyzer.report_file import refusal
from policypack.analyzer.statement import message
from policypack.assessment import assess
from policypack.declared import Known, Origin, Resource, Stack
from policypack.findings.catalogue import policies
from policypack.findings.enforcement import EnforcedFinding, is_enabled
from policypack.reports.report import BookReference, make_report
from policypack.reports.summary import summary
from policypack.reports.whole_file import write_whole
from policypack.settings.loading import SettingsError, from_pack
from policypack.settings.model import SHARED_POLICY, Settings

Document: TypeAlias = Mapping[str, Mapping[str, object]]
"""The pack's configuration: policy name to its settings, its level among them."""

Loaded = TypeVar("Loaded")

_MOST_DIAGNOSTICS: Final = 200
_LONGEST_MESSAGE: Final = 4_000
"""Characters. Together these keep an answer below the 4 MiB that a directory pack's proxy accepts
(``sdk/policy_proxy.go`` of pulumi/pulumi)."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to tell the engine.

    Attributes:
        policy: Name of the policy that says it.
        urn: The resource; ``None`` for the stack.
        level: Whether it stops the deployment.
        message: Text for the user, several lines.
        accepted: The team's settings soften it: a waiver, or a budget that only warns.
    """

    policy: str
    urn: str | None
    level: Literal["advisory", "mandatory"]
    message: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is to be said about one stack.

    Attributes:
        diagnostics: In the order in which they are shown; those that stop the deployment first.
        summary: A short table of the cost, for a person; empty where there is nothing to show.
    """

    diagnostics: tuple[Diagnostic, ...]
    summary: str = ""


def prepare() -> None:
    """Load what every operation needs, by looking at a small stack once: tables, prices, patterns."""
    Operation({}).decide(lambda: _REHEARSAL)


class Operation:
    """One look at one stack.

    Args:
        document: The pack's configuration; what is wrong with it is said with everything else.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def decide(self, read: Callable[[], Stack]) -> Outcome:
        """Say everything about the stack. Never raises."""
        try:
            settings = from_pack(self._document, (policy.name for policy in policies()))
            if not any(is_enabled(policy.name, settings) for policy in policies()):
                return Outcome(())
            return _assessed(read(), settings)
        except SettingsError as error:
            return self._refused([_wrong_setting(problem) for problem in error.problems])
        except Exception as failure:
            return self._refused([_internal_error(failure)])

    def _refused(self, problems: list[str]) -> Outcome:
        """Nothing can be said. The report says so too: one of an earlier run would look like an answer."""
        asked = self._document.get(SHARED_POLICY, {}).get("report")
        path = asked.get("path") if isinstance(asked, Mapping) else None
        if isinstance(path, str) and path:
            problems = [*problems, *_written(path, refusal(problems))]
        return Outcome(tuple(_stop(problem) for problem in problems))


def _assessed(stack: Stack, settings: Settings) -> Outcome:
    today = datetime.now(UTC).date()
    book = _loaded("priceBook", settings.price_book, pricing.load_file) or pricing.load()
    terms = _loaded("terms", settings.terms, pricing.load_terms)
    assessment = assess(stack, settings, book, today, terms)
    report = make_report([assessment], settings, BookReference(book.identifier, book.as_of), today)
    (stack_report,) = report.stacks
    problems = [_wrong_setting(error.message) for error in report.errors]
    if settings.report is not None:
        from policypack.reports.formats.json import render

        problems += _written(settings.report.path, render(report))
    return Outcome(
        (*(_stop(problem) for problem in problems), *_diagnostics(stack_report.findings)),
        summary(stack_report) + "".join(f"{warning}\n" for warning in report.warnings),
    )


def _wrong_setting(problem: str) -> str:
    return f"Wrong setting: {problem}" + ("" if problem.endswith((".", "?")) else ".")


def _loaded(key: str, path: str | None, load: Callable[[str], Loaded]) -> Loaded | None:
    """What a file that the settings name holds."""
    if path is None:
        return None
    try:
        return load(path)
    except ValueError as error:  # the file is the user's
        raise SettingsError([f"{SHARED_POLICY}.{key}: {error}"]) from None


def _written(path: str, text: str) -> list[str]:
    """Write the report; what went wrong, if anything did."""
    try:
        write_whole(Path(path), text)
    except (OSError, ValueError) as error:  # a path with a null byte is a ValueError
        reason = getattr(error, "strerror", None) or "this is no path"
        return [f"The report could not be written to {path}: {reason}. Correct {SHARED_POLICY}.report.path."]
    return []


def _diagnostics(findings: tuple[EnforcedFinding, ...]) -> tuple[Diagnostic, ...]:
    shown = tuple(_diagnostic(enforced) for enforced in findings[:_MOST_DIAGNOSTICS])
    hidden = findings[_MOST_DIAGNOSTICS:]
    if not hidden:
        return shown
    stops = any(enforced.stops for enforced in hidden)
    more = f"{len(hidden)} more findings are not shown here; the report has all of them."
    return (*shown, Diagnostic(SHARED_POLICY, None, "mandatory" if stops else "advisory", more))


def _diagnostic(enforced: EnforcedFinding) -> Diagnostic:
    text = message(enforced)
    if len(text) > _LONGEST_MESSAGE:
        text = text[: _LONGEST_MESSAGE - 1] + "…"
    level: Literal["advisory", "mandatory"] = "mandatory" if enforced.stops else "advisory"
    return Diagnostic(enforced.finding.policy, enforced.finding.urn, level, text, enforced.softened)


def _stop(text: str) -> Diagnostic:
    return Diagnostic(SHARED_POLICY, None, "mandatory", text)


def _internal_error(failure: Exception) -> str:
    """Say that we failed. The text of the exception may hold anything of the stack: it is not shown."""
    frame = failure.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}" if frame is not None else "?"
    return (
        f"Internal error in apig-cost ({type(failure).__name__} at {place}), so nothing can be said about "
        "the cost of this stack. Please report this line. To go on without the check, set "
        '{"all": "disabled"} in the configuration of the pack.'
    )


def _declared(token: str, name: str, **inputs: object) -> Resource:
    return Resource(f"urn:pulumi:dev::rehearsal::{token}::{name}", token, name, inputs)


_REHEARSAL: Final = Stack(
    "rehearsal",
    "dev",
    Origin("engine"),
    (
        _declared("huaweicloud:DedicatedApig/api:Api", "api", web={"backendAddress": "10.0.0.1:80"}),
        _declared("huaweicloud:DedicatedApig/instance:Instance", "gateway", edition="BASIC", bandwidthSize=5),
        _declared("huaweicloud:Vpc/eip:Eip", "eip", bandwidth={"shareType": "PER", "size": 5}),
    ),
    Known("cn-north-4"),
)
