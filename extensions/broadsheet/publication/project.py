"""Which files are documents of the project: what Sphinx reads, and the articles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.project import Project
from sphinx.util._pathlib import _StrPath

from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping


class _SourcePath(_StrPath):
    """The file of an article, or of a Jekyll page, of which Sphinx wants to read the text."""

    def read_text(self, *args: Any, **kwargs: Any) -> str:
        """Return the text, whatever its bytes; the scan has said what is wrong with them."""
        return decode(self.read_bytes(), str(self))[0]


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
        withheld: frozenset[str],
        pages: Mapping[str, Path],
        search: bool,
    ) -> None:
        """Take the paths of files *withheld* from publication: of all articles, at first.

        *pages* are documents that are known; *search* has Sphinx look for others.
        """
        super().__init__(srcdir, source_suffix)
        self._articles: dict[str, Path] = {}
        self._by_path: dict[Path, str] = {}
        self._withheld = withheld
        self._pages = pages
        self._search = search
        self._read_articles = False

    def publish(self, articles: Mapping[str, str], *, read: bool) -> None:
        """Withhold *articles*, paths by docname, no more; *read* has Sphinx read them."""
        self._articles = {docname: Path(path) for docname, path in articles.items()}
        self._by_path = {path: docname for docname, path in self._articles.items()}
        self._withheld -= set(articles.values())
        self._read_articles = read
        self._add_articles()

    def discover(
        self, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ("**",)
    ) -> set[str]:
        """Find the documents that Sphinx is to read."""
        if self._search:
            super().discover(exclude_paths, include_paths)
            self._drop(self._withheld)
        else:
            self.docnames.clear()
            self._path_to_docname.clear()
            self._docname_to_path.clear()
        for docname, path in self._pages.items():
            self._add(docname, path)
        self._drop({path.as_posix() for path in self._by_path})
        self._add_articles()
        return self.docnames

    def path2doc(self, filename: str | os.PathLike[str]) -> str | None:
        """Return the name of the document in *filename*, articles included."""
        path = Path(filename)
        if path.is_absolute() and path.is_relative_to(self.srcdir):
            path = path.relative_to(self.srcdir)
        return self._by_path.get(path) or super().path2doc(filename)

    def doc2path(self, docname: str, absolute: bool) -> _StrPath:
        """Return the file of a document, articles included."""
        path = self._articles.get(docname) or (self._pages or {}).get(docname)
        if path is None:
            return super().doc2path(docname, absolute)
        return _SourcePath(self.srcdir / path) if absolute else _SourcePath(path)

    def _add_articles(self) -> None:
        if self._read_articles:
            for docname, path in self._articles.items():
                self._add(docname, path)

    def _add(self, docname: str, path: Path) -> None:
        self.docnames.add(docname)
        self._path_to_docname[path] = docname
        self._docname_to_path[docname] = path

    def _drop(self, paths: Iterable[str]) -> None:
        for path in paths:
            docname = self._path_to_docname.pop(Path(path), None)
            if docname is not None:
                self.docnames.discard(docname)
                self._docname_to_path.pop(docname, None)

    def __getstate__(self) -> dict[str, Any]:
        """Leave to the environment's pickle only what :meth:`restore` takes back."""
        return {**self.__dict__, "_articles": {}, "_by_path": {}, "_withheld": frozenset()}
