"""Reading all articles of a source folder, and only what changed of them twice."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from broadsheet.model import Article, Found, Image, Problem, Subtype
from broadsheet.rules.article import Rules, read_article

#: A file changed so shortly before a scan may change again without a new mtime.
RACY_NS = 2_000_000_000


#: What a stored scan is made of: one with other fields is of another version.
FORMAT = tuple(
    (kind.__name__, tuple(one.name for one in fields(kind)))
    for kind in (Found, Article, Image, Problem)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file as the last scan saw it."""

    size: int  #: bytes
    mtime: int  #: nanoseconds
    seen: int  #: when, nanoseconds of the same clock
    found: Found
    article: Article
    problems: tuple[Problem, ...]

    def holds(self, found: Found, status: os.stat_result) -> bool:
        """Tell whether the file is certainly as it was."""
        return (
            self.size == status.st_size
            and self.mtime == status.st_mtime_ns
            and self.mtime + RACY_NS < self.seen
            and self.found == found
        )


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
    root: Path, files: Iterable[Found], rules: Rules, *, before: Mapping[str, Entry], now: int
) -> Scan:
    """Read the articles; *before* holds what was seen under the very same rules.

    *now* is the time in nanoseconds, of the file system's clock.
    """
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for found in files:
        try:
            entries[found.path] = _entry(root, found, rules, before.get(found.path), now)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            problems.append(
                Problem(
                    path=found.path,
                    subtype=Subtype.SOURCE,
                    message=f"the file cannot be read: {reason}; left out",
                )
            )
    return Scan(entries=MappingProxyType(entries), problems=tuple(problems))


def _entry(root: Path, found: Found, rules: Rules, old: Entry | None, now: int) -> Entry:
    path = root / found.path
    status = path.stat()
    if old is not None and old.holds(found, status):
        return old
    data = path.read_bytes()
    if old is not None and old.found == found and old.article.digest == _digest(data):
        article, problems = old.article, old.problems
    else:
        article, problems = read_article(found, data, rules)
    return Entry(
        size=status.st_size,
        mtime=status.st_mtime_ns,
        seen=now,
        found=found,
        article=article,
        problems=problems,
    )


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


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
