"""Settings: what is accepted, and every error once."""

import json
import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from policypack.findings.catalogue import policies
from policypack.settings.loading import SettingsError, from_pack, from_toml, with_variables
from policypack.settings.model import Exchange, Limit, Scope, Settings, Usage, Waiver
from policypack.settings.schema import pack_schema, toml_schema

POLICIES = ("apig-monthly-budget", "apig-price-unknown", "eip-idle")
SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
WAIVER = {"policy": "eip-idle", "resource": "web", "reason": "DNS", "owner": "net", "expires": "2027-03-31"}
LIMIT = {"name": "all", "amount": 100.0, "currency": "USD"}


def problems(document: object, load=from_pack) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(document, POLICIES)
    return list(caught.value.problems)


def test_nothing_set() -> None:
    assert from_pack({}, POLICIES) == Settings()
    assert from_toml({}, POLICIES) == Settings()


def test_the_pack_and_the_command_line_mean_the_same() -> None:
    shared = {
        "site": "intl",
        "hoursPerMonth": 744,
        "usage": [{"match": "web", "trafficGB": "120.5", "hoursPerMonth": 200}],
        "waivers": [WAIVER],
        "report": {"path": "report.json"},
        "defaultRegion": "la-south-2",
    }
    budget = {
        "limits": [{**LIMIT, "scope": {"meter": "eip.*", "newOnly": True}}],
        "exchange": [{"from": "CNY", "to": "USD", "rate": "0.14", "date": "2026-11-01"}],
        "whenUndecided": "warn",
        "requireConfidence": "official",
        "maxPriceAgeDays": 90,
    }
    pack = {
        "apig-cost": {"enforcementLevel": "advisory", **shared},
        "apig-monthly-budget": {"enforcementLevel": "mandatory", **budget},
        "eip-idle": "disabled",
    }
    toml = {
        **shared,
        "apig-monthly-budget": {"level": "mandatory", **budget},
        "eip-idle": {"level": "disabled"},
    }
    found = from_pack(pack, POLICIES)
    assert found == from_toml(toml, POLICIES)
    assert found.limits == (
        Limit(name="all", amount=Decimal(100), currency="USD", scope=Scope(meter="eip.*", new_only=True)),
    )
    assert found.usage == (
        Usage(match="web", traffic_gb=(Decimal("120.5"), Decimal("120.5")), hours_per_month=Decimal(200)),
    )
    assert found.waivers == (
        Waiver(policy="eip-idle", resource="web", reason="DNS", owner="net", expires=date(2027, 3, 31)),
    )
    assert found.exchange == (
        Exchange(source="CNY", target="USD", rate=Decimal("0.14"), date=date(2026, 11, 1)),
    )
    assert found.levels == {"apig-monthly-budget": "mandatory", "eip-idle": "disabled"}
    jsonschema.validate(json.loads(json.dumps(pack)), pack_schema(POLICIES))
    jsonschema.validate(json.loads(json.dumps(toml)), toml_schema(POLICIES))


def test_numbers_of_the_engine_are_floats_and_mean_what_they_show() -> None:
    found = from_pack(
        {
            "apig-cost": {"hoursPerMonth": 730.0},
            "apig-monthly-budget": {"limits": [{**LIMIT, "amount": 0.1}]},
        },
        POLICIES,
    )
    assert found.hours_per_month == 730
    assert found.limits[0].amount == Decimal("0.1")
    assert from_pack({"apig-monthly-budget": {"maxPriceAgeDays": 30.0}}, POLICIES).max_price_age_days == 30


