"""What a class gets wrong: statistics, and what to teach next."""

from __future__ import annotations

from flask import render_template, request

from webapp.gradebook import statistics
from webapp.policy import Act
from webapp.web.gate import Gate, here

pages = Gate("insights", __name__)

TOP = 8  # mistakes on the overview


@pages.route("/c/<course>/insights", act=Act.SEE_ALL)
def course(course: str) -> str:
    group = request.args.get("group", "")
    with here.database.read() as db:
        groups = statistics.groups_of(db, here.course)
        students = statistics.students_of(db, here.course, group)
        figures = statistics.figures(db, here.course, students)
        mistakes = statistics.mistakes(db, here.course, students)
        totals = statistics.spread_of_totals(db, here.course, group)
    return render_template(
        "gradebook/insights.html",
        groups=groups,
        group=group,
        students=len(students),
        figures=figures,
        begun=[one for one in figures if one.tried],
        mistakes=[one for one in mistakes if one.now][:TOP],
        totals=list(zip(statistics.BIN_NAMES, totals, strict=True)),
        past=sum(1 for one in mistakes if not one.now),
    )


@pages.route("/c/<course>/insights/<exercise>", act=Act.SEE_ALL)
def exercise(course: str, exercise: str) -> str:
    group = request.args.get("group", "")
    with here.database.read() as db:
        groups = statistics.groups_of(db, here.course)
        students = statistics.students_of(db, here.course, group)
        figures = statistics.figures(db, here.course, students)
        mistakes = statistics.mistakes(db, here.course, students, slug=exercise)
        checks = statistics.failed_checks(db, here.course, students, exercise)
    at = next((place for place, one in enumerate(figures) if one.slug == exercise), None)
    return render_template(
        "gradebook/insights_exercise.html",
        groups=groups,
        group=group,
        one=figures[at] if at is not None else None,
        before=figures[at - 1] if at else None,
        after=figures[at + 1] if at is not None and at + 1 < len(figures) else None,
        mistakes=mistakes,
        checks=checks,
        bins=statistics.BIN_NAMES,
    )
