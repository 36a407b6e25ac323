"""The references of documents: what is kept of them, and who resolves them, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from broadsheet.publication import article_links
from broadsheet.publication.domain import domain_of
from broadsheet.publication.jekyll_links import JekyllLinks, is_address
from broadsheet.publication.references import Names, is_by_name, names_in

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def note_references(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what a document refers to: articles, names, and what is neither."""
    env, domain = app.env, domain_of(app.env)
    pending = list(doctree.findall(addnodes.pending_xref))
    for reference in names_in(env, pending):
        domain.note_reference(env.docname, reference)
    for node in pending:
        article = article_links.article_of(env, node)
        if article is not None:
            domain.note_shown(env.docname, article)
        elif not (is_by_name(node) or (domain.options.jekyll and is_address(node))):
            domain.note_elsewhere(env.docname)


class ResolveReferences(SphinxPostTransform):
    """Resolve links to articles, Jekyll's addresses and names; leave the others.

    They are looked for once: a walk over each document costs 0.2 % of a build.
    """

    default_priority = 5  # before MyST's resolver (9) and Sphinx's (10)

    def run(self, **kwargs: Any) -> None:
        """Replace the references that are ours."""
        env, document = self.env, self.document
        pending: list[addnodes.pending_xref] = []
        downloads: list[addnodes.download_reference] = []
        for node in document.findall():
            if isinstance(node, addnodes.pending_xref):
                pending.append(node)
            elif isinstance(node, addnodes.download_reference):
                downloads.append(node)
        pending = article_links.resolve(env, pending)
        if domain_of(env).options.jekyll:
            links = JekyllLinks(env=env, document=document)
            pending = links.resolve(pending)
            links.resolve_files(downloads)
            links.resolve_html()
        Names(env=env, document=document).resolve(pending)


def register(app: Sphinx) -> None:
    """Have references kept and resolved."""
    app.connect("doctree-read", note_references, priority=400)  # before collectors (500)
    app.add_post_transform(ResolveReferences)
