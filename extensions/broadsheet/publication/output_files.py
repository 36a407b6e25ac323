"""Writing files that others may be reading: whole or not at all, and only where they change."""

from __future__ import annotations

import filecmp
import json
import os
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32


def part_of(path: Path) -> Path:
    """Return where *path* is written before it is renamed: beside it, under a name of its own.

    The name is short, as that of an article may be as long as a file system allows.
    """
    mark = blake2b(path.name.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return path.with_name(f".{mark}.part")


def parts_below(folder: Path) -> Iterator[Path]:
    """Yield what :func:`part_of` has named."""
    return (path for path in folder.rglob(".*.part") if _PART.fullmatch(path.name))


_PART = re.compile(r"\.[0-9a-f]{16}\.part")


def settle(part: Path, path: Path) -> None:
    """Put *part* in the place of *path*, unless that has the same bytes."""
    filecmp.clear_cache()  # it would go by times, which two parts may share
    try:
        same = filecmp.cmp(part, path, shallow=False)
    except OSError:
        same = False
    if same:
        part.unlink()
    else:
        part.replace(path)


def remove(root: Path, name: str) -> None:
    """Delete the file *name* below *root*, what a killed build left of it, and emptied folders."""
    path = root / name
    if ".." in path.parts or not path.is_relative_to(root) or path.is_dir():
        return  # no build of ours has written that
    with suppress(NotADirectoryError):  # of what stood in it before it became a file
        path.unlink(missing_ok=True)
        part_of(path).unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or not _is_removed(folder):
            return


def clear(root: Path, path: Path, is_left: Callable[[str], bool]) -> Path | None:
    """Remove what stands in the place of *path*, or of a folder that it is to lie in.

    That is files that *is_left*, asked with their names below *root*, says nobody needs, and
    empty folders.  Return what is still in the way.
    """
    for folder in reversed(path.relative_to(root).parents[:-1]):
        file = root / folder
        if os.path.lexists(file) and not file.is_dir():
            if not is_left(folder.as_posix()):
                return file
            remove(root, folder.as_posix())
    if not path.is_dir():
        return None
    for file in sorted(path.rglob("*"), reverse=True):
        if file.is_dir() and not file.is_symlink():
            _is_removed(file)
        elif is_left(file.relative_to(root).as_posix()):
            remove(root, file.relative_to(root).as_posix())
    _is_removed(path)
    return path if path.is_dir() else None


def _is_removed(folder: Path) -> bool:
    """Remove a folder that is empty; tell whether it is gone."""
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def read_json(path: Path, version: int) -> dict[str, Any] | None:
    """Return what was kept in *path*; None of a missing, damaged or foreign file.

    Foreign is what another *version* of us has written, or somebody else.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(stored, dict) and stored.get("version") == version
    return stored if is_ours else None


def has_json(path: Path, version: int) -> bool:
    """Tell by its two ends whether a file is whole, and what we write first is the *version*."""
    head = f'{{"version": {version},'.encode()
    try:
        with path.open("rb") as file:
            is_ours = file.read(len(head)) == head
            file.seek(-1, os.SEEK_END)
            return is_ours and file.read() == b"}"
    except OSError:
        return False


def replace_bytes(path: Path, data: bytes) -> None:
    """Write *data* in the place of *path*, in one step, unless it stands there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(path)
    part.write_bytes(data)
    settle(part, path)


def replace_text(path: Path, text: str) -> None:
    """Write *text* in the place of *path*, in one step, unless it stands there."""
    replace_bytes(path, text.encode())


def keep(path: Path, value: object, version: int) -> None:
    """Keep a *value* for the next build, with what tells that it is whole, and its *version*.

    As a pickle large ones are written and read in half the time that JSON takes.
    """
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    part = part_of(path)
    part.write_bytes(_sum(data, version) + data)
    part.replace(path)


def kept_in(path: Path, version: int) -> Any:
    """Return what :func:`keep` has kept; None of a missing, damaged or foreign file."""
    with suppress(Exception):  # which a class that has gone may raise
        return pickle.loads(_whole(path, version))
    return None


def is_kept(path: Path, version: int) -> bool:
    """Tell whether a file is as :func:`keep` has written it."""
    with suppress(OSError, ValueError):
        return bool(_whole(path, version))
    return False


def _whole(path: Path, version: int) -> memoryview:
    """Return the bytes of a pickle.  Raises OSError; ValueError where they are others."""
    data = memoryview(path.read_bytes())
    if _sum(data[4:], version) != data[:4]:
        message = f"{path} is damaged, or of another version"
        raise ValueError(message)
    return data[4:]


def _sum(data: bytes | memoryview, version: int) -> bytes:
    """Return a check sum that differs for the same bytes of another version, too."""
    return crc32(data, version).to_bytes(4)
