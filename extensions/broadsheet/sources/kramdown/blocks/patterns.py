"""The patterns by which one block tells where another one begins.

White space and digits are those of ASCII, as in Ruby. None of these tries a second time what it
has matched, and none looks far ahead: a text is read in a time that grows with its length.
"""

from __future__ import annotations

import re

from broadsheet.sources.kramdown.attributes import NAME as _LIST_NAME
from broadsheet.sources.kramdown.tags import NAME, SPAN_ELEMENTS

BLANK = r"(?>(?:[ \t\r\f\v]*+\n)+)"
INDENT = re.compile(r"\t| {4}")
INDENTS = re.compile(r"^(?:\t| {4})", re.MULTILINE)

#: The words of an attribute list. No list is longer than this: a text full of braces that are
#: never closed would be read to its end for each of them.
WORDS = r"(?>(?:\\\}|[^}]){1,1000})"
IAL = rf"\{{:(?![:/])(?P<ial>{WORDS})\}}[ \t\r\f\v]*+\n"
ALD = rf" {{0,3}}\{{:(?P<name>{_LIST_NAME}):(?P<words>{WORDS})\}}[ \t\r\f\v]*+\n"
EOB = r"\^[ \t\r\f\v]*+\n"

#: A tag of an element that does not stand in a line.
_SPANS = "|".join(sorted(SPAN_ELEMENTS | {"script"}))
BLOCK_TAG = rf"<(?:/(?!(?:{_SPANS})\b){NAME}[ \t\r\f\v]*+>|(?!(?:{_SPANS})\b){NAME})"

UNORDERED = r" {0,3}[+*-](?=[\t |])"
ORDERED = r" {0,3}[0-9]++\.(?=[\t |])"
DEFINITION = r" {0,3}:(?=[\t |])"
QUOTE = r" {0,3}>"
GFM_HEADING = r"#{1,6}[\t ]"
GFM_FENCE = r" {0,3}[~`]{3}"
RULE = re.compile(r" {0,3}([*_-])[ \t]*+\1[ \t]*+\1(?>(?:\1|[ \t])*)\n")


def _unnamed(pattern: str) -> str:
    return pattern.replace("?P<ial>", "?:")


#: What ends a quote, and a paragraph that goes on without marks (``LAZY_END``).
LAZY_END = re.compile(rf"[ \t\r\f\v]*+\n| {{0,3}}{_unnamed(IAL)}|{EOB}| {{0,3}}{BLOCK_TAG}|\Z")
#: What ends a paragraph, in kramdown and in its GFM.
PARAGRAPH_END = re.compile(rf"{LAZY_END.pattern}|{DEFINITION}")
PARAGRAPH_END_GFM = re.compile(
    "|".join((LAZY_END.pattern, DEFINITION, UNORDERED, ORDERED, GFM_HEADING, QUOTE, GFM_FENCE)),
)
#: What may stand behind a table or a formula (``BLOCK_BOUNDARY``).
BOUNDARY = re.compile(rf"[ \t\r\f\v]*+\n|{EOB}| {{0,3}}{_unnamed(IAL)}|\Z")

BLANK_LINES = re.compile(BLANK)
IAL_LINE = re.compile(rf" {{0,3}}{IAL}")
ALD_LINE = re.compile(ALD)
EOB_LINE = re.compile(EOB)
LIST_START = re.compile(f"{UNORDERED}|{ORDERED}")
