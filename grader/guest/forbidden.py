"""What an exercise forbids: found by reading the source, and refused when the student's own code calls it.

This is teaching, not security: it tells a student which part to build. Reading finds imports and dotted names; calling
finds the rest (methods of tensors, names reached with getattr). A call is refused only when it comes directly from the
student's module, so that allowed modules which use such functions inside go on working.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# A source that says one of these may reach names that don't stand in it.
_MAKES_NAMES = {"getattr", "vars", "eval", "exec", "globals", "locals", "__dict__", "__getattribute__", "attrgetter"}
_MAKES_NAMES |= {"methodcaller", "__import__", "import_module", "modules", "sys", "compile"}


class ForbiddenUse(BaseException):
    """The student's code called something that the exercise asks them to build."""


@dataclass(frozen=True)
class Finding:
    line: int
    message: str


class Forbidden:
    """Rules of one exercise: dotted names, "pkg.*" for all below, "!name" for an exception.

    A keyword is written "requires_grad=True".

    `imports` are the top-level modules that may be imported.
    """

    def __init__(self, names: Sequence[str], imports: Sequence[str]) -> None:
        self._exact = {name for name in names if not name.startswith("!") and not name.endswith(".*")}
        self._below = tuple(name[:-1] for name in names if name.endswith(".*") and not name.startswith("!"))
        self._allowed = {name[1:] for name in names if name.startswith("!")}
        self.imports = frozenset(imports)
        self.keywords = frozenset(name.partition("=")[0] for name in self._exact if name.endswith("=True"))

    def covers(self, name: str) -> bool:
        """Whether a dotted name is forbidden: itself, or something it lies below."""
        if name in self._allowed:
            return False
        if f"{name}." in self._below:
            return True
        parts = name.split(".")
        heads = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        return bool(heads & self._exact) or name.startswith(self._below)

    def excepts(self, name: str) -> bool:
        """Whether a dotted name is an exception to the rules."""
        return name in self._allowed

    def covers_import(self, name: str) -> bool:
        """Whether importing this module is forbidden: not when something below it is excepted."""
        return self.covers(name) and not any(allowed.startswith(f"{name}.") for allowed in self._allowed)

    def packages(self) -> set[str]:
        """The top-level packages that the rules speak of."""
        return {name.partition(".")[0] for name in (*self._exact, *self._below) if "." in name}

    def targets(self, used: frozenset[str] | None) -> Iterator[tuple[Any, str, str]]:
        """(owner, attribute, dotted name) of what can be called and is forbidden; with `used`, only of these."""
        for name in sorted(self._exact):
            owner, _, attribute = name.rpartition(".")
            if owner and (used is None or attribute in used):
                found = _resolve(owner)
                if found is not None and hasattr(found, attribute):
                    yield found, attribute, name
        for prefix in self._below:
            for module in with_submodules(prefix[:-1]):
                names = vars(module).keys()
                for attribute in (names & used) if used is not None else [key for key in names if key[:1] != "_"]:
                    value, name = vars(module)[attribute], f"{module.__name__}.{attribute}"
                    if callable(value) and _belongs(value, prefix) and self.covers(name):
                        if _is_public(attribute, value) and not self.covers(f"torch.{attribute}"):
                            continue  # an exception to the rule
                        yield module, attribute, name


def _belongs(value: object, prefix: str) -> bool:
    """Leave alone what a module merely imported (typing names, Tensor itself)."""
    home = getattr(value, "__module__", "") or ""
    return home.startswith(("torch._C", prefix.rstrip("."))) or isinstance(value, types.BuiltinFunctionType)


def _is_public(attribute: str, value: object) -> bool:
    """Whether this very object is also found at the top of torch (torch.no_grad lives in torch.autograd)."""
    return getattr(sys.modules.get("torch"), attribute, None) is value


@functools.cache
def with_submodules(name: str) -> tuple[types.ModuleType, ...]:
    """A module and the modules in it. A guest parent calls this ahead: looking through torch costs a fork dearly."""
    module = _resolve(name)
    if not isinstance(module, types.ModuleType):
        return ()
    inside = [value for value in list(vars(module).values()) if isinstance(value, types.ModuleType)]
    return (module, *(value for value in inside if value.__name__.startswith(f"{name}.")))


