"""What a build was made of and what it left: enough to see that there is nothing to do.

The check takes the time of looking at every file; Sphinx is not loaded for it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.command.out_folder import DOCTREES
from broadsheet.publication import output_states
from broadsheet.publication.output_files import keep, kept_in
from broadsheet.publication.output_states import SizeAndTime, size_and_time, unchanged
from broadsheet.rules.digest import digest
from broadsheet.sources.dates import parse_date
from broadsheet.sources.file_times import State, is_settled

if TYPE_CHECKING:
    import argparse

NAME = "broadsheet-receipt.pickle"
VERSION = 1

#: Folders of a source that no build reads.
_PASSED_OVER = frozenset({".git", ".hg", ".svn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a build is made of, in one digest."""

    digest: str
    settled: bool  #: a change of any file of the source after the look at it would show
    files: Mapping[str, State]  #: of the source, as they were then


class Receipt(NamedTuple):
    """A build that succeeded."""

    inputs: str  #: digest
    others: Mapping[str, SizeAndTime]  #: the files that it stood for, those of pages aside
    since: datetime  #: from then on, and before the other, the same articles are published
    until: datetime
    articles: int
    pages: int
    warnings: int
    said: str  #: the text of the warnings

    def holds(self, inputs: Inputs, out: Path, now: datetime) -> bool:
        """Tell whether a build into *out* would change nothing *now*."""
        if self.inputs != inputs.digest or not self.since <= now < self.until:
            return False
        pages, _ = output_states.states_in(out / DOCTREES)
        output = {**pages, **self.others}
        return len(unchanged(out, output)) == len(output)


def load(path: Path) -> Receipt | None:
    """Return the receipt of the last build; None where there is none, or none that can be read."""
    with suppress(TypeError):
        return Receipt(**kept_in(path, VERSION))
    return None


def save(path: Path, receipt: Receipt, out: Path) -> None:
    """Keep the receipt for the next build, and know the states of the pages' files again."""
    name = f"{DOCTREES}/{output_states.NAME}"
    others = {**receipt.others, name: size_and_time(f"{out}/{name}")}
    keep(path, receipt._replace(others=others)._asdict(), VERSION)


def inputs_of(source: Path, out: Path, options: argparse.Namespace) -> Inputs:
    """Look at the source, the options, the clock of the environment, and the programs."""
    looked, files = time.time_ns(), dict(_files(source, without=_PASSED_OVER, outside=out))
    # as text: it is sorted twice as fast as tuples are
    states = sorted([f"{path}\0{state}" for path, state in files.items()])
    newest = max((max(state[1:]) for state in files.values() if state), default=0)
    said = sorted((name, str(value)) for name, value in vars(options).items() if name in _SAID)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return Inputs(
        digest=digest("\n".join(states), said, epoch, _programs()),
        settled=is_settled(newest, looked),
        files=files,
    )


#: The options that say what is built; how many processes do so changes nothing.
_SAID = frozenset({
    "source", "drafts", "future", "unlisted", "series_from_names", "wiki_links", "now", "related",
    "no_previews",
})  # fmt: skip


def moment(now: str | None) -> datetime:
    """Return the moment of a build: *now*, ``SOURCE_DATE_EPOCH``, the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if now:
        return parse_date(now, UTC) or datetime.now(UTC)
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)


def _files(
    folder: Path, *, without: Set[str], outside: Path | None = None
) -> Iterator[tuple[str, State]]:
    """Yield every file below *folder*, links followed; () of one that cannot be looked at."""
    waiting, seen = [(str(folder), "")], set()
    while waiting:
        place, inside = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            yield inside, ()
            continue
        for entry in entries:
            if entry.name in without or (outside and entry.path == str(outside)):
                continue
            path = f"{inside}{entry.name}"
            try:
                status = entry.stat()
            except OSError:
                yield path, ()
                continue
            if not S_ISDIR(status.st_mode):
                yield path, (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            elif (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                waiting.append((entry.path, f"{path}/"))


def _programs() -> list[object]:
    """Return what tells one installation from another: Python, packages, and our own files."""
    found: list[object] = [sys.version, sys.executable]
    for name in ("sphinx", "myst_parser", "furo", "sphinx_sitemap"):
        spec = find_spec(name)
        folder = Path(spec.origin).parent.parent if spec and spec.origin else None
        found.append(sorted(path.name for path in folder.glob("*.dist-info")) if folder else None)
    ours = Path(__file__).parent.parent
    files = _files(ours, without=frozenset({"__pycache__"}))
    found.append(sorted(files))
    return found
