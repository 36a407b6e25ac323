"""Where pages are: at the addresses that articles and hand-written pages ask for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from sphinx.builders.html import StandaloneHTMLBuilder

from broadsheet.publication.domain import domain_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from broadsheet.publication.domain import BroadsheetDomain


class AddressedBuilder(StandaloneHTMLBuilder):
    """A builder whose pages have permalinks."""

    @property
    def domain(self) -> BroadsheetDomain:
        """The door to the catalogue."""
        return domain_of(self.env)

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        pages = self.domain.layout.pages.items()
        return {
            **{docname: page.address for docname, page in pages if page.address},
            **{one.docname: one.address for one in self.domain.catalogue.articles if one.address},
        }

    @cached_property
    def _uris(self) -> dict[str, str]:
        """What has been asked for: of some pages, by each that leads there."""
        return {}

    @property
    def root_path(self) -> str:
        """The path of the site's root at its host, with a slash at either end."""
        path = urlsplit(self.config.html_baseurl or "").path.strip("/")
        return f"/{path}/" if path else "/"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a page below the site's root, quoted."""
        if uri := self._uris.get(docname):
            return uri
        address = self._addresses.get(docname)
        uri = quote(address) if address else super().get_target_uri(docname, typ)
        self._uris[docname] = uri
        return uri

    def canonical_uri(self, pagename: str) -> str:
        """Return the address of a page for those outside: ``a/``, as every host serves it.

        Links within the site name the file, ``a/index.html``, so that they lead there without a
        host, too.
        """
        uri = self.get_target_uri(pagename)
        return uri.removesuffix("index.html") if uri.rpartition("/")[2] == "index.html" else uri

    def get_output_path(self, page_name: str, /) -> Path:
        """Return the file of a page."""
        return Path(self.outdir, self.file_of(page_name))

    def file_of(self, pagename: str) -> str:
        """Return the same below the output folder, with ``/``, and no path made of it."""
        return self._addresses.get(pagename) or self.usual_file_of(pagename)

    def usual_file_of(self, pagename: str) -> str:
        """Return the file of a page that has no address of its own; Sphinx's rule."""
        return f"{pagename}{self.out_suffix}"
