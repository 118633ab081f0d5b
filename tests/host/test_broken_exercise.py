"""The author's mistakes are the author's: `broken_exercise`, with the place, and the rest is graded all the same."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from grader.api import Grader, Submission
from grader.course.load import find_exercise, load_course
from grader.course.model import CourseError, Exercise
from grader.host import grading as grading_module
from grader.report import CheckResult, Report, Verdict

pytestmark = pytest.mark.jail

TINY = Path(__file__).parent.parent / "tiny_course"
Odd = Callable[..., Exercise]

RIGHT = """
import torch
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
"""


@pytest.fixture(scope="module")
def grading(grader: Grader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Grader, Odd]]:
    """The warm grader, and `odd(hidden=..., mistakes=...)`: double_it with other files in its solution folder."""
    made: list[Exercise] = []

    def odd(*, hidden: str | None = None, mistakes: str | None = None, toml: str = "") -> Exercise:
        base = tmp_path_factory.mktemp("course")
        shutil.copytree(TINY, base, dirs_exist_ok=True)
        solution = base / "solutions" / "u01_tiny" / "double_it"
        if hidden is not None:
            (solution / "test_hidden.py").write_text(hidden)
        if mistakes is not None:
            (solution / "mistakes.py").write_text(mistakes)
        settings = base / "exercises" / "u01_tiny" / "double_it" / "exercise.toml"
        settings.write_text(settings.read_text() + toml)
        exercise = find_exercise(load_course(base / "exercises"), "double_it")
        made.append(exercise)
        return exercise

    yield grader, odd
    for exercise in made:
        grader.forget(exercise)


def graded(grader: Grader, exercise: Exercise, source: str) -> Report:
    return grader.grade(Submission("ada.py", source.encode()), exercise)


CHECKS = '''
import pytest
import torch

from grader.checks import check, close, ensure


@check(points=1)
def test_breaks(student, tensors):
    """the check itself divides by zero"""
    student.double_it(tensors((2,)))
    1 / 0


@check(points=1)
def test_reference_breaks(agree):
    """the reference lacks what the check asks for"""
    agree(lambda m: m.triple_it(1))


@check(points=1)
def test_asserts(student, tensors):
    """a plain assert with a sentence"""
    assert student.double_it(torch.ones(2)).sum() == 4, "Twice (1, 1) sums to 4."


@check(points=1)
def test_stumbles(student):
    """the check expects a tensor and says nothing else"""
    student.double_it(torch.ones(3)).reshape(1, 3)


@check(points=1)
def test_wants_a_fixture(student, nonsense):
    """a fixture that is not there"""


@check(points=1)
def test_skips(student):
    """skips itself"""
    pytest.skip("not today")


@check(points=1)
def test_agrees_on_objects(agree):
    """compares things that stay over there"""
    agree(lambda m: m.double_it)


@check(points=1)
def test_returns_objects(agree, tensors):
    """compares what a scenario has made"""
    x = tensors((2,))
    agree(lambda m: iter([m.double_it(x)]))


@check(points=1, needs=("test_asserts",))
def test_at_the_end(student, tensors):
    """a check after all that"""
    x = tensors((2,))
    close(student.double_it(x), 2 * x)
'''


@pytest.fixture(scope="module")
def odd_checks(grading: tuple[Grader, Odd]) -> Callable[[str], dict[str, CheckResult]]:
    grader, odd = grading
    exercise = odd(hidden=CHECKS)

    def results(source: str) -> dict[str, CheckResult]:
        report = graded(grader, exercise, source)
        assert report.verdict is Verdict.BROKEN_EXERCISE
        return {check.name: check for check in report.checks}

    return results


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("breaks", "fails on the reference as well (ZeroDivisionError"),
        ("reference_breaks", "the reference raised AttributeError"),
        ("wants_a_fixture", "nonsense"),
        ("skips", "not today"),
    ],
)
def test_a_check_that_breaks_is_the_authors_and_no_other_check_suffers(
    odd_checks: Callable[[str], dict[str, CheckResult]], name: str, words: str
) -> None:
    found = odd_checks(RIGHT)
    assert found[name].verdict is Verdict.BROKEN_EXERCISE
    assert words in found[name].rationale
    assert found[name].earned == 0
    for good in ("asserts", "stumbles", "at_the_end"):
        assert found[good].verdict is Verdict.PASSED, found[good]
        assert found[good].earned == 1000


def test_a_plain_assert_speaks_to_the_student(odd_checks: Callable[[str], dict[str, CheckResult]]) -> None:
    found = odd_checks(RIGHT.replace("2 * x", "3 * x"))
    assert found["asserts"].verdict is Verdict.WRONG
    assert found["asserts"].rationale == "Twice (1, 1) sums to 4."
    assert found["at_the_end"].verdict is Verdict.SKIPPED


def test_a_check_that_stumbles_over_a_value_is_the_students_when_the_reference_passes(
    odd_checks: Callable[[str], dict[str, CheckResult]],
) -> None:
    found = odd_checks(RIGHT.replace("2 * x", "'twice'"))
    assert found["stumbles"].verdict is Verdict.WRONG
    assert "could not use what your code returned" in found["stumbles"].rationale


@pytest.mark.parametrize("name", ["agrees_on_objects", "returns_objects"])
def test_agreeing_on_objects_compares_nothing_and_is_the_authors_mistake(
    odd_checks: Callable[[str], dict[str, CheckResult]], name: str
) -> None:
    """Whatever the student returns, an object is an object: no check may pass for that."""
    found = odd_checks(RIGHT.replace("2 * x", "3 * x"))
    assert found[name].verdict is not Verdict.PASSED


MARKED = CHECKS.replace("@check(", "@pytest.mark.skipif(False, reason='never')\n@check(")
PROGRAMS = {
    "right": RIGHT,
    "wrong": RIGHT.replace("2 * x", "3 * x"),
    "text": RIGHT.replace("2 * x", "'twice'"),
    "nothing": RIGHT.replace("return 2 * x", "pass"),
    "an error": RIGHT.replace("2 * x", "x[99]"),
    "a stub": RIGHT.replace("return 2 * x", "raise NotImplementedError"),
    "an end": RIGHT.replace("return 2 * x", "__import__('os')._exit(3)"),
    "an import that fails": RIGHT + "\n1 / 0\n",
    "another name": RIGHT.replace("double_it", "triple_it"),
    "a forbidden name": RIGHT.replace("2 * x", "torch.add(x, x)"),
}


@pytest.fixture(scope="module")
def called_and_run(grading: tuple[Grader, Odd]) -> tuple[Exercise, Exercise]:
    """The same checks twice: one that pytest only calls, and one for which a mark asks for its whole protocol."""
    _, odd = grading
    return odd(hidden=CHECKS), odd(hidden=MARKED)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_check_has_the_same_outcome_called_plainly_and_run_by_pytest(
    grading: tuple[Grader, Odd], called_and_run: tuple[Exercise, Exercise], name: str
) -> None:
    called, run = (graded(grading[0], exercise, PROGRAMS[name]) for exercise in called_and_run)
    assert [said_by(check) for check in called.checks] == [said_by(check) for check in run.checks]
    assert (called.verdict, called.message, called.mistakes) == (run.verdict, run.message, run.mistakes)


def said_by(check: CheckResult) -> dict[str, object]:
    """All that a result says, without its time and the places of objects in memory."""
    rationale = re.sub("0x[0-9a-f]+", "0x", check.rationale)
    return {**msgspec.structs.asdict(check), "rationale": rationale, "seconds": 0}


FULL = '''
import pytest
import torch

from grader.checks import check, close


@pytest.fixture
def half():
    return 0.5


@check(points=1)
@pytest.mark.parametrize("size", [1, 3])
def test_sizes(student, half, size):
    """arguments of pytest's own"""
    close(student.double_it(torch.full((size,), half)), torch.ones(size))


