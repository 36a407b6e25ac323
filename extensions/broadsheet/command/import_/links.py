"""Where the links and images of a text lead in the new project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from broadsheet.command.import_.plan import EXTRA, MEDIA, address_of, page_of
from broadsheet.command.import_.text.tokens import Target
from broadsheet.model import Problem, Subtype
from broadsheet.rules.catalogue import by_every_address, joined
from broadsheet.rules.destinations import (
    Place,
    addresses,
    is_elsewhere,
    on_site,
    paths,
    split_destination,
    with_subpath,
)
from broadsheet.sources.folders import is_file, link_fault

if TYPE_CHECKING:
    from broadsheet.command.import_.plan import Plan

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):|//")
#: Schemes that MyST takes for addresses by itself (``myst_url_schemes``).
_KNOWN_SCHEMES = frozenset({"http", "https", "mailto", "ftp"})
#: Characters of a path that need no quoting in a link.
_SAFE = "/!$&'*+,;=@~"


@dataclass(frozen=True, kw_only=True)
class Links:
    """The destinations of a plan."""

    plan: Plan

    @cached_property
    def _by_address(self) -> dict[str, str]:
        """New paths of documents by the addresses of their pages, as hosts take them."""
        plan = self.plan
        whole = {address: path for path, address in self.addresses.items()}
        whole |= {
            one.address: plan.pages[one.path]
            for one in plan.archive.pages
            if one.path in plan.pages
        }
        short = {address.removesuffix(".html"): path for address, path in whole.items()}
        folders = {
            address.removesuffix("index").rstrip("/") or ".": path
            for address, path in short.items()
            if posixpath.basename(address) == "index"
        }
        return folders | short | whole

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The addresses of documents, by their new paths."""
        archive, plan = self.plan.archive, self.plan
        pages = {new: page_of(new) for new in plan.pages.values()}
        return pages | {
            new: address_of(archive.articles[old]) for old, new in plan.articles.items()
        }

    @cached_property
    def _by_path(self) -> dict[str, str]:
        """New paths of documents by their old ones."""
        return {**self.plan.pages, **self.plan.articles}

    @cached_property
    def static(self) -> dict[str, str]:
        """Old paths of files that are copied, by their addresses."""
        return {address.lstrip("/"): path for path, address in self.plan.archive.files.static}

    @cached_property
    def _copied(self) -> dict[str, str]:
        return dict(self.plan.archive.files.static)

    def document(self, destination: str, path: str, address: str) -> str:
        """Return the new path of the document that *destination*, written in a file, means."""
        catalogue = self.plan.archive.catalogue
        found = self._by_path.get(joined(destination, posixpath.dirname(path)))
        if found is None:
            wanted = catalogue.address_of(destination, posixpath.dirname(address))
            found = self._by_address.get(wanted)
        return found or ""

    def listing(self, destination: str, address: str) -> str:
        """Return the address of the listing that *destination* means, "" for none."""
        catalogue = self.plan.archive.catalogue
        wanted = catalogue.address_of(destination, posixpath.dirname(address))
        return self._listings.get(wanted, "")

    @cached_property
    def _listings(self) -> dict[str, str]:
        files = (f"{name}.html" for name in self.plan.archive.listings)
        return by_every_address({file: file for file in files})

    def is_front(self, destination: str, address: str) -> bool:
        """Tell whether *destination* means the front page."""
        catalogue = self.plan.archive.catalogue
        wanted = catalogue.address_of(destination, posixpath.dirname(address))
        return wanted in {".", "index", "index.html"}

    def file(self, destination: str, place: Place) -> str:
        """Return the address of the file that *destination* means, "" for none."""
        found = (one for one in addresses(destination, place) if one in self.static)
        beside = (self._copied[one] for one in paths(destination, place) if one in self._copied)
        return next(found, "") or next(beside, "").lstrip("/")


