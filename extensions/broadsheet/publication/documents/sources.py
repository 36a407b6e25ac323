"""What a document was made of: its files, and what its links meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.publication.documents.links import meanings
from broadsheet.publication.file_states import FileState
from broadsheet.rules.digest import digest_of_bytes

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it was when a document was made of it."""

    state: FileState
    digest: str  #: of the bytes, "" where there are none

    @classmethod
    def of(cls, root: Path, path: str) -> Source:
        """Look at the file, and into it."""
        state = FileState.of_source(root, path)
        try:
            data = (root / path).read_bytes()
        except OSError:
            return cls(state=state, digest="")
        return cls(state=state, digest=digest_of_bytes(data))

    def now(self, root: Path) -> Source:
        """Return the file as it is now; it is read only if it seems to be another."""
        path = self.state.path
        return self if FileState.of_source(root, path) == self.state else Source.of(root, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it was read."""

    moment: int  #: of the reading, as the environment has it
    files: tuple[Source, ...]  #: its own first, what Sphinx keeps of it last
    links: str  #: the digest of what its links meant, and its Liquid was told

    def now(self, env: BuildEnvironment, docname: str) -> Document | None:
        """Return the document with its files as they are now; None if it would be another."""
        files = tuple(file.now(env.srcdir) for file in self.files)
        if (
            self.moment == env.all_docs.get(docname)
            and [file.state.path for file in files[:1]] == [path_of(env, docname)]
            and all(file.digest == old.digest for file, old in zip(files, self.files, strict=True))
            and self.links == meanings(env, docname)
        ):
            return replace(self, files=files)
        return None


def path_of(env: BuildEnvironment, docname: str) -> str:
    """Return the path of a document below the source folder."""
    return env.doc2path(docname, False).as_posix()


def stored_document(moment: int, files: Any, links: str) -> Document:
    """Return a document as it was stored."""
    sources = (Source(state=FileState(*one["state"]), digest=one["digest"]) for one in files)
    return Document(moment=moment, files=tuple(sources), links=links)
