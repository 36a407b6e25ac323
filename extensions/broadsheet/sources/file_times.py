"""What the times of a file tell, and what they do not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from broadsheet.model import NO_VALUES

#: Nanoseconds between two times that a file system tells apart: FAT counts in steps of two
#: seconds, and others in whole ones; the rest goes by a clock of the kernel's, with ticks of
#: 10 ms at most.
STEP = 2_000_000_000
TICK = 100_000_000

_SECOND = 1_000_000_000


def is_settled(changed: int, looked: int) -> bool:
    """Tell whether a file that *changed* would have another time if it had changed since.

    *looked* is when its times were seen, in nanoseconds too.
    """
    return changed + (TICK if changed % _SECOND else STEP) < looked


#: Bytes, and nanoseconds of mtime and ctime; () of a file that cannot be looked at.
State = tuple[()] | tuple[int, int, int]

#: What a command has just seen of the files of the source, by path: they are looked at once.
SEEN: ContextVar[Mapping[str, State]] = ContextVar("SEEN", default=NO_VALUES)


def look(path: str) -> State:
    """Look at a file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - as text, it is faster
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


@contextmanager
def seen(files: Mapping[str, State]) -> Iterator[None]:
    """Have what is done now go by *files*; what changes after the look at them is not noticed."""
    token = SEEN.set(files)
    try:
        yield
    finally:
        SEEN.reset(token)
