"""An article from its file: front matter and defaults, read by Jekyll's rules."""

from __future__ import annotations

import pickle
import posixpath
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from broadsheet.model import (
    HTML_ENDINGS,
    NO_DATE,
    Article,
    Author,
    Found,
    Problem,
    Subtype,
    instant_of,
)
from broadsheet.rules.article.keys import Reader, Rules, kind_of
from broadsheet.rules.digest import digest, digest_of_bytes
from broadsheet.rules.language import language_of
from broadsheet.rules.links import destinations, read_links
from broadsheet.rules.mentions import Grammar, mentions_in
from broadsheet.rules.redirects import read_former, read_target
from broadsheet.rules.terms import terms_of
from broadsheet.rules.words import count_words
from broadsheet.sources import dates, front_matter, permalinks
from broadsheet.sources.excerpt import closed_excerpt, take_excerpt
from broadsheet.sources.text_file import decode

__all__ = ["LARGE", "LONGEST_EXCERPT", "Rules", "docname_of", "read_article"]

#: A file above this size is built, and named: it is rarely an article.
LARGE = 8_000_000

#: Characters of an excerpt that are kept; a card shows some 400.
LONGEST_EXCERPT = 4_000


def read_article(found: Found, data: bytes, rules: Rules) -> tuple[Article, tuple[Problem, ...]]:
    """Read one article; every fault is returned as a problem, none is raised.

    The precedence is Jekyll's: front matter, then the defaults of its scopes,
    then the file's name, then the site.
    """
    text, faults = decode(data, found.path)
    matter = front_matter.parse(text, found.path)
    reader = Reader(found, matter, rules)
    reader.problems[:0] = faults
    _check_presence(reader, data, text)
    body = "\n".join(text.split("\n")[matter.body_line - 1 :])
    name = dates.read_file_name(found.path)
    separator = _separator(reader)
    authors, et_al = _byline(reader)
    date = _date(reader, name)
    written = reader.excerpt()
    text_of_links = f"{body}\n\n{written}" if written else body
    links = read_links(text_of_links, rules.site)
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
        excerpt=_card_sized(written or _taken(found.path, body, separator)),
        excerpt_separator=separator,
        tags=reader.words_of("tags", "tag"),
        categories=tuple(
            dict.fromkeys([*found.categories, *reader.words_of("categories", "category")])
        ),
        series=reader.text("series"),
        part=reader.number("part"),
        language=reader.text("lang") or reader.text("language") or language_of(body),
        words=count_words(body),
        pinned=reader.flag("pin"),
        listed=found.listed and not _is_unlisted(reader),
        draft=found.draft or reader.flag("draft"),
        published=rules.unpublished or reader.values.get("published") is not False,
        expires=reader.moment("expiry_date", otherwise="it never expires"),
        redirect_from=read_former(reader.values, reader.fault_of_address),
        redirect_to=read_target(reader.values, reader.fault_of_address),
        links=destinations(links, rules.site),
        mentions=mentions_in(text_of_links, links, _grammar(rules)),
        related=reader.names("related"),
        matter=pickle.dumps(reader.values, pickle.HIGHEST_PROTOCOL),
    )
    if rules.related and article.listed:
        terms = terms_of(article.title, article.description, article.tags, body)
        article = article._replace(terms=terms)
    article = _with_facts(_with_address(article, reader), reader.values)
    return article, tuple(reader.problems)


def _grammar(rules: Rules) -> Grammar:
    return Grammar(site=rules.site, roles=not rules.jekyll, wiki_links=rules.wiki_links)


def _with_facts(article: Article, values: Mapping[str, Any]) -> Article:
    """Leave out what the text alone tells: few files show of its words and sentences."""
    shown = article._replace(digest="", words=0, terms=b"", mentions=(), matter=b"")
    return article._replace(facts=digest(shown, values))


def _check_presence(reader: Reader, data: bytes, text: str) -> None:
    if not text.strip():
        reader.fault("", Subtype.SOURCE, "the file is empty; an article without text is made")
    elif not (reader.matter.values or reader.matter.problems or reader.matter.body_line > 1):
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


def _title(reader: Reader, slug: str) -> str:
    title = reader.text("title", Subtype.TITLE)
    if title:
        return title
    # Jekyll's rule: Utils.titleize_slug, each word of the slug capitalised.
    made = " ".join(word.capitalize() for word in slug.replace("_", "-").split("-") if word)
    made = made or "Untitled"
    matter = reader.matter  # which may be empty
    is_there = matter.values or (matter.body_line > 1 and not matter.problems)
    if is_there and not any(problem.subtype is Subtype.TITLE for problem in reader.problems):
        reader.fault(
            "title", Subtype.TITLE, f"no title (expected title: …); the file name gives {made!r}"
        )
    return made


def _date(reader: Reader, name: dates.FileName) -> datetime:
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
    if name.faulty and not any(problem.subtype is Subtype.DATE for problem in reader.problems):
        message = "no date, in the file name is impossible; dated before all others"
        reader.fault("date", Subtype.DATE, message)
    return NO_DATE  # which is a fault among dated articles alone, see undated


def _updated(reader: Reader) -> datetime | None:
    for key in ("updated", "last_modified_at", "modified"):
        moment = reader.moment(key, otherwise="left out")
        if moment is not None:
            return moment
    return None


def _separator(reader: Reader) -> str:
    value = reader.values.get("excerpt_separator")
    if isinstance(value, str):
        return value
    return reader.rules.excerpt_separator


def _taken(path: str, body: str, separator: str) -> str:
    """Take the excerpt from a text; from HTML as a block that nobody takes for Markdown's code."""
    excerpt = take_excerpt(body, separator).strip("\n")
    if not path.endswith(HTML_ENDINGS):
        return excerpt
    return "\n".join(filter(None, map(str.strip, excerpt.split("\n"))))


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


def _byline(reader: Reader) -> tuple[tuple[Author, ...], bool]:
    key = "author" if reader.values.get("author") else "authors"
    byline = reader.rules.authors.split(reader.values.get(key))
    if byline.faulty:
        reader.fault(
            key,
            Subtype.AUTHOR,
            f"{key} is {kind_of(reader.values.get(key))} without a name"
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


def _is_unlisted(reader: Reader) -> bool:
    return reader.flag("unlisted") or reader.values.get("listed") is False


def _with_address(article: Article, reader: Reader) -> Article:
    """Give the article its address: its own ``permalink``, or the pattern of the layout."""
    slug, fault = permalinks.safe("/" + article.slug)
    if fault or "/" in article.slug:
        slug = slug.removesuffix(".html").strip("/").replace("/", "-")
        found = f"slug {article.slug[:80]!r} {fault or 'has a /'}"
        reader.fault("slug", Subtype.ADDRESS, f"{found}; now {slug!r}")
        article = article._replace(slug=slug)
    own = reader.text("permalink", Subtype.ADDRESS)
    ending = permalinks.output_ext(own, permalinks.page_ending(article.path))
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
    if "permalink" in reader.matter.values and (unfilled := permalinks.fault_of(own)):
        found = f"permalink {own[:80]!r} {unfilled}"
        reader.fault("permalink", Subtype.ADDRESS, f"{found}; it stays as it is")
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
