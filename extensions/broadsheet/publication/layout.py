"""Where things stand in a source folder: a Sphinx project's, or a Jekyll repository's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from posixpath import join
from typing import TYPE_CHECKING, Any

from sphinx.locale import _
from sphinx.util.matching import Matcher

from broadsheet.model import HTML_ENDINGS, Collection, Found, Problem, Site, Subtype
from broadsheet.publication.extra_files import served
from broadsheet.publication.hand_pages import (
    VIRTUAL_ROOT,
    HandPage,
    read_pages,
)
from broadsheet.rules.article import Rules
from broadsheet.rules.author_registry import AuthorRegistry, read_registry, read_registry_file
from broadsheet.rules.catalogue import by_every_address
from broadsheet.rules.ownership import html_file
from broadsheet.rules.pages import usual_menu
from broadsheet.rules.templates import OVERVIEWS, LeftOut
from broadsheet.sources import dates, folders, jekyll, permalinks
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

    from broadsheet.publication.config import Options
    from broadsheet.rules.redirects import Moves
    from broadsheet.rules.scan import Former
    from broadsheet.sources.kramdown.options import KramdownOptions


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a source folder holds."""

    site: Site
    collections: tuple[Collection, ...]
    found: tuple[Found, ...]  #: the files of articles
    rules: Rules
    registry: str  #: path of the registry of authors
    front: str  #: name of the page of the front listing, "" for none
    menu: tuple[str, ...] = ()  #: hand-written pages that the sidebar names
    virtual: frozenset[str] = frozenset()  #: documents that nobody wrote
    files: Mapping[str, Path] = field(default_factory=dict)  #: known pages, by docname
    pages: Mapping[str, HandPage] = field(default_factory=dict)  #: the same, as they are read
    moves: Mapping[str, Moves] = field(default_factory=dict)  #: of documents, by docname
    kramdown: KramdownOptions | None = None  #: None where articles are CommonMark, as MyST has it
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)  #: files that make no page
    asked: Mapping[str, str] = field(default_factory=dict)  #: see :class:`Views`
    static: Mapping[str, str] = field(default_factory=dict)  #: path to address, copied as it is
    extra: Mapping[str, str] = field(default_factory=dict)  #: the same, by ``html_extra_path``
    config: Mapping[str, Any] = field(default_factory=dict)  #: a ``_config.yml``, as it is written
    data_dir: str = "_data"
    problems: tuple[Problem, ...] = ()

    @cached_property
    def static_addresses(self) -> frozenset[str]:
        """The addresses of the files that are copied."""
        return frozenset(self.static.values())

    @cached_property
    def served(self) -> Mapping[str, str]:
        """All files that have their own addresses: path to address."""
        return {**self.extra, **self.static}

    @cached_property
    def page_addresses(self) -> Mapping[str, str]:
        """The known pages, by address: as their files are named, and as hosts take it."""
        whole = {page.address or html_file(name): name for name, page in self.pages.items()}
        return {".": whole.get("index.html", "index")} | by_every_address(whole)

    @cached_property
    def page_files(self) -> Mapping[str, str]:
        """The same by the paths of their files."""
        return {path.as_posix(): name for name, path in self.files.items()}

    @cached_property
    def static_paths(self) -> Mapping[str, str]:
        """The files that are copied, by address."""
        return {address: path for path, address in self.static.items()}


def folder_layout(app: Sphinx, options: Options) -> Layout:
    """Read the layout of a Sphinx project, from its configuration."""
    config = app.config
    root = Path(app.srcdir)
    collections = options.named_collections()
    suffixes = tuple(config.source_suffix)
    matches = Matcher([*config.exclude_patterns, *config.templates_path])
    found, problems = folders.find_articles(
        root,
        collections,
        suffixes=tuple(suffix for suffix in suffixes if suffix in {".md", ".markdown"}),
        excluded=lambda path: any(matches(part) for part in accumulate(path.split("/"), join)),
    )
    registry, faults = _registry(root, options.authors)
    has_root = any((root / f"{config.root_doc}{suffix}").is_file() for suffix in suffixes)
    virtual = {} if has_root else {config.root_doc: VIRTUAL_ROOT}
    several = len(collections) > 1
    return Layout(
        site=Site(
            title=_title(config),
            description=options.description,
            url=_base_url(config.html_baseurl),
            language=config.language or "en",
            timezone=options.timezone,
        ),
        collections=collections,
        found=tuple(one._replace(defaults=options.defaults(one.collection)) for one in found),
        rules=_rules(config, options, registry, suffixes),
        registry=options.authors,
        front=options.front
        or (config.root_doc if not has_root else "latest/index" if several else ""),
        menu=tuple(options.menu),
        virtual=frozenset(virtual),
        files=virtual,
        pages={name: HandPage(title=config.project, body_line=1) for name in virtual},
        extra=served(app),
        problems=(*problems, *faults, *_faulty_permalinks(options, collections)),
    )


