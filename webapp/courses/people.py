"""Who takes part in a course: reading a roster, importing it whole or not at all, changing roles and groups."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.course.names import did_you_mean
from webapp.accounts.email import normal_email
from webapp.accounts.people import normal_name
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import CourseRow
from webapp.gradebook.audit import record
from webapp.gradebook.results import refresh
from webapp.policy import Person
from webapp.web.problem import Problem

COLUMNS: Final = ("email", "name", "group", "role")
MOST_ROWS: Final = 5000


@dataclass(frozen=True)
class Row:
    """One line of a roster. `group` and `role` None: the file says nothing of it."""

    line: int
    email: str
    name: str
    group: str | None
    role: Role


@dataclass(frozen=True)
class Roster:
    """A roster as read: its rows, and what is wrong with it, a sentence for each bad line."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Imported:
    """What an import did. `new` are the accounts that it made; they have no password yet."""

    new: tuple[User, ...]
    enrolled: int
    changed: int
    same: int


def read_roster(content: bytes) -> Roster:
    """A CSV file with a head line: email and name, perhaps group and role. Comma, semicolon or tab between.

    Raises Problem when it is no such file at all.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Problem(422, "not_utf8", f"The roster is not UTF-8 (line {line}): save it with that encoding.") from error
    if "\0" in text:
        raise Problem(422, "null_bytes", "The roster holds null bytes, so it is no text: save it as CSV.")
    head = text.partition("\n")[0]
    between = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    try:
        names = [name.strip().lower() for name in next(lines, [])]
    except csv.Error as error:
        raise Problem(422, "no_csv", f"The roster can't be read as CSV (line 1: {error}).") from error
    for needed in ("email", "name"):
        if needed not in names:
            raise Problem(422, "no_column", f"The roster's first line names no column `{needed}`: add one.")
    unknown = [name for name in names if name not in COLUMNS]
    faults = [f"Line 1: a column `{name}` is not known. {did_you_mean(name, COLUMNS)}" for name in unknown]
    rows: list[Row] = []
    first: dict[str, int] = {}
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(faults) >= MOST_ROWS:
                raise Problem(422, "too_many_rows", f"At most {MOST_ROWS} lines are taken at a time: split the file.")
            row = _row(lines.line_num, dict(zip(names, (cell.strip() for cell in cells), strict=False)), cells, names)
            if isinstance(row, str):
                faults.append(row)
            elif row.email in first:
                faults.append(f"Line {row.line}: {row.email} stands in line {first[row.email]} already.")
            else:
                first[row.email] = row.line
                rows.append(row)
    except csv.Error as error:
        faults.append(f"Line {lines.line_num}: this can't be read as CSV ({error}).")
    if not rows and not faults:
        faults.append("Line 2: there is nobody in this file.")
    return Roster(tuple(rows), tuple(faults))


def _row(line: int, said: dict[str, str], cells: Sequence[str], names: Sequence[str]) -> Row | str:
    """The row, or what is wrong with it."""
    if len(cells) != len(names):
        return f"Line {line}: {len(cells)} cells where the first line names {len(names)} columns."
    try:
        email, name = normal_email(said["email"]), normal_name(said["name"])
        role = checked_role(said["role"].lower()) if said.get("role") else Role.STUDENT
        group = checked_group(said["group"]) if "group" in said else None
    except Problem as problem:
        return f"Line {line}: {problem.sentence}"
    return Row(line, email, name, group, role)


def checked_group(sent: str) -> str:
    group = " ".join(sent.split())
    if len(group) > 100 or not (group.isprintable()):
        raise Problem(422, "bad_group", "A group's name has at most 100 printable signs.", field="group")
    return group


def checked_role(sent: str) -> Role:
    try:
        return Role(sent)
    except ValueError:
        raise Problem(
            422, "bad_role", f"{sent[:40]!r} is no role. {did_you_mean(sent, list(Role))}", field="role"
        ) from None


def import_roster(db: Session, who: Person, course: CourseRow, roster: Roster) -> Imported:
    """Enrol everybody, in this one transaction. Accounts are found by email and keep their names and passwords.

    Nobody's role is lowered or raised when they are enrolled already: that is a decision of its own. Raises Problem
    when the roster has faults.
    """
    if roster.faults:
        raise Problem(422, "bad_roster", "Nothing was imported: mend the lines that are named, and send it again.")
    emails = [row.email for row in roster.rows]
    users = {user.email: user for user in db.scalars(select(User).where(User.email.in_(emails)))}
    enrolled = {found.user_id: found for found in db.scalars(select(Enrolment).where(Enrolment.course_id == course.id))}
    new: list[User] = []
    moved: list[int] = []
    added, changed, same = 0, 0, 0
    for row in roster.rows:
        user = users.get(row.email)
        if user is None:
            user = User(email=row.email, name=row.name)
            db.add(user)
            db.flush()
            new.append(user)
        found = enrolled.get(user.id)
        if found is None:
            found = Enrolment(course_id=course.id, user_id=user.id, role=row.role, group=row.group or "")
            db.add(found)
            added += 1
        elif (not found.is_active) or (row.group is not None and row.group != found.group):
            found.is_active, found.group = True, found.group if row.group is None else row.group
            changed += 1
            moved.append(found.id)
        else:
            same += 1
    refresh(db, course, moved)  # extensions of a group hold for whoever is in it
    record(
        db,
        who,
        "roster.imported",
        course=course.id,
        after={"accounts": len(new), "enrolled": added, "changed": changed, "same": same},
    )
    return Imported(tuple(new), added, changed, same)


def roster_of(db: Session, course: CourseRow) -> Sequence[Enrolment]:
    """Everybody who takes or took part, staff first, then by name; with their accounts."""
    order = {Role.INSTRUCTOR: 0, Role.ASSISTANT: 1, Role.STUDENT: 2}
    found = db.scalars(
        select(Enrolment).where(Enrolment.course_id == course.id).options(joinedload(Enrolment.user))
    ).all()
    return sorted(found, key=lambda one: (not one.is_active, order[Role(one.role)], one.user.name.lower(), one.id))


def change_enrolment(
    db: Session, who: Person, course: CourseRow, enrolment_id: int, *, role: Role, group: str, is_active: bool
) -> None:
    """Another role or group, or leaving and coming back. Raises Problem; a course keeps at least one instructor."""
    found = db.get(Enrolment, enrolment_id, with_for_update=True)
    if found is None or found.course_id != course.id:
        raise Problem(404, "not_found", "Nobody of this course is meant: reload the page.")
    before = {"role": found.role, "group": found.group, "is_active": found.is_active}
    after = {"role": role, "group": checked_group(group), "is_active": is_active}
    if found.role == Role.INSTRUCTOR and found.is_active and (role != Role.INSTRUCTOR or not is_active):
        others = db.scalars(
            select(Enrolment.id)
            .where(
                Enrolment.course_id == course.id,
                Enrolment.role == Role.INSTRUCTOR,
                Enrolment.is_active,
                Enrolment.id != found.id,
            )
            .with_for_update()
        ).all()
        if not others:
            raise Problem(409, "last_instructor", "A course keeps one instructor: make somebody else one first.")
    if before == after:
        return
    found.role, found.group, found.is_active = role, checked_group(group), is_active
    refresh(db, course, [found.id])  # extensions of a group hold for whoever is in it
    record(db, who, "enrolment.changed", course=course.id, enrolment=found.id, before=before, after=after)
