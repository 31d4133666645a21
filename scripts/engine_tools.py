"""Build the real tools that the end-to-end tests drive, once, into a cache outside the checkout.

    python scripts/engine_tools.py            # all that is missing
    python scripts/engine_tools.py pulumi     # one of them

Needs Go 1.26.6 or newer and the Go module proxy, and npm for Pulumi's SDK for Node.js and the emulator of
Azure; nothing is downloaded from anywhere else. Takes about four minutes for the Pulumi CLI, two for the S3
server, three for the emulators of Google and Azure, four for OpenTofu and one for YAML and Node.js, once for
each version. A CLI that is already on PATH needs
none of this.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

PULUMI_VERSION = "3.259.0"  # the newest pkg/v3 that the module proxy serves
PULUMI_YAML_VERSION = "1.25.0"  # the newest that the module proxy serves
VERSITYGW_VERSION = "1.8.0"
FAKE_GCS_VERSION = "1.56.1"
TOFU_VERSION = "1.12.6"
TOFU_HCL_VERSION = "v2.20.2-0.20251021132045-587d123c2828"  # as its go.mod says

E2E = Path(__file__).parents[1] / "tests" / "e2e"
NODE_PROGRAM = E2E / "programs" / "typescript"
"""Its ``package-lock.json`` says which SDK for Node.js, with a hash of each package."""
EMULATORS = E2E / "emulators"
"""Likewise which emulator of Azure."""

GO_MOD = f"""module enginetools

go 1.25.11

require (
	github.com/pulumi/pulumi/pkg/v3 v{PULUMI_VERSION}
	github.com/pulumi/pulumi/sdk/v3 v{PULUMI_VERSION}
)

// `go install module@version` refuses modules with replace directives, and this is theirs.
replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e
"""
TOFU_GO_MOD = f"""module enginetools

go 1.26.6

require github.com/opentofu/opentofu v{TOFU_VERSION}

// the module's own replacement, which only its main module would apply
replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 {TOFU_HCL_VERSION}
"""
TOFU_TOOLS_GO = """//go:build tools

package tools

import _ "github.com/opentofu/opentofu/cmd/tofu"
"""
TOOLS_GO = """//go:build tools

package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
"""


def cache() -> Path:
    """Where the tools are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "apig-cost"


def pulumi_folder() -> Path:
    """The folder with ``pulumi`` and ``pulumi-language-python-exec``."""
    return cache() / f"pulumi-{PULUMI_VERSION}"


def versitygw_folder() -> Path:
    """The folder with ``versitygw``, an S3 server."""
    return cache() / f"versitygw-{VERSITYGW_VERSION}"


def tofu_folder() -> Path:
    """The folder with ``tofu``."""
    return cache() / f"tofu-{TOFU_VERSION}"


def pulumi_yaml_folder() -> Path:
    """The folder with ``pulumi-language-yaml``."""
    return cache() / f"pulumi-yaml-{PULUMI_YAML_VERSION}"


def node_folder() -> Path:
    """The folder with ``node_modules``, Pulumi's SDK for Node.js among them."""
    return _locked_folder("node", NODE_PROGRAM)


def azurite_folder() -> Path:
    """The folder with ``node_modules``, the emulator of Azure among them."""
    return _locked_folder("azurite", EMULATORS)


def fake_gcs_folder() -> Path:
    """The folder with ``fake-gcs-server``, an emulator of Google Cloud Storage."""
    return cache() / f"fake-gcs-server-{FAKE_GCS_VERSION}"


def _locked_folder(name: str, source: Path) -> Path:
    lock = (source / "package-lock.json").read_bytes()
    return cache() / f"{name}-{hashlib.sha256(lock).hexdigest()[:16]}"


