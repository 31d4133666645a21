"""Whatever a program does: it is recorded, or named as something that is not known. Nothing hangs."""

import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from policypack.declared import ABSENT, SECRET, Known, Secret, Unknown
from policypack.declared.wire import UNKNOWN_STRING
from policypack.sources import SourceError, program

REGION = """\
    config:
      huaweicloud:region: cn-north-4
      shop:pin: {secure: v1:abc}
      shop:size: {secure: v1:abc}
      shop:zones: [a, b]
      shop:nested: {open: 5, closed: {secure: v1:abc}}
"""


@pytest.fixture
def run(project):
    def run_program(text, *, stack=None, time_limit=60.0, **files):
        return program.run(project(text, **files), stack=stack, time_limit=time_limit)

    return run_program


def by_name(stack):
    return {item.name: item for item in stack.resources}


def test_components_providers_reads_and_transforms(run):
    stack = run(
        """
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc

        class Network(pulumi.ComponentResource):
            def __init__(self, name, opts=None):
                super().__init__("acme:net:Network", name, None, opts)
                child = pulumi.ResourceOptions(parent=self)
                self.vpc = vpc.Vpc(f"{name}-vpc", cidr="10.0.0.0/16", opts=child)
                inner = Inner(f"{name}-inner", pulumi.ResourceOptions(parent=self))
                self.register_outputs({"id": self.vpc.id})

        class Inner(pulumi.ComponentResource):
            def __init__(self, name, opts=None):
                super().__init__("acme:net:Inner", name, None, opts)
                vpc.Secgroup(f"{name}-sg", opts=pulumi.ResourceOptions(parent=self))

        def describe(args):
            if args.type_.endswith(":Vpc"):
                return pulumi.ResourceTransformResult({**args.props, "description": "described"}, args.opts)

        europe = hw.Provider("europe", region="eu-west-101", access_key="AK", secret_key="SK")
        bare = hw.Provider("bare", access_key="AK")
        Network("net", pulumi.ResourceOptions(providers=[europe], transforms=[describe]))
        vpc.Vpc("plain", cidr="10.1.0.0/16")
        vpc.Vpc("bare-vpc", cidr="10.1.0.0/16", opts=pulumi.ResourceOptions(provider=bare))
        found = vpc.Vpc.get("found", "id-1")
        vpc.Subnet("subnet", vpc_id=found.id, cidr=found.cidr, gateway_ip="10.0.0.1", name=None)
        pulumi.runtime.register_resource_transform(
            lambda args: pulumi.ResourceTransformResult({**args.props, "name": "renamed"}, args.opts))
        vpc.Secgroup("late", name="late")
        pulumi.export("id", found.id)
        """,
        Pulumi_dot_dev_dot_yaml=REGION,
    )
    found = by_name(stack)
    prefix = "urn:pulumi:dev::shop::"
    assert found["shop-dev"].urn == f"{prefix}pulumi:pulumi:Stack::shop-dev"
    assert found["net-vpc"].urn == f"{prefix}acme:net:Network$huaweicloud:Vpc/vpc:Vpc::net-vpc"
    chain = "acme:net:Network$acme:net:Inner$huaweicloud:Vpc/secgroup:Secgroup"
    assert found["net-inner-sg"].urn == f"{prefix}{chain}::net-inner-sg"
    assert not found["net"].custom
    assert found["net"].provider is None
    assert found["net-vpc"].provider.region == Known("eu-west-101")
    assert found["plain"].provider.region == Known("cn-north-4")
    assert isinstance(found["bare-vpc"].provider.region, Unknown)
    assert found["europe"].inputs == {"region": "eu-west-101"}
    assert found["net-vpc"].inputs["description"] == "described"
    assert "description" not in found["plain"].inputs
    assert found["late"].inputs["name"] == "renamed"
    assert found["found"].external
    assert found["found"].identifier == "id-1"
    assert found["subnet"].inputs == {"vpcId": "id-1", "cidr": UNKNOWN_STRING, "gatewayIp": "10.0.0.1"}
    assert found["subnet"].dependencies["vpcId"] == (found["found"].urn,)
    assert (stack.gaps, stack.region) == ((), Known("cn-north-4"))


