"""The JSON schemas of the settings, for editors."""

import json
from collections.abc import Iterator
from pathlib import Path

from policypack.findings.catalogue import policies
from policypack.settings.schema import pack_schema, toml_schema


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """One schema for each of the two forms that settings come in."""
    names = [policy.name for policy in policies()]
    for name, schema in (("settings", toml_schema(names)), ("pack", pack_schema(names))):
        text = json.dumps(schema, indent=2) + "\n"
        yield root / "docs" / "schemas" / f"{name}.schema.json", text
