"""Who asks, and their token."""

from __future__ import annotations

from webapp.api import shapes
from webapp.api.contract import Endpoints
from webapp.policy import Act
from webapp.web.gate import here

api = Endpoints("account")


@api.get("/me", act=Act.SIGNED_IN)
def me() -> shapes.Me:
    """Whose token this is."""
    user = here.person.user
    assert user is not None
    return shapes.Me(user.id, user.email, user.name, user.is_admin, user.time_zone)
