"""One build at a time in a folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portalocker import LOCK_EX, LOCK_NB, AlreadyLocked, LockException, lock

from broadsheet.command.refusal import Refusal

NAME = ".broadsheet.lock"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep other builds out of *out*; wait for one that is there already.

    Workers inherit the open file, and nobody unlocks it: the kernel does, when the build and
    its workers have closed it, in whatever way they end.  Raises Refusal.
    """
    try:
        file = (out / NAME).open("a", encoding="utf-8")
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}"
        raise Refusal(message) from error
    with file:
        try:
            _wait_for(file, f"another build is writing to {out}; waiting")
        except LockException as error:
            _say(f"{out} cannot be locked ({error}); a second build would disturb this one")
        yield


def _wait_for(file: IO[str], message: str) -> None:
    """Lock *file*; where somebody else has, say the *message* and wait."""
    is_said = False
    while True:
        try:
            return lock(file, LOCK_EX | LOCK_NB)
        except AlreadyLocked:
            if not is_said:
                _say(message)
            is_said = True
            time.sleep(0.05)


def _say(message: str) -> None:
    print(f"broadsheet: {message}", file=sys.stderr)
