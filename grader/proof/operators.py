"""The small changes that make mutants: for each node of a syntax tree, the edits of its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Place = tuple[int, int]  # line from 1, column in bytes from 0, as in the syntax tree


@dataclass(frozen=True)
class Edit:
    """Put `text` in the place of what stands between `begin` and `end`; `operator` is the kind of change."""

    operator: str
    begin: Place
    end: Place
    text: str


_SIGNS: Final = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Pow: ("**", "*"),
    ast.Mod: ("%", "//"),
}
_COMPARED: Final = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_OPPOSITES: Final = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)  # "comparison" negates these
_NOT_COMMUTATIVE: Final = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv)
_DROPPED_TERMS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_OTHER: Final = {
    "min": "max",
    "amin": "amax",
    "argmin": "argmax",
    "minimum": "maximum",
    "clamp_min": "clamp_max",
    "sum": "mean",
    "floor": "ceil",
    "any": "all",
    "sin": "cos",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "rand": "randn",
}
_OTHERS: Final = _OTHER | {new: old for old, new in _OTHER.items()}
_AXIS_WORDS: Final = ("dim", "axis", "dims")
_BY_AXIS: Final = frozenset(
    """sum mean amax amin max min argmax argmin softmax log_softmax logsumexp cat stack squeeze unsqueeze size std var
    prod cumsum norm index_select gather split chunk flip sort topk select narrow flatten""".split()  # noqa: SIM905 - a list would take thirty lines
)
_NAMED_STATEMENTS: Final = ("zero_grad", "eval", "train", "backward")
_SAFE: Final = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.List, ast.Dict, ast.JoinedStr)


def edits_of(tree: ast.Module, source: str) -> Iterator[Edit]:
    """Every edit of every operator."""
    return _Finder(source, tree).edits(tree)


class _Finder:
    def __init__(self, source: str, tree: ast.Module) -> None:
        self._taken: set[ast.AST] = set()  # constants that another operator has dealt with
        self._lines = [line.encode() for line in source.splitlines(keepends=True)]
        self._with_gradients = bool(re.search(r"\bbackward\(|requires_grad|\bnn\.|autograd", ast.unparse(tree)))

    def edits(self, node: ast.AST, names: frozenset[str] = frozenset()) -> Iterator[Edit]:
        """The edits of a node and of all below it. `names`: arguments and loop variables that statements can see."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            names = names | {one.arg for one in given}
            yield from self._gradient_kept(node)
        elif isinstance(node, ast.For):
            names = names | {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
        if node in self._taken:
            return
        yield from self._of(node, names)
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "type_params", "bases", "exc", "cause", "msg"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not isinstance(child, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
                    yield from self.edits(child, names)

    def _of(self, node: ast.AST, names: frozenset[str]) -> Iterator[Edit]:
        if isinstance(node, ast.BinOp):
            yield from self._binary(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
            operator = "sign" if isinstance(node.op, ast.USub) else "negated"
            yield _instead(operator, node, self._operand(node.operand))
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            old, new = _COMPARED[type(node.ops[0])]
            yield from self._between("comparison", node.left, node.comparators[0], old, new)
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:], strict=False):
                yield from self._between("and_or", left, right, old, new)
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.Constant):
            yield from self._constant(node)
        elif isinstance(node, ast.Slice):
            for edge in (node.lower, node.upper):
                if edge is not None and not isinstance(edge, (ast.Constant, ast.UnaryOp)):
                    yield _instead("off_by_one", edge, f"{self._operand(edge)} - 1")
        elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
            yield from self._negated(node.test)
        elif isinstance(node, ast.comprehension):
            for test in node.ifs:
                yield from self._negated(test)
        if isinstance(node, ast.stmt):
            yield from self._statement(node, names)

    def _negated(self, test: ast.expr) -> Iterator[Edit]:
        opposite = isinstance(test, ast.Compare) and isinstance(test.ops[0], _OPPOSITES)
        if not opposite and not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
            yield _instead("negated", test, f"not ({self._text(test)})")

    def _binary(self, node: ast.BinOp) -> Iterator[Edit]:
        left, right = self._operand(node.left), self._operand(node.right)
        if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return
        if type(node.op) in _SIGNS:
            yield from self._between("sign", node.left, node.right, *_SIGNS[type(node.op)])
        if isinstance(node.op, _DROPPED_TERMS):
            yield _instead("dropped_term", node, left)
            yield _instead("dropped_term", node, f"-{right}" if isinstance(node.op, ast.Sub) else right)
        if isinstance(node.op, _NOT_COMMUTATIVE):
            middle = self._slice(_end(node.left), _begin(node.right)).strip(" ()\n") or "-"
            text = f"{right} {middle} {left}"
            yield _instead("swapped_operand", node, text if self._stands_alone(node) else f"({text})")

    def _call(self, node: ast.Call) -> Iterator[Edit]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func)
        if name in _OTHERS:
            end = _end(node.func)
            yield Edit("other_function", (end[0], end[1] - len(name)), end, _OTHERS[name])
        if name == "range" and not isinstance(node.args[-1 if len(node.args) < 3 else 1], ast.Constant):
            stop = node.args[-1 if len(node.args) < 3 else 1]
            yield _instead("off_by_one", stop, f"{self._operand(stop)} - 1")
        if len(node.args) == 2 and all(isinstance(one, (ast.Name, ast.Attribute)) for one in node.args):
            first, second = (self._text(one) for one in node.args)
            if name not in ("isinstance", "zip", "max", "min", "minimum", "maximum"):
                yield Edit("swapped_operand", _begin(node.args[0]), _end(node.args[1]), f"{second}, {first}")
        for word in node.keywords:
            if word.arg == "keepdim":
                self._taken.add(word.value)
                yield _instead("keepdim", word.value, "False")
            elif word.arg in ("min", "max") and name in ("clamp", "clamp_"):
                begin = _begin(word)
                other = "max" if word.arg == "min" else "min"
                yield Edit("min_max", begin, (begin[0], begin[1] + 3), other)
            elif word.arg in _AXIS_WORDS:
                yield from self._axis(word.value)
        yield from self._positional_axis(node, name)

    def _positional_axis(self, node: ast.Call, name: str) -> Iterator[Edit]:
        """`x.sum(0)`, `torch.cat(parts, 1)`."""
        if name not in _BY_AXIS or not isinstance(node.func, ast.Attribute):
            return
        of_torch = isinstance(node.func.value, ast.Name) and node.func.value.id in ("torch", "F")
        for one in node.args[1 if of_torch else 0 :][:1]:
            yield from self._axis(one)

    def _axis(self, node: ast.expr) -> Iterator[Edit]:
        value = _whole(node)
        if value is not None:
            self._taken.add(node)
            yield _instead("axis", node, {0: "1", 1: "0", -1: "0", -2: "-1"}.get(value, str(value - 1)))

    def _method(self, node: ast.Call, called: ast.Attribute) -> Iterator[Edit]:
        if called.attr == "detach":
            yield _instead("detach", node, self._operand(called.value))
        elif called.attr in ("clone", "contiguous", "copy"):
            yield _instead("dropped_copy", node, self._operand(called.value))
        elif called.attr in ("sqrt", "exp", "log", "abs", "square", "transpose", "t") and not _is_module(called.value):
            yield _instead("dropped_call", node, self._operand(called.value))
        elif re.fullmatch(r"[a-z]\w*[a-z0-9]_", called.attr):
            end = _end(called)
            yield Edit("in_place", (end[0], end[1] - 1), end, "")

    def _constant(self, node: ast.Constant) -> Iterator[Edit]:
        value = node.value
        if isinstance(value, bool):
            yield _instead("constant", node, str(not value))
        elif isinstance(value, int):
            yield _instead("off_by_one", node, str(value + 1))
        elif isinstance(value, float):
            yield _instead("constant", node, "1.0" if value == 0 else repr(value * 2))

    def _statement(self, node: ast.stmt, names: frozenset[str]) -> Iterator[Edit]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name = getattr(node.value.func, "attr", "")
            yield _instead(f"dropped_{name}" if name in _NAMED_STATEMENTS else "dropped_statement", node, "pass")
        elif isinstance(node, (ast.Raise, ast.Continue, ast.Break, ast.AugAssign)) or (
            isinstance(node, ast.Assign) and not isinstance(node.targets[0], (ast.Name, ast.Tuple))
        ):
            yield _instead("dropped_statement", node, "pass")
        if isinstance(node, ast.AugAssign):
            sign = _SIGNS.get(type(node.op))
            if sign:
                yield from self._between("sign", node.target, node.value, f"{sign[0]}=", f"{sign[1]}=")
                if isinstance(node.target, ast.Name) and node.target.id in names:
                    text = f"{node.target.id} = {node.target.id} {sign[0]} {self._operand(node.value)}"
                    yield _instead("in_place", node, text)
        elif isinstance(node, ast.With) and "no_grad" in self._text(node.items[0].context_expr):
            yield Edit("no_grad", _begin(node), _end(node.items[-1].context_expr), "if True")

    def _gradient_kept(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Edit]:
        """A tensor that is returned without its past, where the program has to do with gradients."""
        if (
            not self._with_gradients
            or node.returns is None
            or self._text(node.returns) not in ("Tensor", "torch.Tensor")
        ):
            return
        for one in ast.walk(node):
            if isinstance(one, ast.Return) and one.value is not None and not isinstance(one.value, ast.Constant):
                yield _instead("detach", one.value, f"({self._text(one.value)}).detach()")

    def _between(self, operator: str, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Edit]:
        """Another sign between two expressions."""
        begin = _end(left)
        for number in range(begin[0], right.lineno + 1):
            line = self._lines[number - 1]
            low = begin[1] if number == begin[0] else 0
            high = right.col_offset if number == right.lineno else len(line)
            place = line.find(old.encode(), low, high)
            if place >= 0 and b"#" not in line[low:place]:
                yield Edit(operator, (number, place), (number, place + len(old.encode())), new)
                return

    def _operand(self, node: ast.expr) -> str:
        text = self._text(node)
        return text if isinstance(node, _SAFE) else f"({text})"

    def _stands_alone(self, node: ast.expr) -> bool:
        """Whether there are brackets around it already."""
        (first, low), (last, high) = _begin(node), _end(node)
        return self._lines[first - 1][:low].endswith(b"(") and self._lines[last - 1][high:].startswith(b")")

    def _text(self, node: ast.expr) -> str:
        return self._slice(_begin(node), _end(node))

    def _slice(self, begin: Place, end: Place) -> str:
        if begin[0] == end[0]:
            return self._lines[begin[0] - 1][begin[1] : end[1]].decode()
        middle = self._lines[begin[0] : end[0] - 1]
        parts = [self._lines[begin[0] - 1][begin[1] :], *middle, self._lines[end[0] - 1][: end[1]]]
        return b"".join(parts).decode()


_Placed = ast.expr | ast.stmt | ast.keyword


def _begin(node: _Placed) -> Place:
    return node.lineno, node.col_offset


def _end(node: _Placed) -> Place:
    assert node.end_lineno is not None and node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset


def _instead(operator: str, node: _Placed, text: str) -> Edit:
    return Edit(operator, _begin(node), _end(node), text)


def _whole(node: ast.expr) -> int | None:
    """A whole number that is written out."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and (inner := _whole(node.operand)) is not None:
        return -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "math", "F")
