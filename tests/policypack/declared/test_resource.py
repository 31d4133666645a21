"""The inputs decide what the user set; outputs only add."""

import pytest

from policypack.declared import ABSENT, SECRET, Known, Resource, Unknown
from policypack.declared.wire import BLINDED_SECRET, SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING


def resource(inputs, **outputs):
    return Resource(urn="urn:pulumi:s::p::t:t:T::n", token="t:t:T", name="n", inputs=inputs, outputs=outputs)


def test_what_the_user_left_out_is_absent_whatever_the_provider_returned():
    eip = resource({}, size=5)
    assert eip.declared("size") == ABSENT
    assert eip.resolved("size") == Known(5)
    assert eip.computed("size") == Known(5)


def test_the_input_wins_over_the_output():
    eip = resource({"size": 9}, size=5)
    assert eip.declared("size") == Known(9)
    assert eip.resolved("size") == Known(9)


def test_null_is_not_set():
    eip = resource({"size": None}, size=None)
    assert eip.declared("size") == ABSENT
    assert eip.resolved("size") == ABSENT
    assert isinstance(eip.computed("size"), Unknown)


@pytest.mark.parametrize("value", [0, False, "", []])
def test_empty_values_are_set(value):
    assert resource({"size": value}).declared("size") == Known(value)


def test_an_unknown_input_is_filled_from_the_outputs_that_know_it():
    assert resource({"size": UNKNOWN_STRING}, size=5).declared("size") == Known(5)
    assert isinstance(resource({"size": UNKNOWN_STRING}).declared("size"), Unknown)
    assert isinstance(resource({"size": UNKNOWN_STRING}, size=UNKNOWN_STRING).declared("size"), Unknown)


def test_a_secret_is_never_filled():
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": 5}
    for given in (secret, BLINDED_SECRET):
        assert resource({"size": given}, size=5).declared("size") == SECRET
        assert resource({"size": given}, size=5).resolved("size") == SECRET
    assert not isinstance(resource({"size": UNKNOWN_STRING}, size=secret).declared("size"), Known)


def test_the_first_of_several_names_that_is_set():
    eip = resource({"availabilityZones": "b"}, availabilityZone="a")
    assert eip.declared("availabilityZone", "availabilityZones") == Known("b")
    assert resource({}, zones="c").resolved("zone", "zones") == Known("c")


def test_inputs_that_were_never_seen_are_not_absent():
    kept = resource(None, size=5)
    assert kept.declared("size") == Known(5)
    assert isinstance(kept.declared("eipId"), Unknown)
    assert isinstance(kept.resolved("eipId"), Unknown)


def test_what_the_provider_computes_is_unknown_before():
    assert isinstance(resource({"address": "203.0.113.1"}).computed("address"), Unknown)
