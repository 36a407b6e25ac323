"""What an audit finds: faults with their place, and constructs with their number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple


class Kind(StrEnum):
    """The closed set of findings."""

    SOURCE = "source"
    SITE = "site"
    FRONT_MATTER = "front_matter"
    DATE = "date"
    ADDRESS = "address"
    LIQUID = "liquid"
    INCLUDE = "include"
    DIALECT = "dialect"
    PLUGIN = "plugin"
    LINK = "link"
    ANCHOR = "anchor"
    REFERENCE = "reference"
    SCHEME = "scheme"
    IMAGE = "image"
    IMAGE_FILE = "image_file"
    THEME_PAGE = "theme_page"
    WITHHELD = "withheld"
    SLUG = "slug"
    KEY = "key"
    AUTHOR = "author"
    ALT = "alt"
    CODE = "code"

    @property
    def meaning(self) -> str:
        """Say in one sentence what the findings of this kind are about."""
        return _MEANINGS[self]

    @property
    def is_fault(self) -> bool:
        """Tell what is broken or not supported from what is merely worth knowing."""
        return self not in _NOTES


_NOTES = frozenset({Kind.SLUG, Kind.KEY, Kind.AUTHOR, Kind.ALT, Kind.CODE, Kind.WITHHELD})

_MEANINGS: Mapping[Kind, str] = MappingProxyType({
    Kind.SOURCE: "A file cannot be read, is empty, or is not UTF-8.",
    Kind.SITE: "The configuration of the site is faulty, or cannot be read without running it.",
    Kind.FRONT_MATTER: "A value of the front matter is missing, or not what its key expects.",
    Kind.DATE: "A date is missing, impossible or unreadable.",
    Kind.ADDRESS: "Two pages claim one address, an address leaves the site, or a permalink has an unknown placeholder.",
    Kind.LIQUID: "A Liquid tag or filter is not supported, or names an article that is not there.",
    Kind.INCLUDE: "An include takes in a file that is not there.",
    Kind.DIALECT: "A construct of kramdown is not supported, or names what is defined nowhere.",
    Kind.PLUGIN: "A plug-in of Jekyll has no counterpart.",
    Kind.LINK: "A link leads to no page and no file of the site.",
    Kind.ANCHOR: "A link leads to an anchor that no heading has.",
    Kind.REFERENCE: "A reference link has no definition and shows as text.",
    Kind.SCHEME: "A link has no scheme that is known, or none at all.",
    Kind.IMAGE: "An image is malformed, or the lead image is no address.",
    Kind.IMAGE_FILE: "The file of an image is missing.",
    Kind.THEME_PAGE: "A link leads to a file that is left out, as `feed.xml` of a theme is.",
    Kind.WITHHELD: "A link leads to an article that is not published.",
    Kind.SLUG: "Several articles have one name once the date is dropped.",
    Kind.KEY: "A key of the front matter is probably misspelt.",
    Kind.AUTHOR: "Names of authors that differ little are taken for different people.",
    Kind.ALT: "An image has no alternative text.",
    Kind.CODE: "Code is in a language that no highlighter knows; it is shown plain.",
})  # fmt: skip


class Finding(NamedTuple):
    """Something to look at."""

    path: str  #: relative to the source folder, with ``/``
    line: int  #: counted from 1; 0 when the whole file is meant
    kind: Kind
    text: str  #: one line


class Use(NamedTuple):
    """A construct that a file uses."""

    group: str  #: ``dialect``, ``html``, ``code``, ``tag``, ``filter``
    name: str
    number: int  #: how often
    line: int  #: of the first one


class Place(NamedTuple):
    """Something that a text names, with the line on which it does so."""

    line: int
    name: str


class Lines:
    """The line in the file of each position in a text, found in the time of a dictionary's."""

    def __init__(self, text: str, first: int = 1) -> None:
        self._text, self._first = text, first
        self._ends: list[int] | None = None

    def at(self, position: int) -> int:
        """Return the line on which *position* stands."""
        if self._ends is None:  # most texts are never asked
            lengths = (len(line) + 1 for line in self._text.split("\n"))
            self._ends = list(accumulate(lengths))
        return self._first + bisect_right(self._ends, position)
