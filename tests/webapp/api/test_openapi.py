"""The document at /api/v1/openapi.json, and the page that lists the same endpoints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from webapp.api.contract import Endpoint
from webapp.api.routes import ENDPOINTS
from webapp.policy import Act
from webapp.web.gate import acts_of

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.fixture
def document(site: Any) -> Any:
    answer = site.app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def operations(document: Any) -> dict[tuple[str, str], Any]:
    return {(method.upper(), path): one for path, of in document["paths"].items() for method, one in of.items()}


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_the_document_has_every_route_of_the_api_and_no_other(site: Any, document: Any) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.openapi"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert set(operations(document)) == routes
    assert document["openapi"] == "3.1.0"


def test_every_reference_of_the_document_leads_somewhere(document: Any) -> None:
    for reference in references(document):
        part = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
        assert part


def test_every_schema_of_the_document_is_one(document: Any) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_operation_says_in_a_sentence_what_it_does_and_needs_a_token_unless_anybody_may(document: Any) -> None:
    known = {endpoint.name: endpoint for endpoint in ENDPOINTS}
    for one in operations(document).values():
        assert one["summary"][0].isupper() and one["summary"][-1] == "."
        assert ("security" in one) == (known[one["operationId"]].act is Act.ANYTHING)
        assert all(parameter["description"] for parameter in one.get("parameters", ()))
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_routes_are_let_in_by_the_act_that_they_declare(site: Any) -> None:
    acts = acts_of(site.app)
    assert {endpoint.name: acts[f"api.{endpoint.name}"] for endpoint in ENDPOINTS} == {
        endpoint.name: endpoint.act for endpoint in ENDPOINTS
    }


def test_the_page_has_a_line_for_every_endpoint_and_no_stale_one() -> None:
    lines = re.findall(
        r"^\| `(GET|POST|PUT|DELETE) (\S+)` \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )

    def shown(endpoint: Endpoint) -> tuple[str, str]:
        return endpoint.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.path)

    assert {(method, path): who.strip() for method, path, who, _ in lines} == {
        shown(endpoint): endpoint.act.value for endpoint in ENDPOINTS
    } | {("GET", "/openapi.json"): Act.ANYTHING.value}
