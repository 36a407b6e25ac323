"""The repository as it is: what Broadsheet would publish of it, and at which addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.model import (
    HTML_ENDINGS,
    Article,
    Collection,
    Found,
    Problem,
    Site,
    Subtype,
    instant_of,
)
from broadsheet.rules.article import Rules, docname_of, read_article
from broadsheet.rules.author_registry import read_registry
from broadsheet.rules.catalogue import Catalogue, compile_catalogue, is_public
from broadsheet.rules.citations import Citations
from broadsheet.rules.liquid.files import includes
from broadsheet.rules.ownership import Taken
from broadsheet.rules.pages import page_file
from broadsheet.rules.references import References
from broadsheet.rules.templates import OVERVIEWS, Templates, is_for_programs
from broadsheet.rules.titles import headline
from broadsheet.rules.views import Views
from broadsheet.sources import dates, front_matter, jekyll
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.sources.jekyll import Files, JekyllSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A hand-written page."""

    path: str
    address: str  #: of its file, below the output
    title: str
    body_line: int
    text: str  #: of the whole file
    values: Mapping[str, Any]  #: of its front matter, and of its scopes
    listing: str = ""  #: name of the page of the listing that stands for it
    to: str = ""  #: where its address leads, if the listing has another

    @property
    def body(self) -> str:
        """The text below the front matter."""
        return "\n".join(self.text.split("\n")[self.body_line - 1 :])


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A repository."""

    root: Path
    site: JekyllSite
    files: Files  #: drafts, and what Jekyll hides, included
    rules: Rules
    now: datetime
    unlisted: bool  #: what Jekyll hides is published, too
    problems: tuple[Problem, ...]

    @cached_property
    def found(self) -> Mapping[str, Found]:
        """Every article as it was found, by its path."""
        return {one.path: one for one in self.files.articles}

    @cached_property
    def _read(self) -> Mapping[str, tuple[Article, tuple[Problem, ...]]]:
        read = {}
        for found in self.files.articles:
            data = _bytes(self.root / found.path)
            if data is not None:
                read[found.path] = read_article(found, data, self.rules)
        return read

    @cached_property
    def catalogue(self) -> Catalogue:
        """The articles that are published, with the addresses that they have."""
        public = [one for one, _ in self._read.values() if self.is_public(one)]
        return compile_catalogue(
            public,
            site=self.identity,
            collections=self.collections,
            registry=self.rules.authors,
            taken=Taken(
                files={
                    **{page.address: page.path for page in self.pages},
                    **{address.lstrip("/"): path for path, address in self.files.static},
                }
            ),
        )[0]

    @cached_property
    def articles(self) -> Mapping[str, Article]:
        """All articles by path: the published ones as the catalogue has them, then the others."""
        read = {path: article for path, (article, _) in self._read.items()}
        return read | dict(self.catalogue.by_path)

    def is_public(self, article: Article) -> bool:
        """Tell whether a build of the repository would publish an article."""
        drafts, future = self.site.show_drafts, self.site.future
        hidden = not self.found[article.path].listed and not self.unlisted
        is_draft = self.found[article.path].draft and not drafts
        return not (hidden or is_draft) and is_public(
            article, now=instant_of(self.now), drafts=drafts, future=future
        )

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The hand-written pages; of two files with one name the last has it, as in a build."""
        suffixes = self.rules.suffixes
        of_html = (path for path in self.files.theme_pages if path.endswith(HTML_ENDINGS))
        found = sorted([*self.files.pages, *of_html])
        names = {docname_of(path, suffixes): path for path in found}
        read = {name: page for name, path in names.items() if (page := self._page(path))}
        pages = {
            name: page
            for name, page in read.items()
            if not (page.path.endswith(HTML_ENDINGS) and is_for_programs(page.address))
        }
        listed = self._with_listings(pages)
        return tuple(sorted(listed, key=lambda page: page.address))

    def _with_listings(self, pages: Mapping[str, Page]) -> Iterator[Page]:
        """Yield the pages; those that only list articles know the listing that stands for them."""
        templates = self._templates(pages)
        given_way = dict(templates.given_way)
        for name, page in pages.items():
            if name in templates.left_out or name in templates.moved:
                listing = given_way.get(name, templates.front)
                yield replace(page, listing=listing, to=templates.moved.get(name, ""))
            else:
                yield page

    def _templates(self, pages: Mapping[str, Page]) -> Templates:
        used = {one.collection for one in self.files.articles}
        return Templates(
            pages={name: (page.address, page.body) for name, page in pages.items()},
            listings=frozenset({*used, *OVERVIEWS}) if used else frozenset(),
            included=includes(self.root, self.site.raw),
        )

    @cached_property
    def listings(self) -> frozenset[str]:
        """The names of the pages of all listings."""
        catalogue = self.catalogue
        citations = Citations(references=References(catalogue=catalogue))
        views = Views(catalogue=catalogue, citations=citations, uri=str, front=self.front)
        pages = (views.listings, views.series(), views.overviews())
        return frozenset(name for named in pages for name, _ in named)

    @cached_property
    def front(self) -> str:
        """The name of the page of the listing of all articles."""
        names = {docname_of(page.path, self.rules.suffixes): page for page in self.pages}
        return self._templates(names).front

    def _page(self, path: str) -> Page | None:
        data = _bytes(self.root / path)
        if data is None:
            return None
        text, _ = decode(data, path)
        matter = front_matter.parse(text, path)
        if matter.values.get("published") is False:
            return None
        values = {**self._defaults(path, ("pages",)), **matter.values}
        title = " ".join(str(values.get("title") or "").split())
        if not title and not path.endswith(HTML_ENDINGS):
            title = headline("\n".join(text.split("\n")[matter.body_line - 1 :]))
        return Page(
            path=path,
            address=page_file(path, values, self.site.permalink, lambda key, message: None),
            title=title or Path(path).stem.replace("-", " ").capitalize(),
            body_line=matter.body_line,
            text=text,
            values=values,
        )

    @cached_property
    def _defaults(self) -> Callable[[str, tuple[str, ...]], Mapping[str, Any]]:
        return jekyll.front_matter_defaults(self.site)

    @cached_property
    def identity(self) -> Site:
        """The publication as a whole."""
        site = self.site
        return Site(
            title=site.title or self.root.resolve().name,
            description=site.description,
            url=_url(site),
            language=site.language,
            timezone=site.timezone,
        )

    @cached_property
    def collections(self) -> tuple[Collection, ...]:
        """The collections that have articles."""
        used = {one.collection for one in self.files.articles}
        return tuple(
            Collection(name=one.name, title=one.title, folder=one.folder)
            for one in self.site.collections
            if one.name in used
        )

    def unread(self) -> Iterator[Problem]:
        """Name the files that cannot be read."""
        for path in self.found.keys() - self._read.keys():
            yield Problem(
                path=path, subtype=Subtype.SOURCE, message="the file cannot be read; left out"
            )


def read(root: Path, *, now: datetime | None = None, unlisted: bool = False) -> Archive:
    """Read a repository; nothing is written."""
    site, problems = jekyll.read_site(root)
    registry, faults = read_registry(site.authors, f"{site.data_dir}/authors.yml")
    files = jekyll.walk(root, site, drafts=True, unlisted=True)
    return Archive(
        root=root,
        site=site,
        files=files,
        rules=Rules(
            timezone=dates.parse_timezone(site.timezone) or UTC,
            excerpt_separator=site.excerpt_separator,
            authors=registry,
            suffixes=(*site.markdown_ext, *HTML_ENDINGS),
            collections_dir=site.collections_dir,
            site=_url(site),
            jekyll=True,
            unpublished=site.unpublished,
        ),
        now=now or datetime.now(UTC),
        unlisted=unlisted,
        problems=(*problems, *faults, *files.problems),
    )


def _url(site: JekyllSite) -> str:
    url = f"{site.url}{site.baseurl}".rstrip("/") if site.url else ""
    return f"{url}/" if url else ""


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
