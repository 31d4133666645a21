"""One operation of the engine: what it showed, how the pack is configured, what is to be said.

Both forms of the pack, and the ``pulumi_policy`` objects, come here. Nothing that goes wrong in the
rooms behind may crash somebody's preview, and nothing may let it pass either, so every exception
becomes a finding that stops the deployment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

import pricing
from policypack.analyzer.program_settings import beside_the_program, is_configured
from policypack.analyzer.report_file import refusal, write
from policypack.analyzer.statement import message
from policypack.assessment import assess
from policypack.costs.exchange import unknown_currencies
from policypack.costs.scope import unknown_regions
from policypack.declared import Known, Origin, Resource, Stack
from policypack.findings.catalogue import policies
from policypack.findings.enforcement import EnforcedFinding, is_enabled
from policypack.printable import without_credentials
from policypack.reports.report import Report, make_report, reference_to
from policypack.reports.safe import name, visible
from policypack.reports.summary import summary
from policypack.reports.whole_file import is_device
from policypack.settings.files import Search
from policypack.settings.files import read as read_file
from policypack.settings.loading import SettingsError, from_pack
from policypack.settings.model import SHARED_POLICY, Settings

Document: TypeAlias = Mapping[str, Mapping[str, object]]
"""The pack's configuration: policy name to its settings, its level among them."""

Loaded = TypeVar("Loaded")
Named = TypeVar("Named")

_MOST_DIAGNOSTICS: Final = 200
_LONGEST_MESSAGE: Final = 4_000
"""Characters."""
_LONGEST_URN: Final = 4_000
"""Characters; a diagnostic about a longer one is shown at the stack."""
_LARGEST_ANSWER: Final = 3 * 1024 * 1024
"""Bytes. A directory pack's proxy accepts 4 MiB (``sdk/policy_proxy.go`` of pulumi/pulumi); the rest is for
what a team's own policies say in the same answer."""
_BESIDE_THE_TEXT: Final = 1_000
"""Bytes of a diagnostic beside message and URN: names, version, and a description that the SDK adds."""

_FOLDER_NOT_KNOWN: Final = (
    "Settings: none. The engine does not tell this form of the pack where the program is, so no "
    "apig-cost.toml beside it is read: state the settings with --policy-pack-config."
)
_NOT_SHOWN: Final = (
    "No declared value is shown, because this version of pulumi_policy does not tell which are secret. "
    "The executable apig-cost-pack tells, and shows everything else."
)


class Diagnostic(Struct, frozen=True):
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


class Outcome(Struct, frozen=True):
    """All that is to be said about one stack.

    Attributes:
        diagnostics: In the order in which they are shown; those that stop the deployment first.
        summary: A short table of the cost, for a person; empty where there is nothing to show.
    """

    diagnostics: tuple[Diagnostic, ...]
    summary: str = ""


def prepare() -> None:
    """Load what every operation needs, by looking at a small stack once: tables, prices, patterns."""
    Operation({}, look=False).decide(lambda: _REHEARSAL)


class Operation:
    """One look at one stack.

    Args:
        document: The pack's configuration; what is wrong with it is said with everything else.
        look: Whether a settings file is looked for beside the program where the configuration is empty.
    """

    def __init__(self, document: Document, *, look: bool = True) -> None:
        self._document = document
        self._look = look

    def decide(self, read: Callable[[], Stack]) -> Outcome:
        """Say everything about the stack. Never raises."""
        try:
            settings = from_pack(self._document, (policy.name for policy in policies()))
            if not any(is_enabled(policy.name, settings) for policy in policies()):
                return Outcome(())
            stack = read()
            if self._look and not is_configured(self._document):
                search = beside_the_program(stack.project)
                if search is None:
                    return _assessed(stack, settings, notes=(_FOLDER_NOT_KNOWN,))
                if search.path is not None:
                    return _assessed(
                        stack, read_file(search.path, [policy.name for policy in policies()]), search
                    )
            return _assessed(stack, settings)
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
        return Outcome(_diagnostics(problems))


def not_readable(name: str) -> Outcome:
    """What is said of settings of a policy that are nested too deeply to be read."""
    return Outcome(_diagnostics([_wrong_setting(f"{name}: the settings cannot be read; nest them less")]))


def _assessed(
    stack: Stack, settings: Settings, search: Search | None = None, notes: tuple[str, ...] = ()
) -> Outcome:
    today = datetime.now(UTC).date()
    book = _loaded("priceBook", settings.price_book, settings.price_book, pricing.load_layers)
    wrong = [*unknown_currencies(settings, book), *unknown_regions(settings, book)]
    if wrong:
        raise SettingsError(wrong)
    terms = (
        _loaded("terms", (settings.terms,), settings.terms, pricing.load_terms) if settings.terms else None
    )
    assessment = assess(stack, settings, book, today, terms)
    report = make_report([assessment], settings, reference_to(book), today, search=search)
    (stack_report,) = report.stacks
    problems = [_wrong_setting(error.message) for error in report.errors]
    if settings.report is not None:
        problems += _written(settings.report.path, _report_text(report, problems))
    say = _diagnostic if stack.marks_secrets else _without_values
    diagnostics = _diagnostics(problems, stack_report.findings, say)
    if not stack.marks_secrets:
        return Outcome(diagnostics, f"apig-cost: {_NOT_SHOWN}\n" if stack_report.lines else "")
    return Outcome(
        diagnostics,
        summary(stack_report) + "".join(f"{line}\n" for line in (*report.warnings, *_told(report, notes))),
    )


