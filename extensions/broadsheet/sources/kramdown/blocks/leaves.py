"""Paragraphs, headings, code, rules, formulas: blocks with nothing but text in them; quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.source import Source
from broadsheet.sources.kramdown.blocks.tree import Block
from broadsheet.sources.kramdown.tags import SPACE

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading, Rule

#: With what a line begins that can end a paragraph.
_ENDS = frozenset(" \t\n\r\f\v{^<:*+-#>~`0123456789")
_QUOTE_MARKS = re.compile(r"^ {0,3}> ?", re.MULTILINE)

_SETEXT = re.compile(r" {0,3}(?P<text>[^ \t\n].*)\n(?P<mark>[-=])[-=]*+[ \t\r\f\v]*+\n")
_ATX = re.compile(r"(?P<mark>#{1,6})[\t ]*+(?P<text>[^ \t].*)\n")  # from the next line, too
_ATX_GFM = re.compile(r"(?P<mark>#{1,6})[\t ]++(?P<text>.*)\n")
#: An id that is written behind a heading (``HEADER_ID``); names of XML, and beyond ASCII too.
_ID = re.compile(r"[\t ]\{#(?P<id>(?:[^\W\d]|:)[\w:.\-·]*)\}\Z")

_MATH = re.compile(r" {0,3}(?P<escape>\\)?\$\$")
_TEX = re.compile(r" {0,3}\\\\\[")
_TEX_END = re.compile(r"\\\\\][ \t\r\f\v]*+\n")
_MATH_END = re.compile(r"\$\$(?P<end>[ \t\r\f\v]*+\n)?")


def blank(reading: Reading) -> bool:
    """Read blank lines."""
    if (found := reading.source.skip(patterns.BLANK_LINES)) is None:
        return False
    last = reading.parent.last
    if last is not None and last.kind == "blank":
        last.text += found[0]
    else:
        reading.add(Block("blank", 0, found[0]))  # no token has its line
    return True


def paragraph(end: re.Pattern[str]) -> Rule:
    """Return the rule of paragraphs, which *end* ends: the last rule, for whatever is left."""

    def read(reading: Reading) -> bool:
        source = reading.source
        line, start, text = source.line, source.pos, source.text
        pos = text.find("\n", start) + 1 or len(text)
        while pos < len(text) and not (text[pos] in _ENDS and end.match(text, pos)):
            pos = text.find("\n", pos) + 1 or len(text)
        source.pos = pos
        _add_paragraph(reading, text, start, line)
        return True

    return read


def _add_paragraph(reading: Reading, text: str, start: int, line: int) -> None:
    """Add what stands from *start* to the place, to the paragraph before it if there is one."""
    words = text[start : reading.source.pos].rstrip(SPACE)
    last = reading.parent.last
    if last is not None and last.kind == "paragraph":
        joiner = "  \n" if start >= 3 and text[start - 3 : start] == "  \n" else "\n"
        last.text += joiner + words
    else:
        reading.add(Block("paragraph", line, words.lstrip(SPACE)))


def quote(reading: Reading) -> bool:
    """Read a block quote: its lines, and those that go on with it without a mark."""
    source = reading.source
    text, start, line = source.text, source.pos, source.line
    pos = source.end_of_line()
    while pos < len(text) and not (text[pos] in _ENDS and patterns.LAZY_END.match(text, pos)):
        pos = text.find("\n", pos) + 1 or len(text)
    source.pos = pos
    block = reading.add(Block("quote", line))
    reading.read(block, Source(_QUOTE_MARKS.sub("", text[start:pos]), line))
    return True


def setext_heading(reading: Reading) -> bool:
    """Read a heading that is underlined."""
    source = reading.source
    behind = source.end_of_line()
    if source.text[behind : behind + 1] not in ("-", "="):
        return False
    found = source.match(_SETEXT)
    if found is None or not reading.is_after_boundary():
        return False
    return _heading(reading, found, 2 if found["mark"] == "-" else 1, _as_it_stands)


def atx_heading(reading: Reading) -> bool:
    """Read a heading that begins with ``#``; kramdown wants a blank line before it."""
    found = reading.source.match(_ATX)
    if found is None or not reading.is_after_boundary():
        return False
    return _heading(reading, found, len(found["mark"]), _unclosed)


def gfm_heading(reading: Reading) -> bool:
    """Read a heading that begins with ``#`` and a space, wherever it stands."""
    if found := reading.source.match(_ATX_GFM):
        return _heading(reading, found, len(found["mark"]), _unclosed_gfm)
    return False


