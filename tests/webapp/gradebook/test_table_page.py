"""The gradebook's page and its files: who may open them, what they show, sorted and filtered."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from webapp.db.base import now
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment, CourseRow
from webapp.gradebook.export import as_text
from webapp.gradebook.results import refresh
from webapp.gradebook.table import Query, Table, read_table

STAFF_PAGES = ("gradebook", "gradebook.csv", "gradebook.xlsx", "assignments", "extensions", "audit")
NASTY = "=cmd|' /C calc'!A0"


def read(site: Any, **query: Any) -> Table:
    with site.database.read() as db:
        return read_table(db, db.get_one(CourseRow, site.courses["tiny"]), Query(**query))


def names(table: Table) -> list[str]:
    return [row.name for row in table.rows]


def more_students(site: Any, *people: tuple[str, str]) -> None:
    with site.database.write() as db:
        for name, group in people:
            user = User(email=f"{len(name)}{abs(hash(name)) % 10**6}@example.org", name=name)
            db.add(user)
            db.flush()
            row = Enrolment(course_id=site.courses["tiny"], user_id=user.id, role=Role.STUDENT, group=group)
            db.add(row)
            db.flush()
            site.people[name], site.enrolments[name] = user.id, row.id


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_staff_see_it_students_may_not_and_others_learn_nothing(site: Any, page: str) -> None:
    answers = {name: site.client(name).get(f"/c/tiny/{page}").status_code for name in ("grace", "lin", "root", "ada")}
    assert answers == {"grace": 200, "lin": 200, "root": 200, "ada": 403}
    assert site.client("mallory").get(f"/c/tiny/{page}").status_code == 404


def test_a_student_sees_their_own_grades_alone(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1500))
    mine = f"/c/tiny/students/{site.enrolments['ada']}"
    assert "1.5" in site.client("ada").get("/c/tiny/grades").text
    assert site.client("ada").get(mine).status_code == 200
    assert site.client("bob").get(mine).status_code == 404
    assert site.client("mallory").get(mine).status_code == 404
    assert site.client("mallory").get("/c/tiny/grades").status_code == 404
    assert site.client("ada").get(f"{mine}/e/double_it").status_code == 403
    assert site.client("lin").get(f"{mine}/e/double_it").status_code == 200
    theirs = f"/c/tiny/students/{site.enrolments['mallory']}"
    assert site.client("grace").get(theirs).status_code == 404


def test_students_don_t_see_what_is_not_published(site: Any) -> None:
    site.change(Assignment, site.assignments["double_it"], is_published=False)
    assert "Twice" not in site.client("ada").get("/c/tiny/grades").text
    page = site.client("grace").get(f"/c/tiny/students/{site.enrolments['ada']}").text
    assert "not published" in page


def test_cells_say_by_a_sign_what_their_colour_says(site: Any, made_up: Any) -> None:
    more_students(site, ("Cleo", ""), ("Dan", ""), ("Eve", ""))
    for name, earned in (("ada", 3000), ("bob", 1500), ("Cleo", 0)):
        site.graded(name, made_up(earned))
    site.submit("Dan")
    site.change(Assignment, site.assignments["double_it"], due_at=now() - timedelta(days=1))
    with site.database.write() as db:
        refresh(db, db.get_one(CourseRow, site.courses["tiny"]), list(site.enrolments.values())[:1])
    page = site.client("grace").get("/c/tiny/gradebook").text
    for tone, text in (("good", "3 ✓ L"), ("warn", "1.5 ◐"), ("bad", "0 ✗"), ("note", "…"), ("bad", "–")):
        assert re.search(rf'<td class="{tone}"><a href="[^"]+">{text}</a></td>', page), text
    assert re.search(r'href="s/\d+">3 ✓', page), "a cell leads to the submission that counts"
    assert f'href="students/{site.enrolments["Eve"]}">–' in page


def test_it_is_sorted_by_name_total_or_an_exercise_either_way(site: Any, made_up: Any) -> None:
    more_students(site, ("Émile", "monday"), ("zoe", ""))
    for name, earned in (("ada", 1000), ("bob", 3000), ("zoe", 2000)):
        site.graded(name, made_up(earned))
    assert names(read(site)) == ["Ada", "Bob", "Émile", "zoe"]
    assert names(read(site, descending=True)) == ["zoe", "Émile", "Bob", "Ada"]
    for sort in ("total", "double_it"):
        assert names(read(site, sort=sort)) == ["Ada", "zoe", "Bob", "Émile"], "who has nothing comes last"
        assert names(read(site, sort=sort, descending=True)) == ["Bob", "zoe", "Ada", "Émile"]
    assert names(read(site, sort="no_such")) == names(read(site))


def test_it_is_filtered_by_group_name_unit_and_what_is_the_matter(site: Any, made_up: Any) -> None:
    more_students(site, ("Émile", "monday"))
    assert names(read(site, group="monday")) == ["Ada", "Émile"]
    assert names(read(site, search="emi")) == ["Émile"] and names(read(site, search="BOB@")) == ["Bob"]
    assert names(read(site, search="%")) == []
    assert read(site, unit="no such unit").columns == []
    assert names(read(site, only="missing")) == []
    site.change(Assignment, site.assignments["double_it"], due_at=now() - timedelta(days=1))
    assert names(read(site, only="missing")) == ["Ada", "Bob", "Émile"]
    site.graded("ada", made_up(3000))
    assert names(read(site, only="late")) == ["Ada"]
    site.submit("bob")
    assert names(read(site, only="waiting")) == ["Bob"]
    assert names(read(site, only="missing")) == ["Émile"]


def test_pages_of_students_are_whole_and_a_page_too_far_is_the_last(site: Any) -> None:
    more_students(site, *[(f"Student {number:02}", "") for number in range(7)])
    pages = [read(site, size=4, page=page) for page in (1, 2, 3, 9)]
    assert [len(page.rows) for page in pages] == [4, 4, 1, 1] and pages[3].page == 3
    assert [name for page in pages[:3] for name in names(page)] == names(read(site, size=None))
    assert (pages[0].found, pages[0].students, pages[0].pages) == (9, 9, 3)


def test_who_has_left_is_not_in_the_table(site: Any) -> None:
    site.change(Enrolment, site.enrolments["ada"], is_active=False)
    assert names(read(site)) == ["Bob"]


@pytest.mark.parametrize(
    "query", ["sort=%00", "search=%00", "group=%00", "unit=%00", "only=x", "size=-1", "page=-3", "page=x",
              "page=999999999999", "sort=total&down=1&only=missing", "unit=units",
              "unit=u01_tiny", "size=all", "only=late&size=50"]
)  # fmt: skip
def test_no_address_breaks_the_page(site: Any, query: str) -> None:
    assert site.client("grace").get(f"/c/tiny/gradebook?{query}").status_code == 200
    assert site.client("grace").get(f"/c/tiny/audit?page=7&actor=%00&student=%25&{query}").status_code == 200


# Files


def lines_of(site: Any, query: str = "") -> list[list[str]]:
    answer = site.client("grace").get(f"/c/tiny/gradebook.csv{query}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="tiny-gradebook.csv"' in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff"), "Excel knows UTF-8 by it"
    return list(csv.reader(io.StringIO(text[1:])))


def cells_of(content: bytes) -> dict[str, tuple[str, Any]]:
    """address -> (kind, value) of the sheet."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    found: dict[str, tuple[str, Any]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if b"External" in book.read(name)], "nothing leads elsewhere"
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    for cell in sheet.iterfind(".//m:c", space):
        assert cell.find("m:f", space) is None, "no formula anywhere"
        texts = cell.findall(".//m:t", space)
        if texts:
            found[cell.attrib["r"]] = ("text", "".join(text.text or "" for text in texts).replace("_x000D_", "\r"))
        elif (value := cell.find("m:v", space)) is not None:
            found[cell.attrib["r"]] = (cell.attrib.get("t", "number"), float(value.text or ""))
    return found


