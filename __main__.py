"""The directory pack: what `pulumi preview --policy-pack path/to/checkout` runs."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whatever python is on PATH runs this file
    sys.exit(f"apig-cost needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")

try:
    from policypack.analyzer.server import serve
except ModuleNotFoundError as missing:
    sys.exit(
        f"apig-cost: the package {missing.name} is not installed for {sys.executable}; "
        f"run: {sys.executable} -m pip install {sys.path[0]}"
    )

serve()
