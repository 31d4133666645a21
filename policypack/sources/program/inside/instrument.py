"""Compiles the program's modules so that their operations go through ``operations``.

Only expressions and the heads of statements change; lines, names and the order of evaluation stay. The
calls are of the form ``check(function)(operands)``, so that a function still runs in the frame that
called it. Nothing is written: the cache of compiled modules is neither read nor filled.
"""

from __future__ import annotations

import ast
import copy
import importlib.machinery
import runpy
import types
from typing import Any

from . import callbacks, failures, operations, places

cannot_look: set[str] = set()
"""Modules of the program that could not be compiled in this way."""


def install() -> None:
    """From now on, modules of the program are compiled by ``compiled``."""
    operations.install()
    loader: Any = importlib.machinery.SourceFileLoader
    load, to_code = loader.get_code, loader.source_to_code

    def get_code(self: Any, fullname: str) -> Any:
        path = self.get_filename(fullname)
        if type(self).source_to_code is not source_to_code:
            return load(self, fullname)
        if not places.is_of_program(path):
            code = load(self, fullname)
            if not isinstance(code, types.CodeType) or not places.holds_more_than_a_schema(path, code):
                return code
        return self.source_to_code(self.get_data(path), path)

    def source_to_code(self: Any, data: Any, path: Any, **options: Any) -> Any:
        if isinstance(data, (bytes, str)) and places.is_of_program(str(path)):
            return compiled(data, str(path))
        return to_code(self, data, path, **options)

    loader.get_code, loader.source_to_code = get_code, source_to_code
    read = getattr(runpy, "_get_code_from_file", None)
    if read is None:
        return

    def get_code_from_file(*names: Any) -> Any:
        hook = read(*names)
        code, rest = (hook[0], hook[1:]) if isinstance(hook, tuple) else (hook, None)
        path = names[-1]
        if isinstance(code, types.CodeType) and places.is_of_program(str(path)):
            with open(path, "rb") as file:
                code = compiled(file.read(), code.co_filename)
        return code if rest is None else (code, *rest)

    runpy._get_code_from_file = get_code_from_file  # type: ignore[attr-defined]


def compiled(source: bytes | str, path: str) -> types.CodeType:
    """The code of a module, with its operations seen.

    Raises:
        SyntaxError: It is no Python.
    """
    plain = compile(source, path, "exec", dont_inherit=True)
    try:
        tree = ast.parse(source, path)
        callbacks.remember(source, path)
        tree = ast.fix_missing_locations(_Pass(path).visit(tree))
        code = compile(tree, path, "exec", dont_inherit=True)
    except (RecursionError, ValueError, TypeError, SyntaxError, MemoryError):
        cannot_look.add(path)
        return plain
    places.looked_into.add(path)
    return code


