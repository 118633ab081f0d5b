"""A course's folder, read again by an admin."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from webapp.db.teaching import CourseRow, ExerciseRow
from webapp.db.work import AuditEvent

TINY = Path(__file__).parents[2] / "tiny_course"


@pytest.fixture
def folder(site: Any, tmp_path: Path) -> Path:
    """A copy of the tiny course that a test may change; `tiny` is taught from it."""
    copy = tmp_path / "a course"
    shutil.copytree(TINY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    site.change(CourseRow, site.courses["tiny"], folder=str(copy / "exercises"))
    return copy


def read(site: Any) -> str:
    root = site.client("root")
    assert root.post(f"/site/courses/{site.courses['tiny']}/read").status_code == 303
    return str(root.get("/site/courses").text)


def test_the_page_names_folders_and_what_is_in_them(site: Any, folder: Path) -> None:
    page = site.client("root").get("/site/courses").text
    assert str(folder / "exercises") in page and "/c/tiny/" in page and "/c/other/" in page
    assert "not yet" in page


def test_what_has_changed_is_said_and_kept(site: Any, folder: Path) -> None:
    assert "Nothing has changed." in read(site)
    reference = folder / "solutions/u01_tiny/double_it/test_hidden.py"
    reference.write_text(reference.read_text() + "\n# one line more\n")
    page = read(site)
    assert "Changes: 1." in page and "double_it has changed" in page
    assert "double_it has changed" in site.client("root").get("/site/courses").text, "still there later"
    with site.database.read() as db:
        events = db.scalars(select(AuditEvent).where(AuditEvent.action == "course.synced")).all()
    assert {event.actor_id for event in events} == {site.people["root"]}
    assert [len(event.after["changes"]) for event in events] == [0, 1]
    assert "double_it has changed" not in read(site), "the newest reading is shown"


def test_a_folder_that_can_not_be_read_changes_nothing(site: Any, folder: Path) -> None:
    toml = folder / "exercises/u01_tiny/double_it/exercise.toml"
    toml.write_text("points = 'many'\n")
    page = read(site)
    assert "exercise.toml" in page and "Nothing was changed." in page
    shutil.rmtree(folder / "solutions")
    assert "Nothing was changed." in read(site)
    shutil.rmtree(folder)
    assert "Nothing was changed." in read(site)
    with site.database.read() as db:
        assert db.scalar(select(AuditEvent)) is None
        rows = db.scalars(select(ExerciseRow).where(ExerciseRow.course_id == site.courses["tiny"])).all()
    assert rows and not any(row.is_retired for row in rows)


def test_no_course_is_no_course(site: Any) -> None:
    assert site.client("root").post("/site/courses/999999/read").status_code == 404


def test_instructors_do_not_read_folders(site: Any) -> None:
    assert site.client("grace").post(f"/site/courses/{site.courses['tiny']}/read").status_code == 403
