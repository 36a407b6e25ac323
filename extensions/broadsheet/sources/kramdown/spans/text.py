"""Writing tokens: text with its line breaks and abbreviations."""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.sources.kramdown.definitions import Finder

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.definitions import Definitions

#: Characters that are written by number or name (``HTML_ENTITY_RE``).
ENTITY = re.compile(
    r"&(?:(?P<name>[\w:][\w.:-]*+)|#(?P<decimal>[0-9]++)|#x(?P<hex>[0-9a-fA-F]++));"
)
#: Names that HTML 4 has not, but kramdown (``lib/kramdown/utils/entities.rb``).
_MORE_NAMES = {"apos": "'", "vellip": "\u22ee"}

_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
_CJK_BREAK = re.compile(rf"(?<=[{_CJK}])\n(?=[{_CJK}])")


class Writer:
    """Collects text, and writes it as tokens when something else follows."""

    def __init__(self, definitions: Definitions, tokens: list[Token]) -> None:
        self.definitions = definitions
        self.options = definitions.options
        self.tokens = tokens
        self.pending: list[str] = []
        self.level = 0
        self.raw = False  #: whether text is that of an element whose content is not parsed
        self.html = 0  #: how many elements of HTML have begun
        self.attached = -1  #: the place where an attribute list would have something to belong to
        self.bearer: Token | None = None  #: and what that is

    def add(self, text: str) -> None:
        """Add *text* to the text at hand."""
        if text:
            self.pending.append(text)

    def push(self, token: Token) -> None:
        """Write *token*; the text at hand has been written."""
        token.level = self.level
        self.tokens.append(token)

    def flush(self) -> None:
        """Write the text at hand."""
        if not self.pending:
            return
        text = "".join(self.pending)
        self.pending = []
        if text.startswith("\n") and self.tokens and self.tokens[-1].type == "hardbreak":
            text = text[1:]  # which is the break
        if self.raw:
            self._write_lines(characters(text))
        elif self.definitions.abbreviations:
            self._write_abbreviated(text)
        else:
            self._write_lines(text)

    def _write_abbreviated(self, text: str) -> None:
        finder = _finder(self.definitions)
        done = 0
        for found in finder.pattern.finditer(text):
            self._write_lines(text[done : found.start()])
            name = finder.names[" ".join(found[0].split())]
            self._write_abbreviation(found[0], *self.definitions.abbreviations[name])
            done = found.end()
        self._write_lines(text[done:])

    def _write_abbreviation(self, name: str, title: str, attrs: dict[str, str]) -> None:
        written = {**attrs, "title": title} if title else {**attrs}
        self.push(Token("abbr_open", "abbr", 1, attrs=dict(written)))
        self.level += 1
        self.push(Token("text", "", 0, content=name))
        self.level -= 1
        self.push(Token("abbr_close", "abbr", -1))

    def _write_lines(self, text: str) -> None:
        if self.options.remove_line_breaks_for_cjk:
            text = _CJK_BREAK.sub("", text)
        if "\n" not in text:
            if text:
                self.push(Token("text", "", 0, content=text))
            return
        *lines, last = text.split("\n")
        for line in lines:
            self._write_line(line)
        if last:
            self.push(Token("text", "", 0, content=last))

    def _write_line(self, line: str) -> None:
        """Write a *line* with the break at its end, which two spaces make a hard one.

        Where every break is hard these mean nothing, in HTML, where none is, either.
        """
        wraps = self.options.hard_wrap and self.options.input == "GFM"
        hard = not self.html if wraps else not self.raw and line.endswith("  ")
        if text := line.rstrip(" ") if hard else line:
            self.push(Token("text", "", 0, content=text))
        self.push(Token("hardbreak" if hard else "softbreak", "br", 0))


def _finder(definitions: Definitions) -> Finder:
    """Return what finds abbreviations, as words (``replace_abbreviations``); make it but once."""
    finder, size = definitions.finder, len(definitions.abbreviations)
    if finder is None or finder.made_of != size:
        names = {" ".join(name.split()): name for name in definitions.abbreviations if name.strip()}
        longest_first = sorted(names, key=len, reverse=True)
        # a name of several words may go over a line's end
        words = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
        pattern = rf"(?<![A-Za-z0-9_])(?:{words or '(?!)'})(?![A-Za-z0-9_])"
        finder = definitions.finder = Finder(size, re.compile(pattern), names)
    return finder


def characters(text: str) -> str:
    """Return *text* with the characters that entities in it stand for."""
    if "&" not in text:
        return text
    return ENTITY.sub(lambda found: character(found) or found[0], text)


def character(entity: re.Match[str]) -> str | None:
    """Return the character that an *entity* stands for, if it is one that kramdown knows."""
    if name := entity["name"]:
        code = name2codepoint.get(name)
        return _MORE_NAMES.get(name) if code is None else chr(code)
    digits, base = (entity["decimal"], 10) if entity["decimal"] else (entity["hex"], 16)
    # int() of thousands of digits is slow, and refused
    code = int(digits, base) if len(digits) < 10 else 0x110000
    if 128 <= code < 160:  # of Windows, where these are letters
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else None
