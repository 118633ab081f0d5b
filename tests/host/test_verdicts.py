"""Each verdict, from a real submission behind the real wall: who acts next, what it says, and the exact points."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from grader.api import MAX_SOURCE
from grader.course.model import Exercise
from grader.report import CheckResult, Report, Verdict
from grader.report.model import plain_points

pytestmark = pytest.mark.jail

Grade = Callable[..., Report]
HIDDEN = ("values", "twice_in_a_row", "input_kept", "bad_input")


def double_it(body: str, head: str = "") -> str:
    """A submission to double_it that rejects what it should and then does `body`."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    refusal = "    if not x.is_floating_point():\n        raise ValueError('a floating type is needed')\n"
    return f"import os, sys, time, torch\n{head}\ndef double_it(x):\n{refusal}{lines}"


def checks(report: Report) -> dict[str, CheckResult]:
    return {check.name: check for check in report.checks}


def verdicts(report: Report) -> dict[str, str]:
    return {check.name: check.verdict.value for check in report.checks}


def only_in_values(statement: str) -> str:
    """Do this in the check `values` alone, whose tensors have six elements, and else be right."""
    return f"if x.numel() == 6:\n    {statement}\nreturn 2 * x"


def everything_else_passed(report: Report) -> bool:
    passed = {"one_and_two", "whole_numbers", "input_kept", "bad_input"}
    return {name for name, check in checks(report).items() if check.verdict is Verdict.PASSED} == passed


# Passed, wrong, not written


def test_a_right_answer_gets_every_point(grade: Grade, exercises: dict[str, Exercise]) -> None:
    for slug, points in [("double_it", 3000), ("counter", 2000), ("with_kit", 1500)]:
        reference = exercises[slug].reference
        assert reference is not None
        report = grade(slug, reference.read_text())
        assert report.verdict is Verdict.PASSED, report
        assert (report.score, report.max_score) == (points, points)
        assert not report.message
        assert not report.mistakes
        assert report.wall == "jail"
        assert {check.verdict for check in report.checks} == {Verdict.PASSED}


def test_the_stub_is_not_written(grade: Grade, exercises: dict[str, Exercise]) -> None:
    for slug in exercises:
        report = grade(slug, exercises[slug].stub.read_text())
        assert report.verdict is Verdict.NOT_WRITTEN
        assert report.score == 0
        assert {check.verdict for check in report.checks} <= {Verdict.NOT_WRITTEN, Verdict.SKIPPED}
        first = report.checks[0]
        assert first.rationale == "This part is not written yet."
        assert first.where is not None
        assert first.where.source == "raise NotImplementedError"


def test_a_wrong_answer_gets_the_points_of_the_checks_that_pass(grade: Grade) -> None:
    report = grade("double_it", double_it("return 5 * x"))
    assert report.verdict is Verdict.WRONG
    assert verdicts(report) == {
        "one_and_two": "wrong",
        "whole_numbers": "passed",
        "values": "wrong",
        "twice_in_a_row": "skipped",
        "input_kept": "passed",
        "bad_input": "passed",
    }
    assert report.score == 750 + 250
    assert plain_points(report.score) == 1
    failed = checks(report)["values"]
    assert failed.difference is not None
    assert (failed.difference.kind, failed.difference.differing, failed.difference.total) == ("values", 6, 6)
    assert failed.hint == "Every entry, and twice."


def test_points_are_exact_to_the_thousandth(grade: Grade) -> None:
    report = grade("double_it", double_it("return 2 * x").replace("not x.is_floating_point()", "x.dtype == torch.bool"))
    assert verdicts(report)["bad_input"] == "wrong"
    assert report.score == 1125 + 875 + 750
    assert plain_points(report.score) == 2.75
    assert [check.points for check in report.checks] == [0, 0, 1125, 875, 750, 250]
    assert [check.earned for check in report.checks] == [0, 0, 1125, 875, 750, 0]


