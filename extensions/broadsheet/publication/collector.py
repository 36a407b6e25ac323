"""The garbage collector, where there is no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the garbage collector from running by itself.

    Of what is taken up for thousands of pages nothing is garbage, and to walk over it again and
    again costs a twentieth of a rebuild, to walk over it once afterwards another fiftieth.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.unfreeze()  # to the oldest generation, at which it looks last
            gc.enable()


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep it from what is held already, too.

    What a process holds when it forks is never garbage of a child: it need not be walked, nor
    copied.
    """
    gc.freeze()
    try:
        with collector_off():
            yield
    finally:
        gc.unfreeze()
