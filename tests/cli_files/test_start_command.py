"""gradgym start"""

from __future__ import annotations


def test_a_student_gets_a_folder_to_work_in(grace, gradgym):
    done = gradgym("start", "../ada")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"My course: 2 exercises in {grace.parent / 'ada'}.\n")
    assert "`gradgym list`" in done.stdout
    assert (grace.parent / "ada/u01_first_steps/part_way/part_way.py").is_file()
    assert not list((grace.parent / "ada").rglob("test_hidden.py"))


def test_again_it_says_what_it_kept(ada, gradgym):
    stub = ada / "u01_first_steps/part_way/part_way.py"
    stub.write_text("# mine\n")
    done = gradgym("start", ".")
    assert done.exit_code == 0
    assert "Kept your u01_first_steps/part_way/part_way.py.\n" in done.stdout
    assert stub.read_text() == "# mine\n"


def test_a_newer_stub_is_offered_and_not_forced(grace, ada, gradgym):
    stub = ada / "u01_first_steps/part_way/part_way.py"
    stub.write_text("# mine\n")
    (grace / "exercises/u01_first_steps/part_way/part_way.py").write_text("# a new stub\n")
    done = gradgym("start", ".")
    assert "Kept your u01_first_steps/part_way/part_way.py (the course has a newer version of it now).\n" in done.stdout
    assert "`gradgym reset EXERCISE` takes the newer stub" in done.stdout
    assert gradgym("reset", "part_way", "--yes").exit_code == 0
    assert stub.read_text() == "# a new stub\n"


def test_an_exercise_that_came_later_arrives(grace, ada, gradgym):
    assert gradgym("new", "u02_more/third_step", "--course", str(grace)).exit_code == 0
    done = gradgym("start", ".")
    assert "4 new and 1 renewed files; 11 were up to date.\n" in done.stdout
    assert (ada / "u02_more/third_step/third_step.py").is_file()


def test_without_a_course_it_says_where_to_look(tmp_path, gradgym, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = gradgym("start", "ada")
    assert done.exit_code == 2
    assert done.stderr == (
        f"There is no course in {tmp_path} or in a folder above it. "
        "Go to your course's folder, or name it with --course FOLDER.\n"
    )
    assert not (tmp_path / "ada").exists()


def test_the_course_may_be_named_by_the_environment(grace, gradgym, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADGYM_COURSE", str(grace / "exercises" / "course.toml"))
    assert gradgym("start", "bob").exit_code == 0
    assert (tmp_path / "bob/course.toml").is_file()


def test_a_named_folder_without_a_course_is_told(grace, gradgym, tmp_path):
    done = gradgym("start", "../bob", "--course", str(tmp_path))
    assert done.exit_code == 2
    assert done.stderr == (
        f"There is no course.toml in {tmp_path}. Name the folder that holds it with --course (or GRADGYM_COURSE).\n"
    )
