"""What the last build made: for each page its digest, its file and its warnings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.publication.one_pass import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

#: Raised whenever a record's meaning changes; records of another version are dropped.
VERSION = 2

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
    files: tuple[str, ...] = ()  #: what else stands in the output for it: source, images


class PageStore:
    """The records of all pages, on disk between builds.

    Before pages are made, :meth:`expect` is called with them: whatever a killed
    build has half done is then made again, or removed, by the next.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: dict[str, Record] = {}
        #: Files of the output that former builds made, and nobody has removed.
        self.former: set[str] = set()
        self._load()

    def is_current(self, name: str, digest: str, *, srcdir: Path, outdir: Path) -> bool:
        """Tell whether the page on disk is what making it again would give."""
        record = self.records.get(name)
        return (
            record is not None
            and record.digest == digest
            and all((outdir / file).is_file() for file in (record.output, *record.files))
            and all(FileState.of(srcdir, state.path) == state for state in record.dependencies)
        )

    def expect(self, outputs: Iterable[str], kept: Set[str]) -> None:
        """Forget all records but those *kept*; note the files that are about to be made."""
        self.former.update(self._files(), outputs)
        self.records = {name: one for name, one in self.records.items() if name in kept}
        self.save()

    def remove_former(self, shared: Iterable[str], outdir: Path) -> None:
        """Delete what no page has any more, but for *shared*, and folders left empty."""
        present = {*self._files(), *shared}
        for file in sorted(self.former - present):
            _delete(outdir, file)
        self.former = present

    def save(self) -> None:
        """Write all records; the file appears whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        pages = {name: asdict(record) for name, record in sorted(self.records.items())}
        stored = {"version": VERSION, "pages": pages, "former": sorted(self.former)}
        part = self.path.with_name(f"{NAME}.part")
        part.write_text(json.dumps(stored), encoding="utf-8")
        part.replace(self.path)

    def _files(self) -> Iterator[str]:
        for record in self.records.values():
            yield record.output
            yield from record.files

    def _load(self) -> None:
        """Read the records; none of a missing, damaged or foreign file."""
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            if stored["version"] == VERSION:
                records = {name: _record(values) for name, values in stored["pages"].items()}
                self.records, self.former = records, set(stored["former"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return


def _delete(outdir: Path, output: str) -> None:
    path = outdir / output
    if ".." in path.parts or not path.is_relative_to(outdir):
        return  # no build of ours has written that
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == outdir or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def _record(values: dict[str, Any]) -> Record:
    return Record(
        digest=values["digest"],
        output=values["output"],
        dependencies=tuple(FileState(**state) for state in values["dependencies"]),
        notices=tuple(_notice(notice) for notice in values["notices"]),
        files=tuple(values["files"]),
    )


def _notice(values: dict[str, Any]) -> Notice:
    location = values["location"]
    return Notice(**{
        **values,
        "location": tuple(location) if isinstance(location, list) else location,
    })  # fmt: skip
