"""Student text loses what could reach past the page."""

from __future__ import annotations

import pytest

from grader.report.printable import excerpt, one_line, printable


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain\ntext\twith tab", "plain\ntext    with tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b[?1049hscreen\x1b[2J\x1b[3;4H", "screen"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://mallory.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never closed\nnext line", "\nnext line"),
        ("\x9d0;eight bit\x9cafter", "after"),
        ("\x1bPdevice\x1b\\after", "after"),
        ("\x1bcreset", "reset"),
        ("\x1b(0line drawing", "line drawing"),
        ("lone \x1b", "lone "),
        ("nested \x1b\x1b[31mred", "nested red"),
        ("bell\x07 back\x08 nul\x00 del\x7f", "bell back nul del"),
        ("windows\r\nlines\x0bup\u2028down", "windows\nlines\nup\ndown"),
        ("10%\r20%\r100%\r\ndone\r", "100%\ndone"),
        ("bidi \u202eright\u2066 hidden\u200b", "bidi right hidden"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("héllo 🎓 ∂L/∂w", "héllo 🎓 ∂L/∂w"),
    ],
)
def test_what_is_left_of_a_text(text: str, left: str) -> None:
    assert printable(text) == left


def test_no_control_character_is_left_whatever_comes() -> None:
    every = "".join(map(chr, [*range(0x300), *range(0x2000, 0x2100), 0xD800, 0xDFFF, 0xFEFF, 0xFFFE, 0xFFFF]))
    for text in (every, every[::-1], "".join(f"\x1b{c}" for c in every)):
        left = printable(text)
        assert not [c for c in left if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000)]


def test_one_line_is_one_line_and_short() -> None:
    assert one_line("  two\n lines \x1b[1m ") == "two lines"
    assert one_line("a" * 500, limit=20) == "a" * 16 + " ..."


def test_an_excerpt_keeps_both_ends_and_says_what_is_missing() -> None:
    shown = excerpt("\n".join(map(str, range(100))), lines=5)
    assert shown.text.split("\n") == ["0", "1", "2", "... 95 lines left out here ...", "98", "99"]
    assert (shown.left_out, shown.cut) == (95, True)


def test_a_short_output_is_whole() -> None:
    assert excerpt("a\nb\n", lines=5) == ("a\nb", 0, False)
    assert excerpt("x" * 500, lines=5).cut
