"""Which files are documents of the project: what Sphinx reads, and the articles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.project import EXCLUDE_PATHS, Project
from sphinx.util._pathlib import _StrPath
from sphinx.util.matching import get_matching_files

from broadsheet.model import Problem, Subtype
from broadsheet.publication.problems import doubled
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set


class _SourcePath(_StrPath):
    """The file of an article, or of a Jekyll page, of which Sphinx wants to read the text."""

    def read_text(self, *args: Any, **kwargs: Any) -> str:
        """Return the text, whatever its bytes; the scan has said what is wrong with them."""
        return decode(self.read_bytes(), str(self))[0]


class UnreadProject(Project):
    """A project before it is known which files are articles.

    Sphinx looks for the documents of an environment that is new, and only of such a one, before
    any extension can say what they are; it would warn of files that are none.
    """

    def discover(
        self, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ("**",)
    ) -> set[str]:
        """Find nothing yet."""
        return self.docnames


class PublicationProject(Project):
    """A project in which the catalogue says which files are articles.

    ``docnames`` holds the documents that Sphinx reads: the hand-written pages,
    and the articles too where they are read in the ordinary way.  The paths of
    all articles are known in either case.
    """

    def __init__(
        self,
        srcdir: str | os.PathLike[str],
        source_suffix: Iterable[str],
        *,
        passed_over: Set[str],
        pages: Mapping[str, Path],
        search: bool,
    ) -> None:
        """Take the paths of files that are *passed_over*: of articles, and of what is left out.

        *pages* are documents that are known; *search* has Sphinx look for others.
        """
        super().__init__(srcdir, source_suffix)
        # as text: to make paths of thousands costs more than to look at their files
        self._articles: dict[str, str] = {}
        self._by_path: dict[str, str] = {}
        self._passed_over = passed_over
        self._pages = pages
        self._search = search
        self._read_articles = False
        #: What is wrong with the files of the last :meth:`discover`.
        self.problems: list[Problem] = []

    def publish(self, articles: Mapping[str, str], *, read: bool) -> None:
        """Make known the *articles*, paths by docname; *read* has Sphinx read them."""
        self._articles = dict(articles)
        self._by_path = {path: docname for docname, path in articles.items()}
        self._read_articles = read
        self._add_articles()

    def discover(
        self, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ("**",)
    ) -> set[str]:
        """Find the documents that Sphinx is to read."""
        for known in (self.docnames, self._path_to_docname, self._docname_to_path, self.problems):
            known.clear()
        if self._search:
            excluded = [*exclude_paths, *EXCLUDE_PATHS]
            for name in get_matching_files(self.srcdir, include_paths, excluded):
                self._consider(name)
        for docname, path in self._pages.items():
            self._add(docname, path)
        self._add_articles()
        return self.docnames

    def path2doc(self, filename: str | os.PathLike[str]) -> str | None:
        """Return the name of the document in *filename*, articles included."""
        path = Path(filename)
        if path.is_absolute() and path.is_relative_to(self.srcdir):
            path = path.relative_to(self.srcdir)
        return self._by_path.get(path.as_posix()) or super().path2doc(filename)

    def doc2path(self, docname: str, absolute: bool) -> _StrPath:
        """Return the file of a document, articles included."""
        path: str | Path | None = self._articles.get(docname) or (self._pages or {}).get(docname)
        if path is None:
            return super().doc2path(docname, absolute)
        return _SourcePath(self.srcdir / path) if absolute else _SourcePath(path)

    def _consider(self, name: str) -> None:
        """Add the document in a file, if it may hold one."""
        docname = None if name in self._passed_over else super().path2doc(name)
        if docname is None:
            return
        other = self._docname_to_path.get(docname)
        if other is not None:
            self.problems.append(doubled(name, other))
        elif not os.access(self.srcdir / name, os.R_OK):
            message = "the file cannot be read, or is a link that leads nowhere; it is left out"
            self.problems.append(Problem(path=name, subtype=Subtype.SOURCE, message=message))
        else:
            self._add(docname, Path(name))

    def _add_articles(self) -> None:
        if self._read_articles:
            for docname, path in self._articles.items():
                self._add(docname, Path(path))

    def _add(self, docname: str, path: Path) -> None:
        self.docnames.add(docname)
        self._path_to_docname[path] = docname
        self._docname_to_path[docname] = path

    def __getstate__(self) -> dict[str, Any]:
        """Leave to the environment's pickle only what :meth:`restore` takes back."""
        return {**self.__dict__, "_articles": {}, "_by_path": {}, "_passed_over": frozenset()}
