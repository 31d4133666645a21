"""The generated modules of the engine's protocol, without the rest of the ``pulumi`` package.

Importing ``pulumi.runtime.proto`` the ordinary way first runs ``pulumi/__init__.py``, the SDK for
programs, which takes longer than everything else that the pack does before it can answer, and half as
long as a small program that is previewed (docs/speed.md). The generated modules need nothing of it, so they
are imported from the same files under a package of our own. The descriptors are the same, so both can live
in one process.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final

_PACKAGE: Final = "policypack._stubs"
_ORDINARY: Final = "pulumi.runtime.proto"


def generated(name: str) -> ModuleType:
    """One of the modules, the quick way where the files are where they always were."""
    if _ORDINARY not in sys.modules:  # else the SDK is loaded already, as in the directory pack
        try:
            return import_module(f"{_package()}.{name}")
        except ImportError:
            pass  # the SDK has been rearranged: its own way in always works
    return import_module(f"{_ORDINARY}.{name}")


def _package() -> str:
    if _PACKAGE not in sys.modules:
        spec = find_spec("pulumi")
        locations = spec.submodule_search_locations if spec is not None else None
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(Path(location, "runtime", "proto")) for location in locations or ()]
        sys.modules[_PACKAGE] = package
    return _PACKAGE
