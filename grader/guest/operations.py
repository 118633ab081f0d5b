"""The closed list of operations that the host may ask for on an object of the guest."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

Operation = Callable[[Any, str, list[Any], dict[str, Any]], Any]

OPERATORS = frozenset(
    (
        *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg", "pos", "abs"),
        *("getitem", "setitem", "delitem"),
    )
)


def _call(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return target(*args, **kwargs)


def _method(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return getattr(target, name)(*args, **kwargs)


def _get(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return getattr(target, name)


def _set(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    setattr(target, name, args[0])


def _operator(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if name not in OPERATORS:
        raise ValueError(f"{name} is not an operation of the wire")
    return getattr(operator, name)(*args)


def _enter(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return type(target).__enter__(target)


def _exit(target: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> bool:
    return bool(type(target).__exit__(target, None, None, None))


OPERATIONS: dict[str, Operation] = {
    "call": _call,
    "method": _method,
    "get": _get,
    "take": _get,  # to be passed on: always a handle of its own
    "set": _set,
    "operator": _operator,
    "enter": _enter,
    "exit": _exit,
    "len": lambda target, name, args, kwargs: len(target),
    "iter": lambda target, name, args, kwargs: iter(target),
    "next": lambda target, name, args, kwargs: next(target),
    "float": lambda target, name, args, kwargs: float(target),
    "int": lambda target, name, args, kwargs: int(target),
    "repr": lambda target, name, args, kwargs: repr(target)[:500],
}
