"""The files of the output as the last build left them, between builds.

Pages are checked by them, and the receipt of a whole build, for which Sphinx is not loaded.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from broadsheet.publication.output_files import keep, kept_in
from broadsheet.sources.file_times import look

NAME = "broadsheet-output.pickle"

#: Raised whenever what is kept changes; another version is as good as none.
VERSION = 1

#: Bytes, and nanoseconds of mtime: copies, whose inodes are others, are as good.
SizeAndTime = tuple[int, int]

#: Of no file.
MISSING: SizeAndTime = (-1, -1)


def size_and_time(path: str) -> SizeAndTime:
    """Return what tells a file of the output from another."""
    size, mtime, _ = look(path) or (*MISSING, 0)
    return size, mtime


def unchanged(root: Path, states: Mapping[str, SizeAndTime]) -> set[str]:
    """Return those of many files of which :func:`size_and_time` still tells what it told."""
    found = set()
    for name, state in states.items():
        try:
            status = os.stat(f"{root}/{name}")  # noqa: PTH116 - as text, it is faster
        except OSError:
            continue
        if (status.st_size, status.st_mtime_ns) == state:
            found.add(name)
    return found


def keep_states(folder: Path, states: Mapping[str, SizeAndTime], others: Iterable[str]) -> None:
    """Keep the states of files of pages, by name, and the names of *others*."""
    sizes = array("q", [size for size, _ in states.values()])
    times = array("q", [time for _, time in states.values()])
    keep(folder / NAME, ([*states], sizes, times, sorted(others)), VERSION)


def states_in(folder: Path) -> tuple[dict[str, SizeAndTime], list[str]]:
    """Return what :func:`keep_states` has kept; nothing of a missing or damaged file."""
    with suppress(TypeError, ValueError):
        names, sizes, times, others = kept_in(folder / NAME, VERSION)
        return dict(zip(names, zip(sizes, times, strict=True), strict=True)), others
    return {}, []
