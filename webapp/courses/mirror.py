"""The exercises of a course folder, mirrored in the database, so that submissions and assignments can refer to them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.course.hash import exercise_hash
from grader.course.model import Course
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow


def add_course(db: Session, course: Course, slug: str, *, time_zone: str = "UTC") -> CourseRow:
    """Teach a course here: its row, its exercises, an assignment for each. A known one is brought up to date."""
    row = db.scalar(select(CourseRow).where(CourseRow.slug == slug))
    if row is None:
        row = CourseRow(slug=slug, title=course.title, folder=str(course.root), time_zone=time_zone, late_policy={})
        db.add(row)
    row.folder = str(Path(course.root).absolute())
    mirror(db, row, course)
    return row


def mirror(db: Session, row: CourseRow, course: Course) -> list[str]:
    """Bring exercises and assignments of a course up to its folder. Answers with what changed, a sentence each.

    New exercises get an assignment that is open and has no deadline; those that are gone are retired.
    """
    row.about = course.about  # the title is the instructor's to change
    db.flush()
    known = {found.slug: found for found in db.scalars(select(ExerciseRow).where(ExerciseRow.course_id == row.id))}
    said = []
    slugs = [exercise.slug for exercise in course.exercises]
    units = {exercise.slug: unit for unit in course.units for exercise in unit.exercises}
    for position, exercise in enumerate(course.exercises):
        hash, unit = exercise_hash(exercise), units[exercise.slug]
        found = known.get(exercise.slug)
        if found is None:
            found = ExerciseRow(course_id=row.id, slug=exercise.slug)
            db.add(Assignment(course_id=row.id, exercise=found))
            said.append(f"{exercise.slug} is new.")
        elif found.is_retired:
            said.append(f"{exercise.slug} is back.")
        elif found.hash != hash:
            said.append(f"{exercise.slug} has changed: submissions graded before may be graded again.")
        found.title, found.points, found.position, found.hash = exercise.title, exercise.points, position, hash
        found.unit, found.unit_title, found.unit_number = unit.folder, unit.title, unit.number
        found.is_retired = False
    for slug, found in known.items():
        if slug not in slugs and not found.is_retired:
            found.is_retired = True
            said.append(f"{slug} has left the course folder.")
    db.flush()
    return said
