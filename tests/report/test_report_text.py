"""The terminal report."""

from __future__ import annotations

import io
import re
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.report import Report, Verdict
from grader.report.text import render_text
from grader.report.verdict_words import WORDS


def shown(report: Report, width: int = 80, **more: Any) -> str:
    console = Console(file=io.StringIO(), width=width, **more.pop("console", {}))
    render_text(report, console, **more)
    file = console.file
    assert isinstance(file, io.StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def test_a_report_reads_like_this(bobs: Report) -> None:
    short = msgspec.structs.replace(bobs, checks=bobs.checks[:2] + bobs.checks[5:6], stdout="one\ntwo\n", stderr="")
    assert shown(short, width=60) == (
        "Adam, with bias correction  bob/adam.py\n"
        "✗ 1 of 3 hidden checks passed, 2.5 of 8.75 points\n"
        "\n"
        "╭─ likely cause ───────────────────────────────────────────╮\n"
        "│ no bias correction  (in 1 check)                         │\n"
        "│ The first moment is not bias-corrected: at step 1 it is  │\n"
        "│ only a tenth of the gradient. What should divide it?     │\n"
        "╰──────────────────────────────────────────────────────────╯\n"
        "\n"
        "✓ the moments start at zero                      1.25 / 1.25\n"
        "✗ the first steps match Adam with bias correction   0 / 1.25\n"
        "  wrong: After five steps the weights are not those of Adam.\n"
        "  weights[1] (float64, shape (12, 4)): 12 of 48 elements\n"
        "  (25%) differ, most at [2, 1]\n"
        "    got       0.0123456789\n"
        "    expected  0.1000000000\n"
        "    allowed   +/- 1e-07\n"
        "  adam.py, line 31, in Adam.step\n"
        "    p.sub_(lr * self.exp_avg[i] / denominator)\n"
        "» many tensors at once                              0 / 1.25\n"
        "  skipped: waits for test_long_run\n"
        "\n"
        "╭─ printed by your code (stdout) ──────────────────────────╮\n"
        "│ one                                                      │\n"
        "│ two                                                      │\n"
        "╰──────────────────────────────────────────────────────────╯\n"
        "\n"
        "adam on cpu, 0.12 s\n"
        "\n"
    )


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(everything: list[Report], hostile: Report, width: int) -> None:
    for report in [*everything, hostile]:
        for verbose in (False, True):
            lines = shown(report, width, verbose=verbose).split("\n")
            assert max(map(cell_len, lines)) <= min(width, 100)


def test_nothing_is_lost_at_60_columns(bobs: Report) -> None:
    flat = " ".join(shown(bobs, 60).replace("│", " ").split())
    for check in bobs.checks:
        assert check.title in flat and check.rationale in flat
    assert bobs.checks[1].hint in flat


def test_a_shared_hint_is_said_once(bobs: Report) -> None:
    flat = " ".join(shown(bobs, 100).replace("│", " ").split())
    assert flat.count("What should divide it?") == 1
    assert flat.count("no bias correction") == 3  # once prominently, and the name beside each of its two checks


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_its_sign_and_word(report: Any, check: Any, verdict: Verdict) -> None:
    text = shown(report(check(verdict=verdict), check()))
    assert WORDS[verdict].symbol in text
    assert verdict is Verdict.PASSED or WORDS[verdict].word in text


def test_hidden_checks_left_and_the_missing_wall_are_said(report: Any) -> None:
    text = shown(report(hidden_checks_left=7, wall="none"))
    assert "7 hidden checks remain" in text and "There was no wall" in text


def test_long_output_is_shortened_and_says_so(bobs: Report) -> None:
    text = shown(bobs)
    assert "step 0:" in text and "step 119:" in text and "step 60:" not in text
    assert "90 lines left out here" in text and "Long output is shortened here" in text
    assert "kept only a part" not in text
    assert "step 60:" in shown(bobs, verbose=True)
    assert "kept only a part" in shown(msgspec.structs.replace(bobs, output_cut=True))


def test_the_same_failure_is_not_said_twice(report: Any, check: Any) -> None:
    same = check(verdict=Verdict.CRASHED, rationale="TypeError: no")
    assert shown(report(same, same, message="TypeError: no")).count("TypeError: no") == 1
    text = shown(report(same, same, same))
    assert text.count("TypeError: no") == 1 and text.count("as above") == 2


def test_public_and_hidden_checks_stand_under_their_names(report: Any, check: Any) -> None:
    text = shown(report(check(hidden=False), check()))
    assert text.index("public checks\n") < text.index("hidden checks\n")


def test_student_text_is_never_markup_or_an_escape_sequence(hostile: Report) -> None:
    colours = {"force_terminal": True, "color_system": "truecolor", "legacy_windows": False}
    text = shown(hostile, 100, verbose=True, console=colours)
    assert "[bold red]markup[/bold red]" in text and ":bomb:" in text
    assert set(re.findall(r"\x1b(?!\[[0-9;]*m)", text)) == set()
    assert not re.search(r"\x1b\]|\x07|\x08|\x9b|\u202e|\ud800", text)
    assert "\x1b[31mred" not in text and "0;title" not in text


def test_a_terminal_that_knows_only_ascii_gets_ascii(everything: list[Report]) -> None:
    for report in [*everything, msgspec.structs.replace(everything[0], submission="héllo 🎓", stdout="∂L/∂w")]:
        raw = io.BytesIO()
        file = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
        render_text(report, Console(file=file, width=60))
        file.flush()
        assert WORDS[report.verdict].ascii.encode() in raw.getvalue()
    assert rb"h\xe9llo" in raw.getvalue()


def test_verbose_tells_what_a_replay_needs(bobs: Report) -> None:
    text = shown(bobs, verbose=True)
    for fact in ("seed: 20240117", "exercise hash: 3f9ac2", "torch: 2.13.0", "test_long_run, 0.000 s"):
        assert fact in text
    assert "seed" not in shown(bobs)
