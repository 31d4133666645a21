"""How a rule says what it finds."""

from policypack.declared import Origin, Resource, Stack
from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding
from policypack.findings.phrasing import sentence, sentences

WEB = Resource("urn:pulumi:prod::shop::t::web", "t", "web", {})


def test_about_a_resource() -> None:
    fact = Fact("It is bound to nothing.", WEB.urn)
    assert about(WEB).violation("It idles.", "Release it.", evidence=[fact]) == Finding(
        WEB.urn, "web", "violation", "high", "It idles.", "Release it.", (fact,)
    )


def test_what_cannot_be_told_is_not_firm_and_saves_nothing() -> None:
    assert about(WEB).undecided("Perhaps.", "Look.", key="k") == Finding(
        WEB.urn, "web", "undecided", "low", "Perhaps.", "Look.", key="k"
    )


def test_about_a_stack() -> None:
    named = about(Stack("shop", "prod", Origin("export"), []))
    assert (named.urn, named.name) == (None, "prod")
    assert about(Stack("shop", "", Origin("export"), [])).name == "shop"


def test_sentences() -> None:
    assert sentences("It is.", "", "So be it.") == "It is. So be it."
    assert sentence("It is", "it costs") == "It is; it costs."
