"""Bring what the tests of the HTML page drive: Debian's Chromium, and axe-core, which looks for barriers.

    python scripts/browser.py

Chromium is installed through apt where it is missing, which needs root. axe-core (MPL-2.0) is no part of
this project: npm brings it into a cache outside the checkout, and its hash is compared.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

if __package__:
    from scripts.engine_tools import cache
else:  # run as a file
    from engine_tools import cache

AXE_VERSION = "4.14.1"
AXE_INTEGRITY = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
NAMES = ("chromium", "chromium-browser")
HOW_TO_GET_IT = "no Chromium: install Debian's package `chromium`, or run `python scripts/browser.py` as root"


def chromium() -> Path | None:
    """The browser, where it is installed."""
    return next((Path(found) for name in NAMES if (found := shutil.which(name)) is not None), None)


def axe() -> Path:
    """The script of axe-core, whether or not it is there."""
    return cache() / f"axe-core-{AXE_VERSION}" / "axe.min.js"


def install_chromium() -> None:
    """Install Debian's package.

    Raises:
        SystemExit: It cannot be installed here.
    """
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(HOW_TO_GET_IT)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], env=environment, check=True)  # noqa: S603, S607


def install_axe() -> None:
    """Take axe-core from npm.

    Raises:
        SystemExit: npm is missing, or what it brings is not what was looked at.
    """
    if shutil.which("npm") is None:
        sys.exit("npm is needed to bring axe-core, which looks for barriers in the HTML page")
    with tempfile.TemporaryDirectory() as place:
        command = ["npm", "pack", "--silent", f"axe-core@{AXE_VERSION}"]
        subprocess.run(command, cwd=place, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
        (archive,) = Path(place).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != AXE_INTEGRITY:
            sys.exit(
                f"axe-core {AXE_VERSION} has another hash than the one that was looked at: sha512-{digest}"
            )
        with tarfile.open(archive) as opened:
            member = opened.extractfile("package/axe.min.js")
            if member is None:
                sys.exit(f"axe-core {AXE_VERSION} holds no axe.min.js")
            text = member.read()
    axe().parent.mkdir(parents=True, exist_ok=True)
    part = axe().with_suffix(f".{os.getpid()}.part")
    part.write_bytes(text)
    part.replace(axe())


def main() -> int:
    """Bring what is missing, and print where everything is."""
    if chromium() is None:
        install_chromium()
    if not axe().exists():
        install_axe()
    print(chromium())
    print(axe())
    return 0


if __name__ == "__main__":
    sys.exit(main())