def _heading(
    reading: Reading, found: re.Match[str], level: int, unclosed: Callable[[str], str]
) -> bool:
    text = found["text"].rstrip(SPACE)
    written = _ID.search(text) if text.endswith("}") else None
    text = unclosed(text[: written.start()].rstrip(SPACE) if written else text)
    if not text:
        return False
    block = reading.add(Block("heading", reading.source.line, text, level=level))
    if written:
        block.attrs["id"] = written["id"]
    reading.source.pos = found.end()
    return True


def _as_it_stands(text: str) -> str:
    return text


def _unclosed(text: str) -> str:
    """Return a heading without the ``#`` at its end, but for one that is escaped."""
    words = text.rstrip("#")
    if words.endswith("\\") and words != text:
        return f"{words}#"
    return words.rstrip(SPACE) if words != text else text


def _unclosed_gfm(text: str) -> str:
    """Return a heading without the ``#`` at its end, if a space stands before them."""
    words = text.rstrip("#")
    return words.rstrip(SPACE) if words != text and words[-1:] in (" ", "\t") else text


def indented_code(reading: Reading) -> bool:
    """Read a code block that is indented."""
    source = reading.source
    if source.match(patterns.INDENT) is None:
        return False
    line, start = source.line, source.pos
    code = code_lines(source)
    if source.pos == start:  # a line of white space that a line feed does not end
        return False
    code = patterns.INDENTS.sub("", _LAZY_CODE.sub(r" \1", code))
    reading.add(Block("code", line, code))
    return True


_LAZY_CODE = re.compile(r"\n( {0,3}[^ \t\n\r\f\v])")
_CODE_LINE = re.compile(r"(?:\t| {4})[ \t]*+[^\s].*\n", re.ASCII)
_LAZY_CODE_LINE = re.compile(r"[ \t]*+[^\s].*\n", re.ASCII)
_CODE_END = re.compile(
    rf" {{0,3}}{patterns.IAL}|{patterns.EOB}| {{0,3}}{patterns.BLOCK_TAG}", re.ASCII
)


def code_lines(source: Source) -> str:
    """Take the lines of an indented block, blank ones between them included.

    (``CODEBLOCK_MATCH``, which ends the note of a footnote, too.)
    """
    start = end = source.pos
    while True:
        source.skip(patterns.BLANK_LINES)
        if source.skip(_CODE_LINE) is None:
            break
        while source.match(_CODE_END) is None and source.skip(_LAZY_CODE_LINE):
            pass
        end = source.pos
    source.pos = end
    return source.text[start:end]


def horizontal_rule(reading: Reading) -> bool:
    """Read a line across the page."""
    line = reading.source.line
    if reading.source.skip(patterns.RULE) is None:
        return False
    reading.add(Block("rule", line))
    return True


def block_math(reading: Reading) -> bool:
    """Read a formula that stands by itself between ``$$`` and ``$$``."""
    source = reading.source
    found = source.match(_MATH)
    if found is None:
        return reading.definitions.options.formulas and _tex(reading)
    if not reading.is_after_boundary():
        return False
    end = source.find("$$", found.end())
    behind = _MATH_END.match(source.text, end) if end >= 0 else None
    if behind is None:
        return False
    if found["escape"]:
        if behind["end"]:  # the dollars are those of a formula in a line
            source.pos = found.end() - 2
        return False
    if patterns.BOUNDARY.match(source.text, behind.end()) is None:
        return False
    text, line = source.text[found.end() : end].strip(SPACE), source.line
    source.pos = behind.end()
    reading.add(Block("math", line, text))
    return True


def _tex(reading: Reading) -> bool:
    r"""Read a formula between ``\\[`` and ``\\]``, as scripts of themes find them."""
    source = reading.source
    found = source.match(_TEX)
    if found is None or not reading.is_after_boundary():
        return False
    end = source.find(r"\\]", found.end())
    behind = _TEX_END.match(source.text, end) if end >= 0 else None
    if behind is None or patterns.BOUNDARY.match(source.text, behind.end()) is None:
        return False
    text, line = source.text[found.end() : end].strip(SPACE), source.line
    source.pos = behind.end()
    reading.add(Block("math", line, text))
    return True


def end_of_block(reading: Reading) -> bool:
    """Read the mark that ends a block, ``^``."""
    line = reading.source.line
    if reading.source.skip(patterns.EOB_LINE) is None:
        return False
    reading.add(Block("eob", line))
    return True
