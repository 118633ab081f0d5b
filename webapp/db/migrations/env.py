"""Alembic's entry: runs the migrations on the connection that `webapp.db.schema.upgrade` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from webapp.db.base import Moment
from webapp.db.schema import METADATA


def as_written(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Moments are written as what they are in the database, so that old migrations need none of our classes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=as_written,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
