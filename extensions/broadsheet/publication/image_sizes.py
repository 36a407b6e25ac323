"""The sizes of images, read from the head of each file once and kept between builds."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import imagesize

from broadsheet.publication.file_states import FileState
from broadsheet.publication.output_files import read_json, replace_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

#: Raised whenever the meaning of what is kept changes; another version is as good as none.
VERSION = 1

NAME = "broadsheet-images.json"


#: A file's state when it was read, and its width and height; none of what is no image.
Size = tuple[list[int], list[int]]


class ImageSizes:
    """Widths and heights in pixels, by file; in one process, and handed on to another."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._path, self._root = folder / NAME, root
        self._known: dict[str, Size] = {}
        self._new: dict[str, Size] = {}
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            stored = read_json(self._path, VERSION) or {}
            self._known = {name: (one[0], one[1]) for name, one in stored["images"].items()}

    def attributes(self, path: str) -> dict[str, str]:
        """Return what tells a browser the size of an image, nothing where it cannot be told."""
        state = list(FileState.of_source(self._root, path)[1:])
        known = self._known.get(path)
        if known is None or known[0] != state:
            known = self._known[path] = self._new[path] = (state, _size(self._root / path))
        return dict(zip(("width", "height"), map(str, known[1]), strict=False))

    def take_new(self) -> Mapping[str, Size]:
        """Return what has been read since the last call, for :meth:`add` of another process."""
        new, self._new = self._new, {}
        return new

    def add(self, new: Mapping[str, Size]) -> None:
        """Take over what another process has read."""
        self._known |= new
        self._new |= new

    def save(self, shown: Set[str]) -> None:
        """Keep those of the images that are *shown*, if there is anything to keep or to drop.

        They are named by their paths from the source folder, or by their whole paths.
        """
        kept = {
            path: one
            for path, one in sorted(self._known.items())
            if path in shown or f"{self._root}/{path}" in shown
        }
        if self._new or len(kept) < len(self._known):
            replace_text(self._path, json.dumps({"version": VERSION, "images": kept}))


def _size(path: Path) -> list[int]:
    try:
        width, height = imagesize.get(path)
    except Exception:  # of whatever file: it is shown as it is
        return []
    return [int(width), int(height)] if width > 0 and height > 0 else []
