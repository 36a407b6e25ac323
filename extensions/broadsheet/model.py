"""The values that every layer speaks in: frozen, typed, without Sphinx.

Those that a scan keeps, by the thousand, are named tuples: in half the time they are taken up
again, and in a third of the room.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

#: The endings of files whose text is HTML, and of their pages (``HTML_EXTENSIONS`` in
#: lib/jekyll/page.rb; a third, ``.xhtml``, browsers read as XML, which no page of ours is).
HTML_ENDINGS = (".html", ".htm")

#: What nothing says; nobody writes into a mapping.
NO_VALUES: Mapping[str, Any] = {}


class Subtype(StrEnum):
    """The closed set of warning subtypes: ``broadsheet.<subtype>``."""

    FRONT_MATTER = "front_matter"
    TITLE = "title"
    DATE = "date"
    AUTHOR = "author"
    IMAGE = "image"
    ADDRESS = "address"
    ENCODING = "encoding"
    SOURCE = "source"
    SITE = "site"
    LIQUID = "liquid"
    REF = "ref"
    MOVED = "moved"
    LANGUAGE = "language"
    MATH = "math"
    KRAMDOWN = "kramdown"

    @property
    def meaning(self) -> str:
        """Say in one sentence what the warnings of this subtype are about."""
        return _MEANINGS[self]


_MEANINGS: Mapping[Subtype, str] = MappingProxyType({
    Subtype.FRONT_MATTER: "The front matter is not what YAML or Jekyll expects.",
    Subtype.TITLE: "The title is missing or not a text; the file name serves.",
    Subtype.DATE: "A date is missing, impossible or unreadable.",
    Subtype.AUTHOR: "An author is not a name, or the registry of authors is faulty.",
    Subtype.IMAGE: "An image has no address, or its file is missing.",
    Subtype.ADDRESS: "Two pages claim one address, an address leaves the site, or a permalink has an unknown placeholder.",
    Subtype.ENCODING: "The bytes of a source are not UTF-8.",
    Subtype.SOURCE: "A source cannot be read, or is empty.",
    Subtype.SITE: "The configuration of the site is faulty.",
    Subtype.LIQUID: "What a Liquid tag asks for is not there; it stays in the text.",
    Subtype.REF: "A reference to an article, author, tag, series or collection finds nothing.",
    Subtype.MOVED: "A reference names an article by a name that it had; it leads there.",
    Subtype.LANGUAGE: "Code is in a language that is not known, and has no colours.",
    Subtype.MATH: "A formula is not understood.",
    Subtype.KRAMDOWN: "A text in kramdown says what it cannot mean, or defines what nothing uses.",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """A fault of a source: where it is, what was found, what is done instead."""

    path: str  #: relative to the source folder, with ``/``
    line: int = 0  #: counted from 1; 0 when the whole file is meant
    subtype: Subtype
    message: str  #: one line


class Image(NamedTuple):
    """A lead image, or the portrait of an author."""

    src: str  #: an ``http(s)`` address, or a path from the source folder, no leading ``/``
    alt: str = ""
    caption: str = ""
    width: int = 0  #: pixels; 0 when unknown
    height: int = 0
    shared: bool = False  #: the defaults name it: it stands for the site, and for no one article

    @property
    def remote(self) -> bool:
        """Tell an address from the path of a file."""
        return "://" in self.src or self.src.startswith("//")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The typed front matter of one file, before any rule of a site is applied."""

    values: Mapping[str, Any]  #: every key as YAML types it; Jekyll's names
    lines: Mapping[str, int]  #: key to line, counted from 1
    body_line: int  #: the line on which the body begins, counted from 1
    problems: tuple[Problem, ...] = ()


