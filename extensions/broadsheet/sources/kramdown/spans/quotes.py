"""Quotation marks, curled by what stands before and after them (``smart_quotes.rb``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.spans.reader import Reader

_WORD = "[A-Za-z0-9_]"
_SPACES = " \t\n\r\f\v"
#: Behind these a mark opens.
_OPENING = frozenset(" \t\r\n[{(-\\")
_DECADE = re.compile("'(?=[0-9]{2}s)")
_DOUBLE_OPENING = re.compile(rf"""(?:"'|'")(?={_WORD})""")
#: Marks that stand behind no text: where markup begins, before punctuation, at the end of a word.
_BEFORE_MARKUP = re.compile(r"""["'](?=[_*]{1,2}[^ \t\n\r\f\v])""")
_BEFORE_PUNCTUATION = re.compile(r"""["'](?=[!"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~](?!\.\.)\B)""")
_AT_END = re.compile(r"""["'](?=[ \t\n\r\f\v]|s\b|$)""", re.MULTILINE)


def read_quote(reader: Reader) -> bool:
    """Read a quotation mark here or behind the letter here, which tells its side."""
    src, at = reader.src, reader.at
    letter = src[at]
    if letter in "\"'":
        _read_first(reader)
    elif src[at + 1 : at + 2] in {'"', "'"}:
        _read_behind(reader, letter)
    else:
        return False
    return True


def _read_behind(reader: Reader, letter: str) -> None:
    reader.take(letter)
    src, at = reader.src, reader.at
    if letter not in _OPENING:
        _write(reader, src[at], opening=False)
    elif letter not in _SPACES:
        _write(reader, src[at], opening=True)
    elif _DOUBLE_OPENING.match(src, at):
        _write(reader, src[at], opening=True)
        _write(reader, src[reader.at], opening=True)
    else:
        _write(reader, src[at], opening=not _DECADE.match(src, at))


def _read_first(reader: Reader) -> None:
    """Read a mark that stands at the beginning, or behind something that is no text."""
    src, at = reader.src, reader.at
    if _BEFORE_MARKUP.match(src, at):
        _write(reader, src[at], opening=True)
    elif _BEFORE_PUNCTUATION.match(src, at):
        _write(reader, src[at], opening=False)
    elif _DOUBLE_OPENING.match(src, at):
        _write(reader, src[at], opening=True)
        _write(reader, src[reader.at], opening=True)
    elif _DECADE.match(src, at):
        _write(reader, src[at], opening=False)
    elif src[at + 1 : at + 2] in {'"', "'"}:
        reader.take(src[at])
        _write(reader, src[reader.at], opening=False)
    else:
        _write(reader, src[at], opening=not _AT_END.match(src, at))


def _write(reader: Reader, mark: str, *, opening: bool) -> None:
    single = mark == "'"
    left, right = reader.options.smart_quotes[:2] if single else reader.options.smart_quotes[2:]
    reader.at += 1
    reader.symbol(left if opening else right)
