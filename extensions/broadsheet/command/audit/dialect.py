"""The constructs of kramdown, and of old Markdown, that a text uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.command.audit.findings import Finding, Kind, Lines, Use
from broadsheet.command.audit.support import EXTENSIONS

if TYPE_CHECKING:
    from broadsheet.sources.prose import Prose

#: Findings of one kind that a file may have; of more, the rest is counted by none.
MOST = 100


class _Construct(NamedTuple):
    name: str
    sign: str  #: a rare character that is in every text that uses it, or ""
    marks: tuple[str, ...]  #: one of them is in such a text, too
    pattern: re.Pattern[str]


def _construct(name: str, pattern: str, *marks: str) -> _Construct:
    sign = next((one for one in "{^~<" if one in pattern and one in marks[0]), "")
    return _Construct(name, sign, marks, re.compile(pattern, re.MULTILINE))


_AT_START = r"^[ \t>]{0,20}"  # in a quote or a list, too
_ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_COLONS = ("\n:", "\n :", "\n  :", "\n   :")

#: In the order of kramdown's own documentation.
_CONSTRUCTS = (
    _construct("attribute list of a block", _AT_START + r"\{:(?![:/]|[\w-]+:)[^{}\n]*\}[ \t]*$", "{:"),
    _construct("attribute list of a span", r"(?<=[^\s>])\{:(?![:/])[^{}\n]*\}", "{:"),
    _construct("attribute list definition", r"^ {0,3}\{:[\w-]+:[^{}\n]*\}[ \t]*$", "{:"),
    _construct("table of contents ({:toc})", r"\{:(?:[^{}\n]*[ \t])?toc(?=[ \t}])", "{:"),
    _construct("heading left out of it (.no_toc)", r"\{:[^{}\n]*\.no_toc\b", ".no_toc"),
    _construct("id behind a heading ({#id})", r"^#{1,6}[ \t][^\n]*[ \t]\{#[^\s{}]+\}[ \t]*$", "{#"),
    _construct("footnote", r"^ {0,3}\[\^[^\]\n]+\]:", "[^"),
    _construct("footnote reference", r"(?<!\\)\[\^[^\[\]\s]+\](?!:)", "[^"),
    _construct("definition list", r"(?:(?<=\S\n)|(?<=\S\n\n)) {0,3}:[ \t]+\S", *_COLONS),
    _construct("abbreviation", r"^ {0,3}\*\[[^\]\n]+\]:", "*["),
    _construct("markdown in HTML", r"<\w[^<>\n]{0,500}\smarkdown=[\"']?\w+", "markdown="),
    _construct("end of a block (^)", r"^\^[ \t]*$", "\n^"),
    _construct("strikethrough", r"(?<!~)~~[^\s~]", "~~"),
    _construct("task list", _AT_START + _ITEM + r"\[[ xX]\][ \t]", "[ ]", "[x]", "[X]"),
    _construct("comment ({::comment})", r"\{::comment\b", "{::comment"),
    _construct("verbatim text ({::nomarkdown})", r"\{::nomarkdown\b", "{::nomarkdown"),
    _construct("options ({::options})", r"\{::options\b", "{::options"),
    _construct("scene break of a lone - or *", r"(?<=\n\n) {0,3}[-*][ \t]*(?=\n\n)", "\n-", "\n*",
               "\n -", "\n *"),
)  # fmt: skip

_EXTENSION = re.compile(r"\{::([A-Za-z]\w*)")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\n]+)\]:", re.MULTILINE)
_REFERENCE = re.compile(r"(?<!\\)\[\^([^\[\]\s]+)\](?!:)")
_ELEMENT = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
_HTML = frozenset((  # what an article may hold beside the elements that Markdown makes
    "a", "abbr", "audio", "b", "blockquote", "br", "button", "canvas", "center", "cite", "code",
    "dd", "del", "details", "div", "dl", "dt", "em", "embed", "figcaption", "figure", "font",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img", "input", "ins", "kbd",
    "li", "link", "mark", "object", "ol", "p", "picture", "pre", "q", "s", "script", "section",
    "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg",
    "table", "td", "th", "tr", "tt", "u", "ul", "video",
))  # fmt: skip
_PIPED = re.compile(r"(?:(?<=\n\n)|\A)[^\n|]*\|[^\n]*(?:\n[^\n]+)*")
_PIPE = re.compile(r"(?<!\\)\|")
_LIQUID = re.compile(r"\{\{[^\n]{0,200}?\}\}|\{%[^\n]{0,200}?%\}")
_SEPARATOR = re.compile(r"[ \t>]*[-|+:][-|+: \t]*")
_QUOTES = ('"', "'", "...")
_DASH = re.compile(r"---?[ \t]?(?=[^\s|:-])")
_NO_WORD = frozenset({"", " ", "\t", "\n", "|", ":", "-"})
_MARKUP = re.compile(r"<[^<>\n]*>|\{[^{}\n]*\}|\]\([^()\n]*\)")


def dialect_uses(body: str, prose: Prose, lines: Lines) -> Iterator[Use]:
    """Count what a text uses of the dialect, of HTML, and of languages in its code."""
    text = prose.text
    for one in _CONSTRUCTS:
        if one.sign in text and any(mark in text for mark in one.marks):
            yield from _use(
                "dialect", one.name, [m.start() for m in one.pattern.finditer(text)], lines
            )
    for name, find in _COUNTED.items():
        yield from _use("dialect", name, find(text), lines)
    if "<" in text:
        yield from _grouped("html", _elements(body), lines)
    yield from _grouped(
        "code", [(one.language or "none", one.position) for one in prose.blocks], lines
    )


def dialect_findings(path: str, prose: Prose, lines: Lines) -> Iterator[Finding]:
    """Find what kramdown or Broadsheet leaves in the text."""
    text = prose.text
    if "{::" in text:
        for found in _EXTENSION.finditer(text):
            if found[1] not in EXTENSIONS:
                message = f"{{::{found[1]}}} is no extension of kramdown; it stays in the text"
                yield Finding(path, lines.at(found.start()), Kind.DIALECT, message)
    if "[^" in text:
        defined = {found[1] for found in _FOOTNOTE.finditer(text)}
        for found in _REFERENCE.finditer(text):
            if found[1] not in defined:
                message = f"footnote [^{found[1]}] is defined nowhere; it shows as text"
                yield Finding(path, lines.at(found.start()), Kind.DIALECT, message)


def _use(group: str, name: str, positions: list[int], lines: Lines) -> Iterator[Use]:
    if positions:
        yield Use(group, name, len(positions), lines.at(positions[0]))


def _grouped(group: str, found: list[tuple[str, int]], lines: Lines) -> Iterator[Use]:
    counts = Counter(name for name, _ in found)
    first = dict(reversed(found))
    for name, count in sorted(counts.items()):
        yield Use(group, name, count, lines.at(first[name]))


def _elements(text: str) -> list[tuple[str, int]]:
    found = ((one[1].lower(), one.start()) for one in _ELEMENT.finditer(text))
    return [(name, position) for name, position in found if name in _HTML]


def _tables(text: str) -> list[int]:
    """Return where tables begin: paragraphs with a pipe in each line (kramdown, TABLE_LINE)."""
    if "|" not in text:
        return []
    if "{{" in text or "{%" in text:
        text = _LIQUID.sub(_blanks, text)  # the bar of a filter is none of a table
    paragraphs = (found for found in _PIPED.finditer(text))
    return [found.start() for found in paragraphs if all(map(_PIPE.search, found[0].split("\n")))]


def _headerless(text: str) -> list[int]:
    return [start for start in _tables(text) if not _SEPARATOR.fullmatch(_second_line(text, start))]


def _second_line(text: str, position: int) -> str:
    begin = text.find("\n", position) + 1
    end = text.find("\n", begin)
    return text[begin : end if end >= 0 else len(text)] if begin else ""


def _math(text: str) -> list[int]:
    """Return where formulas begin: at every other pair of dollars."""
    return (
        [found.start() for found in re.finditer(r"(?<!\\)\$\$", text)][::2] if "$$" in text else []
    )


def _typography(text: str) -> list[int]:
    """Return the first mark that kramdown sets as a quote, dash or ellipsis, once for each."""
    prose = _MARKUP.sub(_blanks, text) if '"' in text or "'" in text else text
    dashes = [at for at in map(re.Match.start, _DASH.finditer(prose)) if _is_dash(prose, at)]
    first = [at for mark in _QUOTES if (at := prose.find(mark)) >= 0] + dashes[:1]
    return [min(first, default=0)] * (sum(map(prose.count, _QUOTES)) + len(dashes))


def _is_dash(text: str, at: int) -> bool:
    """Tell a dash between words from a rule and from the line below a header."""
    before = text[max(at - 2, 0) : at].removesuffix(" ")[-1:]
    return before not in _NO_WORD


def _blanks(markup: re.Match[str]) -> str:
    return " " * len(markup[0])


_COUNTED: dict[str, Callable[[str], list[int]]] = {
    "table": _tables,
    "table without a header": _headerless,
    "formula ($$)": _math,
    "straight quotes, --, ...": _typography,
}
