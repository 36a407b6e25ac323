"""The HTML builders: permalinks, and pages made only when what they show has changed."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder, _assets
from sphinx.jinja2glue import BuiltinTemplateLoader, SphinxFileSystemLoader
from sphinx.util import logging
from sphinx.util._pathlib import _StrPath
from sphinx.util.display import progress_message
from sphinx.util.matching import Matcher
from sphinx.util.osutil import relative_uri

from broadsheet.publication import TEMPLATES, flow
from broadsheet.publication.digests import Digests
from broadsheet.publication.domain import domain_of
from broadsheet.publication.elements import ArticleTranslator
from broadsheet.publication.excerpts import NAME as EXCERPTS
from broadsheet.publication.excerpts import Excerpts
from broadsheet.publication.file_states import size_and_time
from broadsheet.publication.image_sizes import ImageSizes
from broadsheet.publication.images import stable_name
from broadsheet.publication.media import dress, images_of, needs_processing
from broadsheet.publication.output_files import part_of, replace_bytes, settle
from broadsheet.publication.page_store import PageStore
from broadsheet.publication.places import Places
from broadsheet.publication.press import Page, Press
from broadsheet.publication.problems import announce
from broadsheet.publication.staging import Staging, take_over
from broadsheet.rules import excerpt_html
from broadsheet.rules.views import Link, Views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Set

    from docutils import nodes

    from broadsheet.publication.domain import BroadsheetDomain

logger = logging.getLogger(__name__)

#: The folder of compiled templates, between builds; Jinja drops those of another source.
COMPILED = "broadsheet-templates"


class PublicationBuilder(StandaloneHTMLBuilder):
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

    @property
    def domain(self) -> BroadsheetDomain:
        """The door to the catalogue."""
        return domain_of(self.env)

    @cached_property
    def store(self) -> PageStore:
        """What the last build made."""
        return PageStore(Path(self.doctreedir), srcdir=Path(self.srcdir), outdir=Path(self.outdir))

    @cached_property
    def places(self) -> Places:
        """Who stands where in the output."""
        return Places(builder=self)

    @cached_property
    def staging(self) -> Staging:
        """What the last build brought in besides pages."""
        return Staging(Path(self.outdir), Path(self.doctreedir))

    @cached_property
    def sizes(self) -> ImageSizes:
        """The sizes of images that are files of the source."""
        return ImageSizes(Path(self.doctreedir), Path(self.srcdir))

    @cached_property
    def views(self) -> Views:
        """What pages show of the catalogue."""
        domain = self.domain
        return Views(
            catalogue=domain.catalogue,
            uri=self.get_target_uri,
            picture_uri=self._picture_uri,
            front=domain.layout.front,
            size=domain.options.page_size,
            date_format=domain.options.date_format,
        )

    @cached_property
    def excerpts(self) -> Excerpts:
        """The excerpts as HTML."""
        return Excerpts(
            catalogue=self.domain.catalogue,
            uri=self.get_target_uri,
            path=Path(self.doctreedir) / EXCERPTS,
            programs=self.domain.programs,
            dialect=self.domain.layout.kramdown,
        )

    # addresses

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        pages = self.domain.layout.pages.items()
        return {
            **{docname: page.address for docname, page in pages if page.address},
            **{one.docname: one.address for one in self.domain.catalogue.articles if one.address},
        }

    @property
    def root_path(self) -> str:
        """The path of the site's root at its host, with a slash at either end."""
        path = urlsplit(self.config.html_baseurl or "").path.strip("/")
        return f"/{path}/" if path else "/"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a page below the site's root, quoted."""
        address = self._addresses.get(docname)
        return quote(address) if address else super().get_target_uri(docname, typ)

    def get_output_path(self, page_name: str, /) -> Path:
        """Return the file of a page."""
        return Path(self.outdir, self.file_of(page_name))

    def file_of(self, pagename: str) -> str:
        """Return the same below the output folder, with ``/``, and no path made of it."""
        return self._addresses.get(pagename) or self.usual_file_of(pagename)

    def usual_file_of(self, pagename: str) -> str:
        """Return the file of a page that has no address of its own; Sphinx's rule."""
        return f"{pagename}{self.out_suffix}"

    def _picture_uri(self, path: str) -> str:
        if path in self.domain.layout.static:
            return quote(self.domain.layout.static[path])
        return f"{self.imagedir}/{quote(stable_name(path))}"

    def helpers(self, pagename: str) -> dict[str, Any]:
        """Return what templates call on a page: ``link``, ``excerpt`` and ``markdown``."""
        base = self.get_target_uri(pagename)
        to_root = "../" * base.count("/") or "./"

        def link(uri: str) -> str:
            return relative_uri(base, uri) or "#"

        def excerpt(docname: str) -> Markup:
            return Markup(self.excerpts.on_page(docname, to_root))

        def markdown(text: str) -> Markup:
            return Markup(excerpt_html.render(text, link=lambda destination: destination))

        return {"link": link, "excerpt": excerpt, "markdown": markdown}

    def related(self, pagename: str, link: Link | None) -> dict[str, str] | None:
        """Return a neighbour of a page as Furo's footer and its ``<link rel>`` expect it."""
        if link is None:
            return None
        uri = relative_uri(self.get_target_uri(pagename), link.uri) or "#"
        return {"link": uri, "title": escape(link.title, quote=False)}

    def init_templates(self) -> None:
        """Add ours; have templates read once, and compiled once for many builds."""
        super().init_templates()
        if isinstance(self.templates, BuiltinTemplateLoader):
            # after the user's, so that theirs extend ours as they do the theme's, by "!"
            place = self.templates.templatepathlen
            self.templates.pathchain.insert(place, _StrPath(TEMPLATES))
            self.templates.loaders.insert(place, SphinxFileSystemLoader(TEMPLATES))
            environment = self.templates.environment
            environment.auto_reload = False  # it would ask for every file's time (2 %)
            folder = Path(self.doctreedir, COMPILED)  # a tenth of a rebuild
            folder.mkdir(parents=True, exist_ok=True)
            environment.bytecode_cache = FileSystemBytecodeCache(str(folder))

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: str
    ) -> None:
        """Work out the tags of style sheets and scripts once for all pages of one depth (3 %)."""
        super().update_page_context(pagename, templatename, ctx, event_arg)
        tags = self._tags[ctx["content_root"]]
        for name in ("css_tag", "js_tag"):
            ctx[name] = partial(_kept, tags[name], ctx[name])

    @cached_property
    def _tags(self) -> defaultdict[str, defaultdict[str, dict[Any, str]]]:
        return defaultdict(partial(defaultdict, dict))

    # which pages are made

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

    # files that are no pages

    def copy_static_files(self) -> None:
        """Copy them before pages are made, which hold their checksums."""
        with self.staging.made_by(self, "static"):
            super().copy_static_files()
            # Furo writes a style sheet over Sphinx's
            for finish in take_over(self._app, "furo", "build-finished"):
                finish(self._app, None)
        _assets._file_checksum_inner.cache_clear()  # of a former build in this process

    def copy_extra_files(self) -> None:
        """Copy what no document stands in the place of."""
        articles = self.domain.catalogue.by_docname
        names = (self.env.found_docs | articles.keys()) - self.domain.layout.virtual
        extra = dict(self._extra_files())
        owned = {self.file_of(name) for name in names} if extra else set()
        self.staging.expect("extra", extra.keys() - owned, others=owned)
        with progress_message("copying extra files", nonl=False):
            for name in sorted(self.staging.group("extra")):
                if self.places.has_place(Path(self.outdir, name), name):
                    self._copy("extra", str(extra[name]), name)

    def _extra_files(self) -> Iterator[tuple[str, Path]]:
        """Yield what ``html_extra_path`` names, by its place, as Sphinx's ``copy_asset`` does."""
        excluded = Matcher(self.config.exclude_patterns)
        for place in (Path(self.confdir, entry) for entry in self.config.html_extra_path):
            if place.is_file():
                yield place.name, place
            for folder, folders, files in os.walk(place, followlinks=True):
                inside = Path(folder).relative_to(place)
                folders[:] = [one for one in folders if not excluded(f"{inside}/{one}")]
                for one in files:
                    if not excluded(f"{inside}/{one}") and Path(folder, one).exists():
                        yield (inside / one).as_posix(), Path(folder, one)

    def copy_image_files(self) -> None:
        """Copy those that changed."""
        for source, name in self.images.items():
            self._copy("image", source, f"{self.imagedir}/{name}")

    def copy_download_files(self) -> None:
        """Copy those that changed."""
        for source, (_, name) in self.env.dlfiles.items():
            self._copy("downloadable", str(source), f"_downloads/{name}")

    def _copy(self, kind: str, source: str, name: str) -> None:
        try:
            self.staging.copy(Path(self.srcdir, source), name)
        except OSError as error:
            logger.warning("cannot copy %s file %r: %s", kind, source, error)

    def dump_inventory(self) -> None:
        """Write the inventory of objects, if it has changed."""
        with self.staging.made_by(self, "inventory", others=self.places.given):
            super().dump_inventory()

    def write_buildinfo(self) -> None:
        """Write Sphinx's own note, if it has changed."""
        with self.staging.made_by(self, "note"):
            super().write_buildinfo()
        self.staging.remove(".buildinfo.bak")  # Sphinx's, of another configuration

    def cleanup(self) -> None:
        """Keep what has been brought in, when all has been."""
        self.staging.end()
        super().cleanup()

    def is_current_document(self, docname: str) -> bool:
        """Tell whether the page of a document is what writing it again would give."""
        record = self.store.records.get(docname)
        return (
            record is not None
            and record.digest == self.digests.of_document(docname)
            and self.store.is_untouched(record)
        )

    @property
    def outputs(self) -> dict[str, list[int]]:
        """The files that a build stands for when it has ended, see :func:`size_and_time`."""
        others = (self.store.former | self.staging.files) - self.store.states.keys()
        states = {name: size_and_time(f"{self.outdir}/{name}") for name in sorted(others)}
        return self.store.states | states

    @cached_property
    def digests(self) -> Digests:
        """The digests of pages, when everything hand-written has been read."""
        return Digests(builder=self)

    @cached_property
    def navigation(self) -> tuple[Any, ...]:
        """The entries of the sidebar that stand on every page."""
        entries: list[Any] = []
        for found in self.events.emit("broadsheet-collect-navigation", self):
            entries += found
        return tuple(entries)

    @cached_property
    def navigation_html(self) -> dict[str, str]:
        """The same as HTML, by current line."""
        return {}

    def _picture_files(self) -> list[str]:
        """Return the lead images and portraits that Sphinx has to copy."""
        static = self.domain.layout.static
        return [path for path in sorted(self.domain.pictures) if path not in static]


def _kept(tags: dict[Any, str], tag: Callable[[Any], str], asset: Any) -> str:
    """Return the *tag* of an *asset*, kept among *tags*."""
    if asset not in tags:
        tags[asset] = tag(asset)
    return tags[asset]


class ArticleHTMLBuilder(PublicationBuilder):
    """``html``: pages by the name of their document, articles at their addresses."""

    name = "html"


class ArticleDirectoryBuilder(PublicationBuilder, DirectoryHTMLBuilder):
    """``dirhtml``: the same, each page as the index of a folder."""

    name = "dirhtml"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a page; that of the 404 page is the one that hosts look for."""
        return "404.html" if docname == "404" else super().get_target_uri(docname, typ)

    def usual_file_of(self, pagename: str) -> str:
        """Return the file of a page: that of the 404 page is the one that hosts look for."""
        is_file = pagename in {"index", "404"} or pagename.endswith("/index")
        return super().usual_file_of(pagename if is_file else f"{pagename}/index")