def build_pulumi(folder: Path) -> None:
    """Build the CLI, and take the script that runs Python programs from the same module."""
    (folder / "go.mod").write_text(GO_MOD)
    (folder / "tools.go").write_text(TOOLS_GO)
    go("mod", "tidy", cwd=folder)
    version = f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{PULUMI_VERSION}"
    go(
        *("build", "-mod=mod", "-tags", "osusergo,grpcnotrace", "-ldflags", f"-s -w -X {version}"),
        *("-o", str(folder / "pulumi"), "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
        cwd=folder,
    )
    sdk = go("list", "-mod=mod", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3", cwd=folder)
    script = folder / "pulumi-language-python-exec"
    shutil.copyfile(Path(sdk.strip(), "python", "cmd", script.name), script)
    script.chmod(0o755)


def build_versitygw(folder: Path) -> None:
    """Build the S3 server."""
    go(
        "install",
        f"github.com/versity/versitygw/cmd/versitygw@v{VERSITYGW_VERSION}",
        cwd=folder,
        variables={"GOBIN": str(folder)},
    )


def build_fake_gcs(folder: Path) -> None:
    """Build the emulator of Google Cloud Storage."""
    go(
        "install",
        f"github.com/fsouza/fake-gcs-server@v{FAKE_GCS_VERSION}",
        cwd=folder,
        variables={"GOBIN": str(folder)},
    )


def build_tofu(folder: Path) -> None:
    """Build OpenTofu as a release, which its version says."""
    (folder / "go.mod").write_text(TOFU_GO_MOD)
    (folder / "tools.go").write_text(TOFU_TOOLS_GO)
    go("mod", "tidy", cwd=folder)
    go(
        *("build", "-mod=mod", "-ldflags", "-s -w -X github.com/opentofu/opentofu/version.dev=no"),
        *("-o", str(folder / "tofu"), "github.com/opentofu/opentofu/cmd/tofu"),
        cwd=folder,
    )


def build_pulumi_yaml(folder: Path) -> None:
    """Build the language host of YAML programs."""
    go(
        "install",
        f"github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml@v{PULUMI_YAML_VERSION}",
        cwd=folder,
        variables={"GOBIN": str(folder)},
    )


def install_node_modules(folder: Path, source: Path = NODE_PROGRAM) -> None:
    """Install the locked packages; none of their scripts is run."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(source / name, folder / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own


def install_azurite(folder: Path) -> None:
    """Install the emulator of Azure."""
    install_node_modules(folder, EMULATORS)


def go(*arguments: str, cwd: Path, variables: Mapping[str, str] | None = None) -> str:
    """Run the Go tool; its progress goes to standard error."""
    environment = {**os.environ, "GOWORK": "off", **(variables or {})}
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["go", *arguments],  # noqa: S607 - whichever Go is on PATH
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


class Tool(NamedTuple):
    """A tool, and how it comes to be."""

    locate: Callable[[], Path]
    holds: str
    build: Callable[[Path], None]
    needs: str = "go"


TOOLS = {
    "pulumi": Tool(pulumi_folder, "pulumi", build_pulumi),
    "pulumi-yaml": Tool(pulumi_yaml_folder, "pulumi-language-yaml", build_pulumi_yaml),
    "node": Tool(node_folder, "node_modules", install_node_modules, needs="npm"),
    "versitygw": Tool(versitygw_folder, "versitygw", build_versitygw),
    "fake-gcs-server": Tool(fake_gcs_folder, "fake-gcs-server", build_fake_gcs),
    "azurite": Tool(azurite_folder, "node_modules", install_azurite, needs="npm"),
    "tofu": Tool(tofu_folder, "tofu", build_tofu),
}
TO_INSTALL = {"go": "Go 1.26.6 or newer", "npm": "Node.js 20 or newer, with npm,"}


def main(names: list[str]) -> int:
    """Build what is missing and print where everything is."""
    unknown = [name for name in names if name not in TOOLS]
    if unknown:
        print(f"unknown tool {unknown[0]}; known: {', '.join(TOOLS)}", file=sys.stderr)
        return 2
    for name in names or list(TOOLS):
        tool = TOOLS[name]
        folder = tool.locate()
        if not (folder / tool.holds).exists():
            if shutil.which(tool.needs) is None:
                print(f"{TO_INSTALL[tool.needs]} is needed to build {name}", file=sys.stderr)
                return 1
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{name}-") as work:
                built = Path(work, "built")
                built.mkdir()
                tool.build(built)
                shutil.rmtree(folder, ignore_errors=True)
                built.replace(folder)
        print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