class _Pass(ast.NodeTransformer):
    def __init__(self, path: str) -> None:
        self._path = path
        self._scopes: list[tuple[str, int]] = [("<module>", 0)]

    # What stays: annotations are no operations, and patterns are not evaluated like expressions.

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        node.target = self.visit(node.target)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_TypeAlias(self, node: Any) -> Any:
        return node

    def visit_match_case(self, node: Any) -> Any:
        if node.guard is not None:
            node.guard = self.visit(node.guard)
        node.body = self._all(node.body)
        return node

    def _function(self, node: Any) -> Any:
        node.decorator_list = self._all(node.decorator_list)
        node.args.defaults = self._all(node.args.defaults)
        node.args.kw_defaults = [one and self.visit(one) for one in node.args.kw_defaults]
        self._scopes.append(_named(node))
        if not _may_swallow(node):
            failures.hand_on.add(self._scope())
        node.body = self._all(node.body)
        self._scopes.pop()
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self._scopes.append(_named(node))
        self.generic_visit(node)
        self._scopes.pop()
        return node

    def _scope(self) -> failures.Scope:
        name, first = self._scopes[-1]
        return failures.scope(self._path, name, first)

    def _all(self, nodes: list[Any]) -> list[Any]:
        made: list[Any] = []
        for node in nodes:
            match = self.visit(node)
            made += match if isinstance(match, list) else [match]
        return made

    # Expressions.

    def visit_Call(self, node: ast.Call) -> Any:
        node.args = self._all(node.args)
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
            if keyword.arg is None:
                keyword.value = _operation("mapping", keyword.value)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("super", "vars", "dir", "locals", "globals") and not node.args:
            return node  # they look at the frame
        node.func = _operation("call", self.visit(node.func))
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        operands = [node.left, *node.comparators]
        names = [type(one).__name__ for one in node.ops]
        if len(names) > 1 and not all(_has_no_effect(one) for one in operands[2:]):
            self.generic_visit(node)
            return node  # the operands themselves are asked
        operands = self._all(operands)
        if len(names) == 1:
            return _at(node, _operation("compare", ast.Constant(names[0]), *operands))
        listed = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
        return _at(node, _operation("compare_all", listed, *operands))

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        return _at(node, _operation("item", node.value, _index(node.slice)))

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and node.attr.startswith("__") and node.attr.endswith("__"):
            if (
                isinstance(node.value, ast.Call)
                and isinstance(node.value.func, ast.Name)
                and node.value.func.id == "super"
            ):
                return node
            return _at(node, _operation("attribute", node.value, ast.Constant(node.attr)))
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        return _at(node, _operation("text", self._joined(node)))

    def visit_TemplateStr(self, node: Any) -> Any:
        return node

    def _joined(self, node: ast.JoinedStr) -> ast.JoinedStr:
        node.values = [
            self._field(one) if isinstance(one, ast.FormattedValue) else one for one in node.values
        ]
        return node

    def _field(self, node: ast.FormattedValue) -> ast.FormattedValue:
        node.value = self.visit(node.value)
        spec = node.format_spec
        if isinstance(spec, ast.JoinedStr) and not all(isinstance(one, ast.Constant) for one in spec.values):
            conversion = "" if node.conversion < 0 else chr(node.conversion)
            value = _operation("formatted", node.value, ast.Constant(conversion), self._joined(spec))
            return ast.copy_location(ast.FormattedValue(value, -1, None), node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        return _operation("modulo", node.left, node.right) if isinstance(node.op, ast.Mod) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod) and isinstance(node.target, ast.Name):
            before = _at(node.target, ast.Name(node.target.id, ast.Load()))
            return _at(node, ast.Assign([node.target], _operation("modulo", before, node.value)))
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if not node.is_async:
            node.iter = _loop(node.target, node.iter)
        return node

    # Statements.

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        shapes = {str(_shape(one)): _shape(one) for one in node.targets}
        if len(shapes) == 1:
            (shape,) = shapes.values()
            if shape is not None:
                node.value = _operation("unpack", node.value, _constant(shape))
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Subscript):
            stored = _operation("store", node.value, target.value, _index(target.slice))
            return _at(node, ast.Expr(stored))
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        self.generic_visit(node)
        name = self._scopes[-1][0]
        if node.value is not None and name in operations.FACTS:
            node.value = _operation("answer", node.value, ast.Constant(name))
        return node

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        node.iter = _loop(node.target, node.iter)
        return node

    def visit_Match(self, node: Any) -> Any:
        self.generic_visit(node)
        node.subject = _operation("subject", node.subject)
        return node

    def visit_Assert(self, node: ast.Assert) -> Any:
        node.test = self._assumed(node.test, True, None)
        if node.msg is not None:
            node.msg = self.visit(node.msg)
        return node

    def visit_If(self, node: ast.If) -> Any:
        raised = None if node.orelse else self._raised_at_once(node.body)
        if raised is None:
            self.generic_visit(node)
            return node
        node.test = self._assumed(node.test, False, raised)
        node.body = self._all(node.body)
        return node

    def _raised_at_once(self, body: list[ast.stmt]) -> ast.expr | None:
        """What a branch raises that does nothing else; if that ends the program, it declares nothing."""
        if self._scopes[-1][0].startswith("__"):
            return None  # the failures of special methods are answers
        last = body[-1]
        raised = _raised(last.exc) if isinstance(last, ast.Raise) else None
        return raised if raised is not None and all(map(_only_tells, body[:-1])) else None

    def _assumed(self, test: Any, answer: bool, raised: ast.expr | None) -> Any:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test.operand = self._assumed(test.operand, not answer, raised)
            return test
        if isinstance(test, ast.BoolOp):
            test.values = [self._assumed(one, answer, raised) for one in test.values]
            return test
        operands: list[ast.expr] = [self.visit(test), ast.Constant(answer)]
        if raised is not None:
            nothing = ast.arguments([], [], None, [], [], None, [])
            operands.append(_at(test, ast.Lambda(nothing, copy.deepcopy(raised))))
        return _at(test, _operation("assume", *operands))

    def _try(self, node: Any) -> Any:
        conditions = [_conditions(one) for one in node.handlers]
        leaves = any(isinstance(one, _LEAVES) for part in node.finalbody for one in ast.walk(part))
        if leaves or conditions:
            known = None not in conditions and not leaves
            named = [one for one in conditions if one is not None] if known else []
            line = node.handlers[0].lineno if node.handlers else node.lineno
            body = failures.Body(
                *_lines(node.body),
                line,
                raised=tuple(name for raised, _ in named for name in raised),
                handled=tuple(name for _, handled in named for name in handled),
            )
            if body.has_conditions or not known:
                failures.bodies.setdefault(self._scope(), []).append(body)
        self.generic_visit(node)
        return node

    visit_Try = visit_TryStar = _try

    def _with(self, node: Any) -> Any:
        first, last = _lines(node.body)
        self.generic_visit(node)
        scope = ast.Tuple([ast.Constant(one) for one in self._scope()], ast.Load())
        for index, one in enumerate(node.items):
            start = min([first, *(_first_line(later.context_expr) for later in node.items[index + 1 :])])
            place = [ast.Constant(start), ast.Constant(last), _at(one.context_expr, copy.deepcopy(scope))]
            one.context_expr = _operation("manager", one.context_expr, *place)
        return node

    visit_With = visit_AsyncWith = _with


