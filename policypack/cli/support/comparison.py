"""From two addresses to a comparison: read, pair the stacks, assess, compare."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from policypack.assessment import Assessment, Before
from policypack.cli.support.books import load_books
from policypack.cli.support.progress import progress
from policypack.cli.support.run import Basis, read_all, report_error
from policypack.costs.difference import Difference, difference, gaps_of
from policypack.declared import Stack
from policypack.network.across import NOTHING, Elsewhere
from policypack.reports.differences.report import DifferenceReport, StackDifference
from policypack.reports.report import ReportError, make_report
from policypack.settings.model import BUDGET_POLICY
from policypack.sources import SourceError, Wanted
from policypack.sources.before import read_before

Pair = tuple[Stack | None, Stack | None]


def compare(
    base: str, head: str | None, given: Basis, base_prices: Sequence[str], wanted: Wanted
) -> DifferenceReport:
    """Read and compare two sources; the verdict is about the head.

    Args:
        base: What is compared with.
        head: What is checked; ``None`` when the base is a preview that holds both sides.
        given: Settings, and prices of the head.
        base_prices: Price books of the base, where they are others.
        wanted: Which stacks are meant, on both sides.
    """
    before = replace(given, book=load_books(base_prices)) if base_prices else given
    errors: list[ReportError] = []
    assessments: list[Assessment] = []
    differences: list[StackDifference] = []
    warnings: list[str] = []
    with progress("Reading and comparing ..."):
        if head is None:
            old, new = _both_sides(base, wanted, errors)
        else:
            old, new = (_stacks(address, wanted, errors) for address in (base, head))
        unread = bool(errors)
        # by identity: two sources may hold stacks of the same name
        told = {
            id(stack_): elsewhere
            for side in (old, new)
            for stack_, elsewhere in zip(side, given.together(side), strict=True)
        }
        for left, right in _pairs(old, new):
            if unread and (left is None or right is None):
                # it may be in what could not be read: neither new nor gone, and no amount is 0
                warnings.append(f"{_label(left, right)} is not compared: the other side could not be read.")
                if right is not None:
                    assessments.append(given.assess(right, elsewhere=told[id(right)]))
                continue
            base_of_stack = _before(left, given, before, NOTHING if left is None else told[id(left)])
            if right is None:
                change = difference(
                    base_of_stack.lines,
                    base_of_stack.lines_repriced,
                    (),
                    increases=given.settings.increases,
                    hidden=base_of_stack.hidden,
                )
            else:
                assessment = given.assess(right, base_of_stack, told[id(right)])
                assert assessment.difference is not None
                change = assessment.difference
                assessments.append(assessment)
            differences.append(
                StackDifference(
                    label=_label(left, right),
                    before=None if left is None else left.origin.path or left.origin.kind,
                    after=None if right is None else right.origin.path or right.origin.kind,
                    difference=change,
                )
            )
            errors.extend(_misfits(change, given))
    report = make_report(
        assessments,
        given.settings,
        given.reference,
        given.today,
        errors=errors,
        search=given.search,
    )
    report = replace(report, warnings=(*report.warnings, *warnings))
    return DifferenceReport(report, before.reference, tuple(differences))


def _label(left: Stack | None, right: Stack | None) -> str:
    stack = right or left
    assert stack is not None
    return f"{stack.project}/{stack.name}"


def _stacks(address: str, wanted: Wanted, errors: list[ReportError]) -> list[Stack]:
    stacks: list[Stack] = []
    for outcome in read_all([address], wanted):
        if isinstance(outcome, SourceError):
            errors.append(report_error(outcome))
        else:
            stacks.append(outcome)
    return stacks


def _misfits(change: Difference, given: Basis) -> Iterator[ReportError]:
    """Limits on growth that cannot be compared with the prices."""
    for result in change.increases:
        if result.problem:
            told = f'{BUDGET_POLICY}: limit on growth "{result.name}": {result.problem}'
            yield ReportError(given.settings_path, told)


def _both_sides(preview: str, wanted: Wanted, errors: list[ReportError]) -> tuple[list[Stack], list[Stack]]:
    """The stack before and after a preview."""
    try:
        before = read_before(preview, project=wanted.project, stack=wanted.name)
    except SourceError as error:
        errors.append(report_error(error))
        return [], []
    return [before], _stacks(preview, wanted, errors)


def _pairs(old: Sequence[Stack], new: Sequence[Stack]) -> list[Pair]:
    """Stacks of the same name; two sources of one stack each are a pair whatever their names."""
    if len(old) == 1 and len(new) == 1:
        return [(old[0], new[0])]
    before = {(stack.project, stack.name): stack for stack in old}
    after = {(stack.project, stack.name): stack for stack in new}
    pairs: list[Pair] = [(before.get(key), stack) for key, stack in sorted(after.items())]
    pairs.extend((stack, None) for key, stack in sorted(before.items()) if key not in after)
    return pairs


def _before(stack: Stack | None, given: Basis, before: Basis, elsewhere: Elsewhere) -> Before:
    if stack is None:
        return Before()
    lines = before.assess(stack, elsewhere=elsewhere).estimate.lines
    repriced = lines if before is given else given.assess(stack, elsewhere=elsewhere).estimate.lines
    return Before(lines, repriced, gaps_of(stack))