def test_configuration(run):
    stack = run(
        """
        import pulumi
        from pulumi_huaweicloud import vpc, dedicatedapig as apig
        config = pulumi.Config()
        nested = config.require_object("nested")
        assert nested["open"] == 5 and config.require_object("zones") == ["a", "b"]
        assert config.require_int("limit") == 7 and config.get("unset") is None
        assert pulumi.runtime.is_dry_run() and pulumi.get_stack() == "dev" and pulumi.get_project() == "shop"
        vpc.Eip("plain", bandwidth={"share_type": "PER", "size": config.require_int("size")},
                publicip={"type": config.require("pin")}, name=nested["closed"])
        vpc.Eip("secret", name=config.require_secret("pin"), charging_mode=config.get_secret("pin"),
                bandwidth={"share_type": "PER", "size": config.require_secret_int("size")},
                publicip={"type": "5_bgp"}, auto_renew=config.get_secret_bool("pin"))
        vpc.Eip("object", tags=config.require_secret_object("nested"), publicip={"type": "5_bgp"},
                bandwidth={"share_type": "PER"})
        """,
        Pulumi_dot_dev_dot_yaml=REGION + "      shop:limit: 7\n",
    )
    found = by_name(stack)
    assert found["plain"].inputs["bandwidth"]["size"] == UNKNOWN_STRING
    assert found["plain"].inputs["publicip"]["type"] == UNKNOWN_STRING
    assert isinstance(found["plain"].declared("name"), Unknown)
    for name in ("name", "chargingMode", "autoRenew"):
        assert found["secret"].declared(name) == SECRET
    assert isinstance(found["object"].declared("tags"), Secret)
    assert stack.gaps == ()


def test_data_sources_are_unknown(run):
    stack = run(
        """
        import asyncio, json
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc

        zones = hw.get_availability_zones()
        first, second = zones.names[:2]
        other = pulumi.StackReference("acme/net/dev")
        lazy = hw.get_availability_zones_output(region=other.get_output("region"))
        raw = pulumi.runtime.invoke("huaweicloud:index/getX:getX", {}).value
        vpc.Vpc("texts", cidr=f"{zones.region}/16", name="in " + first,
                description="%s!" % second.upper(),
                tags={"json": json.dumps({"z": zones.names}), "raw": raw["a"]["b"].c,
                      "join": ",".join([first])})
        vpc.Vpc("outputs", cidr=lazy.region, name=lazy.apply(lambda found: found.names[0]),
                description=other.require_output("text").apply(lambda text: text["a"].strip()))

        async def later():
            found = await pulumi.runtime.invoke_async("huaweicloud:index/getX:getX", {})
            return found["id"]
        vpc.Vpc("awaited", cidr=later())
        pulumi.export("zones", zones.names)
        """
    )
    found = by_name(stack)
    texts = found["texts"]
    assert all(isinstance(texts.declared(name), Unknown) for name in ("cidr", "name", "description"))
    assert all(UNKNOWN_STRING in value for value in texts.inputs["tags"].values())
    for name in ("cidr", "name", "description"):
        assert isinstance(found["outputs"].declared(name), Unknown)
    assert isinstance(found["awaited"].declared("cidr"), Unknown)
    assert found["outputs"].dependencies["description"] == (found["acme/net/dev"].urn,)
    assert found["acme/net/dev"].external
    assert stack.gaps == ()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            9,
            """
            table = {"a": hw.Provider("p", region="cn-north-4")}
            vpc.Vpc("web", cidr="10.0.0.0/8", opts=pulumi.ResourceOptions(provider=table[zone]))
            """,
        ),
        (
            9,
            """
            def transform(args):
                if args.props.get("name") == "a":
                    vpc.Vpc("other", cidr="10.0.0.0/8")
            vpc.Vpc("web", cidr="10.0.0.0/8", name=zone, opts=pulumi.ResourceOptions(transforms=[transform]))
            """,
        ),
        (
            9,
            """
            def transform(args):
                if isinstance(args.props.get("name"), pulumi.Output):
                    vpc.Vpc("other", cidr="10.0.0.0/8")
            vpc.Vpc("web", cidr="10.0.0.0/8", name=vpc.Vpc("hub", cidr="10.0.0.0/8").id,
                    opts=pulumi.ResourceOptions(transforms=[transform]))
            """,
        ),
        (
            10,
            """
            import asyncio
            async def check():
                if zone != "a":
                    raise ValueError
            async def main():
                await asyncio.gather(check(), return_exceptions=True)
            pulumi.export("done", pulumi.Output.from_input(main()))
            """,
        ),
    ],
)
def test_what_decides_out_of_sight_is_a_gap(run, line, text):
    head = """
import pulumi
import pulumi_huaweicloud as hw
from pulumi_huaweicloud import vpc

zone = hw.get_availability_zones().names[0]
"""
    (gap,) = run(head + textwrap.dedent(text)).gaps
    assert gap.startswith(f"__main__.py line {line} decides")


