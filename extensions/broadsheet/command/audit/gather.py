"""Looking at every article, in several processes where there are enough of them."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING

from broadsheet.command.audit.findings import Finding, Kind
from broadsheet.command.audit.look import Look, look_at
from broadsheet.model import Found
from broadsheet.sources.file_times import State, look

if TYPE_CHECKING:
    from broadsheet.command.audit.archive import Archive
    from broadsheet.command.audit.kept import Kept

#: Files that a process looks at for each message that it sends.
BATCH = 50


def gather(archive: Archive, kept: Kept) -> Iterator[Look | Finding]:
    """Yield what each article is, or why its file cannot be read; the unchanged are recalled."""
    unread: list[Found] = []
    for found in archive.found:
        known = kept.recall(archive.root, found)
        if known is None:
            unread.append(found)
        else:
            yield known
    for found, state, seen in _read_in_batches(archive, unread):
        if isinstance(seen, Look):
            kept.note(archive.root, found, seen, state)
        yield seen
    kept.save()


#: A file, its state before it was read, and what it is.
_Seen = tuple[Found, State, Look | Finding]


def _read_in_batches(archive: Archive, files: Sequence[Found]) -> Iterator[_Seen]:
    batches = [files[at : at + BATCH] for at in range(0, len(files), BATCH)]
    read = partial(_read_all, archive)
    processes = min(_processors(), len(batches))
    if processes < 2 or "fork" not in get_all_start_methods():
        for batch in batches:
            yield from ((found, *one) for found, one in zip(batch, read(batch), strict=True))
        return
    with get_context("fork").Pool(processes, _begin) as pool:
        for batch, seen in zip(batches, pool.imap(read, batches), strict=True):
            yield from ((found, *one) for found, one in zip(batch, seen, strict=True))


def _begin() -> None:
    """Leave an interruption to the process that was asked for the audit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()


def _read_all(archive: Archive, files: Sequence[Found]) -> list[tuple[State, Look | Finding]]:
    return [(look(f"{archive.root}/{found.path}"), _read(archive, found)) for found in files]


def _read(archive: Archive, found: Found) -> Look | Finding:
    try:
        data = (archive.root / found.path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the file cannot be read: {reason}; left out"
        return Finding(found.path, 0, Kind.SOURCE, message)
    return look_at(found, data, archive.rules, archive.own)


def _processors() -> int:
    with suppress(AttributeError):  # macOS and Windows do not know it
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
