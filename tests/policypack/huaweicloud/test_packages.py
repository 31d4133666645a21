"""Whose prices hold: the vendor's only where it is known that the vendor bills."""

import pytest

from policypack.declared import ABSENT, SECRET, Known, Provider, Resource, Unknown
from policypack.huaweicloud.packages import seller_of


def seller(package, packages=None, **provider):
    token = f"{package}:Vpc/eip:Eip"
    urn = f"urn:pulumi:dev::shop::pulumi:providers:{package}::default"
    resource = Resource("urn:a", token, "a", {}, provider=Provider(urn, ABSENT, **provider))
    return seller_of(resource, packages or {})


def test_the_vendor_bills_its_own_package():
    assert seller("huaweicloud").kind == "vendor"
    assert seller_of(Resource("urn:a", "huaweicloud:Vpc/eip:Eip", "a", {}), {}).kind == "vendor"


@pytest.mark.parametrize(
    ("package", "kind", "word"),
    [
        ("cloudru", "partner", "Cloud.ru"),
        ("sbercloud", "partner", "Cloud.ru"),
        ("g42cloud", "partner", "Core42"),
        ("opentelekomcloud", "partner", "Open Telekom Cloud"),
        ("flexibleengine", "partner", "Orange"),
        ("hcs", "private", "private cloud"),
        ("hcso", "private", "private cloud"),
        ("acme", "unknown", 'packages = { "acme" = "huaweicloud" }'),
    ],
)
def test_other_packages_have_no_list_price_and_say_why(package, kind, word):
    found = seller(package)
    assert found.kind == kind
    assert word in found.reason


def test_the_settings_tell_what_a_package_is():
    assert seller("ours", {"ours": "huaweicloud"}).kind == "vendor"
    assert seller("ours", {"ours": "hcs"}).kind == "private"
    assert seller("ours", {"ours": "huaweiclod"}).kind == "unknown"
    assert seller("ours", {"theirs": "huaweicloud"}).kind == "unknown"
    assert seller("huaweicloud", {"huaweicloud": "hcso"}).kind == "private"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (Known("registry.opentofu.org/huaweicloud/huaweicloud"), "vendor"),
        (Known("huaweicloud/huaweicloud"), "vendor"),
        (Known("registry.opentofu.org/somebody/huaweicloud"), "unknown"),
        (Known(""), "unknown"),
        (Known(5), "unknown"),
        (Unknown("hidden"), "unknown"),
        (SECRET, "unknown"),
    ],
)
@pytest.mark.parametrize("package", ["huaweicloud", "ours"])
def test_the_address_of_the_provider_counts_more_than_the_name(package, source, kind):
    assert seller(package, source=source).kind == kind


@pytest.mark.parametrize(
    ("domains", "kind", "unknown"),
    [
        (ABSENT, "vendor", ""),
        (Known([]), "vendor", ""),
        (Known(["myhuaweicloud.com"]), "vendor", ""),
        (Known(["apig.eu-west-101.myhuaweicloud.eu", "MYHUAWEICLOUD.COM."]), "vendor", ""),
        (Known(["cloud.example.com"]), "private", ""),
        (Known(["evilmyhuaweicloud.com"]), "private", ""),
        (Known(["myhuaweicloud.com", "apig.example.com"]), "private", ""),
        (Known([None]), "unknown", "provider.cloud"),
        (Known("myhuaweicloud.com"), "unknown", "provider.cloud"),
        (Unknown("later"), "unknown", "provider.cloud"),
        (SECRET, "unknown", "provider.cloud"),
    ],
)
def test_the_vendor_bills_only_what_its_own_services_run(domains, kind, unknown):
    found = seller("huaweicloud", domains=domains)
    assert (found.kind, found.unknown) == (kind, unknown)
    assert seller("ours", {"ours": "huaweicloud"}, domains=domains).kind == kind
