"""``tofu show -json PLAN`` and ``terraform show -json PLAN``.

What is declared is what will exist after the plan was applied
(``internal/command/jsonplan`` of opentofu/opentofu; the format of both tools is one).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import Change, Origin, Provider, Resource, Stack
from policypack.declared.outputs import hides_words, words_in
from policypack.sources import fields
from policypack.sources.error import Malformed
from policypack.sources.state import in_order
from policypack.sources.terraform.configuration import Block, Module, read_module
from policypack.sources.terraform.declared import declared
from policypack.sources.terraform.limited import is_whole, left_out
from policypack.sources.terraform.naming import (
    ModuleInstance,
    Names,
    camel,
    index_text,
    module_instance,
    package_of,
    resource_address,
    token_of,
    urn_of,
)
from policypack.sources.terraform.outputs import planned_outputs
from policypack.sources.terraform.providers import Providers
from policypack.sources.terraform.references import Instances, References
from policypack.sources.terraform.state import check_format, read_values
from policypack.sources.terraform.values import holds_unknown, known, properties, stated

_SHOW_AGAIN: Final = "write the file again with 'tofu show -json PLAN' or 'terraform show -json PLAN'"
_MADE: Final = (("create",), ("update",), ("no-op",), ("delete", "create"), ("create", "delete"))
_FORGOTTEN: Final = (("forget",),)
_REPLACED_AND_FORGOTTEN: Final = (("create", "forget"), ("forget", "create"))
_BILLED_ON: Final = "It is removed from the state and not destroyed: it is billed on."
_KEPT: Final = "The plan does not destroy it: it is billed on."
_BOTH_RUN: Final = (("create", "delete"), ("create", "forget"))
_GONE: Final = (("delete",),)
_UPDATED: Final = ("update",)
_CHANGED: Final = (_UPDATED, ("delete", "create"), ("create", "delete"))
_READ: Final = (("read",),)


class _Change(Struct, frozen=True):
    """One entry of ``resource_changes``, checked."""

    place: str
    address: str
    module: ModuleInstance
    mode: str
    kind: str
    name: str
    index: str
    provider: str
    moved_from: str | None
    actions: tuple[str, ...]
    deposed: bool
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    unknown: object
    sensitive_before: object
    sensitive_after: object
    reason: str

    @property
    def block(self) -> tuple[str, str, str]:
        return self.mode, self.kind, self.name


def read_plan(document: Mapping[str, object], path: str, names: Names) -> Stack:
    """Read what a plan declares.

    Args:
        document: The plan.
        path: Where it was read.
        names: Project and stack, which the file does not hold.

    Raises:
        Malformed: The document does not have the form of a plan.
    """
    plan = _Plan(document, names)
    return Stack(
        project=names.project,
        name=names.stack,
        origin=Origin("terraform-plan", path),
        resources=in_order(plan.resources()),
        outputs=planned_outputs(document),
        gaps=(*_integrity(document), *plan.gaps()),
        released=plan.released(),
        notes=tuple(plan.notes()),
    )


def read_plan_before(document: Mapping[str, object], path: str, names: Names) -> Stack:
    """Read what existed before a plan, under the addresses that it has after it.

    Raises:
        Malformed: The document does not have the form of a plan.
    """
    plan = _Plan(document, names)
    return Stack(
        project=names.project,
        name=names.stack,
        origin=Origin("terraform-plan", f"{path} (before)"),
        resources=in_order(plan.resources_before()),
    )


class _Plan:
    """One plan and what is looked up in it."""

    def __init__(self, document: Mapping[str, object], names: Names) -> None:
        check_format(document, ("1",), _SHOW_AGAIN)
        self._names = names
        self._changes = [
            _change(entry, f"resource_changes[{index}]")
            for index, entry in enumerate(fields.records(document, "resource_changes", ""))
        ]
        configuration = fields.optional_mapping(document, "configuration", "") or {}
        self._root = read_module(
            fields.optional_mapping(configuration, "root_module", "configuration") or {},
            "configuration.root_module",
        )
        prior = fields.optional_mapping(document, "prior_state", "") or {}
        self._prior = tuple(read_values(prior, "prior_state"))
        planned = {"values": document.get("planned_values")}
        self._planned = tuple(state.address for state in read_values(planned, "") if state.mode == "managed")
        managed = [change for change in self._changes if change.mode == "managed"]
        destroys = bool(managed) and all(change.actions in _GONE for change in managed)
        told = fields.flag(document, "complete", "")
        self._left_out = () if destroys or told else tuple(left_out(document, self._root))
        self._is_whole = told or (not self._left_out and is_whole(document, self._root))
        self._may_be_limited = not (destroys or self._is_whole)
        self._drifted = len(fields.records(document, "resource_drift", ""))
        self._instances = self._indexed()
        self._references = References(self._root, self._instances)
        self._providers = Providers(
            document,
            self._references,
            {
                (state.module, f"{state.kind}.{state.name}{state.index}"): state.values
                for state in self._prior
                if state.mode == "data"
            },
        )

    def resources(self) -> Iterator[Resource]:
        """Everything that exists after the plan, and what data sources have read."""
        for change in self._changes:
            if change.deposed:
                yield self._deposed(change)
            elif change.actions in _READ:
                yield replace(self._as_it_will_be(change), external=True)
            elif change.actions in _MADE:
                yield self._as_it_will_be(change)
            elif change.actions in _REPLACED_AND_FORGOTTEN:
                yield self._as_it_will_be(change)
                yield replace(self._as_it_was(change), leaving=True, billed_on=_BILLED_ON)
            elif change.actions in _FORGOTTEN:
                yield replace(self._as_it_was(change), leaving=True, billed_on=_BILLED_ON)
            elif change.actions not in _GONE:
                raise Malformed(
                    f"{change.place}.change.actions",
                    "an action that is not known here",
                    "a newer apig-cost is needed",
                )
        listed = {change.address for change in self._changes}
        for state in self._prior:
            if state.mode == "data" and state.address not in listed:
                block = self._block(state.module, ("data", state.kind, state.name))
                yield replace(
                    state.resource(self._names),
                    external=True,
                    provider=self._provider(block, state.provider),
                )

    def resources_before(self) -> Iterator[Resource]:
        """Everything that existed before the plan."""
        for change in self._changes:
            if change.mode == "managed" and change.before is not None:
                yield self._deposed(change) if change.deposed else self._as_it_was(change)

    def released(self) -> frozenset[str] | None:
        """The words that what is destroyed or changed held before and holds no more; ``None`` where some of
        what is destroyed is not shown."""
        words: set[str] = set()
        for change in self._changes:
            if change.actions not in _GONE and change.actions not in _CHANGED:
                continue
            before = self._as_it_was(change).outputs
            if change.actions != _UPDATED and (change.before is None or hides_words(before)):
                return None
            holds = set(words_in(change.after))
            words.update(word for word in words_in(before) if word not in holds)
        return frozenset(words)

    def gaps(self) -> Iterator[str]:
        """Resources that exist or are configured, and of which the plan says nothing.

        Neither tool lists what ``-target`` left out, and OpenTofu does not say that it did.
        """
        planned = {(change.module, change.block) for change in self._changes}
        configured = (
            resource_address(path, *block, None)
            for path, instance, module in _never_repeated(self._root)
            for block, written in module.blocks.items()
            if block[0] == "managed" and not written.repeated and (instance, block) not in planned
        )
        listed = {address for change in self._changes for address in (change.address, change.moved_from)}
        existing = (state.address for state in self._prior if state.mode == "managed")
        unlisted = (address for address in (*existing, *self._planned) if address not in listed)
        # In a whole plan these are not enabled (``lifecycle``), which its configuration does not say.
        without = () if self._is_whole else (*configured, *self._too_few())
        missing = list(dict.fromkeys((*without, *unlisted, *self._left_out)))
        if missing:
            yield (
                f"The plan leaves out {_some(missing)}, as with -target or -exclude; plan everything, "
                "or it is not known what is declared."
            )

    def notes(self) -> Iterator[str]:
        """What a reader of the plan should know."""
        repeated = list(self._repeated()) if self._may_be_limited else []
        if repeated and not any(self.gaps()):
            yield (
                "the plan does not tell whether -target or -exclude left out instances of "
                f"{_some(repeated)}; an output that refers to nothing would"
            )
        if self._drifted:
            noun = "resource was" if self._drifted == 1 else "resources were"
            yield f"{self._drifted} {noun} changed outside of the configuration since the last run"
        for change in self._changes:
            if change.actions in _FORGOTTEN or change.actions in _REPLACED_AND_FORGOTTEN:
                yield f"{change.address} is removed from the state but not destroyed: it is billed on"
            if change.actions == ("create", "delete"):
                yield f"{change.address} is replaced: both halves are billed until the old one is destroyed"

    def _too_few(self) -> Iterator[str]:
        """What ``count`` repeats more often than it is planned; known where the count is a number."""
        made = [change for change in self._changes if not change.deposed and change.after is not None]
        blocks = Counter((change.module, change.block) for change in made)
        called = {change.module[:depth] for change in made for depth in range(1, len(change.module) + 1)}
        calls = Counter((one[:-1], one[-1][0]) for one in called)
        for path, instance, module in _never_repeated(self._root):
            for block, written in module.blocks.items():
                if block[0] == "managed" and blocks[instance, block] < (written.count or 0):
                    yield resource_address(path, *block, None)
            for name, call in module.calls.items():
                if any(_resources_of(call.module)) and calls[instance, name] < (call.count or 0):
                    yield f"{path}.module.{name}" if path else f"module.{name}"

    def _repeated(self) -> Iterator[str]:
        """What ``for_each``, or a ``count`` that is no number, repeats: the expression is not in the plan."""
        for path, _, module in _never_repeated(self._root):
            for block, written in module.blocks.items():
                if block[0] == "managed" and written.repeated and written.count is None:
                    yield resource_address(path, *block, None)
            for name, call in module.calls.items():
                if call.repeated and call.count is None:
                    yield f"{path}.module.{name}" if path else f"module.{name}"

    def _as_it_will_be(self, change: _Change) -> Resource:
        block = self._block(change.module, change.block)
        after = change.after or {}
        expressions = block.expressions if block is not None else {}
        inputs = declared(after, change.unknown, change.sensitive_after, expressions, change.kind)
        dependencies = (
            self._references.of_block(
                block, change.module, [name for name, value in inputs.items() if holds_unknown(value)]
            )
            if block is not None
            else {}
        )
        token = token_of(change.kind, change.provider)
        return Resource(
            urn=urn_of(self._names.project, self._names.stack, token, change.address),
            token=token,
            name=change.address,
            inputs=None
            if change.after is None or change.unknown is True
            else {camel(name): value for name, value in inputs.items()},
            outputs=known(properties(after, change.unknown, change.sensitive_after)),
            dependencies={camel(name): urns for name, urns in dependencies.items()},
            provider=self._provider(block, change.provider),
            change=Change(change.actions in _BOTH_RUN, change.reason),
        )

    def _deposed(self, change: _Change) -> Resource:
        """The old half of a replacement, which lives on where the plan does not destroy it."""
        kept = _BILLED_ON if change.actions in _FORGOTTEN else _KEPT
        billed_on = "" if change.actions in _GONE else kept
        return replace(self._as_it_was(change), leaving=True, billed_on=billed_on)

    def _as_it_was(self, change: _Change) -> Resource:
        block = self._block(change.module, change.block)
        token = token_of(change.kind, change.provider)
        outputs = properties(change.before or {}, None, change.sensitive_before)
        return Resource(
            urn=urn_of(self._names.project, self._names.stack, token, change.address),
            token=token,
            name=change.address,
            inputs=None if change.before is None else _mapping(stated(outputs)),
            outputs=outputs,
            provider=self._provider(block, change.provider),
        )

    def _provider(self, block: Block | None, source: str) -> Provider:
        """The provider of a block; of what the configuration no longer has, the one without an alias."""
        return self._providers.of(block.provider if block else package_of(source), source)

    def _block(self, module: ModuleInstance, block: tuple[str, str, str]) -> Block | None:
        written = self._references.module_of(module)
        return written.blocks.get(block) if written is not None else None

    def _indexed(self) -> Instances:
        instances = Instances()
        for change in self._changes:
            token = token_of(change.kind, change.provider)
            urn = urn_of(self._names.project, self._names.stack, token, change.address)
            if not change.deposed:
                instances.add(change.module, change.mode, change.kind, change.name, change.index, urn)
        for state in self._prior:
            if state.mode == "data":
                instances.add(
                    state.module, state.mode, state.kind, state.name, state.index, state.urn(self._names)
                )
        return instances


def _change(entry: object, place: str) -> _Change:
    record = fields.mapping(entry, place)
    inside = f"{place}.change"
    change = fields.mapping(record.get("change"), inside)
    actions = fields.records(change, "actions", inside)
    if not actions or not all(isinstance(action, str) for action in actions):
        raise Malformed(f"{inside}.actions", "a list of actions was expected", _SHOW_AGAIN)
    module = fields.optional_text(record, "module_address", place)
    mode = fields.optional_text(record, "mode", place) or "managed"
    kind, name = fields.text(record, "type", place), fields.text(record, "name", place)
    return _Change(
        place=place,
        address=fields.text(record, "address", place),
        module=module_instance(module, f"{place}.module_address"),
        mode=mode,
        kind=kind,
        name=name,
        index=index_text(record.get("index")),
        provider=fields.optional_text(record, "provider_name", place) or kind.partition("_")[0],
        moved_from=fields.optional_text(record, "previous_address", place),
        actions=tuple(str(action) for action in actions),
        deposed=fields.optional_text(record, "deposed", place) is not None,
        before=fields.optional_mapping(change, "before", inside),
        after=fields.optional_mapping(change, "after", inside),
        unknown=change.get("after_unknown"),
        sensitive_before=change.get("before_sensitive"),
        sensitive_after=change.get("after_sensitive"),
        reason=_forced_by(fields.records(change, "replace_paths", inside)),
    )


def _some(addresses: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(addresses) - 3
    return ", ".join(addresses[:3]) + (f" and {more} more" if more > 0 else "")


def _forced_by(paths: Sequence[object]) -> str:
    """Which properties force a replacement, as their names in the configuration."""
    names = [
        ".".join(str(step) for step in path if isinstance(step, str))
        for path in paths
        if isinstance(path, list)
    ]
    return f"{', '.join(names)} changes" if any(names) else ""


def _resources_of(module: Module) -> Iterator[tuple[str, str, str]]:
    """What a module makes in each of its instances, whatever is repeated."""
    for _, _, inner in _never_repeated(module):
        for block, written in inner.blocks.items():
            if block[0] == "managed" and not written.repeated:
                yield block


def _never_repeated(root: Module) -> Iterator[tuple[str, ModuleInstance, Module]]:
    """Every module that has exactly one instance, with its address."""
    places: list[tuple[str, ModuleInstance, Module]] = [("", (), root)]
    while places:
        address, instance, module = places.pop()
        yield address, instance, module
        for name, call in module.calls.items():
            if not call.repeated:
                inner = f"{address}.module.{name}" if address else f"module.{name}"
                places.append((inner, (*instance, (name, "")), call.module))


def _integrity(document: Mapping[str, object]) -> Iterator[str]:
    if fields.flag(document, "errored", ""):
        yield "The plan itself failed, so it lists only a part of the changes; plan again."
    if not fields.flag(document, "complete", "", default=True):
        yield "The plan is not complete (-target or deferred changes); plan everything."
    deferred = len(fields.records(document, "deferred_changes", ""))
    if deferred:
        noun = "change is" if deferred == 1 else "changes are"
        yield f"{deferred} {noun} deferred to a later plan, so it is not known what is declared."


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
