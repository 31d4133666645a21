"""Telling from the content which kind of declaration a file holds."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from policypack.declared import Stack
from policypack.sources import compression, json_text
from policypack.sources.error import Malformed, SourceError, Unrelated
from policypack.sources.export import read_inner_deployment
from policypack.sources.likeness import is_unrelated, may_be_declaration
from policypack.sources.preview_json import read_preview
from policypack.sources.terraform import recognise as terraform

_KINDS: Final = (
    ("a stack export", "deployment", "export.read_export"),
    ("a state file", "checkpoint", "checkpoint.read_checkpoint"),
    ("the output of 'pulumi preview --json --show-sames'", "steps", "preview_json.read_preview"),
)
"""What people call a kind of file, a key that only it has at the top, and its reader in this room.

A reader takes the document and its path, and gives a ``Stack`` or raises ``Malformed``."""

ACCEPTED: Final = (
    f"{', '.join(name for name, _, _ in _KINDS)}, a plan or state of 'tofu show -json' or a program directory"
)
_PREVIEW_AGAIN: Final = "run 'pulumi preview --json --show-sames'"
_MARKS: Final = frozenset({BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE})
"""What a Windows shell writes before nothing."""
_POINTER: Final = "version https://git-lfs.github.com/spec/"
_START_OF_DOCUMENT: Final = re.compile(r"^\{", re.MULTILINE)


def read_bytes(data: bytes, path: str, *, project: str | None = None, stack: str | None = None) -> Stack:
    """Read one file, whatever kind it is.

    Args:
        data: What stands in it.
        path: Where it stands.
        project: Name of the project, for files that do not hold it.
        stack: Name of the stack, for files that do not hold it.

    Raises:
        SourceError: It is of no kind that is read (an ``UnrelatedError`` where that is proven), or damaged.
    """
    try:
        content = compression.expand(data)
        if not content or content.isspace() or content in _MARKS:
            raise Malformed("", "the file is empty", f"{ACCEPTED} was expected")
        terraform.name_bytes(content)
        text = json_text.decode(content)
        try:
            return _read_text(text, path, project, stack)
        except Malformed as malformed:
            if is_unrelated(text):
                raise Unrelated(malformed.place, malformed.problem, malformed.hint) from None
            raise
    except Malformed as malformed:
        raise malformed.at(path) from None
    except (RecursionError, MemoryError):
        raise SourceError(path, "", "too large or too deeply nested to read") from None


def _read_text(text: str, path: str, project: str | None, stack: str | None) -> Stack:
    try:
        document = json_text.parse(text)
    except Malformed as malformed:
        terraform.name_text(text)
        if text.startswith(_POINTER):
            told = "this is a pointer of Git LFS, not the file"
            raise Malformed("", told, "fetch it with 'git lfs pull'") from None
        document = _after_plain_text(text)
        if document is None:
            _name_other_kinds(json_text.first_document(text))
            raise malformed from None
    if not isinstance(document, dict):
        raise Malformed("", "a JSON object was expected", f"{ACCEPTED} was expected")
    for _, key, reader in _KINDS:
        if key in document:
            declared = _reader(reader)(document, path)
            if declared.resources or may_be_declaration(document):
                return declared
            raise _no_kind()  # it only has the name of a key, and would pass for an empty stack
    if "changeSummary" in document:  # a preview without a single step
        return read_preview(document, path)
    stack_of_terraform = terraform.read_document(document, path, project, stack)
    if stack_of_terraform is not None:
        return stack_of_terraform
    _name_other_kinds(document)
    if "manifest" in document and may_be_declaration(document):
        return read_inner_deployment(document, path)
    raise _no_kind()


def _no_kind() -> Malformed:
    return Malformed("", "this JSON is of no kind that is read", f"{ACCEPTED} was expected")


def _reader(name: str) -> Callable[[Mapping[str, object], str], Stack]:
    module, _, function = name.partition(".")
    reader: Callable[[Mapping[str, object], str], Stack]
    reader = getattr(import_module(f"policypack.sources.{module}"), function)
    return reader


def _after_plain_text(text: str) -> object | None:
    """The document behind plain text: warnings of older CLIs precede it on standard output."""
    if text.lstrip().startswith(("{", "[")):
        return None
    start = _START_OF_DOCUMENT.search(text)
    return None if start is None else json_text.parse(text[start.start() :])


def _name_other_kinds(document: object) -> None:
    """Name the files that people mistake for one that is read."""
    if not isinstance(document, dict):
        return
    if "resourcePlans" in document:
        raise Malformed("", "this is an update plan, which lists changes only", _PREVIEW_AGAIN)
    if "sequence" in document and "timestamp" in document:
        raise Malformed(
            "",
            "this is a log of engine events, which lacks the dependencies between resources",
            f"{_PREVIEW_AGAIN} without PULUMI_ENABLE_STREAMING_JSON_PREVIEW",
        )
    terraform.name_document(document)