def test_a_check_that_waits_for_another_is_skipped_and_says_so(grade: Grade) -> None:
    report = grade("double_it", double_it("return 2 * x.float()"))
    waiting = checks(report)["twice_in_a_row"]
    assert waiting.verdict is Verdict.SKIPPED
    assert waiting.rationale == "This check waits for values. Make that pass first."
    assert waiting.earned == 0


def test_missing_names_are_not_written_and_named(grade: Grade) -> None:
    report = grade("double_it", "def doubleit(x):\n    return 2 * x\n")
    assert report.verdict is Verdict.NOT_WRITTEN
    assert "double_it.py doesn't define double_it." in report.checks[0].rationale
    assert report.score == 0


def test_the_order_of_the_checks_is_the_order_of_the_files(grade: Grade) -> None:
    report = grade("double_it", double_it("return 2 * x"))
    assert [check.name for check in report.checks] == ["one_and_two", "whole_numbers", *HIDDEN]
    assert [check.hidden for check in report.checks] == [False, False, True, True, True, True]
    assert checks(report)["bad_input"].visible == "after_due"
    assert checks(report)["values"].title == "every entry is doubled"


# Crashed


def test_an_exception_is_crashed_with_its_line(grade: Grade) -> None:
    report = grade("double_it", double_it(only_in_values("return {}['rate']")))
    failed = checks(report)["values"]
    assert failed.verdict is Verdict.CRASHED
    assert failed.rationale == "Your code raised KeyError: 'rate'"
    assert failed.where is not None
    assert (failed.where.file, failed.where.source) == ("double_it.py", "return {}['rate']")
    assert everything_else_passed(report)
    assert report.score == 1000


DEATHS = {
    "os._exit(0)": "ended the process (exit code 0)",
    "os._exit(5)": "ended the process (exit code 5)",
    "os.abort()": "brought Python down",
    "__import__('ctypes').string_at(0)": "SIGSEGV",
    "os.close(3); time.sleep(0)": "ended the process",
}


@pytest.mark.parametrize("statement", DEATHS)
def test_a_guest_that_dies_ends_its_check_and_no_other(grade: Grade, statement: str) -> None:
    report = grade("double_it", double_it(only_in_values(statement)))
    failed = checks(report)["values"]
    assert failed.verdict is Verdict.CRASHED
    assert DEATHS[statement] in failed.rationale
    assert everything_else_passed(report)


@pytest.mark.parametrize(
    "statement", ["sys.exit(0)", "raise SystemExit", "raise KeyboardInterrupt", "exit()", "quit()"]
)
def test_leaving_python_is_an_exception_like_others(grade: Grade, statement: str) -> None:
    report = grade("double_it", double_it(only_in_values(statement)))
    failed = checks(report)["values"]
    assert failed.verdict is Verdict.CRASHED
    assert failed.where is not None
    assert failed.where.source == statement
    assert everything_else_passed(report)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("raise SystemExit(0)", "Your code raised SystemExit"),
        ("os._exit(0)", "ended the process (exit code 0)"),
        ("1 / 0", "ZeroDivisionError"),
        ("x = torch.ones(2) @ torch.ones(3)", "RuntimeError"),
        ("import torch.nothing_of_this_name", "ModuleNotFoundError"),
    ],
)
def test_a_file_that_dies_at_import_crashes_every_check(grade: Grade, statement: str, words: str) -> None:
    report = grade("double_it", double_it("return 2 * x", head=statement))
    assert {check.verdict for check in report.checks} - {Verdict.SKIPPED} == {Verdict.CRASHED}
    assert words in report.checks[0].rationale
    assert report.score == 0


def test_an_exit_never_passes_for_success(grade: Grade) -> None:
    """os._exit(0) in every call: a program that ends well has answered nothing."""
    report = grade("double_it", "import os\ndef double_it(x):\n    os._exit(0)\n")
    assert report.verdict is Verdict.CRASHED
    assert report.score == 0


