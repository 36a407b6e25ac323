"""Find the articles of a Sphinx project: every source below the folder of a collection."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from broadsheet.model import Collection, Found, Problem, Subtype

_DRAFTS = "_drafts"


class Entry(NamedTuple):
    """A file or a folder on disk."""

    name: str
    path: str  #: relative to the source folder, with ``/``
    is_folder: bool
    is_link: bool


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is a file; one that cannot be looked at, or named, is none."""
    return os.path.isfile(path)  # noqa: PTH113 - the method raises


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Tell the same of a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - the method raises


def find_articles(
    root: Path,
    collections: Sequence[Collection],
    *,
    suffixes: tuple[str, ...],
    excluded: Callable[[str], bool],
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """Find every article of the collections, sorted by path.

    A file belongs to the collection with the deepest folder. ``index.*`` is a hand-written
    page, a name that starts with ``.`` is hidden, ``_drafts/`` holds drafts, and what stands
    under another name with ``_`` is unlisted. ``excluded`` is asked with the path of each
    file and folder.
    """
    found: dict[str, Found] = {}
    problems: set[Problem] = set()
    for collection in sorted(collections, key=lambda one: one.folder.count("/") + bool(one.folder)):
        if fault := _fault(root, collection.folder):
            message = f"the folder of collection {collection.name!r} {fault}; it has no articles"
            problem = Problem(path=collection.folder, subtype=Subtype.SITE, message=message)
            problems.add(problem)
            continue
        for path in _sources(root, collection.folder, excluded, problems):
            if path.endswith(suffixes):
                found[path] = _found(path, collection)
    return tuple(found[path] for path in sorted(found)), tuple(sorted(problems))


def entries(
    root: Path, folder: str, wanted: Callable[[str, bool], bool]
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """List a folder by name: its files and folders, and what cannot be read of it.

    ``wanted`` is asked with each path and whether it is a folder. Links count as what they
    lead to, see :func:`link_fault`.
    """
    try:
        with os.scandir(root / folder) as scan:
            listed = [*scan]
    except OSError as error:
        message = f"the folder cannot be read ({error.strerror}); its files are left out"
        return (), (Problem(path=folder or ".", subtype=Subtype.SOURCE, message=message),)
    inside = f"{folder}/" if folder else ""
    asked = [(path, one) for one in listed if wanted(path := inside + one.name, _is_folder(one))]
    checked = [_entry(root, path, one) for path, one in sorted(asked, key=itemgetter(0))]
    return (
        tuple(entry for entry in checked if isinstance(entry, Entry)),
        tuple(problem for problem in checked if isinstance(problem, Problem)),
    )


def link_fault(root: Path, path: str) -> str:
    """Say why a link is not followed; "" when it may be.

    A hidden target counts: a clone's ``.git/config`` may hold a password.
    """
    base, target = Path(os.path.realpath(root)), Path(os.path.realpath(root / path))
    if not (is_file(target) or is_folder(target)):
        return "leads nowhere"
    if not target.is_relative_to(base):
        return "leads out of the source folder"
    if any(part.startswith(".") for part in target.relative_to(base).parts):
        return "leads to a hidden file"
    if Path(os.path.realpath((root / path).parent)).is_relative_to(target):
        return "leads to a folder above itself"
    return ""


def _entry(root: Path, path: str, one: os.DirEntry[str]) -> Entry | Problem | None:
    """Look at one name; None for what is neither file nor folder (a pipe would block)."""
    if not _is_utf8(path):
        shown = path.encode(errors="backslashreplace").decode()
        message = "the name is not UTF-8; the file is left out"
        return Problem(path=shown, subtype=Subtype.ENCODING, message=message)
    try:
        is_link = one.is_symlink()
        if is_link and (fault := link_fault(root, path)):
            message = f"the link {fault}; it is left out"
            return Problem(path=path, subtype=Subtype.SOURCE, message=message)
        is_folder = one.is_dir()
        known = is_folder or one.is_file()
        entry = Entry(name=one.name, path=path, is_folder=is_folder, is_link=is_link)
    except OSError as error:
        message = f"cannot be read ({error.strerror}); it is left out"
        return Problem(path=path, subtype=Subtype.SOURCE, message=message)
    return entry if known else None


def _is_folder(one: os.DirEntry[str]) -> bool:
    try:
        return one.is_dir()
    except OSError:  # a link to itself
        return False


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fault(root: Path, folder: str) -> str:
    """Say why a collection cannot be read from a folder; "" when it can."""
    if not is_folder(root / folder):
        return "does not exist"
    if not Path(os.path.realpath(root / folder)).is_relative_to(os.path.realpath(root)):
        return "leads out of the source folder"
    return ""


def _sources(
    root: Path, folder: str, excluded: Callable[[str], bool], problems: set[Problem]
) -> Iterator[str]:
    """Give the path of every file that may be an article."""

    def wanted(path: str, is_folder: bool) -> bool:
        name = path.rpartition("/")[2]
        hidden = name.startswith(".") or (not is_folder and name.startswith("index."))
        return not hidden and not excluded(path)

    waiting = [(folder, False)]
    while waiting:
        place, linked = waiting.pop()
        listed, faults = entries(root, place, wanted)
        problems.update(faults)
        for entry in listed:
            if not entry.is_folder:
                yield entry.path
            elif not (linked and entry.is_link):  # a link beyond a link may run in circles
                waiting.append((entry.path, linked or entry.is_link))


def _found(path: str, collection: Collection) -> Found:
    inside = path.removeprefix(f"{collection.folder}/").split("/")
    draft = _DRAFTS in inside[:-1]
    hidden = any(part.startswith("_") and part != _DRAFTS for part in inside)
    return Found(path=path, collection=collection.name, draft=draft, listed=not hidden)