def test_a_coroutine_that_pulumi_awaits_fails_with_the_program(run):
    stack = run(
        """
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc

        async def name():
            zone = hw.get_availability_zones().names[0]
            if zone == "a":
                raise ValueError("no")
            return zone.lower()
        vpc.Vpc("web", name=name(), cidr="10.0.0.0/8")
        pulumi.export("name", pulumi.Output.from_input(name()))
        """
    )
    assert stack.gaps == ()


def test_components_pass_unknowns_on(run):
    stack = run(
        """
        import json
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc

        class Network(pulumi.ComponentResource):
            def __init__(self, name, zones, settings, opts=None):
                super().__init__("acme:net:Network", name, None, opts)
                self.zones = zones
                self.vpc = vpc.Vpc(name, cidr=settings["cidr"], opts=pulumi.ResourceOptions(parent=self),
                                   tags={"zones": json.dumps(zones), **settings["tags"]})
                self.register_outputs({"id": self.vpc.id, "zone": zones[0]})

        zones = hw.get_availability_zones().names
        shared = pulumi.StackReference("acme/net/dev")
        networks = {
            name: Network(name, zones, {"cidr": shared.get_output(name), "tags": {"zone": zones[0]}})
            for name in ("a", "b")
        }
        ids = pulumi.Output.all(*[network.vpc.id for network in networks.values()])
        pulumi.export("ids", ids.apply(lambda found: ",".join(found)))
        pulumi.export("url", pulumi.Output.format("https://{0}/{1}", networks["a"].vpc.id, zones[0]))
        """
    )
    assert stack.gaps == ()
    assert {"a", "b"} <= set(by_name(stack))


DECISIONS = {
    "if zones.names: pass": True,
    "if not zones.state: pass": True,
    "if zones.names == ['a']: pass": True,
    "if 'a' in zones.names: pass": True,
    "if zones.region in ('a', 'b'): pass": True,
    "if zones.state > '5': pass": True,
    "len(zones.names)": False,
    "sorted(zones.names)": False,
    "[vpc.Vpc(f'v-{zone}', cidr='10.0.0.0/8') for zone in zones.names]": True,
    "dict(zones.names.items())": True,
    "int(zones.state)": False,
    "float(zones.state) > 5": False,
    "if float(zones.state) > 5: pass": True,
    "range(zones.state)": True,
    "{'a': 1}.get(zones.region, 5)": False,
    "'a' if str(zones.region).startswith('cn-') else 'b'": True,
    "helper.decide(zones.region)": "helper.py line 2",
    "lazy.apply(lambda found: 1 if found.state else 2)": True,
    "lazy.apply(lambda found: ipaddress.ip_network(found.region))": False,
    "lazy.apply(lambda found: {'a': 1}[found.region])": False,
    "zones.names[0].title()": False,
    "zones.names[1:] + ['x']": False,
    "isinstance(zones.names, list)": False,
    "'a' if isinstance(zones.state, (int, str)) else 'b'": True,
    "'a' if isinstance(zones.names, dict) else 'b'": True,
    "isinstance(zones.names, vpc.Vpc)": False,
    "if zones.state is None: pass": True,
    "chosen = zones.region if zones.region is not None else 'a'": True,
    "named = zones.id": False,
    "later = zones.region": False,
    "if later is None: pass": True,
    "if zones.names[0] is None: pass": True,
    "lazy.id.apply(lambda found: vpc.Vpc('b') if found is None else found)": True,
    "lazy.apply(lambda found: isinstance(found.names, list))": False,
    "if pulumi.get_organization() == 'acme': pass": True,
}


def test_decisions_on_data_sources_are_named(run):
    head = """
        import ipaddress
        import helper
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc
        zones = hw.get_availability_zones()
        lazy = hw.get_availability_zones_output()
    """
    lines = "\n".join(f"        {line}" for line in DECISIONS)
    stack = run(
        head.rstrip() + "\n" + lines + "\n", helper_dot_py="def decide(text):\n    return 1 if text else 2\n"
    )
    start = len(head.rstrip().splitlines()) + 1
    for number, (line, named) in enumerate(DECISIONS.items(), start):
        place = named if isinstance(named, str) else f"__main__.py line {number}"
        assert any(gap.startswith(f"{place} ") for gap in stack.gaps) is bool(named), line
    assert any("getAvailabilityZones" in gap and "not known offline" in gap for gap in stack.gaps)
    assert [item.name for item in stack.resources if item.token.endswith(":Vpc")] == ["v-(not known)"]


def test_the_organization_is_known_where_the_stack_is_named_in_full(run):
    text = "import pulumi\nassert pulumi.get_organization() == 'acme' and pulumi.get_stack() == 'dev'\n"
    assert run(text, stack="acme/dev").gaps == ()
    assert run(text, stack="acme/shop/dev").gaps == ()