def test_very_deep_recursion_is_crashed_and_not_more(grade: Grade) -> None:
    report = grade("double_it", double_it("return double_it(x)"))
    assert checks(report)["values"].verdict is Verdict.CRASHED
    assert "RecursionError" in checks(report)["values"].rationale


# Timed out


def test_an_endless_loop_ends_at_the_limit_of_a_check(grade: Grade) -> None:
    report = grade("double_it", double_it(only_in_values("while True: pass")))
    failed = checks(report)["values"]
    assert failed.verdict is Verdict.TIMED_OUT
    assert failed.rationale.startswith("Your code was still running after 2 s")
    assert 2 <= failed.seconds < 30  # a busy machine gives it time back
    assert everything_else_passed(report)


def test_a_loop_that_catches_everything_is_ended_all_the_same(grade: Grade) -> None:
    stubborn = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
"""
    report = grade("double_it", double_it("return 2 * x", head=stubborn))
    assert report.verdict is Verdict.TIMED_OUT
    assert {check.verdict for check in report.checks} == {Verdict.TIMED_OUT}
    assert report.seconds < 5  # an import that hangs is waited for once


def test_a_generator_that_hangs_between_items_is_ended(grade: Grade) -> None:
    report = grade("double_it", double_it(only_in_values("time.sleep(100)")))
    assert checks(report)["values"].verdict is Verdict.TIMED_OUT


@pytest.mark.slow
def test_all_checks_together_have_a_limit(grade: Grade) -> None:
    report = grade("double_it", double_it("time.sleep(1.5)\nreturn 2 * x"))
    late = [check for check in report.checks if check.verdict is Verdict.TIMED_OUT]
    assert late
    assert any("All checks together may take 6 s" in check.rationale for check in late)
    assert report.seconds < 9


def test_the_first_import_has_a_limit_of_its_own(grade: Grade) -> None:
    """1.2 s of import and 1.2 s of a check are each within their two seconds."""
    slow_once = "if not hasattr(sys, 'been_here'):\n    sys.been_here = True\n    time.sleep(1.2)"
    report = grade("double_it", double_it("time.sleep(1.2 if x.numel() == 2 else 0)\nreturn 2 * x", head=slow_once))
    assert report.verdict is Verdict.PASSED


# Out of memory


HUNGRY = {
    "one tensor": "y = torch.ones(200_000_000, dtype=torch.float64)",
    "a list that grows": "y = []\n    while True: y.append(bytes(1 << 20))",
    "many tensors": "y = []\n    while True: y.append(torch.ones(1 << 20))",
    "one bytes object": "y = bytes(4 << 30)",
    "a string": "y = 'x' * (3 << 30)",
}


@pytest.mark.parametrize("name", HUNGRY)
def test_too_much_memory_is_out_of_memory(grade: Grade, name: str) -> None:
    report = grade("double_it", double_it(only_in_values(HUNGRY[name])))
    failed = checks(report)["values"]
    assert failed.verdict is Verdict.OUT_OF_MEMORY, failed
    assert everything_else_passed(report)


def test_a_little_memory_is_fine(grade: Grade) -> None:
    report = grade("double_it", double_it("y = torch.ones(15_000_000, dtype=torch.float64)\nreturn 2 * x"))
    assert report.verdict is Verdict.PASSED  # 120 of 256 MB


def test_memory_of_children_counts_together(grade: Grade) -> None:
    """Each child stays within the limit of one process; four of them do not."""
    hungry = """
pids = []
for _ in range(4):
    pid = os.fork()
    if pid == 0:
        held = bytearray(os.urandom(1 << 20) * 100)
        time.sleep(1.5)
        os._exit(0)
    pids.append(pid)
for pid in pids:
    os.waitpid(pid, 0)
