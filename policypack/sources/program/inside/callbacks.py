"""Proving that a callback of the program declares nothing.

Pulumi does not run the callback of ``apply`` while the value is unknown, so whatever it would declare
is missing in a preview, without a word. Proven are formatting, conversions, look-ups and functions of
the program that are proven themselves. In doubt, a callback may declare.
"""

from __future__ import annotations

import ast
import builtins
import functools
import sys
import types
from collections import Counter
from typing import Any, Iterator  # noqa: UP035 - Pythons older than ours

from . import harmless, places

_DEEPEST = 8
"""Calls that are followed."""

_MISSING = object()
_LOCAL = object()
"""A name that the callback itself gives a value: proven by the expression that made it."""

_sources: dict[str, bytes | str] = {}

_ATOMS = (str, bytes, int, float, bool, complex, type(None))

_BUILTINS = frozenset(
    [
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "len",
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "sorted",
        "reversed",
        "enumerate",
        "zip",
        "range",
        "min",
        "max",
        "sum",
        "any",
        "all",
        "abs",
        "round",
        "repr",
        "format",
        "isinstance",
        "type",
        "hasattr",
        "print",
        "iter",
        "next",
        "chr",
        "ord",
        "hex",
        "oct",
        "bin",
        "divmod",
        "pow",
        "hash",
        "map",
        "filter",
    ]
)

METHODS = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "copy",
        "count",
        "decode",
        "encode",
        "endswith",
        "expandtabs",
        "find",
        "format",
        "format_map",
        "get",
        "group",
        "groupdict",
        "groups",
        "hex",
        "index",
        "isalnum",
        "isalpha",
        "isascii",
        "isdecimal",
        "isdigit",
        "isidentifier",
        "islower",
        "isnumeric",
        "isprintable",
        "isspace",
        "istitle",
        "isupper",
        "items",
        "join",
        "keys",
        "ljust",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rindex",
        "rjust",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "subnets",
        "hosts",
        "supernet",
        "substitute",
        "safe_substitute",
        "swapcase",
        "title",
        "translate",
        "upper",
        "values",
        "zfill",
        "as_posix",
        "date",
        "digest",
        "exists",
        "hexdigest",
        "is_file",
        "isoformat",
        "read_bytes",
        "read_text",
        "strftime",
        "time",
        "timestamp",
        "total_seconds",
        "append",
        "extend",
        "update",
        "setdefault",
        "add",
        "insert",
    ]
)
"""Methods of texts, numbers, lists, tables, hashes, dates and paths that the callback is given or makes."""

_CHANGES = frozenset({"append", "extend", "update", "setdefault", "add", "insert"})
"""Those of them that change what they belong to; proven where the callback itself made that."""

_GIVE_WHAT_THEY_HOLD = frozenset({"get", "setdefault", "values", "items", "group", "groups", "groupdict"})
"""Those of them whose result may be, or hold, something that was there before."""

_MAKE = frozenset(
    [
        *("list", "dict", "set", "frozenset", "tuple", "sorted", "str", "int", "float", "bool", "bytes"),
        *("len", "sum", "abs", "round", "repr", "format", "chr", "ord", "hex", "oct", "bin"),
    ]
)
"""Builtins whose result is made by the call."""

_DISPLAYS = (
    *(ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp),
    *(ast.DictComp, ast.BinOp, ast.UnaryOp, ast.Compare),
)

_OUTPUT_METHODS = frozenset(
    ["concat", "format", "all", "from_input", "secret", "unsecret", "json_dumps", "json_loads"]
)


def remember(source: bytes | str, path: str) -> None:
    """Keep the source of a module of the program, as it was compiled."""
    _sources[path] = source


def may_declare(function: Any) -> bool:
    """Whether it is not proven that a call of a function declares nothing.

    Args:
        function: Any callable.
    """
    try:
        return not _declares_nothing(function, frozenset(), _DEEPEST)
    except Exception:
        return True