def test_what_is_ignored_may_be_deployed_in_another_way(run):
    stack = run(
        """
        import pulumi
        from pulumi_huaweicloud import vpc, dedicatedapig as apig

        def ignoring(*names, **others):
            return pulumi.ResourceOptions(ignore_changes=list(names), **others)

        def transform(args):
            return pulumi.ResourceTransformResult(args.props, ignoring("size"))

        def eip(name, options):
            vpc.Eip(name, publicip={"type": "5_bgp"}, tags={"a": "b"}, opts=options,
                    bandwidth={"share_type": "PER", "size": 5, "name": name})

        eip("whole", ignoring("bandwidth", "name"))
        eip("part", ignoring("bandwidth.size"))
        eip("listed", ignoring("bandwidth[0].size"))
        eip("tagged", ignoring("tags", "tags.a"))
        eip("everything", ignoring("*"))
        apig.Instance("gate", edition="BASIC", vpc_id="v", subnet_id="s", security_group_id="g",
                      opts=ignoring("bandwidth_size"))
        vpc.Bandwidth("transformed", size=5, opts=pulumi.ResourceOptions(transforms=[transform]))
        """
    )
    found = by_name(stack)
    assert found["whole"].inputs["bandwidth"] == UNKNOWN_STRING
    for name in ("part", "listed"):
        assert found[name].inputs["bandwidth"] == {"shareType": "PER", "size": UNKNOWN_STRING, "name": name}
    assert found["tagged"].inputs["tags"] == {"a": "b"}
    assert found["everything"].inputs is None
    assert isinstance(found["gate"].declared("bandwidthSize"), Unknown)
    assert isinstance(found["transformed"].declared("size"), Unknown)
    assert (
        "ignoreChanges leaves bandwidth, name of whole as deployed, which is not known offline."
        in stack.notes
    )
    assert stack.gaps == ()


def test_decisions_of_installed_packages_are_named(run):
    """A package that builds resources from a data source decides as the program itself would."""
    stack = run(
        """
        import pathlib, sys
        sys.path.append(str(pathlib.Path(__file__).parent / "site-packages"))
        import pulumi_acme, acme
        import pulumi_huaweicloud as hw
        names = hw.get_availability_zones().names
        pulumi_acme.check(names)
        pulumi_acme.build(names)
        acme.build(names)
        """,
        **{
            "site-packages__pulumi_acme_dot_py": """
            def check(names):
                return names and not isinstance(names, list)
            def build(names):
                return [name for name in names]
            """,
            "site-packages__acme_dot_py": "def build(names):\n    return bool(names)\n",
        },
    )
    places = [gap.partition(" decides")[0] for gap in stack.gaps]
    assert [place for place in places if "site-packages" in place] == [
        "site-packages/acme.py line 2",
        "site-packages/pulumi_acme.py line 3",
        "site-packages/pulumi_acme.py line 5",
    ]


def test_callbacks_that_were_not_called_and_may_declare_are_named(run):
    stack = run(
        """
        import functools
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc
        import helper

        SIZES = [5, 10]
        hub = vpc.Vpc("hub", cidr="10.0.0.0/16")
        hub.id.apply(lambda found: vpc.Secgroup(f"a-{found}"))
        hub.id.apply(lambda found: [hw.vpc.Secgroup(f"{name}-{found}") for name in "xy"])
        hub.id.apply(functools.partial(helper.build))
        def local(found):
            return inner(found)
        def inner(found):
            return vpc.Secgroup(found)
        hub.id.apply(local)
        class Builder:
            def make(self, found):
                return vpc.Secgroup(found)
            def start(self, found):
                return self.make(found)
        hub.id.apply(Builder().start)
        hub.id.apply(vpc.Secgroup)
        hub.id.apply(lambda found: SIZES[len(found) % 2])
        hub.id.apply(lambda found: pulumi.Output.concat(found, hub.name))
        hub.cidr.apply(lambda found: vpc.Secgroup("known"))
        KINDS = {"group": [vpc.Secgroup]}
        class Factory:
            kind = vpc.Secgroup
            def __init__(self):
                self.held = vpc.Vpc
            def __call__(self, found):
                return self.kind(found)
            def make(self, found):
                return self.held(found)
        factory = Factory()
        class Wrapper:
            def __init__(self, found):
                vpc.Secgroup(found)
        def imported(found):
            import pulumi_nowhere
            return pulumi_nowhere.Thing(found)
        hub.id.apply(lambda found: KINDS["group"][0](found))
        hub.id.apply(lambda found: factory.make(found))
        hub.id.apply(factory.make)
        hub.id.apply(factory)
        hub.id.apply(lambda found: factory(found))
        hub.id.apply(lambda found: Wrapper(found))
        hub.id.apply(lambda found: getattr(vpc, "Secgroup")(found))
        hub.id.apply(imported)
        hub.id.apply(str)
        """,
        helper_dot_py="from pulumi_huaweicloud import vpc as v\n\ndef build(found):\n    v.Secgroup(found)\n",
    )
    places = [int(gap.removeprefix("__main__.py line ").partition(" may declare")[0]) for gap in stack.gaps]
    assert sorted(places) == [10, 11, 12, 17, 23, 24, *range(44, 52)]
    assert "known" in by_name(stack)