_LEAVES = (ast.Return, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom, ast.Try)
_TELLS = frozenset(["print", "log", "logging", "logger", "LOG", "LOGGER", "warnings", "pulumi"])
"""What a branch that only fails may call before."""
_WORDS = frozenset(["format", "join", "str", "repr", "len", "sorted", "type", "list"])
"""And with what it may put its message together."""


def _named(node: Any) -> tuple[str, int]:
    """Name and first line as the compiled code has them."""
    return node.name, min([node.lineno, *(one.lineno for one in node.decorator_list)])


def _lines(body: list[ast.stmt]) -> tuple[int, int]:
    return _first_line(body[0]), max(one.end_lineno or one.lineno for one in body)


def _first_line(node: ast.AST) -> int:
    return min(one.lineno for one in ast.walk(node) if isinstance(one, (ast.stmt, ast.expr)))


def _dotted(node: Any) -> str:
    """A name, also one with dots; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        of = _dotted(node.value)
        return of and f"{of}.{node.attr}"
    return ""


def _raised(node: Any) -> ast.expr | None:
    """The class or the failure that a ``raise`` names."""
    named = node.func if isinstance(node, ast.Call) else node
    return named if _dotted(named) else None


def _only_tells(node: ast.stmt) -> bool:
    """Whether a statement before a failure does nothing but say something, or compute what will be said."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return _dotted(node.value.func).partition(".")[0] in _TELLS
    return isinstance(node, (ast.Assign, ast.Expr, ast.Pass)) and not any(
        isinstance(one, (ast.Yield, ast.YieldFrom, ast.Await))
        or (isinstance(one, ast.Call) and _last_name(one.func) not in _WORDS)
        for one in ast.walk(node)
    )


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _conditions(handler: ast.ExceptHandler) -> tuple[list[str], list[str]] | None:
    """What must be proven so that a handler hides nothing; ``None`` where that cannot be.

    It fails itself (what it raises must be a failure), or no unknown causes what it handles.
    """
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and all(map(_only_tells, handler.body[:-1])):
        again = last.exc is None or (isinstance(last.exc, ast.Name) and last.exc.id == handler.name)
        if again:
            return [], []
        raised = _raised(last.exc)
        return None if raised is None else ([_dotted(raised)], [])
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [_dotted(kind) for kind in kinds]
    return ([], names) if all(names) else None


def _operation(name: str, *operands: ast.expr) -> Any:
    return _at(
        operands[0], ast.Call(ast.Name(f"{operations.PREFIX}{name}__", ast.Load()), list(operands), [])
    )


def _at(node: ast.AST, made: Any) -> Any:
    return ast.copy_location(made, node) if hasattr(node, "lineno") else made


def _loop(target: ast.expr, values: ast.expr) -> Any:
    shape = _shape(target)
    return _operation("loop", values) if shape is None else _operation("loop", values, _constant(shape))


def _shape(target: ast.expr) -> Any:
    if isinstance(target, ast.Starred):
        return "*"
    if isinstance(target, (ast.Tuple, ast.List)):
        return tuple(_shape(one) for one in target.elts)
    return None


def _constant(shape: Any) -> ast.expr:
    if isinstance(shape, tuple):
        return ast.Tuple([_constant(one) for one in shape], ast.Load())
    return ast.Constant(shape)


def _index(node: Any) -> Any:
    if isinstance(node, ast.Slice):
        bounds = [one or ast.Constant(None) for one in (node.lower, node.upper, node.step)]
        return _at(node, ast.Call(ast.Name(f"{operations.PREFIX}slice__", ast.Load()), bounds, []))
    if isinstance(node, ast.Tuple):
        node.elts = [_index(one) for one in node.elts]
        return node
    if type(node).__name__ == "Index":  # before Python 3.9
        return _index(node.value)
    return node


def _has_no_effect(node: ast.expr) -> bool:
    return all(isinstance(one, _PLAIN) for one in ast.walk(node))


_PLAIN = (ast.Name, ast.Constant, ast.Attribute, ast.Load, ast.UnaryOp, ast.unaryop, ast.Tuple, ast.List)


def _may_swallow(node: Any) -> bool:
    """Whether a function may return something true."""
    returned = [one.value for part in node.body for one in ast.walk(part) if isinstance(one, ast.Return)]
    return any(
        value is not None and not (isinstance(value, ast.Constant) and not value.value) for value in returned
    )
