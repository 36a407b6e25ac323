"""What the last build made: for each page its digest, its files and its warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from contextlib import suppress
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from broadsheet.publication import output_states
from broadsheet.publication.collector import collector_off
from broadsheet.publication.domain import NO_QUESTIONS, Questions
from broadsheet.publication.file_states import FileState
from broadsheet.publication.output_files import (
    is_kept,
    keep,
    kept_in,
    read_json,
    remove,
    replace_text,
)
from broadsheet.publication.output_states import SizeAndTime, size_and_time, unchanged
from broadsheet.rules.columns import columns_of, rows_of

if TYPE_CHECKING:
    from broadsheet.publication.one_pass import Notice

#: Raised whenever a record's meaning changes; records of another version are dropped.
VERSION = 12

NAME = "broadsheet-pages.pickle"

#: Stands beside it: what has changed since, as long as that is little.
SINCE = "broadsheet-pages-since.pickle"

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
        self._folder, self._unfinished = folder, folder / UNFINISHED
        self._srcdir, self._outdir = srcdir, outdir
        self.records: dict[str, Record] = {}
        #: The files of the output as the last build left them.
        self.states: dict[str, SizeAndTime] = {}
        #: Files of the output that former builds made, and nobody has removed.
        self.former: Set[str] = frozenset()
        #: What all articles and other pages were made of, but for the texts.
        self.all_but_texts = ""
        self._base = _Base()
        #: The pages whose records are others than in the base.
        self._changed: set[str] = set()
        #: What pages may have been written, and which records do not hold, since the last save.
        self._expected: set[str] = set()
        self._dropped: set[str] = set()
        self._load()

    def is_untouched(self, record: Record) -> bool:
        """Tell whether the files of a page are as it was made, and those that it was made of."""
        if not self._untouched.issuperset(record.files):
            return False
        return not record.dependencies or all(
            FileState.of_source(self._srcdir, old.path) == old for old in record.dependencies
        )

    def keep(self, name: str, record: Record) -> None:
        """Keep the record of a page that has been made; its files may be others than before."""
        if self.records.get(name) != record:
            self.records[name] = record
            self._changed.add(name)
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
        for file in self._files - self._untouched:
            self.states[file] = size_and_time(f"{self._outdir}/{file}")
        others = self.former - self.states.keys()
        output_states.keep_states(self._folder, self.states, others)
        self._save()
        self._unfinished.unlink(missing_ok=True)

    def _save(self) -> None:
        """Write what has changed, or all; each file appears whole or not at all."""
        records, all_but_texts = self.records, self.all_but_texts
        if not self._base.key or len(self._changed) > len(records) // FEW:
            self._base, self._changed = _Base(uuid4().hex, {*records}), set()
            columns = [*records], columns_of(records.values())
            keep(self._folder / NAME, (self._base.key, all_but_texts, *columns), VERSION)
        changed = {name: records[name] for name in sorted(self._changed & records.keys())}
        gone = sorted(self._base.pages - records.keys())
        keep(self._folder / SINCE, (self._base.key, all_but_texts, changed, gone), VERSION)

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
        with collector_off(), suppress(TypeError, ValueError):
            self._load_finished()
        if self._unfinished.exists():
            try:
                begun = read_json(self._unfinished, VERSION) or {}
                self._take_up(begun["outputs"], begun["dropped"], str(begun["all_but_texts"]))
            except (KeyError, TypeError):  # nobody knows which of them hold
                self._dropped.update(self.records)
                self.records = {}

    def _load_finished(self) -> None:
        key, all_but_texts, names, columns = kept_in(self._folder / NAME, VERSION)
        since_key, *since = kept_in(self._folder / SINCE, VERSION)
        self._base, self.all_but_texts = _Base(key, {*names}), all_but_texts
        self.records = dict(zip(names, rows_of(Record, columns), strict=True))
        if since_key == key:  # a build that was killed has written one of them and not the other
            self.all_but_texts, changed, gone = since
            self._changed = {*changed}
            self.records |= changed
            for name in gone:
                self.records.pop(name, None)
        self.states, others = output_states.states_in(self._folder)
        self.former = {*self.states, *others}


class _Base(NamedTuple):
    """What stands in the file of all records, before what has changed since."""

    key: str = ""  #: of this one; what has changed since another is of no use
    pages: Set[str] = frozenset()


def is_lost(folder: Path) -> bool:
    """Tell whether nobody knows any more what former builds have made."""
    records = all(is_kept(folder / name, VERSION) for name in (NAME, SINCE))
    return not (records and is_kept(folder / output_states.NAME, output_states.VERSION))
