"""Where links, images and tags lead: to what is there, or to nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from broadsheet.command.audit.findings import Finding, Kind, Place
from broadsheet.command.audit.support import MADE_BY_PLUGINS
from broadsheet.rules.anchors import anchors_of
from broadsheet.rules.catalogue import Catalogue, joined
from broadsheet.rules.listing_folders import listing_folders
from broadsheet.rules.ownership import html_file
from broadsheet.sources.folders import is_file
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.command.audit.archive import Archive
    from broadsheet.command.audit.links import Target
    from broadsheet.command.audit.look import Look, Text
    from broadsheet.model import Article

_SITE = re.compile(r"(?:\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\})+/?")
_RELATIVE = re.compile(
    r"\{\{-?\s*[\"'](?P<to>[^\"'{}]*)[\"']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}(?P<rest>.*)",
    re.DOTALL,
)
_MADE = ("", ".", "index.html", "404.html", "articles.json", "references.json", "sitemap.xml")


@dataclass(frozen=True, kw_only=True)
class Places:
    """All that a link of an archive may lead to."""

    archive: Archive
    catalogue: Catalogue  #: of what is published
    withheld: Mapping[str, str]  #: path, name of a post or address of what is not, to its path
    posts: frozenset[str]  #: names that ``post_url`` knows
    made: frozenset[str]  #: addresses of pages, files and listings
    themed: Mapping[str, str]  #: address to path
    anchors: dict[str, frozenset[str]] = field(default_factory=dict)  #: by path, as they are asked

    def check(self, text: Text, article: Article | None = None) -> Iterator[Finding]:
        """Find what leads nowhere of an article's text, or of a page's."""
        for target in text.targets:
            to = _written(target.to)
            if to is not None:
                yield from self._check(text.path, target, to, article)
        for tag, place in text.names:
            yield from self._check_name(text.path, tag, place)

    def _check(
        self, path: str, target: Target, to: str, article: Article | None
    ) -> Iterator[Finding]:
        whole, _, fragment = to.partition("#")
        whole = whole.partition("?")[0]
        if not whole:
            yield from self._check_anchor(path, target, path, fragment)
            return
        there = self._article(whole, path, article)
        if there is not None:
            yield from self._check_anchor(path, target, there.path, fragment)
        elif not self._is_there(whole, path, article):
            kind, text = self._missing(whole, path, target, article)
            yield Finding(path, target.line, kind, text)

    def _article(self, to: str, path: str, article: Article | None) -> Article | None:
        if article is not None:
            return self.catalogue.target_of(to, article)
        folder = posixpath.dirname(path)
        there = self.catalogue.at(to, folder)
        return there or self.catalogue.by_address.get(self.catalogue.address_of(to, folder))

    def _addresses(self, to: str, path: str, article: Article | None) -> tuple[str, ...]:
        """Return the addresses that a destination may mean, the likeliest first."""
        folders = [posixpath.dirname(article.address if article else path), posixpath.dirname(path)]
        found = [self.catalogue.address_of(to, folder) for folder in folders]
        return tuple(dict.fromkeys([*found, *(joined(to, folder) for folder in folders)]))

    def _is_there(self, to: str, path: str, article: Article | None) -> bool:
        addresses = self._addresses(to, path, article)
        if any(one in self.made for one in addresses):
            return True
        if self.archive.kind == "jekyll":
            return False  # whose walk has found all that is copied
        return any(self._is_file(one) for one in addresses if not one.startswith(".."))

    def _is_file(self, path: str) -> bool:
        try:
            place = self.archive.root / path
            stem = place.name.removesuffix(".html")
            documents = (place.with_name(f"{stem}{suffix}") for suffix in (".md", ".rst"))
            return place.exists() or any(one.is_file() for one in documents)
        except (OSError, ValueError):  # a name that no file system takes
            return False

    def _missing(
        self, to: str, path: str, target: Target, article: Article | None
    ) -> tuple[Kind, str]:
        addresses = self._addresses(to, path, article)
        shown = repr(target.to[:100])
        if target.is_image:
            return Kind.IMAGE_FILE, f"image {shown} is no file of the site"
        for one in addresses:
            if withheld := self.withheld.get(one):
                return Kind.WITHHELD, f"link {shown} leads to {withheld}, which is not published"
            if themed := self.themed.get(one):
                return (
                    Kind.THEME_PAGE,
                    f"link {shown} leads to {themed}, which is left out",
                )
        return Kind.LINK, f"link {shown} leads to no page or file of the site"

    def _check_anchor(
        self, path: str, target: Target, there: str, fragment: str
    ) -> Iterator[Finding]:
        if not fragment or fragment.startswith(":~:") or "{" in fragment:
            return
        if self.archive.kind == "sphinx":
            return  # where it may be a label of any document
        anchors = self._anchors(there)
        if fragment not in anchors and unquote(fragment) not in anchors:
            where = "" if there == path else f" of {there}"
            text = f"link {target.to[:100]!r} names an anchor that no heading{where} has"
            yield Finding(path, target.line, Kind.ANCHOR, text)

    def _anchors(self, path: str) -> frozenset[str]:
        if path not in self.anchors:
            try:
                text, _ = decode((self.archive.root / path).read_bytes(), path)
            except OSError:
                text = ""
            line = next((one.body_line for one in self.archive.pages if one.path == path), 0)
            known = self.catalogue.by_path.get(path)
            first = known.body_line if known else line or 1
            self.anchors[path] = anchors_of("\n".join(text.split("\n")[first - 1 :]))
        return self.anchors[path]

    def _check_name(self, path: str, tag: str, place: Place) -> Iterator[Finding]:
        """Check what ``post_url``, ``link`` and the includes name."""
        name = place.name
        if tag == "post_url":
            bare = name.lstrip("/")
            if bare not in self.posts:
                withheld = self.withheld.get(bare)
                kind = Kind.WITHHELD if withheld else Kind.LIQUID
                why = "is not published" if withheld else "is no article"
                yield Finding(path, place.line, kind, f"post_url {name[:100]!r} {why}")
        elif tag == "link":
            file = joined(name, "")
            if file in self.withheld:
                text = f"link tag {name[:100]!r} leads to an article that is not published"
                yield Finding(path, place.line, Kind.WITHHELD, text)
            elif file not in self.catalogue.by_path and not self._is_file(file):
                text = f"link tag {name[:100]!r} names no file of the site"
                yield Finding(path, place.line, Kind.LIQUID, text)
        else:
            folder = posixpath.dirname(path) if tag == "include_relative" else "_includes"
            file = posixpath.normpath(posixpath.join(folder, name))
            if file.startswith("..") or not is_file(self.archive.root / file):
                text = f"{tag} {name[:100]!r} is no file in {folder or 'the source'}"
                yield Finding(path, place.line, Kind.INCLUDE, text)


def places_of(
    archive: Archive, catalogue: Catalogue, looks: Sequence[Look], plugins: Iterable[str]
) -> Places:
    """Note all that a link may lead to."""
    published = catalogue.by_path
    withheld = [look.article for look in looks if look.article.path not in published]
    made = {*_MADE, *(MADE_BY_PLUGINS[one] for one in plugins if one in MADE_BY_PLUGINS)}
    made |= set(_variants(address for page in archive.pages for address in page.addresses))
    made |= {page.path for page in archive.pages}
    made |= {*archive.static, *archive.static.values()}
    made |= set(_variants(one.address for one in catalogue.redirects)) | set(_listings(catalogue))
    return Places(
        archive=archive,
        catalogue=catalogue,
        withheld=_withheld(withheld),
        posts=frozenset(name for one in catalogue.articles for name in _post_names(one.path)),
        made=frozenset(made),
        themed={
            variant: path
            for address, path in archive.theme_pages.items()
            for variant in (*_variants([address]), path)
        },
    )


def _written(to: str) -> str | None:
    """Return a destination without what Liquid puts before it; None where only Liquid knows."""
    if "{" not in to:
        return to
    if found := _RELATIVE.match(to):
        to = f"/{found['to'].lstrip('/')}{found['rest']}"
    else:
        to = _SITE.sub("/", to, count=1) if _SITE.match(to) else to
    return None if "{{" in to or "{%" in to else to


def _variants(addresses: Iterable[str]) -> Iterator[str]:
    """Yield addresses, and what hosts take for them."""
    for address in addresses:
        bare = address.removesuffix(".html")
        yield from (address, bare, bare.removesuffix("/index"), bare.removesuffix("index"))


def _listings(catalogue: Catalogue) -> Iterator[str]:
    for kind, folder in listing_folders(catalogue.collections).items():
        groups = catalogue.groups[kind]
        names = [posixpath.join(folder, key) for key in ("", *groups)] if groups else []
        yield from _variants(f"{name.rstrip('/')}/index.html" for name in names if name)


def _withheld(articles: Iterable[Article]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in articles:
        address = one.address or html_file(one.docname)
        for name in (one.path, *_variants([address]), *_post_names(one.path)):
            found.setdefault(name, one.path)
    return found


def _post_names(path: str) -> Iterator[str]:
    """Yield the names by which ``post_url`` knows a post (lib/jekyll/tags/post_url.rb)."""
    above, posts, name = path.rpartition("_posts/")
    if posts:
        bare = posixpath.splitext(name)[0]
        yield bare
        yield posixpath.basename(bare)
        yield f"{above}{bare}"
