"""What can go wrong between here and a server, as one sentence with the next step."""

from __future__ import annotations


class ClientError(Exception):
    """It did not work. The message is one sentence, and ends with what to do."""


class Refused(ClientError):
    """The server understood and said no. `code` is its word for programs, `field` the part of what was sent."""

    def __init__(self, status: int, code: str, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.field = field


class ServerAway(ClientError):
    """No answer came, or only that it should be tried later."""
