"""What the last build made: for each page its digest, its files and its warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Set
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from broadsheet.publication.domain import NO_QUESTIONS, Query, Questions
from broadsheet.publication.file_states import FileState
from broadsheet.publication.one_pass import Notice
from broadsheet.publication.output_files import read_json, remove, replace_text

#: Raised whenever a record's meaning changes; records of another version are dropped.
VERSION = 4

NAME = "broadsheet-pages.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A page as it was made."""

    digest: str  #: of everything that the page was made of
    files: tuple[str, ...]  #: in the output folder: the page, its source, its images
    dependencies: tuple[FileState, ...] = ()  #: in the source folder
    notices: tuple[Notice, ...] = ()
    questions: Questions = NO_QUESTIONS


class PageStore:
    """The records of all pages, on disk between builds.

    Before pages are made, :meth:`expect` is called with them: whatever a killed
    build has half done is then made again, or removed, by the next.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: dict[str, Record] = {}
        #: The files of the output as the last build left them.
        self.states: dict[str, FileState] = {}
        #: Files of the output that former builds made, and nobody has removed.
        self.former: set[str] = set()
        self._checked: set[str] = set()
        self._load()

    def questions(self, name: str) -> Questions:
        """Return what the page asked when it was made last."""
        record = self.records.get(name)
        return record.questions if record else NO_QUESTIONS

    def is_current(self, name: str, digest: str, *, srcdir: Path, outdir: Path) -> bool:
        """Tell whether the page on disk is what making it again would give."""
        record = self.records.get(name)
        return (
            record is not None
            and record.digest == digest
            and all(self._is_left(outdir, file) for file in record.files)
            and all(FileState.of_source(srcdir, old.path) == old for old in record.dependencies)
        )

    def expect(self, outputs: Iterable[str], kept: Set[str]) -> None:
        """Forget all records but those *kept*; note the files that are about to be made."""
        outputs = set(outputs)
        self.former.update(self._files(), outputs)
        self._checked -= outputs
        self.records = {name: one for name, one in self.records.items() if name in kept}
        self.save()

    def remove_former(self, shared: Iterable[str], outdir: Path) -> None:
        """Delete what no page has any more, but for *shared*, and folders left empty."""
        present = {*self._files(), *shared}
        for file in sorted(self.former - present):
            remove(outdir, file)
        self.former = present

    def seal(self, outdir: Path) -> None:
        """Note the files as they are when all have been written, and save."""
        known = {file: self.states[file] for file in self._checked}
        self.states = {
            file: known.get(file) or FileState.of_output(outdir, file) for file in self._files()
        }
        self.save()

    def save(self) -> None:
        """Write all records; the file appears whole or not at all."""
        text = json.dumps({
            "version": VERSION,
            "pages": {name: _stored(record) for name, record in sorted(self.records.items())},
            "former": sorted(self.former),
            "files": [[one.path, one.size, one.mtime] for one in self.states.values()],
        })  # fmt: skip
        replace_text(self.path, text)

    def _files(self) -> Iterator[str]:
        for record in self.records.values():
            yield from record.files

    def _is_left(self, outdir: Path, file: str) -> bool:
        state = self.states.get(file)
        if state is None or state.size < 0 or state != FileState.of_output(outdir, file):
            return False
        self._checked.add(file)
        return True

    def _load(self) -> None:
        """Read the records; none of a missing, damaged or foreign file."""
        stored = read_json(self.path, VERSION)
        if stored is None:
            return
        try:
            records = {name: _record(values) for name, values in stored["pages"].items()}
            former = {str(file) for file in stored["former"]}
            states = {state.path: state for state in _states(stored["files"])}
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        self.records, self.former, self.states = records, former, states


def _stored(record: Record) -> list[Any]:
    """Return a record as lists: thousands are written by each build."""
    asked = record.questions
    return [
        record.digest,
        record.files,
        [astuple(state) for state in record.dependencies],
        [astuple(notice) for notice in record.notices],
        [asked.shown, [astuple(query) for query in asked.queries], asked.elsewhere],
    ]


def _record(values: list[Any]) -> Record:
    digest, files, dependencies, notices, (shown, queries, elsewhere) = values
    return Record(
        digest=digest,
        files=tuple(files),
        dependencies=_states(dependencies),
        notices=tuple(Notice.of_values(*notice) for notice in notices),
        questions=Questions(
            shown=tuple(shown),
            queries=tuple(Query.of_values(*query) for query in queries),
            elsewhere=elsewhere,
        ),
    )


def _states(values: list[list[Any]]) -> tuple[FileState, ...]:
    return tuple(FileState(*value) for value in values)