def _told(report: Report, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Which settings count, where the configuration of the pack names none."""
    if not report.stacks[0].lines:
        return ()
    if report.settings_file is None:
        return notes
    return (f"Settings: {visible(report.settings_file)}, as no --policy-pack-config sets any.",)


def _report_text(report: Report, problems: Sequence[str]) -> str:
    from policypack.reports.formats.json import render

    if all(stack.stack.marks_secrets for stack in report.stacks):
        return render(report)
    return refusal([*problems, _NOT_SHOWN], report.verdict)


def _wrong_setting(problem: str) -> str:
    return f"Wrong setting: {without_credentials(problem)}" + ("" if problem.endswith((".", "?")) else ".")


def _loaded(key: str, paths: Iterable[str], named: Named, load: Callable[[Named], Loaded]) -> Loaded:
    """What the files that a setting names hold. A preview waits for no pipe: nobody may be writing to it."""
    try:
        for path in paths:
            if path != pricing.BUNDLED and is_device(Path(path)):
                raise ValueError(f"{path} is a pipe or a device, and a file was expected")
        return load(named)
    except ValueError as error:  # the file is the user's
        raise SettingsError([f"{SHARED_POLICY}.{key}: {error}"]) from None


def _written(path: str, text: str) -> list[str]:
    """Write the report; what went wrong, if anything did."""
    reason = write(path, text)
    if reason is None:
        return []
    return [f"The report could not be written to {path}: {reason}. Correct {SHARED_POLICY}.report.path."]


def _diagnostics(
    problems: Sequence[str],
    findings: Sequence[EnforcedFinding] = (),
    say: Callable[[EnforcedFinding], Diagnostic] | None = None,
) -> tuple[Diagnostic, ...]:
    """As many as fit into one answer, and how many do not."""
    shown: list[Diagnostic] = []
    room = _LARGEST_ANSWER
    wanted: list[tuple[bool, Callable[[], Diagnostic]]] = [
        *((True, partial(_stop, problem)) for problem in problems),
        *((enforced.stops, partial(say, enforced)) for enforced in findings if say is not None),
    ]
    for _, made in wanted[:_MOST_DIAGNOSTICS]:
        diagnostic = made()
        room -= _BESIDE_THE_TEXT + len((diagnostic.message + (diagnostic.urn or "")).encode())
        if room < 0:
            break
        shown.append(diagnostic)
    hidden = wanted[len(shown) :]
    if not hidden:
        return tuple(shown)
    stops = any(stops for stops, _ in hidden)
    more = f"{len(hidden)} more findings are not shown here; the report has all of them."
    return (*shown, Diagnostic(SHARED_POLICY, None, "mandatory" if stops else "advisory", more))


def _diagnostic(enforced: EnforcedFinding) -> Diagnostic:
    return _said(enforced, message(enforced))


def _without_values(enforced: EnforcedFinding) -> Diagnostic:
    """What a finding says when a secret may be among the values that it quotes."""
    resource = name(enforced.finding.resource)
    if enforced.finding.verdict == "violation":
        said = f"{resource} is what this policy looks for."
    else:
        said = f"Whether {resource} is what this policy looks for cannot be decided."
    return _said(enforced, f"{said} {_NOT_SHOWN}")


def _said(enforced: EnforcedFinding, text: str) -> Diagnostic:
    level: Literal["advisory", "mandatory"] = "mandatory" if enforced.stops else "advisory"
    urn = enforced.finding.urn
    if urn is not None and len(urn) > _LONGEST_URN:
        urn = None
    return Diagnostic(enforced.finding.policy, urn, level, _shortened(text), enforced.softened)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


def _stop(text: str) -> Diagnostic:
    return Diagnostic(SHARED_POLICY, None, "mandatory", _shortened(visible(text)))


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
        _declared(
            "huaweicloud:DedicatedApig/instance:Instance",
            "gateway",
            edition="BASIC",
            bandwidthSize=5,
            vpcId="vpc",
        ),
        _declared("huaweicloud:Vpc/eip:Eip", "eip", bandwidth={"shareType": "PER", "size": 5}),
        _declared(
            "huaweicloud:DedicatedApig/api:Api", "by-name", web={"backendAddress": "orders.example.com"}
        ),
        _declared("huaweicloud:Dns/zone:Zone", "zone", zoneType="private", routers=[{"routerId": "vpc"}]),
        _declared(
            "huaweicloud:Dns/recordset:Recordset", "record", zoneId="zone", type="A", records=["10.0.0.1"]
        ),
        _declared("huaweicloud:Ecs/instance:Instance", "server", networks=[{"uuid": "subnet"}]),
        _declared("huaweicloud:Vpc/secgroupRule:SecgroupRule", "rule", securityGroupId="group", ports="443"),
    ),
    Known("cn-north-4"),
)
