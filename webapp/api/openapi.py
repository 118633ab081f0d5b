"""The OpenAPI 3.1 document, made from what the endpoints declare."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from grader import __version__
from grader.report.json_form import CHECK_POINTS, REPORT_POINTS
from grader.report.model import Report
from webapp.api.contract import JSON, RAW, Endpoint
from webapp.api.shapes import Failure
from webapp.policy import Act
from webapp.web.gate import LARGEST

ABOUT: Final = """The API of a gradgym installation: what the command line and other programs use.

Every request carries a token, `Authorization: Bearer gg_...`; cookies mean nothing here. `POST /tokens` makes one. Long
lists come in pages: pass `next` of one as `cursor` to get the following. Whatever can't be done is answered with one
shape, `{"error": {"code", "message"}}`, and nothing of such a request is stored.
"""
REFUSALS: Final = {
    400: "The body is no JSON.",
    401: "No token, or one that doesn't hold.",
    403: "This is for others in the course.",
    404: "There is no such thing, or it is not yours to see.",
    409: "It can't be done as things stand: the message says why.",
    413: "It is larger than what is taken.",
    415: "The body has another type than what is taken.",
    422: "Something that was sent is not as it has to be; `field` names it.",
    429: "Too often: `retry_after` says for how many seconds to wait.",
    500: "Something is wrong on our side.",
    503: "The database is away: try again later.",
}
NAMES: Final = {
    "course": "A course, by its slug.",
    "exercise": "An exercise, by its slug.",
    "submission": "A submission, by its id.",
    "student": "A student, by the id of the enrolment.",
}
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_TEMPLATE = "#/components/schemas/{name}"


def document(endpoints: Sequence[Endpoint], prefix: str) -> dict[str, Any]:
    """The whole document for endpoints below `prefix`."""
    kinds = [Failure, Report]
    for one in endpoints:
        kinds += [one.query, *([one.body] if one.body else [])]
        kinds += [answer for answer in one.answers.values() if answer is not None and not isinstance(answer, str)]
    references, schemas = msgspec.json.schema_components(kinds, ref_template=_TEMPLATE)
    named = dict(zip(map(_key, kinds), references, strict=True))
    queries = {_key(one.query): schemas[one.query.__name__] for one in endpoints}
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        path = prefix + _PLACE.sub(r"{\2}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, named, queries[_key(one.query)])
    shown = {name: schema for name, schema in schemas.items() if name not in {one.query.__name__ for one in endpoints}}
    _report_in_plain_points(shown)
    for schema in shown.values():
        schema.pop("title", None)
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "gradgym", "version": __version__, "description": ABOUT},
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(one.part for one in endpoints)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `POST /tokens`, or on your account's page.",
                }
            },
            "responses": {
                f"Refused{status}": _response(said, named[_key(Failure)]) for status, said in REFUSALS.items()
            },
            "schemas": shown,
        },
    }


def _key(kind: Any) -> str:
    return repr(kind)


def _operation(one: Endpoint, named: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    summary, _, more = one.about.partition("\n")
    found: dict[str, Any] = {"operationId": one.name, "tags": [one.part], "summary": summary.strip()}
    if more.strip():
        found["description"] = more.strip()
    if one.act is Act.ANYTHING:
        found["security"] = []
    parameters = [*_in_path(one.path), *_in_query(query), *_in_headers(one)]
    if parameters:
        found["parameters"] = parameters
    if one.body is not None:
        content: dict[str, Any] = {JSON: {"schema": named[_key(one.body)]}}
        if one.raw:
            content[RAW] = {}
        found["requestBody"] = {"required": True, "content": content}
    answers: dict[str, Any] = {}
    for status, answer in one.answers.items():
        answers[str(status)] = _answer(status, answer, named)
    for status in sorted(_refusals(one)):
        answers[str(status)] = {"$ref": f"#/components/responses/Refused{status}"}
    return {**found, "responses": answers}


def _refusals(one: Endpoint) -> set[int]:
    """The statuses with which this endpoint may refuse."""
    found = {401, 422, 500, 503, *one.also}
    if one.act not in (Act.ANYTHING, Act.SIGNED_IN, Act.SEE_COURSE):
        found.add(403)
    if "<" in one.path:
        found.add(404)
    if one.body is not None:
        found |= {400, 413, 415}
    return found


def _answer(status: int, answer: Any, named: dict[str, Any]) -> dict[str, Any]:
    said = {200: "Here it is.", 201: "It was made.", 204: "Done."}[status]
    if answer is None:
        return {"description": said}
    if isinstance(answer, str):
        return {"description": said, "content": {answer.partition(";")[0]: {"schema": {"type": "string"}}}}
    return _response(said, named[_key(answer)])


def _response(said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": said, "content": {JSON: {"schema": schema}}}


def _in_path(path: str) -> list[dict[str, Any]]:
    whole = {"type": "integer", "minimum": 0, "maximum": LARGEST}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": NAMES[name],
            "schema": whole if converter == "int" else {"type": "string", "minLength": 1},
        }
        for converter, name in _PLACE.findall(path)
    ]


def _in_query(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": known.get("description", ""),
            "schema": {key: value for key, value in known.items() if key != "description"},
        }
        for name, known in schema["properties"].items()
    ]


def _in_headers(one: Endpoint) -> list[dict[str, Any]]:
    return [
        {
            "name": header.name,
            "in": "header",
            "required": False,
            "description": header.about,
            "schema": {"type": "string", "pattern": header.pattern},
        }
        for header in one.headers
    ]


def _report_in_plain_points(schemas: dict[str, Any]) -> None:
    """Inside, points are whole thousandths; in JSON they are plain numbers (docs/report.md)."""
    for name, keys, said in (
        ("Report", REPORT_POINTS, "What one grading found: docs/report.md is its contract."),
        ("CheckResult", CHECK_POINTS, "One check of a report."),
    ):
        schemas[name]["description"] = said
        schemas[name]["required"] += [key for key in keys if key not in schemas[name]["required"]]
        for key in keys:
            nullable = "anyOf" in schemas[name]["properties"][key]
            schemas[name]["properties"][key] = (
                {"anyOf": [{"type": "number"}, {"type": "null"}]} if nullable else {"type": "number"}
            )