@check(points=1)
def test_plain(student):
    """a check that is only called"""
    close(student.double_it(torch.ones(2)), torch.full((2,), 2.0))
'''


@pytest.mark.parametrize(("source", "verdict"), [(RIGHT, "passed"), (PROGRAMS["wrong"], "wrong")])
def test_a_check_may_use_fixtures_and_parameters_of_pytest(
    grading: tuple[Grader, Odd], source: str, verdict: str
) -> None:
    grader, odd = grading
    report = graded(grader, odd(hidden=FULL), source)
    assert [(check.name, check.verdict) for check in report.checks if check.hidden] == [
        ("sizes[1]", verdict),
        ("sizes[3]", verdict),
        ("plain", verdict),
    ]


FILES: dict[str, tuple[dict[str, str], str]] = {
    "a syntax error in the checks": ({"hidden": "def test_x(:\n"}, r"test_hidden\.py"),
    "an import that fails": ({"hidden": "from grader.checks import chekc\n"}, "chekc"),
    "a test without @check": ({"hidden": "def test_plain():\n    pass\n"}, "test_plain"),
    "a swap that matches nothing": (
        {
            "mistakes": "from grader.checks import mistake\ndef probe(m):\n    return {}\n"
            "MISTAKES = [mistake('a', 'h', swap=('no such text', 'y'), caught_by='test_values')]\n"
        },
        "matches 0 times",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_used_are_the_authors(grading: tuple[Grader, Odd], name: str) -> None:
    grader, odd = grading
    files, words = FILES[name]
    exercise = odd(**files)
    report = graded(grader, exercise, RIGHT)
    assert report.verdict is Verdict.BROKEN_EXERCISE
    assert report.score is None
    assert not report.checks
    assert words not in report.message  # a student needn't read it
    with pytest.raises(CourseError, match=words):  # what the author is told
        grader.programs(exercise)
    grader.forget(exercise)


PROBE = """
from grader.checks import mistake

MISTAKES = [mistake("triples", "Three is too much.", swap=("return 2 * x", "return 3 * x"), caught_by="test_values")]


def probe(m):
    import torch
    one = torch.ones(1)
    return {
        "inverse": lambda: 1 // int(m.double_it(one)),
        "whole": lambda: int(m.double_it(one)),
        "items": lambda: [item for item in m.double_it(one)],
        "truth": lambda: bool(m.double_it(one) == one),
        "key": lambda: {2.0: "two", 3.0: "three"}[float(m.double_it(one))],
    }
"""


@pytest.mark.parametrize(
    "result",
    [
        "0 * x",
        "x / 0",
        "None",
        "(i for i in iter(int, 1))",
        "object()",
        "[]",
        "'text'",
        "{'a': 1}",
        "x[:0]",
    ],
)
def test_a_probe_that_stumbles_over_a_value_is_not_our_trouble(
    grading: tuple[Grader, Odd], probed: Exercise, result: str
) -> None:
    grader, _ = grading
    report = graded(grader, probed, RIGHT.replace("2 * x", result))
    assert report.verdict is Verdict.WRONG, report.message
    assert report.mistakes == () or "triples" not in report.mistakes


def test_a_probe_names_the_mistake_that_stumbles_in_the_same_way(grading: tuple[Grader, Odd], probed: Exercise) -> None:
    grader, _ = grading
    assert "triples" in graded(grader, probed, RIGHT.replace("2 * x", "x + 2 * x")).mistakes


@pytest.fixture(scope="module")
def probed(grading: tuple[Grader, Odd]) -> Exercise:
    return grading[1](mistakes=PROBE)


ENDLESS = '''
from grader.checks import check


