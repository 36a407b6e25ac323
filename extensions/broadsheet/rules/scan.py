"""Reading all articles of a source folder, and only what changed of them twice."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from types import MappingProxyType

from broadsheet.model import Article, Found, Image, Problem, Subtype
from broadsheet.rules.article import Rules, read_article
from broadsheet.rules.digest import digest_of_bytes
from broadsheet.sources.text_file import RACY_NS

#: Files that a process reads at a time.
BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file as the last scan saw it."""

    size: int  #: bytes
    mtime: int  #: nanoseconds
    changed: int  #: ``st_ctime_ns``: what puts an old mtime back, or swaps files, changes it
    seen: int  #: when, nanoseconds of the same clock
    found: Found
    article: Article
    problems: tuple[Problem, ...]

    @property
    def path(self) -> str:
        """The path of the file, relative to the source folder."""
        return self.found.path

    def holds(self, found: Found, status: os.stat_result) -> bool:
        """Tell whether the file is certainly as it was."""
        return (
            self.size == status.st_size
            and self.mtime == status.st_mtime_ns
            and self.changed == status.st_ctime_ns
            and self.mtime + RACY_NS < self.seen
            and self.found == found
        )


#: What a stored scan is made of: one with other fields is of another version.
FORMAT = tuple(
    (kind.__name__, tuple(one.name for one in fields(kind)))
    for kind in (Entry, Found, Article, Image, Problem)
)


#: A file, and what is known of it.
_Known = tuple[Found, Entry | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The outcome of a scan, and what the next one can go by."""

    entries: Mapping[str, Entry]  #: by path
    problems: tuple[Problem, ...]  #: of files that could not be read

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article, sorted by path."""
        return tuple(entry.article for _, entry in sorted(self.entries.items()))

    def all_problems(self) -> tuple[Problem, ...]:
        """Every fault of every file, old and new, sorted by place."""
        found = [problem for entry in self.entries.values() for problem in entry.problems]
        return tuple(sorted([*found, *self.problems]))


def scan(
    root: Path,
    files: Sequence[Found],
    rules: Rules,
    *,
    before: Mapping[str, Entry],
    now: int,
    processes: int = 1,
) -> Scan:
    """Read the articles; *before* holds what was seen under the very same rules.

    *now* is the time in nanoseconds, of the file system's clock.
    """
    entries = {found.path: before.get(found.path) for found in files}
    known = [(found, entries[found.path]) for found in files]
    unread = [(found, old) for found, old in known if not _is_current(root, found, old)]
    read = partial(_read_all, root, rules, now)
    results = [one for batch in _in_batches(read, unread, processes) for one in batch]
    for result in results:
        entries[result.path] = result if isinstance(result, Entry) else None
    return Scan(
        entries=MappingProxyType({path: one for path, one in entries.items() if one is not None}),
        problems=tuple(result for result in results if isinstance(result, Problem)),
    )


def _is_current(root: Path, found: Found, old: Entry | None) -> bool:
    try:
        return old is not None and old.holds(found, (root / found.path).stat())
    except OSError:
        return False


def _in_batches(
    read: Callable[[Sequence[_Known]], list[Entry | Problem]],
    files: Sequence[_Known],
    processes: int,
) -> Iterator[list[Entry | Problem]]:
    """Read *files*, in several forked processes where there are enough of them."""
    batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    if processes < 2 or len(batches) < 2 or "fork" not in get_all_start_methods():
        yield from map(read, batches)
        return
    with get_context("fork").Pool(min(processes, len(batches))) as pool:
        yield from pool.imap(read, batches)


def _read_all(root: Path, rules: Rules, now: int, files: Sequence[_Known]) -> list[Entry | Problem]:
    return [_read(root, rules, now, found, old) for found, old in files]


def _read(root: Path, rules: Rules, now: int, found: Found, old: Entry | None) -> Entry | Problem:
    path = root / found.path
    try:
        status, data = path.stat(), path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the file cannot be read: {reason}; left out"
        return Problem(path=found.path, subtype=Subtype.SOURCE, message=message)
    if old is not None and old.found == found and old.article.digest == digest_of_bytes(data):
        article, problems = old.article, old.problems
    else:
        article, problems = read_article(found, data, rules)
    return Entry(
        size=status.st_size,
        mtime=status.st_mtime_ns,
        changed=status.st_ctime_ns,
        seen=now,
        found=found,
        article=article,
        problems=problems,
    )


def load_entries(path: Path, key: str) -> Mapping[str, Entry]:
    """Return what a former scan saw; nothing when it is missing, damaged or of another *key*."""
    try:
        stored = pickle.loads(path.read_bytes())
        if stored["key"] == key:
            entries: Mapping[str, Entry] = stored["entries"]
            return entries
    except Exception:  # a cache of any age, version or damage is only worth a new scan
        return MappingProxyType({})
    return MappingProxyType({})


def save_entries(path: Path, key: str, entries: Mapping[str, Entry]) -> None:
    """Keep *entries* for the next scan; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(pickle.dumps({"key": key, "entries": dict(entries)}, pickle.HIGHEST_PROTOCOL))
    part.replace(path)
