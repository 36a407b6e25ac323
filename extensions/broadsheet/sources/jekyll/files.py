"""Find what Jekyll would publish of a repository: articles, pages, templates and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from posixpath import basename, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote

from broadsheet.model import HTML_ENDINGS, Found, Problem, Subtype
from broadsheet.sources.folders import entries, is_file, is_folder, link_fault
from broadsheet.sources.jekyll.globs import crossing
from broadsheet.sources.jekyll.scopes import Defaults, front_matter_defaults
from broadsheet.sources.permalinks import clean, collection_pattern, site_pattern

if TYPE_CHECKING:
    from broadsheet.sources.jekyll.site import JekyllCollection, JekyllSite

#: Where a file that Jekyll hides is found: flat, by its untouched name.
UNLISTED_PATTERN = "/:collection/:basename:output_ext"


_HIDING = frozenset("._#~")  # first letters (lib/jekyll/entry_filter.rb)
_DATED = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-.*\.[^.]+\Z", re.DOTALL)  # DATE_FILENAME_MATCHER
_NAMED = re.compile(r".*\.[^.]+\Z", re.DOTALL)  # DATELESS_FILENAME_MATCHER
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?---\s*\n")
_HEADER_BYTES = 1024  # of a first line; nobody types more blanks behind `---`
_SPECIAL = frozenset({"posts", "data"})  # collections that Jekyll reads elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Everything of a repository that has a place in the published site, sorted by path."""

    articles: tuple[Found, ...]
    pages: tuple[str, ...]  #: Markdown with front matter, outside the collections
    theme_pages: tuple[str, ...]  #: other files with front matter: templates of the theme
    static: tuple[tuple[str, str], ...]  #: (path, address); the address starts with ``/``
    problems: tuple[Problem, ...] = ()


