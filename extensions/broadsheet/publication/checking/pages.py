"""The pages of a publication, by what leads to them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from broadsheet.publication.addresses import resolve
from broadsheet.publication.domain import domain_of
from broadsheet.publication.extra_files import extra_files
from broadsheet.rules import destinations
from broadsheet.rules.catalogue import joined
from broadsheet.rules.destinations import Place, is_elsewhere, on_site, split_destination
from broadsheet.sources.folders import is_file

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from broadsheet.publication.builders import PublicationBuilder
    from broadsheet.publication.domain import BroadsheetDomain

#: Pages that lead on to one another before it is taken for a circle.
MOST_MOVES = 10


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The pages that a build would write, and the files that it would copy."""

    builder: PublicationBuilder

    @property
    def env(self) -> BuildEnvironment:
        """Sphinx's environment."""
        return self.builder.env

    @property
    def domain(self) -> BroadsheetDomain:
        """The door to the catalogue."""
        return domain_of(self.env)

    def docname_at(self, docname: str, path: str) -> str:
        """Return the page to which a path in *docname* leads, "" for none."""
        page = unquote(self.builder.get_target_uri(docname))
        address = joined(unquote(path.partition("?")[0]), posixpath.dirname(page))
        return self._docnames.get(address, "")

    def landing(self, docname: str) -> str:
        """Return the page that shows itself where one leads on, "" for one elsewhere."""
        for _ in range(MOST_MOVES):
            target = self.targets.get(docname)
            if not target:
                return docname
            below = on_site(target, self.domain.layout.site.url)
            docname = "" if is_elsewhere(below) else self.docname_at(docname, below)
        return ""

    @cached_property
    def targets(self) -> Mapping[str, str]:
        """Where pages lead that show no text, by docname."""
        articles = ((one.docname, one.redirect_to) for one in self.domain.catalogue.articles)
        moves = ((docname, one.target) for docname, one in self.domain.layout.moves.items())
        return {docname: target for docname, target in (*articles, *moves) if target}

    @cached_property
    def _docnames(self) -> Mapping[str, str]:
        """The documents, by every form of their addresses."""
        found: dict[str, str] = {}
        for docname in sorted({*self.env.found_docs, *self.domain.catalogue.by_docname}):
            address = unquote(self.builder.get_target_uri(docname))
            bare = address.removesuffix(".html")
            for form in (address.rstrip("/"), bare, bare.removesuffix("/index")):
                found.setdefault(joined(form, ""), docname)
        return found

    def is_there(self, docname: str, to: str) -> bool:
        """Tell whether an address leads to something of the site, or elsewhere."""
        below = on_site(to, self.domain.layout.site.url)
        if is_elsewhere(below) or resolve(self.builder, docname, below) is not None:
            return True
        folder = posixpath.dirname(unquote(self.builder.get_target_uri(docname)))
        address = joined(unquote(split_destination(below)[0]), folder)
        return address in self._docnames or address in self._files

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset({*extra_files(self.builder._app), ".", ""})

    def is_file(self, docname: str, src: str) -> bool:
        """Tell whether an image is a file of the source, or elsewhere."""
        path = self.env.doc2path(docname, False).as_posix()
        place = Place(path, unquote(self.builder.get_target_uri(docname)))
        below = on_site(src, self.domain.layout.site.url)
        if is_elsewhere(below):
            return True
        copied = self.domain.layout.static_paths
        return any(one in copied for one in destinations.addresses(below, place)) or any(
            is_file(self.env.srcdir / one) for one in destinations.paths(below, place)
        )
