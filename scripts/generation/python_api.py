"""The page of the Python API, from the docstrings of what ``pricing`` exports."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import griffe

_HEAD: Final = """\
# The Python library

Two things may be imported, and what this page names is contract ([versioning.md](versioning.md)); a test
holds it against what the packages export. Everything is typed (`py.typed`), and
[examples/library](../examples/library) has programs that a strict type checker accepts and a test runs.

`policypack.policies` is a list of `pulumi_policy` objects for a pack of your own ([pack.md](pack.md)); each
import gives a new list. `policypack.__version__` is the version.

`pricing` is the price book and the arithmetic on it. It knows nothing of Pulumi and stands alone.
`pricing.timeline` rates what happened to a resource to the second ([billing.md](billing.md)).
"""
_PACKAGES: Final = ("pricing", "pricing.timeline")
_DOCSTRINGS: Final = {"returns_multiple_items": False, "returns_named_value": False}


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """The one page."""
    parts = [_HEAD]
    for name in _PACKAGES:
        package = griffe.load(
            name,
            search_paths=[root],
            docstring_parser="google",
            docstring_options=_DOCSTRINGS,
            resolve_aliases=True,
        )
        exported = sorted(map(str, package.exports or ()))
        parts += [f"## {name}\n", *_text(package)]
        parts += [line for one in exported for line in _section(f"{name}.{one}", package[one])]
    yield root / "docs" / "python.md", "\n".join(parts).rstrip() + "\n"


def _section(name: str, found: griffe.Object | griffe.Alias) -> Iterator[str]:
    one = found.final_target if isinstance(found, griffe.Alias) else found
    if isinstance(one, griffe.Module):  # a function that is named after its module hides it
        one = one[one.name]
    yield f"### {name}\n"
    match one:
        case griffe.Class():
            yield from _text(one)
            yield from _fields(one)
            methods = [member for member in one.members.values() if isinstance(member, griffe.Function)]
            for method in methods:
                if not method.name.startswith("_"):
                    yield _code(f"{one.name}.{_signature(method)}")
                    yield from _text(method)
        case griffe.Function():
            yield _code(f"{name.rpartition('.')[0]}.{_signature(one)}")
            yield from _text(one)
        case griffe.Attribute():
            yield _code(f"{one.name} = {one.value}")
            yield from _text(one)


def _fields(cls: griffe.Class) -> Iterator[str]:
    """A table of the fields of a class, or of the values of an enumeration."""
    told = {
        field.name: field.description
        for section in (cls.docstring.parsed if cls.docstring else ())
        if isinstance(section, griffe.DocstringSectionAttributes)
        for field in section.value
    }
    rows = []
    for field in cls.members.values():
        if isinstance(field, griffe.Attribute) and not field.name.startswith("_"):
            shown = field.annotation or field.value or ""
            text = told.get(field.name) or (field.docstring.value if field.docstring else "")
            rows.append(f"| `{field.name}` | `{_cell(str(shown))}` | {_cell(_marked(text))} |")
    if rows:
        yield "\n".join(["| name | type or value | meaning |", "|---|---|---|", *rows]) + "\n"


def _signature(function: griffe.Function) -> str:
    """A call as a caller writes it; a default that has a private name is shown as what it is."""
    shown = str(function.signature())
    for name, member in function.module.members.items():
        if name.startswith("_") and isinstance(member, griffe.Attribute) and member.value is not None:
            shown = re.sub(rf"= {name}\b", lambda _, value=member.value: f"= {value}", shown)
    return shown.replace("(self, ", "(").replace("(self)", "()").replace("(cls, ", "(").replace("(cls)", "()")


def _text(one: griffe.Object | griffe.Alias) -> Iterator[str]:
    """A docstring as Markdown. Attributes are in the table of fields."""
    for section in one.docstring.parsed if one.docstring else ():
        match section:
            case griffe.DocstringSectionText():
                yield _blocks(section.value)
            case griffe.DocstringSectionParameters():
                yield _list((f"`{entry.name}`", entry.description) for entry in section.value)
            case griffe.DocstringSectionRaises():
                yield _list((f"raises `{entry.annotation}`", entry.description) for entry in section.value)
            case griffe.DocstringSectionReturns() | griffe.DocstringSectionYields():
                yield _list(("gives", entry.description) for entry in section.value)


def _blocks(text: str) -> str:
    """Paragraphs; an indented one is an example."""
    shown = []
    for paragraph in text.replace("::\n\n", ":\n\n").split("\n\n"):
        code = paragraph.startswith("    ")
        if code and shown and shown[-1].startswith("```"):
            shown[-1] = shown[-1].removesuffix("```\n") + f"\n{_outdented(paragraph)}\n```\n"
        else:
            shown.append(_code(_outdented(paragraph)) if code else f"{_marked(paragraph)}\n")
    return "\n".join(shown)


def _outdented(paragraph: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in paragraph.splitlines())


def _code(text: str) -> str:
    return f"```python\n{text}\n```\n"


def _list(entries: Iterator[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {_marked(' '.join(told.split()))}" for name, told in entries) + "\n"


def _marked(text: str) -> str:
    return text.replace("``", "`")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
