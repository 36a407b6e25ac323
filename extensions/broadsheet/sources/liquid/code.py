"""Where in Markdown there is code, whose braces are no Liquid."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from markdown_it import MarkdownIt

_FENCE = re.compile(
    r"^(?P<quote>[ \t>]*)(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(?P<run>`{3,}(?=[^`\n]*$)|~{3,})", re.M
)
_RUN = re.compile(r"(?<!\\)`+")
_BLANK_LINE = re.compile(r"\n[ \t>]*(?=\n)")
_INDENTED = re.compile(r"^(?: {4}|\t)[^\n]*\{[{%]", re.MULTILINE)


@dataclass(frozen=True)
class Code:
    """The fences and code spans of a text, found from its beginning on."""

    text: str
    _fence: list[re.Match[str] | None] = field(default_factory=list)

    def next(self, start: int, limit: int) -> tuple[int, int] | None:
        """Return the first code that begins from *start* on, and before *limit*."""
        fence = self._next_fence(start)
        until = min(limit, fence.start("run")) if fence else limit
        if span := self._next_span(start, until):
            return span
        if fence is not None and fence.start("run") < limit:
            return fence.start(), self._end_of(fence)
        return None

    def _next_fence(self, start: int) -> re.Match[str] | None:
        if not self._fence:
            self._fence.append(None if not self._has_fences else _FENCE.search(self.text, start))
        fence = self._fence[0]
        while fence is not None and fence.start("run") < start:
            fence = _FENCE.search(self.text, max(start, fence.end()))
        self._fence[0] = fence
        return fence

    @cached_property
    def _has_fences(self) -> bool:
        return "```" in self.text or "~~~" in self.text

    def _end_of(self, fence: re.Match[str]) -> int:
        """Return where a fence ends: behind the line that closes it, its quote, or the text."""
        run = fence["run"]
        closing = re.compile(rf"^[ \t>]*{re.escape(run[0])}{{{len(run)},}}[ \t]*$", re.MULTILINE)
        found = closing.search(self.text, fence.end())
        end = found.end() if found else len(self.text)
        if ">" in fence["quote"] and (
            outside := _OUTSIDE_QUOTE.search(self.text, fence.end(), end)
        ):
            end = outside.start()
        return end

    def _next_span(self, start: int, limit: int) -> tuple[int, int] | None:
        """Return the first span of code, which no blank line interrupts."""
        place = start
        while (run := _RUN.search(self.text, place, limit)) is not None:
            whole = self._runs_at.get(run.start(), len(run[0]))
            if (end := self._closing(run.start(), whole)) is not None:
                return run.start(), end
            place = run.start() + whole
            if place >= limit:
                break
        return None

    def _closing(self, start: int, length: int) -> int | None:
        places = self._runs[length]
        index = bisect_right(places, start)
        blank = bisect_right(self._blank_lines, start)
        border = self._blank_lines[blank] if blank < len(self._blank_lines) else len(self.text)
        if index < len(places) and places[index] < border:
            return places[index] + length
        return None

    @cached_property
    def _runs_at(self) -> dict[int, int]:
        return {run.start(): len(run[0]) for run in re.finditer("`+", self.text)}

    @cached_property
    def _runs(self) -> defaultdict[int, list[int]]:
        runs: defaultdict[int, list[int]] = defaultdict(list)
        for start, length in self._runs_at.items():
            runs[length].append(start)
        return runs

    @cached_property
    def _blank_lines(self) -> list[int]:
        return [found.start() for found in _BLANK_LINE.finditer(self.text)]


_OUTSIDE_QUOTE = re.compile(r"^(?![ \t]*>)", re.MULTILINE)


def indented_code(text: str) -> list[tuple[int, int]]:
    """Return start and end of each block of code that is so by its indentation.

    Not so beside raw HTML, where authors indent what they nest.
    """
    if not _INDENTED.search(text):
        return []
    starts = [0, *(found.end() for found in re.finditer(r"\n|\Z", text))]
    found, html = [], False
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "code_block" and token.map and not html:
            found.append((starts[token.map[0]], starts[token.map[1]]))
        html = token.type == "html_block" or (html and token.type == "code_block")
    return found