def jekyll_layout(app: Sphinx, options: Options, before: Former) -> Layout:
    """Read the layout of a Jekyll repository, from its ``_config.yml``.

    Articles that were the same *before* are not looked into.
    """
    root = Path(app.srcdir)
    site, problems = jekyll.read_site(root)
    registry, author_faults = read_registry(site.authors, f"{site.data_dir}/authors.yml")
    suffixes = tuple(one for one in app.config.source_suffix if one not in HTML_ENDINGS)
    drafts = options.drafts or site.show_drafts
    rules = replace(
        _rules(app.config, options, registry, suffixes),
        timezone=dates.parse_timezone(site.timezone) or UTC,
        excerpt_separator=site.excerpt_separator,
        suffixes=(*suffixes, *HTML_ENDINGS),
        collections_dir=site.collections_dir,
        jekyll=True,
        unpublished=site.unpublished,
        found_by=jekyll.walked_by(site, drafts=drafts, unlisted=options.unlisted),
    )
    files = jekyll.walk(
        root,
        site,
        drafts=drafts,
        unlisted=options.unlisted,
        outside=(Path(app.outdir), Path(app.doctreedir)),
        known=before.found_by(rules),
    )
    of_html = [path for path in files.theme_pages if path.endswith(HTML_ENDINGS)]
    found = sorted([*files.pages, *of_html])
    used = {one.collection for one in files.articles}
    by_hand = read_pages(
        root,
        found,
        (*suffixes, *HTML_ENDINGS),
        site,
        title=site.title or app.config.project,
        listings=frozenset({*used, *OVERVIEWS}) if used else frozenset(),
        front=options.front,
    )
    collections = tuple(
        Collection(name=one.name, title=one.title, folder=one.folder)
        for one in site.collections
        if one.name in used
    )
    return Layout(
        site=Site(
            title=site.title or app.config.project,
            description=site.description,
            url=_base_url(app.config.html_baseurl),
            language=site.language,
            timezone=site.timezone,
        ),
        collections=collections,
        found=files.articles,
        rules=rules,
        registry=f"{site.data_dir}/authors.yml",
        front=by_hand.front,
        menu=tuple(options.menu) or usual_menu(by_hand.pages),
        virtual=frozenset() if by_hand.is_root_written else frozenset({"index"}),
        files=by_hand.files,
        pages=by_hand.pages,
        kramdown=site.kramdown,
        left_out={
            **dict.fromkeys(set(files.theme_pages) - set(of_html), LeftOut.FILE),
            **by_hand.left_out,
        },
        asked=by_hand.asked,
        static={path: address.lstrip("/") for path, address in files.static},
        config=site.raw,
        data_dir=site.data_dir,
        problems=(*problems, *files.problems, *author_faults, *by_hand.problems),
    )


def _rules(
    config: Config, options: Options, registry: AuthorRegistry, suffixes: tuple[str, ...]
) -> Rules:
    """Return what the configuration says about all articles."""
    return Rules(
        timezone=dates.parse_timezone(options.timezone) or UTC,
        excerpt_separator=options.excerpt_separator,
        wiki_links=options.wiki_links,
        related=options.related > 0,
        authors=registry,
        suffixes=suffixes,
        site=_base_url(config.html_baseurl),
    )


def _faulty_permalinks(options: Options, collections: Iterable[Collection]) -> Iterator[Problem]:
    """Yield the patterns among the defaults of collections that cannot be filled."""
    for name in (one.name for one in collections):
        pattern = str(options.defaults(name).get("permalink") or "")
        if fault := permalinks.fault_of(pattern):
            found = f"broadsheet_collections: {name!r}: permalink {pattern[:80]!r} {fault}"
            message = f"{found}; it stays as it is"
            yield Problem(path="conf.py", subtype=Subtype.ADDRESS, message=message)


def _title(config: Config) -> str:
    """Return the title of the publication: Sphinx's default calls it a documentation."""
    default = _("%s %s documentation") % (config.project, config.release)
    return config.project if config.html_title in {"", default} else str(config.html_title)


def _registry(root: Path, name: str) -> tuple[AuthorRegistry, tuple[Problem, ...]]:
    path = root / name
    if not name or not path.is_file():
        return AuthorRegistry(), ()
    text, faults = decode(path.read_bytes(), name)
    registry, problems = read_registry_file(text, name)
    return registry, (*faults, *problems)


def _base_url(url: str) -> str:
    return f"{url.rstrip('/')}/" if url else ""
