"""Each thing that can be wrong with a course, and the sentence that says so: file, key, next step."""

from __future__ import annotations

import pytest

from grader.course.load import load_course
from grader.course.model import CourseError

TOML = "exercises/u01_lines/slope/exercise.toml"


def change(old: str, new: str):
    return lambda tiny: tiny.change(tiny.toml, old, new)


def add(line: str):
    return lambda tiny: tiny.add(line)


def course(old: str, new: str):
    return lambda tiny: tiny.change(tiny.root / "course.toml", old, new)


def without(name: str):
    return lambda tiny: (tiny.base / name).unlink()


PROBLEMS = {
    "a key that is misspelt": (
        add('hnt = "x"'),
        f"{TOML}: there is no key `hnt`. Did you mean `hint`?",
    ),
    "a key that is like no other": (
        add("colour = 3"),
        (
            f"{TOML}: there is no key `colour`. Remove it, or use one of: title, goal, points, difficulty, minutes, "
            "teaches, needs, provides, forbidden, imports, devices, hidden_checks, picture, hint, formerly, margin, "
            "limits."
        ),
    ),
    "an unknown limit": (
        lambda tiny: tiny.write(tiny.toml, tiny.toml.read_text() + "[limits]\nsecond = 3\n"),
        f"{TOML}, [limits]: there is no key `second`. Did you mean `seconds`?",
    ),
    "bad TOML": (
        change("points = 2.125", "points = "),
        f"{TOML} is not valid TOML: Invalid value (at line 3, column 10). Correct that place and save the file.",
    ),
    "a missing key": (
        change("minutes = 10\n", ""),
        f"{TOML}: the key `minutes` is missing. Add it, for example: minutes = 20",
    ),
    "a number where text is due": (
        change('"The slope"', "7"),
        f'{TOML}: `title` must be text in quotes, not 7. Write, for example: title = "One step downhill"',
    ),
    "empty text": (
        change('"The slope"', '" "'),
        f'{TOML}: `title` must not be empty, not " ". Write, for example: title = "One step downhill"',
    ),
    "text where a list is due": (
        add('needs = "shift"'),
        f'{TOML}: `needs` must be a list, not "shift". Write, for example: needs = ["sgd_step"]',
    ),
    "a number in a list of names": (
        add("teaches = [3]"),
        (
            f"{TOML}: `teaches` must be a list of texts in quotes, not [3]. "
            'Write, for example: teaches = ["gradient descent"]'
        ),
    ),
    "a name twice": (
        add('devices = ["cpu", "cpu"]'),
        f'{TOML}: `devices` names "cpu" twice. Remove one of them.',
    ),
    "negative points": (
        change("points = 2.125", "points = -5"),
        f"{TOML}: `points` must be a number above 0 and at most 100000, not -5. Write, for example: points = 5",
    ),
    "points with four decimals": (
        change("points = 2.125", "points = 2.1255"),
        f"{TOML}: `points` may have at most three decimals, not 2.1255. Write, for example: points = 5",
    ),
    "points that are not finite": (
        change("points = 2.125", "points = inf"),
        f"{TOML}: `points` must be a number above 0 and at most 100000, not Infinity. Write, for example: points = 5",
    ),
    "points that are true": (
        change("points = 2.125", "points = true"),
        f"{TOML}: `points` must be a number above 0 and at most 100000, not true. Write, for example: points = 5",
    ),
    "a difficulty of 6": (
        change("difficulty = 2", "difficulty = 6"),
        f"{TOML}: `difficulty` must be a whole number from 1 to 5, not 6. Write, for example: difficulty = 1",
    ),
    "no seconds at all": (
        lambda tiny: tiny.write(tiny.toml, tiny.toml.read_text() + "[limits]\nseconds = 0\n"),
        (
            f"{TOML}, [limits]: `seconds` must be a number above 0 and at most 3600, not 0. "
            "Write, for example: seconds = 10"
        ),
    ),
    "an unknown device": (
        add('devices = ["cpu", "cudda"]'),
        f'{TOML}: `devices` names "cudda", which is unknown. Did you mean `cuda`?',
    ),
    "no cpu": (
        add('devices = ["cuda"]'),
        (
            f'{TOML}: `devices` must contain the cpu, which everybody has, not ["cuda"]. '
            'Write, for example: devices = ["cpu", "cuda"]'
        ),
    ),
    "an unknown need": (
        add('needs = ["shfit"]'),
        f'{TOML}: `needs` names "shfit", which is not in this course. Did you mean `shift`?',
    ),
    "needs in a circle": (
        lambda tiny: (
            tiny.add('needs = ["shift"]'),
            tiny.change(tiny.root / "u01_lines/shift/exercise.toml", "hidden", 'needs = ["slope"]\nhidden'),
        ),
        f"{TOML}: `needs` runs in a circle: slope needs shift needs slope. Remove one of these needs.",
    ),
    "an exercise that needs itself": (
        add('needs = ["slope"]'),
        f"{TOML}: `needs` runs in a circle: slope needs slope. Remove one of these needs.",
    ),
    "provided names that are no names": (
        change('["slope"]', '["slope()"]'),
        (
            f'{TOML}: `provides` must list the Python names that a student defines, not ["slope()"]. '
            'Write, for example: provides = ["sgd_step"]'
        ),
    ),
    "an import that the course doesn't have": (
        add('imports = ["numpy"]'),
        f'{TOML}: `imports` names "numpy", which the course doesn\'t allow. Add it to `imports` in course.toml first.',
    ),
    "a forbidden group that isn't there": (
        add('forbidden = ["OPTIMS"]'),
        f'{TOML}: `forbidden` can\'t be used: there is no group "OPTIMS". Did you mean `OPTIM`?',
    ),
    "a former name that is in use": (
        add('formerly = ["shift"]'),
        f'{TOML}: `formerly` names "shift", which is an exercise of this course. Remove it there.',
    ),
    "a missing folder": (
        course('"shift"]', '"shift", "bend"]'),
        (
            'exercises/course.toml: `exercises` lists "bend", but there is no folder exercises/u01_lines/bend. '
            "Make it with `gradgym new u01_lines/bend`, or take it off the list."
        ),
    ),
    "a missing stub": (
        without("exercises/u01_lines/slope/slope.py"),
        "exercises/u01_lines/slope/slope.py is missing (the stub). Add the file.",
    ),
    "a missing statement": (
        without("exercises/u01_lines/slope/README.md"),
        "exercises/u01_lines/slope/README.md is missing (the statement). Add the file.",
    ),
    "missing public checks": (
        without("exercises/u01_lines/slope/test_public.py"),
        "exercises/u01_lines/slope/test_public.py is missing (the public checks). Add the file.",
    ),
    "a missing exercise.toml": (
        without(TOML),
        f"{TOML} is missing (title, points and limits). Add the file.",
    ),
    "a missing unit.toml": (
        without("exercises/u01_lines/unit.toml"),
        "exercises/u01_lines/unit.toml is missing. Add the file.",
    ),
    "a missing reference": (
        without("solutions/u01_lines/slope/slope.py"),
        "solutions/u01_lines/slope/slope.py is missing (the reference). Each exercise needs it: add the file.",
    ),
    "missing hidden checks": (
        without("solutions/u01_lines/slope/test_hidden.py"),
        (
            "solutions/u01_lines/slope/test_hidden.py is missing (the hidden checks). "
            "Each exercise needs it: add the file."
        ),
    ),
    "missing mistakes": (
        without("solutions/u01_lines/slope/mistakes.py"),
        "solutions/u01_lines/slope/mistakes.py is missing (the known mistakes). Each exercise needs it: add the file.",
    ),
    "a statement that is not UTF-8": (
        lambda tiny: tiny.write(tiny.public / "README.md", b"# Slope\n\xe9t\xe9\n"),
        "exercises/u01_lines/slope/README.md is not UTF-8 (line 2). Save the file as UTF-8.",
    ),
    "a reference that is not UTF-8": (
        lambda tiny: tiny.write(tiny.solution / "slope.py", b"\xff"),
        "solutions/u01_lines/slope/slope.py is not UTF-8 (line 1). Save the file as UTF-8.",
    ),
    "a course that is not UTF-8": (
        lambda tiny: tiny.write(tiny.root / "course.toml", b'format = 1\ntitle = "\xe9"'),
        "exercises/course.toml is not UTF-8 (line 2). Save the file as UTF-8.",
    ),
    "a slug with a capital letter": (
        course('"slope", ', '"Slope", '),
        (
            'exercises/course.toml, [[unit]]: `exercises` lists "Slope", but that is no good name: it must be '
            "lower-case letters, digits and underscores, and begin with a letter. Rename the exercise."
        ),
    ),
    "a slug that is a word of Python": (
        course('"slope", ', '"lambda", '),
        (
            'exercises/course.toml, [[unit]]: `exercises` lists "lambda", but that is a word of the Python language. '
            "Rename the exercise."
        ),
    ),
    "a slug that is a standard module": (
        course('"slope", ', '"statistics", '),
        (
            'exercises/course.toml, [[unit]]: `exercises` lists "statistics", but that is the name of a module of '
            "Python's standard library. Rename the exercise."
        ),
    ),
    "a slug that students import": (
        course('"slope", ', '"torch", '),
        (
            'exercises/course.toml, [[unit]]: `exercises` lists "torch", but that is the name of a module that '
            "students or checks import. Rename the exercise."
        ),
    ),
    "a slug in two units": (
        lambda tiny: (
            tiny.write(tiny.root / "u02_more/unit.toml", 'number = 2\ntitle = "More"\n'),
            tiny.change(
                tiny.root / "course.toml",
                "# in this order",
                '\n[[unit]]\nfolder = "u02_more"\nexercises = ["shift"]',
            ),
        ),
        'exercises/course.toml, [[unit]]: `exercises` lists "shift", but u01_lines has it. List it in one unit only.',
    ),
    "a slug twice in a unit": (
        course('"shift"]', '"slope"]'),
        'exercises/course.toml, [[unit]]: `exercises` names "slope" twice. Remove one of them.',
    ),
    "a unit twice": (
        course("# in this order", '\n[[unit]]\nfolder = "u01_lines"\nexercises = []'),
        'exercises/course.toml, [[unit]]: `folder` "u01_lines" stands in two units. Put their exercises into one.',
    ),
    "a unit with a bad name": (
        course('"u01_lines"', '"../u01_lines"'),
        (
            'exercises/course.toml, [[unit]]: `folder` is "../u01_lines", but the name of a unit must be lower-case '
            "letters, digits and underscores, and begin with a letter. Rename the unit."
        ),
    ),
    "a unit without a folder": (
        course('"u01_lines"', '"u01_line"'),
        (
            'exercises/course.toml, [[unit]]: `folder` names "u01_line", but there is no such folder. '
            "Make it, or correct the name."
        ),
    ),
    "no unit": (
        lambda tiny: tiny.write(tiny.root / "course.toml", 'format = 1\ntitle = "Tiny"\n'),
        "exercises/course.toml: the key `unit` is missing. Add it, for example: [[unit]]",
    ),
    "a unit that is no table": (
        lambda tiny: tiny.write(tiny.root / "course.toml", 'format = 1\ntitle = "Tiny"\nunit = ["u01_lines"]\n'),
        (
            "exercises/course.toml: `unit` must be one or more tables, each begun by [[unit]], "
            'not ["u01_lines"]. Write, for example: [[unit]]'
        ),
    ),
    "two units of one number": (
        lambda tiny: (
            tiny.write(tiny.root / "u02_more/unit.toml", 'number = 1\ntitle = "More"\n'),
            tiny.change(
                tiny.root / "course.toml", "# in this order", '\n[[unit]]\nfolder = "u02_more"\nexercises = []'
            ),
        ),
        "exercises/u02_more/unit.toml: `number` is 1, and so is that of u01_lines. Give each unit its own number.",
    ),
    "imports with a dot": (
        course("format = 1", 'format = 1\nimports = ["torch.nn"]'),
        'exercises/course.toml: `imports` names "torch.nn", which is no top-level module. Write only its first part.',
    ),
    "a format of the future": (
        course("format = 1", "format = 2"),
        "exercises/course.toml: `format` is 2, but this gradgym reads format 1. Update gradgym.",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_it_is_told_in_one_sentence_with_the_next_step(tiny, name):
    spoil, sentence = PROBLEMS[name]
    spoil(tiny)
    assert tiny.problem() == sentence


@pytest.mark.parametrize(
    "path", ["exercises/u01_lines/slope/README.md", "exercises/course_data.py", "solutions/u01_lines/slope/mistakes.py"]
)
def test_a_link_out_of_the_course_is_refused(tiny, path):
    secret = tiny.base / "secret.txt"
    secret.write_text("the exam")
    (tiny.base / path).unlink(missing_ok=True)
    (tiny.base / path).symlink_to(secret)
    assert tiny.problem() == (
        f"{path} leads out of the course folder (to secret.txt). Put a copy of the file there instead of a link."
    )


def test_a_link_from_a_public_file_to_a_solution_is_refused(tiny):
    (tiny.public / "kit.py").symlink_to(tiny.solution / "slope.py")
    assert tiny.problem().startswith("exercises/u01_lines/slope/kit.py leads out of the course folder")


def test_a_unit_folder_that_is_a_link_out_of_the_course_is_refused(tiny):
    (tiny.root / "u01_lines").rename(tiny.base / "elsewhere")
    (tiny.root / "u01_lines").symlink_to(tiny.base / "elsewhere")
    assert tiny.problem().startswith("exercises/u01_lines leads out of the course folder (to elsewhere).")


def test_a_missing_file_in_a_students_copy_comes_back_with_start(tiny):
    (tiny.root / ".gradgym" / "course").mkdir(parents=True)
    (tiny.public / "test_public.py").unlink()
    assert tiny.problem() == (
        "exercises/u01_lines/slope/test_public.py is missing (the public checks). "
        "Run `gradgym start` on this folder again to get it back."
    )


def test_a_folder_without_a_course_is_no_course(tmp_path):
    with pytest.raises(
        CourseError, match=r"has no course\.toml\. Name the folder that holds it \(often `exercises`\)\.$"
    ):
        load_course(tmp_path)


def test_solutions_that_are_not_there_are_told(tiny):
    with pytest.raises(
        CourseError, match=r"There is no solutions folder .*nowhere\. Correct the path, or leave it out\.$"
    ):
        load_course(tiny.root, tiny.base / "nowhere")
