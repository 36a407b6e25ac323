"""What the times of a file tell, and what they do not."""

from __future__ import annotations

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
