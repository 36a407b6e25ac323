"""An article from its file: front matter and defaults, read by Jekyll's rules."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import unquote, urlsplit

from broadsheet.model import (
    NO_DATE,
    Article,
    Author,
    Found,
    FrontMatter,
    Image,
    Problem,
    Subtype,
    instant_of,
)
from broadsheet.rules.author_registry import AuthorRegistry
from broadsheet.rules.destinations import subpath_of, with_subpath
from broadsheet.rules.digest import digest, digest_of_bytes
from broadsheet.rules.language import language_of
from broadsheet.rules.links import article_links
from broadsheet.rules.redirects import read_former, read_target
from broadsheet.rules.words import count_words
from broadsheet.sources import dates, front_matter, permalinks
from broadsheet.sources.excerpt import closed_excerpt, take_excerpt
from broadsheet.sources.text_file import decode

#: A file above this size is built, and named: it is rarely an article.
LARGE = 8_000_000


#: Characters of an excerpt that are kept; a card shows some 400.
LONGEST_EXCERPT = 4_000


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
    found_by: tuple[object, ...] = ()  #: what decides which of its files are articles


class _Reader:
    """Read the keys of one front matter, noting each fault with its line."""

    def __init__(self, found: Found, matter: FrontMatter, rules: Rules) -> None:
        self.found = found
        self.matter = matter
        self.rules = rules
        self.values: Mapping[str, Any] = {**found.defaults, **matter.values}
        self.problems = list(matter.problems)

    def fault(self, key: str, subtype: Subtype, message: str) -> None:
        line = self.matter.lines.get(key, 1)
        self.problems.append(
            Problem(path=self.found.path, line=line, subtype=subtype, message=message)
        )

    def fault_of_address(self, key: str, message: str) -> None:
        self.fault(key, Subtype.ADDRESS, message)

    def text(self, key: str, subtype: Subtype = Subtype.FRONT_MATTER) -> str:
        """Return a text, "" for none; numbers and dates are taken as they print."""
        value = self.values.get(key)
        if value is None or value is False:
            return ""
        if isinstance(value, Mapping | list | tuple | set):
            self.fault(key, subtype, f"{key} is {_kind(value)} (expected a text); left out")
            return ""
        return " ".join(str(value).split())

    def flag(self, key: str) -> bool:
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
                f"{plural} is {_kind(several)} (expected a list of texts); left out",
            )
        return tuple(dict.fromkeys(clean for name in names if (clean := " ".join(name.split()))))

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
                "image", Subtype.IMAGE, f"image is {_kind(value)} ({expected}); none is shown"
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


def read_article(found: Found, data: bytes, rules: Rules) -> tuple[Article, tuple[Problem, ...]]:
    """Read one article; every fault is returned as a problem, none is raised.

    The precedence is Jekyll's: front matter, then the defaults of its scopes,
    then the file's name, then the site.
    """
    text, faults = decode(data, found.path)
    matter = front_matter.parse(text, found.path)
    reader = _Reader(found, matter, rules)
    reader.problems[:0] = faults
    _check_presence(reader, data, text)
    body = "\n".join(text.split("\n")[matter.body_line - 1 :])
    name = dates.read_file_name(found.path)
    separator = _separator(reader)
    authors, et_al = _byline(reader)
    date = _date(reader, name)
    article = Article(
        docname=docname_of(found.path, rules.suffixes),
        path=found.path,
        digest=digest_of_bytes(data),
        body_line=matter.body_line,
        title=_title(reader, name.slug),
        slug=str(reader.values.get("slug") or name.slug),
        date=date,
        instant=instant_of(date),
        updated=_updated(reader),
        collection=found.collection,
        authors=tuple(author.key for author in authors),
        names=tuple(author.name for author in authors),
        author_urls=_urls(authors),
        et_al=et_al,
        description=reader.text("description"),
        image=reader.image(),
        excerpt=_card_sized(take_excerpt(body, separator).strip("\n")),
        excerpt_separator=separator,
        tags=reader.words_of("tags", "tag"),
        categories=tuple(
            dict.fromkeys([*found.categories, *reader.words_of("categories", "category")])
        ),
        series=reader.text("series"),
        language=reader.text("lang") or reader.text("language") or language_of(body),
        words=count_words(body),
        pinned=reader.flag("pin"),
        listed=found.listed and not _is_unlisted(reader),
        draft=found.draft or reader.flag("draft"),
        published=reader.values.get("published") is not False,
        expires=reader.moment("expiry_date", otherwise="it never expires"),
        redirect_from=read_former(reader.values, reader.fault_of_address),
        redirect_to=read_target(reader.values, reader.fault_of_address),
        links=article_links(body, rules.site),
        front_matter=reader.values,
    )
    article = _with_facts(_with_address(article, reader))
    return article, tuple(reader.problems)


def _with_facts(article: Article) -> Article:
    """Leave out what the text alone tells: of its words, only the file of the catalogue."""
    return article._replace(facts=digest(article._replace(digest="", words=0)))


def _check_presence(reader: _Reader, data: bytes, text: str) -> None:
    if not text.strip():
        reader.fault("", Subtype.SOURCE, "the file is empty; an article without text is made")
    elif not reader.matter.values and not reader.matter.problems:
        reader.fault(
            "",
            Subtype.FRONT_MATTER,
            "no front matter (expected a block between two lines of ---);"
            " title and date are taken from the file name",
        )
    if len(data) > LARGE:
        size = len(data) / 1_000_000
        reader.fault(
            "",
            Subtype.SOURCE,
            f"the file holds {size:.0f} MB (expected less than {LARGE / 1_000_000:.0f}); built all"
            " the same",
        )


def docname_of(path: str, suffixes: tuple[str, ...]) -> str:
    """Return the name of the document in the file *path*: without the longest ending that fits."""
    for suffix in sorted(suffixes, key=len, reverse=True):
        if path.endswith(suffix):
            return path.removesuffix(suffix)
    return path


def _title(reader: _Reader, slug: str) -> str:
    title = reader.text("title", Subtype.TITLE)
    if title:
        return title
    # Jekyll's rule: Utils.titleize_slug, each word of the slug capitalised.
    made = " ".join(word.capitalize() for word in slug.replace("_", "-").split("-") if word)
    made = made or "Untitled"
    if reader.matter.values and not any(
        problem.subtype is Subtype.TITLE for problem in reader.problems
    ):
        reader.fault(
            "title", Subtype.TITLE, f"no title (expected title: …); the file name gives {made!r}"
        )
    return made


def _date(reader: _Reader, name: dates.FileName) -> datetime:
    by_name = (
        datetime.combine(name.date, datetime.min.time(), tzinfo=reader.rules.timezone)
        if name.date
        else None
    )
    fallback = f"using the file name's {name.date}" if by_name else "dated before all others"
    date = reader.moment("date", otherwise=fallback)
    if date is not None:
        return date
    if by_name is not None:
        if name.faulty:
            message = f"no such day as in the file name; dated {name.date}, as Jekyll does"
            reader.fault("date", Subtype.DATE, message)
        return by_name
    if not any(problem.subtype is Subtype.DATE for problem in reader.problems):
        where = "in the file name is impossible" if name.faulty else "nor in the file name"
        reader.fault("date", Subtype.DATE, f"no date, {where}; dated before all others")
    return NO_DATE


def _updated(reader: _Reader) -> datetime | None:
    for key in ("updated", "last_modified_at", "modified"):
        moment = reader.moment(key, otherwise="left out")
        if moment is not None:
            return moment
    return None


def _separator(reader: _Reader) -> str:
    value = reader.values.get("excerpt_separator")
    if isinstance(value, str):
        return value
    return reader.rules.excerpt_separator


def _card_sized(excerpt: str) -> str:
    """Cut an excerpt that is a whole essay at the end of a paragraph.

    Without a separator in its text an article is its own excerpt.  A card shows a
    few lines of it, and an article has a card in half a dozen listings.
    """
    if len(excerpt) <= LONGEST_EXCERPT:
        return excerpt
    end = excerpt.rfind("\n\n", 0, LONGEST_EXCERPT)
    end = end if end > 0 else LONGEST_EXCERPT
    head = excerpt[:end]
    return closed_excerpt(head, excerpt[end:]) if "{%" in head else head.rstrip()


def _byline(reader: _Reader) -> tuple[tuple[Author, ...], bool]:
    key = "author" if reader.values.get("author") else "authors"
    byline = reader.rules.authors.split(reader.values.get(key))
    if byline.faulty:
        reader.fault(
            key,
            Subtype.AUTHOR,
            f"{key} is {_kind(reader.values.get(key))} without a name"
            " (expected a name, or a list of names); left out of the byline",
        )
    authors = reader.rules.authors.authors_of(byline)
    # an address of their own identifies authors better than the spelling of a name
    known = reader.rules.authors.find(reader.text("author_email") or "")
    if known is not None and len(authors) == 1:
        authors = (known,)
    return authors, byline.et_al


def _urls(authors: tuple[Author, ...]) -> tuple[str, ...]:
    urls = tuple(author.url for author in authors)
    return urls if any(urls) else ()


def _is_unlisted(reader: _Reader) -> bool:
    return reader.flag("unlisted") or reader.values.get("listed") is False


def _with_address(article: Article, reader: _Reader) -> Article:
    """Give the article its address: its own ``permalink``, or the pattern of the layout."""
    slug, fault = permalinks.safe("/" + article.slug)
    if fault or "/" in article.slug:
        slug = slug.removesuffix(".html").strip("/").replace("/", "-")
        found = f"slug {article.slug[:80]!r} {fault or 'has a /'}"
        reader.fault("slug", Subtype.ADDRESS, f"{found}; now {slug!r}")
        article = article._replace(slug=slug)
    own = reader.text("permalink", Subtype.ADDRESS)
    ending = permalinks.output_ext(own) if own else ".html"
    parts = permalinks.Parts(
        collection=article.collection,
        path=permalinks.cleaned_path(
            article.path, article.collection, reader.rules.collections_dir
        ),
        name=posixpath.basename(article.docname),
        slug=article.slug,
        date=_in_zone(article.date, reader.rules.timezone),
        categories=article.categories,
        output_ext=ending,
    )
    pattern = own or reader.found.permalink
    if not pattern:
        return article
    url, fault = permalinks.safe(permalinks.expand(pattern, parts))
    if own:
        # filling a pattern takes ".." out in silence, as in Jekyll: so look before
        fault = permalinks.safe(own)[1] or fault
        if fault:
            found = f"permalink {own[:80]!r} {fault}"
            reader.fault("permalink", Subtype.ADDRESS, f"{found}; now {url!r}")
    return article._replace(address=permalinks.output_path(url, ending).lstrip("/"))


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # in the first or last hours of the calendar
        return moment


def _kind(value: object) -> str:
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
