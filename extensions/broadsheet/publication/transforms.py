"""What becomes of articles' documents, and of references to articles."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.transforms.parts import Contents
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from broadsheet.model import HTML_ENDINGS, Subtype
from broadsheet.publication import flow
from broadsheet.publication.addresses import nowhere, resolve
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.domain import catalogue_of, domain_of
from broadsheet.publication.elements import HTML
from broadsheet.publication.html_pages import addresses_in, may_be_of_site, with_addresses
from broadsheet.publication.kramdown import ANCHOR
from broadsheet.publication.problems import warn
from broadsheet.publication.references import is_by_name, names_in
from broadsheet.publication.targets import ANY, link_to, say, target_of
from broadsheet.rules.destinations import split_destination
from broadsheet.rules.references import Reference

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article


#: Above this the table of contents is longer than what one screen, or 15 KB, holds.
MANY_HEADINGS = 60


#: The name of a note that has been a number.
_NUMBERED = re.compile(r"note-+(\d+)")


class AnchorNotes(SphinxTransform):
    """Have kramdown's anchors lead to footnotes, too, as links from outside do.

    Of those that its grammar has read, they are the only ones.  A note whose name is a number
    with ``note-`` before it (an imported one) has the anchor of the number, too.
    """

    default_priority = 700  # after docutils has numbered them (620)

    def apply(self, **kwargs: Any) -> None:
        """Give each note, and each reference to one, another id."""
        document = self.document
        notes = [
            (name, note)
            for note in (*document.footnotes, *document.autofootnotes)
            for name in note["names"]
        ]
        for name, note in notes:
            self._lead(note, name, name)
        # a name with more hyphens has been made because the other was taken
        for name, note in sorted(notes, key=lambda one: len(one[0]), reverse=True):
            if numbered := _NUMBERED.fullmatch(name):
                self._lead(note, name, numbered[1])

    def _lead(self, note: nodes.Element, name: str, anchor: str) -> None:
        self._add(note, f"fn:{anchor}")
        for number, reference in enumerate(self.document.footnote_refs.get(name, ())):
            self._add(reference, f"fnref:{anchor}:{number}" if number else f"fnref:{anchor}")

    def _add(self, node: nodes.Element, id_: str) -> None:
        if id_ not in self.document.ids:
            node["ids"].append(id_)
            self.document.ids[id_] = node


class AnchorContents(SphinxTransform):
    """Give the entries of a table of contents the anchors that kramdown gives them.

    A table has them to which an anchor leads that somebody wrote (``(markdown-toc)=``).
    """

    default_priority = 721  # after docutils has made the table (720)

    def apply(self, **kwargs: Any) -> None:
        """Join the anchor of the table and that of the heading: ``markdown-toc-the-press``."""
        document = self.document
        if not any(one[1] is Contents for one in document.transformer.applied):
            return
        for topic in document.findall(nodes.topic):
            written = [name for name in topic["names"] if document.nametypes.get(name)]
            if "contents" not in topic["classes"] or not written:
                continue
            for entry in topic.findall(nodes.reference):
                id_ = f"{document.nameids[written[0]]}-{entry.get('refid', '')}"
                if id_ not in document.ids:
                    entry["ids"].insert(0, id_)
                    document.ids[id_] = entry


class ResolveArticleLinks(SphinxPostTransform):
    """Resolve links to the files of articles, which Sphinx may not have read."""

    default_priority = 5  # before MyST's resolver (9) and Sphinx's (10)

    def run(self, **kwargs: Any) -> None:
        """Replace the pending references that lead to articles."""
        for node, article in list(_links(self.env, self.document)):
            uri = self.env._app.builder.get_relative_uri(self.env.docname, article.docname)
            if anchor := node.get("reftargetid"):
                uri += f"#{anchor}"
            reference = nodes.reference("", "", internal=True, refuri=uri)
            _keep_attributes(node, reference)
            if node.get("refexplicit"):
                reference += node.children
            else:
                reference += nodes.inline(article.title, article.title)
            node.replace_self(reference)


class ResolveJekyllLinks(SphinxPostTransform):
    """Resolve what in a Jekyll repository is an address, and for MyST a reference.

    An address that leads nowhere is reported and stays in the page, and so does an anchor:
    it is one of the page, and never the name of a document or an index, as it may be for MyST.
    """

    default_priority = 6  # after the files of articles, before MyST's resolver (9)

    def run(self, **kwargs: Any) -> None:
        """Replace the references that MyST made of addresses."""
        if not domain_of(self.env).options.jekyll:
            return
        pending = [*self.document.findall(addnodes.pending_xref)]
        if anchors := [*filter(_is_anchor, pending)]:
            there = self._anchors_in_html()
            for one in anchors:
                self._stay(one, there)
        for node in [*_addresses(self.document, pending), *self._copied(pending)]:
            target = str(node["reftarget"]).removeprefix("./")
            uri = self._uri(target)
            if uri is None:
                self._report(node, target)
            if not target:
                node.replace_self(node.children)
                continue
            reference = nodes.reference("", "", internal=uri is not None, refuri=uri or target)
            _keep_attributes(node, reference)
            reference += node.children
            node.replace_self(reference)
        if self.env.doc2path(self.env.docname).suffix in HTML_ENDINGS:
            for raw in self.document.findall(nodes.raw):
                self._lead(raw)

    def _lead(self, raw: nodes.raw) -> None:
        """Have the addresses in a page of HTML lead to what they mean."""
        site, changed = domain_of(self.env).layout.site.url, []
        for one in addresses_in(raw):
            if not may_be_of_site(one.value, site):
                continue
            if uri := self._uri(one.value):
                changed.append((one, uri))
                continue
            location = f"{self.env.doc2path(self.env.docname)}:{one.line}"
            if one.element == "img":
                message = f"image {one.value[:80]!r} is no file of the source (expected one)"
                warn(Subtype.IMAGE, f"{message}; left as it is", location=location)
            elif one.element in {"a", "area"}:
                self._report(location, one.value)
        if changed:
            raw.children = [nodes.Text(with_addresses(raw.astext(), changed))]

    def _anchors_in_html(self) -> set[str]:
        """Return the ids in HTML that stands in the page as it is written."""
        raw = (node.astext() for node in self.document.findall(nodes.raw))
        return {one for text in raw if "=" in text for one in ANCHOR.findall(text)}

    def _stay(self, node: nodes.Element, there: Container[str]) -> None:
        """Lead within the page; an anchor that is not *there* may be an article's name."""
        anchor = str(node["reftarget"])
        if not node.get("reflocalid") and anchor not in there:
            if self._names_article(node, anchor):
                return
            found = f"link {f'#{anchor[:80]}'!r} leads to no heading and no anchor of this page"
            warn(Subtype.REF, f"{found} (expected the id of one); left as it is", location=node)
        reference = nodes.reference("", "", internal=True, refuri=f"#{anchor}")
        _keep_attributes(node, reference)
        reference += node.children
        node.replace_self(reference)

    def _names_article(self, node: nodes.Element, name: str) -> bool:
        """Lead to the article of that name, if there is one."""
        builder = self.env._app.builder
        target = target_of(domain_of(self.env), builder, Reference(ANY, name))
        if not target.page:
            return False
        say(target, node)
        text = [] if node.astext() else [nodes.inline(target.title, target.title)]
        reference = link_to(builder, self.env.docname, target, [*(text or node.children)])
        _keep_attributes(node, reference)
        node.replace_self(reference)
        return True

    def _copied(self, pending: Iterable[addnodes.pending_xref]) -> Iterator[nodes.Element]:
        """Yield the references to documents, for MyST, that are none: Jekyll copies the file.

        What is withheld is none either.
        """
        documents, articles = self.env.found_docs, catalogue_of(self.env).by_docname
        for node in pending:
            if node.get("reftype") == "myst" and node.get("refdomain") == "doc":
                docname, anchor = node["reftarget"], node.get("reftargetid")
                if docname not in documents and docname not in articles:
                    node["reftarget"] = "#".join(filter(None, (f"/{self._file(docname)}", anchor)))
                    yield node

    def _file(self, docname: str) -> str:
        """Return the file that MyST has made *docname* of: it has found it there."""
        made = [f"{docname}{suffix}" for suffix in self.env.project.source_suffix]
        return next((one for one in made if (self.env.srcdir / one).is_file()), docname)

    def _uri(self, target: str) -> str | None:
        """Return the address that *target* means, relative to this page; None for none."""
        builder, docname = self.env._app.builder, self.env.docname
        found = resolve(builder, docname, target)
        if found is None:
            return None
        behind = split_destination(target)[1].replace(" ", "%20")
        # of the page itself it is empty, and no base path comes before that
        return relative_uri(builder.get_target_uri(docname), found) + behind or "#"

    def _report(self, node: nodes.Element | str, target: str) -> None:
        if target:
            said = nowhere(self.env._app.builder, self.env.docname, target)
            warn(Subtype.REF, f"link {target[:80]!r} leads to {said}; left as it is", location=node)
        else:
            warn(Subtype.REF, "link without an address; its text is shown", location=node)


