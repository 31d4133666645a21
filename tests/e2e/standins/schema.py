"""The schema of the provider, read from the source of its own Python SDK.

YAML programs need one: their host looks up each resource's properties and their types in it. The schema
that the provider ships is not in the SDK, but names, types and tokens are. Only the modules that programs
of the tests use are read. What a resource gives back is of any type, since no test reads into it.
"""

import ast
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODULES = ("dedicatedapig", "dns", "ecs", "vpc")
ANY = {"$ref": "pulumi.json#/Any"}
SIMPLE = {"str": "string", "int": "integer", "bool": "boolean", "float": "number"}
RESOURCE = re.compile(r"'(?P<token>huaweicloud:\w+/\w+:\w+)',")


def schema() -> str:
    """The schema as the provider would serve it."""
    found = find_spec("pulumi_huaweicloud")
    assert found is not None
    assert found.origin is not None
    resources: dict[str, Any] = {}
    types: dict[str, Any] = {}
    for module in MODULES:
        for path in sorted((Path(found.origin).parent / module).glob("*.py")):
            text = path.read_text(encoding="utf-8")
            classes = [one for one in ast.parse(text).body if isinstance(one, ast.ClassDef)]
            if path.name == "_inputs.py":
                types |= {named(module, one.name): block(one, module) for one in classes}
            elif not path.name.startswith(("_", "get_")) and (token := RESOURCE.search(text)):
                resources[token["token"]] = resource(classes, module)
    return json.dumps(
        {
            "name": "huaweicloud",
            "version": "0.0.12",
            "config": {},
            "provider": {},
            "types": types,
            "resources": resources,
        }
    )


def named(module: str, name: str) -> str:
    name = name.removesuffix("Args")
    return f"huaweicloud:{module}/{name}:{name}"


def block(cls: ast.ClassDef, module: str) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties(cls, module))}


def resource(classes: list[ast.ClassDef], module: str) -> dict[str, Any]:
    [inputs] = [one for one in classes if one.name.endswith("Args")]
    [made] = [one for one in classes if "pulumi.CustomResource" in map(ast.unparse, one.bases)]
    return {
        "inputProperties": dict(properties(inputs, module)),
        "properties": {name: ANY for name, _ in properties(made, module)},
    }


def properties(cls: ast.ClassDef, module: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names as the engine spells them, with their types."""
    for one in cls.body:
        if not isinstance(one, ast.FunctionDef) or one.returns is None:
            continue
        decorators = [ast.unparse(decorator) for decorator in one.decorator_list]
        if "property" in decorators:
            [getter] = [text for text in decorators if text.startswith("pulumi.getter")]
            name = re.search(r"name='(\w+)'", getter)
            yield name[1] if name else one.name, type_of(one.returns, module)


def type_of(annotation: ast.expr, module: str) -> dict[str, Any]:
    match annotation:
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Input"), slice=inner):
            return type_of(inner, module)
        case ast.Subscript(value=ast.Name(id="Sequence"), slice=inner):
            return {"type": "array", "items": type_of(inner, module)}
        case ast.Subscript(value=ast.Name(id="Mapping"), slice=ast.Tuple(elts=[_, inner])):
            return {"type": "object", "additionalProperties": type_of(inner, module)}
        case ast.Constant(value=str(name)):
            return {"$ref": f"#/types/{named(module, name)}"}
        case ast.Name(id=name) if name in SIMPLE:
            return {"type": SIMPLE[name]}
    return ANY
