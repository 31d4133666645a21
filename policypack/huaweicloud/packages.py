"""Whose cloud a resource is in, and so whether the vendor's public list prices hold for it.

A type token tells what a resource is, whatever its package is called; it does not tell who bills it. That
is known from the package's name, from the provider's own address, from the domains that the provider is
set to talk to, or from the setting ``packages``.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from msgspec import Struct

from policypack.declared import Absent, Known, Provider, Resource, Unknown, read
from policypack.declared.wire import classify

_NOT_LISTED: Final = "so no public list price holds"


class Seller(Struct, frozen=True):
    """Who bills a resource.

    Attributes:
        kind: ``vendor`` is the vendor's own public cloud, the only one with list prices here.
        reason: Why no list price holds, a sentence; empty for the vendor.
        unknown: Path of what is not known and would settle it; empty where nothing would.
    """

    kind: Literal["vendor", "partner", "private", "unknown"]
    reason: str = ""
    unknown: str = ""


VENDOR: Final = Seller("vendor")


class _Table(Struct, frozen=True):
    vendor: frozenset[str]
    providers: frozenset[str]
    domains: tuple[str, ...]
    partner: Mapping[str, str]
    private: Mapping[str, str]


@cache
def _table() -> _Table:
    data = tomllib.loads(files(__package__).joinpath("packages.toml").read_text(encoding="utf-8"))
    vendor = data["vendor"]
    return _Table(
        vendor=frozenset(vendor["packages"]),
        providers=frozenset(vendor["providers"]),
        domains=tuple(vendor["domains"]),
        partner=data["partner"],
        private=data["private"],
    )


@cache
def family() -> frozenset[str]:
    """Packages that hold nothing but resources of Huawei Cloud or of a cloud built on it."""
    table = _table()
    return frozenset({*table.vendor, *table.partner, *table.private})


def package_of(token: str) -> str:
    """The package of a type token."""
    return token.partition(":")[0]


def seller_of(resource: Resource, packages: Mapping[str, str]) -> Seller:
    """Tell who bills a resource.

    Args:
        resource: What is billed.
        packages: What the settings say of packages: their name to that of a package which is known.
    """
    table = _table()
    package = package_of(resource.token)
    meant = packages.get(package, package)
    if meant in table.partner:
        return Seller(
            "partner",
            f"{table.partner[meant]} bills this at prices of its own, which the book does not hold.",
        )
    if meant in table.private:
        return Seller("private", f"{table.private[meant]} is a private cloud, {_NOT_LISTED}.")
    told = resource.provider or Provider("", Absent())
    if meant != package and meant not in family():
        known = ", ".join(sorted(family()))
        return Seller(
            "unknown",
            f'The setting packages says that "{package}" is "{read.unquoted(meant)}", which is none of '
            f"{known}.",
        )
    if package not in packages:
        other = _other_provider(package, told)
        if other is not None:
            return other
    return _by_domain(told)


def _other_provider(package: str, provider: Provider) -> Seller | None:
    """What the provider's address, else the package's name, says against the vendor."""
    table = _table()
    match read.text(provider.source):
        case Known(address) if "/".join(address.split("/")[-2:]).lower() in table.providers:
            return None
        case Known(address):
            told = f'Package "{package}" is made of the provider {read.unquoted(address)}'
            return Seller("unknown", f"{told}, which is not the vendor's, {_NOT_LISTED}.")
        case Absent() if package in table.vendor:
            return None
        case _:
            return Seller(
                "unknown",
                f'Whose cloud package "{package}" talks to is not known, {_NOT_LISTED}; if it is the '
                f'vendor\'s provider, set packages = {{ "{package}" = "huaweicloud" }}.',
            )


def _by_domain(provider: Provider) -> Seller:
    """Whether the provider talks to the vendor's own services."""
    match provider.domains:
        case Absent():
            return VENDOR
        case Known(value) if read.is_list(value):
            for item in read.as_list(value):
                domain = read.text(classify(item))
                if not isinstance(domain, Known):
                    return _open("an address of its services is not known")
                if not _is_own(domain.value):
                    name = read.unquoted(domain.value)
                    return Seller(
                        "private",
                        f"Its provider talks to {name}, not to the vendor's public cloud, {_NOT_LISTED}.",
                    )
            return VENDOR
        case Unknown(reason):
            return _open(reason)
        case _:
            return _open("what it states is a secret, or of a wrong type")


def _open(why: str) -> Seller:
    return Seller(
        "unknown",
        f"Whose cloud its provider talks to is not known ({why}), {_NOT_LISTED} for certain.",
        "provider.cloud",
    )


def _is_own(domain: str) -> bool:
    name = domain.rstrip(".").lower()
    return any(name == own or name.endswith(f".{own}") for own in _table().domains)
