"""The terms of an article: the words that tell best what it is about.

They are taken from the article alone, so that no edit of another one changes them, and kept as a
few bytes: a number of 32 bits for each term, and a byte for its weight.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from itertools import islice
from operator import add, itemgetter
from typing import TYPE_CHECKING
from zlib import crc32

from broadsheet.rules.words import without_markup

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters of a text that are read: the rest of an essay is about the same.
READ = 6_000
READ_OF_PAIRS = 2_500  # of scripts without spaces, which say more with fewer

#: Terms that are kept of an article, and how often the most frequent of them counts.
KEPT = 64
HEAVIEST = 3

#: What a word of the title or of a tag counts for, in occurrences in the text.
TITLE, TAG, STANDFIRST = 4, 4, 2

_WORD = re.compile(r"[a-z\u00df-\u1fff]{3,}")  # in small letters; naming them is faster than \w
# scripts written without spaces (and Korean, whose endings are many): two characters are a term
_RUN = re.compile(r"[\u30a1-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]{2,}")
_URL = re.compile(r"\b(?:https?://|www\.)\S+")

#: Characters of Chinese that join words, and are in few: a pair that has one is no term.
_JOINING = frozenset(
    "的了是在不和有人我他她它你这這那们們个個也就都而及与與为為以于於其之到说說会會要可对對能所着"
    "被把从從但并並或又很更最还還没沒很让讓向将將因此如果已自己上中下一二三来來去得地过過时時年月日"
)

# English words of which a text has many, whatever it is about.
_ENGLISH = (
    "about after again against all also although among and another any are around because been"
    " before being between both but can could did does doing done down during each even ever every"
    " few first for from get gets getting give given going had has have having her here hers him"
    " his how however into its just last less like made make makes making many may might more most"
    " much must need never new not now off often one only other others our out over own per said"
    " same say says see seen several she should since some still such take than that the their"
    " them then there these they thing things this those though through thus time too toward"
    " towards two under until upon use used using very want was way ways well were what when where"
    " whether which while who whom whose why will with within without would year years yet you your"
)  # fmt: skip


_COMMON = frozenset(_ENGLISH.split())


def terms_of(title: str, description: str, tags: Iterable[str], body: str) -> bytes:
    """Return the terms of an article, for :func:`unpacked`; the weightiest first."""
    counts = Counter(_terms_in(_prose(body)))
    for text, weight in ((title, TITLE), (description, STANDFIRST), (" ".join(tags), TAG)):
        for term in dict.fromkeys(_terms_in(text)):
            counts[term] += weight
    several = [(-count, term) for term, count in counts.items() if count > 1]
    several.sort(key=itemgetter(0))  # of the same count, the first in the text come first
    best = list(islice((term for _, term in several if _tells(term)), KEPT))
    ids = array("I", [crc32(term.encode()) for term in best])
    return ids.tobytes() + bytes([min(HEAVIEST, counts[term].bit_length() - 1) for term in best])


def numbers(terms: bytes) -> array[int]:
    """Return the terms without their weights."""
    return array("I", terms[: 4 * (len(terms) // 5)])


def unpacked(terms: bytes) -> dict[int, int]:
    """Return the weights of terms by their numbers."""
    return dict(zip(numbers(terms), terms[4 * (len(terms) // 5) :], strict=True))


def _prose(body: str) -> str:
    """Return the beginning of a text without markup and addresses."""
    # so far that no markup decides how much prose is read
    text = without_markup(body[: 2 * READ])[:READ]
    return _URL.sub(" ", text) if "http" in text or "www." in text else text


def _terms_in(text: str) -> list[str]:
    text = text.lower()
    terms = _WORD.findall(text)
    if not text.isascii():
        for run in _RUN.findall(text[:READ_OF_PAIRS]):
            terms += map(add, run, run[1:])
    return terms


def _tells(term: str) -> bool:
    """Tell whether a term may be what an article is about."""
    if len(term) == 2:
        return term[0] not in _JOINING and term[1] not in _JOINING
    return term not in _COMMON
