"""Callbacks that never run: what they are given, and what their names mean by the end, is looked at, too."""

import re

import pytest

from policypack.sources import program

HEAD = """\
import collections, dataclasses, datetime, enum, ipaddress, json
import pulumi
from pulumi_huaweicloud import vpc
hub = vpc.Vpc("hub", cidr="10.0.0.0/16")
def more(*_): vpc.Vpc("more", cidr="10.0.0.0/16")
def together(value): return pulumi.Output.all(hub.id, value)
"""

GIVEN = {
    "a method with a harmless name": "class A:\n    def get(self, v): more()\n"
    "together(A()).apply(lambda a: a[1].get(a[0]))",
    "an operator": "class A:\n    def __add__(self, v): more()\ntogether(A()).apply(lambda a: a[1] + a[0])",
    "a conversion": "class A:\n    def __str__(self): more(); return 'a'\n"
    "together(A()).apply(lambda a: f'{a[1]}')",
    "a property": "class A:\n    @property\n    def size(self): more()\n"
    "together(A()).apply(lambda a: a[1].size)",
    "an inherited one": "class A:\n    def get(self, v): more()\nclass B(A): pass\n"
    "together([{'b': B()}]).apply(lambda a: a[1][0]['b'].get(a[0]))",
    "an object within": "class A:\n    def get(self, v): more()\nclass B:\n    a = 1\n"
    "b = B(); b.a = A()\ntogether(b).apply(lambda a: a[1].a.get(a[0]))",
    "a function": "together(more).apply(lambda a: list(map(a[1], [a[0]])))",
    "a generator": "together(vpc.Vpc(n, cidr='10.0.0.0/8') for n in 'ab').apply(lambda a: list(a[1]))",
    "what a coroutine returns": "class A:\n    def get(self, v): more()\nasync def made(): return A()\n"
    "together(made()).apply(lambda a: a[1].get(a[0]))",
}

LATER = {
    "a function that is defined again": "def build(v): return v\nhub.id.apply(lambda v: build(v))\n"
    "def build(v): more()",
    "a name that is given again": "build = str\nhub.id.apply(lambda v: build(v))\nbuild = more",
    "an attribute that is set": "class A:\n    build = staticmethod(str)\na = A()\n"
    "hub.id.apply(lambda v: a.build(v))\na.build = more",
    "a hook": "pulumi.ResourceHook('h', more)",
    "a decorated hook": "@pulumi.resource_hook('h')\ndef hook(args): more()",
    "an encoder": "pulumi.Output.json_dumps({'a': hub.id}, default=more)",
    "a decoder": "pulumi.Output.json_loads(hub.id, object_hook=more)",
    "a transform of data sources": "pulumi.runtime.register_invoke_transform(more)",
    "a resource of the program's own provider": "from pulumi.dynamic import *\n"
    "class P(ResourceProvider):\n    def create(self, given): return CreateResult('1', {'n': 3})\n"
    "class R(Resource):\n    n: pulumi.Output[int]\n"
    "    def __init__(self): super().__init__(P(), 'r', {'n': 1})\n"
    "R().n.apply(lambda n: [vpc.Vpc(f'v{i}', cidr='10.0.0.0/8') for i in range(n)])",
    "which outputs of a stack are secret": "pulumi.StackReference('acme/net/dev').secret_output_names.apply("
    "lambda names: [vpc.Vpc(name, cidr='10.0.0.0/8') for name in names])",
}

HARMLESS = """
class Size(enum.Enum):
    SMALL = 5
    LARGE = 300
@dataclasses.dataclass(frozen=True)
class Settings:
    name: str
    size: Size = Size.SMALL
    zones: list = dataclasses.field(default_factory=list)
    @property
    def label(self): return f"{self.name}-{self.size.value}"
    def get(self, key): return {"name": self.name}.get(key)
    def attach(self): return more()
class Network(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("acme:net:Network", name, None, opts)
        self.settings = Settings("a")
        self.vpc = vpc.Vpc(f"{name}-vpc", cidr="10.0.0.0/8", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"id": self.vpc.id})
Pair = collections.namedtuple("Pair", "a b")
together(Settings("a")).apply(lambda a: f"{a[1].label}-{a[0]}-{a[1].get('a')}")
together([Size.SMALL, Pair(1, 2)]).apply(lambda a: f"{a[1][0]}{a[1][1].a}{a[0]}")
together([hub, datetime.date(2020, 1, 1), ipaddress.ip_network("10.0.0.0/8")]).apply(lambda a: a[0])
together(Network("net")).apply(lambda a: a[0])
together([pulumi.StringAsset("a"), b"a", {1, 2}, str, len]).apply(lambda a: a[0])
pulumi.Output.from_input(vpc.EipBandwidthArgs(share_type="PER", name=hub.id)).apply(lambda a: a.name)
pulumi.ResourceHook("h", lambda args: print("done"))
pulumi.Output.json_dumps({"a": hub.id}, default=str)
pulumi.Output.json_loads(hub.id, object_hook=dict)
"""


def ran(project, text):
    return program.run(project(HEAD + text))


@pytest.mark.slow
@pytest.mark.parametrize("text", [*GIVEN.values(), *LATER.values()], ids=[*GIVEN, *LATER])
def test_what_may_declare_later_is_a_gap(project, text):
    (gap,) = ran(project, text + "\n").gaps
    assert re.match(r"__main__\.py line \d+ (may declare|decides on)", gap)


@pytest.mark.slow
def test_objects_that_only_hold_values_are_none(project):
    assert ran(project, HARMLESS).gaps == ()


def test_a_function_that_means_something_else_by_the_end(project):
    assert len(ran(project, LATER["a name that is given again"]).gaps) == 1
