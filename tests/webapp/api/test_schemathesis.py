"""What the OpenAPI document says is what the API does: requests made up from it, good ones and bad, by ada and grace.

Bounded and the same each time. Most of the requests name a course, an exercise and a submission that are there.
"""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, strategies
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from webapp.api.routes import ENDPOINTS
from webapp.db.teaching import Assignment, CourseRow
from webapp.gradebook.overrides import set_override

CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.allow_header_conformance,
]

# What of a body has to be true, so that something is done.
REAL: dict[str, dict[str, Any]] = {
    "create_token": {"email": "ada@example.org", "password": "correct horse battery"},
    "give_points": {"points": 2.5},
}


@pytest.fixture
def there(site: Any, made_up: Any) -> dict[str, Any]:
    """Values for paths that name what is there: ada's submission, among others."""
    sent = site.graded("ada", made_up(1500))
    site.submit("bob")
    with site.database.write() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        exercise = db.get_one(Assignment, site.assignments["double_it"])
        set_override(db, site.person("grace"), course, exercise, site.enrolments["ada"], 2500, "by hand")
    return {"course": "tiny", "exercise": "double_it", "submission": sent, "student": site.enrolments["ada"]}


def operation_of(schema: Any, name: str) -> Any:
    found = [result.ok() for result in schema.get_all_operations()]
    (one,) = [one for one in found if one.definition.raw["operationId"] == name]
    return one


def is_bad_only_where_replaced(case: Any) -> bool:
    """Whether all that is wrong with a request is in parts of it that this test replaces: the path, the headers."""
    bad = {part for part, known in case.meta.components.items() if known.mode is GenerationMode.NEGATIVE}
    return bool(bad) and bad <= {ParameterLocation.PATH, ParameterLocation.HEADER}


def compare(site: Any, there: dict[str, Any], name: str, examples: int) -> None:
    """Send requests to one operation, and let schemathesis judge the answers."""
    tokens = {person: site.token(person) for person in ("grace", "ada")}
    mostly = strategies.sampled_from([True, True, False])
    operation = operation_of(schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app), name)
    good, bad = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    answered: set[int] = set()

    @hypothesis.settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=good | bad, person=strategies.sampled_from(list(tokens)), real=mostly)
    def run(case: Any, person: str, real: bool) -> None:
        chosen = CHECKS
        if real:
            if is_bad_only_where_replaced(case):
                chosen = [check for check in CHECKS if check is not checks.negative_data_rejection]
            case.path_parameters = {key: there[key] for key in case.path_parameters}
            if name in REAL and case.meta.generation.mode is GenerationMode.POSITIVE:
                case.body = case.body | REAL[name]
        answered.add(case.call_and_validate(headers=tokens[person], checks=chosen).status_code)

    run()
    assert answered & {200, 201, 204}, "some of these requests are good ones"


@pytest.mark.parametrize("name", [endpoint.name for endpoint in ENDPOINTS])
def test_the_api_is_as_it_is_documented(site: Any, there: dict[str, Any], name: str) -> None:
    compare(site, there, name, 15 if name == "create_token" else 50)  # looking at a password is slow on purpose


@pytest.mark.slow
@pytest.mark.parametrize("name", [endpoint.name for endpoint in ENDPOINTS])
def test_the_api_is_as_it_is_documented_in_more_examples(site: Any, there: dict[str, Any], name: str) -> None:
    compare(site, there, name, 400)