def names_used(tree: ast.AST) -> frozenset[str] | None:
    """Every attribute that this source could ask for by name; None when it makes names at run time."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.update(node.name.split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)
    return None if found & _MAKES_NAMES else frozenset(found)


def _resolve(name: str) -> Any:
    root, *rest = name.split(".")
    if root not in sys.modules:
        return None
    found: Any = sys.modules[root]
    for part in rest:
        found = getattr(found, part, None)
    return found


def scan(tree: ast.AST, rules: Forbidden) -> Finding | None:
    """The first use of a forbidden name or import, in the order of the lines.

    Code under `if __name__ == "__main__"` is left out.
    """
    scanner = _Scanner(rules)
    scanner.visit(tree)
    return min(scanner.findings, key=lambda finding: finding.line, default=None)


class _Scanner(ast.NodeVisitor):
    def __init__(self, rules: Forbidden) -> None:
        self._rules = rules
        self._names: dict[str, str] = {}
        self.findings: list[Finding] = []

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) not in ("__name__ == '__main__'", "'__main__' == __name__"):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._imported(node.lineno, alias.name)
            self._names[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "__future__":
            return
        if node.level or not node.module:
            self.findings.append(
                Finding(node.lineno, "A submission is one file: it can't import from a folder beside it.")
            )
            return
        for alias in node.names:
            self._imported(node.lineno, f"{node.module}.{alias.name}", module=node.module)
            self._names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self._dotted(node)
        if name and self._rules.covers(name):
            self.findings.append(Finding(node.lineno, builds_it_yourself(name)))
        elif not self._rules.excepts(name):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            off = isinstance(keyword.value, ast.Constant) and not keyword.value.value
            if keyword.arg in self._rules.keywords and not off:
                self.findings.append(Finding(keyword.value.lineno, builds_it_yourself(f"{keyword.arg}=True")))
        self.generic_visit(node)

    def _imported(self, line: int, name: str, module: str = "") -> None:
        root = (module or name).partition(".")[0]
        if self._rules.covers_import(name) or (module and self._rules.covers_import(module)):
            self.findings.append(Finding(line, builds_it_yourself(name)))
        elif root not in self._rules.imports:
            allowed = ", ".join(sorted(self._rules.imports))
            self.findings.append(
                Finding(line, f"This exercise doesn't use {root}. It can be solved with: {allowed}. Remove the import.")
            )

    def _dotted(self, node: ast.Attribute) -> str:
        parts = [node.attr]
        inner: ast.expr = node.value
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name) or inner.id not in self._names:
            return ""
        return ".".join([self._names[inner.id], *reversed(parts)])


def builds_it_yourself(name: str) -> str:
    return f"This exercise asks you to build {name} yourself: take it out and write that part by hand."


def guard(rules: Forbidden, used: frozenset[str] | None, is_student: Callable[[dict[str, Any]], bool]) -> None:
    """Make calls of forbidden names from the student's module raise ForbiddenUse.

    For a process of one submission: it can't be undone.
    """
    for name in rules.packages():
        with contextlib.suppress(ImportError):  # what isn't installed can't be called
            importlib.import_module(name)
    guarded: set[int] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # looking at some names of torch warns of their age
        targets = list(rules.targets(used))
    for owner, attribute, name in targets:
        value = getattr(owner, attribute)
        if isinstance(value, type) and id(value) in guarded:
            continue  # a class is found in several modules
        guarded.add(id(value))
        if isinstance(value, type):
            _guard_class(value, name, is_student)
        elif callable(value):
            setattr(owner, attribute, _refusing(value, name, is_student))


def _guard_class(cls: type, name: str, is_student: Callable[[dict[str, Any]], bool]) -> None:
    if issubclass(cls, BaseException) or "__init__" not in dir(cls):
        return
    try:
        type.__setattr__(cls, "__init__", _refusing(cls.__init__, name, is_student))
    except TypeError:
        return  # a built-in class: reading the source finds it


def _refusing(
    function: Callable[..., Any], name: str, is_student: Callable[[dict[str, Any]], bool]
) -> Callable[..., Any]:
    def refusing(*args: Any, **kwargs: Any) -> Any:
        if is_student(sys._getframe(1).f_globals):
            raise ForbiddenUse(builds_it_yourself(name))
        return function(*args, **kwargs)

    refusing.__name__ = getattr(function, "__name__", name)
    return refusing
