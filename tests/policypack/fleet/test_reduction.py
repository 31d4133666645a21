"""A report of kept results is the report of the stacks themselves, in every format."""

import json
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import pricing
from policypack.assessment import Assessor
from policypack.fleet.audit import audit
from policypack.fleet.engines import in_this_process
from policypack.fleet.journal import Journal
from policypack.fleet.reduction import report_on
from policypack.fleet.task import Work
from policypack.reports.catalogue import renderer
from policypack.reports.names import formats
from policypack.reports.report import make_report, reference_to
from policypack.settings.model import Limit, Settings, Waiver
from policypack.sources import read
from policypack.sources.listing import list_source

RECORDINGS = Path(__file__).parents[2] / "recordings"
DAY = date(2026, 11, 23)
STATES = sorted(RECORDINGS.glob("*/state.json"))


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    settings = Settings(
        limits=(Limit(name="all", amount=Decimal(500), currency="CNY"),),
        waivers=(
            Waiver(policy="eip-idle", resource="*", reason="kept", owner="net", expires=date(2099, 1, 1)),
        ),
        reference_prices="accept",
    )
    return Assessor(settings, pricing.load(), pricing.Terms(), DAY)


def entries():
    return [entry for path in STATES for entry in list_source(str(path))]


def directly(assessor: Assessor):
    landscapes = [assessor.survey(stack) for path in STATES for stack in read(str(path))]
    told = assessor.together(landscapes)
    assessments = [
        assessor.assess(landscape, elsewhere=elsewhere)
        for landscape, elsewhere in zip(landscapes, told, strict=True)
    ]
    book = reference_to(assessor.book)
    return make_report(assessments, assessor.settings, book, DAY, whole=True)


@pytest.fixture(scope="module")
def both(assessor: Assessor):
    work = Work(assessor)
    with closing(Journal.temporary()) as journal:
        kept = report_on(audit(entries(), work, journal, in_this_process), work, journal)
        yield directly(assessor), kept


@pytest.mark.parametrize("name", formats())
def test_every_format_shows_the_same(name: str, both) -> None:
    directly_made, kept = both
    texts = [renderer(name)(report) for report in (directly_made, kept)]
    if name == "json":
        texts = [json.loads(text) for text in texts]
    assert texts[0] == texts[1]


def test_only_names_marks_and_places_of_resources_are_kept(both) -> None:
    _, kept = both
    for stack in kept.stacks:
        for line in stack.lines:
            assert line.resource.inputs is None
            assert line.resource.outputs.keys() <= {"id"}
            assert line.resource.provider is None
        assert all(one.inputs is None for one in stack.stack.resources)
