"""Long lists come in pages: `limit` items, and a cursor with which the next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Final, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from webapp.web.gate import LARGEST
from webapp.web.problem import Problem

MOST: Final = 200

Item = TypeVar("Item")
Row = TypeVar("Row")

Id = Annotated[int, Meta(ge=1, le=LARGEST)]
Limit = Annotated[int, Meta(ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[str, Meta(max_length=100, description="`next` of the page before; left out: the first page.")]


class PageQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list."""

    limit: Limit = 50
    cursor: Cursor | UnsetType = UNSET

    @property
    def after(self) -> int | None:
        """The key of the last item before this page; None on the first. Raises Problem for what is no cursor."""
        if self.cursor is UNSET:
            return None
        try:
            kind, _, key = base64.urlsafe_b64decode(self.cursor.encode()).decode("ascii").partition(":")
            if kind == "after" and 0 <= int(key) <= LARGEST:
                return int(key)
        except (ValueError, binascii.Error):
            pass  # said below
        raise Problem(
            422, "bad_cursor", "This cursor is none: take `next` of the page before, or leave it out.", field="cursor"
        )


class Page(msgspec.Struct, Generic[Item]):
    """Some items of a list, in its order. `next` is the cursor of the page after this one, null on the last."""

    items: list[Item]
    next: str | None


def page_of(rows: Sequence[Row], query: PageQuery, key: Callable[[Row], int]) -> tuple[Sequence[Row], str | None]:
    """The rows of this page, of `limit` + 1 that were read, and the cursor of the next."""
    if len(rows) <= query.limit:
        return rows, None
    kept = rows[: query.limit]
    return kept, cursor_for(key(kept[-1]))


def cursor_for(key: int) -> str:
    """The cursor of the page after `key`."""
    return base64.urlsafe_b64encode(b"after:%d" % key).decode("ascii")
