"""A roster is imported whole or not at all, and every bad line is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.courses import people
from webapp.db.base import now
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment, CourseRow, Extension
from webapp.db.work import Result
from webapp.web.problem import Problem


def import_it(site: Any, content: str | bytes) -> people.Imported:
    data = content.encode() if isinstance(content, str) else content
    with site.database.write() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        return people.import_roster(db, site.person("grace"), course, people.read_roster(data))


def count(site: Any, table: type) -> int:
    with site.database.read() as db:
        return int(db.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_new_and_known_people_are_enrolled(site: Any, between: str) -> None:
    lines = ["Email,Name,Group", "Eve@Example.org,Eve E.,monday", "ada@example.org,Somebody Else,tuesday"]
    lines += ["mallory@example.org,Mallory,"]
    done = import_it(site, "\ufeff" + "\r\n".join(lines).replace(",", between))
    assert ([user.email for user in done.new], done.enrolled, done.changed, done.same) == (["eve@example.org"], 2, 1, 0)
    with site.database.read() as db:
        ada = db.get_one(Enrolment, site.enrolments["ada"])
        assert (ada.group, db.get_one(User, ada.user_id).name) == ("tuesday", "Ada"), "an account keeps its name"


def test_an_import_raises_nobodys_role(site: Any) -> None:
    done = import_it(site, "email,name,role\nbob@example.org,Bob,instructor\n")
    assert (done.enrolled, done.same) == (0, 1)
    with site.database.read() as db:
        assert db.get_one(Enrolment, site.enrolments["bob"]).role == Role.STUDENT


def test_one_bad_line_and_nothing_is_imported(site: Any) -> None:
    text = (
        "email,name,role,gruop\n"
        "eve@example.org,Eve,student,x\n"
        "not an address,Eve,student,x\n"
        "max@example.org,,student,x\n"
        "eve@example.org,Eve again,student,x\n"
        "tim@example.org,Tim,studnet,x\n"
        "too,few\n"
    )
    people_before, accounts = count(site, Enrolment), count(site, User)
    faults = people.read_roster(text.encode()).faults
    assert [fault.partition(":")[0] for fault in faults] == [f"Line {n}" for n in (1, 3, 4, 5, 6, 7)]
    assert "Did you mean `group`?" in faults[0] and "Did you mean `student`?" in faults[4]
    with pytest.raises(Problem, match="Nothing was imported"):
        import_it(site, text)
    assert (count(site, Enrolment), count(site, User)) == (people_before, accounts)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "names no column `email`"),
        (b"name\nEve\n", "names no column `email`"),
        (b"email,name\n\xff\xfe,Eve\n", r"not UTF-8 \(line 2\)"),
        (b"email,name\0\n", "null bytes"),
        (b"email,name\n" + b"".join(b"p%d@example.org,P\n" % n for n in range(5001)), "At most 5000"),
    ],
)
def test_what_is_no_roster_is_refused_with_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(Problem, match=says):
        people.read_roster(content)


def test_an_empty_roster_and_an_open_quote_are_faults() -> None:
    assert people.read_roster(b"email,name\n\n").faults == ("Line 2: there is nobody in this file.",)
    assert people.read_roster(b'email,name\na@b.org,"open\n').faults[0].startswith("Line 2: this can't be read as CSV")


def test_a_course_keeps_an_instructor(site: Any) -> None:
    def change(name: str, role: Role, is_active: bool = True) -> None:
        with site.database.write() as db:
            course = db.get_one(CourseRow, site.courses["tiny"])
            who = site.enrolments[name]
            people.change_enrolment(db, site.person("grace"), course, who, role=role, group="", is_active=is_active)

    for role, is_active in ((Role.STUDENT, True), (Role.INSTRUCTOR, False)):
        with pytest.raises(Problem, match="keeps one instructor"):
            change("grace", role, is_active)
    change("lin", Role.INSTRUCTOR)
    change("grace", Role.STUDENT)
    with pytest.raises(Problem, match="Nobody of this course"):
        change("mallory", Role.INSTRUCTOR)


def test_whoever_moves_to_another_group_has_its_extensions(site: Any, made_up: Any) -> None:
    with site.database.write() as db:
        db.get_one(CourseRow, site.courses["tiny"]).late_policy = {"kind": "per_day", "percent": 10}
        db.get_one(Assignment, site.assignments["double_it"]).due_at = now() - timedelta(hours=1)
        db.add(
            Extension(
                course_id=site.courses["tiny"],
                group_name="tuesday",
                extra_minutes=600,
                reason="the room was closed",
                created_by=site.people["grace"],
            )
        )
    site.graded("ada", made_up(3000))

    def points() -> int | None:
        with site.database.read() as db:
            return db.get_one(Result, (site.enrolments["ada"], site.assignments["double_it"])).points

    assert points() == 2700
    import_it(site, "email,name,group\nada@example.org,Ada,tuesday\n")
    assert points() == 3000
    with site.database.write() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        ada, grace = site.enrolments["ada"], site.person("grace")
        people.change_enrolment(db, grace, course, ada, role=Role.STUDENT, group="monday", is_active=True)
    assert points() == 2700
