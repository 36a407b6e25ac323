"""The garbage collector, where there is no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

#: Whether what is kept from the collector is given back to it at the end of the build.
_SELDOM = ContextVar("_SELDOM", default=False)

_builds = count(1)

#: After so many builds in one process, it gathers what they have left.
MANY = 10


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Have the garbage collector walk seldom over what a build needs to its end.

    What a build leaves goes with its process, mostly; but tests have many builds in one.
    """
    threshold, enabled = gc.get_threshold(), gc.isenabled()
    gc.set_threshold(50_000, 50, 100)
    token = _SELDOM.set(True)
    try:
        yield
    finally:
        _SELDOM.reset(token)
        gc.set_threshold(*threshold)
        gc.unfreeze()
        (gc.enable if enabled else gc.disable)()
        if not next(_builds) % MANY:
            gc.collect()


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
            if _SELDOM.get():
                gc.freeze()
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
