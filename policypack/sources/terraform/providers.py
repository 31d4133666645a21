"""Providers of a plan, of which only the region is kept: all else holds keys."""

import re
from collections.abc import Mapping
from typing import Final

from policypack.declared import Known, Provider, Raw, Unknown
from policypack.sources import fields
from policypack.sources.terraform.configuration import references
from policypack.sources.terraform.naming import ModuleInstance, module_instance
from policypack.sources.terraform.references import References

_REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-?\d+")
_STEP: Final = re.compile(r'[^.\[\]"]+|"(?:[^"\\]|\\.)*"')
_OUTSIDE: Final = Unknown("its provider states no region; the environment may")
_NOT_TOLD: Final = Unknown("the plan does not tell the region of its provider")


class Providers:
    """The providers of one plan, by the key of their configuration."""

    def __init__(
        self,
        document: Mapping[str, object],
        references_: References,
        read: Mapping[tuple[ModuleInstance, str], Mapping[str, object]],
    ) -> None:
        """Read what is needed of a plan.

        Args:
            document: The plan.
            references_: To find what a module was called with.
            read: What data sources returned, by module instance and address in it.

        Raises:
            Malformed: Something has a wrong type.
        """
        configuration = fields.optional_mapping(document, "configuration", "") or {}
        self._configured = fields.optional_mapping(configuration, "provider_config", "configuration") or {}
        self._variables = fields.optional_mapping(document, "variables", "") or {}
        self._references = references_
        self._read = read
        self._built: dict[str, Provider] = {}

    def of(self, key: str, source: str) -> Provider:
        """The provider that a resource names.

        Args:
            key: Key of its configuration.
            source: Its source, ``registry.opentofu.org/huaweicloud/huaweicloud``.
        """
        urn = f"{source}::{key}"
        if urn not in self._built:
            self._built[urn] = Provider(urn, self._region(key))
        return self._built[urn]

    def _region(self, key: str) -> Raw:
        place = f"configuration.provider_config.{key}"
        if key not in self._configured:
            return _OUTSIDE
        record = fields.mapping(self._configured[key], place)
        expressions = fields.optional_mapping(record, "expressions", place) or {}
        if "region" not in expressions:
            return _OUTSIDE
        module = module_instance(
            fields.optional_text(record, "module_address", place), f"{place}.module_address"
        )
        return self._value(expressions["region"], module, depth=0)

    def _value(self, expression: object, module: ModuleInstance, *, depth: int) -> Raw:
        """A region from a constant, a variable or a data source.

        A reference does not tell what is done with its value. Only a value that is a region already
        is taken: nothing that makes another region of one is written in practice.
        """
        if isinstance(expression, Mapping) and "constant_value" in expression:
            return _region_or_unknown(expression["constant_value"])
        texts = references(expression)
        if len(texts) != 1 or depth > len(module):
            return _NOT_TOLD
        match _STEP.findall(texts[0]):
            case ["var", name, *path] if not module:
                given = self._variables.get(name)
                return _region_or_unknown(
                    _inside(given.get("value") if isinstance(given, Mapping) else None, path)
                )
            case ["var", name]:
                call = self._references.call_of(module)
                if call is None or name not in call.expressions:
                    return _NOT_TOLD
                return self._value(call.expressions[name], module[:-1], depth=depth + 1)
            case ["data", kind, name, *path]:
                return _region_or_unknown(_inside(self._read.get((module, f"{kind}.{name}")), path))
            case _:
                return _NOT_TOLD


def _inside(found: object, path: list[str]) -> object:
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(step.strip('"'))
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def _region_or_unknown(found: object) -> Raw:
    return Known(found) if isinstance(found, str) and _REGION.fullmatch(found) else _NOT_TOLD
