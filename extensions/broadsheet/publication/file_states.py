"""Files as they were: enough to see that they have changed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from broadsheet.publication.output_states import size_and_time
from broadsheet.sources.file_times import is_settled, look


class FileState(NamedTuple):
    """A file as it was when something was made of it, or when it was made.

    A named tuple, as a build makes some of every file.
    """

    path: str  #: absolute, or relative to the source or the output folder, with ``/``
    size: int = -1  #: bytes; -1 for one that is missing, -2 for one that may have changed since
    mtime: int = 0  #: nanoseconds
    changed: int = 0  #: the same, of ``st_ctime_ns``; 0 for a file of the output

    @classmethod
    def of_source(cls, root: Path, path: str) -> FileState:
        """Look at a file of the source."""
        return cls(path, *look(os.path.join(root, path)))  # noqa: PTH118 - as text, it is faster

    @classmethod
    def of_output(cls, root: Path, path: str) -> FileState:
        """Look at a file of the output: copies, whose inodes are others, are as good."""
        return cls.of_source(root, path)._replace(changed=0)

    def is_in(self, root: Path) -> bool:
        """Tell whether a file of the output is as it was, without a state made of it."""
        return (self.size, self.mtime) == size_and_time(f"{root}/{self.path}")

    @classmethod
    def of_source_just_read(cls, root: Path, path: str) -> FileState:
        """Look at a file after it was read: of a new one, nobody knows which state that was."""
        state = cls.of_source(root, path)
        is_old = is_settled(max(state.mtime, state.changed), time.time_ns())
        return state if is_old else cls(path, -2)