def test_the_files_have_points_as_numbers_and_totals(site: Any, made_up: Any) -> None:
    site.graded("ada", made_up(1500))
    head, ada, bob = lines_of(site)
    assert head[:3] == ["name", "email", "group"] and head[-3:] == ["total points", "out of", "share %"]
    column = head.index("double_it")
    assert ada[:3] == ["Ada", "ada@example.org", "monday"]
    assert (ada[column], ada[-3:]) == ("1.5", ["1.5", "3", "50"])
    assert (bob[column], bob[-3:]) == ("", ["0", "0", ""])
    cells = cells_of(site.client("grace").get("/c/tiny/gradebook.xlsx").data)
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]
    assert cells[f"{letter}1"] == ("text", "double_it") and cells[f"{letter}2"] == ("number", 1.5)
    assert cells["A2"] == ("text", "Ada") and f"{letter}3" not in cells


def test_the_files_are_filtered_and_sorted_like_the_page_but_whole(site: Any) -> None:
    more_students(site, *[(f"Student {number}", "monday") for number in range(3)])
    assert [line[0] for line in lines_of(site, "?group=monday&sort=name&down=1&size=50&page=2")[1:]] == [
        "Student 2", "Student 1", "Student 0", "Ada",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [NASTY, "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", " =1", "＝1", "\n=1"])
def test_no_name_becomes_a_formula(site: Any, name: str) -> None:
    site.change(User, site.people["ada"], name=name)
    site.change(Enrolment, site.enrolments["ada"], group=name)
    line = next(line for line in lines_of(site)[1:] if line[1] == "ada@example.org")
    for cell in (line[0], line[2]):
        assert cell == f"'{name}"
    cells = cells_of(site.client("grace").get("/c/tiny/gradebook.xlsx").data)
    assert ("text", "ada@example.org") in cells.values()
    assert sum(kind == "text" and str(value).strip() == name.strip() for kind, value in cells.values()) == 2


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Ada", "O'Neill", "Anne-Marie", "a=b", "", "3 + 4"):
        assert as_text(text) == text


def test_a_missing_exercise_is_zero_and_a_waiting_one_empty(site: Any) -> None:
    site.submit("bob")
    site.change(Assignment, site.assignments["double_it"], due_at=now() - timedelta(days=1))
    head, ada, bob = lines_of(site)
    column = head.index("double_it")
    assert (ada[column], ada[-1]) == ("0", "0") and (bob[column], bob[-1]) == ("", "")
