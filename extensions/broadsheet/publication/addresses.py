"""What the destination of a link means: an article, a page, a file, or nothing."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from broadsheet.publication.domain import domain_of
from broadsheet.publication.targets import moved_from, one_like
from broadsheet.rules.catalogue import joined
from broadsheet.rules.destinations import MAILBOX, on_site, split_destination
from broadsheet.sources.folders import is_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article
    from broadsheet.publication.domain import BroadsheetDomain


class Place(NamedTuple):
    """Where a link leads: to a document, or a file of the output."""

    address: str  #: below the site's root, without a slash at either end, as the link has it
    docname: str = ""
    file: str = ""


def place_of(builder: Builder, docname: str, destination: str) -> Place | None:
    """Return where a Jekyll link in *docname* leads, None for nowhere.

    It is what stands at that address, and if nothing does, what stands in the file of that
    name beside the text.
    """
    domain, address = domain_of(builder.env), _address(builder, docname, destination)
    found = _at_address(domain, address)
    if found is None and address in (made := _made(builder)):
        return Place(address, file=unquote(made[address]))
    if found is None and not destination.startswith("/"):
        path = joined(destination, _folder_of(builder.env, docname))
        found = _at_path(domain, path, address)
    return found


def uri_of(builder: Builder, place: Place) -> str:
    """Return the address of a place below the site's root, quoted."""
    return quote(place.file) if place.file else builder.get_target_uri(place.docname)


def resolve(builder: Builder, docname: str, destination: str) -> str | None:
    """Return the address of :func:`place_of`, or None."""
    place = place_of(builder, docname, destination)
    return None if place is None else uri_of(builder, place)


def article_at(builder: Builder, place: Place) -> Article | None:
    """Return the article to whose page a link leads, or that stood there."""
    domain = domain_of(builder.env)
    own = domain.catalogue.by_docname.get(place.docname)
    return own or domain.references.at_address(place.address).article


def home(env: BuildEnvironment, below: str) -> str | None:
    """Return how MyST is to be told that a link leads *below* the site's own address.

    That is the file of an article or a document, or in a Jekyll repository, whose addresses
    are looked up later, the address itself; None where there is nothing.
    """
    domain = domain_of(env)
    address, (_, anchor) = joined(below, ""), split_destination(below)
    if domain.options.jekyll:
        is_there = _at_address(domain, address) or address in _made(env._app.builder)
        return below if is_there else None
    if anchor.startswith("?"):
        return None  # MyST knows no query behind a document
    article = domain.catalogue.by_address.get(address)
    names = (address.removesuffix(".html"), posixpath.normpath(f"{address}/index"))
    documents = domain.catalogue.by_docname.keys() | env.found_docs
    docname = article.docname if article else next((one for one in names if one in documents), "")
    if docname:
        return f"/{quote(env.doc2path(docname, False).as_posix())}{anchor}"
    return below if address and is_file(env.srcdir / address) else None


def meaning(builder: Builder, article: Article, destination: str) -> object:
    """Return a value that changes whenever a link in *article* comes to mean something else."""
    env = builder.env
    domain = domain_of(env)
    target = domain.catalogue.target_of(destination, article)
    if target is not None:
        return target.title, builder.get_target_uri(target.docname)
    if (below := on_site(destination, domain.layout.site.url)) != destination:
        return home(env, below), resolve(builder, article.docname, below)
    address = said_of(builder, article.docname, destination) if domain.options.jekyll else None
    path = joined(destination, posixpath.dirname(article.path))
    is_document = env.project.path2doc(path) in env.found_docs
    return address, is_document, is_file(env.srcdir / path)


def said_of(builder: Builder, docname: str, destination: str) -> object:
    """Return a value that changes whenever a page or its warnings say more of a link than before.

    Which articles are named instead of one that is not there, takes long to find out.
    """
    if place := place_of(builder, docname, destination):
        article = article_at(builder, place)
        return uri_of(builder, place), article and article.title  # shown by a link without words
    why, _ = _why_nowhere(builder, docname, destination)
    return why or domain_of(builder.env).references.key


def nowhere(builder: Builder, docname: str, destination: str) -> str:
    """Say what is at the address of a link that leads to no page, and what was expected."""
    why, address = _why_nowhere(builder, docname, destination)
    if not why:
        near = domain_of(builder.env).references.near_addresses(address)
        why = f"no page of this site (expected {one_like(near, 'one, or http(s)://…')})"
    return why


def moved(builder: Builder, place: Place) -> str:
    """Say of a link that it leads to where an article stood which has moved; "" of others."""
    return moved_from(domain_of(builder.env), place.address)


def _why_nowhere(builder: Builder, docname: str, destination: str) -> tuple[str, str]:
    """Return what is known of a place where nothing is, and its address below the site's root."""
    domain, address = domain_of(builder.env), _address(builder, docname, destination)
    place = _made(builder).get(posixpath.splitext(address)[0])
    if reason := domain.layout.left_out.get(address):
        why = f"a file that is left out ({reason})"
    elif place:
        expected = f"/{place.removesuffix('index.html')}"
        why = f"no page of this site (expected {expected!r})"
    elif MAILBOX.match(split_destination(destination)[0]):
        why = f"no page of this site (expected {f'mailto:{destination}'!r})"
    else:
        why = ""
    return why, address


def _address(builder: Builder, docname: str, destination: str) -> str:
    """Return the address below the site's root that is meant, if one is."""
    folder = posixpath.dirname(unquote(builder.get_target_uri(docname)))
    return domain_of(builder.env).catalogue.address_of(destination, folder)


def _made(builder: Builder) -> Mapping[str, str]:
    """Return what a build makes itself, by address; a book makes no such pages."""
    made: Mapping[str, str] = getattr(builder, "made", {})
    return made


def _at_address(domain: BroadsheetDomain, address: str) -> Place | None:
    """Return what stands at an address, which has no slash at either end."""
    article = domain.catalogue.by_address.get(address)
    if article is not None:
        return Place(address, article.docname)
    if address in domain.layout.static_addresses:
        return Place(address, file=address)
    docname = domain.layout.page_addresses.get(address)
    return Place(address, docname) if docname else None


def _at_path(domain: BroadsheetDomain, path: str, address: str) -> Place | None:
    """Return what a file of the source is in the output, to which an *address* leads."""
    article = domain.catalogue.by_path.get(path)
    if article is not None:
        return Place(address, article.docname)
    if path in domain.layout.static:
        return Place(address, file=domain.layout.static[path])
    docname = domain.layout.page_files.get(path)
    return Place(address, docname) if docname else None


def _folder_of(env: BuildEnvironment, docname: str) -> str:
    return posixpath.dirname(env.doc2path(docname, False).as_posix())
