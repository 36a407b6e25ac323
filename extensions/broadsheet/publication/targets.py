"""What references by name mean: where they lead, and what is said of those that lead nowhere."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from docutils import nodes
from sphinx.util.osutil import relative_uri

from broadsheet.model import Subtype
from broadsheet.publication.extra_files import extra_files
from broadsheet.publication.problems import warn
from broadsheet.rules.anchors import anchors_of
from broadsheet.rules.catalogue import Kind
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.builders import Builder

    from broadsheet.model import Article
    from broadsheet.publication.domain import BroadsheetDomain
    from broadsheet.rules.references import Post, Reference, References

#: The role of articles; those of their groups are named as these.
POST = "post"

#: The role of what may be the name of an article, and of something that is none.
ANY = "any"

#: The role of a link to an address of this site, below its root.
ADDRESS = "address"

#: What becomes of a role that leads nowhere.
SHOWN = "its text is shown"


class Target(NamedTuple):
    """Where a reference leads, and what is to be said of it."""

    title: str = ""
    page: str = ""  #: the name of the page, "" for none
    uri: str = ""  #: below the site's root, of what has no such name
    anchor: str = ""
    fault: str = ""
    hint: str = ""

    @property
    def is_there(self) -> bool:
        """Tell whether it leads anywhere."""
        return bool(self.page or self.uri)


def target_of(domain: BroadsheetDomain, builder: Builder, reference: Reference) -> Target:
    """Return what a reference means now."""
    if reference.role == ANY:
        target = _post(domain, reference.name, like=False)
        return target if target.page else Target()
    if reference.role == ADDRESS:
        return _page(domain, builder, reference.name)
    if reference.role == POST:
        return _post(domain, reference.name)
    return _group(builder, domain, Kind(reference.role), reference.name)


def _post(domain: BroadsheetDomain, written: str, *, like: bool = True) -> Target:
    name, _, anchor = written.partition("#")
    found = domain.references.post(name)
    if found.article:
        article, own = found.article, domain.references.name_of(found.article)
        hint = f"post {name!r} has moved (expected its name {own!r}); the link leads there"
        fault = f"post {written!r} names an anchor that {article.path} has not"
        is_there = not anchor or anchor in anchors_in(domain, article)
        return Target(
            title=article.title,
            page=article.docname,
            anchor=anchor,
            fault="" if is_there else f"{fault} (expected the id of a heading); leads to its top",
            hint=hint if found.is_former else "",
        )
    return Target(fault=f"{missed(domain.references, name, found, like=like)}; {SHOWN}")


def _page(domain: BroadsheetDomain, builder: Builder, written: str) -> Target:
    address, _, anchor = written.partition("#")
    found = domain.references.at_address(address)
    if article := found.article:
        hint = moved_from(domain, address)
        return Target(title=article.title, page=article.docname, anchor=anchor, hint=hint)
    names = (address.removesuffix(".html"), posixpath.normpath(f"{address}/index"))
    if docname := next((one for one in names if one in domain.env.found_docs), ""):
        title = domain.env.titles.get(docname)
        return Target(title=title.astext() if title else "", page=docname, anchor=anchor)
    made: Mapping[str, str] = getattr(builder, "made", {})  # a book makes no listings
    if uri := made.get(address) or (quote(address) if address in extra_files(builder._app) else ""):
        return Target(uri=uri, anchor=anchor)
    near = domain.references.near_addresses(address)
    return Target(
        fault=f"leads to no page and no file of this site (expected {one_like(near, 'one')})"
    )


def moved_from(domain: BroadsheetDomain, address: str) -> str:
    """Say of an address, below the site's root, that an article stood there which has moved."""
    found = domain.references.at_address(address)
    if found.article is None or not found.is_former:
        return ""
    own = domain.references.name_of(found.article)
    hint = f"the article at {address!r} has moved (expected its name {own!r})"
    return f"{hint}; the link leads there"


def missed(references: References, name: str, found: Post, *, like: bool = True) -> str:
    """Say why a name means no article, and what would; *like*: with those that it resembles."""
    if found.several:
        return f"post {name!r} may be one of several (expected {_either(found.several)})"
    if found.withheld:
        return f"post {name!r} is not published (expected an article that is)"
    near = references.near(name) if like else ()
    return f"post {name!r} names no article (expected {one_like(near, 'the slug of one')})"


def _group(builder: Builder, domain: BroadsheetDomain, kind: Kind, name: str) -> Target:
    group, near = domain.references.group(kind, name)
    if group is None:
        nothing = f"no {kind} of any article"
        fault = (
            f"{kind} {name!r} names {nothing} (expected {one_like(near, 'one that articles have')})"
        )
        return Target(fault=f"{fault}; {SHOWN}")
    views = getattr(builder, "views", None)  # a book has no pages of listings
    page = views.listing_name(kind, group.key) if views else ""
    return Target(title=group.title, page=page)


def one_like(near: tuple[str, ...], otherwise: str) -> str:
    """Say what was expected: a name like one of those that are *near*, if any is."""
    return f"one like {_either(near)}" if near else otherwise


def _either(names: tuple[str, ...]) -> str:
    *others, last = map(repr, names)
    return f"{', '.join(others)} or {last}" if others else last


def anchors_in(domain: BroadsheetDomain, article: Article) -> frozenset[str]:
    """Return the anchors of an article's text as it is now; they are worked out once."""
    known = domain.anchors
    if article.path not in known:
        try:
            data = (domain.env.srcdir / article.path).read_bytes()
        except OSError:
            data = b""
        lines = decode(data, article.path)[0].split("\n")
        known[article.path] = anchors_of("\n".join(lines[article.body_line - 1 :]))
    return known[article.path]


def facts_of(domain: BroadsheetDomain, builder: Builder, reference: Reference) -> tuple[str, ...]:
    """Return a value that changes whenever a reference comes to mean something else."""
    target = target_of(domain, builder, reference)
    return (*target, builder.get_target_uri(target.page) if target.page else "")


def link_to(
    builder: Builder, docname: str, target: Target, text: list[nodes.Node]
) -> nodes.reference:
    """Return the link that leads from a document to a target."""
    if target.uri:
        uri = relative_uri(builder.get_target_uri(docname), target.uri)
    else:
        uri = builder.get_relative_uri(docname, target.page)
    uri += f"#{target.anchor}" if target.anchor else ""
    return nodes.reference("", "", *text, internal=True, refuri=uri)


def say(target: Target, node: nodes.Element) -> None:
    """Warn of what is wrong with a reference; give a hint where it only goes by an old name."""
    if target.fault:
        warn(Subtype.REF, target.fault, location=node)
    if target.hint:
        warn(Subtype.MOVED, target.hint, location=node)
