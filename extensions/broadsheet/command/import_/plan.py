"""What goes where: every file of the new project, before any is made."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from broadsheet.model import HTML_ENDINGS, Found
from broadsheet.rules import article as articles
from broadsheet.rules.article import Rules
from broadsheet.rules.pages import usual_menu
from broadsheet.sources import permalinks
from broadsheet.sources.folders import is_folder

if TYPE_CHECKING:
    from broadsheet.command.import_.archive import Archive, Page
    from broadsheet.model import Article

#: Why nothing is made of a file.
FILE = "made by the theme, which is not used, or no page of its own"
LISTED = "a listing stands in its place"

#: The source folder of the new project.
DOCS = "docs"
#: Files that are copied as they are, below the source folder; Sphinx's ``html_extra_path``.
EXTRA = "_extra"
#: Images that Jekyll does not publish, and Broadsheet shows all the same.
MEDIA = "_media"
REGISTRY = "authors.yml"

_SUFFIXES = (".md",)
_LEFT_TO_THE_THEME = frozenset({"layout"})
#: Keys that are looked at for each article.
_OF_EACH = frozenset({"permalink", "image", "published", "media_subpath", "img_path"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A collection of the new project."""

    name: str
    title: str
    folder: str
    permalink: str = ""  #: of its articles, unless they have their own; "" for their paths
    defaults: Mapping[str, Any]  #: front matter that all of them share


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where each file of a repository goes; paths are relative to the source folder."""

    archive: Archive
    articles: Mapping[str, str]  #: old path to new
    pages: Mapping[str, str]
    static: Mapping[str, str]
    streams: tuple[Stream, ...]
    menu: tuple[str, ...]  #: pages that the sidebar names
    front: str  #: page to which the front page leads on, by its old path; "" where none does
    left_out: tuple[tuple[str, str], ...]  #: a path, and why nothing is made of it

    @cached_property
    def rules(self) -> Rules:
        """The rules by which the new project's articles are read."""
        old = self.archive.rules
        return Rules(
            timezone=old.timezone,
            excerpt_separator=old.excerpt_separator,
            authors=old.authors,
            suffixes=_SUFFIXES,
            site=old.site,
        )

    def found(self, path: str) -> Found:
        """Return an article as the new project finds it; *path* is the old one."""
        old = self.archive.found[path]
        stream = next(one for one in self.streams if one.name == old.collection)
        new = self.articles[path]
        inside = new.removeprefix(f"{stream.folder}/").split("/")
        defaults = {**stream.defaults}
        if stream.permalink:
            defaults["permalink"] = stream.permalink
        return Found(
            path=new,
            collection=stream.name,
            draft="_drafts" in inside[:-1],
            listed=not any(part.startswith("_") and part != "_drafts" for part in inside),
            defaults=defaults,
        )


def make(archive: Archive) -> Plan:
    """Plan the new project."""
    pages = dict(_documents(archive))
    folders = _folders(archive, pages.values())
    placed = dict(_placed(archive, folders))
    streams = tuple(
        Stream(
            name=one.name,
            title=one.title,
            folder=folders[one.name],
            defaults=_shared(archive, one.name),
        )
        for one in archive.collections
    )
    plan = Plan(
        archive=archive,
        articles=placed,
        pages=pages,
        static={path: f"{EXTRA}/{address.lstrip('/')}" for path, address in archive.files.static},
        streams=streams,
        menu=tuple(_menu(archive, pages)),
        front=_front(archive, pages),
        left_out=tuple(_left_out(archive, pages)),
    )
    streams = tuple(_with_permalink(plan, one) for one in streams)
    return replace(plan, streams=streams or (_FIRST,))


#: The collection of a project that begins without articles.
_FIRST = Stream(name="posts", title="Posts", folder="posts", defaults={})


