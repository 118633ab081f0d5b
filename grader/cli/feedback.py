"""The pages of `gradgym grade --feedback`: one for each student, which says what a student may read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.options import fail

if TYPE_CHECKING:
    from grader.api import Submission
    from grader.course.model import Exercise
    from grader.report.model import Report


def prepare_feedback(folder: Path) -> None:
    """Make the folder, and find out before anything is graded whether pages can be made."""
    from grader.notebooks.feedback import can_be_made
    from grader.notebooks.reading import NotebookError

    try:
        can_be_made()
        folder.mkdir(parents=True, exist_ok=True)
    except NotebookError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{folder} can't be made ({error.strerror}). Nothing was graded; name another folder with --feedback.")


def write_feedback(
    folder: Path, submissions: Sequence[Submission], reports: Sequence[Report], exercise: Exercise, *, after_due: bool
) -> None:
    """Write the pages: notebooks with the report beside their cells, the report alone for other files."""
    from grader.notebooks.feedback import feedback_page
    from grader.report.html import render_html
    from grader.report.visibility import for_student

    for submission, report, name in zip(submissions, reports, page_names(submissions), strict=True):
        told = for_student(report, after_due=after_due)
        if submission.is_notebook:
            page = feedback_page(told, submission.source, exercise)
        else:
            page = render_html([told], title=f"{report.title}: feedback")
        try:
            (folder / name).write_text(page, "utf-8")
        except OSError as error:
            fail(f"{folder / name} can't be written ({error.strerror}). Name another folder with --feedback.")


def page_names(submissions: Sequence[Submission]) -> list[str]:
    """A name for each page: the file's own where that tells all of them apart, else with the folders it lies in."""
    paths = [Path(submission.name) for submission in submissions]
    for depth in range(1, max((len(path.parts) for path in paths), default=1) + 1):
        names = [_plain("_".join(path.with_suffix("").parts[-depth:])) for path in paths]
        if len({name.lower() for name in names}) == len(names):
            return [f"{name}.html" for name in names]
    return [f"{number}_{_plain(path.stem)}.html" for number, path in enumerate(paths, start=1)]


def _plain(name: str) -> str:
    """A name that is a good file name everywhere."""
    return re.sub(r"[^\w.()\[\] -]", "_", name).strip(". ")[-150:] or "page"
