"""A mail server and a university's sign-in server: real ones, on loopback, that do as a test says."""

from __future__ import annotations

import base64
import email
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

from webapp.app import create_app


@dataclass
class Letterbox:
    """A mail server that keeps what it is sent, or refuses it."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 Not now"
        letter = email.message_from_bytes(envelope.content, EmailMessage, policy=default)
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def letterboxes() -> Iterator[Callable[..., Letterbox]]:
    """`letterboxes(**how)`: one more mail server, set up as aiosmtpd's Controller takes it."""
    running: list[Controller] = []

    def start(**how: Any) -> Letterbox:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            found = Letterbox(free.getsockname()[1])
        controller = Controller(found, hostname="127.0.0.1", port=found.port, **how)
        controller.start()
        running.append(controller)
        return found

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def letterbox(letterboxes: Callable[..., Letterbox]) -> Letterbox:
    return letterboxes()


@dataclass
class University:
    """A provider of OpenID Connect. `says` goes into the next ID tokens, over what is right."""

    address: str = ""
    client: tuple[str, str] = ("gradgym", "a secret of the client")
    says: dict[str, Any] = field(default_factory=dict)
    leaves_out: set[str] = field(default_factory=set)
    calls_itself: str = ""
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_with: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # code -> what was asked
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("university")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.configuration)
        app.add_url_rule("/jwks", view_func=self.jwks)
        app.add_url_rule("/authorize", view_func=self.authorize)
        app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        return app

    def configuration(self) -> Response:
        return jsonify(
            issuer=self.calls_itself or self.address,
            authorization_endpoint=f"{self.address}/authorize",
            token_endpoint=f"{self.address}/token",
            jwks_uri=f"{self.address}/jwks",
            id_token_signing_alg_values_supported=["ES256"],
        )

    def jwks(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def authorize(self) -> Any:
        asked = request.args.to_dict()
        self.asked.append(asked)
        assert asked["response_type"] == "code" and asked["client_id"] == self.client[0]
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self) -> Any:
        asked = self.codes.pop(request.form["code"], None)
        given = request.authorization
        if asked is None or given is None or (given.username, given.password) != self.client:
            abort(401)
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(verifier).decode().rstrip("=") != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        moment = int(time.time())
        claims = {"iss": self.address, "aud": self.client[0], "iat": moment, "exp": moment + 300}
        claims |= {"sub": "u-1", "nonce": asked["nonce"], "email": "eve@example.org", "email_verified": True}
        claims |= {"name": "Eve of the university"} | self.says
        kept = {name: value for name, value in claims.items() if name not in self.leaves_out}
        signed = jwt.encode({"alg": "ES256", "kid": "one"}, kept, self.signs_with or self.key)
        return jsonify(access_token="unused", token_type="Bearer", expires_in=60, id_token=signed)


@pytest.fixture
def university() -> Iterator[University]:
    found = University()
    server = make_server("127.0.0.1", 0, found.app(), threaded=True)
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join(30)
    server.server_close()


@pytest.fixture
def remade(site: Any, letterbox: Letterbox) -> Iterator[Callable[..., Any]]:
    """The site with other settings: `remade(smtp=...)`. Mail is sent before the test ends and the letterbox closes."""
    made: list[Flask] = []

    def with_settings(**changes: Any) -> Any:
        settings = replace(site.settings, **changes)
        app = create_app(settings, site.database)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        made.append(app)
        site.app, site.settings = app, settings
        return site

    yield with_settings
    for app in made:
        if "post" in app.extensions:
            app.extensions["post"].close()
