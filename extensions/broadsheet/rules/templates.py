"""Which pages of a Jekyll repository only make what a build makes itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from broadsheet.rules.words import count_words
from broadsheet.sources.unseen import without_unseen

#: A page with as many words besides its loops has something to say of its own.
FEW_WORDS = 20

#: Files that are taken in, one in another, to see what a page makes.
_DEEPEST = 3

_PAGINATOR = re.compile(r"\{[{%][^{}]*\bpaginator\b")
_LOOP = re.compile(r"\{%-?\s*(?P<tag>for|endfor)\b(?P<of>[^{}%]*)-?%\}")
_ALL_ARTICLES = re.compile(r"\bin\s+site\.(?:posts|documents)\b(?!.*\blimit\b)", re.DOTALL)
_INCLUDE = re.compile(r"\{%-?\s*include(?:_cached)?\s+(?P<name>[\w./-]+)[^{}%]*%\}")
_LIQUID = re.compile(r"\{%[^{}%]*%\}|\{\{[^{}]*\}\}")

#: What programs read, and people do not.
_FOR_PROGRAMS = frozenset({
    ".atom", ".css", ".ics", ".js", ".json", ".rss", ".svg", ".txt", ".webmanifest", ".xml",
})  # fmt: skip


class LeftOut(StrEnum):
    """Why a file with front matter has no page of its own, in words."""

    FILE = "neither Markdown nor HTML"
    LISTING = "a listing stands in its place"


#: The name of the document at the root, and the file of the front page.
ROOT, FRONT = "index", "index.html"

#: The folders of listings besides those of collections.
OVERVIEWS = frozenset({"archive", "authors", "categories", "series", "tags"})

#: Where the listing of all articles is if the front page is another.
LATEST = "latest/index"


@dataclass(frozen=True, kw_only=True)
class Templates:
    """The pages of a repository, and what becomes of those that only list articles.

    Such a page is left out if the listing takes its address; otherwise it leads to the listing.
    """

    pages: Mapping[str, tuple[str, str]]  #: by docname: the file of the output, and the text
    listings: frozenset[str]  #: folders that a build has listings in: ``tags``, collections
    included: Callable[[str], str]  #: gives the text of a file of includes, "" for none
    settled_front: str = ""  #: name of the front listing where somebody has settled it

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The pages that there are not, by docname."""
        return frozenset(
            name
            for name, listing in self._listing.items()
            if self.pages[name][0] in {FRONT, f"{listing or self.front}.html"}
        )

    @cached_property
    def moved(self) -> Mapping[str, str]:
        """The pages that lead to a listing, and where that is."""
        names = self._listing.keys() - self.left_out
        found = {name: self._listing[name] or self.front for name in sorted(names)}
        return {name: f"/{listing.removesuffix('index')}" for name, listing in found.items()}

    @property
    def given_way(self) -> Iterator[tuple[str, str]]:
        """Yield the pages that give way to a listing of their name, each with that of its page."""
        return ((name, listing) for name, listing in self._listing.items() if listing)

    @cached_property
    def front(self) -> str:
        """The name of the page that the front listing has."""
        if self.settled_front or not self.is_front_written:
            return self.settled_front or ROOT
        places = (self.pages[name][0] for name, listing in self._listing.items() if not listing)
        return next((place.removesuffix(".html") for place in sorted(places)), LATEST)

    @cached_property
    def is_root_written(self) -> bool:
        """Tell whether somebody has written the document at the root."""
        is_there = ROOT in self.pages and bool(self.pages[ROOT][1].strip())
        return is_there and not (ROOT in self._listing and self.pages[ROOT][0] == FRONT)

    @property
    def is_front_written(self) -> bool:
        """Tell whether somebody has written the front page."""
        return self.is_root_written or any(
            file == FRONT and name not in {ROOT, *self._listing}
            for name, (file, _) in self.pages.items()
        )

    @cached_property
    def _listing(self) -> Mapping[str, str]:
        """The pages that only list, each with the name of the listing; "" for that of all."""
        return {
            name: listing
            for name, (file, text) in sorted(self.pages.items())
            if (listing := self._listing_of(file, text)) is not None
        }

    def _listing_of(self, file: str, text: str) -> str | None:
        folder = file.removesuffix(".html").removesuffix("/index")
        own = f"{folder}/index" if folder in self.listings else ""
        if not text.strip():  # the layout would make it
            return own if own or file == FRONT else None
        return own if is_listing(text, self.included, is_front=file == FRONT) else None


def is_for_programs(address: str) -> bool:
    """Tell whether a file of the output is none that a page could stand in."""
    return posixpath.splitext(address)[1].lower() in _FOR_PROGRAMS


def is_listing(text: str, included: Callable[[str], str], *, is_front: bool) -> bool:
    """Tell whether a page only lists articles, as the listings of every build do.

    It asks for ``paginator``, or is the front page and goes through all articles; and it has
    hardly a word besides.  *included* gives the text of a file of includes, "" for none.
    """
    whole = _with_includes(text, included)
    loops = [loop["of"] for loop in _LOOP.finditer(whole) if loop["tag"] == "for"]
    lists_all = is_front and any(_ALL_ARTICLES.search(loop) for loop in loops)
    if not (lists_all or _PAGINATOR.search(whole)):
        return False
    shown = without_unseen("".join(_beside_loops(whole)))
    return count_words(_LIQUID.sub(" ", shown)) < FEW_WORDS


def _with_includes(text: str, included: Callable[[str], str], depth: int = 0) -> str:
    """Put the files that a text takes in by their names into their places."""
    if depth == _DEEPEST or "include" not in text:
        return text

    def taken(tag: re.Match[str]) -> str:
        return _with_includes(included(tag["name"]), included, depth + 1)

    return _INCLUDE.sub(taken, text)


def _beside_loops(text: str) -> Iterator[str]:
    depth = place = 0
    for tag in _LOOP.finditer(text):
        if not depth:
            yield text[place : tag.start()]
        depth = max(0, depth + (1 if tag["tag"] == "for" else -1))
        place = tag.end()
    if not depth:
        yield text[place:]
