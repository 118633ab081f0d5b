"""`gradgym verify`: the golden course holds; each way to break an exercise gets its own sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

pytestmark = pytest.mark.jail

Gradgym = Callable[..., Any]

SOUND = {
    "exercise.toml": """\
title = "Twice"
goal = "Return twice the tensor."
points = 3
difficulty = 1
minutes = 5
provides = ["double"]
forbidden = ["torch.add"]
hidden_checks = 2

[limits]
seconds = 2
memory_mb = 256
""",
    "README.md": "# Twice\n\n`double(x)` returns $2x$.\n",
    "stub": "from torch import Tensor\n\n\ndef double(x: Tensor) -> Tensor:\n    raise NotImplementedError\n",
    "test_public.py": '''\
import torch

from grader.checks import check, close


@check()
def test_three(student):
    """twice three is six"""
    close(student.double(torch.tensor(3.0)), torch.tensor(6.0))
''',
    "reference": """\
from torch import Tensor


def double(x: Tensor) -> Tensor:
    return 2 * x  # twice the tensor
""",
    "test_hidden.py": '''\
from grader.checks import check


@check(points=2)
def test_vector(agree, tensors):
    """twice a vector"""
    x = tensors((3,))
    agree(lambda m: m.double(x))


@check(points=1, needs=("test_vector",))
def test_matrix(agree, tensors):
    """twice a matrix"""
    x = tensors((2, 3))
    agree(lambda m: m.double(x))
''',
    "mistakes.py": """\
import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake("halves", "Half is less.", swap=("2 * x", "x / 2"), caught_by="test_vector"),
]
ALSO_CORRECT = [correct("adds", swap=("2 * x", "x + x"))]


def probe(m):
    return {"three": lambda: m.double(torch.tensor(3.0))}
