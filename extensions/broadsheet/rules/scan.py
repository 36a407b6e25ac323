"""Reading all articles of a source folder, and only what changed of them twice."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from zlib import crc32

from broadsheet.model import Article, Found, Image, Mention, Problem, Subtype
from broadsheet.rules.article import Rules, read_article
from broadsheet.rules.columns import columns_of, rows_of
from broadsheet.rules.digest import digest, digest_of_bytes
from broadsheet.sources.file_times import SEEN, State, is_settled, look

#: Files that a process reads at a time.
BATCH = 100

#: Files that the entries are kept in; of a small change, one or two are written.
SHARDS = 64


class Entry(NamedTuple):
    """One file as the last scan saw it."""

    size: int  #: bytes; with the next two its state
    mtime: int  #: nanoseconds
    changed: int  #: ``st_ctime_ns``: what puts an old mtime back, or swaps files, changes it
    settled: bool  #: a change after it was read would show in them
    rules: str  #: the digest of those that it was read by
    found: Found
    article: Article
    problems: tuple[Problem, ...]

    @property
    def path(self) -> str:
        """The path of the file, relative to the source folder."""
        return self.found.path

    def holds(self, state: State) -> bool:
        """Tell whether the file is certainly as it was."""
        return self.settled and self[:3] == state


#: What a stored scan is made of: one with other fields is of another version.
FORMAT = (
    *(kind._fields for kind in (Entry, Found, Article, Image, Mention)),
    tuple(one.name for one in fields(Problem)),
)


@dataclass(frozen=True, kw_only=True)
class Former:
    """What the last scan of *root* saw, and what of it still holds."""

    root: Path
    entries: Mapping[str, Entry] = field(default_factory=dict)  #: by path
    #: The paths in each file that they are kept in: to work it out for all costs 4 ms of 2,400.
    shards: Mapping[int, Collection[str]] = field(default_factory=dict)
    _held: dict[str, bool] = field(default_factory=dict)
    _seen: Mapping[str, State] = field(default_factory=SEEN.get)

    def entry(self, found: Found, rules: str) -> Entry | None:
        """Return what was seen of a file that was found, and read by *rules*, as it is now."""
        entry = self.entries.get(found.path)
        if entry is None or entry.rules != rules:
            return None
        return entry if entry.found is found or entry.found == found else None

    def found_by(self, rules: Rules) -> Callable[[str], Found | None]:
        """Return what gives the article that a path was by *rules*, while its file is the same."""
        key = digest(rules)

        def found(path: str) -> Found | None:
            entry = self.entries.get(path)
            if entry is None or entry.rules != key or not self.holds(path):
                return None
            return entry.found

        return found

    def holds(self, path: str) -> bool:
        """Tell whether a file is certainly as it was; it is looked at once."""
        held = self._held.get(path)
        if held is None:
            held = self._held[path] = self._look_at(path)
        return held

    def _look_at(self, path: str) -> bool:
        entry = self.entries.get(path)
        if entry is None:
            return False
        return entry.holds(self._seen.get(path) or look(f"{self.root}/{path}"))


#: A file, and what is known of it.
_Known = tuple[Found, Entry | None]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The outcome of a scan, and what the next one can go by."""

    entries: Mapping[str, Entry]  #: by path
    problems: tuple[Problem, ...]  #: of files that could not be read

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """Every article, sorted by path."""
        return tuple(self.entries[path].article for path in sorted(self.entries))

    def all_problems(self) -> tuple[Problem, ...]:
        """Every fault of every file, old and new, sorted by place."""
        found = [problem for entry in self.entries.values() for problem in entry.problems]
        return tuple(sorted([*found, *self.problems]))


