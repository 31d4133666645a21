"""From a Pulumi type token to the Terraform name that everything here is sorted by.

A package may have any name, and what it holds is told by module and type. Three kinds of token name the
same resource (``tokens.toml``):

- static, ``<package>:DedicatedApig/instance:Instance``;
- dynamic, ``<package>:index/apigInstance:ApigInstance``, from ``pulumi package add terraform-provider``;
- dynamic under an old name, ``huaweicloud:index/vpcEipV1:VpcEipV1``.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from msgspec import Struct

from policypack.huaweicloud.packages import family

_STATIC_PACKAGE: Final = "huaweicloud"
"""The package that ``tokens.toml`` writes static tokens with."""

_DYNAMIC_MODULE: Final = "index"
_BEFORE_UPPER: Final = re.compile(r"(?<!^)(?=[A-Z])")
_BEFORE_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class _Table(Struct, frozen=True):
    unmistakable: frozenset[str]
    modules: Mapping[str, str]
    tokens: Mapping[str, str]
    aliases: Mapping[str, str]
    own_names: Mapping[str, Mapping[str, str]]
    free: frozenset[str]
    free_prefixes: tuple[str, ...]
    whole_prefixes: tuple[str, ...]


@cache
def _table() -> _Table:
    data = tomllib.loads(files(__package__).joinpath("tokens.toml").read_text(encoding="utf-8"))
    free: list[str] = data["free"]["names"]
    return _Table(
        unmistakable=frozenset(data["unmistakable"]["names"]),
        modules=data["modules"],
        tokens=data["tokens"],
        aliases=data["aliases"],
        own_names={"opentelekomcloud": data["opentelekomcloud"]},
        free=frozenset(name for name in free if not name.endswith("*")),
        free_prefixes=tuple(name.removesuffix("*") for name in free if name.endswith("*")),
        whole_prefixes=tuple(data["whole"]["prefixes"]),
    )


@lru_cache(maxsize=4096)
def terraform_name(token: str, renamed: frozenset[str] = frozenset()) -> str | None:
    """The Terraform name without the provider's prefix, ``None`` for what is not Huawei's.

    Args:
        token: A Pulumi type token.
        renamed: Further packages that are known to hold Huawei's resources (``renamed_package``).
    """
    package, name = _package_and_name(token)
    if name is None:
        return None
    known = package in family() or package in renamed or name in _table().unmistakable
    return name if known else None


@lru_cache(maxsize=4096)
def renamed_package(token: str) -> str | None:
    """The package of a token that proves to be Huawei's although its name does not say so."""
    package, name = _package_and_name(token)
    return package if package not in family() and name in _table().unmistakable else None


@lru_cache(maxsize=4096)
def is_free(name: str) -> bool:
    """Whether a resource of this Terraform name costs nothing by itself."""
    return name in _table().free or name.startswith(_table().free_prefixes)


@cache
def _billed() -> frozenset[str]:
    text = files(__package__).joinpath("billing.toml").read_text(encoding="utf-8")
    return frozenset(name for group in tomllib.loads(text)["billed"] for name in group["names"])


def is_billed(name: str) -> bool:
    """Whether the vendor is known to bill a resource of this Terraform name; what is not may be billed."""
    return name in _billed()


@lru_cache(maxsize=4096)
def is_read_whole(token: str) -> bool:
    """Whether most properties of a resource of this type are read, rather than one or two."""
    name = terraform_name(token)
    return name is not None and name.startswith(_table().whole_prefixes)


def _package_and_name(token: str) -> tuple[str, str | None]:
    """The package of a token, and the Terraform name that it has if the package is Huawei's."""
    package, module, name = _split(token)
    if not name or not module or package in {"", "pulumi"}:
        return package, None
    if module == _DYNAMIC_MODULE:
        return package, _dynamic_name(package, name)
    return package, _static_name(f"{_STATIC_PACKAGE}{token[len(package) :]}", module, name)


def _split(token: str) -> tuple[str, str, str]:
    """Package, module and type name; the part between slash and colon repeats the type name."""
    package, _, rest = token.partition(":")
    path, _, name = rest.partition(":")
    module = path.partition("/")[0]
    return package, module, name


def _dynamic_name(package: str, name: str) -> str:
    snake = _BEFORE_UPPER.sub("_", name).lower()
    own = _table().own_names.get(package, {})
    if snake in own:
        return own[snake]
    return _table().aliases.get(snake, snake)


def _static_name(token: str, module: str, name: str) -> str:
    if token in _table().tokens:
        return _table().tokens[token]
    prefix = _table().modules.get(module, _BEFORE_WORD.sub("_", module).lower())
    return f"{prefix}_{_BEFORE_WORD.sub('_', name).lower()}"