def test_all_stands_for_the_policies_that_are_not_named() -> None:
    found = from_pack({"all": "disabled", "eip-idle": {"enforcementLevel": "remediate"}}, POLICIES)
    assert found.levels == {
        "apig-monthly-budget": "disabled",
        "apig-price-unknown": "disabled",
        "eip-idle": "mandatory",
    }


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"eip-idel": {}}, "eip-idel: unknown policy; did you mean eip-idle?"),
        ({"eip-idle": 5}, "eip-idle: expected an object of settings or a level, found 5"),
        ({"eip-idle": "off"}, 'eip-idle: expected advisory, mandatory or disabled, found "off"'),
        (
            {"eip-idle": {"enforcementLevel": 1}},
            "eip-idle.enforcementLevel: expected advisory, mandatory or disabled, found 1",
        ),
        ({"eip-idle": {"x": 1}}, "eip-idle.x: unknown key; known: enforcementLevel"),
        (
            {"apig-cost": {"hoursPerMont": 1}},
            "apig-cost.hoursPerMont: unknown key; did you mean hoursPerMonth?",
        ),
        ({"apig-cost": {"limits": []}}, "apig-cost.limits: this key stands under apig-monthly-budget"),
        ({"eip-idle": {"site": "cn"}}, "eip-idle.site: this key stands under apig-cost"),
        ({"apig-cost": {"site": "us"}}, 'apig-cost.site: expected cn, intl or eu, found "us"'),
        ({"apig-cost": {"hoursPerMonth": 0}}, "apig-cost.hoursPerMonth: expected a number above 0, found 0"),
        ({"apig-cost": {"hoursPerMonth": "x"}}, 'apig-cost.hoursPerMonth: expected a number, found "x"'),
        ({"apig-cost": {"hoursPerMonth": True}}, "apig-cost.hoursPerMonth: expected a number, found true"),
        (
            {"apig-cost": {"hoursPerMonth": [1]}},
            "apig-cost.hoursPerMonth: expected a number, found a list of 1",
        ),
        (
            {"apig-cost": {"hoursPerMonth": float("nan")}},
            "apig-cost.hoursPerMonth: expected a finite number, found NaN",
        ),
        (
            {"apig-cost": {"defaultRegion": ""}},
            'apig-cost.defaultRegion: expected text that is not empty, found ""',
        ),
        ({"apig-cost": {"defaultRegion": 5}}, "apig-cost.defaultRegion: expected text, found 5"),
        ({"apig-cost": {"usage": {}}}, "apig-cost.usage: expected a list, found an object"),
        ({"apig-cost": {"usage": [5]}}, "apig-cost.usage[0]: expected an object, found 5"),
        (
            {"apig-cost": {"usage": [{"trafficGB": 5}]}},
            "apig-cost.usage[0]: expected match, type, tag or chargeMode, found none of them",
        ),
        (
            {"apig-cost": {"usage": [{"match": "a"}]}},
            "apig-cost.usage[0]: expected trafficGB or hoursPerMonth, found neither",
        ),
        (
            {"apig-cost": {"usage": [{"match": "a", "trafficGB": [5, 1]}]}},
            "apig-cost.usage[0].trafficGB: expected the smaller number first, as in [50, 400], "
            "found a list of 2",
        ),
        (
            {"apig-cost": {"usage": [{"match": "a", "trafficGB": [1]}]}},
            "apig-cost.usage[0].trafficGB: expected a number, or two as in [50, 400], found a list of 1",
        ),
        (
            {"apig-cost": {"usage": [{"match": "a", "trafficGB": "1e9999999"}]}},
            'apig-cost.usage[0].trafficGB: expected a number of ordinary size, found "1e9999999"',
        ),
        (
            {"apig-cost": {"usage": [{"match": "a", "chargeMode": "x", "trafficGB": 1}]}},
            'apig-cost.usage[0].chargeMode: expected bandwidth or traffic, found "x"',
        ),
        (
            {"apig-cost": {"hoursPerMonth": 745}},
            "apig-cost.hoursPerMonth: expected a number of at most 744, found 745",
        ),
        (
            {"apig-cost": {"usage": [{"match": "x", "trafficGB": -1}]}},
            "apig-cost.usage[0].trafficGB: expected a number of at least 0, found -1",
        ),
        (
            {"apig-cost": {"usage": [{"match": "x", "trafficGb": 1}]}},
            "apig-cost.usage[0].trafficGb: unknown key; did you mean trafficGB?",
        ),
        ({"apig-cost": {"report": "x"}}, 'apig-cost.report: expected an object, found "x"'),
        (
            {"apig-cost": {"waivers": [{**WAIVER, "expires": "soon"}]}},
            'apig-cost.waivers[0].expires: expected a date such as 2027-03-31, found "soon"',
        ),
        (
            {"apig-cost": {"waivers": [{**WAIVER, "expires": 20270331}]}},
            "apig-cost.waivers[0].expires: expected a date such as 2027-03-31, found 20270331",
        ),
        (
            {"apig-cost": {"waivers": [{**WAIVER, "policy": "eip-idel"}]}},
            "apig-cost.waivers[0].policy: expected the name of a policy, "
            'found "eip-idel"; did you mean eip-idle?',
        ),
        (
            {"apig-monthly-budget": {"limits": [{**LIMIT, "amount": -1.5}]}},
            "apig-monthly-budget.limits[0].amount: expected a number of at least 0, found -1.5",
        ),
        (
            {"apig-monthly-budget": {"limits": [{**LIMIT, "currency": "usd"}]}},
            "apig-monthly-budget.limits[0].currency: expected an ISO 4217 code such as CNY, USD or EUR, "
            'found "usd"',
        ),
        (
            {"apig-monthly-budget": {"limits": [LIMIT, LIMIT]}},
            'apig-monthly-budget.limits[1].name: "all" is already the name of apig-monthly-budget.limits[0]',
        ),
        (
            {"apig-monthly-budget": {"limits": [{**LIMIT, "scope": {"resorce": "x"}}]}},
            "apig-monthly-budget.limits[0].scope.resorce: unknown key; did you mean resource?",
        ),
        (
            {"apig-monthly-budget": {"limits": [{**LIMIT, "scope": {"meter": "eip.bandwith"}}]}},
            'apig-monthly-budget.limits[0].scope.meter: no meter matches "eip.bandwith"; '
            "did you mean eip.bandwidth?",
        ),
        (
            {"apig-monthly-budget": {"increases": [{"name": "up"}]}},
            "apig-monthly-budget.increases[0]: expected amount or percent, found neither",
        ),
        (
            {"apig-monthly-budget": {"increases": [{"name": "up", "amount": 1}]}},
            "apig-monthly-budget.increases[0]: expected amount and currency together, found one of them",
        ),
        (
            {
                "apig-monthly-budget": {
                    "exchange": [{"from": "CNY", "to": "USD", "rate": 0, "date": "2026-01-01"}]
                }
            },
            "apig-monthly-budget.exchange[0].rate: expected a number above 0, found 0",
        ),
        (
            {"apig-monthly-budget": {"exchange": [{"from": "A", "to": "B"}, {"from": "A", "to": "B"}]}},
            "apig-monthly-budget.exchange[1]: apig-monthly-budget.exchange[0] already states this rate",
        ),
        (
            {"apig-monthly-budget": {"maxPriceAgeDays": 1.5}},
            "apig-monthly-budget.maxPriceAgeDays: expected a whole number, found 1.5",
        ),
        (
            {"apig-monthly-budget": {"maxPriceAgeDays": "30"}},
            'apig-monthly-budget.maxPriceAgeDays: expected a whole number, found "30"',
        ),
        (
            {"apig-monthly-budget": {"whenUndecided": "pass"}},
            'apig-monthly-budget.whenUndecided: expected fail or warn, found "pass"',
        ),
    ],
)
def test_each_error_of_the_pack(document: dict, problem: str) -> None:
    assert problem in problems(document)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"sites": "cn"}, "sites: unknown key; did you mean site?"),
        ({"site": "us"}, 'site: expected cn, intl or eu, found "us"'),
        ({"limits": []}, "limits: this key stands under apig-monthly-budget"),
        ({"eip-idle": {"site": "cn"}}, "eip-idle.site: this key stands at the top of the file"),
        (
            {"eip-idle": {"enforcementLevel": "advisory"}},
            "eip-idle.enforcementLevel: unknown key; known: level",
        ),
        ({"apig-cost": {}}, "apig-cost: shared settings stand at the top of the file, without a table"),
    ],
)
def test_each_error_of_the_toml(document: dict, problem: str) -> None:
    assert problem in problems(document, from_toml)


