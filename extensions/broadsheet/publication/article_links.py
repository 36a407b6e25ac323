"""Links to the files of articles, which Sphinx may not have read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from docutils import nodes

from broadsheet.publication.domain import catalogue_of
from broadsheet.publication.elements import HTML

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.addnodes import pending_xref
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article


def resolve(env: BuildEnvironment, pending: Iterable[pending_xref]) -> list[pending_xref]:
    """Replace the references that lead to articles; return the others."""
    others = []
    for node in pending:
        article = article_of(env, node)
        if article is None:
            others.append(node)
            continue
        uri = env._app.builder.get_relative_uri(env.docname, article.docname)
        if anchor := node.get("reftargetid"):
            uri += f"#{anchor}"
        reference = nodes.reference("", "", internal=True, refuri=uri)
        keep_attributes(node, reference)
        if node.get("refexplicit"):
            reference += node.children
        else:
            reference += nodes.inline(article.title, article.title)
        node.replace_self(reference)
    return others


def article_of(env: BuildEnvironment, node: pending_xref) -> Article | None:
    """Return the article that a reference to a document leads to."""
    docname = _target(node)
    return catalogue_of(env).by_docname.get(docname) if docname else None


def keep_attributes(node: nodes.Element, reference: nodes.reference) -> None:
    """Give a reference what is written of the link of which it is made."""
    for name in ("ids", "classes", "reftitle", HTML):
        if node.get(name):
            reference[name] = node[name]


def _target(node: pending_xref) -> str:
    """Return the name of the document that a reference is made to, "" for other references."""
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") == "doc" and node.get("reftype") == "myst":
        return target
    if node.get("refdomain") == "std" and node.get("reftype") == "doc":
        folder = posixpath.dirname(node["refdoc"])
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        return posixpath.normpath(path)
    return ""
