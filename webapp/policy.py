"""Who may do what: the one place that decides. Pages and the API ask here, and nowhere else is a role compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from webapp.db.people import Role, User


class Act(Enum):
    """What a route lets somebody do. Every route names one."""

    ANYTHING = "anybody, signed in or not"
    SIGNED_IN = "whoever is signed in"
    SEE_COURSE = "whoever is enrolled in the course"
    SUBMIT = "whoever takes part in the course"
    SEE_WORK = "the student whose work it is, and the course's assistants and instructors"
    SEE_ALL = "the course's assistants and instructors"
    RUN_COURSE = "the course's instructors"
    RUN_SITE = "the site's admins"


STAFF = (Role.ASSISTANT, Role.INSTRUCTOR)

# Roles that are enough, for acts in a course. Admins may do all of them, but hand in only where they are enrolled.
IN_COURSE: dict[Act, tuple[Role, ...]] = {
    Act.SEE_COURSE: tuple(Role),
    Act.SUBMIT: tuple(Role),
    Act.SEE_WORK: STAFF,
    Act.SEE_ALL: STAFF,
    Act.RUN_COURSE: (Role.INSTRUCTOR,),
}


@dataclass(frozen=True)
class Person:
    """Who asks: an account, or nobody, and the roles it has: course id -> (enrolment id, role)."""

    user: User | None = None
    roles: dict[int, tuple[int, Role]] = field(default_factory=dict)

    @property
    def is_admin(self) -> bool:
        return self.user is not None and self.user.is_admin

    def role_in(self, course: int) -> Role | None:
        return self.roles[course][1] if course in self.roles else None

    def enrolment_in(self, course: int) -> int | None:
        return self.roles[course][0] if course in self.roles else None

    def knows(self, course: int) -> bool:
        """Whether this person may learn that the course exists."""
        return self.is_admin or course in self.roles

    def may(self, act: Act, *, course: int | None = None, owner: int | None = None) -> bool:
        """Whether this person may do `act`: in a course, on the work of the enrolment `owner`."""
        if act is Act.ANYTHING:
            return True
        if self.user is None:
            return False
        if act is Act.SIGNED_IN:
            return True
        if act is Act.RUN_SITE:
            return self.user.is_admin
        assert course is not None, f"{act} is an act in a course"
        if act is Act.SUBMIT:
            return course in self.roles
        if self.user.is_admin:
            return True
        if act is Act.SEE_WORK and owner is not None and owner == self.enrolment_in(course):
            return True
        return self.role_in(course) in IN_COURSE[act]