def test_all_problems_at_once_one_line_each() -> None:
    found = problems({"apig-cost": {"site": 1, "hoursPerMonth": "\n\x1b[31m", "x": 1}, "nope": {}})
    assert len(found) == 4
    assert all(line.isprintable() for line in found)


def test_what_looks_like_a_secret_is_never_shown() -> None:
    secret = "AKIA" + "Q7" * 12
    for document in (
        {"apig-cost": {"hoursPerMonth": secret}},
        {"apig-cost": {"site": "my-password"}},
        {"apig-cost": {"accessKey": secret}},
        {"eip-idle": secret},
    ):
        told = "\n".join(problems(document))
        assert secret not in told
        assert "my-password" not in told


def test_the_environment_comes_before_the_file() -> None:
    given = Settings(site="cn", max_price_age_days=5)
    found = with_variables(
        given, {"SITE": "eu", "HOURS_PER_MONTH": "744", "MAX_PRICE_AGE_DAYS": "30"}, "APIG_COST_"
    )
    assert (found.site, found.hours_per_month, found.max_price_age_days) == ("eu", 744, 30)


def test_errors_of_the_environment_name_the_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        with_variables(Settings(), {"SITE": "us", "SITES": "x", "MAX_PRICE_AGE_DAYS": "-1"}, "APIG_COST_")
    assert caught.value.problems == (
        'APIG_COST_MAX_PRICE_AGE_DAYS: expected a whole number, found "-1"',
        'APIG_COST_SITE: expected cn, intl or eu, found "us"',
        "APIG_COST_SITES: unknown variable; did you mean APIG_COST_SITE?",
    )


