"""What the page of an article shows of the articles that refer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.rules.citations import sections
from broadsheet.rules.views.values import Backlink, Backlinks, Link, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from broadsheet.model import Article
    from broadsheet.rules.citations import Citation, Citations
    from broadsheet.rules.views.values import Moment

#: The name of the page with the references of all articles.
PAGE = "citations/index"

#: Articles that stand with a sentence; of others the title must do.
QUOTED = 12

#: Sentences of one article.
SENTENCES = 3


def backlinks(
    citations: Citations,
    article: Article,
    *,
    uri: Callable[[str], str],
    moment: Callable[[Article], Moment | None],
) -> Backlinks | None:
    """View the articles that refer to *article*, the newest first; None where nobody does."""
    by_article: dict[str, list[Citation]] = {}
    for one in citations.received.get(article.docname, ()):
        by_article.setdefault(one.article.docname, []).append(one)
    if not by_article:
        return None
    views = tuple(
        Backlink(
            title=found[0].article.title,
            uri=uri(docname),
            date=moment(found[0].article),
            language=found[0].article.language,
            sentences=tuple(_sentences(found, article)),
        )
        for docname, found in by_article.items()
    )
    return Backlinks(quoted=views[:QUOTED], others=views[QUOTED:], all_uri=uri(PAGE))


def backlink_facts(
    citations: Citations, article: Article, *, uri: Callable[[str], str]
) -> list[tuple[object, ...]]:
    """Return all that the two views of this module are made of."""
    return [
        (*shown_of(one.article), uri(one.article.docname), one.anchor, one.mention)
        for one in citations.received.get(article.docname, ())
    ]


def shown_of(article: Article) -> tuple[object, ...]:
    """Return what backlinks and maps show of an article, its address apart."""
    return article.title, article.date, article.language


def _sentences(citations: Iterable[Citation], cited: Article) -> list[Sentence]:
    mentions = (one.mention for one in citations)
    sentences = (Sentence(one.before, one.words or cited.title, one.after) for one in mentions)
    return list(dict.fromkeys(one for one in sentences if one.before or one.after))[:SENTENCES]


def section_links(
    citations: Citations, article: Article, *, uri: Callable[[str], str]
) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """Yield the anchors of *article* that others refer to, each with links to those."""
    for anchor, articles in sections(citations.received.get(article.docname, ())):
        yield anchor, tuple(Link(title=one.title, uri=uri(one.docname)) for one in articles)
