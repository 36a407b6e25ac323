"""Series: articles that are parts of one work, in their order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from broadsheet.model import Article

#: Parts that file names have to number before they are taken for a series.
FEWEST = 3

#: What stands before the number in a file name, and in a title.
_NUMBERED = re.compile(r"(?P<stem>.*?[^\W\d_].*?)[-_. ]*(?P<number>\d{1,4})", re.DOTALL)
_COUNTER = re.compile(
    r"[\s\-–—:,.|(（【第#]*(?:\b(?:part|day|week|chapter|episode|issue|no|nr|vol|volume)\b)?[\s.#第\-–—]*\Z",
    re.IGNORECASE,
)


class Numbered(NamedTuple):
    """An article whose file name ends in a number."""

    number: int
    article: Article


def series_of(
    articles: Sequence[Article], *, from_names: bool
) -> Mapping[str, tuple[Article, ...]]:
    """Return the series by name, each with its parts from the first on.

    An article says to which it belongs (``series``), and perhaps as which ``part``; parts
    without a number follow one another by date. *from_names* adds those whose names alone tell:
    three or more in one collection that differ in a number at the end.
    """
    found: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.series:
            found[article.series].append(article)
    series = {name: tuple(_in_order(parts)) for name, parts in found.items()}
    if from_names:
        others = [article for article in articles if not article.series]
        series |= dict(_numbered(others, {*series}))
    return series


def _in_order(parts: Iterable[Article]) -> list[Article]:
    by_date = sorted(parts, key=attrgetter("instant", "docname"))
    return sorted(by_date, key=lambda one: (one.part == 0, one.part))


def _numbered(
    articles: Iterable[Article], taken: set[str]
) -> Iterable[tuple[str, tuple[Article, ...]]]:
    found: defaultdict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for article in articles:
        if match := _NUMBERED.fullmatch(article.slug):
            stem = match["stem"].casefold()
            found[article.collection, stem].append(Numbered(int(match["number"]), article))
    for (_, stem), parts in sorted(found.items(), key=lambda item: item[0]):
        if len({one.number for one in parts}) < FEWEST:
            continue
        name = _title([one.article.title for one in parts], stem)
        while name in taken:
            name += " (2)"
        taken.add(name)
        parts.sort(key=lambda one: (one.number, one.article.instant, one.article.docname))
        yield name, tuple(one.article for one in parts)


def _bare(text: str) -> str:
    """Return *text* without signs at its ends, and without a bracket that nothing closes."""
    text = text.strip(_SIGNS)
    is_open = bool(text) and text[0] in _BRACKETS and _BRACKETS[text[0]] not in text
    return text[1:].lstrip(_SIGNS) if is_open else text


_SIGNS = " -–—·・:：,，、.|/"
_BRACKETS = dict(zip("([{（［【〔「『《〈“‘", ")]}）］】〕」』》〉”’", strict=True))


def _title(titles: Sequence[str], stem: str) -> str:
    """Return what the titles begin with, or where that is not much, the words of the names."""
    folded = [title.casefold() for title in titles]
    same = [*takewhile(lambda letters: len({*letters}) == 1, zip(*folded, strict=False))]
    whole = _bare(_COUNTER.sub("", titles[0][: min(len(same), 200)].rstrip("0123456789")))
    words = re.split(r"[-_. ]+", stem)
    return whole if len(whole) >= 2 else " ".join(map(str.capitalize, words))
