"""Writing a project: beside its place first, then there in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portalocker import LOCK_EX, LOCK_NB, LockException, lock

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
    prefix = f".{dest.name[:40]}."
    with _writing(dest):
        dest.parent.mkdir(parents=True, exist_ok=True)
        _clear_away(dest.parent, prefix)
        part = Path(tempfile.mkdtemp(prefix=prefix, dir=dest.parent))
    try:
        with _writing(dest):
            with (part / _MARK).open("a", encoding="utf-8") as mark:
                with suppress(LockException):  # where the file system knows no locks
                    lock(mark, LOCK_EX | LOCK_NB)
                yield part
            (part / _MARK).unlink()
            _open_to_others(part)
            with suppress(FileNotFoundError):
                dest.rmdir()  # an empty folder, which not every system lets another replace
            part.rename(dest)
    finally:
        shutil.rmtree(part, ignore_errors=True)


#: Lies in a folder while it is being made; whoever makes it holds its lock.
_MARK = ".importing"


def _clear_away(folder: Path, prefix: str) -> None:
    """Remove what an import that was killed has left: nobody holds its lock any more."""
    for part in sorted(one for one in folder.iterdir() if one.name.startswith(prefix)):
        try:
            with (part / _MARK).open("r+", encoding="utf-8") as mark:
                lock(mark, LOCK_EX | LOCK_NB)
        except (OSError, LockException):  # a folder of another kind, or one at work
            continue
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _writing(dest: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{dest} cannot be written: {error.strerror or error}"
        raise Refusal(message) from error


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
