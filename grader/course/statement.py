"""A statement's formulas as text that a terminal can show: $\\beta_1^t$ becomes `β₁ᵗ`."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from grader.course.signs import DROPPED, SIGNS, WIDE

_FENCED = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)\s*$|(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)", re.DOTALL | re.MULTILINE
)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?=\S)([^$]+?)(?<=\S)\$(?![\d$])")
_COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n|<!--.*?-->", re.DOTALL | re.MULTILINE)

_ESCAPED: Final = {"{": "\x01", "}": "\x02", "|": "‖"}  # braces that are meant to be seen
_ACCENTS: Final = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
_RAISED: Final = str.maketrans("0123456789+-=()nitTk", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵗᵀᵏ")
_LOWERED: Final = str.maketrans("0123456789+-=()aeijkmnprst", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₚᵣₛₜ")

_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"  # braces, with one more pair inside
_ARGUMENT = rf"\s*(?:{_GROUP}|(\S))"
_FONTS = r"\\(?:text|mathrm|mathbf|mathbb|mathcal|mathit|boldsymbol|bm|operatorname\*?|texttt)\s*"


def for_terminal(markdown: str) -> str:
    """The statement without an author's comments, its formulas as code in plain signs; code stays as it is."""
    pieces, end = [], 0
    text = _COMMENT.sub("", markdown)
    for code in _FENCED.finditer(text):
        pieces += [_formulas(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, _formulas(text[end:])])


def plain_math(tex: str) -> str:
    """One formula in plain signs. What it doesn't know stays readable: an unknown command loses its backslash."""
    text = re.sub(_FONTS + _GROUP, r"{\1}", " ".join(tex.split()))
    text = re.sub(r"\\begin\{\w+\}(?:\{\w+\})?|\\end\{\w+\}", "", text).replace(r"\\", f";{WIDE}").replace("&", " ")
    text = re.sub(r"\\[,;:! ]", " ", text)
    text = re.sub(r"\\([{}_%#$|])", lambda found: _ESCAPED.get(found[1], found[1]), text)
    text = re.sub(r"\\lVert\s*", "‖", text)
    for name, mark in _ACCENTS.items():
        text = re.sub(rf"\\{name}(?![A-Za-z])\s*(?:\{{+(\\?\w+)\}}+|(\\?[A-Za-z]+))", partial(_accent, mark), text)
    text = re.sub(r"\\([A-Za-z]+)", lambda found: _sign(found[1], found[0]), text)
    text = re.sub(r" ?([⌉⌋])", r"\1", re.sub(r"([⌈⌊∂∇]) ", r"\1", text))
    for _ in range(3):  # fractions inside fractions
        text = re.sub(r"\\[dt]?frac" + _ARGUMENT + _ARGUMENT, _fraction, text)
        text = re.sub(r"\\sqrt" + _ARGUMENT, lambda found: f"√({found[1] or found[2]})", text)
    text = re.sub(r"\\([A-Za-z]+)", r"\1", re.sub(r"(?<=\w)\\(?=[A-Za-z])", " ", text))
    text = re.sub(r"\^" + _ARGUMENT, partial(_script, "^", _RAISED), text)
    text = re.sub(r"_" + _ARGUMENT, partial(_script, "_", _LOWERED), text)
    for sign, kept in (("{", ""), ("}", ""), ("\x01", "{"), ("\x02", "}")):
        text = text.replace(sign, kept)
    return re.sub(rf" *{WIDE} *", "   ", re.sub(r" +", " ", text)).strip()


def _formulas(text: str) -> str:
    text = _DISPLAY.sub(lambda found: f"\n\n```text\n{plain_math(found[1])}\n```\n\n", text)
    return _INLINE.sub(lambda found: f"`{plain_math(found[1]).replace('`', '')}`", text)


def _accent(mark: str, found: re.Match[str]) -> str:
    inner = found[1] or found[2]
    sign = _sign(inner[1:], inner[1:]) if inner.startswith("\\") else inner
    return sign[:1] + mark + sign[1:]


def _fraction(found: re.Match[str]) -> str:
    above, below = found[1] or found[2], found[3] or found[4]
    return f"{_operand(above or '')}/{_operand(below or '')}"


def _operand(text: str) -> str:
    """With parentheses where it is more than one thing."""
    return f"({text})" if re.search(r"[\s+\-−*/·×=,]", re.sub(_GROUP, "", text)) else text


def _sign(name: str, otherwise: str) -> str:
    return "" if name in DROPPED else SIGNS.get(name, otherwise)


def _script(mark: str, table: dict[int, int], found: re.Match[str]) -> str:
    """Raised or lowered signs where each has one; "^(...)" otherwise."""
    inner = found[1] or found[2] or ""
    if inner and all(ord(sign) in table or ord(sign) in table.values() for sign in inner):
        return inner.translate(table)
    return f"{mark}{inner}" if inner.isalnum() else f"{mark}({inner})"