@dataclass(kw_only=True)
class TextLinks:
    """The destinations of one text; gathers what leads nowhere."""

    links: Links
    path: str  #: of the old file
    address: str  #: of its page
    new: str  #: path of the new file
    subpath: str = ""  #: what its images have before their names
    broken: dict[str, str] = field(default_factory=dict)  #: destinations, and what they are
    beside: dict[str, str] = field(default_factory=dict)  #: old to new path of files to copy

    def __call__(self, destination: str, is_image: bool) -> Target:
        """Return the target of a link or an image."""
        return self._image(destination) if is_image else self._link(destination)

    def lead_image(self, src: str) -> str:
        """Return the new path, below the source folder, of a lead image of the repository."""
        return self._picture(f"/{src}", self._place._replace(subpath="")) or src

    @property
    def _place(self) -> Place:
        return Place(self.path, self.address, self.subpath)

    def problems(self, text: str, first_line: int) -> Iterator[Problem]:
        """Name the destinations that lead nowhere, each where it stands first."""
        for destination, what in self.broken.items():
            line = first_line + max(text[: max(text.find(destination), 0)].count("\n"), 0)
            message = f"{what} {destination[:80]!r} leads to nothing of this site; left as it is"
            yield Problem(path=self.path, line=line, subtype=Subtype.REF, message=message)

    def _link(self, destination: str) -> Target:
        plain = self._plain(destination)
        if not plain or plain.startswith("#"):
            # the top of any page (HTML, 7.4.6.4) is no anchor for MyST to look up
            return Target(destination, destination, external=plain in {"#", "#top"})
        if scheme := _SCHEME.match(plain):
            is_known = (scheme[1] or "").lower() in _KNOWN_SCHEMES
            return Target(destination, destination, external=not is_known)
        _, behind = split_destination(plain)
        if document := self.links.document(plain, self.path, self.address):
            address = self._to_address(self.links.addresses[document]) + behind
            if behind.startswith("?"):  # which MyST knows behind no document
                return Target(address, address, external=True)
            return Target(self._to_document(document) + behind, address)
        if file := self.links.file(plain, self._place._replace(subpath="")):
            address = self._to_address(file) + behind
            return Target(address, address, external=True)
        if listing := self.links.listing(plain, self.address):
            address = self._to_address(listing) + behind
            return Target(address, address, external=True)
        if self.links.is_front(plain, self.address):
            address = self._to_address("index.html") + behind
            return Target(address, address, external=True)
        self.broken.setdefault(destination, "link")
        return Target(destination, destination, external=True)

    def _image(self, destination: str) -> Target:
        plain = self._plain(destination)
        whole = with_subpath(plain, self.subpath)
        if is_elsewhere(whole):
            return Target(whole, whole)
        if not plain or is_elsewhere(plain):
            return Target(destination, destination)
        picture = self._picture(plain, self._place)
        if not picture:
            self.broken.setdefault(destination, "image")
            return Target(destination, destination)
        address = picture.removeprefix(f"{EXTRA}/")
        return Target(f"/{quote(picture, safe=_SAFE)}", self._to_address(address))

    def _picture(self, src: str, place: Place) -> str:
        """Return the new path of an image's file; one that Jekyll would not publish is copied."""
        if address := self.links.file(src, place):
            return f"{EXTRA}/{address}"
        root = self.links.plan.archive.root
        for path in paths(src, place):
            if is_file(root / path) and not link_fault(root, path):
                self.beside[path] = f"{MEDIA}/{path.lstrip('_')}"
                return self.beside[path]
        return ""

    def _plain(self, destination: str) -> str:
        """Return a destination on the site without the site's own address."""
        return on_site(destination, self.links.plan.archive.identity.url)

    def _to_document(self, document: str) -> str:
        folder = posixpath.dirname(self.new)
        return quote(posixpath.relpath(document, folder or "."), safe=_SAFE)

    def _to_address(self, address: str) -> str:
        folder = posixpath.dirname(self.address)
        path = posixpath.relpath(address, folder or ".")
        if posixpath.basename(address) == "index.html":
            path = posixpath.join(posixpath.dirname(path), "") or "./"
        return quote(unquote(path), safe=_SAFE)
