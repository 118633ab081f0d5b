"""What an exercise hands out, ready for a page: its statement as HTML, its stub, the titles of its public checks.

Each file is read again only when it has changed.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.course.files import read_text
from grader.course.model import Course, CourseError, Exercise
from webapp.submissions.highlight import coloured

TAGS: Final = {
    *("a", "blockquote", "br", "code", "del", "details", "div", "em", "hr", "img", "kbd", "li", "ol", "p", "pre", "s"),
    *("h2", "h3", "h4", "h5", "h6", "span", "strong", "sub", "summary", "sup", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "code": {"class"},
    "div": {"class"},
    "img": {"alt", "src", "title"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "span": {"class"},
    "table": {"tabindex"},
}


def statement_of(course: Course, exercise: Exercise) -> Markup:
    """The statement below its title, as harmless HTML; formulas are `.math` with their TeX. Raises CourseError."""
    return _statement(exercise.statement, course.root, _stamp(exercise.statement))


def stub_of(course: Course, exercise: Exercise) -> str:
    """Raises CourseError."""
    return _text(exercise.stub, course.root, _stamp(exercise.stub))


def public_checks_of(course: Course, exercise: Exercise) -> tuple[str, ...]:
    """The titles of the checks that a student has. Raises CourseError."""
    return _titles(exercise.public_checks, course.root, _stamp(exercise.public_checks))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0  # reading it says what is wrong
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1024)
def _text(path: Path, root: Path, stamp: tuple[int, int]) -> str:
    return read_text(path, root)


@lru_cache(maxsize=1024)
def _statement(path: Path, root: Path, stamp: tuple[int, int]) -> Markup:
    return html_of(_text(path, root, stamp))


@lru_cache(maxsize=1024)
def _titles(path: Path, root: Path, stamp: tuple[int, int]) -> tuple[str, ...]:
    """The file is the author's; it is read and not run."""
    try:
        tree = ast.parse(_text(path, root, stamp))
    except SyntaxError as wrong:
        raise CourseError(f"{path.name} can't be read (line {wrong.lineno}: {wrong.msg}). Mend it there.") from None
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return tuple((ast.get_docstring(node) or node.name).partition("\n")[0] for node in tests)


def html_of(markdown: str) -> Markup:
    """A statement's Markdown as HTML: no script, no style, nothing fetched from elsewhere; without its title."""
    parser = _parser()
    tokens = parser.parse(markdown)
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]  # the page has the title
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
        if token.type == "table_open":
            token.attrSet("tabindex", "0")  # it scrolls by itself, and that has to work without a mouse
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )
    return Markup(clean)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    parser.add_render_rule("math_inline_double", _display)
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    return parser


def _display(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A formula on a line of its own inside a paragraph, where no div may stand."""
    return f'<span class="math block">{escape(tokens[index].content.strip())}</span>'


def _code(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    language = tokens[index].info.strip().partition(" ")[0]
    return f'<pre tabindex="0"><code>{coloured(tokens[index].content, language)}</code></pre>\n'


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute keeps; None takes it away."""
    if name == "class":
        kept = [word for word in value.split() if len(word) < 4 or word in ("math", "inline", "block")]
        return " ".join(kept) or None
    if name == "src":
        return value if value.startswith("data:image/") else None
    if name == "href":
        return value if value.startswith(("https:", "http:", "mailto:", "#")) else None
    if name == "tabindex":
        return "0"
    return value
