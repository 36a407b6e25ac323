"""Code between fences: of tildes, and in GFM of backticks, too."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.blocks.tree import Block

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading, Rule

_OPENING = r"(?P<mark>{mark})[ \t\r\f\v]*+(?P<language>[^ \t\n\r\f\v]++)?[ \t\r\f\v]*+\n"
_CLOSING = r"^{indent}({mark})[ \t\r\f\v]*+\n"


def fence(*, gfm: bool) -> Rule:
    """Return the rule of code between fences (``parse_codeblock_fenced``)."""
    marks, indent = ("~`", " {0,3}") if gfm else ("~", "")
    openings = {mark: re.compile(indent + _OPENING.format(mark=mark + "{3,}+")) for mark in marks}
    closings = {
        mark: re.compile(_CLOSING.format(indent=indent, mark=mark + "{3,}+"), re.MULTILINE)
        for mark in marks
    }

    def read(reading: Reading) -> bool:
        source = reading.source
        for mark in marks:
            if found := source.match(openings[mark]):
                return _read(reading, found, closings[mark])
        return False

    return read


def _read(reading: Reading, opening: re.Match[str], closing: re.Pattern[str]) -> bool:
    source = reading.source
    fences = source.fences(closing)
    at = bisect_left(fences.lines, (opening.end(), 0, 0))
    if at == len(fences.lines):
        return False
    mark, language = opening["mark"], opening["language"] or ""
    # a shorter fence closes a longer one if no other does: the rest is part of the language
    length = min(len(mark), fences.longest[at])
    language = mark[length:] + language
    while fences.lines[at][2] < length:
        at += 1
    start, end, _ = fences.lines[at]
    block = reading.add(Block("fence", source.line, source.text[opening.end() : start]))
    if language:
        block.attrs["class"] = f"language-{_name(language)}"
    source.pos = end
    return True


def _name(language: str) -> str:
    """Return the language without its options, which stand behind a question mark."""
    return language[:1] + language[1:].partition("?")[0]
