"""The drawing of a gateway: callers left, backends right, public edges marked, names harmless."""

import xml.etree.ElementTree as ElementTree

import pytest

from policypack.reports.drawing import svg
from policypack.reports.drawing.graph import graph_of

HOSTILE = [
    '"]; click gateway "javascript:alert(1)"',
    "<script>alert(1)</script>",
    "a\nb\x1b[31m",
    "\u202eevil",
    "x" * 500,
]


def public_gateway(program, ref):
    gateway = program.gateway()
    program.web(gateway, "8.8.8.8", "outside")
    program.api(gateway, "inside", mock={})
    program.web(gateway, program.unknown, "open")
    zone = program.add("dns_zone", "zone", name="example.com.")
    program.add(
        "dns_recordset", "www", zoneId=ref(zone), name="www.example.com.", type="A", records=[ref(gateway)]
    )
    return program.judged()


def test_a_weak_sign_is_drawn_as_one(program):
    program.gateway("gate-public")
    judged = program.judged("gate-public")
    assert "perhaps public" in svg(judged)
    assert 'stroke-width="3"' not in svg(judged)


def test_the_drawing_is_one_svg_without_scripts_or_outside_references(program, ref):
    text = svg(public_gateway(program, ref))
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "title", "g", "rect", "text", "line", "polygon"}
    assert text.count('stroke-width="3"') == 2
    assert "href" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_can_do_no_harm(program, name):
    gateway = program.gateway(name)
    program.web(gateway, "8.8.8.8", name)
    judged = program.judged(name)
    ElementTree.fromstring(svg(judged))
    assert "<script" not in svg(judged)


def test_without_evidence_both_sides_say_so(program):
    program.gateway()
    graph = graph_of(program.judged())
    assert [node.direction for node in (*graph.callers, *graph.backends)] == ["unknown", "unknown"]


def test_many_nodes_are_counted(program):
    gateway = program.gateway()
    for number in range(40):
        program.web(gateway, "10.20.0.1", f"api-{number}")
    graph = graph_of(program.judged())
    assert len(graph.backends) == 12
    assert graph.backends[-1].label == "29 more"
    assert graph.backends[-1].direction == "private"


def test_what_is_stated_is_marked(program):
    program.gateway(tags={"callers": "private"})
    judged = program.judged()
    assert "(stated)" in svg(judged)
