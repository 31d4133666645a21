"""Landscapes as programs: the text of a Pulumi program that declares one, with one value hidden in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.policypack.network.landscapes import ROWS, Builder, Out, base, places_in

PROJECT = "name: shop\nruntime: python\n"
HEAD = '''import pulumi


class Declared(pulumi.CustomResource):
    """Any resource of any provider, with what its provider will return."""

    def __init__(self, token, name, inputs, returns):
        super().__init__(token, name, {**inputs, **dict.fromkeys(returns)})


made = {}
elsewhere = Declared("random:index/randomPet:RandomPet", "elsewhere", {}, ["pet"])
other_stack = pulumi.StackReference("organization/network/dev")
'''
WAYS: Mapping[str, str] = {
    "secret": "pulumi.Output.secret({value})",
    "from another provider": "elsewhere.pet",
    "from another stack": 'other_stack.get_output("value")',
    "with a trace": "pulumi.Output.all({value}, elsewhere.pet).apply(lambda both: both[1])",
    "chosen by an unknown": "elsewhere.pet.apply(lambda pet: {value} if pet else pet)",
}
"""What stands in place of a value, as Python."""


def settings_of(region: str) -> str:
    return f"config:\n  huaweicloud:region: {region}\n"


def program(builder: Builder, hidden: tuple[str, tuple[Any, ...], str] | None = None) -> str:
    """The program of a landscape.

    Args:
        builder: The landscape.
        hidden: The resource, the path of a value in its inputs, and the way to hide it.
    """
    lines = [HEAD]
    for name in _in_order(builder):
        type_name, inputs, returns = builder.declared[name]
        token = builder.urn(name).split("::")[2]
        path, way = (hidden[1], hidden[2]) if hidden and hidden[0] == name else (None, "")
        written = _written(builder, inputs, (), path, way)
        keys = sorted(set(returns) - {"id"} - set(inputs))
        lines.append(f"made[{name!r}] = Declared({token!r}, {name!r}, {written}, {keys!r})  # {type_name}\n")
    return "".join(lines)


def _written(
    builder: Builder, value: Any, path: tuple[Any, ...], hidden: tuple[Any, ...] | None, way: str
) -> str:
    if isinstance(value, Out):
        known = f"made[{value.name!r}].{value.key}"
        text = known if value.text == "{}" else f"pulumi.Output.format({value.text!r}, {known})"
    elif isinstance(value, Mapping):
        inner = (
            f"{key!r}: {_written(builder, item, (*path, key), hidden, way)}" for key, item in value.items()
        )
        text = f"{{{', '.join(inner)}}}"
    elif isinstance(value, list):
        items = (_written(builder, item, (*path, at), hidden, way) for at, item in enumerate(value))
        text = f"[{', '.join(items)}]"
    else:
        text = repr(value)
    return WAYS[way].replace("{value}", text) if path and path == hidden else text


def hideable(builder: Builder) -> list[tuple[str, tuple[Any, ...]]]:
    """Every value of a landscape: the name of its resource, and its path."""
    return [(name, path) for name, (_, inputs, _) in builder.declared.items() for path in places_in(inputs)]


def _in_order(builder: Builder) -> list[str]:
    """Names, each after those that it refers to."""
    done: dict[str, None] = {}
    waiting = list(builder.declared)
    while waiting:
        ready = [name for name in waiting if set(_references(builder.declared[name][1])) <= set(done)]
        assert ready, f"{waiting} refer to each other"
        done |= dict.fromkeys(ready)
        waiting = [name for name in waiting if name not in done]
    return list(done)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Out):
        yield value.name
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def together(rows: Sequence[str], most: int) -> list[list[str]]:
    """Rows that fit into one landscape without declaring a name twice, at most so many each."""
    groups: list[tuple[list[str], set[str]]] = []
    for row in rows:
        names = _own_names(row)
        fitting = next((one for one in groups if len(one[0]) < most and not one[1] & names), None)
        if fitting is None:
            groups.append(([row], set(names)))
        else:
            fitting[0].append(row)
            fitting[1].update(names)
    return [group for group, _ in groups]


def _own_names(row: str) -> set[str]:
    """What a row declares that the base does not, or declares differently."""
    plain, own = Builder(), Builder()
    base(plain)
    base(own)
    ROWS[row](own)
    return {name for name, declared in own.declared.items() if plain.declared.get(name) != declared}
