"""What every source tells of a provider: region, domains and address, and nothing of its keys."""

import base64
import json

import pytest
from pulumi.runtime.proto import analyzer_pb2

from policypack.analyzer.undecoded import undecoded
from policypack.declared import ABSENT, SECRET, Known, Unknown
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.huaweicloud.survey import region_of
from policypack.sources import program, read
from policypack.sources.engine import EngineStack
from policypack.sources.provider_facts import facts, provider_of, source_of

SECRET_WIRE = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}
TOKEN = "cloudru:Vpc/eip:Eip"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:cloudru::default_1_0_0"
URN = f"urn:pulumi:dev::shop::{TOKEN}::eip"
EIP = {"urn": URN, "type": TOKEN, "custom": True, "inputs": {"name": "a"}, "provider": f"{PROVIDER}::id"}
CONFIG = {"cloudru:region": "ru-moscow-1", "huaweicloud:region": "cn-north-4", "cloudru:cloud": "example.com"}


def of_preview(write):
    step = {"op": "create", "urn": URN, "newState": EIP}
    return read(write({"config": CONFIG, "steps": [step]}))


def of_checkpoint(write):
    config = {key: {"value": value} for key, value in CONFIG.items()}
    return read(write({"version": 3, "checkpoint": {"config": config, "latest": {"resources": [EIP]}}}))


def of_export(write):
    own = {"region": "ru-moscow-1", "cloud": "example.com", "accessKey": "AK"}
    provider = {
        "urn": PROVIDER,
        "type": "pulumi:providers:cloudru",
        "custom": True,
        "id": "id",
        "inputs": own,
    }
    return read(write({"version": 3, "deployment": {"resources": [provider, EIP]}}))


def of_engine(_write):
    engine = EngineStack({"HW_REGION_NAME": "cn-north-1", "HW_CLOUD": "elsewhere.example.com"})
    engine.introduce(analyzer_pb2.AnalyzerStackConfigureRequest(project="shop", stack="dev", config=CONFIG))
    declared = analyzer_pb2.AnalyzeRequest(type=TOKEN, urn=URN, name="eip")
    declared.properties.update({"name": "a"})
    engine.see(undecoded("pulumirpc.AnalyzeRequest").FromString(declared.SerializeToString()))
    request = analyzer_pb2.AnalyzeStackRequest()
    shown = request.resources.add(type=TOKEN, urn=URN, name="eip")
    shown.provider.urn = PROVIDER
    shown.properties.update({"name": "a"})
    received = undecoded("pulumirpc.AnalyzeStackRequest").FromString(request.SerializeToString())
    return [engine.stack(received.resources)]


def of_program(_write, project):
    source = """
        import pulumi

        class Eip(pulumi.CustomResource):
            def __init__(self, name):
                super().__init__("cloudru:Vpc/eip:Eip", name, {"name": "a"})

        Eip("eip")
    """
    stack = "config:\n" + "".join(f"  {key}: {value}\n" for key, value in CONFIG.items())
    folder = project(source)
    (folder / "Pulumi.dev.yaml").write_text(stack)
    return [program.run(folder, stack="dev")]


@pytest.fixture
def project(tmp_path):
    def make(source):
        import textwrap

        (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (tmp_path / "__main__.py").write_text(textwrap.dedent(source))
        return tmp_path

    return make


@pytest.mark.parametrize("source", [of_preview, of_checkpoint, of_export, of_engine, of_program])
def test_every_source_reads_what_the_configuration_says_of_a_package(source, write, project):
    (stack,) = source(write, project) if source is of_program else source(write)
    resource = stack.by_urn[URN]
    assert region_of(stack, resource, None) == Known("ru-moscow-1")
    assert resource.provider.domains == Known(["example.com"])
    assert "AK" not in repr(stack)


def test_the_region_of_one_package_is_not_that_of_another(write):
    step = {"op": "create", "urn": URN, "newState": EIP}
    (stack,) = read(write({"config": {"huaweicloud:region": "cn-north-4"}, "steps": [step]}))
    assert region_of(stack, stack.by_urn[URN], None) == Unknown("no region is configured")


def test_no_password_of_an_endpoint_is_kept():
    found = facts(
        {"endpoints": '{"apig": "https://me:word@apig.example.com/v2", "vpc": ""}', "secretKey": "SK"}
    )
    assert found == {"endpoints": ["apig.example.com"]}


@pytest.mark.parametrize(
    ("properties", "domains"),
    [
        ({}, ABSENT),
        ({"cloud": ""}, ABSENT),
        ({"cloud": "a.com", "endpoints": {"vpc": "https://b.com:443/"}}, Known(["a.com", "b.com"])),
        ({"cloud": SECRET_WIRE}, SECRET),
        ({"cloud": UNKNOWN_STRING}, Unknown("known only after the deployment")),
        ({"endpoints": "{"}, Unknown("known only after the deployment")),
        ({"endpoints": 5}, Unknown("known only after the deployment")),
        ({"endpoints": {"vpc": 5}}, Known(["5"])),
        ({"endpoints": {"vpc": ["x"]}}, Known([None])),
        ({"endpoints": {"vpc": SECRET_WIRE}}, Known([{SIGNATURE_KEY: SECRET_SIGNATURE}])),
        ({"endpoints": {"vpc": UNKNOWN_STRING}}, Known([UNKNOWN_STRING])),
        ({"endpoints": {"vpc": "http://[x"}}, Known([None])),
    ],
)
def test_domains_of_any_form(properties, domains):
    assert provider_of(PROVIDER, facts(properties), lambda _: ABSENT).domains == domains


def value(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    ("document", "address"),
    [
        ({"remote": {"url": "registry.opentofu.org/huaweicloud/huaweicloud", "version": "1"}},
         "registry.opentofu.org/huaweicloud/huaweicloud"),
        ({"local": {"path": "./x"}}, ""),
        ({"remote": {"url": 5}}, ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_address_that_a_package_was_made_of(document, address):
    record = {"__internal": {"name": "terraform-provider", "parameterization": {"value": value(document)}}}
    assert provider_of(PROVIDER, facts(record), lambda _: ABSENT).source == Known(address)
    assert source_of("no base64") == ""


def test_a_provider_without_an_address_says_nothing_of_it():
    assert provider_of(PROVIDER, facts({"region": "r"}), lambda _: ABSENT).source == ABSENT


@pytest.mark.parametrize("key", ["defaultTags", "default_tags"])
def test_that_a_provider_adds_tags_is_kept_and_not_which(key):
    kept = facts({key: {"tags": {"team": "orders"}}})
    assert "orders" not in repr(kept)
    assert provider_of(PROVIDER, kept, lambda _: ABSENT).adds_tags
    configured = {"cloudru:defaultTags": Known('{"tags":{}}')}
    assert provider_of(PROVIDER, {}, lambda name: configured.get(name, ABSENT)).adds_tags
    assert not provider_of(PROVIDER, {}, lambda _: ABSENT).adds_tags
