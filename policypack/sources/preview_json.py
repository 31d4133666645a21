"""The output of ``pulumi preview --json --show-sames``.

A step describes what the engine is about to do with one resource. What is declared is what will
exist afterwards (``pkg/display/json.go`` and ``pkg/backend/display/json.go`` of
pulumi/pulumi).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from policypack.declared import ABSENT, Origin, Raw, Resource, Stack
from policypack.declared.outputs import hides_words, words_in
from policypack.declared.wire import classify
from policypack.sources import fields
from policypack.sources.error import Malformed
from policypack.sources.provider_facts import configured_regions
from policypack.sources.state import (
    REGION_SETTING,
    RELEASED,
    RETAINED,
    Providers,
    State,
    in_order,
    read_state,
    resource_of,
    stack_names,
)
from policypack.sources.terraform_module import unread_modules

_STAYS: Final = "same"
_MADE: Final = {
    "create": 0,
    "create-replacement": 0,
    "update": 0,
    "replace": 1,
    "import": 2,
    "import-replacement": 2,
    "refresh": 3,
}
"""Steps after which a resource exists as declared. Of several steps for one URN the lowest rank
counts: a replacement has a step that creates and one that only announces it; what was imported is then
left, updated or replaced (``continueStepsFromImport`` of pulumi/pulumi); with ``--refresh`` what was found
comes before what will be done."""

_READ: Final = frozenset({"read", "read-replacement"})
_NOT_DECLARED: Final = frozenset(
    {
        "delete",
        "delete-replaced",
        "discard",
        "discard-replaced",
        "remove-pending-replace",
        "read-discard",
    }
)
_KEEPS: Final = frozenset({_STAYS, "create", "import", "refresh", *_READ})
"""Steps that take nothing away from what existed."""

_DESTROYS: Final = frozenset({"delete", "delete-replaced", "create-replacement", "import-replacement"})
"""Steps after which the old resource is gone, unless the program keeps it (``retainOnDelete``)."""

_PENDING: Final = "pending operations from previous deployment"
"""What the engine warns of where an earlier run was interrupted."""

_AGAIN: Final = "run 'pulumi preview --json --show-sames'"


def read_preview(document: Mapping[str, object], path: str) -> Stack:
    """Read the digest of a preview.

    Raises:
        Malformed: The document does not have the form of a preview.
    """
    steps = fields.records(document, "steps", "")
    config = fields.optional_mapping(document, "config", "") or {}
    region = _setting(config, REGION_SETTING)
    chosen: dict[str, tuple[int, State, bool]] = {}
    urns: list[str] = []
    gone: set[str] = set()
    left: dict[tuple[str, str], tuple[State, str]] = {}
    views: set[str] = set()
    renamed: dict[str, str] = {}
    operations: Counter[str] = Counter()
    released: set[str] = set()
    shows_released = True
    for index, entry in enumerate(steps):
        place = f"steps[{index}]"
        step = fields.mapping(entry, place)
        operation = fields.text(step, "op", place)
        operations[operation] += 1
        urns.append(fields.text(step, "urn", place))
        if operation not in _KEEPS and "::pulumi:" not in urns[-1]:  # providers and stacks use nothing
            released.update(_released(step, place))
            shows_released = shows_released and not _hides_released(step, place)
        outliving = _outliving(operation, step, place)
        if outliving is not None:
            state, why = outliving
            left[state.urn, str(state.outputs.get("id", ""))] = state, why
        if operation in _NOT_DECLARED or (operation == "refresh" and step.get("newState") is None):
            gone.add(urns[-1])
            continue
        rank, state, seen = _declared(operation, step, place)
        before = fields.optional_mapping(step, "oldState", place) or {}
        if before and operation != "refresh" and before.get("urn") != state.urn:
            renamed[str(before.get("urn"))] = state.urn
        if state.view_of:
            views.add(state.urn)
        if state.leaving or state.left_out:
            continue
        if state.urn in chosen and chosen[state.urn][0] == rank:
            raise Malformed(f"{place}.urn", f"a second step for {state.urn}", _AGAIN)
        if state.urn not in chosen or rank < chosen[state.urn][0]:
            chosen[state.urn] = (rank, state, seen)
    for urn, (rank, state, _) in list(chosen.items()):
        if rank == _MADE["refresh"] and (urn in gone or urn in renamed):
            del chosen[urn]
        elif state.provider:
            state.provider = _renamed_provider(state.provider, renamed)
    every = [*(state for _, state, _ in chosen.values()), *(state for state, _ in left.values())]
    providers = Providers(every, partial(_setting, config))
    project, stack = stack_names(urns)
    resources = [
        *(_resource(state, seen, providers) for _, state, seen in chosen.values()),
        *(
            replace(resource_of(state, providers.of(state)), leaving=True, billed_on=why)
            for state, why in left.values()
        ),
    ]
    return Stack(
        project=project,
        name=stack,
        origin=Origin("preview-json", path),
        resources=in_order(resources),
        region=region,
        regions=configured_regions(config, classify),
        gaps=(
            *_nothing(steps),
            *_not_listed(document, operations),
            *_failed(document),
            *unread_modules(resources, views),
        ),
        released=frozenset(released) if shows_released else None,
    )


def _declared(operation: str, step: Mapping[str, object], place: str) -> tuple[int, State, bool]:
    """What a step declares: its rank among the steps of the same URN, the state, and whether its
    inputs were shown."""
    new = None if step.get("newState") is None else read_state(step["newState"], f"{place}.newState")
    old = None if step.get("oldState") is None else read_state(step["oldState"], f"{place}.oldState")
    if operation == _STAYS:
        kept = old or new
        if kept is None:
            raise Malformed(place, "a step without newState and oldState", _AGAIN)
        # A resource that --target left out of its creation is a "same" without an old state and
        # without inputs: nothing is known of what the program set.
        seen = old is not None or kept.inputs is not None
        if new is None:
            return 0, kept, seen
        # The old state has the names from before the program's aliases; others refer to it by the new ones.
        names = {"urn": new.urn, "token": new.token, "parent": new.parent, "dependencies": new.dependencies}
        return 0, replace(kept, **names), seen
    if operation not in _MADE and operation not in _READ:
        raise Malformed(f"{place}.op", "an operation that is not known here", "a newer apig-cost is needed")
    if new is None:
        raise Malformed(f"{place}.newState", f"a step of kind {operation} without newState", _AGAIN)
    if operation in _READ:
        return 0, replace(new, external=True), True
    if operation == "update" and old is not None:
        new = replace(new, outputs={**_kept(old, new), **new.outputs})
    return _MADE[operation], new, True


def _renamed_provider(reference: str, renamed: Mapping[str, str]) -> str:
    """A reference to a provider, ``<URN>::<id>``, with the URN that the program gives it."""
    urn, separator, identifier = reference.rpartition("::")
    return f"{renamed.get(urn, urn)}{separator}{identifier}"


def _outliving(operation: str, step: Mapping[str, object], place: str) -> tuple[State, str] | None:
    """The old state of what leaves the program and is not destroyed, and why it is not."""
    if step.get("oldState") is None:
        return None
    old = read_state(step["oldState"], f"{place}.oldState")
    if old.external or old.left_out or not old.custom:
        return None
    if operation in _DESTROYS and old.retained:
        return old, RETAINED
    if operation in _READ:  # the same one is released; one with another id is replaced by what is read
        new = fields.optional_mapping(step, "newState", place) or {}
        same = operation == "read" or new.get("id") == old.outputs.get("id")
        if same or old.retained:
            return old, RELEASED if same else RETAINED
    return None


def _released(step: Mapping[str, object], place: str) -> Iterator[str]:
    """The words that the resource of a step held before and no longer holds.

    An update keeps what the provider has computed, which its step does not show.
    """
    old, new = (fields.optional_mapping(step, key, place) or {} for key in ("oldState", "newState"))
    holds = set(words_in(new.get("inputs")))
    before = words_in(old.get("inputs"), None if step.get("op") == "update" else old.get("outputs"))
    return (word for word in before if word not in holds)


def _hides_released(step: Mapping[str, object], place: str) -> bool:
    """Whether a resource that is destroyed held something that is not shown."""
    if step.get("op") == "update":
        return False  # most of what it holds, it goes on to hold
    old = fields.optional_mapping(step, "oldState", place)
    return old is None or hides_words(old.get("inputs"), old.get("outputs"))


def _kept(old: State, new: State) -> Mapping[str, object]:
    """The old outputs that an update leaves as they are: all but those of inputs that change.

    What a provider computes, such as what an EIP is bound to, stays in the plan of an update; the step of a
    preview shows no outputs at all.
    """
    before, after = old.inputs or {}, new.inputs or {}
    return {
        key: value
        for key, value in old.outputs.items()
        if not (key in before or key in after) or before.get(key) == after.get(key)
    }


def _resource(state: State, seen: bool, providers: Providers) -> Resource:
    resource = resource_of(state, providers.of(state))
    return resource if seen or not state.custom else replace(resource, inputs=None)


def _setting(config: Mapping[str, object], key: str) -> Raw:
    setting = config.get(key)
    return ABSENT if setting is None else classify(setting)


def _nothing(steps: Sequence[object]) -> Sequence[str]:
    """A preview that ran lists at least the stack itself."""
    return () if steps else (f"The preview lists nothing, not even the stack; {_AGAIN}.",)


def _not_listed(document: Mapping[str, object], listed: Mapping[str, int]) -> Iterator[str]:
    """What the preview counts and the file does not hold: the command leaves out what stays, unless asked."""
    missing: Counter[bool] = Counter()
    for operation, counted in (fields.optional_mapping(document, "changeSummary", "") or {}).items():
        if isinstance(counted, bool) or not isinstance(counted, int):
            raise fields.wrong(f"changeSummary.{operation}", "a number", counted)
        missing[operation == _STAYS] += max(0, counted - listed.get(operation, 0))
    if missing[True]:
        yield f"{missing[True]} unchanged resource(s) are not in the file; {_AGAIN}."
    if missing[False]:
        yield f"{missing[False]} change(s) that the preview counts are not in the file; {_AGAIN}."


def _failed(document: Mapping[str, object]) -> Sequence[str]:
    """A preview that failed stops early, so what it lists is only a part."""
    for index, entry in enumerate(fields.records(document, "diagnostics", "")):
        place = f"diagnostics[{index}]"
        if fields.optional_text(fields.mapping(entry, place), "severity", place) == "error":
            return ("The preview itself reported an error, so resources may be missing in the file.",)
        message = fields.optional_text(fields.mapping(entry, place), "message", place) or ""
        if _PENDING in message:
            return ("Operations of an earlier run were interrupted, and what they left is not in the file.",)
    if document.get("maybeCorrupt"):
        return ("Pulumi marked this preview as possibly damaged; run it again.",)
    return ()
