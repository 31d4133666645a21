"""The drawing of a gateway: callers before it, backends behind it, public edges marked, names harmless."""

import re

import pytest
from msgspec.structs import replace

from policypack.reports.drawing import graph_of
from policypack.reports.drawing.kinds import kind_of
from policypack.reports.page.render import environment
from tests.policypack.reports.page.pages import Page

HOSTILE = [
    "<script>alert(1)</script>",
    "a\nb\x1b[31m",
    "\u202eevil",
    "x" * 500,
]


def drawn(judged) -> Page:
    parts = environment().get_template("parts.html.jinja").module
    return Page(str(parts.drawing(graph_of(judged))))


def lines(page: Page) -> list[str]:
    """How the edges are drawn."""
    return [one.attributes["class"].removeprefix("node ") for one in page.with_class("node")]


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


def test_boxes_have_types_and_edges_have_labels(program, ref):
    judged = public_gateway(program, ref)
    graph = graph_of(judged)
    assert [(node.kind, node.name, node.edge) for node in graph.callers] == [
        ("public DNS record", "www", "public")
    ]
    assert [(node.kind, node.name, node.edge) for node in graph.backends] == [
        ("public address", "outside", "public"),
        ("address not known yet", "open", "not known"),
        ("mock", "inside", "private"),
    ]
    page = drawn(judged)
    assert lines(page) == ["public", "public", "open", "private"]
    assert "public DNS record www" in page.text


def test_a_weak_sign_is_drawn_as_one(program):
    program.gateway("gate-public")
    page = drawn(program.judged("gate-public"))
    assert "perhaps public" in page.text
    assert set(lines(page)) == {"open"}


def test_two_boxes_of_one_resource_say_what_tells_them_apart(program):
    gateway = program.gateway()
    program.api(gateway, "list", web={"path": "/", "backendAddress": "8.8.8.8"})
    program.gateway("other")
    judged = program.judged()
    nodes = graph_of(judged).backends
    assert len({(node.kind, node.name, node.detail) for node in nodes}) == len(nodes)
    assert not any(node.detail.startswith("API ") for node in nodes)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_can_do_no_harm(program, name):
    gateway = program.gateway(name)
    program.web(gateway, "8.8.8.8", name)
    page = drawn(program.judged(name))
    assert {one.tag for one in page.elements} <= {"div", "ul", "li", "span", "b", "strong"}
    assert (page.misplaced, page.inside) == ([], [])
    assert not re.search("[\x1b\u202e]", page.html)
    assert max(map(len, re.findall("x+", page.html))) <= 500


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
    assert graph.backends[-1].name == "29 more"
    assert graph.backends[-1].direction == "private"


def test_many_nodes_that_differ_are_not_called_unknown(program):
    gateway = program.gateway()
    for number in range(20):
        program.web(gateway, "10.20.0.1" if number % 2 else "8.8.8.8", f"api-{number}")
    for number in range(20, 23):
        program.web(gateway, program.unknown, f"api-{number}")
    judged = program.judged()
    rest = graph_of(judged).backends[-1]
    assert (rest.name, rest.edge, rest.line) == ("12 more", "not known, private", "open")
    only = replace(
        judged.outbound,
        evidence=tuple(one for one in judged.outbound.evidence if one.direction != "unknown") * 2,
    )
    rest = graph_of(replace(judged, outbound=only)).backends[-1]
    assert (rest.edge, rest.line) == ("public, private", "open")


def test_what_says_nothing_is_not_called_undeclared(program):
    program.gateway(tags={"callers": "private"})
    judged = program.judged()
    silent = replace(judged.entrance.evidence[0], direction="neutral", weight="none")
    graph = graph_of(replace(judged, entrance=replace(judged.entrance, evidence=(silent,))))
    assert [node.detail for node in graph.callers] == ["What is declared says nothing of them."]


def test_what_is_stated_is_marked(program):
    program.gateway(tags={"callers": "private"})
    judged = program.judged()
    assert "private, stated" in drawn(judged).text
    assert graph_of(judged).callers[0].kind == "stated by the team"


def test_a_row_without_a_word_is_drawn_with_the_type_of_its_resource(program):
    program.gateway(tags={"callers": "private"})
    item = program.judged().entrance.evidence[0]
    assert kind_of(replace(item, stated=False, rule="caller-99")) == "ApigInstance"
    assert kind_of(replace(item, stated=False, rule="caller-99", urn=None)) == "settings"
