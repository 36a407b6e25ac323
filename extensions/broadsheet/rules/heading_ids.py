"""The ids of headings, as kramdown gives them on GitHub Pages: links from outside name them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

#: What is kept of a heading (``NON_WORD_RE`` of kramdown-parser-gfm): Ruby's ``\\p{Word}``.
_WORD = frozenset({"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "Pc"})
_FRAMED = re.compile("[Ⓐ-ⓩ🄰-🅉🅐-🅩🅰-🆉]")  # letters, though their category is that of symbols
_DASHES = re.compile(r"---?")  # kramdown makes a dash of them, which is no part of a word

_BEFORE_LETTERS = re.compile(r"^[^a-zA-Z]+", re.MULTILINE)
_NOT_BASIC = re.compile(r"[^a-zA-Z0-9 -]")

#: An id that is written behind a heading (``HEADER_ID`` of kramdown), in ASCII or beyond it.
_WRITTEN = re.compile(r"[ \t]\{#(?P<id>[^\W\d][\w:.\-·]*)\}\Z")


@dataclass(frozen=True, slots=True)
class HeadingIds:
    """The ids of one document, in the order of its headings."""

    used: set[str] = field(default_factory=set)  #: of headings that stand in the document
    _given: Counter[str] = field(default_factory=Counter)
    _given_basic: Counter[str] = field(default_factory=Counter)

    def next(self, text: str) -> str:
        """Return the id of the next heading whose *text* has no markup; "" where none is left.

        Of several with one text, the second ends in ``-1``.
        """
        id_ = self.coming(text)
        self._given[_plain(text)] += 1
        return id_

    def coming(self, text: str) -> str:
        """Return what :meth:`next` would."""
        plain = _plain(text)
        number = self._given[plain]
        return f"{plain}-{number}" if number else plain

    def basic(self, text: str) -> str:
        """Return the id that kramdown's converter gives the next heading, of ASCII alone.

        (``generate_id``; a heading that has no letter is a "section".)
        """
        plain = basic_id(text) or "section"
        number = self._given_basic[plain]
        self._given_basic[plain] += 1
        return f"{plain}-{number}" if number else plain


def basic_id(text: str) -> str:
    """Return the ASCII letters, digits and hyphens of *text* (``basic_generate_id``)."""
    return _NOT_BASIC.sub("", _BEFORE_LETTERS.sub("", text)).replace(" ", "-").lower()


def _plain(text: str) -> str:
    kept = "".join(one for one in text if one in "- \t" or _is_of_word(one))
    # letter by letter, as Ruby: a sigma at the end of a word is like any other
    return "".join(map(str.lower, kept)).translate(_HYPHENS)


_HYPHENS = str.maketrans(" \t", "--")


def without_dashes(text: str) -> str:
    """Return *text* as typography leaves it to an id: two or three hyphens are a dash."""
    return _DASHES.sub("", text)


def split_written(text: str) -> tuple[str, str]:
    """Return a heading without the id that is written behind it (``{#id}``), and that id."""
    written = _WRITTEN.search(text)
    return (text[: written.start()].rstrip(), written["id"]) if written else (text, "")


def _is_of_word(letter: str) -> bool:
    return unicodedata.category(letter) in _WORD or _FRAMED.match(letter) is not None
