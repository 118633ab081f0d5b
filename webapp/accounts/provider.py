"""A university's own sign-in (OpenID Connect), spoken by Authlib: code flow with PKCE, state and nonce."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.wrappers import Response

from webapp.settings import Settings
from webapp.web.problem import Problem

LOG = logging.getLogger("gradgym.oidc")
SECONDS: Final = 10.0  # for the provider to answer
_AGAIN: Final = "Start again from the sign-in page."


@dataclass(frozen=True)
class Claims:
    """What the provider says of who signed in. `is_verified`: it has checked that the address is theirs."""

    issuer: str
    subject: str
    email: str
    is_verified: bool
    name: str


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App

        self.issuer = settings.oidc_issuer.rstrip("/")
        self.host = urlsplit(self.issuer).hostname or self.issuer
        self._trusts = settings.oidc_trust_email
        self._client_id = settings.oidc_client
        self._app: Any = FlaskOAuth2App(
            FlaskIntegration("oidc"),
            "oidc",
            client_id=settings.oidc_client,
            client_secret=settings.oidc_secret or None,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )

    def begin(self, back: str) -> Response:
        """To the provider; what has to come back is kept in the signed form cookie. Raises Problem (503)."""
        self._must_answer()
        sent: Response = self._app.authorize_redirect(back)
        return sent

    def finish(self) -> Claims:
        """Of a browser that comes back: who signed in. Raises Problem that says what doesn't hold."""
        from authlib.common.errors import AuthlibBaseError
        from authlib.integrations.base_client import MismatchingStateError
        from joserfc.errors import JoseError
        from requests import RequestException

        self._must_answer()
        wanted = {
            "iss": {"essential": True, "value": self._metadata()["issuer"]},
            "aud": {"essential": True, "value": self._client_id},
        }
        try:
            token = self._app.authorize_access_token(claims_options=wanted)
        except MismatchingStateError:
            raise Problem(400, "wrong_state", f"This sign-in was not begun in this browser. {_AGAIN}") from None
        except AuthlibBaseError as error:
            LOG.warning("%s refused a sign-in: %s", self.host, error)
            raise Problem(403, "refused", f"{self.host} did not sign you in. {_AGAIN}") from error
        except (JoseError, ValueError) as error:
            LOG.warning("%s sent what doesn't hold: %s", self.host, error)
            raise Problem(400, "wrong_token", f"What {self.host} sent does not hold. {_AGAIN}") from error
        except RequestException as error:
            raise self._away(error) from error
        found = token.get("userinfo")
        if not found:
            raise Problem(400, "wrong_token", f"{self.host} did not say who you are. {_AGAIN}")
        return self._claims(dict(found))

    def _claims(self, found: dict[str, Any]) -> Claims:
        verified = found.get("email_verified")
        email, subject = found.get("email"), str(found["sub"])
        if not 0 < len(subject) <= 255:
            raise Problem(400, "wrong_token", f"What {self.host} sent does not hold. {_AGAIN}")
        return Claims(
            issuer=self.issuer,
            subject=subject,
            email=email if isinstance(email, str) else "",
            is_verified=verified is True or verified == "true" or (verified is None and self._trusts),
            name=found["name"] if isinstance(found.get("name"), str) else "",
        )

    def _metadata(self) -> dict[str, Any]:
        known: dict[str, Any] = self._app.load_server_metadata()
        return known

    def _must_answer(self) -> None:
        """Ask the provider where its parts are, once. Raises Problem (503)."""
        from requests import RequestException

        try:
            if not _is_safe(self.issuer):
                raise ValueError("GRADGYM_OIDC_ISSUER has to begin with https://")
            if str(self._metadata().get("issuer", "")).rstrip("/") != self.issuer:
                self._app.server_metadata.clear()
                raise ValueError(f"{self.issuer} calls itself otherwise")
        except (RequestException, ValueError) as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> Problem:
        LOG.error("%s can't be used: %s", self.host, error)
        return Problem(503, "provider_away", f"{self.host} does not answer as it should: try again in a minute.")


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def provider_of(app: Flask) -> Provider | None:
    """The provider of this installation, or None where it has none."""
    settings: Settings = app.config["SETTINGS"]
    if not (settings.oidc_issuer and settings.oidc_client):
        return None
    if "oidc" not in app.extensions:
        app.extensions["oidc"] = Provider(settings)
    found: Provider = app.extensions["oidc"]
    return found
