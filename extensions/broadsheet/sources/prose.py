"""The prose of a Markdown text: what is code or comment blanked out, each position kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

_OPENING = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$"
    r"|\{%-?\s*(?P<tag>highlight|comment)\b(?P<arguments>[^%\n]*)%\}"
    r"|(?P<comment><!--)"
    r"|<(?P<element>script|style|pre)\b[^<>\n]*>",
    re.MULTILINE | re.IGNORECASE,
)
_BACKTICKS = re.compile(r"`+|\n[ \t>]*(?=\n)")
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*\S")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)]|:|\[\^[^\]]*\]:)(?:[ \t]|$)")
_NOT_NEWLINE = re.compile(r"[^\n]+")


class Code(NamedTuple):
    """A block of code that says its language, or could."""

    position: int
    language: str
    tag: str = ""  #: of Liquid, "" for a fence


class Prose(NamedTuple):
    """A text without its code and comments."""

    text: str  #: as long as the whole text, and with the same lines
    blocks: tuple[Code, ...]


def prose_of(body: str) -> Prose:
    """Blank out fenced and indented code, code spans, comments, ``script`` and their like."""
    blocks: list[Code] = []
    text = _blanked(body, list(_regions(body, blocks))) if _may_open(body) else body
    text = without_indented(text)
    if "`" in text:
        text = _blanked(text, list(_spans(text)))
    return Prose(text, tuple(blocks))


def without_indented(text: str) -> str:
    """Blank out indented code in a text that has no other any more."""
    if "\n    " in text or "\n\t" in text:
        return _blanked(text, list(_indented(text)))
    return text


def _may_open(body: str) -> bool:
    return any(mark in body for mark in ("```", "~~~", "{%", "<!--", "<s", "<p", "<S", "<P"))


def _regions(body: str, blocks: list[Code]) -> Iterator[tuple[int, int]]:
    """Yield what opens first, to its end; what has no end is read as prose."""
    position, endless = 0, set[str]()
    while found := _OPENING.search(body, position):
        position = found.end()
        ending = _ending(found)
        if ending is None or ending in endless:
            continue
        end = re.compile(ending, re.MULTILINE | re.IGNORECASE).search(body, position)
        if end is None:
            endless.add(ending)  # or a text full of openings would be searched for each
            continue
        if found["fence"] or (found["tag"] or "").lower() == "highlight":
            blocks.append(_code(found))
        yield found.end(), end.start()
        position = end.end()


def _ending(opening: re.Match[str]) -> str | None:
    if fence := opening["fence"]:
        if fence[0] == "`" and "`" in opening["info"]:
            return None  # a code span of three backticks, by CommonMark 0.31, 4.5
        return rf"^[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*$"
    if tag := opening["tag"]:
        return rf"\{{%-?\s*end{tag.lower()}\s*-?%\}}"
    return "-->" if opening["comment"] else f"</{opening['element'].lower()}"


def _code(opening: re.Match[str]) -> Code:
    words = (opening["info"] or opening["arguments"] or "").split()
    language = words[0] if words else ""
    return Code(opening.start(), language.strip("{}:.,-").lower(), (opening["tag"] or "").lower())


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the inside of each code span, by CommonMark 0.31, 6.1; no blank line interrupts one."""
    paragraph: list[re.Match[str]] = []
    for run in [*_BACKTICKS.finditer(text), None]:
        if run is not None and run[0][0] == "`":
            paragraph.append(run)
            continue
        yield from _spans_in(text, paragraph)
        paragraph = []


def _spans_in(text: str, runs: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        by_length[len(run[0])].append(index)
    index = 0
    while index < len(runs):
        run, index = runs[index], index + 1
        length, same = len(run[0]), by_length[len(run[0])]
        is_escaped = length == 1 and text[run.start() - 1 : run.start()] == "\\"
        closing = bisect_right(same, index - 1)
        if is_escaped or closing == len(same):
            continue
        yield run.end(), runs[same[closing]].start()
        index = same[closing] + 1


def _indented(text: str) -> Iterator[tuple[int, int]]:
    """Yield lines of indented code: below a blank line, and in no list."""
    position, blank, in_list = 0, True, False
    for line in text.split("\n"):
        if not line.strip():
            blank = True
        elif _INDENTED.match(line) and (blank and not in_list):
            yield position, position + len(line)
        else:
            if line[0] not in " \t":
                in_list = bool(_ITEM.match(line))
            elif _ITEM.match(line):
                in_list = True
            blank = False
        position += len(line) + 1


def _blanked(text: str, regions: list[tuple[int, int]]) -> str:
    """Replace *regions*, in their order, by blanks; line ends stay."""
    if not regions:
        return text
    pieces, done = [], 0
    for start, end in regions:
        pieces += [text[done:start], _NOT_NEWLINE.sub(_blanks, text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])
