"""What the last audit saw of each file, kept where the system keeps what may be lost."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.rules.digest import digest
from broadsheet.sources.file_times import State, is_settled, look

if TYPE_CHECKING:
    from broadsheet.command.audit.archive import Archive
    from broadsheet.command.audit.look import Look
    from broadsheet.model import Found

#: Archives that are remembered; the one that was looked at longest ago is forgotten first.
MOST = 20


class Entry(NamedTuple):
    """A file as it was seen."""

    state: State
    seen: int  #: when, nanoseconds
    found: Found
    look: Look

    def holds(self, found: Found, state: State) -> bool:
        """Tell whether the file is certainly as it was, and means the same."""
        settled = self.state == state and is_settled(max(state[1:], default=0), self.seen)
        return settled and self.found == found


@dataclass(kw_only=True)
class Kept:
    """The files of one archive, as the last audit saw them, and as this one does."""

    path: Path | None  #: None where nothing is kept
    key: str = ""
    before: Mapping[str, Entry] = field(default_factory=dict)
    now: dict[str, Entry] = field(default_factory=dict)
    started: int = field(default_factory=time.time_ns)

    def recall(self, root: Path, found: Found) -> Look | None:
        """Return what was seen of a file that has not changed since."""
        entry, state = self.before.get(found.path), look(f"{root}/{found.path}")
        if entry is None or not state or not entry.holds(found, state):
            return None
        self.now[found.path] = entry
        return entry.look

    def note(self, root: Path, found: Found, seen: Look, state: State) -> None:
        """Note what was seen of a file whose *state* was this before it was read."""
        if state and state == look(f"{root}/{found.path}"):
            self.now[found.path] = Entry(state, self.started, found, seen)

    def save(self) -> None:
        """Keep what was seen, if it is not what there was; a full disk is no reason to fail."""
        if self.path is None or self.now == self.before:
            return
        part = self.path.with_suffix(f".{os.getpid()}.part")
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                part.write_bytes(pickle.dumps((self.key, self.now), pickle.HIGHEST_PROTOCOL))
                part.replace(self.path)
            finally:
                part.unlink(missing_ok=True)
            _forget(self.path.parent)


def kept_of(archive: Archive) -> Kept:
    """Return what is kept of an archive; nothing where the system's folder is not known."""
    folder = _folder()
    if folder is None:
        return Kept(path=None)
    path = folder / f"{digest(str(archive.root.resolve()))}.pickle"
    key = digest(archive.rules, archive.own, sorted(_programs()))
    with suppress(Exception):  # damaged, of any age, of another version: worth a new look
        stored_key, entries = pickle.loads(path.read_bytes())
        if stored_key == key:
            return Kept(path=path, key=key, before=dict(entries))
    return Kept(path=path, key=key)


def _folder() -> Path | None:
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:  # it comes with `broadsheet[live]`
        return None
    return user_cache_path("broadsheet") / "audit"


def _programs() -> Iterator[str]:
    """Yield what tells one version of this program from another."""
    package = Path(__file__).parents[2]
    for path in package.rglob("*.py"):
        yield f"{path.relative_to(package)} {look(str(path))}"


def _forget(folder: Path) -> None:
    files = sorted(folder.glob("*.pickle"), key=lambda path: path.stat().st_mtime_ns)
    for path in files[:-MOST]:
        path.unlink(missing_ok=True)
