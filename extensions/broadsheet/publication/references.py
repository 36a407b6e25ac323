"""References by name: the roles, and their way to what they mean."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from docutils import nodes
from myst_parser.sphinx_ext.myst_refs import MystReferenceResolver
from sphinx.ext.intersphinx import resolve_reference_any_inventory
from sphinx.util.logging import suppress_logging

from broadsheet.model import Subtype
from broadsheet.publication.article_links import keep_attributes
from broadsheet.publication.domain import ROLES, BroadsheetDomain, NameRole, domain_of
from broadsheet.publication.problems import warn
from broadsheet.publication.targets import (
    ADDRESS,
    ANY,
    POST,
    SHOWN,
    Target,
    link_to,
    say,
    target_of,
)
from broadsheet.rules.catalogue import joined
from broadsheet.rules.destinations import is_elsewhere, split_destination
from broadsheet.rules.references import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx import addnodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def names_in(
    env: BuildEnvironment, pending: Iterable[addnodes.pending_xref]
) -> Iterator[Reference]:
    """Yield what is referred to by name, and what may be.

    A link to ``#name`` may mean an article, and so may one to a path that is no file.
    """
    for node in pending:
        if is_by_name(node):
            yield Reference(str(node["reftype"]), str(node["reftarget"]))
        elif _may_be_post(node):
            yield Reference(ANY, str(node["reftarget"]))
        elif address := _address(env, node):
            yield address


def is_by_name(node: addnodes.pending_xref) -> bool:
    """Tell whether a reference is of one of the roles, and not to another project."""
    return node.get("refdomain") == BroadsheetDomain.name and not node.get("intersphinx")


def _address(env: BuildEnvironment, node: addnodes.pending_xref) -> Reference | None:
    """Return the address to which a link leads, below the site's root, if it is one."""
    target = str(node.get("reftarget", ""))
    domain = domain_of(env)
    if not _is_link(node) or not _PATH.search(target) or domain.options.jekyll:
        return None  # Jekyll's addresses lead to more than articles
    path, behind = split_destination(target)
    if behind.startswith("?") or is_elsewhere(path):
        return None
    article = domain.catalogue.by_docname.get(env.docname)
    here = (article and article.address) or env.doc2path(env.docname, False).as_posix()
    return Reference(ADDRESS, joined(path, posixpath.dirname(here)) + behind)


def _is_link(node: addnodes.pending_xref) -> bool:
    """Tell whether a reference is a link that names no document."""
    return node.get("reftype") == "myst" and not node.get("refdomain")


def _may_be_post(node: addnodes.pending_xref) -> bool:
    """Tell whether a reference is one that all domains are asked about."""
    if node.get("reftype") == "any":
        return True
    is_anchor = _is_link(node) and not _PATH.search(str(node["reftarget"]).partition("#")[0])
    return is_anchor and not node.get("reflocalid")


@dataclass(frozen=True, kw_only=True)
class Names:
    """The references of a document by name."""

    env: BuildEnvironment
    document: nodes.document

    def resolve(self, pending: Iterable[addnodes.pending_xref]) -> None:
        """Replace those of roles by links, or by their text; say what MyST cannot know."""
        for node in pending:
            if is_by_name(node):
                self._resolve(node, Reference(str(node["reftype"]), str(node["reftarget"])))
            elif node.get("reftype") == "myst" and _may_be_post(node):
                self._report_unknown(node)
            elif address := _address(self.env, node):
                self._lead(node, address)

    def _resolve(self, node: addnodes.pending_xref, reference: Reference) -> None:
        target = target_of(domain_of(self.env), self.env._app.builder, reference)
        say(target, node)
        self._put(node, target)

    def _lead(self, node: addnodes.pending_xref, address: Reference) -> None:
        """Lead to what stands at an address; leave to MyST what it knows by that name."""
        target = target_of(domain_of(self.env), self.env._app.builder, address)
        if target.is_there:
            say(target, node)
            self._put(node, target)
        elif not self._is_known(node):
            written = str(node["reftarget"])
            message = f"link {written[:80]!r} {target.fault}; left as it is"
            warn(Subtype.REF, message, location=node)
            text = node.children if node.get("refexplicit") else [nodes.literal("", written)]
            link = nodes.reference("", "", *text, internal=False, refuri=written)
            keep_attributes(node, link)
            node.replace_self(link)

    def _put(self, node: addnodes.pending_xref, target: Target) -> None:
        """Put a link to a target in the place of a reference, or its text."""
        text: list[nodes.Node] = list(node.children)
        if target.title and not node.get("refexplicit"):
            classes: list[str] = cast("nodes.Element", node[0]).get("classes", [])
            text = [nodes.inline(target.title, target.title, classes=classes)]
        if target.is_there:
            link = link_to(self.env._app.builder, self.env.docname, target, text)
            keep_attributes(node, link)
            text = [link]
        node.replace_self(text)

    def _report_unknown(self, node: addnodes.pending_xref) -> None:
        """Say of a link to ``#name`` that leads nowhere, which articles are like it."""
        if self._is_known(node):
            return
        reference = Reference(POST, str(node["reftarget"]))
        target = target_of(domain_of(self.env), self.env._app.builder, reference)
        domain_of(self.env).note_reference(self.env.docname, reference)  # which others may be like
        warn(Subtype.REF, target.fault.replace(SHOWN, "leads nowhere"), location=node)
        text = node.children if node.get("refexplicit") else [nodes.literal("", reference.name)]
        node.replace_self(
            nodes.reference("", "", *text, internal=True, refuri=f"#{quote(reference.name)}")
        )

    def _is_known(self, node: addnodes.pending_xref) -> bool:
        """Tell whether MyST will find something, here or in another project."""
        text = cast("nodes.TextElement", node[0].deepcopy())
        domains = self.env.config.myst_ref_domains
        with suppress_logging():  # which it says again
            found = MystReferenceResolver(self.document).resolve_myst_ref_any(
                str(node.get("refdoc", self.env.docname)), node, text, domains
            )
            if found is None and "sphinx.ext.intersphinx" in self.env._app.extensions:
                other = node.deepcopy()
                other["reftype"] = "any"
                found = resolve_reference_any_inventory(self.env, False, other, text)
        return found is not None


#: Of a link's destination MyST keeps no ``#``: what looks like the path of a file may be one.
_PATH = re.compile(r"[./]")


def report_missing(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, contnode: nodes.Element
) -> nodes.Element | None:
    """Say of an ``{any}`` that nothing has, which articles are like it."""
    if not _may_be_post(node):
        return None
    reference = Reference(POST, str(node["reftarget"]))
    say(target_of(domain_of(env), app.builder, reference), node)
    return contnode


def register(app: Sphinx) -> None:
    """Make the roles known without their prefix, too."""
    for role in ROLES:
        app.add_role(str(role), NameRole())
    app.connect("missing-reference", report_missing, priority=900)  # after intersphinx
