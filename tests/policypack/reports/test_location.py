"""Where findings are shown: the line that declares a resource, counted from the repository."""

import json

import pytest

from policypack.declared import Origin, Position, Resource, Stack
from policypack.reports.location import Place, place_of
from policypack.sources import read

EIP = "huaweicloud:Vpc/eip:Eip"
URN = f"urn:pulumi:dev::shop::{EIP}::web"


def stack(kind, path):
    position = Position("infra/__main__.py", 12)
    return Stack("shop", "dev", Origin(kind, path), [Resource(URN, EIP, "web", {}, position=position)])


@pytest.fixture
def repository(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "shop" / "infra").mkdir(parents=True)
    (tmp_path / "shop" / "infra" / "__main__.py").write_text("")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


def test_a_resource_of_a_program_is_where_it_is_declared(repository):
    assert place_of(stack("program", "."), URN) == Place("shop/infra/__main__.py", 12)
    assert place_of(stack("program", str(repository / "shop")), URN) == Place("shop/infra/__main__.py", 12)
    assert place_of(stack("engine", ""), URN) == Place("shop/infra/__main__.py", 12)


def test_a_file_beside_the_program_leads_to_it(repository):
    assert place_of(stack("preview-json", "preview.json"), URN) == Place("shop/infra/__main__.py", 12)
    elsewhere = repository / "reports" / "preview.json"
    assert place_of(stack("preview-json", str(elsewhere)), URN) == Place("shop/infra/__main__.py", 12)


@pytest.mark.parametrize("path", ["s3://bucket/.pulumi/stacks/shop/dev.json", "standard input", "-"])
def test_what_has_no_file_still_has_a_place(repository, path):
    (repository / "shop" / "infra" / "__main__.py").unlink()
    assert place_of(stack("checkpoint", path), URN).line == 1


def test_what_is_about_the_stack_stands_in_its_file(repository):
    assert place_of(stack("export", "export.json"), None) == Place("shop/export.json")
    assert place_of(stack("program", "."), None) == Place("shop/Pulumi.yaml")


def test_outside_of_a_repository_paths_stay_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert place_of(stack("export", "export.json"), URN) == Place("export.json")
    assert place_of(stack("export", "/data/export.json"), URN) == Place("file:///data/export.json")


@pytest.mark.parametrize(
    ("written", "position"),
    [
        ("project:///__main__.py#39", Position("__main__.py", 39)),
        ("project:///a%20b/x.py#39,4", Position("a b/x.py", 39)),
        ("project:///../secret.py#3", None),
        ("project:////etc/passwd#3", None),
        ("project:///a%0Ab.py#3", None),
        ("project:///x.py#0", None),
        ("project:///x.py", None),
        ("file:///x.py#3", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_a_state_says_where_a_resource_is_declared(tmp_path, written, position):
    record = {"urn": URN, "custom": True, "type": EIP, "sourcePosition": written}
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": [record]}}))
    (found,) = read(str(path))
    assert found.resources[0].position == position


KINDS = """
import pulumi

class Eip(pulumi.CustomResource):
    def __init__(self, name):
        super().__init__("huaweicloud:Vpc/eip:Eip", name)
"""


def test_a_program_says_where_a_resource_is_declared(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "kinds.py").write_text(KINDS)
    (tmp_path / "part.py").write_text("from kinds import Eip\ndef more():\n    Eip('two')\n")
    (tmp_path / "__main__.py").write_text(
        "from kinds import Eip\nfrom part import more\nEip('one')\nmore()\n"
    )
    (found,) = read(str(tmp_path))
    positions = {one.name: one.position for one in found.resources if one.custom}
    assert positions == {"one": Position("__main__.py", 3), "two": Position("part.py", 3)}