FAILURES = {
    "raise ValueError('first\\nsecond')": "ValueError: first",
    "import pulumi; pulumi.Config().require('token')": "Missing required configuration variable 'shop:token'",
    "import pulumi; pulumi.Output.from_input(1).apply(lambda one: one / 0)": "ZeroDivisionError",
    "import sys; sys.exit('bad things')": "code bad things",
    "import sys; sys.exit(3)": "code 3",
    "import os; os._exit(0)": "ended too early, with code 0",
    "import os; os._exit(33)": "ended too early, with code 33",
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": "the signal SIGSEGV",
    "x = (": "SyntaxError",
    "import nothing_of_this_name": "nothing_of_this_name",
    "from pulumi_huaweicloud import vpc; [vpc.Secgroup('a') for _ in 'ab']": "Duplicate resource URN",
}


@pytest.mark.parametrize(("text", "message"), FAILURES.items())
def test_a_program_that_fails(run, capfd, text, message):
    with pytest.raises(SourceError) as raised:
        run(text)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "policypack" not in printed.err
    if "os." not in text and "exit(3)" not in text:
        assert message.removeprefix("code ") in printed.err


def test_a_failure_after_a_decision_names_both(run):
    with pytest.raises(SourceError, match=r"before, __main__.py line 2 decides on"):
        run("import pulumi_huaweicloud as hw\nif hw.get_availability_zones().names: pass\n1 / 0\n")


def test_what_it_prints_goes_to_standard_error(run, capfd):
    run("import pulumi\nprint('printed')\npulumi.log.warn('careful')\npulumi.log.debug('hidden')\n")
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "printed" in printed.err
    assert "warning: careful" in printed.err
    assert "hidden" not in printed.err


def test_nothing_that_a_program_leaves_behind_hangs(run, tmp_path):
    stack = run(
        f"""
        import asyncio, subprocess, sys, threading, time, pathlib
        from pulumi_huaweicloud import vpc
        threading.Thread(target=time.sleep, args=(1000,)).start()
        child = subprocess.Popen(["sleep", "1000"])
        pathlib.Path({str(tmp_path / "child")!r}).write_text(str(child.pid))
        async def forever():
            await asyncio.sleep(1000)
        asyncio.ensure_future(forever())
        vpc.Vpc("made", cidr="10.0.0.0/8")
        sys.exit(0)
        """,
        time_limit=60,
    )
    assert "made" in by_name(stack)
    _wait_for_end(int((tmp_path / "child").read_text()))


def test_the_time_limit_ends_the_program_and_its_children(run, tmp_path):
    with pytest.raises(SourceError, match=r"did not end within 1\.5 seconds"):
        run(
            f"""
            import pathlib, signal, subprocess, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            child = subprocess.Popen(["sleep", "1000"])
            pathlib.Path({str(tmp_path / "child")!r}).write_text(str(child.pid))
            time.sleep(1000)
            """,
            time_limit=1.5,
        )
    if (tmp_path / "child").exists():
        _wait_for_end(int((tmp_path / "child").read_text()))


def _wait_for_end(process):
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        with Path(f"/proc/{process}/stat").open() as status:
            if status.read().rpartition(")")[2].split()[0] == "Z":  # ended, not yet collected by its parent
                return
        time.sleep(0.05)
    pytest.fail(f"process {process} is still there")


def test_our_files_do_not_shadow_those_of_the_program(run):
    stack = run(
        "import monitor, placeholder, project, sys\nassert sys.path[0] == __file__.rpartition('/')[0]\n",
        monitor_dot_py="",
        placeholder_dot_py="",
        project_dot_py="",
    )
    assert stack.region == ABSENT


def test_what_a_dynamic_provider_makes_is_not_known(run):
    """The code of the provider refers to the program, which is watched."""
    stack = run(
        """
        import pulumi
        from pulumi.dynamic import CreateResult, Resource, ResourceProvider

        class Sizes(ResourceProvider):
            def create(self, props):
                return CreateResult("1", {**props, "size": pick(props["asked"])})

        class Size(Resource):
            size: pulumi.Output[int]

            def __init__(self, name):
                super().__init__(Sizes(), name, {"asked": 5, "size": None})

        def pick(asked):
            return pick(asked - 1) if asked > 300 else asked

        pulumi.CustomResource("huaweicloud:Vpc/bandwidth:Bandwidth", "shared", {"size": Size("size").size})
        """
    )
    assert stack.gaps == ()
    assert isinstance(by_name(stack)["shared"].declared("size"), Unknown)


