"""From two addresses to a comparison: read, pair the stacks, assess, compare."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from policypack.assessment import Assessment, Before
from policypack.cli.support.books import load_books
from policypack.cli.support.progress import progress
from policypack.cli.support.run import Basis, read_all
from policypack.cli.support.telling import Reading
from policypack.costs.difference import Difference, difference, gaps_of, sides_of
from policypack.costs.line import NO_COST
from policypack.declared import Stack
from policypack.fleet.task import report_error
from policypack.huaweicloud import Landscape
from policypack.network.across import Elsewhere
from policypack.reports.differences.report import DifferenceReport, StackDifference
from policypack.reports.report import ReportError, make_report
from policypack.settings.model import BUDGET_POLICY
from policypack.sources import SourceError, Wanted
from policypack.sources.before import read_before


class _Side(Struct, frozen=True):
    """A stack of one side, and what the others of that side say of it."""

    landscape: Landscape
    elsewhere: Elsewhere

    @property
    def key(self) -> tuple[str, str]:
        """Project and stack."""
        return self.landscape.stack.project, self.landscape.stack.name

    @property
    def place(self) -> str:
        """Where it was read."""
        origin = self.landscape.stack.origin
        return origin.path or origin.kind


_Pair = tuple[_Side | None, _Side | None]


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
        was, will_be = _surveyed(old, given), _surveyed(new, given)
        repeated = _repeated(was, will_be)
        errors.extend(_not_told_apart(name, [*was, *will_be]) for name in repeated)
        assessments.extend(
            given.assess(side.landscape, elsewhere=side.elsewhere) for side in will_be if side.key in repeated
        )
        for left, right in _pairs(was, will_be, repeated):
            if unread and (left is None or right is None):
                # it may be in what could not be read: neither new nor gone, and no amount is 0
                warnings.append(f"{_label(left, right)} is not compared: the other side could not be read.")
                if right is not None:
                    assessments.append(given.assess(right.landscape, elsewhere=right.elsewhere))
                continue
            base_of_stack = _before(left, given, before)
            if right is None:
                change = difference(
                    *sides_of(base_of_stack.base, base_of_stack.repriced, NO_COST),
                    increases=given.settings.increases,
                    gaps=(base_of_stack.hidden, False),
                )
            else:
                assessment = given.assess(right.landscape, base_of_stack, right.elsewhere)
                assert assessment.difference is not None
                change = assessment.difference
                assessments.append(assessment)
            differences.append(
                StackDifference(
                    label=_label(left, right),
                    before=None if left is None else left.place,
                    after=None if right is None else right.place,
                    difference=change,
                    base_gaps=() if left is None else left.landscape.stack.gaps,
                    head_gaps=() if right is None else right.landscape.stack.gaps,
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


def _surveyed(stacks: Sequence[Stack], given: Basis) -> list[_Side]:
    landscapes = [given.survey(stack) for stack in stacks]
    return [_Side(*both) for both in zip(landscapes, given.together(landscapes), strict=True)]


def _label(left: _Side | None, right: _Side | None) -> str:
    side = right or left
    assert side is not None
    return "/".join(side.key)


def _stacks(address: str, wanted: Wanted, errors: list[ReportError]) -> list[Stack]:
    stacks: list[Stack] = []
    reading = Reading()
    for outcome in read_all([address], wanted):
        reading.met(outcome)
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


def _repeated(*sides: Sequence[_Side]) -> list[tuple[str, str]]:
    """Names that several stacks of one side have."""
    counts = [Counter(stack.key for stack in side) for side in sides]
    return sorted({name for counted in counts for name, count in counted.items() if count > 1})


def _not_told_apart(name: tuple[str, str], stacks: Sequence[_Side]) -> ReportError:
    places = list(dict.fromkeys(stack.place for stack in stacks if stack.key == name))
    told = (
        f"several stacks are called {'/'.join(name)} ({', '.join(places)}), and nothing tells what to compare"
    )
    return ReportError(places[-1], f"{told}; compare two files")


def _pairs(old: Sequence[_Side], new: Sequence[_Side], without: Container[tuple[str, str]]) -> list[_Pair]:
    """Stacks of the same name; two sources of one stack each are a pair whatever their names.

    Args:
        old: The stacks of one side.
        new: Those of the other.
        without: Names that do not tell which stack it is.
    """
    if len(old) == 1 and len(new) == 1:
        return [(old[0], new[0])]
    before = {side.key: side for side in old if side.key not in without}
    after = {side.key: side for side in new if side.key not in without}
    pairs: list[_Pair] = [(before.get(key), side) for key, side in sorted(after.items())]
    pairs.extend((side, None) for key, side in sorted(before.items()) if key not in after)
    return pairs


def _before(side: _Side | None, given: Basis, before: Basis) -> Before:
    if side is None:
        return Before()
    base = before.assess(side.landscape, elsewhere=side.elsewhere).estimate
    same = before is given
    repriced = base if same else given.assess(side.landscape, elsewhere=side.elsewhere).estimate
    return Before(base, repriced, gaps_of(side.landscape.stack))
