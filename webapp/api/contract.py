"""What an endpoint promises: who may call it, what it takes, what it answers. Kept at each request, and documented.

    api = Endpoints("courses")

    @api.get("/courses/<course>/students", act=Act.SEE_ALL)
    def students(query: PageQuery) -> Page[Student]: ...

The types of `query`, of `body` and of the answer are the contract. A view gets what was sent as these types; `here`
holds what the address names.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from flask import Response, request

from webapp.api.reading import body_of, query_of
from webapp.policy import Act
from webapp.web.gate import Gate
from webapp.web.problem import Problem

RAW: Final = "application/octet-stream"
JSON: Final = "application/json"

View = TypeVar("View", bound=Callable[..., Any])


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """An address that takes no parameters."""


@dataclass(frozen=True)
class Answer:
    """An answer with a status of its own, or with headers."""

    value: Any
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """A request header that an endpoint reads. `pattern` is what it has to match."""

    name: str
    about: str
    pattern: str


@dataclass(frozen=True)
class Endpoint:
    """One method of one path.

    `answers`: status -> struct, None (no content) or a media type. `raw`: plain bytes do as a body, too.
    """

    method: str
    path: str
    act: Act
    view: Callable[..., Any]
    part: str
    query: type[msgspec.Struct]
    body: type[msgspec.Struct] | None
    raw: bool
    answers: Mapping[int, Any]
    headers: tuple[Header, ...]
    also: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def about(self) -> str:
        return inspect.getdoc(self.view) or ""

    def respond(self, **_: Any) -> Response:
        """Read the request, call the view, write the answer."""
        given: dict[str, Any] = {}
        query = query_of(self.query, request.args)
        if self.query is not NoQuery:
            given["query"] = query
        if self.body is not None:
            given["body"] = self._body()
        answer = self.view(**given)
        if isinstance(answer, Response):
            return answer
        if not isinstance(answer, Answer):
            answer = Answer(answer, min(self.answers))
        content = b"" if answer.value is None else msgspec.json.encode(answer.value)
        return Response(content, answer.status, answer.headers, mimetype=None if answer.value is None else JSON)

    def _body(self) -> Any:
        assert self.body is not None
        if request.mimetype == JSON:
            return body_of(self.body, request.get_data(cache=False))
        if self.raw and request.mimetype == RAW:
            return request.get_data(cache=False)
        taken = f"`{JSON}`" + (f" or `{RAW}`" if self.raw else "")
        raise Problem(415, "wrong_type", f"This address takes {taken}: name it in the header `Content-Type`.")


class Endpoints:
    """The endpoints of one part of the API."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.all: list[Endpoint] = []

    def get(self, path: str, *, act: Act, **more: Any) -> Callable[[View], View]:
        return self._add("GET", path, act, **more)

    def post(self, path: str, *, act: Act, **more: Any) -> Callable[[View], View]:
        return self._add("POST", path, act, **more)

    def put(self, path: str, *, act: Act, **more: Any) -> Callable[[View], View]:
        return self._add("PUT", path, act, **more)

    def delete(self, path: str, *, act: Act, **more: Any) -> Callable[[View], View]:
        return self._add("DELETE", path, act, **more)

    def _add(
        self,
        method: str,
        path: str,
        act: Act,
        *,
        answers: Mapping[int, Any] | None = None,
        headers: Sequence[Header] = (),
        also: Sequence[int] = (),
    ) -> Callable[[View], View]:
        def declared(view: View) -> View:
            hints = get_type_hints(view)
            body, raw = _body_type(hints.get("body"))
            endpoint = Endpoint(
                method=method,
                path=path,
                act=act,
                view=view,
                part=self.part,
                query=hints.get("query", NoQuery),
                body=body,
                raw=raw,
                answers=answers or {200: hints["return"]},
                headers=tuple(headers),
                also=tuple(also),
            )
            self.all.append(endpoint)
            return view

        return declared


def _body_type(hint: Any) -> tuple[type[msgspec.Struct] | None, bool]:
    """The struct of a body, and whether plain bytes do, too (`Struct | bytes`)."""
    kinds = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    struct = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)), None)
    return struct, bytes in kinds


def serve(gate: Gate, endpoints: Sequence[Endpoint]) -> None:
    """Make routes of these endpoints."""
    for one in endpoints:
        gate.route(one.path, act=one.act, methods=[one.method], endpoint=one.name)(one.respond)