"""
    report = grade("double_it", double_it("return 2 * x", head=hungry))
    assert report.verdict is Verdict.OUT_OF_MEMORY, report
    assert "together" in report.checks[0].rationale


# Forbidden


FORBIDDEN = {
    "an import": ("import numpy\n", "", "numpy"),
    "an import within a function": ("", "import pickle", "pickle"),
    "a dotted name": ("", "return torch.add(x, x)", "torch.add"),
    "a name imported under another": ("from torch import add as plus", "return plus(x, x)", "torch.add"),
    "a module under another name": ("import torch as t", "return t.add(x, x)", "torch.add"),
    "a package and all below it": ("", "torch.optim.SGD([x], lr=1)", "torch.optim"),
    "getattr at run time": ("", "return getattr(torch, 'ad' + 'd')(x, x)", "torch.add"),
    "getattr of a plain name": ("", "return getattr(torch, 'add')(x, x)", "torch.add"),
    "vars at run time": ("", "return vars(torch)['ad' + 'd'](x, x)", "torch.add"),
    "a method at run time": ("", "return x.add(x)", "torch.Tensor.add"),
    "a method of the class": ("", "return torch.Tensor.add(x, x)", "torch.Tensor.add"),
    "a method by name": ("", "return getattr(x, 'ad' + 'd')(x)", "torch.Tensor.add"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_an_exercise_forbids_is_forbidden(grade: Grade, name: str) -> None:
    head, body, word = FORBIDDEN[name]
    report = grade("double_it", double_it(f"{body}\nreturn 2 * x", head=head))
    assert report.verdict is Verdict.FORBIDDEN, report
    assert report.score == 0
    assert word in report.message
    assert report.where is not None
    assert report.where.source in double_it(f"{body}\nreturn 2 * x", head=head)
    assert report.where.line > 1


def test_forbidden_code_below_a_main_guard_is_not_looked_at(grade: Grade) -> None:
    demo = "\nif __name__ == '__main__':\n    import numpy\n    print(torch.add(1, 2))\n"
    assert grade("double_it", double_it("return 2 * x") + demo).verdict is Verdict.PASSED


def test_forbidden_names_inside_torch_go_on_working(grade: Grade) -> None:
    """torch.add is forbidden, and what torch does with it inside is not the student's."""
    assert grade("double_it", double_it("return torch.stack([x, x]).sum(0)")).verdict is Verdict.PASSED


def test_a_forbidden_method_in_one_check_costs_all_points(grade: Grade) -> None:
    report = grade("double_it", double_it("if x.numel() == 3:\n    x.add(x)\nreturn 2 * x"))
    assert report.verdict is Verdict.FORBIDDEN
    assert report.score == 0
    assert checks(report)["values"].earned == 0


# Files that can't be used


