"""The keys of what has a schema, as pages: the settings and the report."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]

_SETTINGS = """\
# Settings, key by key

Made from [schemas/settings.schema.json](schemas/settings.schema.json), which an editor can check
`apig-cost.toml` with. What the settings are for is in [settings.md](settings.md). `[]` after a name stands
for each entry of a list, `*` for any name.
"""
_REPORT = """\
# The report, key by key

Made from [schemas/report.schema.json](schemas/report.schema.json), which the tests hold every report
against: what `--format json` prints and what the pack writes to `report.path`. Keys keep their meaning
([versioning.md](versioning.md)); new ones may come. Amounts and quantities are decimal strings; `null` is
*not known*, and a `high` of `null` is *no upper bound*. `[]` after a name stands for each entry of a list.
"""


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """A page for each schema."""
    folder = root / "docs"
    for head, schema, page, optional in (
        (_SETTINGS, "settings", "settings-keys", "default"),
        (_REPORT, "report", "report", "always there"),
    ):
        document = json.loads((folder / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
        lines = [f"| key | value | {optional} | meaning |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in _rows(document, document, "", optional == "default")]
        yield folder / f"{page}.md", f"{head}\n" + "\n".join(lines) + "\n"


def _rows(
    schema: Schema, document: Schema, above: str, defaults: bool
) -> Iterator[tuple[str, str, str, str]]:
    for part in _alternatives(schema, document):
        required = part.get("required", ())
        for name, inner in part.get("properties", {}).items():
            key = f"{above}.{name}" if above else name
            third = _default(inner) if defaults else ("yes" if name in required else "")
            kind, told = _kind(inner, document), _cell(inner.get("description", ""))
            if kind != "object" or told:  # else what it holds says all
                yield f"`{key}`", kind, third, told
            yield from _rows(inner, document, key, defaults)
        if "items" in part:
            yield from _rows(part["items"], document, f"{above}[]", defaults)
        if isinstance(part.get("additionalProperties"), dict):
            yield from _rows(part["additionalProperties"], document, f"{above}.*", defaults)


def _alternatives(schema: Schema, document: Schema) -> Iterator[Schema]:
    """The schema and what it is made of, references followed."""
    if "$ref" in schema:
        yield from _alternatives(_followed(schema["$ref"], document), document)
        return
    yield schema
    for keyword in ("anyOf", "allOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from _alternatives(part, document)


def _followed(reference: str, document: Schema) -> Schema:
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found  # type: ignore[no-any-return]  # JSON


def _kind(schema: Schema, document: Schema) -> str:
    """The kinds of value that are allowed, shortest words."""
    found: list[str] = []
    for part in _alternatives(schema, document):
        if "enum" in part:
            found += [f"`{value}`" for value in part["enum"]]
        elif "const" in part:
            found.append(f"`{part['const']}`")
        elif "items" in part:
            found.append(f"list of {_kind(part['items'], document)}")
        elif "type" in part:
            types = part["type"] if isinstance(part["type"], list) else [part["type"]]
            found += [f"{kind}{_bounds(part)}" for kind in types]
    return ", ".join(dict.fromkeys(found))


def _bounds(schema: Schema) -> str:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    told = [f"{word} {schema[key]:g}" for key, word in words.items() if key in schema]
    if "format" in schema:
        told.append(schema["format"])
    return f" ({', '.join(told)})" if told else ""


def _default(schema: Schema) -> str:
    return f"`{json.dumps(schema['default'])}`" if schema.get("default") is not None else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
