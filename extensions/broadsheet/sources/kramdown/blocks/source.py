"""A text that is being read: where in it, and at which line of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(slots=True)
class Source:
    """A text whose every line ends in a line feed, and a place in it.

    The text of a quote or of a list's item is one of its own, without what stands before its
    lines; it has the lines of the file all the same, from the line ``first`` on.
    """

    text: str
    first: int = 0  #: the line of the file, from 0, in which the text begins
    pos: int = 0
    _counted: int = 0  #: how far the lines have been counted
    _absent: dict[str, int] = field(default_factory=dict)
    _fences: dict[str, Fences] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """The line of the file at the place."""
        if self.pos > self._counted:
            self.first += self.text.count("\n", self._counted, self.pos)
            self._counted = self.pos
        return self.first - self.text.count("\n", self.pos, self._counted)

    @property
    def is_at_end(self) -> bool:
        """Tell whether nothing is left."""
        return self.pos >= len(self.text)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match *pattern* at the place."""
        return pattern.match(self.text, self.pos)

    def skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match *pattern* at the place, and go behind it."""
        if found := pattern.match(self.text, self.pos):
            self.pos = found.end()
        return found

    def end_of_line(self) -> int:
        """Return the place behind this line."""
        return self.text.find("\n", self.pos) + 1 or len(self.text)

    def find(self, what: str, start: int) -> int:
        """Return where *what* next stands from *start* on, or -1.

        What is not there is looked for once, or a text full of beginnings without an end would
        be read to its end for each of them.
        """
        if start >= self._absent.get(what, len(self.text) + 1):
            return -1
        at = self.text.find(what, start)
        if at < 0:
            self._absent[what] = start
        return at

    def search(self, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        """Return the next match of *pattern* from *start* on, looked for as in `find`."""
        if start >= self._absent.get(pattern.pattern, len(self.text) + 1):
            return None
        found = pattern.search(self.text, start)
        if found is None:
            self._absent[pattern.pattern] = start
        return found

    def fences(self, pattern: re.Pattern[str]) -> Fences:
        """Return all lines that could close a fence, looked for once."""
        if (found := self._fences.get(pattern.pattern)) is None:
            found = Fences.of(pattern, self.text)
            self._fences[pattern.pattern] = found
        return found


@dataclass(frozen=True, slots=True)
class Fences:
    """The lines that could close a fence: where they begin and end, and how long the mark is."""

    lines: tuple[tuple[int, int, int], ...]
    longest: tuple[int, ...]  #: mark from each line on

    @staticmethod
    def of(pattern: re.Pattern[str], text: str) -> Fences:
        """Return the lines of *text* that *pattern* finds, whose group 1 is the mark."""
        lines = tuple((one.start(), one.end(), len(one[1])) for one in pattern.finditer(text))
        longest: list[int] = []
        for _, _, length in reversed(lines):
            longest.append(max(length, longest[-1] if longest else 0))
        return Fences(lines, tuple(reversed(longest)))
