"""Previews of articles: small files that show what a card shows, and the links that have them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sphinx.util.osutil import relative_uri

from broadsheet.publication.extra_files import extra_files
from broadsheet.publication.flow import ONE_PASS
from broadsheet.rules.catalogue import joined
from broadsheet.rules.destinations import is_elsewhere, on_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from broadsheet.model import Article
    from broadsheet.publication.builders.files import CopyingBuilder

#: Where the files stand in the output, each as the page of its article does at the root.
FOLDER = "_previews"

#: The attribute of a link that names the file, relative to the page.
ATTRIBUTE = "data-broadsheet-preview"

TEMPLATE = "broadsheet/preview.html"


@dataclass(frozen=True, kw_only=True)
class Previews:
    """The previews of a publication: those of its listed articles."""

    builder: CopyingBuilder

    @cached_property
    def wanted(self) -> Mapping[str, str]:
        """The files of all previews, by docname, were there nothing else in the output."""
        domain = self.builder.domain
        if not domain.options.previews:
            return {}
        return {
            one.docname: f"{FOLDER}/{self.builder.file_of(one.docname)}"
            for one in domain.catalogue.listed
            if not one.redirect_to
        }

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The same, of those whose places nobody else has."""
        places = chain(self.builder.places.settled, extra_files(self.builder._app))
        owned = {file for file in places if file.startswith(FOLDER)}  # by files of the source
        if FOLDER in owned:
            return {}
        if not owned:
            return self.wanted
        return {name: file for name, file in self.wanted.items() if file not in owned}

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """The listed articles that have none for another reason than the option: hardly any."""
        if not self.builder.domain.options.previews:
            return ()
        listed = [one.docname for one in self.builder.domain.catalogue.listed]
        if len(self.files) == len(listed):
            return ()
        return tuple(sorted(name for name in listed if name not in self.files))

    @cached_property
    def unlisted(self) -> tuple[str, ...]:
        """The articles that have none because no listing has them."""
        return tuple(
            sorted(one.docname for one in self.builder.domain.catalogue.articles if not one.listed)
        )

    def uri(self, docname: str) -> str:
        """Return the address of a preview below the site's root; "" where there is none."""
        return quote(self.files.get(docname, ""))

    def _article_at(self, uri: str, docname: str) -> Article | None:
        """Return the article that a link leads to; a page has no preview of itself."""
        if not self.files or uri.startswith("#"):
            return None
        below = on_site(uri, self.builder.domain.catalogue.site.url)
        if is_elsewhere(below):
            return None
        folder = posixpath.dirname(unquote(self.builder.get_target_uri(docname)))
        article = self.builder.domain.references.page_at(joined(below, folder))
        return None if article is None or article.docname == docname else article

    def of_link(self, uri: str, docname: str) -> dict[str, str]:
        """Return the attributes of a link in the text of *docname*, as HTML names them.

        *uri* is its address as it stands in the page.  The page keeps that it depends on the
        article's being listed.
        """
        article = self._article_at(uri, docname)
        if article is None:
            return {}
        domain = self.builder.domain
        if domain.flow == ONE_PASS and docname in domain.catalogue.by_docname:
            domain.note_shown(docname, article)
        return self._attributes(article, self.builder.get_target_uri(docname))

    def at(self, uri: str, base: str) -> dict[str, str]:
        """Return the same of a link in a template; both addresses begin at the site's root."""
        article = self.builder.domain.references.page_at(joined(uri, ""))
        return self._attributes(article, base) if article else {}

    def _attributes(self, article: Article, base: str) -> dict[str, str]:
        preview = self.uri(article.docname)
        return {ATTRIBUTE: relative_uri(base, preview)} if preview else {}
