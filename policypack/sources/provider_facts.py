"""What is kept of a provider: its region, the domains that it talks to and where it comes from.

Everything else of a provider's properties is its keys. What is kept is reduced at once, since addresses of
services may hold a user and a password as well.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from urllib.parse import urlsplit

from policypack.declared import (
    ABSENT,
    Absent,
    Invalid,
    Known,
    Provider,
    Raw,
    Secret,
    Unknown,
    parse_urn,
    read,
)
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING, classify

PROVIDER_TYPE: Final = "pulumi:providers:"
SETTINGS: Final = ("region", "cloud", "endpoints")
"""Settings of a provider that the stack's configuration may hold as well (``huaweicloud:region``)."""

DEFAULT_TAGS: Final = "defaultTags"
"""That a provider adds tags is kept, not which."""

SOURCE: Final = "source"
_DEFAULT_NAME: Final = re.compile(r"default(_(\d|[a-z0-9]+_/).*)?")
"""``default``, with version and download address (``default_0_0_12_https_/github.com/...``)."""

_SET_OUTSIDE: Final = Unknown("its provider states no region; the environment may")
_NO_DOMAIN: Final = Unknown("an address of its services is of a wrong form")

T = TypeVar("T")
Configured = Callable[[str], Raw]
"""Gives one value of the stack's configuration by its whole key (``huaweicloud:region``)."""


def facts(properties: Mapping[str, object]) -> Mapping[str, object]:
    """Of a provider's properties the region, the domains and the address, in wire form."""
    kept = {"region": properties["region"]} if properties.get("region") is not None else {}
    for key in ("cloud", "endpoints"):
        if properties.get(key) is not None:
            kept[key] = _reduced(classify(properties[key]), key)
    if any(properties.get(key) for key in (DEFAULT_TAGS, "default_tags")):
        kept[DEFAULT_TAGS] = True
    source = _source(properties.get("__internal"), properties.get("parameterization"))
    return kept if source is None else {**kept, SOURCE: source}


def provider_of(
    urn: str, properties: Mapping[str, object] | None, configured: Configured, *, explicit: bool = False
) -> Provider:
    """A provider from what ``facts`` kept of it.

    A default provider takes what it lacks from the stack's configuration; an explicit one does not, so
    that its region depends on the environment of whoever runs it.

    Args:
        urn: The provider's.
        properties: What ``facts`` kept, where that is known.
        configured: The stack's configuration.
        explicit: Whether a program is known to have made it, whatever its name.
    """
    own = properties or {}
    package = package_of_provider(urn)
    default = not explicit and is_default_provider(urn)

    def setting(key: str) -> Raw:
        if own.get(key) is not None:
            return classify(own[key])
        return configured(f"{package}:{key}") if default else ABSENT

    region = setting("region")
    if isinstance(region, Absent) and not default:
        region = _SET_OUTSIDE
    source = classify(own[SOURCE]) if own.get(SOURCE) is not None else ABSENT
    adds_tags = not isinstance(setting(DEFAULT_TAGS), Absent)
    return Provider(urn, region, _domains(setting("cloud"), setting("endpoints")), source, adds_tags)


def package_of_provider(urn: str) -> str:
    """The package that a provider is of."""
    return parse_urn(urn)[2].removeprefix(PROVIDER_TYPE)


def is_default_provider(urn: str) -> bool:
    """Whether the engine made this provider itself, by its name.

    A program may give its own provider such a name, too; then the provider has a parent, which the
    engine's own never have.
    """
    return _DEFAULT_NAME.fullmatch(parse_urn(urn)[3]) is not None


def configured_regions(configuration: Mapping[str, T], raw: Callable[[T], Raw]) -> Mapping[str, Raw]:
    """The region that the configuration gives each package (``<package>:region``).

    Args:
        configuration: The stack's configuration.
        raw: Reads one of its values.
    """
    return {
        key.removesuffix(":region"): raw(value)
        for key, value in sorted(configuration.items())
        if key.endswith(":region") and key.count(":") == 1
    }


def _domains(cloud: Raw, endpoints: Raw) -> Raw:
    """The domains of a provider, as a list; what is known of neither is known of none."""
    hosts: list[object] = []
    for key, raw in (("cloud", cloud), ("endpoints", endpoints)):
        match raw:
            case Absent():
                continue
            case Known(list() as domains):
                hosts.extend(domains)
            case Known(other):  # from the configuration: not reduced yet
                reduced = classify(_reduced(Known(other), key))
                if not isinstance(reduced, Known):
                    return reduced
                assert isinstance(reduced.value, list)
                hosts.extend(reduced.value)
            case Unknown() | Secret():
                return raw
    return Known(hosts) if hosts else ABSENT


def _reduced(raw: Raw, key: str) -> object:
    """The domains that a setting names, as a list in wire form; marks of unknowns and secrets stay."""
    if isinstance(raw, Known) and isinstance(raw.value, str) and raw.value.lstrip().startswith("{"):
        try:
            raw = classify(json.loads(raw.value))  # providers get nested settings as JSON
        except (ValueError, RecursionError):
            return _marked(_NO_DOMAIN)
    if not isinstance(raw, Known):
        return _marked(raw)
    if key == "cloud":
        return [raw.value] if raw.value != "" else []
    if not isinstance(raw.value, Mapping):
        return _marked(_NO_DOMAIN)
    domains: list[object] = []
    for address in raw.value.values():
        match read.text(classify(address)):
            case Known("") | Absent():
                continue
            case Known(text):
                domains.append(_host(text))
            case Invalid():
                domains.append(None)
            case other:
                domains.append(_marked(other))
    return domains


def _host(address: str) -> str | None:
    try:
        return urlsplit(address if "://" in address else f"https://{address}").hostname
    except ValueError:
        return None


def _marked(raw: Raw) -> object:
    return {SIGNATURE_KEY: SECRET_SIGNATURE} if isinstance(raw, Secret) else UNKNOWN_STRING


def _source(*records: object) -> str | None:
    """The address of the Terraform provider that a package was made of (``parameterization``).

    ``pkg/resource/deploy/providers/registry.go`` of pulumi/pulumi keeps it under ``__internal``;
    ``dynamic/parameterize`` of pulumi-terraform-bridge gives the value its form.
    """
    for record in records:
        if not isinstance(record, Mapping):
            continue
        inner = record.get("parameterization", record)
        value = inner.get("value") if isinstance(inner, Mapping) else None
        if isinstance(value, str):
            return source_of(value)
    return None


def source_of(value: str | bytes) -> str:
    """The address that the value of a parameterization names; empty where it is of another form."""
    try:
        text = base64.b64decode(value, validate=True) if isinstance(value, str) else value
        parameters = json.loads(text)
    except (ValueError, binascii.Error, RecursionError):
        return ""
    remote = parameters.get("remote") if isinstance(parameters, dict) else None
    address = remote.get("url") if isinstance(remote, dict) else None
    return address if isinstance(address, str) else ""
