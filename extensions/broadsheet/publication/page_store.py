"""What the last build made: for each page its digest, its files and its warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Set
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from broadsheet.publication.domain import NO_QUESTIONS, Query, Questions
from broadsheet.publication.file_states import FileState
from broadsheet.publication.one_pass import Notice
from broadsheet.publication.output_files import read_json, remove, replace_text

#: Raised whenever a record's meaning changes; records of another version are dropped.
VERSION = 5

NAME = "broadsheet-pages.json"

#: Stands beside it while pages are made: what of it no longer holds, and what may appear.
UNFINISHED = "broadsheet-pages-unfinished.json"


class Record(NamedTuple):
    """A page as it was made; a named tuple, as each build takes up those of all pages."""

    digest: str  #: of everything that the page was made of
    files: tuple[str, ...]  #: in the output folder: the page, its source, its images
    source: str = ""  #: digest of the file of an article that was read in one pass
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
        self._unfinished = path.with_name(UNFINISHED)
        self.records: dict[str, Record] = {}
        #: The files of the output as the last build left them.
        self.states: dict[str, FileState] = {}
        #: Files of the output that former builds made, and nobody has removed.
        self.former: set[str] = set()
        #: What all articles and other pages were made of, but for the texts.
        self.all_but_texts = ""
        self._checked: set[str] = set()
        #: What pages may have been written, and which records do not hold, since the last save.
        self._expected: set[str] = set()
        self._dropped: set[str] = set()
        self._load()

    def is_untouched(self, record: Record, *, srcdir: Path, outdir: Path) -> bool:
        """Tell whether the files of a page are as it was made, and those that it was made of."""
        return all(self._is_left(outdir, file) for file in record.files) and all(
            FileState.of_source(srcdir, old.path) == old for old in record.dependencies
        )

    def expect(self, outputs: Iterable[str], kept: Set[str], all_but_texts: str) -> None:
        """Forget all records but those *kept*; note the files that are about to be made.

        Those kept, and those that follow, hold under *all_but_texts*.
        """
        self._take_up(outputs, self.records.keys() - kept, all_but_texts)
        text = json.dumps({
            "version": VERSION,
            "outputs": sorted(self._expected),
            "dropped": sorted(self._dropped),
            "all_but_texts": all_but_texts,
        })  # fmt: skip
        replace_text(self._unfinished, text)

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
        self._save()
        self._unfinished.unlink(missing_ok=True)

    def _save(self) -> None:
        """Write all records; the file appears whole or not at all."""
        text = json.dumps({
            "version": VERSION,
            "all_but_texts": self.all_but_texts,
            "pages": {name: _stored(record) for name, record in self.records.items()},
            "former": sorted(self.former),
            "files": [one[:3] for one in self.states.values()],
        })  # fmt: skip
        replace_text(self.path, text)

    def _files(self) -> Iterator[str]:
        for record in self.records.values():
            yield from record.files

    def _is_left(self, outdir: Path, file: str) -> bool:
        state = self.states.get(file)
        if state is None or not state.is_in(outdir):
            return False
        self._checked.add(file)
        return True

    def _take_up(self, outputs: Iterable[str], dropped: Iterable[str], all_but_texts: str) -> None:
        """Go on from where pages are to be made, or were when a build was killed."""
        self._expected.update(outputs)
        self._dropped.update(dropped)
        self.all_but_texts = all_but_texts
        self.former.update(self._files(), self._expected)
        self._checked -= self._expected
        for name in self._dropped:
            self.records.pop(name, None)

    def _load(self) -> None:
        """Read the records; none of a missing, damaged or foreign file."""
        self._load_finished()
        if self._unfinished.exists():
            try:
                begun = read_json(self._unfinished, VERSION) or {}
                self._take_up(begun["outputs"], begun["dropped"], str(begun["all_but_texts"]))
            except (KeyError, TypeError):  # nobody knows which of them hold
                self._dropped.update(self.records)
                self.records = {}

    def _load_finished(self) -> None:
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
        self.all_but_texts = str(stored.get("all_but_texts", ""))


def _stored(record: Record) -> list[Any]:
    """Return a record as lists: thousands are written by each build."""
    asked = record.questions
    return [
        record.digest,
        record.files,
        record.source,
        record.dependencies,
        record.notices and list(map(astuple, record.notices)),
        [asked.shown, asked.queries and list(map(astuple, asked.queries)), asked.elsewhere],
    ]


def _record(values: list[Any]) -> Record:
    digest, files, source, dependencies, notices, asked = values
    return Record(
        digest=digest,
        files=tuple(files),
        source=source,
        dependencies=_states(dependencies),
        notices=tuple(Notice.of_values(*notice) for notice in notices),
        questions=_questions(*asked) if any(asked) else NO_QUESTIONS,
    )


def _questions(shown: list[str], queries: list[list[Any]], elsewhere: bool) -> Questions:
    return Questions(
        shown=tuple(shown),
        queries=tuple(Query.of_values(*query) for query in queries),
        elsewhere=elsewhere,
    )


def _states(values: list[list[Any]]) -> tuple[FileState, ...]:
    return tuple(FileState(*value) for value in values)
