"""The sidebar's entries: short, and the same on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from broadsheet.rules.catalogue import Kind
from broadsheet.rules.views import OVERVIEW_TITLES, Views

#: Years that the sidebar names; the archive has them all.
YEARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the sidebar, with the lines under it."""

    title: str
    uri: str
    children: tuple[Entry, ...] = ()


def entries(views: Views) -> Iterator[Entry]:
    """Yield the front listing, the collections, the years, and the other overviews."""
    groups = views.catalogue.groups
    if not views.catalogue.listed:
        return
    if views.front and views.front != "index":
        yield _overview(views, views.front, "All articles")
    for key, group in groups[Kind.COLLECTION].items():
        if group.articles:
            yield _overview(views, views.listing_name(Kind.COLLECTION, key), group.title)
    years = tuple(
        _overview(views, views.listing_name(Kind.YEAR, key), group.title)
        for key, group in list(groups[Kind.YEAR].items())[:YEARS]
    )
    for kind in (Kind.YEAR, Kind.AUTHOR, Kind.SERIES, Kind.CATEGORY, Kind.TAG):
        if groups[kind]:
            children = years if kind is Kind.YEAR else ()
            yield Entry(
                title=OVERVIEW_TITLES[kind],
                uri=views.uri(views.overview_name(kind)),
                children=children,
            )


def _overview(views: Views, name: str, title: str) -> Entry:
    return Entry(title=title, uri=views.uri(name))
