"""The files that templates take in, or have data from: each as it was when it was first read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from broadsheet.rules.digest import digest_of_bytes
from broadsheet.sources.folders import link_fault
from broadsheet.sources.text_file import decode

#: A file that is taken in holds a part of a page; a larger one is none.
LARGEST_FILE = 1_000_000

#: Bytes of a file of data, at most.
LARGEST_DATA = 20_000_000


@dataclass(frozen=True, kw_only=True)
class Files:
    """Files of one source folder.

    What is kept of them is what was read: so a page and its digest are made of the same bytes,
    whatever becomes of the file meanwhile.
    """

    root: Path
    data_dir: str = "_data"
    _read: dict[str, bytes | None] = field(default_factory=dict, init=False)

    def read(self, path: str, *, inside: str = "", limit: int = LARGEST_DATA) -> bytes | None:
        """Return the bytes of a file of the source, in a folder too; None where there is none.

        What a link makes of a path counts: nothing outside the source folder is read, and
        nothing hidden.
        """
        if "\0" in path or any(part == ".." for part in path.split("/")):
            return None
        if path not in self._read:
            self._read[path] = self._bytes(path)
        data = self._read[path]
        is_one = data is not None and len(data) <= limit and self._is_in(path, inside)
        return data if is_one else None

    def state(self, path: str) -> str:
        """Return the digest of what was read of a file, "" where there is none."""
        data = self.read(path)
        return "" if data is None else digest_of_bytes(data)

    def _bytes(self, path: str) -> bytes | None:
        file = self.root / path
        try:
            if not file.is_file() or file.stat().st_size > LARGEST_DATA:
                return None
            return (
                file.read_bytes() if self._is_in(path) and not link_fault(self.root, path) else None
            )
        except (OSError, ValueError):
            return None

    def _is_in(self, path: str, folder: str = "") -> bool:
        inside = Path(os.path.realpath(self.root / folder))
        return Path(os.path.realpath(self.root / path)).is_relative_to(inside)

    @cached_property
    def data(self) -> tuple[str, ...]:
        """The files of data, by path."""
        return tuple(sorted(_below(self.root, self.data_dir)))

    def data_states(self) -> list[tuple[str, str]]:
        """Return them with the digest of each."""
        return [(path, self.state(path)) for path in self.data]


def includes_dir(config: Mapping[str, Any]) -> str:
    """Return the folder of the files that templates take in, by ``_config.yml``."""
    given = str(config.get("includes_dir") or "_includes").strip("/")
    return given if ".." not in given.split("/") else "_includes"


def includes(root: Path, config: Mapping[str, Any]) -> Callable[[str], str]:
    """Return what gives the text of a file that templates take in by a name, "" for none."""
    files, folder = Files(root=root), includes_dir(config)

    def included(name: str) -> str:
        data = files.read(f"{folder}/{name}", inside=folder, limit=LARGEST_FILE)
        return decode(data, name)[0] if data else ""

    return included


def _below(root: Path, folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(root / folder), key=lambda one: one.name)
    except OSError:
        return
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if entry.name.startswith((".", "_", "#")) or entry.name.endswith("~"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(root, path)
        elif entry.name.endswith((".yml", ".yaml", ".json", ".csv", ".tsv")):
            yield path
