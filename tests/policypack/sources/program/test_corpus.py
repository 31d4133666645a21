"""No noise: programs that only pass values on have no gap.

Each line of ``corpus.txt`` is a program in the style of public ones; all of them run as modules of one.

    python -m pytest -s tests/policypack/sources/program/test_corpus.py

prints both rates: programs with a gap, of all and of those that use an unknown.
"""

import re
from pathlib import Path

from policypack.sources import program

LINES = Path(__file__).with_name("corpus.txt").read_text().splitlines()
UNKNOWNS = re.compile(
    r"get_availability|get_vpc|StackReference|get_organization|Config\(\)\.require|config\.require"
)
HEAD = """
import base64, dataclasses, ipaddress, json, os
import pulumi
import pulumi_huaweicloud as hw
from pulumi_huaweicloud import vpc

BASE = {"team": "a"}

class Network(pulumi.ComponentResource):
    def __init__(self, name, zones, settings, opts=None):
        super().__init__("acme:net:Network", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.zone = zones[0]
        self.vpc = vpc.Vpc(name, cidr=settings["cidr"], tags={"zone": self.zone}, opts=child)
        self.register_outputs({"id": self.vpc.id, "zone": self.zone})

@dataclasses.dataclass(frozen=True)
class Settings:
    cidr: str
    zone: str
    def build(self, name):
        return vpc.Vpc(name, cidr=self.cidr, tags={"zone": self.zone})

def tagged(region):
    def transform(args):
        props = {**args.props, "tags": {"region": region}}
        return pulumi.ResourceTransformResult(props, args.opts)
    return transform
"""
CONFIGURATION = """\
    config:
      shop:pin: {secure: v1:abc}
      shop:size: {secure: v1:abc}
      shop:nested: {open: 5, closed: {secure: v1:abc}}
"""


def test_what_only_passes_values_on_has_no_gap(project):
    parts = {
        f"part{number}_dot_py": f"{HEAD}N = 'n{number}'\n" + line.replace("\\n", "\n") + "\n"
        for number, line in enumerate(LINES)
    }
    text = "".join(f"import part{number}\n" for number in range(len(LINES)))
    stack = program.run(project(text, Pulumi_dot_dev_dot_yaml=CONFIGURATION, **parts))
    noisy = {int(found) for gap in stack.gaps for found in re.findall(r"^part(\d+)\.py", gap)}
    unknown = {number for number, line in enumerate(LINES) if UNKNOWNS.search(line)}
    print(f"\n{len(noisy)} of {len(LINES)} programs have a gap; ", end="")
    print(f"{len(noisy & unknown)} of {len(unknown)} that use an unknown")
    assert [LINES[number] for number in sorted(noisy)] == []
    assert stack.gaps == ()
    assert len(LINES) >= 40
    assert len(unknown) >= 25
