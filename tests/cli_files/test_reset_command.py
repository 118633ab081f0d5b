"""gradgym reset"""

from __future__ import annotations

import pytest


@pytest.fixture
def stub(ada):
    path = ada / "u01_first_steps/part_way/part_way.py"
    path.write_text("# mine\n")
    return path


def test_the_stub_comes_back_and_the_students_version_is_kept(stub, gradgym):
    done = gradgym("reset", "part_way", answer="y\n")
    assert done.exit_code == 0
    assert "Your version is now in u01_first_steps/part_way/part_way.backup1.py.\n" in done.stdout
    assert "raise NotImplementedError" in stub.read_text()
    assert stub.with_name("part_way.backup1.py").read_text() == "# mine\n"


def test_no_changes_nothing(stub, gradgym):
    done = gradgym("reset", "part_way", answer="n\n")
    assert done.exit_code == 1
    assert "Nothing was changed." in done.stdout
    assert stub.read_text() == "# mine\n"


def test_without_an_answer_nothing_is_changed(stub, gradgym):
    done = gradgym("reset", "part_way", answer="")
    assert done.exit_code == 2
    assert done.stderr.endswith("Nothing was changed: nobody answered. Use --yes to reset without being asked.\n")
    assert stub.read_text() == "# mine\n"


def test_with_yes_nobody_is_asked(stub, gradgym):
    assert gradgym("reset", "part_way", "--yes").exit_code == 0
    assert stub.read_text() != "# mine\n"


def test_an_untouched_stub_needs_no_reset(ada, gradgym):
    done = gradgym("reset", "second_step")
    assert done.exit_code == 0
    assert done.stdout == "u02_more/second_step/second_step.py is still the stub: there is nothing to reset.\n"


def test_a_deleted_stub_comes_back(stub, gradgym):
    stub.unlink()
    done = gradgym("reset", "part_way")
    assert (done.exit_code, done.stdout) == (0, "u01_first_steps/part_way/part_way.py is the stub again.\n")


def test_the_course_itself_is_not_reset(grace, gradgym):
    done = gradgym("reset", "part_way", "--yes")
    assert done.exit_code == 2
    assert done.stderr == (
        "exercises is the course itself, not a student's copy, so there is nothing to go back to. "
        "Make a copy with `gradgym start FOLDER`.\n"
    )
