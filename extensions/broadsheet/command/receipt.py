"""What a build was made of and what it left: enough to see that there is nothing to do.

The check takes the time of looking at every file; Sphinx is not loaded for it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Set
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.publication.file_states import FileState
from broadsheet.publication.output_files import replace_text
from broadsheet.rules.digest import digest
from broadsheet.sources.dates import parse_date
from broadsheet.sources.file_times import is_settled

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A build that succeeded."""

    inputs: str  #: digest
    output: str  #: digest
    since: str  #: ISO 8601: from then on, and before the other, the same articles are published
    until: str
    articles: int
    pages: int
    warnings: int
    said: str  #: the text of the warnings

    def holds(self, inputs: Inputs, output: Callable[[], str], now: datetime) -> bool:
        """Tell whether a build *now* would change nothing; *output* is asked for last."""
        return (
            self.inputs == inputs.digest
            and self.output == output()
            and datetime.fromisoformat(self.since) <= now < datetime.fromisoformat(self.until)
        )


def load(path: Path) -> Receipt | None:
    """Return the receipt of the last build; None where there is none, or none that can be read."""
    try:
        receipt = Receipt(**json.loads(path.read_text(encoding="utf-8")))
        datetime.fromisoformat(receipt.since), datetime.fromisoformat(receipt.until)
    except (OSError, ValueError, TypeError):
        return None
    return receipt


def save(path: Path, receipt: Receipt) -> None:
    """Keep the receipt for the next build."""
    replace_text(path, json.dumps(asdict(receipt)))


def inputs_of(source: Path, out: Path, options: argparse.Namespace) -> Inputs:
    """Look at the source, the options, the clock of the environment, and the programs."""
    looked = time.time_ns()
    files = list(_states(source, without=_PASSED_OVER, outside=out))
    said = sorted((name, str(value)) for name, value in vars(options).items() if name in _SAID)
    return Inputs(
        digest=digest(
            # as text: it is sorted twice as fast as tuples are
            sorted(f"{path}\0{size} {mtime} {changed}" for path, size, mtime, changed in files),
            said,
            os.environ.get("SOURCE_DATE_EPOCH", ""),
            _programs(),
        ),
        settled=all(is_settled(max(one.mtime, one.changed), looked) for one in files),
    )


#: The options that say what is built; how many processes do so changes nothing.
_SAID = frozenset({"source", "drafts", "future", "unlisted", "now"})


def output_of(out: Path, without: Set[str]) -> str:
    """Return the digest of what stands in the output folder, but for the names *without*.

    The time of the last change is left out: a copy of the folder, kept between the runs of a
    service, has another.
    """
    states = _states(out, without=without)
    return digest(sorted(f"{path}\0{size} {mtime}" for path, size, mtime, _ in states))


def moment(now: str | None) -> datetime:
    """Return the moment of a build: *now*, ``SOURCE_DATE_EPOCH``, the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if now:
        return parse_date(now, UTC) or datetime.now(UTC)
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)


def _states(folder: Path, *, without: Set[str], outside: Path | None = None) -> Iterator[FileState]:
    """Yield the state of every file below *folder*, links followed."""
    waiting, seen = [(str(folder), "")], set()
    while waiting:
        place, inside = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            yield FileState(inside)
            continue
        for entry in entries:
            if entry.name in without or (outside and entry.path == str(outside)):
                continue
            path = f"{inside}{entry.name}"
            try:
                status = entry.stat()
            except OSError:
                yield FileState(path)
                continue
            if not entry.is_dir():
                yield FileState(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
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
    found.append(sorted(_states(ours, without=frozenset({"__pycache__"}))))
    return found
