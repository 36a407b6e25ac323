"""Where the links of a document lead, and what they mean: MyST decides that while it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util import docname_join

from broadsheet.publication import flow
from broadsheet.publication.addresses import said_of
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.domain import domain_of
from broadsheet.publication.html_pages import addresses_in
from broadsheet.publication.liquid import NOTHING, answers
from broadsheet.rules.destinations import is_elsewhere, on_site
from broadsheet.rules.digest import digest
from broadsheet.sources.folders import is_file

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from broadsheet.rules.liquid.known import Question

#: Where an environment keeps what a document links to, among its metadata.
LINKS = "broadsheet_links"

#: The same, of one that shows what an extension gathers from all documents.
GATHERS = "broadsheet_gathers"


def note_links(app: Sphinx, doctree: nodes.document) -> None:
    """Keep where a document's links lead: MyST decides while it reads what they mean.

    Keep too whether it may show what stands in others (``{todolist}``, a bibliography).
    """
    env = app.env
    if env.docname not in env.found_docs:  # an article in one pass
        return
    env.metadata[env.docname][LINKS] = sorted(set(_links(env, doctree)))
    if modules := flow.gathering_modules(app):
        found = {type(node).__module__ for node in doctree.findall(nodes.Element)}
        if any(one in modules or one.partition(".")[0] in modules for one in found):
            env.metadata[env.docname][GATHERS] = True


def _links(env: BuildEnvironment, doctree: nodes.document) -> Iterator[str]:
    """Yield names of documents, paths of files below the source folder, addresses."""
    for toctree in doctree.findall(addnodes.toctree):
        yield from toctree["includefiles"]
    for place in domain_of(env).questions(env.docname).media:
        yield f"/{place}"  # whether there is an image
    for node in doctree.findall(nodes.Element):
        yield from (one.value for one in addresses_in(node))
        target, url = str(node.get("reftarget", "")), str(node.get("refuri", ""))
        kind = (node.get("refdomain"), node.get("reftype"))
        if kind == ("doc", "myst"):
            yield from _files_of(env, target)
        elif kind == ("std", "doc"):
            yield docname_join(node["refdoc"], target)
        elif below := _below(url, domain_of(env).layout.site.url):
            yield below
        elif kind == (None, "myst") or url.startswith("project:"):
            yield target
            path = (target or url.removeprefix("project:")).partition("#")[0]
            yield env.relfn2path(path, env.docname)[0]


def _below(url: str, site: str) -> str:
    """Return where on its site a whole address leads, "" for elsewhere."""
    below = on_site(url, site) if url else ""
    return "" if below == url or is_elsewhere(below) else below


def _files_of(env: BuildEnvironment, docname: str) -> Iterator[str]:
    """Yield every path by which MyST may have come to a document: it keeps the name alone.

    Where the file is no document, as that of a withheld article, its name was made of the path.
    """
    yield env.doc2path(docname, False).as_posix()
    yield from (f"{docname}{suffix}" for suffix in env.project.source_suffix)


def meanings(env: BuildEnvironment, docname: str, told: Mapping[Question, object] = NOTHING) -> str:
    """Return the digest of what the links mean, and of what Liquid is told."""
    links = env.metadata[docname].get(LINKS, ())
    found = [_meaning(env, docname, link) for link in links]
    asked = domain_of(env).questions(docname).liquid
    return digest(found, answers(env, docname, asked, told))


def _meaning(env: BuildEnvironment, docname: str, link: str) -> object:
    """Return what there is where a link leads; what is shown of it is not asked.

    MyST asks whether there is a file, and of what document (``render_link_unknown``).
    """
    domain, builder = domain_of(env), env._app.builder
    name = env.path2doc(link) or link
    is_document = name in env.found_docs or name in domain.catalogue.by_docname
    has_file = is_file(env.srcdir / link.lstrip("/"))
    is_jekyll = domain.options.jekyll and isinstance(builder, PublicationBuilder)
    return name, is_document, has_file, said_of(builder, docname, link) if is_jekyll else None