def _documents(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield the old and the new path of each hand-written page.

    A page of Sphinx ends in ``.html``: one that has ended in ``.htm`` gets another address.
    """
    pages = (page for page in archive.pages if _is_kept(page, archive))
    kept = sorted(pages, key=lambda page: page.address.endswith(".htm"))
    taken: set[str] = set()
    for page in kept:
        stem = posixpath.splitext(page.address)[0]
        names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
        stem = next(name for name in names if name.casefold() not in taken)
        taken.add(stem.casefold())
        yield page.path, f"{stem}.md"


def _is_kept(page: Page, archive: Archive) -> bool:
    """Tell whether a page can be a document, and no listing takes its place."""
    is_left_out = page.listing in archive.listings and not page.to
    return page.address.endswith(HTML_ENDINGS) and not is_left_out


def _menu(archive: Archive, pages: Mapping[str, str]) -> Iterator[str]:
    """Yield the pages that the sidebar of the repository names."""
    names = _names(archive)
    for name in usual_menu(names):
        if new := pages.get(names[name]):
            yield new


def _front(archive: Archive, pages: Mapping[str, str]) -> str:
    """Return the page that would be the front page if it did not want another address."""
    path = _names(archive).get("index", "")
    is_moved = path in pages and "index.md" not in pages.values()
    has_body = any(
        page.path == path and page.body.strip() and not page.to for page in archive.pages
    )
    return path if is_moved and has_body else ""


def _names(archive: Archive) -> dict[str, str]:
    """Return the paths of pages by the names of their documents."""
    suffixes = (*archive.rules.suffixes, *HTML_ENDINGS)
    return {articles.docname_of(page.path, suffixes): page.path for page in archive.pages}


def _left_out(archive: Archive, pages: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path in sorted({*archive.files.theme_pages, *archive.files.pages} - pages.keys()):
        is_list = any(page.path == path and page.listing for page in archive.pages)
        yield path, LISTED if is_list else FILE
    for one in archive.site.collections:
        if not one.output and one.name != "posts" and is_folder(archive.root / one.folder):
            yield one.folder, "a collection without pages"


# folders and names


def _folders(archive: Archive, pages: Iterable[str]) -> dict[str, str]:
    """Name the folder of each collection: no hand-written page may be among the articles."""
    taken = {path.partition("/")[0].casefold() for path in pages if not _is_index(path)}
    taken |= {"_build", EXTRA, MEDIA, "_static", "_templates"}
    folders: dict[str, str] = {}
    for one in archive.collections:
        name = one.name.strip(".") or "articles"
        names = (name, f"_{name}", *(f"_{name}-{number}" for number in range(2, 1000)))
        folder = next(name for name in names if name.casefold() not in taken)
        folders[one.name] = folder
        taken.add(folder.casefold())
    return folders


def _is_index(path: str) -> bool:
    return path.count("/") == 1 and path.endswith("/index.md")


def _placed(archive: Archive, folders: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the old and the new path of each article."""
    taken: set[str] = set()
    for path in sorted(archive.articles):
        found = archive.found[path]
        folder = folders[found.collection]
        stem = articles.docname_of(_inside(archive, found), archive.rules.suffixes)
        if posixpath.basename(stem) == "index":
            stem += "-article"  # which a hand-written page would be
        names = (stem, *(f"{stem}-{number}" for number in range(2, 10_000)))
        stem = next(name for name in names if name.casefold() not in taken)
        taken.add(stem.casefold())
        yield path, f"{folder}/{stem}.md"


def _inside(archive: Archive, found: Found) -> str:
    """Return the path of an article below the folder of its collection."""
    home = archive.site.collections_dir
    path = found.path.removeprefix(f"{home}/") if home else found.path
    if found.collection != "posts":
        return path.removeprefix(f"_{found.collection}/")
    above, magic, below = re.split(r"(?:^|/)(_posts|_drafts)/", f"/{path}", maxsplit=1)
    folders = [part.lstrip("_") for part in above.split("/") if part.strip("_")]
    return "/".join([*folders, *(["_drafts"] if magic == "_drafts" else []), below])


# front matter and addresses


def _shared(archive: Archive, collection: str) -> dict[str, Any]:
    """Return the defaults that all articles of a collection have, as ``conf.py`` can hold them."""
    each = [one.defaults for one in archive.found.values() if one.collection == collection]
    first = each[0] if each else {}
    return {
        key: value
        for key, value in first.items()
        if key not in _LEFT_TO_THE_THEME | _OF_EACH
        and _is_plain(value)
        and all(key in one and one[key] == value for one in each)
    }


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    is_date = isinstance(value, date | datetime)
    return value is None or (isinstance(value, str | int | float | bool) and not is_date)


def _with_permalink(plan: Plan, stream: Stream) -> Stream:
    """Give a collection the pattern by which most of its articles have their addresses.

    Those that are published count; where there are none, the others do.
    """
    archive = plan.archive
    paths = [path for path, one in archive.found.items() if one.collection == stream.name]
    paths = [path for path in paths if path in archive.catalogue.by_path] or paths
    patterns = Counter(archive.found[path].permalink for path in paths)
    usual = patterns.most_common(1)[0][0] if patterns else ""
    choices = ["", usual, usual.replace("/:collection/:path", "/:path")]
    ranked = []
    for pattern in dict.fromkeys(choices):
        tried = replace(plan, streams=(replace(stream, permalink=pattern),))
        right = sum(_has_address(tried, path) for path in paths[:_TRIED])
        ranked.append((-right, choices.index(pattern), pattern))
    return replace(stream, permalink=min(ranked)[2])


#: Articles of a collection by which its pattern is chosen.
_TRIED = 500


def _has_address(plan: Plan, path: str) -> bool:
    """Tell whether the pattern of a collection gives an article the address that it has."""
    old, new = plan.archive.articles.get(path), plan.found(path)
    if old is None or "permalink" in old.front_matter:
        return True  # no pattern matters
    name = articles.docname_of(new.path, _SUFFIXES)
    pattern = str(new.defaults.get("permalink", ""))
    parts = permalinks.Parts(
        collection=new.collection,
        path=permalinks.cleaned_path(new.path, new.collection),
        name=posixpath.basename(name),
        slug=old.slug,
        date=old.date.astimezone(plan.rules.timezone) if old.dated else old.date,
        categories=old.categories,
    )
    address = (
        permalinks.output_path(permalinks.expand(pattern, parts)) if pattern else f"{name}.html"
    )
    return address.lstrip("/") == address_of(old)


def page_of(document: str) -> str:
    """Return the file of a document's page, below the output."""
    return f"{document.removesuffix('.md')}.html"


def address_of(article: Article) -> str:
    """Return the file of an article's page, below the output."""
    return article.address or f"{article.docname}.html"
