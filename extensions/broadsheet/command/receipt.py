"""What a build was made of and what it left: enough to see that there is nothing to do.

The check takes the time of looking at every file; Sphinx is not loaded for it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING

from broadsheet.publication.file_states import size_and_time
from broadsheet.publication.output_files import replace_text
from broadsheet.rules.digest import digest
from broadsheet.sources.dates import parse_date
from broadsheet.sources.file_times import State, is_settled

if TYPE_CHECKING:
    import argparse

NAME = "broadsheet-receipt.json"

#: Folders of a source that no build reads.
_PASSED_OVER = frozenset({".git", ".hg", ".svn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a build is made of, in one digest."""

    digest: str
    settled: bool  #: a change of any file of the source after the look at it would show
    files: Mapping[str, State]  #: of the source, as they were then


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A build that succeeded."""

    inputs: str  #: digest
    output: str  #: the files that it stood for, see :func:`listed`
    since: str  #: ISO 8601: from then on, and before the other, the same articles are published
    until: str
    articles: int
    pages: int
    warnings: int
    said: str  #: the text of the warnings

    def holds(self, inputs: Inputs, out: Path, now: datetime) -> bool:
        """Tell whether a build into *out* would change nothing *now*."""
        return (
            self.inputs == inputs.digest
            and datetime.fromisoformat(self.since) <= now < datetime.fromisoformat(self.until)
            and all(_is_left(out, line) for line in self.output.split("\0"))
        )


def load(path: Path) -> Receipt | None:
    """Return the receipt of the last build; None where there is none, or none that can be read."""
    try:
        receipt = Receipt(**json.loads(path.read_text(encoding="utf-8")))
        datetime.fromisoformat(receipt.since), datetime.fromisoformat(receipt.until)
        receipt.output.split("\0")
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return receipt


def save(path: Path, receipt: Receipt) -> None:
    """Keep the receipt for the next build."""
    replace_text(path, json.dumps(asdict(receipt)))


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


def listed(output: Mapping[str, list[int]]) -> str:
    """Return what :func:`size_and_time` tells of each file, by name; as text it is kept sooner."""
    return "\0".join([f"{state} {name}" for name, state in output.items()])


def _is_left(out: Path, line: str) -> bool:
    """Tell whether a file stands as :func:`listed` has it; one that was missing never does."""
    state, end, name = line.partition("] ")
    found = size_and_time(f"{out}/{name}")
    return bool(found) and f"{found} " == f"{state}{end}"


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
