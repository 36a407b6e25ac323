"""What pages are laid out with: templates, and what they ask for."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup
from sphinx.jinja2glue import BuiltinTemplateLoader, SphinxFileSystemLoader
from sphinx.util._pathlib import _StrPath
from sphinx.util.osutil import relative_uri

from broadsheet.publication import TEMPLATES
from broadsheet.publication.builders.files import CopyingBuilder
from broadsheet.publication.excerpts import NAME as EXCERPTS
from broadsheet.publication.excerpts import Excerpts
from broadsheet.publication.images import stable_name
from broadsheet.rules import excerpt_html
from broadsheet.rules.catalogue import by_every_address
from broadsheet.rules.views import Link, Views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinx.application import Sphinx

#: The catalogue, and who refers to whom, for programs.
CATALOGUE, REFERENCES = "articles.json", "references.json"

#: The folder of compiled templates, between builds; Jinja drops those of another source.
COMPILED = "broadsheet-templates"


def add_templates(app: Sphinx) -> None:
    """Let every builder of HTML find ours; those of books have the parts of the style sheet."""
    templates = getattr(app.builder, "templates", None)
    if isinstance(templates, BuiltinTemplateLoader):
        # after the user's, so that theirs extend ours as they do the theme's, by "!"
        place = templates.templatepathlen
        templates.pathchain.insert(place, _StrPath(TEMPLATES))
        templates.loaders.insert(place, SphinxFileSystemLoader(TEMPLATES))


class TemplateBuilder(CopyingBuilder):
    """A builder whose templates show what is in the catalogue."""

    @cached_property
    def views(self) -> Views:
        """What pages show of the catalogue."""
        domain = self.domain
        return Views(
            catalogue=domain.catalogue,
            citations=domain.citations,
            related=domain.related.of,
            uri=self.get_target_uri,
            picture_uri=self._picture_uri,
            front=domain.layout.front,
            asked=domain.layout.asked,
            size=domain.options.page_size,
            date_format=domain.options.date_format,
        )

    @cached_property
    def made(self) -> Mapping[str, str]:
        """What stands, of all that a build makes itself, at the addresses that hosts take for it.

        Somebody else may stand there, and comes first.
        """
        views = self.views
        names = [
            name
            for pages in (views.listings, views.series(), views.overviews())
            for name, _ in pages
        ]
        files = [CATALOGUE, REFERENCES]
        files += [self.config.sitemap_filename] if self.config.html_baseurl else []
        made = {name: quote(name) for name in files}
        made |= {self.file_of(name): self.get_target_uri(name) for name in (*names, "404")}
        made |= {
            one.address: self.get_target_uri(one.docname) if one.docname else quote(one.address)
            for one in self.domain.catalogue.redirects
        }
        return by_every_address(made)

    @cached_property
    def excerpts(self) -> Excerpts:
        """The excerpts as HTML."""
        return Excerpts(
            catalogue=self.domain.catalogue,
            citations=self.domain.citations,
            uri=self.get_target_uri,
            path=Path(self.doctreedir) / EXCERPTS,
            programs=self.domain.programs,
            dialect=self.domain.layout.kramdown,
            extensions=self.domain.options.syntax | {*self.config.myst_enable_extensions},
            wiki_links=self.domain.options.wiki_links,
        )

    def _picture_uri(self, path: str) -> str:
        if path in self.domain.layout.served:
            return quote(self.domain.layout.served[path])
        return f"{self.imagedir}/{quote(stable_name(path))}"

    def helpers(self, pagename: str) -> dict[str, Any]:
        """Return what templates call on a page: see :meth:`helpers_at`."""
        return self.helpers_at(self.get_target_uri(pagename))

    def helpers_at(self, base: str) -> dict[str, Any]:
        """Return ``link``, ``preview``, ``excerpt`` and ``markdown``, of what stands at *base*."""
        to_root = "../" * base.count("/") or "./"

        def link(uri: str) -> str:
            return relative_uri(base, uri) or "#"

        def preview(uri: str) -> Markup:
            found = self.previews.at(uri, base)
            return Markup("").join(Markup(' {}="{}"').format(*one) for one in found.items())

        def excerpt(docname: str) -> Markup:
            return Markup(self.excerpts.on_page(docname, to_root))

        def markdown(text: str) -> Markup:
            return Markup(excerpt_html.render(text, link=lambda destination: destination))

        return {"link": link, "preview": preview, "excerpt": excerpt, "markdown": markdown}

    def related(self, pagename: str, link: Link | None) -> dict[str, str] | None:
        """Return a neighbour of a page as Furo's footer and its ``<link rel>`` expect it."""
        if link is None:
            return None
        uri = relative_uri(self.get_target_uri(pagename), link.uri) or "#"
        return {"link": uri, "title": escape(link.title, quote=False)}

    def init_templates(self) -> None:
        """Have templates read once, and compiled once for many builds."""
        super().init_templates()
        if isinstance(self.templates, BuiltinTemplateLoader):
            environment = self.templates.environment
            environment.auto_reload = False  # it would ask for every file's time (2 %)
            folder = Path(self.doctreedir, COMPILED)  # a tenth of a rebuild
            folder.mkdir(parents=True, exist_ok=True)
            environment.bytecode_cache = FileSystemBytecodeCache(str(folder))

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


def _kept(tags: dict[Any, str], tag: Callable[[Any], str], asset: Any) -> str:
    """Return the *tag* of an *asset*, kept among *tags*."""
    if asset not in tags:
        tags[asset] = tag(asset)
    return tags[asset]
