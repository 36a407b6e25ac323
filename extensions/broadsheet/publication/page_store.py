"""What the last build made: for each page its digest, its file and its warnings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.publication.one_pass import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Raised whenever a record's meaning changes; records of another version are dropped.
VERSION = 1

NAME = "broadsheet-pages.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """A file that a page depends on: enough to see that it changed."""

    path: str  #: relative to the source folder
    size: int  #: bytes; -1 for a file that is missing
    mtime: int  #: nanoseconds

    @classmethod
    def of(cls, root: Path, path: str) -> FileState:
        """Look at the file as it is now."""
        try:
            status = (root / path).stat()
        except OSError:
            return cls(path=path, size=-1, mtime=0)
        return cls(path=path, size=status.st_size, mtime=status.st_mtime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A page as it was made."""

    digest: str  #: of everything that the page was made of
    output: str  #: relative to the output folder, with ``/``
    dependencies: tuple[FileState, ...] = ()
    notices: tuple[Notice, ...] = ()


class PageStore:
    """The records of all pages, on disk between builds.

    Before pages are made, :meth:`save` is called without them: whatever a
    killed build has half done is then made again by the next.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: dict[str, Record] = _load(path)

    def is_current(self, name: str, digest: str, *, srcdir: Path, outdir: Path) -> bool:
        """Tell whether the page on disk is what making it again would give."""
        record = self.records.get(name)
        return (
            record is not None
            and record.digest == digest
            and (outdir / record.output).is_file()
            and all(FileState.of(srcdir, state.path) == state for state in record.dependencies)
        )

    def remove_gone(self, names: Iterable[str], outdir: Path) -> None:
        """Delete the files of pages that are not among *names*, and folders left empty."""
        kept = set(names)
        gone = [name for name in self.records if name not in kept]
        outputs = {self.records[name].output for name in self.records if name in kept}
        for name in gone:
            output = self.records.pop(name).output
            if output not in outputs:
                _delete(outdir, output)

    def save(self) -> None:
        """Write all records; the file appears whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        pages = {name: asdict(record) for name, record in sorted(self.records.items())}
        part = self.path.with_name(f"{NAME}.part")
        part.write_text(json.dumps({"version": VERSION, "pages": pages}), encoding="utf-8")
        part.replace(self.path)


def _delete(outdir: Path, output: str) -> None:
    path = outdir / output
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == outdir or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def _load(path: Path) -> dict[str, Record]:
    """Read the records; none of a missing, damaged or foreign file."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["version"] != VERSION:
            return {}
        return {name: _record(values) for name, values in stored["pages"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _record(values: dict[str, Any]) -> Record:
    return Record(
        digest=values["digest"],
        output=values["output"],
        dependencies=tuple(FileState(**state) for state in values["dependencies"]),
        notices=tuple(_notice(notice) for notice in values["notices"]),
    )


def _notice(values: dict[str, Any]) -> Notice:
    location = values["location"]
    return Notice(**{
        **values,
        "location": tuple(location) if isinstance(location, list) else location,
    })  # fmt: skip
