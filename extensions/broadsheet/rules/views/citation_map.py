"""A map of references: articles one below the other by date, with arcs between them.

It is worked out here and drawn by a template, as SVG; who is moved by an edit, nobody else is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.rules.views.backlinks import shown_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from broadsheet.model import Article
    from broadsheet.rules.citations import Citation, Citations

#: Articles of the whole map: those that most references lead from or to.
MOST = 400

#: Articles that refer to one, and as many to which it refers, on the map of its page.
NEAR = 12

#: Pixels: of a row, at most of the arcs on the left of the dots, and of all.
ROW, ARCS, WIDTH = 24, 120, 720

#: Squares of a row's title; a Chinese character takes two.
_SQUARES = 74


class Arc(NamedTuple):
    """A reference, from the row of one article to that of another."""

    path: str  #: of SVG
    is_forward: bool  #: it leads to a newer article


class Row(NamedTuple):
    """An article on a map."""

    title: str
    uri: str
    label: str  #: its title, as much of it as there is room for
    year: str
    y: int
    radius: float  #: of its dot
    is_here: bool  #: it is the article whose map it is
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """A map, ready to be drawn."""

    title: str
    width: int
    height: int
    left: int  #: where the dots are
    rows: tuple[Row, ...]
    arcs: tuple[Arc, ...]
    articles: int  #: that have references, on the map or not
    references: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationMap:
    """The page of the whole map before it is made."""

    citations: Citations
    uri: Callable[[str], str]

    def view(self) -> MapView:
        """View the page."""
        pairs = _pairs(one for found in self.citations.given.values() for one in found)
        counts = Counter(docname for pair in pairs for docname in pair)
        by_docname = self.citations.references.catalogue.by_docname
        chosen = sorted(counts, key=lambda docname: (-counts[docname], docname))[:MOST]
        return _view([by_docname[docname] for docname in chosen], pairs, uri=self.uri)


def near(citations: Citations, article: Article, *, uri: Callable[[str], str]) -> MapView | None:
    """View what refers to an *article*, and what it refers to; None for less than two others."""
    received = citations.received.get(article.docname, ())
    given = citations.given.get(article.docname, ())
    citing = {one.article.docname: one.article for one in received}
    cited = {one.target.docname: one.target for one in given}
    some = {**dict(list(citing.items())[:NEAR]), **dict(list(cited.items())[:NEAR])}
    if len(some) < 2:
        return None
    pairs = _pairs((*received, *given))
    return _view([article, *some.values()], pairs, uri=uri, here=article.docname)


def near_facts(
    citations: Citations, article: Article, *, uri: Callable[[str], str]
) -> list[object]:
    """Return what :func:`near` shows besides the articles that refer to *article*."""
    given = citations.given.get(article.docname, ())
    return [(*shown_of(one.target), uri(one.target.docname)) for one in given]


def _pairs(citations: Iterable[Citation]) -> list[tuple[str, str]]:
    """Return who refers to whom, each pair once."""
    found = ((one.article.docname, one.target.docname) for one in citations)
    return list(dict.fromkeys(found))


def _view(
    articles: Iterable[Article],
    pairs: list[tuple[str, str]],
    *,
    uri: Callable[[str], str],
    here: str = "",
) -> MapView:
    ordered = sorted(articles, key=lambda one: (one.instant, one.docname), reverse=True)
    places = {one.docname: ROW * number + ROW // 2 for number, one in enumerate(ordered)}
    received = Counter(cited for _, cited in pairs)
    ends = [(places[a], places[b]) for a, b in pairs if a in places and b in places]
    left = 12 + max((_bend(start, end) for start, end in ends), default=0) * 3 // 4  # of a curve
    return MapView(
        title="Citations",
        width=WIDTH,
        height=ROW * len(ordered),
        left=left,
        rows=tuple(
            Row(
                title=one.title,
                uri=uri(one.docname),
                label=_label(one.title),
                year=f"{one.date.year}" if one.dated else "",
                y=places[one.docname],
                radius=round(min(2.5 + sqrt(received[one.docname]), 9), 1),
                is_here=one.docname == here,
                language=one.language,
            )
            for one in ordered
        ),
        arcs=tuple(Arc(_arc(start, end, left), end < start) for start, end in ends),
        articles=len({docname for pair in pairs for docname in pair}),
        references=len(pairs),
    )


def _bend(start: int, end: int) -> int:
    """Return how far an arc is drawn to the left: the farther the longer it is."""
    return min(ARCS, round(12 * sqrt(abs(end - start) / ROW)) + 8)


def _arc(start: int, end: int, left: int) -> str:
    to = left - _bend(start, end)
    return f"M{left} {start}C{to} {start} {to} {end} {left} {end}"


def _label(title: str) -> str:
    squares = 0
    for number, letter in enumerate(title):
        squares += 1 + (letter >= "\u1100")
        if squares > _SQUARES:
            return f"{title[:number].rstrip()}…"
    return title
