"""Broadsheet: a folder of Markdown articles becomes a publication, by Sphinx."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything, in the order of a build."""
    from broadsheet import publication
    from broadsheet.outputs import (
        article_pages,
        catalogue_file,
        citations,
        listing_pages,
        navigation,
        not_found,
        previews,
        redirects,
        sitemap,
        static_files,
    )
    from broadsheet.publication import (
        cited_sections,
        config,
        directives,
        documents,
        elements,
        figures,
        flow,
        liquid,
        loading,
        mathematics,
        media,
        parser,
        patches,
        problems,
        references,
        resolving,
        transforms,
    )
    from broadsheet.publication.builders import ArticleDirectoryBuilder, ArticleHTMLBuilder
    from broadsheet.publication.builders.link_check import LinkCheckBuilder
    from broadsheet.publication.builders.templates import add_templates
    from broadsheet.publication.domain import BroadsheetDomain

    app.setup_extension("myst_parser")
    app.setup_extension("sphinx_sitemap")
    patches.keep_settings()
    patches.shorten_messages()

    problems.warn_once(app)
    config.register(app)
    app.connect("config-inited", config.check)
    app.connect("config-inited", config.accept_pages_of_html, priority=850)  # Sphinx's form: 800
    app.connect("config-inited", publication.add_assets)
    app.connect("config-inited", sitemap.configure)
    app.connect("config-inited", sitemap.take_over)

    app.add_event("broadsheet-collect-navigation")  # builder -> entries of the sidebar
    app.add_event("broadsheet-collect-pages")  # builder -> pages that are no documents
    app.add_builder(ArticleHTMLBuilder, override=True)
    app.add_builder(ArticleDirectoryBuilder, override=True)
    app.add_builder(LinkCheckBuilder, override=True)
    app.add_domain(BroadsheetDomain)
    app.connect("builder-inited", add_templates)
    app.connect("builder-inited", loading.load_catalogue, priority=400)  # before others ask

    app.add_source_parser(parser.PublicationParser, override=True)
    elements.register(app)
    mathematics.register(app)
    directives.register(app)
    figures.register(app)
    media.register(app)
    references.register(app)
    resolving.register(app)
    app.connect("env-get-outdated", flow.reread)
    app.connect("doctree-read", transforms.place_document, priority=400)  # before collectors (500)
    documents.register(app)

    app.add_transform(transforms.AnchorNotes)
    app.add_transform(transforms.AnchorContents)
    app.add_post_transform(transforms.PrintByline)
    app.add_post_transform(transforms.DropTitle)
    app.add_post_transform(cited_sections.NameCitingArticles)

    app.connect("broadsheet-collect-navigation", navigation.collect)
    app.connect("broadsheet-collect-pages", listing_pages.collect)
    app.connect("broadsheet-collect-pages", citations.collect)
    app.connect("broadsheet-collect-pages", not_found.collect)
    app.connect("html-page-context", navigation.add_context, priority=400)  # before Furo (500)
    app.connect("html-page-context", listing_pages.add_context, priority=400)
    app.connect("html-page-context", article_pages.add_context, priority=400)
    app.connect("html-page-context", not_found.add_context, priority=400)
    app.connect("html-page-context", previews.add_context, priority=450)  # when views are known

    app.connect("build-finished", catalogue_file.write)
    app.connect("build-finished", citations.write)
    app.connect("build-finished", static_files.copy)
    app.connect("build-finished", redirects.write)
    app.connect("build-finished", sitemap.write)
    app.connect("build-finished", loading.save_kept)
    app.connect("build-finished", liquid.limit_period)

    return {
        "version": __version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
