"""gradgym new, gradgym new-course"""

from __future__ import annotations


def test_a_new_exercise_is_written_and_the_next_step_told(grace, gradgym):
    done = gradgym("new", "u02_more/third_step")
    assert done.exit_code == 0
    assert "  exercises/u02_more/third_step/README.md\n" in done.stdout
    assert "`gradgym verify third_step` proves it." in done.stdout
    assert "third_step" in gradgym("list").stdout


def test_a_name_without_a_unit_is_told(grace, gradgym):
    done = gradgym("new", "third_step")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == '"third_step" is not UNIT/SLUG. Write both, such as u01_first_steps/my_exercise.\n'


def test_a_new_course_can_be_used_at_once(tmp_path, gradgym, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = gradgym("new-course", "mine")
    assert done.exit_code == 0
    assert done.stdout.startswith("A small course is in mine. Read mine/README.md, then go there")
    monkeypatch.chdir(tmp_path / "mine")
    assert "1 exercise, 5 points" in gradgym("list").stdout
    assert gradgym("start", "../ada").exit_code == 0


def test_a_new_course_is_never_put_on_top_of_something(grace, gradgym):
    done = gradgym("new-course", ".")
    assert (done.exit_code, done.stderr) == (2, f"{grace} is not empty. Choose a new or empty folder.\n")
