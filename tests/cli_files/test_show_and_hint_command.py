"""gradgym show, gradgym hint"""

from __future__ import annotations

import pytest


def test_the_statement_is_shown_with_readable_formulas(ada, gradgym):
    done = gradgym("show", "part_way")
    assert done.exit_code == 0
    assert "h_new = h + r (t - h)" in done.stdout
    assert "\\text" not in done.stdout
    assert "gradgym verify" not in done.stdout, "the author's comments are not for students"


def test_the_facts_stand_below_the_statement(ada, gradgym):
    rows = [" ".join(line.split()) for line in gradgym("show", "part_way").stdout.splitlines()]
    assert "level ●○○○○ 15 minutes 5 points" in rows
    assert "write part_way" in rows
    assert "not allowed automatic gradients" in rows
    assert "your file u01_first_steps/part_way/part_way.py" in rows


@pytest.mark.parametrize("name", ["u01_first_steps/part_way", "u01_first_steps/part_way/part_way.py", "part_way.py"])
def test_an_exercise_may_be_named_by_its_path(ada, gradgym, name):
    assert gradgym("show", name).exit_code == 0


def test_an_unknown_exercise_gets_the_nearest_name(ada, gradgym):
    done = gradgym("show", "part_wya")
    assert done.exit_code == 2
    assert done.stderr == 'There is no exercise "part_wya" in this course. Did you mean `part_way`?\n'


def test_a_broken_exercise_says_what_is_wrong_with_it(ada, gradgym):
    (ada / "u01_first_steps/part_way/README.md").unlink()
    done = gradgym("show", "part_way")
    assert done.exit_code == 2
    assert done.stderr == (
        "u01_first_steps/part_way/README.md is missing (the statement). "
        "Run `gradgym start` on this folder again to get it back.\n"
    )
    assert gradgym("show", "second_step").exit_code == 0


def test_the_hint_is_the_authors(ada, gradgym):
    done = gradgym("hint", "part_way")
    assert done.exit_code == 0
    assert done.stdout.replace("\n", " ").startswith("Draw both points on a line.")
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_an_exercise_without_a_hint_says_where_hints_come_from(ada, gradgym):
    toml = ada / "u01_first_steps/part_way/exercise.toml"
    toml.write_text("\n".join(line for line in toml.read_text().splitlines() if not line.startswith("hint")))
    done = gradgym("hint", "part_way")
    assert done.exit_code == 0
    assert "The author gives no hint for part_way." in done.stdout
