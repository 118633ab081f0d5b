"""One server over HTTP: timeouts, a second try where that is safe, and sentences for what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from grader import __version__
from grader.client.answers import Failure, Trouble
from grader.client.errors import ClientError, Refused, ServerAway
from grader.report.printable import one_line

if TYPE_CHECKING:
    import httpx

TRIES: Final = 4  # of one call
PATIENCE: Final = 20.0  # seconds that a call waits in all between its tries
_LATER: Final = (429, 502, 503, 504)  # the same request may work later
_SAFE: Final = ("GET", "PUT", "DELETE")  # twice is once

Kind = TypeVar("Kind")


class Connection:
    """Requests to the API of one server. A token goes to this server alone: redirections are not followed."""

    def __init__(self, url: str, token: str = "", *, sleep: Callable[[float], None] = time.sleep) -> None:
        import httpx

        self.url = url
        self._sleep = sleep
        headers = {"User-Agent": f"gradgym/{__version__}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            self._http = httpx.Client(
                base_url=f"{url}/api/v1/",
                headers=headers,
                timeout=httpx.Timeout(60, connect=10),
                follow_redirects=False,
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise ClientError(
                f"{url} or the token for it holds signs that can't be sent: do `gradgym login URL` again."
            ) from error

    def close(self) -> None:
        self._http.close()

    def call(
        self,
        kind: type[Kind],
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Kind, int]:
        """The answer to one request, and its status. Raises ClientError.

        `body` is sent as JSON, `content` as it is. Tried again where that is safe: what only reads, what has the same
        effect twice, and what carries an Idempotency-Key.
        """
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/octet-stream"
        elif body is not None:
            content, sent["Content-Type"] = msgspec.json.encode(body), "application/json"
        request = self._http.build_request(method, path, params=dict(query or {}), content=content, headers=sent)
        answer = self._sent(request, again=method in _SAFE or "Idempotency-Key" in sent)
        if answer.is_success:
            return self._read(kind, answer), answer.status_code
        raise self._refusal(answer)

    def _sent(self, request: httpx.Request, *, again: bool) -> httpx.Response:
        import httpx

        left = PATIENCE
        for tried in range(1, TRIES + 1):
            pause = 0.25 * 2**tried
            trouble: httpx.TransportError | None = None
            try:
                answer = self._http.send(request)
            except httpx.TransportError as error:
                trouble = error
            else:
                if answer.status_code not in _LATER:
                    return answer
                pause = max(pause, _asked_for(answer))
            if not again or tried == TRIES or pause > left:
                if trouble is not None:
                    raise self._away(trouble) from trouble
                return answer
            left -= pause
            self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _away(self, error: httpx.TransportError) -> ServerAway:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return ServerAway(f"{self.url} did not answer in time: try again later.")
        if isinstance(error, httpx.ConnectError) and "certificate" in str(error).lower():
            return ServerAway(f"{self.url} can't prove who it is (its certificate is not valid): tell your instructor.")
        if isinstance(error, httpx.ConnectError):
            return ServerAway(f"{self.url} can't be reached: check the address and your network, then try again.")
        return ServerAway(f"The connection to {self.url} broke off: try again.")

    def _read(self, kind: type[Kind], answer: httpx.Response) -> Kind:
        if kind is type(None):
            return None
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except msgspec.ValidationError as error:
            raise ClientError(
                f"{self.url} answered in a way that this gradgym ({__version__}) doesn't understand: update gradgym."
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._stranger() from error

    def _refusal(self, answer: httpx.Response) -> ClientError:
        if answer.is_redirect:
            return ClientError(f"{self.url} sends on to another address: open it in a browser, and use that address.")
        try:
            trouble: Trouble = msgspec.json.decode(answer.content, type=Failure).error
        except (msgspec.DecodeError, UnicodeDecodeError):
            if answer.status_code in _LATER:
                return ServerAway(f"{self.url} can't answer just now ({answer.status_code}): try again later.")
            return self._stranger()
        return Refused(answer.status_code, trouble.code, one_line(trouble.message), trouble.field)

    def _stranger(self) -> ClientError:
        return ClientError(f"{self.url} does not answer like a gradgym server: check the address.")


def _asked_for(answer: httpx.Response) -> float:
    """The seconds that the server asked to wait; 0 where it did not say, or not in seconds."""
    text = answer.headers.get("Retry-After", "").strip()
    return float(text) if text.isdecimal() and len(text) < 9 else 0.0
