"""A forgotten password, where the installation sends mail. Who asks can't tell whether there is such an account."""

from __future__ import annotations

from webapp.accounts import throttle
from webapp.accounts.email import normal_email
from webapp.accounts.mail import Post
from webapp.accounts.people import by_email
from webapp.accounts.resets import new_reset
from webapp.accounts.sessions import Visit
from webapp.db.database import Database
from webapp.settings import Settings

TEXT = """Hello {name},

somebody, you we hope, asked for a new password for your account at {address}.
This link sets one. It works once, until {until} UTC:

{link}

If you did not ask for it, do nothing: your password stays as it is.
"""


def ask(database: Database, settings: Settings, post: Post, email: str, visit: Visit) -> None:
    """Send a link, if there is such an account. Raises Problem (422 for what is no address, 429 for too often).

    All that depends on the account happens after the answer.
    """
    email = normal_email(email)
    with database.write() as db:
        tries = throttle.buckets(settings.limits, email, visit.address, "reset-")
        throttle.write_down(db, tries, settings.limits.sign_in_window)
    post.later(lambda: _send(database, settings, post, email))


def _send(database: Database, settings: Settings, post: Post, email: str) -> None:
    with database.write() as db:
        user = by_email(db, email)
        if user is None or not user.is_active:
            return
        token, until = new_reset(db, user.id, None, settings.limits, by_mail=True)
    text = TEXT.format(
        name=user.name,
        address=settings.address,
        until=f"{until:%d %b %Y, %H:%M}",
        link=f"{settings.address}/reset/{token}",
    )
    post.send(user.email, "A new password", text)
