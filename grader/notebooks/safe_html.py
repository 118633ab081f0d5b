"""A stranger's HTML and Markdown made harmless: no script, no form, nothing fetched, nothing that looks like ours."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from html import escape
from typing import Final

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.course.statement import plain_math
from grader.report.printable import printable

LONGEST: Final = 100_000  # letters of one piece that are shown as what they are; more is shown as plain text
LARGEST_IMAGE: Final = 3 << 20  # letters of its base64
IMAGES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")

_FORMULA = 2000  # letters; longer ones stay as they are
_PROSE = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "summary", "sup", "tt", "u", "ul", "var"),
    *("table", "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
_OF_PROSE = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"alt", "src", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_PAGE = _PROSE | {"article", "aside", "main", "section"}
_OF_PAGE = {**_OF_PROSE, "*": {"class", "id"}, "th": {"colspan", "rowspan", "scope"}}
_LINK = re.compile(r"(?:https?:|mailto:|#)", re.IGNORECASE)
_IMAGE = re.compile(rf"data:(?:{'|'.join(IMAGES)});base64,[A-Za-z0-9+/=]*")
_REL = "noopener noreferrer nofollow"


def safe_html(html: str) -> str:
    """What may stay of a piece of HTML: text, tables, lists, links to follow, pictures that it carries itself."""
    if len(html) > LONGEST + LARGEST_IMAGE:
        return f"<pre>{escape(printable(html[:LONGEST]))} ...</pre>"
    return nh3.clean(
        html, tags=_PROSE, attributes=_OF_PROSE, attribute_filter=_attribute, url_schemes=_SCHEMES, link_rel=_REL
    )


def safe_page(html: str) -> str:
    """The same once more for a page of ours that such pieces went into; our classes and ids may stay."""
    return nh3.clean(
        html,
        tags=_PAGE,
        attributes=_OF_PAGE,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel=_REL,
        generic_attribute_prefixes={"aria-"},
    )


def safe_markdown(text: str, attachments: Mapping[str, str] | None = None) -> str:
    """Markdown as harmless HTML; formulas in plain signs. `attachments` are pictures by name, as data: addresses."""
    if len(text) > LONGEST:
        return f"<pre>{escape(printable(text[:LONGEST]))} ...</pre>"
    for name, address in (attachments or {}).items():
        text = text.replace(f"(attachment:{name})", f"({address})")
    return safe_html(_markdown().render(text))


def picture(kind: str, letters: str) -> str | None:
    """The base64 of a picture without its line ends; None where it isn't one, or is too large to be shown."""
    letters = "".join(letters.split()) if len(letters) <= 2 * LARGEST_IMAGE else ""
    if kind not in IMAGES or not 0 < len(letters) <= LARGEST_IMAGE:
        return None
    try:
        base64.b64decode(letters, validate=True)
    except (binascii.Error, ValueError):
        return None
    return letters


_SCHEMES = {"http", "https", "mailto", "data"}


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute keeps; None takes it away."""
    if name == "href":
        return value if _LINK.match(value.strip()) else None
    if name == "src":
        return value if _IMAGE.fullmatch(value) else None
    if name in ("colspan", "rowspan", "start"):
        return value if re.fullmatch(r"\d{1,3}", value) else None
    return value


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # The parser's own look at addresses would refuse pictures that a notebook carries; ours comes afterwards.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    return markdown.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
        renderer=lambda formula, _: f"<code>{escape(_in_signs(formula))}</code>",
    )


def _in_signs(formula: str) -> str:
    return plain_math(formula) if len(formula) <= _FORMULA else formula
