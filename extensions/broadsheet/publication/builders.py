"""The HTML builders: permalinks, and pages made only when what they show has changed."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from broadsheet.publication import flow
from broadsheet.publication.build_key import build_key
from broadsheet.publication.domain import domain_of
from broadsheet.publication.excerpts import NAME as EXCERPTS
from broadsheet.publication.excerpts import Excerpts
from broadsheet.publication.images import stable_name
from broadsheet.publication.page_store import NAME, PageStore
from broadsheet.publication.press import Page, Press
from broadsheet.rules import excerpt_html
from broadsheet.rules.digest import digest
from broadsheet.rules.views import Link, Views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Set

    from broadsheet.model import Article
    from broadsheet.publication.domain import BroadsheetDomain

logger = logging.getLogger(__name__)


class PublicationBuilder(StandaloneHTMLBuilder):
    """What both HTML builders of a publication have in common."""

    #: Sphinx's own index takes most of a build's time, and knows no Chinese.
    search = False

    @property
    def domain(self) -> BroadsheetDomain:
        """The door to the catalogue."""
        return domain_of(self.env)

    @cached_property
    def store(self) -> PageStore:
        """What the last build made."""
        return PageStore(Path(self.doctreedir) / NAME)

    @cached_property
    def views(self) -> Views:
        """What pages show of the catalogue."""
        domain = self.domain
        return Views(
            catalogue=domain.catalogue,
            uri=self.get_target_uri,
            picture_uri=self._picture_uri,
            front=domain.layout.front,
            size=domain.options.page_size,
            date_format=domain.options.date_format,
        )

    @cached_property
    def excerpts(self) -> Excerpts:
        """The excerpts as HTML."""
        return Excerpts(
            catalogue=self.domain.catalogue,
            uri=self.get_target_uri,
            path=Path(self.doctreedir) / EXCERPTS,
        )

    # addresses

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        return {
            article.docname: article.address
            for article in self.domain.catalogue.articles
            if article.address
        }

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a page below the site's root, quoted."""
        address = self._addresses.get(docname)
        return quote(address) if address else super().get_target_uri(docname, typ)

    def get_output_path(self, page_name: str, /) -> Path:
        """Return the file of a page."""
        address = self._addresses.get(page_name)
        return Path(self.outdir, address) if address else super().get_output_path(page_name)

    def _picture_uri(self, path: str) -> str:
        if path in self.domain.layout.static:
            return quote(self.domain.layout.static[path])
        return f"{self.imagedir}/{quote(stable_name(path))}"

    def helpers(self, pagename: str) -> dict[str, Any]:
        """Return what templates call on a page: ``link``, ``excerpt`` and ``markdown``."""
        base = self.get_target_uri(pagename)
        to_root = "../" * base.count("/") or "./"

        def link(uri: str) -> str:
            return relative_uri(base, uri) or "#"

        def excerpt(docname: str) -> Markup:
            return Markup(self.excerpts.on_page(docname, to_root))

        def markdown(text: str) -> Markup:
            return Markup(excerpt_html.render(text, link=lambda destination: destination))

        return {"link": link, "excerpt": excerpt, "markdown": markdown}

    def related(self, pagename: str, link: Link | None) -> dict[str, str] | None:
        """Return a neighbour of a page as Furo's footer and its ``<link rel>`` expect it."""
        if link is None:
            return None
        uri = relative_uri(self.get_target_uri(pagename), link.uri) or "#"
        return {"link": uri, "title": escape(link.title, quote=False)}

    def init_templates(self) -> None:
        """Have templates read once: no template changes in the course of a build."""
        super().init_templates()
        if isinstance(self.templates, BuiltinTemplateLoader):
            self.templates.environment.auto_reload = False  # asks for each file's time (2 %)

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: str
    ) -> None:
        """Work out the tags of style sheets and scripts once for all pages of one depth (3 %)."""
        super().update_page_context(pagename, templatename, ctx, event_arg)
        tags = self._tags[ctx["content_root"]]
        for name in ("css_tag", "js_tag"):
            ctx[name] = partial(_kept, tags[name], ctx[name])

    @cached_property
    def _tags(self) -> defaultdict[str, defaultdict[str, dict[Any, str]]]:
        return defaultdict(partial(defaultdict, dict))

    # which pages are made

    def write_documents(self, docnames: Set[str]) -> None:
        """Write *docnames*, but for a root document that only the listing stands for."""
        written = set(docnames) - self.domain.layout.virtual
        if written:
            super().write_documents(written)

    def finish(self) -> None:
        """Make the articles and listings that changed, then what Sphinx makes at the end."""
        self._publish()
        super().finish()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages that are no documents, as the listeners of the event give them."""
        collected: list[Page] = []
        for pages in self.events.emit("broadsheet-collect-pages", self):
            collected += pages
        return tuple(self._without_owner(collected))

    def _without_owner(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield the pages at whose addresses nothing stands that somebody wrote."""
        documents = self.env.found_docs - self.domain.layout.virtual
        owners = {name: name for name in self.domain.layout.static.values()}
        owners |= {self._output_of(name): name for name in documents}
        owners |= {self._output_of(name): name for name in self._addresses}
        for page in pages:
            owner = owners.get(self._output_of(page.name))
            if owner is None:
                yield page
            else:
                logger.info("page %s is left to %s", page.name, owner)

    def _output_of(self, name: str) -> str:
        return self.get_output_path(name).relative_to(self.outdir).as_posix()

    def _publish(self) -> None:
        documents = sorted(self.env.found_docs - self.domain.layout.virtual)
        one_pass = self.domain.flow == flow.ONE_PASS
        articles = self.domain.catalogue.articles if one_pass else ()
        digests = self._digests(articles)
        digests |= {docname: self.digest_of_document(docname) for docname in documents}
        press = Press(
            builder=self,
            store=self.store,
            excerpts=self.excerpts,
            processes=self._app.parallel,
        )
        pictures = {path: stable_name(path) for path in self._picture_files()}
        shared = [f"{self.imagedir}/{name}" for name in pictures.values()]
        press.run(articles, self.pages, documents, digests, shared)
        self.copy_download_files()  # those of the articles; Sphinx has copied what it knew
        self.images.update(pictures)

    def _digests(self, articles: Iterable[Article]) -> dict[str, str]:
        key = build_key(self, self.navigation)
        digests = {
            article.docname: digest(key, article.path, article.digest, self.views.article(article))
            for article in articles
        }
        return digests | {page.name: digest(key, page.template, page.view) for page in self.pages}

    def digest_of_document(self, docname: str) -> str:
        """Return the digest of what a document shows of the catalogue."""
        catalogue = self.domain.catalogue
        shown = [catalogue.by_docname.get(name) for name in self.domain.shown(docname)]
        queries = [query.of(catalogue) for query in self.domain.queries(docname)]
        article = catalogue.by_docname.get(docname)
        return digest(
            self.navigation,
            self._contents,
            [(one.title, self.get_target_uri(one.docname)) for one in shown if one],
            [[self.views.card(one) for one in found or ()] for found in queries],
            self.views.article(article) if article else None,
        )

    @cached_property
    def _contents(self) -> str:
        """The digest of what the sidebar shows of the documentation."""
        articles, titles = self.domain.catalogue.by_docname, self.env.titles.items()
        shown = sorted((name, one.astext()) for name, one in titles if name not in articles)
        return digest(shown, sorted(self.env.toctree_includes.items()))

    @cached_property
    def navigation(self) -> tuple[Any, ...]:
        """The entries of the sidebar that stand on every page."""
        entries: list[Any] = []
        for found in self.events.emit("broadsheet-collect-navigation", self):
            entries += found
        return tuple(entries)

    @cached_property
    def navigation_html(self) -> dict[str, str]:
        """The same as HTML, by current line."""
        return {}

    def _picture_files(self) -> list[str]:
        """Return the lead images and portraits that Sphinx has to copy."""
        static = self.domain.layout.static
        return [path for path in sorted(self.domain.pictures) if path not in static]


def _kept(tags: dict[Any, str], tag: Callable[[Any], str], asset: Any) -> str:
    """Return the *tag* of an *asset*, kept among *tags*."""
    if asset not in tags:
        tags[asset] = tag(asset)
    return tags[asset]


class ArticleHTMLBuilder(PublicationBuilder):
    """``html``: pages by the name of their document, articles at their addresses."""

    name = "html"


class ArticleDirectoryBuilder(PublicationBuilder, DirectoryHTMLBuilder):
    """``dirhtml``: the same, each page as the index of a folder."""

    name = "dirhtml"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a page; that of the 404 page is the one that hosts look for."""
        return "404.html" if docname == "404" else super().get_target_uri(docname, typ)

    def get_output_path(self, page_name: str, /) -> Path:
        """Return the file of a page."""
        is_lost = page_name == "404"
        return Path(self.outdir, "404.html") if is_lost else super().get_output_path(page_name)