def test_remote_components_are_gaps(run):
    stack = run(
        """
        import pulumi
        class Cluster(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("acme:index:Cluster", name, {"size": 3}, None, remote=True)
        Cluster("cluster")
        """
    )
    (gap,) = stack.gaps
    assert "cluster (acme:index:Cluster) is built by a plugin" in gap


def test_a_proxy_is_not_asked(run, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert run("", time_limit=60).gaps == ()


def test_numbers_keep_their_value(run):
    stack = run(
        """
        from pulumi_huaweicloud import vpc
        vpc.Bandwidth("b", size=5, name="n", charge_mode=float("nan"), bandwidth_type=1.1)
        """
    )
    inputs = by_name(stack)["b"].inputs
    assert repr(inputs["size"]) == "5"
    assert repr(inputs["bandwidthType"]) == "Decimal('1.1')"
    assert inputs["chargeMode"] != inputs["chargeMode"]


def test_what_left_the_group_of_the_program_is_ended_with_it(run, tmp_path):
    run(
        f"""
        import os, subprocess, pathlib
        child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        bare = {{"PATH": os.environ["PATH"]}}
        plain = subprocess.Popen(["sleep", "1000"], start_new_session=True, env=bare)
        pathlib.Path({str(tmp_path / "children")!r}).write_text(f"{{child.pid}} {{plain.pid}}")
        """
    )
    for process in (tmp_path / "children").read_text().split():
        _wait_for_end(int(process))


@pytest.mark.parametrize(
    "text",
    [
        "class M(pulumi.runtime.Mocks):\n    def new_resource(self, args): return ['i', {}]\n"
        "    def call(self, args): return {}\npulumi.runtime.set_mocks(M())",
        "import sys\nsys.modules['pulumi.runtime.resource'].register_resource = lambda *a, **k: None",
    ],
)
def test_a_program_that_replaces_the_runtime_is_a_gap(run, text):
    try:
        stack = run("import pulumi\n" + text + "\n")
    except SourceError:
        return
    assert any("replaces the runtime" in gap for gap in stack.gaps)


def test_the_mark_is_never_shown(run, capfd):
    with pytest.raises(SourceError) as raised:
        run(
            """
            import pulumi_huaweicloud as hw
            region = hw.get_availability_zones().region
            print("in", region)
            raise ValueError(f"nothing in {region}")
            """
        )
    printed = capfd.readouterr().err
    assert "in (not known)" in printed
    assert "nothing in (not known)" in str(raised.value)
    assert UNKNOWN_STRING not in printed + str(raised.value)


def test_an_explicit_provider_is_one_whatever_its_name(run):
    stack = run(
        """
        import pulumi
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc
        for name in ("default", "default_1", "default-frankfurt"):
            made = hw.Provider(name, access_key="AK")
            vpc.Vpc(name, cidr="10.0.0.0/8", opts=pulumi.ResourceOptions(provider=made))
        """,
        Pulumi_dot_dev_dot_yaml=REGION,
    )
    made = [item for item in stack.resources if item.token.endswith(":Vpc")]
    assert all(isinstance(item.provider.region, Unknown) for item in made)
    assert len(made) == 3


@pytest.mark.parametrize(
    ("path", "hides"),
    [
        ("bandwidth.*", True),
        ("bandwidth[*].size", True),
        ("bandwidth[0].size", True),
        ("*.size", None),
        ("bandwidth.name", False),
    ],
)
def test_wildcards_and_indexes_of_what_is_ignored(run, path, hides):
    stack = run(
        f"""
        import pulumi
        from pulumi_huaweicloud import vpc
        vpc.Eip("e", publicip={{"type": "5_bgp"}}, bandwidth={{"share_type": "PER", "size": 5, "name": "n"}},
                opts=pulumi.ResourceOptions(ignore_changes=[{path!r}]))
        """
    )
    found = by_name(stack)["e"].inputs
    if hides is None:
        assert found is None
    else:
        bandwidth = found["bandwidth"]
        assert (bandwidth == UNKNOWN_STRING or bandwidth["size"] == UNKNOWN_STRING) is hides


LOOKS_AT_ITSELF = {
    "import inspect\nassert 'def f' in inspect.getsource(f) and f.__code__.co_firstlineno == 2": (),
    "assert __file__.endswith('__main__.py')": (),
    "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n"
    "    assert '1 / 0' in traceback.format_exc()": (),
    "def g():\n    x = 1\n    return sorted(locals()), sorted(vars())\nassert g() == (['x'], ['x'])": (),
    "import sys\ndef g():\n    return sys._getframe(1).f_code.co_name\n"
    "def h():\n    return g()\nassert h() == 'h'": (),
    "assert eval('1 + 1') == 2": (),
    "zones = hw.get_availability_zones()\nassert eval('zones.region') is not None": ("line 5",),
    "import threading\nthreading.Thread(target=lambda: f()).start()": (),
    "import asyncio\nasync def g():\n    await asyncio.sleep(0)\n    return [i async for i in h()]\n"
    "async def h():\n    yield 1\nimport concurrent.futures\n"
    "with concurrent.futures.ThreadPoolExecutor() as pool:\n"
    "    assert pool.submit(lambda: asyncio.run(g())).result() == [1]": (),
}


@pytest.mark.parametrize(("text", "gaps"), LOOKS_AT_ITSELF.items())
def test_a_program_that_looks_at_itself_behaves_as_before(run, text, gaps):
    stack = run(f"import pulumi_huaweicloud as hw\ndef f():\n    return 1\n{text}\n")
    assert len(stack.gaps) == len(gaps)
    assert all(place in gap for place, gap in zip(gaps, stack.gaps, strict=True))


def test_a_module_that_cannot_be_looked_into_is_a_gap(run, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        archive.writestr(
            "zipped.py", "import pulumi_huaweicloud as hw\nzones = hw.get_availability_zones()\n"
        )
    stack = run("import sys\nsys.path.insert(0, 'lib.zip')\nimport zipped\n")
    assert [gap.partition(" decides")[0] for gap in stack.gaps] == ["lib.zip/zipped.py line 2"]


OWN_HOOK = """
import importlib.abc, importlib.util, sys

class Made(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "made" else None
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        source = "import pulumi_huaweicloud as hw\\nzones = hw.get_availability_zones()\\n"
        exec(source + "size = 5 if zones.region == 'cn-north-4' else 100", module.__dict__)

sys.meta_path.insert(0, Made())
import made
assert made.size in (5, 100)
"""


def test_a_module_of_the_programs_own_import_hook_runs_and_what_it_decides_is_a_gap(run):
    stack = run(OWN_HOOK)
    assert stack.gaps


def test_a_program_that_traces_itself_as_coverage_does_behaves_as_before(run):
    stack = run(
        """
        import sys
        seen = []
        def trace(frame, event, arg):
            if event == "line" and frame.f_code.co_filename == __file__:
                seen.append(frame.f_lineno)
            return trace
        sys.settrace(trace)
        def f():
            x = 1
            return x
        f()
        sys.settrace(None)
        assert {10, 11} <= set(seen), seen
        """
    )
    assert stack.gaps == ()


MISSING = "import pulumi\nimport nowhere_to_be_found\n"


def failed(folder: Path) -> SourceError:
    with pytest.raises(SourceError) as raised:
        program.run(folder)
    return raised.value


def test_a_missing_module_names_the_interpreter_and_the_ways_out(project):
    folder = project(MISSING, requirements_dot_txt="nowhere\n")
    error = failed(folder)
    assert error.problem == (
        f"the module nowhere_to_be_found is not found in {sys.executable} (the interpreter of apig-cost)"
    )
    assert f"`{sys.executable} -m pip install -r {folder / 'requirements.txt'}`" in error.hint
    assert "activate the environment" in error.hint
    assert "runtime.options.virtualenv" in error.hint


def test_a_missing_virtual_environment_is_said_before_anything_else(project, capsys):
    folder = project("print('hello')\n" + MISSING, "{name: python, options: {virtualenv: venv}}")
    error = failed(folder)
    first = capsys.readouterr().err.splitlines()[0]
    assert first == (
        f"{folder}: The virtual environment venv of Pulumi.yaml does not exist, so the program ran in the "
        "interpreter of apig-cost."
    )
    assert error.problem.startswith(
        "the virtual environment venv of Pulumi.yaml does not exist, and the module"
    )
    assert sys.executable in error.problem
    assert error.hint.startswith("make the one that is named (`pulumi install`)")


def test_an_activated_environment_without_the_sdk_says_so(project, monkeypatch, tmp_path_factory, capsys):
    environment = tmp_path_factory.mktemp("activated")
    (environment / "bin").mkdir()
    python = environment / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))
    error = failed(project("import pulumi\n"))
    assert error.problem == (
        f"the Pulumi SDK is not found in {python} (the activated environment {environment})"
    )
    assert str(python) in error.hint
    assert capsys.readouterr().err == ""  # no traceback of ours


