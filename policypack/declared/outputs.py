"""What a stack hands out: the values of its outputs, which other stacks and people may use."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from policypack.declared.read import as_list, is_list, text
from policypack.declared.resource import Resource
from policypack.declared.stack import Stack
from policypack.declared.value import Known, Secret
from policypack.declared.wire import classify

STACK_TYPE: Final = "pulumi:pulumi:Stack"
_REFERENCE_TYPE: Final = "pulumi:pulumi:StackReference"
_WORD: Final = re.compile(r"[\w.-]+")
_WITH_COLONS: Final = re.compile(r"[\w.:-]+")
_SHOWS_OLD_OUTPUTS: Final = frozenset({"preview-json"})
"""Sources that show the outputs of the last deployment only, and none of a stack that is new."""


class Outputs(Struct, frozen=True):
    """The outputs of one stack.

    Attributes:
        words: Every id, address and other word in them, with the name of the output.
        hidden: Why some of them are not known, a phrase for each.
        unseen: Whether the source shows no outputs of what is yet to be made.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    unseen: bool = False

    def holding(self, texts: Iterable[str]) -> str | None:
        """The output that holds one of some ids or addresses."""
        return next((self.words[text] for text in texts if text in self.words), None)


def outputs_of(stack: Stack) -> Outputs:
    """What a stack hands out, in time linear in the size of its outputs."""
    words: dict[str, str] = {}
    hidden: dict[str, None] = {}
    of_stack = (resource.outputs for resource in stack.resources if resource.token == STACK_TYPE)
    for outputs in (stack.outputs, *of_stack):
        for name in sorted(outputs):
            for leaf in _leaves(outputs[name]):
                if isinstance(leaf, str):
                    for word in words_of(leaf):
                        words.setdefault(word, name)
                else:
                    kind = "is a secret" if isinstance(leaf, Secret) else "is not known"
                    hidden.setdefault(f'output "{name}" {kind}')
    return Outputs(words, tuple(hidden), stack.origin.kind in _SHOWS_OLD_OUTPUTS)


def referred_stack(resource: Resource) -> str | None:
    """The stack that a stack reference names, empty where that is not known; ``None`` for anything else."""
    if resource.token != _REFERENCE_TYPE:
        return None
    name = text(resource.declared("name"))
    return name.value if isinstance(name, Known) else ""


def words_of(written: str) -> Iterator[str]:
    """All that may be an id or an address in a text, and the text itself."""
    yield written.strip(".:-")
    for word in _WORD.findall(written):
        yield word.strip(".:-")
    if ":" in written:
        for word in _WITH_COLONS.findall(written):
            yield word.strip(".:-")


def words_in(*values: object) -> Iterator[str]:
    """The words of all texts at any depth; a secret has none."""
    for value in values:
        for leaf in _leaves(value):
            if isinstance(leaf, str):
                yield from words_of(leaf)


def hides_words(*values: object) -> bool:
    """Whether something in them is a secret or not known, and may be a text."""
    return any(not isinstance(leaf, str) for value in values for leaf in _leaves(value))


def _leaves(raw: object) -> Iterator[object]:
    """Texts at any depth, and in place of what cannot be read its mark."""
    waiting = [raw]
    while waiting:
        match classify(waiting.pop()):
            case Known(Mapping() as value):
                waiting.extend(value.values())
            case Known(value) if is_list(value):
                waiting.extend(as_list(value))
            case Known(str() as word):
                yield word
            case Known():
                continue
            case mark:
                yield mark