def find_articles(
    root: Path,
    site: JekyllSite,
    *,
    drafts: bool,
    unlisted: bool,
    outside: tuple[Path, ...] = (),
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Find the articles alone; see :func:`walk`."""
    files = walk(root, site, drafts=drafts, unlisted=unlisted, outside=outside)
    return files.articles, files.problems


def walk(
    root: Path,
    site: JekyllSite,
    *,
    drafts: bool = False,
    unlisted: bool = False,
    outside: tuple[Path, ...] = (),
    known: Callable[[str], Found | None] = lambda path: None,
) -> Files:
    """Go through a repository once, by the rules of lib/jekyll/reader.rb and collection.rb.

    ``drafts`` adds ``_drafts/``; ``unlisted`` adds what a ``_`` hides inside a collection;
    ``outside`` are folders to pass over, of builds for instance; ``known`` gives the article
    that a path was, while its file is the same and so is :func:`walked_by`.
    """
    tree = _Tree(
        root=root,
        site=site,
        drafts=drafts,
        unlisted=unlisted,
        outside=_relative(root, [*outside, *([root / site.destination] * bool(site.destination))]),
        filter=_Filter.of(site),
        defaults=front_matter_defaults(site),
        known=known,
    )
    tree.read()
    return tree.files()


def walked_by(site: JekyllSite, *, drafts: bool, unlisted: bool) -> tuple[object, ...]:
    """Return what decides which paths are articles, and what is found of them."""
    return (
        drafts, unlisted, site.include, site.exclude, site.markdown_ext,
        site.collections, site.collections_dir, site.defaults, site.permalink,
    )  # fmt: skip


class _Verdict(Enum):
    """What Jekyll's entry filter says of a name."""

    KEPT = auto()
    HIDDEN = auto()  #: by a ``_`` and nothing else
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class _Patterns:
    """A list of ``exclude`` or ``include``: globs, prefixes and folders."""

    texts: tuple[str, ...]
    globs: re.Pattern[str]  #: all of them in one

    @classmethod
    def of(cls, texts: tuple[str, ...]) -> _Patterns:
        rooted = tuple(text.lstrip("/") for text in texts)
        globs = "|".join(crossing(text).pattern for text in rooted) or "(?!)"
        return cls(texts=rooted, globs=re.compile(globs, re.DOTALL))

    def hold(self, path: str, is_folder: bool) -> bool:
        """Tell whether a path is meant (lib/jekyll/entry_filter.rb, glob_include?)."""
        return (
            path.startswith(self.texts)
            or self.globs.match(path) is not None
            or (is_folder and f"{path}/" in self.texts)
        )


@dataclass(frozen=True, slots=True)
class _Filter:
    """Jekyll's entry filter, without the rule for links."""

    include: _Patterns
    exclude: _Patterns

    @classmethod
    def of(cls, site: JekyllSite) -> _Filter:
        exclude = tuple(text for text in site.exclude if text not in site.include)
        return cls(include=_Patterns.of(site.include), exclude=_Patterns.of(exclude))

    def judge(self, base: str, entry: str, is_folder: bool = False) -> _Verdict:
        """Judge a path below a folder, both relative (lib/jekyll/entry_filter.rb, filter).

        Only the first and the last name of the path can hide it, as in Jekyll.
        """
        name = basename(entry)
        if entry.endswith("."):
            return _Verdict.LEFT_OUT
        included = self.include.hold(entry, is_folder) or (
            name != entry and self.include.hold(name, is_folder)
        )
        if not included and self.exclude.hold(f"{base}/{entry}" if base else entry, is_folder):
            return _Verdict.LEFT_OUT
        marks = {entry[0], name[0]} & _HIDING
        if included or not (marks or entry.endswith("~")):
            return _Verdict.KEPT
        return _Verdict.HIDDEN if _is_merely_hidden(entry) else _Verdict.LEFT_OUT


def _is_merely_hidden(entry: str) -> bool:
    return not entry.endswith("~") and not any(part[:1] in ".#~" for part in entry.split("/"))


@dataclass(slots=True, kw_only=True)
class _Tree:
    """A walk under way: the rules that it goes by, and what it has found."""

    root: Path
    site: JekyllSite
    drafts: bool
    unlisted: bool
    outside: frozenset[str]
    filter: _Filter
    defaults: Defaults
    known: Callable[[str], Found | None]
    articles: dict[str, Found] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    theme_pages: set[str] = field(default_factory=set)
    static: dict[str, str] = field(default_factory=dict)
    problems: set[Problem] = field(default_factory=set)

    def files(self) -> Files:
        return Files(
            articles=tuple(self.articles[path] for path in sorted(self.articles)),
            pages=tuple(sorted(self.pages)),
            theme_pages=tuple(sorted(self.theme_pages)),
            static=tuple(sorted(self.static.items())),
            problems=tuple(sorted(self.problems)),
        )

    def read(self) -> None:
        for folder in self._folders():
            self._read_posts(folder, "_posts")
            if self.drafts:
                self._read_posts(folder, "_drafts")
        for path in self.site.include:
            self._read_included(path.strip("/"))
        for collection in self.site.collections:
            if collection.output and collection.name not in _SPECIAL:
                self._read_collection(collection)

    def report(self, path: str, subtype: Subtype, message: str) -> None:
        self.problems.add(Problem(path=path, subtype=subtype, message=message))

    def _folders(self) -> Iterator[str]:
        """Give each folder of the site, and note its files (lib/jekyll/reader.rb)."""
        waiting = [("", False)]
        while waiting:
            folder, linked = waiting.pop()
            yield folder

            def wanted(path: str, is_folder: bool, base: str = folder) -> bool:
                verdict = self.filter.judge(base, basename(path), is_folder)
                return verdict is _Verdict.KEPT and path not in self.outside

            listed, faults = entries(self.root, folder, wanted)
            self.problems.update(faults)
            for entry in listed:
                if not entry.is_folder:
                    self._read_file(entry.path)
                elif not (linked and entry.is_link):  # a link beyond a link may run in circles
                    waiting.append((entry.path, linked or entry.is_link))

    def _read_file(self, path: str) -> None:
        """Note a file outside the collections: a page, a template or a file to copy."""
        if self._has_header(path):
            (self.pages if self._is_markdown(path) else self.theme_pages).add(path)
        else:
            stem, ext = splitext(path)
            # Jekyll unquotes the address to find the name of the copy.
            self._copy(path, unquote(f"/{stem.rstrip('.')}{ext}"), ())

    def _read_included(self, path: str) -> None:
        """Note a file that ``include`` names and the walk cannot reach (read_included_excludes)."""
        file = self.root / path
        if is_file(file) and ".." not in path.split("/") and not link_fault(self.root, path):
            self._read_file(path)

    def _read_posts(self, folder: str, magic: str) -> None:
        """Note the posts or drafts beside a folder (lib/jekyll/readers/post_reader.rb)."""
        base = f"{folder}/{magic}" if folder else magic
        if not self._is_readable(base):
            return
        home = self.site.collections_dir
        if home and not f"{folder}/".startswith(f"{home}/"):
            message = f"Jekyll reads no {magic} outside collections_dir {home!r}; it is left out"
            self.report(base, Subtype.SITE, message)
            return
        above = folder.removeprefix(home).strip("/") if home else folder
        for entry, verdict in self._below(base, base, dots=False):
            self._read_post(f"{base}/{entry}", tuple(filter(None, above.split("/"))), verdict)

    def _read_post(self, path: str, categories: tuple[str, ...], verdict: _Verdict) -> None:
        draft = "_drafts" in path.split("/")
        name = basename(path)
        if not (self._is_markdown(path) or self._is_html(path)):
            if (_NAMED if draft else _DATED).match(name):
                self._report_format(path)
            return
        if not draft and not _DATED.match(name):
            message = "the file name starts with no date (expected 2025-11-05-name.md); left out"
            self.report(path, Subtype.DATE, message)
            return
        self.articles[path] = Found(
            path=path,
            collection="posts",
            draft=draft,
            listed=verdict is _Verdict.KEPT,
            categories=categories,
            # "drafts" is what Jekyll documents and "posts" what it does
            # (lib/jekyll/document.rb, type).
            defaults=self.defaults(path, ("posts", "drafts") if draft else ("posts",)),
            permalink=self._pattern(self.site.collections[0]),
        )

    def _read_collection(self, collection: JekyllCollection) -> None:
        """Note the documents and files of a collection (lib/jekyll/collection.rb, read)."""
        if not self._is_readable(collection.folder):
            return
        # The entry filter does not know of `collections_dir`.
        for entry, verdict in self._below(collection.folder, f"_{collection.name}", dots=True):
            path = f"{collection.folder}/{entry}"
            kept = verdict is _Verdict.KEPT
            if not self._has_header(path):
                if kept:
                    self._copy(path, self._static_address(collection, entry), (collection.name,))
            elif self._is_markdown(path) or path.endswith(HTML_ENDINGS):  # which has front matter
                self._add_document(collection, entry, kept)
            elif kept:
                self._report_format(path)

    def _add_document(self, collection: JekyllCollection, entry: str, kept: bool) -> None:
        path = f"{collection.folder}/{entry}"
        draft = not kept and "_drafts" in entry.split("/")
        if draft and not self.drafts:
            return
        self.articles[path] = Found(
            path=path,
            collection=collection.name,
            draft=draft,
            listed=kept,
            defaults=self.defaults(path, (collection.name,)),
            permalink=self._pattern(collection) if kept else UNLISTED_PATTERN,
        )

    def _below(self, folder: str, base: str, *, dots: bool) -> Iterator[tuple[str, _Verdict]]:
        """Give every file below a folder that may be meant and is not known, relative to it.

        Links to folders are not followed (Ruby's ``Dir.glob``); ``dots`` is its FNM_DOTMATCH.
        """

        def wanted(path: str, is_folder: bool) -> bool:
            if not is_folder and (article := self.known(path)):
                self.articles[path] = article
                return False  # nothing more need be asked
            if path in self.outside or (basename(path).startswith(".") and not dots):
                return False
            if is_folder:
                return True
            verdicts[path] = self.filter.judge(base, path[len(folder) + 1 :])
            return verdicts[path] in shown

        verdicts: dict[str, _Verdict] = {}
        shown = {_Verdict.KEPT, _Verdict.HIDDEN} if self.unlisted else {_Verdict.KEPT}
        waiting = [folder]
        while waiting:
            listed, faults = entries(self.root, waiting.pop(), wanted)
            self.problems.update(faults)
            waiting += [one.path for one in listed if one.is_folder and not one.is_link]
            for one in listed:
                if not one.is_folder:
                    yield one.path[len(folder) + 1 :], verdicts[one.path]

    def _is_readable(self, folder: str) -> bool:
        """Tell whether a folder is there, and inside the source folder."""
        if folder in self.outside or not is_folder(self.root / folder):
            return False
        if fault := link_fault(self.root, folder):
            self.report(folder, Subtype.SOURCE, f"the link {fault}; it is left out")
        return not fault

    def _has_header(self, path: str) -> bool:
        """Tell whether a file starts with front matter (lib/jekyll/utils.rb, has_yaml_header?).

        Jekyll copies a file with a byte order mark as it stands; nobody wants that.
        """
        try:
            place = f"{self.root}/{path}"
            with open(place, "rb", buffering=0) as file:  # noqa: PTH123 - as text, it is faster
                return _HEADER.match(file.read(_HEADER_BYTES)) is not None
        except OSError as error:
            message = f"cannot be read ({error.strerror}); it is left out"
            self.report(path, Subtype.SOURCE, message)
            return False

    def _is_markdown(self, path: str) -> bool:
        return splitext(path)[1].lower() in self.site.markdown_ext

    def _is_html(self, path: str) -> bool:
        """Tell whether a post is HTML, as all are that came from a database."""
        return path.endswith(HTML_ENDINGS) and self._has_header(path)

    def _report_format(self, path: str) -> None:
        expected = " ".join((*self.site.markdown_ext, *HTML_ENDINGS))
        found = splitext(path)[1] or "a file without an extension"
        message = f"an article is {found}, expected one of {expected}; it is left out"
        self.report(path, Subtype.SOURCE, message)

    def _pattern(self, collection: JekyllCollection) -> str:
        """Give the permalink pattern of a collection (lib/jekyll/collection.rb, url_template)."""
        style = self.site.permalink
        default = site_pattern if collection.name == "posts" else collection_pattern
        return collection.permalink or default(style)

    def _static_address(self, collection: JekyllCollection, entry: str) -> str:
        """Give the address of a file in a collection (lib/jekyll/static_file.rb, url)."""
        stem, ext = splitext(entry)
        stem = stem.rstrip(".")
        address = self._pattern(collection)
        values = {"collection": collection.name, "path": f"/{stem}", "output_ext": ""}
        for key, value in (values | {"name": basename(stem), "title": ""}).items():
            address = address.replace(f":{key}", value)
        return clean(address).removesuffix("/") + ext

    def _copy(self, path: str, address: str, types: tuple[str, ...]) -> None:
        """Note a file to copy, unless the defaults of its address forbid it."""
        if self.defaults(address.lstrip("/"), types).get("published", True) is not False:
            self.static[path] = address


def _relative(root: Path, folders: list[Path]) -> frozenset[str]:
    """Give the folders that lie below the source folder, relative to it."""
    base = root.resolve()
    inside = [folder.resolve() for folder in folders if folder.resolve().is_relative_to(base)]
    return frozenset(folder.relative_to(base).as_posix() for folder in inside)
