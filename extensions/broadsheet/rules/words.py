"""The length of an article in words, for its reading time."""

from __future__ import annotations

import re
from html import unescape

_IDEOGRAPHS = re.compile(  # scripts written without spaces, in which a character is a word
    "["
    "\u3005-\u3007"  # ideographic iteration mark, closing mark and zero
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u3105-\u312f"  # bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # ideographs
    "]+"
)
# A word begins at a letter or digit and runs to the next space or dash; what follows the
# letters (marks, full stops, emphasis, a closing bracket) does not matter to the count.
_WORD = re.compile(r"[^\W_][^\s\u2012-\u2015]*")
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,}|:{3,}).*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^()\n]*\)")
_DESTINATION = re.compile(r"\]\([^()\n]*\)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]^\n][^\]\n]*\]:.*$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_ATTRIBUTES = re.compile(r"\{[:.#][^{}\n]*\}")  # of kramdown and of MyST


def count_words(markdown: str) -> int:
    """Return the number of words of a Markdown text without its front matter.

    An ideograph, kana or bopomofo character counts as one word; everywhere else a word is what
    stands between spaces or dashes and holds a letter or digit, so Hangul counts by the word,
    and a sentence of Thai, which has no spaces, as one.

    Images, destinations and definitions of links, HTML tags, attributes in braces and the lines
    that open or close a fence do not count, and a character reference is its character. Lines are
    not parsed, so code counts as prose, a tag shown in code does not, and a bare URL is one word;
    over long articles that is less than 1 %.
    """
    prose = without_markup(markdown)
    rest, runs = _IDEOGRAPHS.subn(" ", prose)
    # Each run became one space, so the lengths differ by its other characters.
    ideographs = len(prose) - len(rest) + runs
    return ideographs + len(_WORD.findall(rest))


def without_markup(markdown: str) -> str:
    """Return a text without what is not read as words."""
    text = markdown
    if "```" in text or "~~~" in text or ":::" in text:
        text = _FENCE.sub("", text)
    if "](" in text:
        text = _DESTINATION.sub("]", _IMAGE.sub("", text))
    if "]:" in text:
        text = _DEFINITION.sub("", text)
    if "{" in text:
        text = _ATTRIBUTES.sub("", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return unescape(text) if "&" in text else text
