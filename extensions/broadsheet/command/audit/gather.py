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

if TYPE_CHECKING:
    from broadsheet.command.audit.archive import Archive
    from broadsheet.model import Found

#: Files that a process looks at for each message that it sends.
BATCH = 50


def gather(archive: Archive) -> Iterator[Look | Finding]:
    """Yield what each article is, in the order of their paths, or why its file cannot be read."""
    batches = [archive.found[at : at + BATCH] for at in range(0, len(archive.found), BATCH)]
    read = partial(_read_all, archive)
    processes = min(_processors(), len(batches))
    if processes < 2 or "fork" not in get_all_start_methods():
        for batch in batches:
            yield from read(batch)
        return
    with get_context("fork").Pool(processes, _begin) as pool:
        for looks in pool.imap(read, batches):
            yield from looks


def _begin() -> None:
    """Leave an interruption to the process that was asked for the audit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()


def _read_all(archive: Archive, files: Sequence[Found]) -> list[Look | Finding]:
    return [_read(archive, found) for found in files]


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
