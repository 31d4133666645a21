"""Which resources a property was built from.

Exact where the plan tells: resources, instances named by their key, outputs and variables of modules.
Where it does not (a local value, a ``dynamic`` block), a property that holds an unknown may come from
any resource that its module could reach; it is never taken to come from none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from policypack.sources.terraform.configuration import Block, Call, Module, references
from policypack.sources.terraform.naming import ModuleInstance

_STEP: Final = re.compile(r'(?P<name>[^.\[\]"]+)(?P<index>\[(?:[^"\]]*|"(?:[^"\\]|\\.)*")\])?\.?')
_OF_NO_RESOURCE: Final = frozenset({"count", "path", "terraform", "tofu", "self"})
_ANYTHING: Final = "local.any"
"""A reference that cannot be followed."""


class Instances:
    """Every instance of resources and modules in a plan."""

    def __init__(self) -> None:
        self._resources: dict[tuple[ModuleInstance, str, str, str], dict[str, str]] = defaultdict(dict)
        self._calls: dict[tuple[ModuleInstance, str], dict[str, ModuleInstance]] = defaultdict(dict)
        self._managed: dict[ModuleInstance, list[str]] = defaultdict(list)

    def add(self, module: ModuleInstance, mode: str, kind: str, name: str, index: str, urn: str) -> None:
        """Note one instance; ``index`` as in its address."""
        self._resources[module, mode, kind, name][index] = urn
        if mode == "managed":
            self._managed[module].append(urn)
        for length in range(1, len(module) + 1):
            call, key = module[length - 1]
            self._calls[module[: length - 1], call][key] = module[:length]

    def of(self, module: ModuleInstance, mode: str, kind: str, name: str, index: str) -> tuple[str, ...]:
        """The URN of the instance that is named, else of all instances of the block."""
        known = self._resources.get((module, mode, kind, name), {})
        return (known[index],) if index in known else tuple(known.values())

    def called(self, module: ModuleInstance, name: str, index: str) -> tuple[ModuleInstance, ...]:
        """The instance of a module that is named, else all instances of the call."""
        known = self._calls.get((module, name), {})
        return (known[index],) if index in known else tuple(known.values())

    def below(self, module: ModuleInstance) -> tuple[str, ...]:
        """Every managed resource of a module instance and of those that it calls."""
        return tuple(
            urn for place, urns in self._managed.items() if place[: len(module)] == module for urn in urns
        )


class References:
    """Follows the references of one plan.

    Each reference is followed once for each module instance, so a plan takes time linear in its size
    and in the number of candidates that it leaves.
    """

    def __init__(self, root: Module, instances: Instances) -> None:
        self._root = root
        self._instances = instances
        self._reach: dict[ModuleInstance, frozenset[str]] = {}
        self._known: dict[tuple[ModuleInstance, str], frozenset[str]] = {}
        self._ordered: dict[frozenset[str], tuple[str, ...]] = {}

    def of_block(
        self, block: Block, module: ModuleInstance, held_open: Iterable[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """For each property that is set, the URNs that its value may come from.

        Args:
            block: The block of the resource.
            module: The module instance that it stands in.
            held_open: Properties whose values hold an unknown; only these can come from a place that
                the plan does not show, since a known value speaks for itself.
        """
        unknown = frozenset(held_open)
        sources: dict[str, tuple[str, ...]] = {}
        for name in sorted({*block.expressions, *unknown}):
            texts = references(block.expressions[name]) if name in block.expressions else (_ANYTHING,)
            urns = self._all(texts, module, block.for_each, is_open=name in unknown, seen=frozenset())
            if urns:
                if urns not in self._ordered:  # locals leave thousands of candidates, each time the same
                    self._ordered[urns] = tuple(sorted(urns))
                sources[name] = self._ordered[urns]
        return sources

    def module_of(self, module: ModuleInstance) -> Module | None:
        """The module as it is written, of one of its instances."""
        place: Module | None = self._root
        for name, _ in module:
            call = place.calls.get(name) if place is not None else None
            place = call.module if call is not None else None
        return place

    def call_of(self, module: ModuleInstance) -> Call | None:
        """The call that made a module instance; ``None`` for the root."""
        parent = self.module_of(module[:-1]) if module else None
        return parent.calls.get(module[-1][0]) if parent is not None else None

    def _all(
        self,
        texts: Sequence[str],
        module: ModuleInstance,
        for_each: Sequence[str],
        *,
        is_open: bool,
        seen: frozenset[tuple[ModuleInstance, str]],
    ) -> frozenset[str]:
        parts: list[frozenset[str]] = []
        for text in texts:
            if text.startswith("each."):
                inner = [one for one in for_each if not one.startswith("each.")]
                parts.append(self._all(inner, module, (), is_open=is_open, seen=seen))
            else:
                parts.append(self._followed(text, module, is_open=is_open, seen=seen))
        return parts[0] if len(parts) == 1 else frozenset().union(*parts)

    def _followed(
        self, text: str, module: ModuleInstance, *, is_open: bool, seen: frozenset[tuple[ModuleInstance, str]]
    ) -> frozenset[str]:
        if (module, text) in seen:  # no configuration that runs refers to itself
            return self._reachable(module) if is_open else frozenset()
        if not is_open:
            return self._follow(text, module, is_open=False, seen=seen | {(module, text)})
        if (module, text) not in self._known:
            self._known[module, text] = self._follow(text, module, is_open=True, seen=seen | {(module, text)})
        return self._known[module, text]

    def _follow(
        self, text: str, module: ModuleInstance, *, is_open: bool, seen: frozenset[tuple[ModuleInstance, str]]
    ) -> frozenset[str]:
        steps = [(match["name"], match["index"] or "") for match in _STEP.finditer(text)]
        names = [name for name, _ in steps]
        written = self.module_of(module)
        match names:
            case [first, *_] if first in _OF_NO_RESOURCE:
                return frozenset()
            case ["var", name, *_]:
                call = self.call_of(module)
                if call is None or name not in call.expressions:
                    return frozenset()  # a value that was given from outside, or a default
                inner = references(call.expressions[name])
                return self._all(inner, module[:-1], call.for_each, is_open=is_open, seen=seen)
            case ["module", name, *outputs]:
                return frozenset(
                    self._outputs(
                        self._instances.called(module, name, steps[1][1]), outputs, is_open=is_open, seen=seen
                    )
                )
            case ["data", kind, name, *_]:
                own = set(self._instances.of(module, "data", kind, name, steps[2][1]))
                block = written.blocks.get(("data", kind, name)) if written is not None else None
                if block is not None:  # what it finds may be what it was asked with
                    inner = references(list(block.expressions.values()))
                    own |= self._all(inner, module, block.for_each, is_open=is_open, seen=seen)
                return frozenset(own)
            case [kind, name, *_] if written is not None and ("managed", kind, name) in written.blocks:
                return frozenset(self._instances.of(module, "managed", kind, name, steps[1][1]))
            case _:
                return self._reachable(module) if is_open else frozenset()

    def _outputs(
        self,
        instances: Sequence[ModuleInstance],
        names: Sequence[str],
        *,
        is_open: bool,
        seen: frozenset[tuple[ModuleInstance, str]],
    ) -> set[str]:
        urns: set[str] = set()
        for instance in instances:
            written = self.module_of(instance)
            if written is None:
                continue
            wanted = [names[0]] if names and names[0] in written.outputs else list(written.outputs)
            for output in wanted:
                urns |= self._all(written.outputs[output], instance, (), is_open=is_open, seen=seen)
        return urns

    def _reachable(self, module: ModuleInstance) -> frozenset[str]:
        """Every resource that an expression of a module could refer to, whatever the way.

        A module that is given values reaches, through these, what its callers reach.
        """
        if module not in self._reach:
            call = self.call_of(module)
            closed = call is not None and not call.expressions
            self._reach[module] = frozenset(self._instances.below(module if closed else ()))
        return self._reach[module]