@check(points=3)
def test_never_ends(student, tensors):
    """a check with an endless loop of its own"""
    student.double_it(tensors((2,)))
    while True:
        pass
'''


def test_a_check_that_never_ends_is_given_up(
    grading: tuple[Grader, Odd],
    monkeypatch: pytest.MonkeyPatch,
    with_deadline: Callable[[float], None],
    processes_below: Callable[[int], list[int]],
) -> None:
    grader, odd = grading
    exercise = odd(hidden=ENDLESS, toml="\n[limits]\nseconds = 0.4\n")
    grader.warm(exercise)
    monkeypatch.setattr(grading_module, "_SILENCE_SECONDS", 0.4)
    with_deadline(30)
    report = graded(grader, exercise, RIGHT)
    assert report.verdict in (Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE)
    assert report.score is None or report.score == 0
    grader.forget(exercise)


LOSES_THE_LINE = '''
from grader.checks import check, close
from grader.wire.errors import WireError


@check(points=1)
def test_loses_the_line(student, tensors):
    """as if the module had broken the protocol, the reference as well"""
    student.double_it(tensors((2,)))
    raise WireError("no such frame")


@check(points=1)
def test_after_that(student, tensors):
    """a check with a guest of its own"""
    x = tensors((2,))
    close(student.double_it(x), 2 * x)
'''


def test_a_rehearsal_that_loses_the_line_keeps_nobody_waiting(
    grading: tuple[Grader, Odd], with_deadline: Callable[[float], None]
) -> None:
    grader, odd = grading
    with_deadline(60)
    report = graded(grader, odd(hidden=LOSES_THE_LINE), RIGHT)
    found = {check.name: check.verdict for check in report.checks if check.hidden}
    assert found == {"loses_the_line": Verdict.CRASHED, "after_that": Verdict.PASSED}
