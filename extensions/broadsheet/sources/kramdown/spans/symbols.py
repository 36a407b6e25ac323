"""Signs that stand for other characters: escapes, entities, dashes, dots and angle quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.sources.kramdown.spans.text import ENTITY, character

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.spans.reader import Reader

_ESCAPED = frozenset("\\.*_+`<>()[]{}#!:|\"'$=-")
_SPACE = "\u00a0"
# a longer sign before its beginning
_SIGNS = re.compile(r"---?|\.\.\.|<<[ ]?|[ ]?>>")
#: What a sign stands for, and kramdown's name for that (``typographic_symbol.rb``).
_TYPOGRAPHY = {
    "---": ("mdash", "—"),
    "--": ("ndash", "–"),
    "...": ("hellip", "…"),
    "<<": ("laquo", "«"),
    "<< ": ("laquo_space", f"«{_SPACE}"),
    ">>": ("raquo", "»"),
    " >>": ("raquo_space", f"{_SPACE}»"),
}


def read_typography(reader: Reader) -> bool:
    """Read a sign for which there is a character."""
    found = _SIGNS.match(reader.src, reader.at)
    chosen = reader.options.typographic_symbols
    if not found or chosen is None:
        return False
    name, usual = _TYPOGRAPHY[found[0]]
    reader.at = found.end()
    reader.symbol(dict(chosen).get(name, usual) if chosen else usual)
    return True


def read_entity(reader: Reader) -> bool:
    """Read a character that is written by its name or number."""
    found = ENTITY.match(reader.src, reader.at)
    if not found:
        return False
    meant = character(found)
    if meant is None:
        return reader.take(found[0])
    reader.at = found.end()
    reader.symbol(meant)
    return True


def read_backslash(reader: Reader) -> bool:
    """Read what a backslash makes text of, or a hard line break (``escaped_chars.rb``)."""
    src, at = reader.src, reader.at
    following = src[at + 1 : at + 3]
    if following in {"<<", ">>"} and reader.options.typographic_symbols is not None:
        reader.at += 3
        reader.symbol(following)
        return True
    github = reader.options.input == "GFM"
    if following == "\\\n" and not (github and reader.options.hard_wrap):
        return _break(reader, 2)
    letter = following[:1]
    if letter == "\n" and github and not reader.options.hard_wrap and not reader.html:
        if at + 2 == len(src) and not reader.spans:  # at the end of a block, it breaks nothing
            reader.at += 2
            return True
        return _break(reader, 1)
    if letter in _ESCAPED or (letter == "~" and github):
        reader.at += 2
        reader.add(letter)
        return bool(letter)
    return False


def _break(reader: Reader, length: int) -> bool:
    """Write a break in place of so many backslashes; the line feed still tells quotes apart."""
    reader.flush()
    reader.push(Token("hardbreak", "br", 0))
    reader.at += length
    reader.attach(None)
    return True