""",
}


class Break(NamedTuple):
    """One change of the sound exercise, and what verify must say of it."""

    file: str
    old: str
    new: str
    sentence: str


BREAKS = {
    "points_do_not_add_up": Break(
        "exercise.toml",
        "points = 3",
        "points = 4",
        "the hidden checks add up to 3 points, exercise.toml says 4.",
    ),
    "wrong_count_of_checks": Break(
        "exercise.toml",
        "hidden_checks = 2",
        "hidden_checks = 5",
        "exercise.toml says hidden_checks = 5, test_hidden.py has 2.",
    ),
    "the_statement_gives_it_away": Break(
        "README.md",
        "returns $2x$.",
        "returns $2x$.\n\n    return 2 * x  # twice the tensor",
        "README.md line 5 gives away a line of the reference: 'return 2 * x  # twice the tensor'.",
    ),
    "the_stub_does_something": Break(
        "stub", "raise NotImplementedError", "return x", "the stub: vector ends wrong instead of not_written"
    ),
    "the_reference_is_wrong": Break(
        "test_hidden.py",
        "    x = tensors((3,))\n    agree(lambda m: m.double(x))",
        '    x = tensors((3,))\n    assert "a" == "b", "It never passes."',
        "the reference (seed 0): vector ends wrong: It never passes.",
    ),
    "the_reference_crashes": Break(
        "reference",
        "    return 2 * x",
        "    assert x.dim() < 2, 'a matrix'\n    return 2 * x",
        "the reference raised AssertionError: a matrix.",
    ),
    "the_reference_is_forbidden": Break(
        "exercise.toml",
        '["torch.add"]',
        '["torch.add"]\nimports = ["math"]',
        "the reference can't be loaded: This exercise doesn't use torch.",
    ),
    "a_mistake_passes": Break(
        "mistakes.py",
        '"x / 2"',
        '"2.0 * x"',
        "mistake halves passes vector, which should catch it.",
    ),
    "a_mistake_is_not_named": Break(
        "mistakes.py",
        "torch.tensor(3.0)",
        "torch.tensor(0.0)",
        "mistake halves is caught by vector but diagnosed as nothing.",
    ),
    "a_mistake_names_no_check": Break(
        "mistakes.py",
        'caught_by="test_vector"',
        'caught_by="test_nothing"',
        "mistake halves: caught_by='test_nothing' names no hidden check.",
    ),
    "a_right_answer_is_rejected": Break(
        "mistakes.py", '"x + x"', '"2.001 * x"', "adds (seed 0): vector ends wrong: the result (float64, shape (3,)"
    ),
    "a_swap_that_matches_nothing": Break(
        "mistakes.py", '("2 * x", "x + x")', '("3 * x", "x + x")', "adds: the swap of '3 * x' matches 0 times"
    ),
    "a_check_needs_what_is_not_there": Break(
        "test_hidden.py",
        'needs=("test_vector",)',
        'needs=("test_victor",)',
        "test_matrix needs test_victor, which is no check of this exercise.",
    ),
    "a_public_check_with_points": Break(
        "test_public.py",
        "@check()",
        "@check(points=1)",
        "the public check test_three has points.",
    ),
    "a_mistake_is_no_python": Break(
        "mistakes.py",
        '"x / 2"',
        '"x /"',
        "mistakes.py: the mistake halves can't be loaded: Python can't read the file: invalid syntax.",
    ),
    "a_mistake_cant_be_imported": Break(
        "mistakes.py",
        'swap=("2 * x", "x / 2")',
        'source="from torch import Tensoor"',
        "mistakes.py: the mistake halves can't be loaded: ImportError: cannot import name 'Tensoor' from 'torch'",
    ),
    "no_probe": Break(
        "mistakes.py",
        "def probe(m)",
        "def prob(m)",
        "mistake halves is caught by vector but diagnosed as nothing.",
    ),
    "no_mistake_at_all": Break(
        "mistakes.py",
        '    mistake("halves", "Half is less.", swap=("2 * x", "x / 2"), caught_by="test_vector"),\n',
        "",
        "mistakes.py names no mistake, so no check is proved to catch anything.",
    ),
    "a_test_without_check": Break(
        "test_hidden.py", "@check(points=1, needs=", "dict(points=1, needs=", "without @check: test_matrix."
    ),
    "a_right_answer_near_the_tolerance": Break(
        "mistakes.py",
        '"x + x"',
        '"2.0000005 * x"',
        "adds: vector uses 0.25 of the tolerance, at most 0.1 is wanted.",
    ),
    "a_mistake_near_the_tolerance": Break(
        "mistakes.py",
        '"x / 2"',
        '"2.000008 * x"',
        "mistake halves: vector catches it by only 4 times the tolerance, at least 10 is wanted.",
    ),
    "two_programs_of_one_name": Break(
        "mistakes.py", 'correct("adds"', 'correct("halves"', "mistakes.py has two programs called halves. Rename one."
    ),
}

# What disturbs nothing else is broken in one exercise, which saves proofs.
TOGETHER = {
    "points_do_not_add_up",
    "wrong_count_of_checks",
    "the_statement_gives_it_away",
    "a_check_needs_what_is_not_there",
    "a_public_check_with_points",
}


def write_exercise(course: Path, slug: str, files: Mapping[str, str]) -> None:
    public, solution = course / "exercises" / "u01_twice" / slug, course / "solutions" / "u01_twice" / slug
    public.mkdir(parents=True)
    solution.mkdir(parents=True)
    for name, text in files.items():
        folder = solution if name in ("reference", "test_hidden.py", "mistakes.py") else public
        (folder / (f"{slug}.py" if name in ("stub", "reference") else name)).write_text(text)


def write_course(course: Path, exercises: Mapping[str, Mapping[str, str]]) -> Path:
    for slug, files in exercises.items():
        write_exercise(course, slug, files)
    listed = ", ".join(f'"{slug}"' for slug in exercises)
    (course / "exercises" / "course.toml").write_text(
        f'format = 1\ntitle = "Broken"\n\n[[unit]]\nfolder = "u01_twice"\nexercises = [{listed}]\n'
    )
    (course / "exercises" / "u01_twice" / "unit.toml").write_text('number = 1\ntitle = "Twice"\n')
    return course


def broken(*changes: Break) -> dict[str, str]:
    files = dict(SOUND)
    for change in changes:
        assert files[change.file].count(change.old) == 1, change.old
        files[change.file] = files[change.file].replace(change.old, change.new)
    return files


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory, gradgym: Gradgym) -> dict[str, Any]:
    """What one `gradgym verify --json` says of a sound exercise and of the broken ones, by the name of the break."""
    exercises = {"sound": SOUND, "many_slips": broken(*(BREAKS[name] for name in TOGETHER))}
    exercises |= {name: broken(change) for name, change in BREAKS.items() if name not in TOGETHER}
    course = write_course(tmp_path_factory.mktemp("broken"), exercises)
    said = gradgym("verify", "--json", at=course)
    assert said.code == 1, said.err
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["exercise"] for line in lines] == list(exercises)
    proofs = {line["exercise"]: line for line in lines}
    return proofs | dict.fromkeys(TOGETHER, proofs["many_slips"])


def test_a_sound_exercise_holds(proofs: dict[str, Any]) -> None:
    assert proofs["sound"]["holds"]
    assert proofs["sound"]["problems"] == []
    assert proofs["sound"]["table"]["halves"][0] == "vector"


@pytest.mark.parametrize("name", BREAKS)
def test_each_way_to_break_an_exercise_gets_its_sentence(name: str, proofs: dict[str, Any]) -> None:
    proof = proofs[name]
    assert not proof["holds"]
    assert any(BREAKS[name].sentence in problem for problem in proof["problems"]), proof["problems"]


def test_every_problem_ends_as_a_sentence(proofs: dict[str, Any]) -> None:
    for proof in proofs.values():
        for problem in proof["problems"]:
            assert problem.endswith("."), problem


@pytest.mark.parametrize("name", ["a_test_without_check", "the_reference_is_forbidden"])
def test_a_problem_ends_with_one_full_stop(name: str, proofs: dict[str, Any]) -> None:
    assert not proofs[name]["problems"][0].endswith("..")


def test_a_check_that_was_skipped_catches_nothing(proofs: dict[str, Any]) -> None:
    assert proofs["sound"]["table"]["halves"] == ["vector"]


def test_the_margins_are_told(proofs: dict[str, Any]) -> None:
    assert proofs["sound"]["largest_of_right"] < 0.1
    assert proofs["sound"]["smallest_of_wrong"] > 1000


def test_an_exercise_may_say_why_its_margins_are_small(tmp_path: Path, gradgym: Gradgym) -> None:
    reason = Break("exercise.toml", "hidden_checks = 2", 'hidden_checks = 2\nmargin = "A test wants it so."', "")
    course = write_course(tmp_path / "course", {"twice": broken(BREAKS["a_right_answer_near_the_tolerance"], reason)})
    assert gradgym("verify", "twice", at=course).code == 0


def test_items_of_the_probe_that_the_reference_cant_answer_are_told(tmp_path: Path, gradgym: Gradgym) -> None:
    change = Break("mistakes.py", 'return {"three"', 'return {"odd": lambda: m.double(3).item(), "three"', "")
    course = write_course(tmp_path / "course", {"twice": broken(change)})
    proved = gradgym("verify", "twice", "--json", at=course)
    assert proved.code == 0
    assert "the probe can't use what the reference answers to odd (unusable: AttributeError)." in proved.json["notes"]


def test_the_next_step_is_a_sentence_of_its_own(proofs: dict[str, Any]) -> None:
    for problem in proofs["a_right_answer_is_rejected"]["problems"]:
        assert ". Mend the program" in problem or ". Widen the tolerance" in problem


def test_the_golden_course_holds(grace: Path, gradgym: Gradgym) -> None:
    proved = gradgym("verify", "--table", at=grace)
    assert proved.code == 0
    assert proved.out.count("✓ holds") == 2
    assert "blend: which check catches which mistake" in proved.one_line
    assert "5 of 5" in proved.out


def test_one_exercise_in_words(tmp_path: Path, gradgym: Gradgym) -> None:
    change = BREAKS["points_do_not_add_up"]
    course = write_course(tmp_path / "course", {"twice": broken(change)})
    proved = gradgym("verify", "twice", at=course)
    assert proved.code == 1
    assert f"✗ twice: {change.sentence}" in proved.one_line
    assert "✗ 1 to mend" in proved.out


WIDER = Break("reference", "return 2 * x", "return 2 * x if x.sum() > 0 else x + x", "")
EQUIVALENT = """\
[[mutant]]
before = "return 2 * x if x.sum() > 0 else x + x # twice the tensor"
after = "{after}"
reason = "Both branches say the same."
"""


@pytest.fixture
def branching(tmp_path: Path) -> Path:
    """A course with one exercise whose reference has two branches that say the same."""
    halves = Break("mistakes.py", '("2 * x", "x / 2")', '("2 * x if x.sum() > 0 else x + x", "x / 2")', "")
    adds = Break("mistakes.py", '("2 * x", "x + x")', '("2 * x if x.sum() > 0 else x + x", "x + x")', "")
    return write_course(tmp_path / "course", {"twice": broken(WIDER, halves, adds)})


def test_mutants_that_survive_are_shown_with_their_lines(branching: Path, gradgym: Gradgym) -> None:
    proved = gradgym("verify", "twice", "--mutants", "--seeds", "2", at=branching)
    assert proved.code == 1
    assert "twice: mutant comparison@5 survives: return 2 * x if x.sum() > 0 else x + x" in proved.one_line
    assert "return 2 * x if x.sum() >= 0 else x + x" in proved.one_line
    assert "mutants are noticed, 95% is wanted." in proved.one_line


def test_an_equivalent_mutant_is_listed_with_its_reason(branching: Path, gradgym: Gradgym) -> None:
    first = gradgym("verify", "twice", "--mutants", "--seeds", "1", "--json", at=branching).json["mutants"]
    after = [one["after"] for one in first["survivors"]]
    file = branching / "solutions" / "u01_twice" / "twice" / "equivalent.toml"
    file.write_text("\n".join(EQUIVALENT.format(after=line) for line in after))
    proved = gradgym("verify", "twice", "--mutants", "--seeds", "1", "--json", at=branching)
    assert proved.code == 0, proved.json
    assert proved.json["mutants"]["killed"] == proved.json["mutants"]["counted"] == first["killed"]
    assert {one["reason"] for one in proved.json["mutants"]["survivors"]} == {"Both branches say the same."}

    file.write_text(EQUIVALENT.format(after="return 3 * x"))
    stale = gradgym("verify", "twice", "--mutants", "--seeds", "1", "--json", at=branching)
    assert any("no mutant makes 'return 3 * x' of" in problem for problem in stale.json["problems"])


def test_an_entry_for_a_mutant_that_is_noticed_is_stale(branching: Path, gradgym: Gradgym) -> None:
    file = branching / "solutions" / "u01_twice" / "twice" / "equivalent.toml"
    noticed = "return 2 * x if x.sum() > 0 else x - x # twice the tensor"
    file.write_text(EQUIVALENT.format(after=noticed))
    proved = gradgym("verify", "twice", "--mutants", "--seeds", "1", "--json", at=branching)
    said = f"equivalent.toml: the checks notice '{noticed}' in the place of"
    assert any(said in problem for problem in proved.json["problems"]), proved.json["problems"]


def test_a_bound_on_the_number_of_mutants(branching: Path, gradgym: Gradgym) -> None:
    few = gradgym("verify", "twice", "--mutants", "--seeds", "1", "--most", "3", "--json", at=branching).json["mutants"]
    assert few["run"] == 3 < few["made"]


def test_mutants_of_the_tiny_course(gradgym: Gradgym) -> None:
    """An entry of equivalent.toml stands for the one that survives."""
    proved = gradgym("verify", "--mutants", "--seeds", "1", at=Path(__file__).parent.parent / "tiny_course")
    assert proved.code == 0, proved.out
    assert proved.out.count("100%") == 2


def test_a_broken_exercise_that_is_named_says_what_is_wrong(grace: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    course = shutil.copytree(grace, tmp_path / "course")
    file = course / "exercises" / "u01_moving" / "blend" / "exercise.toml"
    file.write_text(file.read_text().replace("minutes", "minuets"))
    proved = gradgym("verify", "blend", at=course)
    assert proved.code == 2
    assert "there is no key `minuets`" in proved.one_line
    assert gradgym("verify", "running_mean", at=course).code == 0


def test_the_author_of_a_broken_check_file_learns_why(gradgym: Gradgym) -> None:
    proved = gradgym("verify", "broken_file", "--json", at=Path(__file__).parent.parent / "golden" / "broken_course")
    (problem,) = proved.json["problems"]
    assert proved.code == 1
    assert "broken_file/test_hidden.py" in problem
    assert "cannot import name 'clothes' from 'grader.checks'" in problem


@pytest.mark.parametrize(
    ("path", "old", "new", "sentence"),
    [
        ("exercises/u01_moving/blend/exercise.toml", "minutes", "minuets", "minuets"),
        ("exercises/u01_moving/blend/exercise.toml", "difficulty = 1", "difficulty = 9", "difficulty"),
        ("exercises/course.toml", '"running_mean"]', '"running_man"]', "running_man"),
        ("exercises/course.toml", "format = 1", "format = 2", "this gradgym reads format 1"),
        ("solutions/u01_moving/blend/mistakes.py", None, None, "mistakes.py is missing (the known mistakes)"),
        ("exercises/u01_moving/blend/README.md", None, None, "README.md is missing (the statement)"),
    ],
)
def test_a_course_that_does_not_load_is_told_before_anything_runs(
    path: str, old: str | None, new: str | None, sentence: str, grace: Path, tmp_path: Path, gradgym: Gradgym
) -> None:
    course = shutil.copytree(grace, tmp_path / "course")
    file = course / path
    if old is None or new is None:
        file.unlink()
    else:
        file.write_text(file.read_text().replace(old, new))
    proved = gradgym("verify", at=course)
    assert (proved.code, proved.out) == (2, "")
    assert sentence in proved.one_line
    assert Path(path).name in proved.one_line


@pytest.fixture
def two_devices(tmp_path: Path) -> Path:
    """A course with an exercise for the CPU only and one that runs on a GPU too."""
    on_cpu = Break("exercise.toml", "hidden_checks = 2", 'hidden_checks = 2\ndevices = ["cpu"]', "")
    on_both = Break("exercise.toml", "hidden_checks = 2", 'hidden_checks = 2\ndevices = ["cpu", "cuda"]', "")
    return write_course(tmp_path / "course", {"here": broken(on_cpu), "there": broken(on_both)})


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_without_a_gpu_everything_that_was_skipped_is_named(two_devices: Path, gradgym: Gradgym) -> None:
    proved = gradgym("verify", "--device", "cuda", at=two_devices)
    assert (proved.code, proved.out) == (2, "")
    assert proved.err.splitlines() == [
        "Skipped, because they don't run on cuda: here.",
        "There is no CUDA device on this machine. Nothing was proved; skipped: there. "
        "Leave --device out to prove on the CPU.",
    ]


def test_an_exercise_for_the_cpu_is_not_said_to_be_proved_on_cuda(two_devices: Path, gradgym: Gradgym) -> None:
    proved = gradgym("verify", "here", "--device", "cuda", "--json", at=two_devices)
    assert (proved.code, proved.out) == (2, "")
    assert "Nothing was proved: no exercise runs on cuda." in proved.err
