"""Who stands where in the output, and what keeps a page from its place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sphinx.util import logging

from broadsheet.model import Subtype
from broadsheet.publication.output_files import clear
from broadsheet.publication.problems import warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from broadsheet.publication.builders.files import CopyingBuilder
    from broadsheet.publication.press import Page

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Places:
    """The files of the output, each of one owner; names are relative to it, with ``/``."""

    builder: CopyingBuilder

    @cached_property
    def outdir(self) -> Path:
        """The folder of the output."""
        return Path(self.builder.outdir)

    @cached_property
    def owners(self) -> dict[str, str]:
        """Who stands at a place: a file that is copied, a document, a page.

        It is asked for when the files that are brought in are known.
        """
        previews = {file: docname for docname, file in self.builder.previews.wanted.items()}
        return {**previews, **self.settled, **{name: name for name in self.builder.staging.files}}

    @cached_property
    def settled(self) -> dict[str, str]:
        """The same as far as it is known before any file is brought in."""
        builder = self.builder
        articles = builder.domain.catalogue.by_docname
        documents = builder.env.found_docs - builder.domain.layout.virtual - articles.keys()
        owners = {name: name for name in builder.domain.layout.static.values()}
        owners |= {one.address: one.path for one in builder.domain.catalogue.redirects}
        for name in builder.config.html_additional_pages:
            owners[builder.file_of(name)] = "html_additional_pages"
        owners |= {builder.file_of(name): name for name in (*documents, *articles)}
        return owners

    @property
    def given(self) -> Set[str]:
        """The files that the source holds as they are: nothing replaces them."""
        return self.builder.domain.layout.static_addresses | self.builder.staging.group("extra")

    def name(self, path: Path) -> str:
        """Return the name of a file, of which the whole path is known."""
        return path.relative_to(self.outdir).as_posix()

    def left_to(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield the pages at whose places nothing stands that somebody wrote."""
        for page in pages:
            name = self.builder.file_of(page.name)
            if name in self.owners:
                logger.info("page %s is left to %s", page.name, self.owners[name])
            else:
                self.owners[name] = page.name
                yield page

    def is_written(self, path: Path) -> bool:
        """Tell whether an article, or a file of the source, has a place."""
        name = self.name(path)
        return self.owners.get(name) in self.builder.domain.catalogue.by_docname or (
            name in self.given
        )

    def is_of_output(self, path: Path) -> bool:
        """Tell whether a file is one of the output, and not of what is staged for it."""
        staged = self.builder.staging.folder
        return path.is_relative_to(self.outdir) and not path.is_relative_to(staged)

    def has_place(self, path: Path, owner: str) -> bool:
        """Make the folder of a file; warn, and return False, where something is in the way."""
        name = PurePosixPath(self.name(path))
        through = next((one for one in map(str, name.parents) if one in self.owners), None)
        if through:
            message = f"{name} would stand below {through}, a file of {self.owners[through]}"
        elif obstacle := self._obstacle(path):
            message = f"{name} cannot be written: {obstacle} is in the way, and not ours"
        else:
            return True
        env, articles = self.builder.env, self.builder.domain.catalogue.by_docname
        place = env.doc2path(owner) if owner in env.found_docs or owner in articles else path
        warn(Subtype.ADDRESS, f"{message}; left out", location=f"{place}:1")
        return False

    def _obstacle(self, path: Path) -> Path | None:
        """Make the folder of a file; return what is in the way, and no former build's."""
        with suppress(FileExistsError, NotADirectoryError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_dir():
                return None
        obstacle = clear(self.outdir, path, self._is_left)
        if obstacle is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        return obstacle

    def _is_left(self, name: str) -> bool:
        """Tell whether a file is a former build's, and nobody's in this one."""
        if name in self.owners:
            return False
        return name in self.builder.store.former or name in self.builder.staging.former
