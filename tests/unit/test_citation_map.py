"""The map of references: who stands where, and what is drawn between them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadsheet.model import Article, Collection, Mention, Site, instant_of
from broadsheet.rules.author_registry import AuthorRegistry
from broadsheet.rules.catalogue import compile_catalogue
from broadsheet.rules.citations import Citations
from broadsheet.rules.references import References
from broadsheet.rules.views.citation_map import MOST, NEAR, ROW, CitationMap, near


def article(day: int, *refers: str, title: str = "") -> Article:
    date = datetime(2025, 1, 1 + day % 28, day // 28 % 24, day // 672, tzinfo=UTC)
    return Article(
        docname=f"a{day}",
        path=f"a{day}.md",
        digest="",
        body_line=1,
        title=title or f"A {day}",
        slug=f"a{day}",
        date=date,
        instant=instant_of(date),
        collection="a",
        mentions=tuple(Mention(name, by_name=True) for name in refers),
    )


def citations(*articles: Article) -> Citations:
    catalogue, _ = compile_catalogue(
        articles,
        site=Site(title="S"),
        collections=(Collection(name="a", title="A", folder=""),),
        registry=AuthorRegistry(),
    )
    return Citations(references=References(catalogue=catalogue))


def whole(*articles: Article):
    return CitationMap(citations=citations(*articles), uri="{}.html".format).view()


def test_the_newest_is_above_and_a_reference_is_drawn_once():
    view = whole(article(1), article(2, "a1", "a1"), article(3, "a1"), article(4), article(0, "a3"))
    assert [(row.label, row.uri, row.y, row.radius) for row in view.rows] == [
        ("A 3", "a3.html", 12, 3.5),
        ("A 2", "a2.html", 36, 2.5),
        ("A 1", "a1.html", 60, 3.9),
        ("A 0", "a0.html", 84, 2.5),
    ]
    assert (view.height, view.articles, view.references) == (4 * ROW, 4, 3)
    assert [arc.is_forward for arc in view.arcs] == [False, False, True]
    assert view.arcs[0].path.startswith(f"M{view.left} 12C") and view.arcs[0].path.endswith(" 60")


def test_of_many_those_with_the_most_references_are_drawn():
    hub = article(0)
    view = whole(hub, *(article(day, "a0") for day in range(1, MOST + 50)))
    assert (len(view.rows), view.articles, view.references) == (MOST, MOST + 50, MOST + 49)
    assert view.rows[-1].title == "A 0"


@pytest.mark.parametrize(
    ("title", "label"),
    [("A" * 74, "A" * 74), ("A" * 75, "A" * 74 + "…"), ("字" * 40, "字" * 37 + "…")],
)
def test_a_long_title_is_cut(title, label):
    assert whole(article(1, title=title), article(2, "a1")).rows[1].label == label


def test_the_map_of_an_article_has_its_neighbours_alone():
    middle = article(5, "a1", "a2")
    all_ = citations(article(1, "a2"), article(2), middle, article(7, "a5"), article(8, "a7"))
    view = near(all_, middle, uri=str)
    assert view is not None
    assert [(row.title, row.is_here) for row in view.rows] == [
        ("A 7", False),
        ("A 5", True),
        ("A 2", False),
        ("A 1", False),
    ]
    assert len(view.arcs) == 3  # between two others there is none: an edit of one would redraw it


def test_one_neighbour_is_no_map_and_many_are_not_all_drawn():
    one = article(1)
    assert near(citations(one, article(2, "a1")), one, uri=str) is None
    view = near(citations(one, *(article(day, "a1") for day in range(2, 40))), one, uri=str)
    assert view is not None and len(view.rows) == NEAR + 1
