"""`gradgym users`: accounts, for whoever has the server: the first admin, and everybody who can't sign in any more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from webapp.commands.installation import DataOption, fail, open_database, open_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from webapp.db.people import User

app = typer.Typer(no_args_is_help=True, help="Accounts: add, list, let somebody set a new password.")

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's address.")]


@app.callback()
def users() -> None:
    """Accounts: add, list, let somebody set a new password."""


@app.command("add")
def add(
    email: EmailArgument,
    name: Annotated[str, typer.Option(help="Their name, for an account that is new.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="Make them an admin of the whole site.")] = False,
    course: Annotated[str, typer.Option(metavar="SLUG", help="Take them into this course.")] = "",
    role: Annotated[str, typer.Option(help="What they are there: student, assistant or instructor.")] = "student",
    group: Annotated[str, typer.Option(help="Their group in the course.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read their password from stdin, instead of printing a link.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Add an account, and print a link with which its owner sets a password. One that is there gets a role.

    Without --password-stdin nobody but its owner ever knows the password.
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    settings = open_settings(data)
    from webapp.accounts import passwords
    from webapp.accounts.email import normal_email
    from webapp.accounts.people import by_email, new_account
    from webapp.accounts.resets import new_reset
    from webapp.gradebook import audit
    from webapp.web.problem import Problem

    said = []
    with open_database(settings) as database:
        try:
            hashed = passwords.hash_password(passwords.acceptable(password)) if password is not None else None
            with database.write() as db:
                user = by_email(db, normal_email(email))
                is_new = user is None
                if user is None:
                    if not name:
                        fail(f"There is no account {email} yet: say who that is, with --name.")
                    user = new_account(db, email, name, password_hash=hashed)
                    audit.record(db, None, "account.made", after={"user": user.id, "by": "command line"})
                    said.append(f"{user.name} has an account.")
                elif hashed is not None:
                    fail(f"{email} has an account already: `gradgym users reset {email}` gives a new password.")
                if admin and not user.is_admin:
                    user.is_admin = True
                    audit.record(db, None, "account.changed", after={"user": user.id, "is_admin": True})
                    said.append(f"{user.name} is an admin.")
                if course:
                    said.append(_enrol(db, user, course, role, group))
                if is_new and hashed is None:
                    token, until = new_reset(db, user.id, None, settings.limits)
                    said.append(f"They set a password here, once, until {until:%d %b %Y, %H:%M} UTC:")
                    said.append(f"{settings.address}/reset/{token}")
        except Problem as problem:
            fail(problem.sentence)
    typer.echo("\n".join(said) or f"{email} has an account already, and nothing was to be changed.")


def _enrol(db: Session, user: User, slug: str, role: str, group: str) -> str:
    """What was done, as a sentence. Raises Problem, and ends the command where there is no such course."""
    from sqlalchemy import select

    from webapp.courses.people import checked_group, checked_role
    from webapp.db.people import Enrolment
    from webapp.db.teaching import CourseRow
    from webapp.gradebook import audit

    meant, group = checked_role(role), checked_group(group)
    course = db.scalar(select(CourseRow).where(CourseRow.slug == slug))
    if course is None:
        known = ", ".join(db.scalars(select(CourseRow.slug).order_by(CourseRow.slug))) or "none"
        fail(f"There is no course {slug} here (there is: {known}).")
    mine = select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.user_id == user.id)
    found = db.scalar(mine)
    before = {"role": found.role, "group": found.group, "is_active": found.is_active} if found else None
    if found is None:
        found = Enrolment(course_id=course.id, user_id=user.id, role=meant, group=group)
        db.add(found)
    found.role, found.group, found.is_active = meant, group or found.group, True
    db.flush()
    after = {"role": str(found.role), "group": found.group, "is_active": True}
    if before != after:
        action = "enrolment.changed" if before else "enrolment.made"
        audit.record(db, None, action, course=course.id, enrolment=found.id, before=before, after=after)
    return f"{user.name} is {'an' if meant[0] in 'ai' else 'a'} {meant} in {course.title}."


@app.command("list")
def list_users(data: DataOption = None) -> None:
    """List all accounts with their roles."""
    settings = open_settings(data)
    from sqlalchemy import select

    from webapp.db.people import Enrolment, User
    from webapp.db.teaching import CourseRow

    with open_database(settings) as database, database.read() as db:
        rows = db.scalars(select(User).order_by(User.email)).all()
        roles: dict[int, list[str]] = {}
        theirs = select(Enrolment.user_id, Enrolment.role, CourseRow.slug).join(
            CourseRow, Enrolment.course_id == CourseRow.id
        )
        for user, role, slug in db.execute(theirs.where(Enrolment.is_active).order_by(CourseRow.slug)):
            roles.setdefault(user, []).append(f"{slug}: {role}")
    for row in rows:
        what = (["admin"] if row.is_admin else []) + ([] if row.is_active else ["shut out"]) + roles.get(row.id, [])
        typer.echo(f"{row.email}  {row.name}" + (f"  ({', '.join(what)})" if what else ""))
    if not rows:
        typer.echo("Nobody yet: `gradgym users add EMAIL --name NAME --admin`.")


@app.command("reset")
def reset(email: EmailArgument, data: DataOption = None) -> None:
    """Print a link with which an account's owner sets a new password, once."""
    settings = open_settings(data)
    from webapp.accounts.email import normal_email
    from webapp.accounts.people import by_email
    from webapp.accounts.resets import new_reset
    from webapp.web.problem import Problem

    with open_database(settings) as database:
        try:
            with database.write() as db:
                user = by_email(db, normal_email(email))
                if user is None or not user.is_active:
                    fail(f"There is no account {email}, or it is shut out: `gradgym users list` shows all.")
                token, until = new_reset(db, user.id, None, settings.limits)
        except Problem as problem:
            fail(problem.sentence)
    typer.echo(f"{user.name} sets a new password here, once, until {until:%d %b %Y, %H:%M} UTC:")
    typer.echo(f"{settings.address}/reset/{token}")
