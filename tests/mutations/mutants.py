"""Small changes to a module, each of which a test should notice."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPPOSITES: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True)
class Mutant:
    """A module with one change: its line, both pieces of code, the line's text, and the changed module."""

    line: int
    before: str
    after: str
    text: str = ""
    source: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {_short(self.before)}  →  {_short(self.after)}"


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every change that the table CHANGES makes to a module."""
    encoded, lines = source.encode(), source.splitlines()
    starts = [0]
    for line in encoded.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _code(ast.parse(source)):
        for after in _changes(node):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            whole = encoded[:start] + after.encode() + encoded[end:]
            before, text = encoded[start:end].decode(), lines[node.lineno - 1].strip()
            yield Mutant(node.lineno, before, after, text, whole.decode())


def _code(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield what runs and has an exact place: no annotations, decorators, or parts of f-strings."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.expr | ast.stmt):
                yield child
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from _code(child)


def _changes(node: ast.expr | ast.stmt) -> Iterator[str]:
    for kind, change in CHANGES:
        if isinstance(node, kind):
            changed = change(copy.deepcopy(node))
            if changed is not None:
                text = ast.unparse(changed)
                yield f"({text})" if isinstance(changed, ast.expr) else text


def _opposite(node: ast.AST) -> ast.AST | None:
    operator = type(node.op)  # type: ignore[attr-defined]  # of BinOp, BoolOp and AugAssign
    if operator not in OPPOSITES:
        return None
    node.op = OPPOSITES[operator]()  # type: ignore[attr-defined]
    return node


def _compare(node: ast.Compare) -> ast.AST | None:
    node.ops[0] = OPPOSITES[type(node.ops[0])]()  # type: ignore[call-overload]
    return node


def _constant(node: ast.Constant) -> ast.AST | None:
    if not isinstance(node.value, int):
        return None
    return ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)


def _without_not(node: ast.UnaryOp) -> ast.AST | None:
    return node.operand if isinstance(node.op, ast.Not) else None


def _exchanged(node: ast.IfExp) -> ast.AST | None:
    node.body, node.orelse = node.orelse, node.body
    return node


def _swapped(node: ast.Call) -> ast.AST | None:
    if ast.unparse(node.func) in ("max", "min", "hmac.compare_digest"):
        return None  # the order is all the same
    if len(node.args) < 2 or isinstance(node.args[0], ast.Starred) or isinstance(node.args[1], ast.Starred):
        return None
    if ast.dump(node.args[0]) == ast.dump(node.args[1]):
        return None
    node.args[:2] = node.args[1], node.args[0]
    return node


def _without_keyword(node: ast.Call) -> ast.AST | None:
    if not node.keywords or node.keywords[-1].arg is None:
        return None
    if ast.unparse(node.keywords[-1]) == "strict=False":
        return None  # as it is without
    node.keywords.pop()
    return node


def _without_call(node: ast.Expr) -> ast.AST | None:
    return ast.Pass() if isinstance(node.value, ast.Call) else None


def _without_change(node: ast.Assign) -> ast.AST | None:
    return ast.Pass() if isinstance(node.targets[0], ast.Attribute | ast.Subscript) else None


def _returns_nothing(node: ast.Return) -> ast.AST | None:
    return ast.Return() if node.value and not isinstance(node.value, ast.Constant) else None


def _removed(_: ast.stmt) -> ast.AST | None:
    return ast.Pass()


CHANGES: list[tuple[type[ast.AST], Callable[..., ast.AST | None]]] = [
    (ast.Compare, _compare),
    (ast.BinOp, _opposite),
    (ast.BoolOp, _opposite),
    (ast.AugAssign, _opposite),
    (ast.UnaryOp, _without_not),
    (ast.Constant, _constant),
    (ast.IfExp, _exchanged),
    (ast.Call, _swapped),
    (ast.Call, _without_keyword),
    (ast.Expr, _without_call),
    (ast.Assign, _without_change),
    (ast.AugAssign, _removed),
    (ast.Raise, _removed),
    (ast.Continue, _removed),
    (ast.Break, _removed),
    (ast.Return, _returns_nothing),
]


def _short(code: str) -> str:
    return " ".join(code.split())[:90]
