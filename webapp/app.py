"""The Flask application: `create_app(settings)` puts the parts together and does nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.courses.shelf import Shelf
from webapp.db.database import Database
from webapp.settings import Settings
from webapp.web import answers, gate, templating

# Where routes are: each module has a Gate called `pages`. The API, below /api, needs no CSRF token.
FEATURES: Final[tuple[str, ...]] = (
    "webapp.accounts.pages",
    "webapp.accounts.link_pages",
    "webapp.accounts.own_pages",
    "webapp.accounts.invitation_pages",
    "webapp.submissions.pages",
    "webapp.submissions.work",
    "webapp.gradebook.pages",
    "webapp.gradebook.insights",
    "webapp.gradebook.regrades",
    "webapp.courses.teaching",
    "webapp.courses.roster",
    "webapp.operations.pages",
    "webapp.api.routes",
)
MOST_BYTES: Final = 8 << 20  # of one request; a submission may be smaller still


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application for one installation. Its tables have to be there (`gradgym db upgrade`)."""
    app = Flask(__name__)
    app.config.update(
        SETTINGS=settings,
        DATABASE=database or Database(settings.database),
        SHELF=Shelf(),
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        SESSION_COOKIE_NAME="gradgym_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    if settings.proxies:
        known = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=known, x_proto=known, x_host=known)  # type: ignore[method-assign]
    csrf = CSRFProtect(app)
    for name in FEATURES:
        pages: Any = import_module(name).pages
        app.register_blueprint(pages)
        if pages.url_prefix and pages.url_prefix.startswith("/api/"):
            csrf.exempt(pages)
    app.config["ACTS"] = gate.acts_of(app)
    app.before_request(gate.admit)
    templating.prepare(app)
    answers.prepare(app)
    return app
