"""Writing a project: beside its place first, then there in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from broadsheet.command.refusal import Refusal


def check(source: Path, dest: Path) -> None:
    """Refuse a DEST that holds something, or has to do with SOURCE."""
    real_source, real_dest = source.resolve(), dest.resolve()
    if real_dest == real_source or real_source in real_dest.parents:
        message = f"{dest} lies inside SOURCE, which is never written to (expected another folder)"
        raise Refusal(message)
    if dest.exists() and not dest.is_dir():
        message = f"{dest} is a file (expected an empty folder, or nothing)"
        raise Refusal(message)
    try:
        is_empty = not dest.exists() or not any(dest.iterdir())
    except OSError as error:
        message = f"{dest} cannot be read: {error.strerror}"
        raise Refusal(message) from error
    if not is_empty:
        message = f"{dest} is not empty (expected an empty folder, or nothing)"
        raise Refusal(message)


@contextmanager
def made_at_once(dest: Path) -> Iterator[Path]:
    """Give a folder beside *dest* that becomes it in the end, or goes if there is no such end."""
    try:
        dest.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{dest.name[:40]}.", dir=dest.parent))
    except OSError as error:
        message = f"{dest} cannot be written: {error.strerror}"
        raise Refusal(message) from error
    try:
        yield part
        _open_to_others(part)
        with suppress(FileNotFoundError):
            dest.rmdir()  # an empty folder, which not every system lets another replace
        part.rename(dest)
    except OSError as error:
        message = f"{dest} cannot be written: {error.strerror or error}"
        raise Refusal(message) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write(folder: Path, path: str, data: bytes) -> None:
    """Write a file below *folder*."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def copy(folder: Path, path: str, source: Path) -> None:
    """Copy a file, with its time, below *folder*."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, place)


def _open_to_others(folder: Path) -> None:
    """Give the folder the mode that any other would have: a temporary one is its owner's alone."""
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)
