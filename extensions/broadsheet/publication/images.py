"""Names of image files in the output, whoever writes them and in whatever order."""

from __future__ import annotations

from collections.abc import Mapping, Set
from hashlib import blake2b
from pathlib import PurePosixPath


def stable_name(path: str) -> str:
    """Return the name of *path* in ``_images``: its own, made unique by its folder."""
    pure = PurePosixPath(path)
    mark = blake2b(path.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
    return f"{pure.stem[:80]}-{mark}{pure.suffix}"


class StableImages(dict[str, tuple[set[str], str]]):
    """Sphinx's store of images (``env.images``), whose names do not depend on who came first.

    Articles are read in several processes that know nothing of one another.
    """

    @classmethod
    def of(cls, images: Mapping[str, tuple[set[str], str]]) -> StableImages:
        """Take over the images of an environment."""
        stable = cls()
        for path, (docnames, _) in images.items():
            for docname in docnames:
                stable.add_file(docname, path)
        return stable

    def add_file(self, docname: str, newfile: str) -> str:
        """Note that *docname* shows *newfile*; return its name in the output."""
        docnames, name = self.setdefault(newfile, (set(), stable_name(newfile)))
        docnames.add(docname)
        return name

    def purge_doc(self, docname: str) -> None:
        """Forget what *docname* shows."""
        for path, (docnames, _) in list(self.items()):
            docnames.discard(docname)
            if not docnames:
                del self[path]

    def merge_other(self, docnames: Set[str], other: Mapping[str, tuple[set[str], str]]) -> None:
        """Take over what another process noted of *docnames*."""
        for path, (showing, _) in other.items():
            for docname in showing & docnames:
                self.add_file(docname, path)
