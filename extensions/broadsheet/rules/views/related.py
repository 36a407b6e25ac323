"""What the page of an article shows of those that are about the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.rules.catalogue import Kind
from broadsheet.rules.views.values import Related

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from broadsheet.model import Article
    from broadsheet.rules.catalogue import Catalogue
    from broadsheet.rules.views.values import Moment


def related_views(
    catalogue: Catalogue,
    articles: Iterable[Article],
    *,
    uri: Callable[[str], str],
    moment: Callable[[Article], Moment | None],
) -> tuple[Related, ...]:
    """View the *articles* that are related to one, in their order."""
    return tuple(
        Related(
            title=one.title,
            uri=uri(one.docname),
            authors=_names(catalogue, one),
            et_al=one.et_al,
            collection=_collection(catalogue, one),
            date=moment(one),
            language=one.language,
        )
        for one in articles
    )


def related_facts(
    catalogue: Catalogue, articles: Iterable[Article], *, uri: Callable[[str], str]
) -> list[tuple[object, ...]]:
    """Return all that :func:`related_views` makes its views of."""
    return [
        (
            one.title,
            uri(one.docname),
            _names(catalogue, one),
            one.et_al,
            _collection(catalogue, one),
            one.date,
            one.language,
        )
        for one in articles
    ]


def _names(catalogue: Catalogue, article: Article) -> tuple[str, ...]:
    return tuple(catalogue.authors[key].name for key in article.authors)


def _collection(catalogue: Catalogue, article: Article) -> str:
    """Return the title of an article's collection, which stands where nobody has signed."""
    group = catalogue.groups[Kind.COLLECTION].get(article.collection)
    return "" if article.authors or group is None else group.title
