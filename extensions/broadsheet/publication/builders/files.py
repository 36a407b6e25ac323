"""The files of the output that are no pages: copied when they changed, removed when they go."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from sphinx.builders.html import _assets
from sphinx.util import logging
from sphinx.util.display import progress_message

from broadsheet.publication.builders.addresses import AddressedBuilder
from broadsheet.publication.extra_files import extra_files
from broadsheet.publication.page_store import PageStore
from broadsheet.publication.places import Places
from broadsheet.publication.previews import Previews
from broadsheet.publication.staging import Staging, take_over

logger = logging.getLogger(__name__)


class CopyingBuilder(AddressedBuilder):
    """A builder that touches no file which is as it should be."""

    @cached_property
    def store(self) -> PageStore:
        """What the last build made."""
        return PageStore(Path(self.doctreedir), srcdir=Path(self.srcdir), outdir=Path(self.outdir))

    @cached_property
    def previews(self) -> Previews:
        """What links to articles show of them."""
        return Previews(builder=self)

    @cached_property
    def places(self) -> Places:
        """Who stands where in the output."""
        return Places(builder=self)

    @cached_property
    def staging(self) -> Staging:
        """What the last build brought in besides pages."""
        return Staging(Path(self.outdir), Path(self.doctreedir))

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
        extra = extra_files(self._app)
        owned = {self.file_of(name) for name in names} if extra else set()
        self.staging.expect("extra", extra.keys() - owned, others=owned)
        with progress_message("copying extra files", nonl=False):
            for name in sorted(self.staging.group("extra")):
                if self.places.has_place(Path(self.outdir, name), name):
                    self._copy("extra", str(extra[name]), name)

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

    def write_buildinfo(self) -> None:
        """Write Sphinx's own note, if it has changed."""
        with self.staging.made_by(self, "note"):
            super().write_buildinfo()
        self.staging.remove(".buildinfo.bak")  # Sphinx's, of another configuration

    def cleanup(self) -> None:
        """Keep what has been brought in, when all has been."""
        self.staging.end()
        super().cleanup()