def test_what_the_sdk_lacks_is_named_without_a_traceback(project, monkeypatch, tmp_path, capsys):
    broken = tmp_path / "broken" / "pulumi"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("import a_module_that_the_sdk_needs\n")
    monkeypatch.setenv("PYTHONPATH", str(broken.parent))
    assert failed(project("import pulumi\n")).problem.startswith("the Pulumi SDK is not found in ")
    told = "ModuleNotFoundError: No module named 'a_module_that_the_sdk_needs'\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("module", ["pulumi.runtime", "pulumi.runtime.settings"])
def test_what_only_a_deployment_declares(run, module):
    stack = run(
        f"""
        from {module} import is_dry_run
        from pulumi_huaweicloud import vpc
        vpc.Vpc("always", cidr="10.0.0.0/16")
        if not is_dry_run():
            vpc.Vpc("deployed", cidr="10.1.0.0/16")
        """
    )
    assert stack.gaps == (
        "__main__.py line 5 decides on whether this is a preview: a deployment may declare something else.",
    )


def test_what_an_unknown_chose_may_declare(run):
    stack = run(
        """
        import pulumi_huaweicloud as hw
        class Site:
            @property
            def address(self): return hw.vpc.Vpc("hidden", cidr="10.0.0.0/16")
        sites = {"north": Site(), "south": Site()}
        zones = hw.get_availability_zones()
        sites.get(zones.region).address
        sites[zones.region].address
        [sites, sites][zones.names[0]]["north"].address
        getattr(Site(), zones.region)
        {"north": sum}.get(zones.region, Site())
        """
    )
    for line in range(8, 13):
        assert any(f"line {line} decides on" in gap for gap in stack.gaps), line