def _declares_nothing(given: Any, seen: frozenset[Any], depth: int) -> bool:
    if depth == 0:
        return False
    if isinstance(given, functools.partial):
        return _declares_nothing(given.func, seen, depth) and all(
            _is_data(value, seen, depth) for value in (*given.args, *given.keywords.values())
        )
    owner = _MISSING
    if isinstance(given, types.MethodType):
        given, owner = given.__func__, given.__self__
    if isinstance(given, types.FunctionType):
        code = given.__code__
        if code in seen:
            return True  # proven if the rest is
        if not places.is_looked_into(code.co_filename):
            return _is_harmless_of_library(given)
        nodes = [node for node in _functions(code.co_filename) if _matches(node, code)]
        proof = [_Proof(given, node, owner, seen | {code}, depth).holds() for node in nodes]
        return bool(proof) and all(proof)
    return _is_harmless_of_library(given)


def _is_harmless_of_library(value: Any) -> bool:
    name = getattr(value, "__name__", "")
    module = getattr(value, "__module__", None) or ""
    owner = getattr(value, "__self__", None)
    if isinstance(value, types.BuiltinFunctionType) and not isinstance(owner, (types.ModuleType, type(None))):
        return isinstance(owner, _ATOMS) and name in METHODS
    if name in _CHANGES and hasattr(value, "__objclass__"):
        return False
    if getattr(value, "__objclass__", None) in (str, bytes, int, float, dict, list, tuple):
        return name in METHODS
    if module == "builtins":
        return name in _BUILTINS and getattr(builtins, name, None) is value
    if module in harmless.PURE_MODULES:
        return name not in harmless.CHANGES
    if module == "pulumi.output":
        return isinstance(value, types.FunctionType) and name in _OUTPUT_METHODS
    if module in ("pulumi.log", "pulumi.config", "pulumi.metadata", "logging"):
        return isinstance(value, types.FunctionType)
    if module == "pulumi.runtime.settings":
        return name in ("get_organization", "get_project", "get_root_directory", "get_stack")
    if harmless.is_pure_of_package(module, name):
        return isinstance(value, types.FunctionType) and not places.is_looked_into(value.__code__.co_filename)
    if getattr(getattr(value, "__objclass__", None), "__module__", "") in harmless.IMMUTABLE_MODULES:
        return name not in harmless.CHANGES
    return isinstance(value, type) and hasattr(value, "_pulumi_input_type") and _is_of_sdk(value)


def _is_of_sdk(value: type) -> bool:
    path = places.file_of_class(value)
    return bool(path) and places.kind_of(path) == places.SDK


@functools.cache
def _functions(path: str) -> list[Any]:
    tree = ast.parse(_sources[path])
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    ]


def _matches(node: Any, code: types.CodeType) -> bool:
    lines = {node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))}
    named = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    count = code.co_argcount + code.co_kwonlyargcount
    return (
        getattr(node, "name", "<lambda>") == code.co_name
        and code.co_firstlineno in lines
        and _unmangled(code.co_varnames[:count]) == _unmangled(named)
    )


def _unmangled(names: Any) -> list[str]:
    return [name[name.find("__") :] if name.startswith("_") and "__" in name else name for name in names]


