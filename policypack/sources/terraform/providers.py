"""Providers of a plan, of which only the region and the domains are kept: all else holds keys."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from policypack.declared import ABSENT, Known, Provider
from policypack.declared.wire import UNKNOWN_STRING
from policypack.sources import fields
from policypack.sources.provider_facts import DEFAULT_TAGS, PROVIDER_TYPE, SETTINGS, facts, provider_of
from policypack.sources.terraform.configuration import references
from policypack.sources.terraform.naming import ModuleInstance, module_instance, package_of, urn_of
from policypack.sources.terraform.references import References

_REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-?\d+")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_STEP: Final = re.compile(r'[^.\[\]"]+|"(?:[^"\\]|\\.)*"')


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
        self._built: dict[tuple[str, str], Provider] = {}

    def of(self, key: str, source: str) -> Provider:
        """The provider that a resource names.

        Args:
            key: Key of its configuration.
            source: Its source, ``registry.opentofu.org/huaweicloud/huaweicloud``.
        """
        if (key, source) not in self._built:
            urn = urn_of("", "", f"{PROVIDER_TYPE}{package_of(source)}", f"provider {key}")
            provider = provider_of(urn, facts(self._properties(key)), lambda _: ABSENT)
            self._built[key, source] = replace(provider, source=Known(source))
        return self._built[key, source]

    def _properties(self, key: str) -> Mapping[str, object]:
        """What the configuration says of the region and the domains, in wire form."""
        place = f"configuration.provider_config.{key}"
        if key not in self._configured:
            return {}
        record = fields.mapping(self._configured[key], place)
        expressions = fields.optional_mapping(record, "expressions", place) or {}
        module = module_instance(
            fields.optional_text(record, "module_address", place), f"{place}.module_address"
        )
        told: dict[str, object] = {
            name: self._value(expressions[name], module, _fits(name), depth=0)
            for name in SETTINGS
            if name in expressions
        }
        return told | ({DEFAULT_TAGS: True} if "default_tags" in expressions else {})

    def _value(
        self, expression: object, module: ModuleInstance, fits: Callable[[object], bool], *, depth: int
    ) -> object:
        """A setting from a constant, a variable or a data source.

        A reference does not tell what is done with its value. Only a value that could be the setting
        as it stands is taken: nothing that makes another region of one is written in practice.
        """
        if isinstance(expression, Mapping) and "constant_value" in expression:
            return expression["constant_value"]
        texts = references(expression)
        if len(texts) != 1 or depth > len(module):
            return UNKNOWN_STRING
        referred: object = None
        match _STEP.findall(texts[0]):
            case ["var", name, *path] if not module:
                given = self._variables.get(name)
                referred = _inside(given.get("value") if isinstance(given, Mapping) else None, path)
            case ["var", name]:
                call = self._references.call_of(module)
                if call is not None and name in call.expressions:
                    return self._value(call.expressions[name], module[:-1], fits, depth=depth + 1)
            case ["data", kind, name, *path]:
                referred = _inside(self._read.get((module, f"{kind}.{name}")), path)
            case _:
                pass  # a local, or an expression over a resource
        return referred if fits(referred) else UNKNOWN_STRING


def _inside(value: object, path: list[str]) -> object:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step.strip('"'))
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _fits(name: str) -> Callable[[object], bool]:
    """Whether a value that an expression refers to could be a setting as it stands."""
    form = {"region": _REGION, "cloud": _DOMAIN}.get(name)

    def fits(value: object) -> bool:
        return form is not None and isinstance(value, str) and form.fullmatch(value) is not None

    return fits
