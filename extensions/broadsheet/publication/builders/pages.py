"""Pages made only when what they show has changed."""

from __future__ import annotations

import posixpath
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sphinx.builders.html import INVENTORY_FILENAME

from broadsheet.publication import flow, previews
from broadsheet.publication.builders.templates import TemplateBuilder
from broadsheet.publication.digests import Digests
from broadsheet.publication.elements import ArticleTranslator
from broadsheet.publication.image_sizes import ImageSizes
from broadsheet.publication.images import stable_name
from broadsheet.publication.media import dress, images_of, needs_processing
from broadsheet.publication.output_files import part_of, replace_bytes, replace_text, settle
from broadsheet.publication.output_states import SizeAndTime, size_and_time
from broadsheet.publication.press import Page, Press
from broadsheet.publication.problems import announce

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from docutils import nodes


class PublicationBuilder(TemplateBuilder):
    """What both HTML builders of a publication have in common."""

    #: Sphinx's own index takes most of a build's time, and knows no Chinese.
    search = False

    default_translator_class = ArticleTranslator

    #: Sources are copied by :meth:`handle_page`, in one step.
    copysource = False

    #: Whether Sphinx has to look at the images of the document that is being written.
    _has_images = True

    #: While Sphinx makes pages of its own: those that wait for their places, by these.
    _waiting: dict[Path, Path] | None = None

    @cached_property
    def sizes(self) -> ImageSizes:
        """The sizes of images that are files of the source."""
        return ImageSizes(Path(self.doctreedir), Path(self.srcdir))

    def get_outdated_docs(self) -> Iterator[str]:
        """Name no document: digests tell which are to be written, and times do not.

        Sphinx's rule also trusts a note, ``.buildinfo``, that a killed build leaves half written.
        """
        return iter(())

    def write_documents(self, docnames: Set[str]) -> None:
        """Write *docnames*, but for a root document that only the listing stands for."""
        written = set(docnames) - self.domain.layout.virtual - self.moved
        if written:
            super().write_documents(written)

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        """Prepare the images of a page for its readers, then as Sphinx does."""
        images = images_of(doctree)
        dress(self, docname, images)
        self._has_images = needs_processing(images)
        super().write_doc_serialized(docname, doctree)

    def post_process_images(self, doctree: nodes.Node) -> None:
        """Walk over a document as often as Sphinx does only where there is something to find."""
        if self._has_images:
            super().post_process_images(doctree)

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write the page of a document, maybe in a process of its own."""
        announce(docname)
        super().write_doc(docname, doctree)
        if docname in self.previews.files:
            self._write_preview(docname)

    def handle_page(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        *,
        outfilename: Path | None = None,
        event_arg: Any | None = None,
    ) -> None:
        """Write a page beside its place, and put it there if it is another than before."""
        path = Path(outfilename or self.get_output_path(pagename))
        if self.config.html_baseurl:
            url = posixpath.join(self.config.html_baseurl, self.canonical_uri(pagename))
            addctx = {**addctx, "pageurl": url}
        make = partial(super().handle_page, pagename, addctx, templatename, event_arg=event_arg)
        if outfilename and not self.places.is_of_output(path):
            make(outfilename=path)
            return
        is_left_out = self._waiting is not None and self.places.is_written(path)
        if not is_left_out and self.places.has_place(path, pagename):
            part = part_of(path)
            make(outfilename=part)
            if self._waiting is None:
                settle(part, path)
            else:
                self._waiting[path] = part
        if self.config.html_copy_source and addctx.get("sourcename"):
            source = Path(self.outdir, "_sources", addctx["sourcename"])
            if self.places.has_place(source, pagename):
                replace_bytes(source, Path(self.env.doc2path(pagename)).read_bytes())

    def _write_preview(self, docname: str) -> None:
        """Write what links to an article show of it."""
        name = self.previews.files[docname]
        path = Path(self.outdir, name)
        if self.places.has_place(path, docname):
            card = self.views.card(self.domain.catalogue.by_docname[docname])
            language = card.language or self.domain.catalogue.site.language
            context = {**self.helpers_at(quote(name)), "view": card, "language": language}
            replace_text(path, f"{self.templates.render(previews.TEMPLATE, context).strip()}\n")

    def finish(self) -> None:
        """Make the articles and listings that changed, then what Sphinx makes at the end."""
        self._publish()
        self._waiting = {}
        super().finish()
        waiting, self._waiting = self._waiting, None
        # a document may stand where one of these pages stood
        self.staging.expect("pages", map(self.places.name, waiting), others=self.store.former)
        for path, part in waiting.items():
            settle(part, path)
        self.store.seal()
        self.sizes.save(self.store.shown | self.env.images.keys())

    def gen_pages_from_extensions(self) -> None:
        """Have extensions give all pages, as if none were made: viewcode leaves out old ones."""
        with self.staging.made_by(
            self._app, "extensions", others=self.store.former | self.places.given
        ):
            super().gen_pages_from_extensions()

    def dump_inventory(self) -> None:
        """Write the inventory of objects, if it has changed."""
        is_given = INVENTORY_FILENAME in self.places.given
        key = f"{self.digests.inventory} {is_given}"
        if not self.staging.is_made("inventory", key):
            with self.staging.made_by(self, "inventory", others=self.places.given, key=key):
                super().dump_inventory()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages that are no documents, as the listeners of the event give them."""
        collected: list[Page] = []
        for pages in self.events.emit("broadsheet-collect-pages", self):
            collected += pages
        return tuple(self.places.left_to(collected))

    @cached_property
    def moved(self) -> Set[str]:
        """The articles and documents whose pages lead elsewhere, and are no pages of theirs."""
        documents = {docname for docname, one in self.domain.layout.moves.items() if one.target}
        return documents | {
            one.docname for one in self.domain.catalogue.articles if one.redirect_to
        }

    def _publish(self) -> None:
        documents = sorted(self.env.found_docs - self.domain.layout.virtual - self.moved)
        one_pass = self.domain.flow == flow.ONE_PASS
        articles = self.domain.catalogue.articles if one_pass else ()
        articles = tuple(one for one in articles if one.docname not in self.moved)
        press = Press(
            builder=self,
            store=self.store,
            excerpts=self.excerpts,
            digests=self.digests,
            processes=self._app.parallel,
        )
        pictures = {path: stable_name(path) for path in self._picture_files()}
        shared = [f"{self.imagedir}/{name}" for name in pictures.values()]
        shared += self.staging.files
        shared += [
            one.address for one in self.domain.catalogue.redirects
        ]  # until others stand there
        press.run(articles, self.pages, documents, shared)
        self.store.former -= self.staging.files  # it removes its own
        self.copy_download_files()  # those of the articles; Sphinx has copied what it knew
        self.images.update(pictures)

    def is_current_document(self, docname: str) -> bool:
        """Tell whether the page of a document is what writing it again would give."""
        record = self.store.records.get(docname)
        return (
            record is not None
            and record.digest == self.digests.of_document(docname)
            and self.store.is_untouched(record)
        )

    @property
    def other_files(self) -> dict[str, SizeAndTime]:
        """The files that a build stands for when it has ended, besides those of pages."""
        others = (self.store.former | self.staging.files) - self.store.states.keys()
        return {name: size_and_time(f"{self.outdir}/{name}") for name in sorted(others)}

    @cached_property
    def digests(self) -> Digests:
        """The digests of pages, when everything hand-written has been read."""
        return Digests(builder=self)

    def _picture_files(self) -> list[str]:
        """Return the lead images and portraits that Sphinx has to copy."""
        served = self.domain.layout.served
        return [path for path in sorted(self.domain.pictures) if path not in served]