class Found(NamedTuple):
    """A file that the layout of a source folder makes an article."""

    path: str  #: relative to the source folder, with ``/``
    collection: str  #: name of its :class:`Collection`
    draft: bool = False  #: stands in a folder of drafts
    listed: bool = True  #: False where Jekyll's entry filter hides it
    categories: tuple[str, ...] = ()  #: from the folders above ``_posts``
    defaults: Mapping[str, Any] = NO_VALUES  #: front matter of its scopes
    permalink: str = ""  #: Jekyll's pattern (``/:collection/:path:output_ext``), "" for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody (or an organisation) who signs articles."""

    key: str  #: unique in a catalogue and fit for an address: ``emily-ferris``
    name: str  #: as it is printed
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()  #: (label, address)
    portrait: Image | None = None
    biography: str = ""  #: Markdown
    aliases: tuple[str, ...] = ()  #: other spellings of the name
    registered: bool = False  #: stands in the registry of authors


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A stream of articles with a listing of its own (Jekyll's collection)."""

    name: str
    title: str
    folder: str  #: relative to the source folder, with ``/``, no slash at either end


#: Stands for the date of an article that has none: earlier than any clock has shown.
NO_DATE = datetime(1, 1, 2, tzinfo=UTC)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant_of(moment: datetime) -> int:
    """Return *moment*, an aware one, in microseconds since 1970.

    To compare two numbers is ten times as fast as two moments, whose zones are asked each time.
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(instant: int) -> datetime:
    """Return the moment of an *instant*, in UTC."""
    return _EPOCH + instant * _MICROSECOND


class Mention(NamedTuple):
    """Something that a text refers to and that may be an article, in its sentence."""

    to: str  #: the destination of a link, or a name
    by_name: bool = False  #: a name; ``#section`` may stand behind it
    before: str = ""  #: the sentence up to the words that refer, without markup
    words: str = ""  #: those words, "" where the title of what they refer to is shown
    after: str = ""


class Article(NamedTuple):
    """Everything about an article except its body."""

    docname: str
    path: str  #: of the file, relative to the source folder, with ``/``
    digest: str  #: of the file's bytes
    body_line: int
    title: str
    slug: str
    date: datetime  #: aware; :data:`NO_DATE` for none
    instant: int  #: the same, see :func:`instant_of`; what articles are ordered by
    collection: str
    updated: datetime | None = None
    facts: str = ""  #: digest of all that other pages, and its own besides its text, show of it
    authors: tuple[str, ...] = ()  #: keys of :class:`Author`
    names: tuple[str, ...] = ()  #: of the same authors, as printed
    author_urls: tuple[str, ...] = ()  #: of the same authors, "" for none; () where nobody has one
    et_al: bool = False  #: the byline ends in "et al."
    description: str = ""  #: the standfirst
    image: Image | None = None
    excerpt: str = ""  #: Markdown, by Jekyll's rule; the beginning of one that is an essay
    excerpt_separator: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    series: str = ""
    part: int = 0  #: of the series; 0 leaves its place to the date
    language: str = ""  #: of the article where it differs from the site's
    words: int = 0  #: a CJK character counts as one
    pinned: bool = False
    listed: bool = True  #: False: at its address, and in no listing
    draft: bool = False
    published: bool = True  #: False where ``published: false`` says so
    expires: datetime | None = None  #: left out from then on
    address: str = ""  #: path of the page below the site's root; "" leaves it to the builder
    redirect_from: tuple[str, ...] = ()  #: files, below the output, of addresses that it had
    redirect_to: str = ""  #: an address that its own leads on to, instead of its text
    terms: bytes = b""  #: what tells it from others, see :mod:`broadsheet.rules.terms`
    links: tuple[str, ...] = ()  #: destinations in the body that may name an article
    mentions: tuple[Mention, ...] = ()  #: the same and names, in the order of the text
    related: tuple[str, ...] | None = None  #: names that it gives; None leaves them to us
    matter: bytes = b""  #: a pickle of :attr:`front_matter`, which is asked of few

    @property
    def front_matter(self) -> Mapping[str, Any]:
        """Every key, for templates."""
        values: Mapping[str, Any] = pickle.loads(self.matter) if self.matter else NO_VALUES
        return values

    @property
    def dated(self) -> bool:
        """Tell whether the article has a date."""
        return self.date.year > 1 or self.date != NO_DATE  # to compare two zones is slow


class Redirect(NamedTuple):
    """An address that leads on: to a page of the site, or to another address."""

    address: str  #: its file below the output, with ``/``
    path: str  #: of the source that says so
    docname: str = ""  #: of the page, "" where it leads to no page
    to: str = ""  #: otherwise, as it is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The publication as a whole."""

    title: str
    description: str = ""
    url: str = ""  #: with the base path and a slash at the end, or ""
    language: str = "en"
    timezone: str = "UTC"
