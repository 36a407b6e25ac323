"""What there is to look at: a Jekyll repository, or a Sphinx project with articles."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.command.audit.conf import read_conf
from broadsheet.command.audit.look import as_findings
from broadsheet.model import HTML_ENDINGS, Collection, Found, Problem, Site
from broadsheet.rules.article import Rules
from broadsheet.rules.author_registry import (
    NO_REGISTRY,
    AuthorRegistry,
    read_registry,
    read_registry_file,
)
from broadsheet.rules.pages import page_file
from broadsheet.rules.redirects import read_former
from broadsheet.rules.templates import is_for_programs
from broadsheet.sources import dates, folders, front_matter, jekyll
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.command.audit.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPage:
    """A hand-written page."""

    path: str
    body: str
    body_line: int
    addresses: tuple[str, ...]  #: below the output: that of the page, and those that it had


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A source folder, before its articles are looked at."""

    root: Path
    kind: str  #: ``jekyll`` or ``sphinx``
    site: Site
    collections: tuple[Collection, ...]
    found: tuple[Found, ...]
    rules: Rules
    pages: tuple[HandPage, ...] = ()
    theme_pages: Mapping[str, str] = field(default_factory=dict)  #: address to path
    static: Mapping[str, str] = field(default_factory=dict)  #: address to path
    drafts: bool = False  #: are published
    future: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)  #: ``_config.yml``
    findings: tuple[Finding, ...] = ()

    @property
    def own(self) -> str:
        """The address that links to pages of the site may begin with."""
        return self.site.url


def open_archive(root: Path) -> Archive:
    """Find what a source folder holds; nothing of it is run, and no article is read."""
    return _sphinx(root) if (root / "conf.py").is_file() else _jekyll(root)


def _jekyll(root: Path) -> Archive:
    site, problems = jekyll.read_site(root)
    files = jekyll.walk(root, site, drafts=True, unlisted=True)
    registry, faults = read_registry(site.authors, f"{site.data_dir}/authors.yml")
    url = f"{site.url}{site.baseurl}".rstrip("/")
    used = {one.collection for one in files.articles}
    read = [_page(root, path, site.permalink) for path in (*files.pages, *files.theme_pages)]
    themed = [one for one in read if _is_left_out(one, files.pages)]
    pages = [one for one in read if one not in themed]
    return Archive(
        root=root,
        kind="jekyll",
        site=Site(
            title=site.title or root.resolve().name,
            description=site.description,
            url=f"{url}/" if url else "",
            language=site.language,
            timezone=site.timezone,
        ),
        collections=tuple(
            Collection(name=one.name, title=one.title, folder=one.folder)
            for one in site.collections
            if one.name in used
        ),
        found=files.articles,
        rules=Rules(
            timezone=dates.parse_timezone(site.timezone) or UTC,
            excerpt_separator=site.excerpt_separator,
            authors=registry,
            suffixes=(*site.markdown_ext, *HTML_ENDINGS),
            collections_dir=site.collections_dir,
            jekyll=True,
            unpublished=site.unpublished,
        ),
        pages=tuple(sorted(pages, key=lambda one: one.path)),
        theme_pages={address: page.path for page in themed for address in page.addresses},
        static={address.lstrip("/"): path for path, address in files.static},
        drafts=site.show_drafts,
        future=site.future,
        config=site.raw,
        findings=tuple(as_findings([*problems, *files.problems, *faults])),
    )


def _sphinx(root: Path) -> Archive:
    conf = read_conf(root)
    described = conf.collections
    collections = tuple(collection for collection, _ in described)
    defaults = {collection.name: values for collection, values in described}
    excluded = conf.excluded()
    found, problems = folders.find_articles(
        root, collections, suffixes=conf.suffixes, excluded=excluded
    )
    name = conf.text("broadsheet_authors", "authors.yml")
    registry, faults = _registry(root, name)
    zone = conf.text("broadsheet_timezone", "UTC")
    return Archive(
        root=root,
        kind="sphinx",
        site=Site(
            title=conf.text("html_title") or conf.text("project") or root.resolve().name,
            url=conf.text("html_baseurl"),
            language=conf.text("language", "en"),
            timezone=zone,
        ),
        collections=collections,
        found=tuple(one._replace(defaults=defaults[one.collection]) for one in found),
        rules=Rules(
            timezone=dates.parse_timezone(zone) or UTC,
            excerpt_separator=conf.text("broadsheet_excerpt_separator", "\n\n"),
            authors=registry,
            suffixes=conf.suffixes,
        ),
        drafts=conf.flag("broadsheet_drafts"),
        future=conf.flag("broadsheet_future"),
        findings=(*conf.findings, *as_findings([*problems, *faults])),
    )


def _registry(root: Path, name: str) -> tuple[AuthorRegistry, tuple[Problem, ...]]:
    if not name or not folders.is_file(root / name):
        return NO_REGISTRY, ()
    return read_registry_file(decode((root / name).read_bytes(), name)[0], name)


#: What a page of the source may be that is none of the site.
_OTHER = frozenset({".xml", ".json", ".txt", ".css", ".js", ".svg", ".rss", ".atom"})


def _is_left_out(page: HandPage, markdown: Container[str]) -> bool:
    """Tell whether a build makes no page of a file with front matter, nor a listing."""
    is_html = page.path.endswith(HTML_ENDINGS) and not is_for_programs(page.addresses[0])
    return not (is_html or page.path in markdown)


def _page(root: Path, path: str, style: str) -> HandPage:
    try:
        text, _ = decode((root / path).read_bytes(), path)
    except OSError:
        text = ""
    matter = front_matter.parse(text, path)
    is_page = posixpath.splitext(path)[1].lower() not in _OTHER or "permalink" in matter.values
    address = page_file(path, matter.values, style, lambda key, message: None) if is_page else path
    former = read_former(matter.values, lambda key, message: None)
    lines = text.split("\n")[matter.body_line - 1 :]
    body = "\n".join([one.strip() for one in lines] if path.endswith(HTML_ENDINGS) else lines)
    return HandPage(path=path, body=body, body_line=matter.body_line, addresses=(address, *former))
