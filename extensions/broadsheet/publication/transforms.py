"""What becomes of articles' documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.transforms.parts import Contents
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from broadsheet.publication import flow
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.domain import catalogue_of, domain_of

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def place_document(app: Sphinx, doctree: nodes.document) -> None:
    """Make articles part of no toctree, or all of them that of a book."""
    env, domain = app.env, domain_of(app.env)
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