def test_the_class_of_what_an_unknown_chose(run):
    stack = run(
        """
        import pulumi_huaweicloud as hw
        class Site: pass
        if isinstance({"north": Site()}.get(hw.get_availability_zones().region), Site): hw.vpc.Vpc("hidden")
        """
    )
    assert stack.gaps


def test_data_that_an_unknown_chose_declares_nothing(run):
    stack = run(
        """
        import pulumi_huaweicloud as hw
        from pulumi_huaweicloud import vpc
        zones = hw.get_availability_zones()
        nets = {"north": vpc.Vpc("north", cidr="10.0.0.0/16"), "south": vpc.Vpc("south", cidr="10.1.0.0/16")}
        sizes = {"north": {"size": 5, "names": ["a"]}, "south": {"size": 6, "names": []}}
        vpc.Vpc("chosen", cidr=nets.get(zones.region).cidr, name=sizes[zones.region]["names"])
        """
    )
    assert stack.gaps == ()


ENVIRONMENT = {
    "if os.environ['PULUMI_ORGANIZATION'] == 'acme': pass": True,
    "if os.getenv('PULUMI_DRY_RUN', 'false') == 'true': pass": True,
    "if dict(os.environ).get('PULUMI_ORGANIZATION') == 'acme': pass": True,
    "if json.loads(os.environ['PULUMI_CONFIG'])['shop:pin'] == '1': pass": True,
    "if pulumi.runtime.get_config('shop:pin') == '1': pass": True,
    "if pulumi.runtime.config.get_config_env()['shop:pin'] == '1': pass": True,
    "if os.environ['PULUMI_STACK'] == 'dev': pass": False,
    "if json.loads(os.environ['PULUMI_CONFIG'])['huaweicloud:region'] == 'cn-north-4': pass": True,
    "region = json.loads(os.environ['PULUMI_CONFIG'])['huaweicloud:region']": False,
    "if pulumi.runtime.get_config('huaweicloud:region') == 'cn-north-4': pass": False,
    "if pulumi.Config().get('nothing') is None: pass": False,
    "if subprocess.run(['true']).returncode: pass": False,
    "if subprocess.run(['true'], env={**os.environ, 'MORE': 'a'}).returncode: pass": False,
    "if subprocess.run(['true'], env={'MORE': os.environ['PULUMI_CONFIG']}).returncode: pass": True,
}


def test_what_the_environment_does_not_tell(run):
    head = "import json, os, subprocess\nimport pulumi\nimport pulumi.runtime.config\n"
    stack = run(head + "\n".join(ENVIRONMENT), Pulumi_dot_dev_dot_yaml=REGION)
    gaps = {int(gap.removeprefix("__main__.py line ").partition(" ")[0]) for gap in stack.gaps}
    for number, (line, is_gap) in enumerate(ENVIRONMENT.items(), 4):
        assert (number in gaps) is is_gap, line