BAD_FILES: dict[str, tuple[bytes, str, int]] = {
    "a syntax error": (b"import torch\n\ndef double_it(x)\n    return 2 * x\n", "expected ':'", 3),
    "an indentation error": (b"def double_it(x):\nreturn 2 * x\n", "indent", 2),
    "an unclosed bracket": (b"def double_it(x):\n    return (2 * x\n", "never closed", 2),
    "not UTF-8": (b"# caf\xe9\ndef double_it(x): return 2 * x\n", "not UTF-8 (byte 5, line 1)", 0),
    "a null byte": (b"def double_it(x):\n    return 2\0 * x\n", "Line 2 holds a null byte", 0),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8", 0),
    "nested too deeply": (b"x = " + b"[" * 30_000 + b"]" * 30_000, "Python can't read the file", 0),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_gets_one_clear_sentence(grade: Grade, name: str) -> None:
    data, words, line = BAD_FILES[name]
    report = grade("double_it", data)
    assert report.verdict is Verdict.CRASHED
    assert words in report.message or name == "nested too deeply"
    assert "Traceback" not in report.message
    assert report.score == 0
    if line:
        assert report.where is not None
        assert report.where.line == line
        assert report.where.source == data.decode().splitlines()[line - 1].strip()


def test_a_file_with_a_byte_order_mark_is_fine(grade: Grade) -> None:
    assert grade("double_it", b"\xef\xbb\xbf" + double_it("return 2 * x").encode()).verdict is Verdict.PASSED


def test_a_file_with_other_line_ends_is_fine(grade: Grade) -> None:
    assert grade("double_it", double_it("return 2 * x").replace("\n", "\r\n")).verdict is Verdict.PASSED


def test_an_empty_file_lacks_the_names(grade: Grade) -> None:
    report = grade("double_it", b"")
    assert report.verdict is Verdict.NOT_WRITTEN
    assert "doesn't define double_it" in report.checks[0].rationale


def test_a_file_that_is_too_large_is_not_read(grade: Grade) -> None:
    right = double_it("return 2 * x").encode()
    just = right + b"#" * (MAX_SOURCE - len(right))
    assert grade("double_it", just).verdict is Verdict.PASSED
    report = grade("double_it", just + b"#")
    assert report.verdict is Verdict.CRASHED
    assert report.score == 0
    assert f"The file is too large: at most {MAX_SOURCE} bytes are read." in report.message


# Output


def test_output_is_captured_apart(grade: Grade) -> None:
    noisy = "print('to out')\nprint('to err', file=sys.stderr)\nos.write(1, b'raw\\n')\nos.system('echo from a shell')"
    report = grade("double_it", double_it("return 2 * x", head=noisy))
    assert report.verdict is Verdict.PASSED
    assert "to out" in report.stdout
    assert "raw" in report.stdout
    assert "from a shell" in report.stdout
    assert "to err" in report.stderr
    assert "to err" not in report.stdout
    assert not report.output_cut


def test_output_without_end_is_cut_and_that_is_said(grade: Grade) -> None:
    report = grade("double_it", double_it("return 2 * x", head="for _ in range(3000): print('x' * 1000)"))
    assert report.verdict is Verdict.PASSED
    assert len(report.stdout) == 64 << 10
    assert report.output_cut


def test_output_that_is_no_text_is_shown_as_far_as_it_goes(grade: Grade) -> None:
    report = grade("double_it", double_it("return 2 * x", head="os.write(1, bytes(range(256)))"))
    assert report.verdict is Verdict.PASSED
    assert "ABC" in report.stdout


def test_output_before_the_end_is_kept(grade: Grade) -> None:
    report = grade("double_it", double_it("print('so far', flush=True)\nos._exit(1)"))
    assert "so far" in report.stdout


@pytest.mark.parametrize("statement", ["sys.stdout.close()", "os.close(1); os.close(2)", "sys.stdout = None"])
def test_closing_the_output_harms_nobody(grade: Grade, statement: str) -> None:
    report = grade("double_it", double_it("return 2 * x", head=statement))
    assert report.verdict in (Verdict.PASSED, Verdict.CRASHED)
    assert all("Your code" in check.rationale for check in report.checks if check.verdict is Verdict.CRASHED)


def test_reading_input_finds_its_end(grade: Grade) -> None:
    assert "''" in grade("double_it", double_it("return 2 * x", head="print(repr(sys.stdin.read()))")).stdout


# Results that are no plain tensors


LIARS = """
class Liar:
    def __init__(self, *args): pass
    def __call__(self, *args): return Liar()
    def __getattr__(self, name): return Liar()
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __len__(self): return 1
    def __iter__(self): return iter([2.0, 4.0])
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __sub__
    __class__ = property(lambda self: torch.Tensor)


class Subclass(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


class Dispatch(torch.Tensor):
    @staticmethod
    def __new__(cls, shape):
        return torch.Tensor._make_wrapper_subclass(cls, shape, dtype=torch.float64)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return torch.zeros(1)


class EqualText(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
"""

RESULTS = {
    "Liar()": "",
    "x.as_subclass(Subclass)": "",
    "Dispatch(x.shape)": "",
    "EqualText('no')": "",
    "torch.ones(1, dtype=x.dtype).expand(10**6, 10**6)": "a tensor of shape (1000000, 1000000)",
    "(2 * x).to_sparse()": "a sparse tensor",
    "x.to('meta')": "a tensor on the meta device",
    "(2 * x).to(torch.complex128)": "complex128",
    "torch.complex(2 * x, torch.zeros_like(x))": "complex",
    "[2 * x]": "a list of 1",
    "(2 * x).tolist()": "a list of",
    "(2 * x).numpy()": "",
    "{'y': 2 * x}": "",
    "lambda: 2 * x": "",
    "2 * x.sum()": "",
    "float(x.sum())": "the float",
    "torch.quint8": "",
    "10**5000": "",
    "'x' * 300_000": "a string of 300000 characters",
    "[[]] * 300_000": "a list of 300000 items",
    "torch.nn.Parameter(2 * x)": "",
    "iter([2 * x])": "",
    "type('Tensor', (), {})": "",
    "2 * x if x.numel() == 2 else None": "None",
}


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_that_is_no_plain_tensor_is_wrong_and_harms_nobody(grade: Grade, result: str) -> None:
    report = grade("double_it", double_it(f"return {result}", head=LIARS))
    failed = checks(report)["values"]
    assert failed.verdict in (Verdict.WRONG, Verdict.CRASHED), failed
    assert failed.rationale
    assert failed.earned == 0
    assert report.verdict not in (Verdict.NOT_GRADED, Verdict.BROKEN_EXERCISE)
    assert RESULTS[result] in f"{failed.rationale} {failed.difference}"


def test_a_subclass_with_the_right_values_is_a_tensor(grade: Grade) -> None:
    head = "class Plain(torch.Tensor):\n    pass\n"
    report = grade("double_it", double_it("return (2 * x).as_subclass(Plain)", head=head))
    assert report.verdict is Verdict.PASSED


def test_a_huge_answer_makes_no_huge_report(grade: Grade) -> None:
    report = grade("double_it", double_it("return {'k' * 200_000 + str(i): x for i in range(20)}"))
    assert report.verdict is Verdict.WRONG
    assert all(len(check.rationale) + len(str(check.difference)) < 10_000 for check in report.checks)


def test_a_long_message_makes_no_long_report(grade: Grade) -> None:
    report = grade("double_it", double_it("raise ValueError('x' * 1_000_000)"))
    assert len(checks(report)["values"].rationale) < 2100


@pytest.mark.parametrize("result", ["[2 * x[0, 0].detach()] * 5000", "['x' * 200_000] * 60"])
def test_a_result_over_a_ceiling_is_said_in_words(grade: Grade, result: str) -> None:
    report = grade("double_it", double_it(only_in_values(f"return {result}")))
    failed = checks(report)["values"]
    assert failed.verdict in (Verdict.WRONG, Verdict.CRASHED)
    assert "ended the process" not in failed.rationale


# The report


def test_a_report_says_what_is_needed_to_repeat_it(grade: Grade) -> None:
    report = grade("double_it", double_it("return 2 * x"), seed=5)
    assert report.seed == 5
    assert report.submission == "ada_double_it.py"
    assert len(report.exercise_hash) >= 16
    assert {"gradgym", "python", "torch", "system"} <= set(report.environment)
    assert report.peak_memory_mb > 0
    assert report.seconds > 0


def test_the_same_seed_gives_the_same_report(grade: Grade) -> None:
    def facts(seed: int) -> list[object]:
        report = grade("double_it", double_it("return 2 * x + (x > 0)"), seed=seed)
        return [(check.verdict, check.rationale, check.difference) for check in report.checks]

    assert facts(1) == facts(1)
    assert facts(1) != facts(2)


def test_checks_are_told_as_they_end(grade: Grade) -> None:
    told: list[tuple[str, Verdict, float]] = []
    grade(
        "double_it",
        double_it(only_in_values("return x")),
        on_check=lambda spec, outcome: told.append((spec["name"], outcome.verdict, time.monotonic())),
    )
    assert [name for name, _, _ in told] == ["test_one_and_two", "test_whole_numbers", *(f"test_{n}" for n in HIDDEN)]
    assert told[2][1] is Verdict.WRONG
