"""What a person did that can't be done, as one sentence: shown on a page, or in the API's one error shape."""

from __future__ import annotations


class Problem(Exception):
    """A request that can't be carried out. Nothing of it has been stored.

    status: of the HTTP answer. code: a word for programs. sentence: for people, ends with the next step. field: which
    part of what was sent is meant. retry_after: seconds after which it may work.
    """

    def __init__(
        self, status: int, code: str, sentence: str, *, field: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence
        self.field = field
        self.retry_after = retry_after


def not_found(what: str = "page") -> Problem:
    return Problem(404, "not_found", f"There is no such {what}, or it is not yours to see.")