def _is_data(value: Any, seen: frozenset[Any], depth: int, room: int = 1000) -> bool:
    """Whether a value that a callback reaches is data, or a function that is proven."""
    if type(value) in _ATOMS or _is_output(value):
        return True
    if isinstance(value, _ATOMS):
        return all(_declares_nothing(one, seen, depth - 1) for one in _own_methods(type(value)))
    if type(value) in (list, tuple, set, frozenset):
        return len(value) <= room and all(_is_data(part, seen, depth, room // 10) for part in value)
    if type(value) is dict:
        return len(value) <= room and all(_is_data(part, seen, depth, room // 10) for part in value.values())
    if isinstance(value, type) and issubclass(value, BaseException):
        return True  # it is only named: in a handler, or where it is raised
    if callable(value):
        return _declares_nothing(value, seen, depth - 1)
    return False


def _own_methods(kind: type) -> Iterator[Any]:
    """Methods that the program gives to a kind of text or number, for its operators and conversions."""
    for parent in kind.__mro__:
        for name, member in vars(parent).items():
            code = getattr(getattr(member, "fget", member), "__code__", None)
            is_used = isinstance(member, property) or name.startswith("__") or name in METHODS
            if code is not None and is_used and name not in MAKING and places.is_of_program(code.co_filename):
                yield getattr(member, "fget", member)


MAKING = frozenset(
    [
        *("__init__", "__new__", "__init_subclass__", "__class_getitem__", "__post_init__", "__set_name__"),
        "__prepare__",
    ]
)
"""Methods that run when an object is made, not when it is used."""


def _is_output(value: Any) -> bool:
    return type(value).__module__ == "pulumi.output" and type(value).__name__ == "Output"


class _Proof(ast.NodeVisitor):
    """Walks one function. What it meets and does not know ends the proof."""

    def __init__(self, function: Any, node: Any, owner: Any, seen: frozenset[Any], depth: int) -> None:
        self._node = node
        self._seen = seen
        self._depth = depth
        self._holds = True
        self._names: dict[str, Any] = {}
        cells = zip(function.__code__.co_freevars, function.__closure__ or ())
        for name, cell in cells:
            try:
                self._names[name] = cell.cell_contents
            except ValueError:
                self._names[name] = _MISSING
        self._globals = function.__globals__
        args = node.args
        given = [*args.posonlyargs, *args.args]
        if owner is not _MISSING and given:
            self._names[given.pop(0).arg] = owner
        for item in (*given, *args.kwonlyargs, args.vararg, args.kwarg):
            if item is not None:
                self._names[item.arg] = _LOCAL
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        self._require(all(_is_data(value, seen, depth) or self._is_thing(value) for value in defaults))
        for value, name in zip(reversed(function.__defaults__ or ()), reversed([one.arg for one in given])):
            self._names[name] = _LOCAL if _is_data(value, frozenset(), 0) else value
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self._names[inner.id] = _LOCAL
            elif isinstance(
                inner, (ast.Global, ast.Nonlocal, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            ):
                self._require(inner is node)
            elif isinstance(inner, ast.Lambda) and inner is not node:
                for item in (*inner.args.posonlyargs, *inner.args.args, *inner.args.kwonlyargs):
                    self._names[item.arg] = _LOCAL
            elif isinstance(inner, ast.ExceptHandler) and inner.name:
                self._names[inner.name] = _LOCAL
            elif isinstance(
                inner, (ast.Yield, ast.YieldFrom, ast.Await, ast.With, ast.AsyncWith, ast.AsyncFor)
            ):
                self._require(False)

    @functools.cached_property
    def _made(self) -> set[str]:
        """Names that are given only what the function makes itself: to change that changes nothing else."""
        stores = Counter(
            one.id
            for one in ast.walk(self._node)
            if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
        )
        given = set()
        for one in ast.walk(self._node):
            if isinstance(one, ast.arg):
                given.add(one.arg)
            elif isinstance(one, ast.AugAssign):  # it changes what the name has, or gives it something new
                stores.subtract(self._stored(one.target, None))
            elif isinstance(one, ast.Assign):
                for target in one.targets:
                    stores.subtract(self._stored(target, one.value))
            elif isinstance(one, ast.AnnAssign) and one.value is not None:
                stores.subtract(self._stored(one.target, one.value))
        return {name for name, others in stores.items() if others == 0} - given

    def _stored(self, target: ast.expr, value: ast.expr | None) -> Iterator[str]:
        """Names that an assignment gives what is made here; without a value, what they have."""
        if isinstance(target, ast.Name) and (value is None or self._makes(value)):
            yield target.id
        if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)):
            return
        if not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts)):
            for one, its_value in zip(target.elts, value.elts):
                yield from self._stored(one, its_value)

    def _makes(self, node: ast.expr) -> bool:
        """Whether an expression makes its value."""
        if isinstance(node, ast.IfExp):
            return self._makes(node.body) and self._makes(node.orelse)
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                return called.id in _MAKE and self._value(called) is getattr(builtins, called.id)
            known = METHODS - _CHANGES - _GIVE_WHAT_THEY_HOLD
            return isinstance(called, ast.Attribute) and called.attr in known
        return isinstance(node, _DISPLAYS)

    def _is_made(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._made

    @staticmethod
    def _is_thing(value: Any) -> bool:
        return isinstance(value, types.ModuleType)

    def _require(self, fact: bool) -> None:
        self._holds = self._holds and fact

    def holds(self) -> bool:
        body = self._node.body if isinstance(self._node.body, list) else [self._node.body]
        for part in body:
            self.visit(part)
        return self._holds

    def visit_Import(self, node: ast.Import) -> None:
        for one in node.names:
            self._bind(one.asname or one.name.partition(".")[0], sys.modules.get(one.name))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = None if node.level else sys.modules.get(node.module or "")
        for one in node.names:
            self._bind(one.asname or one.name, vars(module).get(one.name) if module else None)

    def _bind(self, name: str, value: Any) -> None:
        self._require(value is not None)  # importing a module runs it
        self._names[name] = value

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            value = self._value(node)
            self._require(value is _LOCAL or _is_data(value, self._seen, self._depth))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        value = self._value(node)
        if value is _MISSING:
            self.generic_visit(node)
            self._require(isinstance(node.ctx, ast.Load) or self._is_made(node.value))
            return
        self._require(isinstance(node.ctx, ast.Load))
        self._require(value is _LOCAL or _is_data(value, self._seen, self._depth))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._require(self._is_made(node.value))
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):  # a list is changed in place
            self._require(self._is_made(node.target))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        for operand in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.visit(operand)
        called = node.func
        value = self._value(called)
        if value is not _MISSING and value is not _LOCAL:
            self._require(self._may_be_called(value))
        elif isinstance(called, ast.Attribute) and called.attr in METHODS:
            self._require(self._is_made_here(called.value, called.attr))
            self.visit(called.value)
        elif isinstance(called, ast.Attribute) and called.attr == "apply":
            self.visit(called.value)  # the inner callback is an operand, and proven as such
        elif isinstance(called, ast.Attribute) and called.attr in _OUTPUT_METHODS:
            self.visit(called.value)
        else:
            self._require(False)

    def _is_made_here(self, node: ast.expr, name: str) -> bool:
        if name in _CHANGES:
            return self._is_made(node)
        return True

    def _may_be_called(self, value: Any) -> bool:
        if isinstance(value, type) and issubclass(value, BaseException):
            made_by = [vars(kind).get(name) for kind in value.__mro__ for name in ("__new__", "__init__")]
            own = [one for one in made_by if isinstance(one, types.FunctionType)]
            return all(_declares_nothing(one, self._seen, self._depth - 1) for one in own)
        return _declares_nothing(value, self._seen, self._depth - 1)

    def _value(self, node: Any) -> Any:
        """What a name, or attributes of one, mean, without running anything; or that nobody knows."""
        if isinstance(node, ast.Name):
            for names in (self._names, self._globals, vars(builtins)):
                if node.id in names:
                    return names[node.id]
            return _MISSING
        if not isinstance(node, ast.Attribute):
            return _MISSING
        of = self._value(node.value)
        if of is _LOCAL or of is _MISSING or _is_output(of) or isinstance(of, _ATOMS):
            return _MISSING
        if isinstance(of, (types.ModuleType, type)):
            held = [
                vars(kind)
                for kind in (of.__mro__ if isinstance(of, type) else (of,))
                if node.attr in vars(kind)
            ]
            value = held[0][node.attr] if held else _REFUSED
            if isinstance(value, classmethod):
                return types.MethodType(value.__func__, of)
            return value.__func__ if isinstance(value, staticmethod) else value
        own = vars(of).get(node.attr, _REFUSED) if hasattr(of, "__dict__") else _REFUSED
        if own is not _REFUSED:
            return own
        for kind in type(of).__mro__:
            if node.attr in vars(kind):
                value = vars(kind)[node.attr]
                if isinstance(value, types.FunctionType):
                    return types.MethodType(value, of)
                if isinstance(value, property) and _is_of_sdk(type(of)):
                    return _LOCAL  # an output, or a part of one
                return value.__func__ if isinstance(value, staticmethod) else value
        return _REFUSED


class _Refused:
    """Stands for what cannot be told without running it; no data, and not callable."""


_REFUSED = _Refused()