def test_a_misspelt_option_of_the_environment_is_suggested() -> None:
    with pytest.raises(SettingsError) as caught:
        with_variables(Settings(), {"FORMT": "json"}, "APIG_COST_", ["FORMAT"])
    assert caught.value.problems == ("APIG_COST_FORMT: unknown variable; did you mean APIG_COST_FORMAT?",)


def test_every_example_of_the_documentation_is_right() -> None:
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
    names = [policy.name for policy in policies()]
    examples = re.findall(r"```(toml|json)\n(.*?)```", page, re.S)
    assert len(examples) >= 4
    for kind, text in examples:
        if kind == "toml":
            assert from_toml(tomllib.loads(text), names) != Settings()
        else:
            assert from_pack(json.loads(text), names) == from_toml(tomllib.loads(examples[0][1]), names)


@pytest.mark.parametrize(("name", "make"), [("settings", toml_schema), ("pack", pack_schema)])
def test_published_schemas_are_current(name: str, make) -> None:
    """Stale? scripts/generate"""
    published = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    assert published == json.loads(json.dumps(make([policy.name for policy in policies()])))


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1e400000", 10**300, 1e300, "9" * 5_000])
@pytest.mark.parametrize("key", ["hoursPerMonth", "usage", "limits", "rate"])
def test_a_number_that_would_fill_the_memory_is_an_error_of_its_key(number: object, key: str) -> None:
    """As text it may have a billion digits."""
    documents: dict[str, dict[str, object]] = {
        "hoursPerMonth": {"apig-cost": {"hoursPerMonth": number}},
        "usage": {"apig-cost": {"usage": [{"match": "*", "trafficGB": number}]}},
        "limits": {"apig-monthly-budget": {"limits": [{**LIMIT, "amount": number}]}},
        "rate": {
            "apig-monthly-budget": {
                "exchange": [{"from": "CNY", "to": "USD", "rate": number, "date": "2026-11-01"}]
            }
        },
    }
    (problem,) = problems(documents[key])
    assert key in problem
    assert "expected a number of ordinary size" in problem
    assert len(problem) < 300