def _addresses(
    document: nodes.document, pending: Iterable[addnodes.pending_xref]
) -> Iterator[nodes.Element]:
    """Yield what MyST makes of links that are no URLs and name no documents."""
    yield from filter(_is_address, pending)
    for download in document.findall(addnodes.download_reference):
        if download.get("reftype") == "myst":
            yield download


def _is_anchor(node: addnodes.pending_xref) -> bool:
    is_myst = node.get("reftype") == "myst" and not node.get("refdomain")
    return is_myst and not _is_address(node)


def _is_address(node: addnodes.pending_xref) -> bool:
    is_myst = node.get("reftype") == "myst" and not node.get("refdomain")
    # of an anchor (#a) MyST keeps "a"; the parser has left no path that looks like one
    return is_myst and re.match(r"\.{0,2}/|[^/]+://|$", str(node["reftarget"])) is not None


class DropTitle(SphinxPostTransform):
    """Leave an article's title to the template of its page."""

    formats = ("html",)
    default_priority = 950  # after whatever may look at the title

    def run(self, **kwargs: Any) -> None:
        """Take the title out of the article's outermost section."""
        if not isinstance(self.env._app.builder, PublicationBuilder):
            return  # EPUB is HTML, too, but has no template of ours
        if self.env.docname in catalogue_of(self.env).by_docname:
            section = self.document.next_node(nodes.section)
            if section is not None and isinstance(section[0], nodes.title):
                section.pop(0)


