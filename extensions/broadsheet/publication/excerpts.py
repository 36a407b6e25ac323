"""Excerpts as HTML, each rendered once, and not again while it stays the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from broadsheet.publication.output_files import read_json, replace_text
from broadsheet.rules import excerpt_html
from broadsheet.rules.destinations import is_elsewhere, on_site, split_destination
from broadsheet.rules.digest import digest
from broadsheet.sources.kramdown.formulas import with_formulas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from broadsheet.model import Article
    from broadsheet.rules.catalogue import Catalogue
    from broadsheet.rules.citations import Citations
    from broadsheet.sources.kramdown.options import KramdownOptions

#: Stands in a rendered excerpt for the way from its page to the site's root.
ROOT = "broadsheet-root:"

#: The file between builds, and the version of what stands in it.
NAME = "broadsheet-excerpts.json"
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Excerpts:
    """The excerpts of all articles; links lead on from whatever page shows them."""

    catalogue: Catalogue
    citations: Citations
    uri: Callable[[str], str]
    path: Path  #: of the file between builds
    programs: str = ""  #: the digest of those that render
    dialect: KramdownOptions | None = None  #: of the excerpts; None for CommonMark
    extensions: frozenset[str] = frozenset()  #: MyST's
    wiki_links: bool = False  #: ``[[slug]]`` refers to an article
    _keys: dict[str, str] = field(default_factory=dict)

    def html(self, docname: str) -> str:
        """Return the excerpt of *docname*, with :data:`ROOT` for the site's root."""
        key, article = self._key(docname), self.catalogue.by_docname[docname]
        html = self._rendered.get(key)
        if html is None:
            html = self._rendered[key] = excerpt_html.render(
                article.excerpt,
                link=lambda destination: self._address(destination, article),
                post=self._post,
                dialect=with_formulas(self.dialect, article.front_matter),
                wiki_links=self.wiki_links,
                extensions=self.extensions,
            )
        return html

    def take(self, docname: str, html: str) -> None:
        """Keep what another process rendered."""
        self._rendered[self._key(docname)] = html

    def on_page(self, docname: str, content_root: str) -> str:
        """Return the excerpt for a page from which *content_root* leads to the site's root."""
        return self.html(docname).replace(ROOT, content_root)

    def text(self, docname: str) -> str:
        """Return the excerpt without markup."""
        return excerpt_html.as_text(self.html(docname))

    def save(self) -> None:
        """Keep the excerpts that are shown now for the next build, if any has been rendered."""
        if self._rendered.keys() <= self._stored.keys():
            return
        keys = map(self._key, self.catalogue.by_docname)
        kept = {key: self._rendered[key] for key in keys if key in self._rendered}
        text = json.dumps({"version": VERSION, "excerpts": kept}, ensure_ascii=False)
        replace_text(self.path, text)

    @cached_property
    def _stored(self) -> dict[str, str]:
        stored = read_json(self.path, VERSION) or {}
        excerpts = stored.get("excerpts")
        return (
            {str(key): str(html) for key, html in excerpts.items()}
            if isinstance(excerpts, dict)
            else {}
        )

    @cached_property
    def _rendered(self) -> dict[str, str]:
        return dict(self._stored)

    @cached_property
    def reading(self) -> str:
        """The digest of how excerpts are read."""
        return digest(self.programs, sorted(self.extensions), self.wiki_links)

    def _key(self, docname: str) -> str:
        """Return the digest of what an excerpt is made of."""
        if docname not in self._keys:
            article = self.catalogue.by_docname[docname]
            links = [self._address(link, article) for link in article.links]
            posts = [self._post(mention.to) for mention in article.mentions if mention.by_name]
            dialect = with_formulas(self.dialect, article.front_matter)
            has_formulas = dialect is not None and dialect.formulas
            self._keys[docname] = digest(self.reading, article.excerpt, links, posts, has_formulas)
        return self._keys[docname]

    def _post(self, name: str) -> tuple[str, str] | None:
        article = self.citations.named(name)
        if article is None:
            return None
        _, sign, anchor = name.partition("#")
        return article.title, ROOT + self.uri(article.docname) + sign + quote(anchor)

    def _address(self, destination: str, article: Article) -> str | None:
        below = on_site(destination, self.catalogue.site.url)
        if is_elsewhere(below):
            return destination
        if destination.startswith("#"):
            return ROOT + self.uri(article.docname) + destination
        target = self.catalogue.target_of(below, article)
        if target is None:
            return destination if is_elsewhere(destination) else None
        return ROOT + self.uri(target.docname) + split_destination(destination)[1]
