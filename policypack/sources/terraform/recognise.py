"""Telling the files of OpenTofu and Terraform apart."""

from collections.abc import Mapping
from typing import Final

from policypack.declared import Stack
from policypack.sources.error import Malformed

SHOW: Final = "give the output of 'tofu show -json PLAN' or 'terraform show -json PLAN'"
_PLAN: Final = frozenset({"planned_values", "resource_changes", "configuration"})
_STATE_FILE: Final = frozenset({"encrypted_data", "lineage", "terraform_version"})
_ZIP: Final = b"PK\x03\x04"
_BLOCKS: Final = ("terraform {", "resource ", "provider ", "module ", "variable ", "locals {", "data ")


def read_document(
    document: Mapping[str, object], path: str, project: str | None, stack: str | None
) -> Stack | None:
    """The stack of a plan or state; ``None`` for a document of neither tool.

    Raises:
        Malformed: It is of one of them, and damaged or of a version that is not read.
    """
    # imported where a file may be one: most are of Pulumi
    from policypack.sources.terraform.naming import names_of

    names = names_of(path, project, stack)
    if is_plan(document):
        from policypack.sources.terraform.plan import read_plan

        return read_plan(document, path, names)
    if "format_version" in document and document.keys() <= {
        "format_version",
        "terraform_version",
        "values",
        "checks",
    }:
        from policypack.sources.terraform.state import read_shown_state

        return read_shown_state(document, path, names)
    if document.keys() & _STATE_FILE:
        from policypack.sources.terraform.state_file import read_state_file

        return read_state_file(document, path, names)
    return None


def is_plan(document: Mapping[str, object]) -> bool:
    """Whether this is the JSON of a plan."""
    return "format_version" in document and bool(document.keys() & _PLAN)


def name_bytes(data: bytes) -> None:
    """Name what is no JSON and is often given in place of it.

    Raises:
        Malformed: It is a plan as ``-out`` writes it.
    """
    if data.startswith(_ZIP):
        raise Malformed("", "this is a saved plan, which only the tool that wrote it can read", SHOW)


def name_text(text: str) -> None:
    """Name text that is no JSON and is often given in place of it.

    Raises:
        Malformed: It is a configuration.
    """
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    if first.startswith(_BLOCKS) and "{" in first:
        raise Malformed("", "this is a configuration, which only a plan gives values", SHOW)


def name_document(document: Mapping[str, object]) -> None:
    """Name JSON of these tools that says too little.

    Raises:
        Malformed: It is a log of events.
    """
    if "@level" in document and "@message" in document:
        raise Malformed("", "this is the log of 'plan -json', which lacks the values", SHOW)
