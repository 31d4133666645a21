"""What examining a stack leaves behind."""

import gc
from datetime import date
from pathlib import Path

import pytest

import pricing
from policypack.assessment import Assessor
from policypack.fleet.task import Task, Work, examine
from policypack.settings.model import Settings
from policypack.sources import Entry, SourceError
from policypack.sources.listing import list_source

RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.mark.parametrize("recording", ["partner-webhooks", "orders-internal", "unknowns"])
def test_a_stack_leaves_nothing_that_only_the_garbage_collector_frees(recording: str) -> None:
    # a cycle keeps the whole stack: of ten thousand, memory doubled and each took half as long again
    work = Work(Assessor(Settings(), pricing.load(), pricing.Terms(), date(2026, 11, 23)))
    [task] = map(_task, list_source(str(RECORDINGS / recording / "state.json")))
    assert examine(task, work)
    gc.collect()
    gc.disable()
    try:
        assert examine(task, work)
        assert gc.collect() == 0
    finally:
        gc.enable()


def _task(found: Entry | SourceError) -> Task:
    assert isinstance(found, Entry)
    return Task(found)
