"""The keys of one front matter, typed by Jekyll's rules."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import unquote, urlsplit

from broadsheet.model import Found, FrontMatter, Image, Problem, Subtype
from broadsheet.rules.author_registry import AuthorRegistry
from broadsheet.rules.destinations import subpath_of, with_subpath
from broadsheet.sources import dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a site says about all of its articles."""

    timezone: tzinfo = UTC
    excerpt_separator: str = "\n\n"
    authors: AuthorRegistry = field(default_factory=AuthorRegistry)
    suffixes: tuple[str, ...] = (".md", ".markdown")  #: longest match first
    collections_dir: str = ""  #: Jekyll's folder of collections, no slash at either end
    site: str = ""  #: its address, see :class:`broadsheet.model.Site`
    jekyll: bool = False  #: the source is a Jekyll repository
    wiki_links: bool = False  #: ``[[slug]]`` refers to an article
    related: bool = True  #: articles are compared by their terms
    unpublished: bool = False  #: what says ``published: false`` is published all the same
    found_by: tuple[object, ...] = ()  #: what decides which of its files are articles


class Reader:
    """Read the keys of one front matter, noting each fault with its line."""

    def __init__(self, found: Found, matter: FrontMatter, rules: Rules) -> None:
        self.found = found
        self.matter = matter
        self.rules = rules
        self.values: Mapping[str, Any] = {**found.defaults, **matter.values}
        self.problems = list(matter.problems)

    def fault(self, key: str, subtype: Subtype, message: str) -> None:
        """Note what is wrong with a key, with its line."""
        line = self.matter.lines.get(key, 1)
        self.problems.append(
            Problem(path=self.found.path, line=line, subtype=subtype, message=message)
        )

    def fault_of_address(self, key: str, message: str) -> None:
        """Note what is wrong with an address."""
        self.fault(key, Subtype.ADDRESS, message)

    def text(self, key: str, subtype: Subtype = Subtype.FRONT_MATTER) -> str:
        """Return a text, "" for none; numbers and dates are taken as they print."""
        value = self.values.get(key)
        if value is None or value is False:
            return ""
        if isinstance(value, Mapping | list | tuple | set):
            self.fault(key, subtype, f"{key} is {kind_of(value)} (expected a text); left out")
            return ""
        return " ".join(str(value).split())

    def excerpt(self) -> str:
        """Return the excerpt that is written, "" where the text has it (lib/jekyll/document.rb)."""
        value = self.values.get("excerpt")
        if value and not isinstance(value, str):
            found = f"excerpt is {kind_of(value)} (expected a text); that of the text is shown"
            self.fault("excerpt", Subtype.FRONT_MATTER, found)
        return value.strip() if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """Return a number from 1 on, 0 for none."""
        value = self.values.get(key)
        if value is None or value == "":
            return 0
        text = str(value).strip()
        if isinstance(value, int | str) and text.isdecimal() and int(text):
            return int(text)
        message = f"{key} {text[:60]!r} is no number from 1 on (expected e.g. 2); left out"
        self.fault(key, Subtype.FRONT_MATTER, message)
        return 0

    def flag(self, key: str) -> bool:
        """Return a switch; of texts only those that say yes are true."""
        value = self.values.get(key)
        if isinstance(value, str):
            return value.strip().lower() in {"true", "yes", "on", "1"}
        return bool(value)

    def moment(self, key: str, *, otherwise: str) -> datetime | None:
        """Return a date, None with a fault said where there is none to be read."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        moment = dates.parse_date(value, self.rules.timezone)
        if moment is None:
            self.fault(
                key,
                Subtype.DATE,
                f"{key} {str(value)[:60]!r} is not a date "
                f"(expected e.g. 2025-11-05 12:00:00 +0800); {otherwise}",
            )
        return moment

    def words_of(self, plural: str, singular: str) -> tuple[str, ...]:
        """Return tags or categories by Jekyll's rule: ``tags: a b`` is two, ``tag: a b`` one."""
        one = self.values.get(singular)
        names: list[str] = [str(one)] if isinstance(one, str | int | float) else []
        several = self.values.get(plural)
        if isinstance(several, str):
            names += several.split()
        elif isinstance(several, list | tuple):
            names += [str(name) for name in several if isinstance(name, str | int | float)]
        elif isinstance(several, int | float) and not isinstance(several, bool):
            names.append(str(several))
        elif several is not None:
            self.fault(
                plural,
                Subtype.FRONT_MATTER,
                f"{plural} is {kind_of(several)} (expected a list of texts); left out",
            )
        return tuple(dict.fromkeys(clean for name in names if (clean := " ".join(name.split()))))

    def names(self, key: str) -> tuple[str, ...] | None:
        """Return the names of a list, or of one; none of ``false``, None where nothing is said."""
        value = self.values.get(key)
        if value is None or value is True or value == "" or isinstance(value, Mapping):
            return None
        names = value if isinstance(value, list | tuple) else () if value is False else (value,)
        return tuple(dict.fromkeys(str(one).strip() for one in names if one not in (None, "")))

    def image(self) -> Image | None:
        """Return the lead image, from an address, a path or Jekyll's map."""
        value = self.values.get("image")
        if value is None or value == "" or value is False:
            return None
        details: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        src = details.get("path") or details.get("url") or details.get("src") if details else value
        if not isinstance(src, str) or not src.strip():
            expected = "expected an address or a path"
            self.fault(
                "image", Subtype.IMAGE, f"image is {kind_of(value)} ({expected}); none is shown"
            )
            return None
        place = self._image_place(src.strip())
        if place is None:
            return None
        return Image(
            src=place,
            alt=str(details.get("alt") or self.values.get("image_alt") or ""),
            caption=self.text("image_caption"),
            width=_pixels(details.get("width")),
            height=_pixels(details.get("height")),
            shared="image" not in self.matter.values,
        )

    def _image_place(self, src: str) -> str | None:
        src = with_subpath(src, subpath_of(self.values)) or src
        try:
            parts = urlsplit(src)
        except ValueError:
            self.fault("image", Subtype.IMAGE, f"image {src[:80]!r} is no address; none is shown")
            return None
        if parts.scheme in {"http", "https"} or src.startswith("//"):
            return src
        if parts.scheme or "\\" in src:
            self.fault(
                "image",
                Subtype.IMAGE,
                f"image {src[:80]!r} is neither http(s) nor a path; none is shown",
            )
            return None
        path = unquote(parts.path)
        if not path.startswith("/") and not self.rules.jekyll:
            path = posixpath.join(posixpath.dirname(self.found.path), path)
        place = posixpath.normpath(path.lstrip("/"))
        if place == ".." or place.startswith("../"):
            self.fault(
                "image", Subtype.IMAGE, f"image {src[:80]!r} leaves the source; none is shown"
            )
            return None
        return place


def kind_of(value: object) -> str:
    """Say what a value is, for a message."""
    if isinstance(value, bool):
        return f"{str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    return f"{type(value).__name__} {str(value)[:40]!r}"


def _pixels(value: object) -> int:
    text = str(value).removesuffix("px").strip()
    return int(text) if text.isdigit() and len(text) < 6 else 0
