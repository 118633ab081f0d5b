"""The API's routes: the endpoints of each part, and the document that describes them."""

from __future__ import annotations

from functools import cache

import msgspec
from flask import Response

from webapp.api import account, courses, gradebook, submissions
from webapp.api.contract import Endpoint, serve
from webapp.api.openapi import document
from webapp.policy import Act
from webapp.web.gate import Gate

PREFIX = "/api/v1"
ENDPOINTS: tuple[Endpoint, ...] = tuple(
    one for part in (account, courses, submissions, gradebook) for one in part.api.all
)

pages = Gate("api", __name__, url_prefix=PREFIX)
serve(pages, ENDPOINTS)


@pages.route("/openapi.json", act=Act.ANYTHING)
def openapi() -> Response:
    """This API as an OpenAPI 3.1 document."""
    return Response(_document(), mimetype="application/json")


@cache
def _document() -> bytes:
    return msgspec.json.encode(document(ENDPOINTS, PREFIX))
