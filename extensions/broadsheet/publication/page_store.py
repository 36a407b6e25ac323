"""What the last build made: for each page its digest, its files and its warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import astuple
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from broadsheet.publication.collector import collector_off
from broadsheet.publication.domain import NO_QUESTIONS, Query, Questions
from broadsheet.publication.file_states import FileState, size_and_time, unchanged
from broadsheet.publication.one_pass import Notice
from broadsheet.publication.output_files import has_json, read_json, remove, replace_text
from broadsheet.rules.liquid.known import Question
from broadsheet.rules.references import Reference

#: Raised whenever a record's meaning changes; records of another version are dropped.
VERSION = 11

NAME = "broadsheet-pages.json"

#: Stands beside it: what has changed since, as long as that is little.
SINCE = "broadsheet-pages-since.json"

#: Stands beside them while pages are made: what of them no longer holds, and what may appear.
UNFINISHED = "broadsheet-pages-unfinished.json"

#: Little is one of so many pages; what has gone costs a name each.
FEW = 8


class Record(NamedTuple):
    """A page as it was made; a named tuple, as each build takes up those of all pages."""

    digest: str  #: of everything that the page was made of
    files: tuple[str, ...]  #: in the output folder: the page, its source, its images
    source: str = ""  #: digest of the file of an article that was read in one pass
    related: str = ""  #: changes with the articles that are related to it
    dependencies: tuple[FileState, ...] = ()  #: in the source folder
    notices: tuple[Notice, ...] = ()
    questions: Questions = NO_QUESTIONS


class PageStore:
    """The records of all pages, on disk between builds.

    Before pages are made, :meth:`expect` is called with them: whatever a killed
    build has half done is then made again, or removed, by the next.
    """

    def __init__(self, folder: Path, *, srcdir: Path, outdir: Path) -> None:
        self._path, self._since = folder / NAME, folder / SINCE
        self._unfinished = folder / UNFINISHED
        self._srcdir, self._outdir = srcdir, outdir
        self.records: dict[str, Record] = {}
        #: The files of the output as the last build left them: bytes, and nanoseconds of mtime.
        self.states: dict[str, list[int]] = {}
        #: Files of the output that former builds made, and nobody has removed.
        self.former: Set[str] = frozenset()
        #: What all articles and other pages were made of, but for the texts.
        self.all_but_texts = ""
        self._base = _Base()
        #: Of which pages the records, and of which files the states, are others than in the base.
        self._changed_pages: set[str] = set()
        self._changed_files: set[str] = set()
        #: What pages may have been written, and which records do not hold, since the last save.
        self._expected: set[str] = set()
        self._dropped: set[str] = set()
        self._load()

    def is_untouched(self, record: Record) -> bool:
        """Tell whether the files of a page are as it was made, and those that it was made of."""
        return self._untouched.issuperset(record.files) and all(
            FileState.of_source(self._srcdir, old.path) == old for old in record.dependencies
        )

    def keep(self, name: str, record: Record) -> None:
        """Keep the record of a page that has been made; its files may be others than before."""
        if self.records.get(name) != record:
            self.records[name] = record
            self._changed_pages.add(name)
        self._untouched.difference_update(record.files)

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

    @property
    def shown(self) -> Set[str]:
        """The files of the source that pages show or hold."""
        return {state.path for one in self.records.values() for state in one.dependencies}

    def remove_former(self, shared: Iterable[str]) -> None:
        """Delete what no page has any more, but for *shared*, and folders left empty.

        All pages have been made.
        """
        present = self._files | {*shared}
        for file in sorted(self.former - present):
            remove(self._outdir, file)
        self.former = present

    def seal(self) -> None:
        """Note the files as they are when all have been written, and save."""
        for file in self.states.keys() - self._files:
            del self.states[file]
        touched = self._files - self._untouched
        for file in touched:
            self.states[file] = size_and_time(f"{self._outdir}/{file}")
        self._changed_files |= touched
        self._save()
        self._unfinished.unlink(missing_ok=True)

    def _save(self) -> None:
        """Write what has changed, or all; each file appears whole or not at all."""
        if not self._base.key or len(self._changed_pages) > len(self.records) // FEW:
            self._base = _Base(uuid4().hex, {*self.records}, {*self.states})
            self._changed_pages, self._changed_files = set(), set()
            replace_text(self._path, self._text(self.records, self.states))
        text = self._text(
            {
                name: self.records[name]
                for name in sorted(self._changed_pages & self.records.keys())
            },
            {name: self.states[name] for name in sorted(self._changed_files & self.states.keys())},
            gone=sorted(self._base.pages - self.records.keys()),
            gone_files=sorted(self._base.files - self.states.keys()),
        )
        replace_text(self._since, text)

    def _text(
        self, records: dict[str, Record], states: dict[str, list[int]], **more: list[str]
    ) -> str:
        return json.dumps({
            "version": VERSION,
            "base": self._base.key,
            "all_but_texts": self.all_but_texts,
            "pages": {name: _stored(record) for name, record in records.items()},
            "files": states,
            "others": sorted(self.former - self.states.keys()),
            **more,
        })  # fmt: skip

    @cached_property
    def _files(self) -> Set[str]:
        """The files of all pages, when all have been made."""
        return frozenset(chain.from_iterable([one.files for one in self.records.values()]))

    @cached_property
    def _untouched(self) -> set[str]:
        """The files of the output that are as the last build left them.

        All are looked at at once: a page each, it would take half as long again.
        """
        return unchanged(self._outdir, self.states)

    def _take_up(self, outputs: Iterable[str], dropped: Iterable[str], all_but_texts: str) -> None:
        """Go on from where pages are to be made, or were when a build was killed."""
        self._expected.update(outputs)
        self._dropped.update(dropped)
        self.all_but_texts = all_but_texts
        self.former |= self._expected
        self._untouched -= self._expected
        for name in self._dropped:
            self.records.pop(name, None)

    def _load(self) -> None:
        """Read the records; none of a missing, damaged or foreign file."""
        with collector_off(), suppress(ValueError, KeyError, TypeError, AttributeError):
            self._load_finished()
        if self._unfinished.exists():
            try:
                begun = read_json(self._unfinished, VERSION) or {}
                self._take_up(begun["outputs"], begun["dropped"], str(begun["all_but_texts"]))
            except (KeyError, TypeError):  # nobody knows which of them hold
                self._dropped.update(self.records)
                self.records = {}

    def _load_finished(self) -> None:
        stored, since = read_json(self._path, VERSION) or {}, read_json(self._since, VERSION) or {}
        records = {name: _record(*values) for name, values in stored["pages"].items()}
        states = dict(stored["files"])
        base = _Base(str(stored["base"]), {*records}, {*states})
        # a build that was killed has written one of them and not the other
        last = since if since["base"] == base.key else stored
        if last is since:
            changed = {name: _record(*values) for name, values in since["pages"].items()}
            self._changed_pages, self._changed_files = {*changed}, {*since["files"]}
            records |= changed
            states |= since["files"]
            for name in since["gone"]:
                del records[name]
            for name in since["gone_files"]:
                del states[name]
        self._base, self.records, self.states = base, records, states
        self.former = {*states, *map(str, last["others"])}
        self.all_but_texts = str(last["all_but_texts"])


class _Base(NamedTuple):
    """What stands in the file of all records, before what has changed since."""

    key: str = ""  #: of this one; what has changed since another is of no use
    pages: Set[str] = frozenset()
    files: Set[str] = frozenset()


def is_lost(folder: Path) -> bool:
    """Tell whether nobody knows any more what former builds have made."""
    return not all(has_json(folder / name, VERSION) for name in (NAME, SINCE))


def _stored(record: Record) -> list[Any]:
    """Return a record as lists: thousands are written by a build, most with the first values."""
    asked = record.questions
    stored = [
        record.digest,
        record.files,
        record.source,
        record.related,
        record.dependencies,
        record.notices and list(map(astuple, record.notices)),
        [
            asked.shown,
            asked.queries and list(map(astuple, asked.queries)),
            asked.elsewhere,
            asked.liquid,
            asked.media,
            asked.references,
        ],
    ]
    return stored if record[4:] != Record("", ())[4:] else stored[:4]


def _record(
    digest: str,
    files: list[str],
    source: str,
    related: str = "",
    dependencies: Sequence[Any] = (),
    notices: Sequence[Any] = (),
    asked: Sequence[Any] = (),
) -> Record:
    if not asked:
        return Record(digest, tuple(files), source, related)
    return Record(
        digest=digest,
        files=tuple(files),
        source=source,
        related=related,
        dependencies=tuple(FileState(*value) for value in dependencies),
        notices=tuple(Notice.of_values(*notice) for notice in notices),
        questions=_questions(*asked) if any(asked) else NO_QUESTIONS,
    )


def _questions(
    shown: list[str],
    queries: list[list[Any]],
    elsewhere: bool,
    liquid: list[list[str]],
    media: list[str],
    references: list[list[str]],
) -> Questions:
    return Questions(
        shown=tuple(shown),
        queries=tuple(Query.of_values(*query) for query in queries),
        elsewhere=elsewhere,
        liquid=tuple(Question(*one) for one in liquid),
        media=tuple(media),
        references=tuple(Reference(*one) for one in references),
    )