def scan(
    root: Path,
    files: Sequence[Found],
    rules: Rules,
    *,
    before: Former,
    now: int,
    processes: int = 1,
) -> Scan:
    """Read the articles that are not as they were *before*.

    *now* is the time in nanoseconds, of the file system's clock.
    """
    key = digest(rules)
    entries: dict[str, Entry] = {}
    unread: list[_Known] = []
    for found in files:
        old = before.entry(found, key)
        if old is None or not before.holds(found.path):
            unread.append((found, old))
        else:
            entries[found.path] = old
    read = partial(_read_all, root, rules, key, now)
    results = [one for batch in _in_batches(read, unread, processes) for one in batch]
    entries |= {one.path: one for one in results if isinstance(one, Entry)}
    return Scan(
        entries=MappingProxyType(entries),
        problems=tuple(result for result in results if isinstance(result, Problem)),
    )


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


def _read_all(
    root: Path, rules: Rules, key: str, now: int, files: Sequence[_Known]
) -> list[Entry | Problem]:
    return [_read(root, rules, key, now, found, old) for found, old in files]


def _read(
    root: Path, rules: Rules, key: str, now: int, found: Found, old: Entry | None
) -> Entry | Problem:
    path = root / found.path
    try:
        status, data = path.stat(), path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the file cannot be read: {reason}; left out"
        return Problem(path=found.path, subtype=Subtype.SOURCE, message=message)
    if old is not None and old.article.digest == digest_of_bytes(data):
        article, problems = old.article, old.problems
    else:
        article, problems = read_article(found, data, rules)
    return Entry(
        size=status.st_size,
        mtime=status.st_mtime_ns,
        changed=status.st_ctime_ns,
        settled=is_settled(max(status.st_mtime_ns, status.st_ctime_ns), now),
        rules=key,
        found=found,
        article=article,
        problems=problems,
    )


def load(folder: Path, root: Path, key: str) -> Former:
    """Return what a former scan saw; nothing of files that are damaged or of another *key*."""
    entries: dict[str, Entry] = {}
    shards: dict[int, Collection[str]] = {}
    for shard in range(SHARDS):
        with suppress(Exception):  # a cache of any age, version or damage is worth a new scan
            stored = pickle.loads(_file(folder, shard).read_bytes())
            if stored["key"] == key:
                found = _of_columns(stored["columns"])
                entries |= found
                shards[shard] = found.keys()
    return Former(root=root, entries=MappingProxyType(entries), shards=shards)


def save(folder: Path, key: str, entries: Mapping[str, Entry], before: Former) -> None:
    """Keep *entries*, all that there is *before* aside, for the next scan.

    A file appears whole or not at all, and holds nothing of an article that has gone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    changed = [path for path, one in entries.items() if before.entries.get(path) is not one]
    touched = {_shard(path) for path in (*changed, *(before.entries.keys() - entries.keys()))}
    if not before.entries:  # there may be some of another version
        touched = {*range(SHARDS)}
    now = {shard: {*before.shards.get(shard, ())} & entries.keys() for shard in touched}
    for path in changed:
        now[_shard(path)].add(path)
    for shard, paths in now.items():
        file = _file(folder, shard)
        if not paths:
            file.unlink(missing_ok=True)
        else:
            part = file.with_suffix(".part")
            stored = {"key": key, "columns": _columns([entries[path] for path in sorted(paths)])}
            part.write_bytes(pickle.dumps(stored, pickle.HIGHEST_PROTOCOL))
            part.replace(file)


def _columns(entries: Sequence[Entry]) -> list[Any]:
    *states, found, articles, problems = columns_of(entries)
    return [*states, columns_of(found), columns_of(articles), problems]


def _of_columns(columns: list[Any]) -> dict[str, Entry]:
    """Return the entries by path."""
    *states, found, articles, problems = columns
    files = rows_of(Found, found)
    entries = rows_of(Entry, [*states, files, rows_of(Article, articles), problems])
    return dict(zip([file.path for file in files], entries, strict=True))


def _shard(path: str) -> int:
    return crc32(path.encode("utf-8", "surrogateescape")) % SHARDS


def _file(folder: Path, shard: int) -> Path:
    return folder / f"{shard:02}.pickle"