class PrintByline(SphinxPostTransform):
    """Set byline, date and standfirst under an article's title where no template does."""

    default_priority = 940

    def run(self, **kwargs: Any) -> None:
        """Add them to an article of a book, or to all where the book is one document (LaTeX)."""
        if isinstance(self.env._app.builder, PublicationBuilder):
            return
        by_docname = catalogue_of(self.env).by_docname
        inlined = self.document.findall(addnodes.start_of_file)
        parts = [(self.env.docname, self.document), *((one["docname"], one) for one in inlined)]
        for docname, part in parts:
            section = part.next_node(nodes.section)
            if docname in by_docname and section is not None:
                section[1:1] = list(_furniture(by_docname[docname]))


def _furniture(article: Article) -> Iterator[nodes.Node]:
    if article.description:
        emphasis = nodes.emphasis(article.description, article.description)
        yield nodes.paragraph("", "", emphasis)
    names = ", ".join(article.names) + (" et al." if article.et_al else "")
    byline = " · ".join(
        part for part in (names, article.date.date().isoformat() if article.dated else "") if part
    )
    yield nodes.paragraph(byline, byline)


def note_document(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what a document shows of the catalogue; make articles part of no toctree."""
    env = app.env
    domain = domain_of(env)
    for reference in names_in(doctree):
        domain.note_reference(env.docname, reference)
    for node in doctree.findall(addnodes.pending_xref):
        article = _article_of(env, node)
        if article is not None:
            domain.note_shown(env.docname, article)
        elif not (is_by_name(node) or (domain.options.jekyll and _is_address(node))):
            domain.note_elsewhere(env.docname)
    if env.docname == app.config.root_doc and domain.flow == flow.BOOK:
        _bind(env, doctree)
    elif env.docname in domain.catalogue.by_docname or env.docname in domain.layout.pages:
        env.metadata[env.docname]["orphan"] = True
    if env.docname in domain.catalogue.by_docname:
        _shorten_contents(env, doctree)


def _shorten_contents(env: BuildEnvironment, doctree: nodes.document) -> None:
    """Keep the contents of a very long article to its chapters: they stand beside the text."""
    headings = sum(1 for _ in doctree.findall(nodes.section))
    if headings > MANY_HEADINGS:
        env.metadata[env.docname]["tocdepth"] = 2  # the title and what stands directly below it


def _bind(env: BuildEnvironment, doctree: nodes.document) -> None:
    """Put all articles into the root document's toctree, by date, as chapters of a book."""
    docnames = [article.docname for article in reversed(catalogue_of(env).listed)]
    if not docnames:
        return
    toctree = addnodes.toctree(
        parent=env.docname,
        entries=[(None, docname) for docname in docnames],
        includefiles=docnames,
        maxdepth=1,
        caption=None,
        glob=False,
        hidden=True,
        includehidden=False,
        numbered=0,
        titlesonly=True,
    )
    wrapper = nodes.compound("", toctree, classes=["toctree-wrapper"])
    (doctree.next_node(nodes.section) or doctree).append(wrapper)
    env.glob_toctrees.add(env.docname)  # read again when an article comes or goes


def _keep_attributes(node: nodes.Element, reference: nodes.reference) -> None:
    """Give a reference what is written of the link of which it is made."""
    for name in ("ids", "classes", "reftitle", HTML):
        if node.get(name):
            reference[name] = node[name]


def _links(
    env: BuildEnvironment, doctree: nodes.document
) -> Iterator[tuple[addnodes.pending_xref, Article]]:
    for node in doctree.findall(addnodes.pending_xref):
        article = _article_of(env, node)
        if article is not None:
            yield node, article


def _article_of(env: BuildEnvironment, node: addnodes.pending_xref) -> Article | None:
    docname = _target(node)
    return catalogue_of(env).by_docname.get(docname) if docname else None


def _target(node: addnodes.pending_xref) -> str:
    """Return the name of the document that a reference is made to, "" for other references."""
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") == "doc" and node.get("reftype") == "myst":
        return target
    if node.get("refdomain") == "std" and node.get("reftype") == "doc":
        folder = posixpath.dirname(node["refdoc"])
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        return posixpath.normpath(path)
    return ""
