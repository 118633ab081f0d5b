"""What a check holds of an object at the far end: a handle that reads, calls and computes like the object itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from grader.checks.failure import CheckFailed, StudentRaised

if TYPE_CHECKING:
    from grader.host.session import Session

_MODULE_HANDLES = (0, 1)
_KIT = 1
_MAX_ITEMS = 100_000


class Bound:
    """`m.name` or a method, not called yet: one round trip when it is."""

    def __init__(self, session: Session, handle: int, name: str, owner: Remote) -> None:
        self._session, self._handle, self._name = session, handle, name
        self._owner = owner  # keeps the handle from being released

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.do("method", self._handle, self._name, args, kwargs)

    def look_up(self) -> Any:
        """The thing itself, to be passed as an argument."""
        return self._session.do("take", self._handle, self._name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.look_up(), name)

    def __repr__(self) -> str:
        return f"<{self._name} of the module under test>"


class Remote:
    """An object at the far end. Names that begin with an underscore are not reached (other than operators)."""

    def __init__(self, session: Session, handle: int, type_name: str) -> None:
        object.__setattr__(self, "_remote", (session, handle, type_name))
        object.__setattr__(self, "_methods", set())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"a check can't reach the private name {name}")
        session, handle, _ = self._remote
        if handle == 0 and name == "kit":
            return Remote(session, _KIT, "kit")
        if handle in _MODULE_HANDLES or name in self._methods:
            return Bound(session, handle, name, self)
        value = session.do("get", handle, name)
        if isinstance(value, Remote) and value.handle_of() < 0:
            self._methods.add(name)
            return Bound(session, handle, name, self)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        session, handle, _ = self._remote
        session.do("set", handle, name, (value,))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        session, handle, _ = self._remote
        return session.do("call", handle, "", args, kwargs)

    def __iter__(self) -> Iterator[Any]:
        session, handle, _ = self._remote
        return RemoteIterator(session.do("iter", handle))

    def __next__(self) -> Any:
        return next(RemoteIterator(self))

    def __len__(self) -> int:
        try:
            return _number(self._plain("len"))
        except StudentRaised as raised:
            if raised.type_name == "TypeError" and raised.where is None:  # it has no length: list() asks, and goes on
                raise TypeError(raised.message) from None
            raise

    def __bool__(self) -> bool:
        raise _not_plain(self)

    def __eq__(self, other: object) -> bool:
        raise _not_plain(self)

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    __hash__ = object.__hash__

    def __float__(self) -> float:
        return float(self._plain("float"))

    def __int__(self) -> int:
        return _number(self._plain("int"))

    def __enter__(self) -> Any:
        return self._plain("enter")

    def __exit__(self, *error: object) -> bool:
        return bool(self._plain("exit"))

    def __del__(self) -> None:
        session, handle, _ = self._remote
        if handle > _KIT:
            session.release(handle)

    def __repr__(self) -> str:
        return f"<a {type_name_of(self)} object>"

    def session_of(self) -> Session:
        return self._remote[0]  # type: ignore[no-any-return]

    def handle_of(self) -> int:
        return self._remote[1]  # type: ignore[no-any-return]

    def _plain(self, op: str) -> Any:
        session, handle, _ = self._remote
        return session.do(op, handle)


class RemoteIterator:
    """Iterates over a student's iterator, one round trip an item, with a bound on their number."""

    def __init__(self, remote: Any) -> None:
        if not isinstance(remote, Remote):
            raise CheckFailed(f"A loop was started over {type(remote).__name__}, which can't be looped over.")
        self._iterator = remote
        self._count = 0

    def __iter__(self) -> RemoteIterator:
        return self

    def __next__(self) -> Any:
        self._count += 1
        if self._count > _MAX_ITEMS:
            raise CheckFailed(f"The loop gave more than {_MAX_ITEMS} items and was ended. Does it ever stop?")
        try:
            return self._iterator._plain("next")
        except StudentRaised as raised:
            if raised.type_name == "StopIteration":
                raise StopIteration from None
            raise


def type_name_of(remote: Remote) -> str:
    """The name of the class that the object said it has."""
    return str(remote._remote[2])


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise CheckFailed(f"A whole number was expected and {type(value).__name__} came.")
    return value


def _not_plain(remote: Remote) -> CheckFailed:
    """The answer to a comparison would be the student's own: an object that claims to be equal to everything, say."""
    return CheckFailed(
        f"Your code gave a {type_name_of(remote)} object where a plain value (a number, a tensor, a list, ...) is due."
    )


def _computed(session: Session, handle: int, name: str, args: tuple[Any, ...]) -> Any:
    """Arithmetic on an object stays an object: were a plain number accepted, any difference could claim to be zero."""
    result = session.do("operator", handle, name, args)
    if not isinstance(result, Remote):
        raise CheckFailed(
            f"An operation ({name}) on your objects gave {type(result).__name__} instead of such an object."
        )
    return result


def _forward(name: str) -> Any:
    def method(self: Remote, *others: Any) -> Any:
        session, handle, _ = self._remote
        return _computed(session, handle, name, (self, *others))

    return method


def _item(name: str) -> Any:
    def method(self: Remote, *others: Any) -> Any:
        session, handle, _ = self._remote
        return session.do("operator", handle, name, (self, *others))

    return method


def _backward(name: str) -> Any:
    def method(self: Remote, other: Any) -> Any:
        session, handle, _ = self._remote
        return _computed(session, handle, name, (other, self))

    return method


for _name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"]:
    setattr(Remote, f"__{_name}__", _forward(_name))
    setattr(Remote, f"__r{_name}__", _backward(_name))
for _name in ["neg", "pos", "abs"]:
    setattr(Remote, f"__{_name}__", _forward(_name))
for _name in ["getitem", "setitem", "delitem"]:
    setattr(Remote, f"__{_name}__", _item(_name))
