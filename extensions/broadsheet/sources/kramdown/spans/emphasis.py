"""``*em*``, ``_em_``, ``**strong**``, ``__strong__`` (``emphasis.rb``), ``~~struck~~`` (GFM)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.sources.kramdown.tags import SPACE

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.spans.reader import Reader

_ALNUM = r"[^\W_]"
#: Where a span can end, by what it began with.  Intra-word underscores are text.
_ENDS = {
    "*": re.compile(r"(?<![ \t\n\r\f\v])\*(?!\*(?!\*))"),
    "**": re.compile(r"(?<![ \t\n\r\f\v])\*\*"),
    "_": re.compile(rf"(?<![ \t\n\r\f\v])_(?!_(?!_)|{_ALNUM})"),
    "__": re.compile(rf"(?<![ \t\n\r\f\v])__(?!{_ALNUM})"),
}
#: So far one looks back over underscores: looking over all of a long row, from each of them,
#: would take the square of its length.
_LONGEST_RUN = 40
_STRUCK_END = re.compile(r"(?<=[^\s~])~~", re.ASCII)


def read_emphasis(reader: Reader) -> bool:
    """Read emphasis, or the signs that are none; either kind is never within its like."""
    src, at = reader.src, reader.at
    sign = src[at]
    delimiter = sign * 2 if src.startswith(sign, at + 1) else sign
    kind = "strong" if len(delimiter) == 2 else "em"
    after = src[at + len(delimiter) : at + len(delimiter) + 1]
    if (after and after in SPACE) or (sign == "_" and _in_word(src, at)) or reader.within(kind):
        return reader.take(delimiter)
    if _read_between(reader, delimiter, kind):
        return True
    # of two signs without an end, the first can be the beginning of the other kind
    other = kind == "strong" and not (reader.spans and reader.spans[-1].kind == "em")
    if other and _read_between(reader, sign, "em"):
        return True
    return reader.take(delimiter)


def _in_word(src: str, at: int) -> bool:
    """Tell whether an underscore follows a word, or its hyphen; others may stand between."""
    before = src[max(at - _LONGEST_RUN, 0) : at].rstrip("_")
    return before[-1:].isalpha() or (before[-1:] == "-" and before[-2:-1].isalpha())


def _read_between(reader: Reader, delimiter: str, kind: str) -> bool:
    inside = reader.at + len(delimiter)
    if not reader.may_open() or reader.ahead(_ENDS[delimiter], inside + 1) < 0:
        return False
    mark = reader.mark()
    reader.open(kind, Token(f"{kind}_open", kind, 1, markup=delimiter))
    reader.at = inside
    if not reader.read(partial(_ends, delimiter=delimiter)):
        reader.give_up(mark)
        return False
    reader.close(Token(f"{kind}_close", kind, -1, markup=delimiter), after=delimiter)
    return True


def _ends(reader: Reader, delimiter: str) -> bool:
    begun = reader.spans[-1].first
    return bool(
        _ENDS[delimiter].match(reader.src, reader.at)
        and (reader.pending or len(reader.tokens) > begun + 1)
    )


def read_struck(reader: Reader) -> bool:
    """Read ``~~struck~~`` text, by itself: what begins in it ends in it."""
    src, at = reader.src, reader.at
    if reader.options.input != "GFM" or src[at + 2 : at + 3] in {"", "~", *SPACE}:
        return False
    end = reader.ahead(_STRUCK_END, at + 3)
    if end < 0:
        return False
    token = Token("s_open", "del", 1, markup="~~")
    reader.open("s", token)
    reader.read_within(src[at + 2 : end])
    reader.at = end + 2
    reader.close(Token("s_close", "del", -1, markup="~~"))
    return True
