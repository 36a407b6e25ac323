"""Files of the output that are no pages: made beside it, and brought in where they differ."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from broadsheet.publication.file_states import FileState
from broadsheet.publication.output_files import (
    has_json,
    part_of,
    parts_below,
    read_json,
    remove,
    replace_text,
    settle,
)

if TYPE_CHECKING:
    from logging import LogRecord

    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

#: Raised whenever the meaning of what is kept changes; another version is as good as none.
VERSION = 2

NAME = "broadsheet-files.json"
FOLDER = "broadsheet-staged"

#: Stands beside them from the beginning of a build to its end.
UNFINISHED = "broadsheet-unfinished"


class Staging:
    """What stands in the output besides pages, by the group that it was made with.

    A file that has the same bytes is left alone, another appears in one step, and what a
    group has no more is removed.  A file that no build is known to have brought in stays.
    """

    def __init__(self, outdir: Path, doctreedir: Path) -> None:
        self.outdir = outdir
        self.path = doctreedir / NAME
        self._unfinished = doctreedir / UNFINISHED
        self.folder = doctreedir / FOLDER
        #: What this build has brought in so far, relative to the output, with ``/``.
        self.files: set[str] = set()
        self._groups: dict[str, set[str]] = {}
        #: The copies of former builds: the states of original and copy when they were the same.
        self._former_copies: dict[str, list[Any]] = {}
        self._copies: dict[str, list[Any]] = {}
        #: Keys of groups, each with the states of its files.
        self._former_keys: dict[str, list[Any]] = {}
        self._keys: dict[str, list[Any]] = {}
        self._load()
        self._begin()

    @contextmanager
    def made_by(
        self,
        maker: Sphinx | StandaloneHTMLBuilder,
        group: str,
        others: Container[str] = (),
        key: str = "",
    ) -> Iterator[Path]:
        """Have *maker* write a *group* into a folder; bring it in, but for what is *others*'.

        A *key* stands for all that the group is made of, see :meth:`is_made`.
        """
        with self._emptied():
            with _diverted(maker, self.folder), _unnamed(self.folder, self.outdir):
                yield self.folder
            made = {
                path.relative_to(self.folder).as_posix(): path
                for path in sorted(self.folder.rglob("*"))
                if path.is_file()
            }
            made = {name: path for name, path in made.items() if name not in others}
            self.expect(group, made, others)
            for name, path in made.items():
                try:
                    self._settle(path, name, shutil.move)  # perhaps from another file system
                except OSError as error:
                    logger.warning("cannot write %s: %s", self.outdir / name, error.strerror)
            states = [FileState.of_output(self.outdir, name) for name in made]
            self._keys |= {group: [key, *states]} if key else {}

    def is_made(self, group: str, key: str) -> bool:
        """Tell whether a *group* was made of *key*, and stands as it was; then it is kept."""
        former, *states = self._former_keys.get(group) or [""]
        is_made = former == key and all(FileState(*one).is_in(self.outdir) for one in states)
        if is_made:
            self.expect(group, [state[0] for state in states])
            self._keys[group] = [key, *states]
        return is_made

    @property
    def former(self) -> set[str]:
        """What former builds have brought in, and this one has not by now."""
        return set().union(*self._groups.values()) - self.files

    def group(self, name: str) -> Set[str]:
        """Return the files of a group, of the last build before this one has brought them in."""
        return self._groups.get(name, set())

    def expect(self, group: str, names: Iterable[str], others: Container[str] = ()) -> None:
        """Note what a *group* is about to have; remove what else it had that is not *others*'."""
        wanted, former = set(names), self._groups.get(group, set())
        self.files |= wanted
        self._groups[group] = former | wanted
        if not wanted <= former:
            self.save()  # before they appear: a killed build leaves nothing that nobody knows
        for name in sorted(former - self.files):
            if name not in others:
                self.remove(name)
        self._groups[group] = wanted

    def copy(self, source: Path, name: str, *, mode: bool = False) -> None:
        """Have a copy of *source* stand at *name*, with its permissions where *mode* says so.

        Neither is read where both are as they were.  Raises OSError.
        """
        target, original = self.outdir / name, _state(source)
        if self._former_copies.get(name) != [original, _state(target)]:
            self._settle(source, name, shutil.copyfile)
            if mode:
                shutil.copymode(source, target)
        self._copies[name] = [original, _state(target)]

    def remove(self, name: str) -> None:
        """Remove a file of the output, and the folders that it leaves empty."""
        remove(self.outdir, name)

    def end(self) -> None:
        """Keep for the next build what there is, when all of it has been made."""
        self.save()
        self._unfinished.unlink(missing_ok=True)

    def _begin(self) -> None:
        """Remove what a build that was killed had not yet put into its place."""
        if self._unfinished.exists():
            for part in [*parts_below(self.outdir)]:
                self.remove(part.relative_to(self.outdir).as_posix())
        self._unfinished.touch()

    def save(self) -> None:
        """Keep what there is by now."""
        text = json.dumps({
            "version": VERSION,
            "groups": {group: sorted(names) for group, names in sorted(self._groups.items())},
            "copies": self._copies,
            "keys": self._keys,
        })  # fmt: skip
        replace_text(self.path, text)

    def _load(self) -> None:
        """Read what there was; nothing of a missing, damaged or foreign file."""
        stored = read_json(self.path, VERSION)
        if stored is None:
            return
        try:
            groups = {group: set(map(str, names)) for group, names in stored["groups"].items()}
            copies, keys = dict(stored["copies"]), dict(stored["keys"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        self._groups, self._former_copies, self._former_keys = groups, copies, keys

    @contextmanager
    def _emptied(self) -> Iterator[None]:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            yield
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _settle(self, path: Path, name: str, bring: Callable[[Path, Path], object]) -> None:
        """Have what *path* holds stand at *name*, in one step, unless the same bytes do."""
        target = self.outdir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target)
        try:
            bring(path, part)
            part.touch()  # Sphinx gives it the time of its original, which may be an old one
            settle(part, target)
        finally:
            part.unlink(missing_ok=True)


def is_lost(folder: Path) -> bool:
    """Tell whether nobody knows any more what former builds have brought in."""
    return not has_json(folder / NAME, VERSION)


def take_over(app: Sphinx, module: str, event: str) -> list[Callable[..., Any]]:
    """Return what *module* would do at an *event*, which is then left to the caller."""
    listeners = [
        listener
        for listener in app.events.listeners[event]
        if getattr(listener.handler, "__module__", "") == module
    ]
    for listener in listeners:
        app.disconnect(listener.id)
    return [listener.handler for listener in listeners]


@contextmanager
def _diverted(maker: Sphinx | StandaloneHTMLBuilder, folder: Path) -> Iterator[None]:
    """Have *maker* take *folder* for the output."""
    outdir = maker.outdir
    _divert(maker, folder)
    try:
        yield
    finally:
        _divert(maker, outdir)


@contextmanager
def _unnamed(folder: Path, outdir: Path) -> Iterator[None]:
    """Have Sphinx's copying name a file by the place that it will have, and not by *folder*."""

    def rename(record: LogRecord) -> bool:
        found = record.args if isinstance(record.args, tuple) else ()
        record.args = tuple(str(one).replace(str(folder), str(outdir)) for one in found)
        return True

    log = logging.getLogger("sphinx.util.fileutil").logger
    log.addFilter(rename)
    try:
        yield
    finally:
        log.removeFilter(rename)


def _divert(maker: Sphinx | StandaloneHTMLBuilder, folder: Path) -> None:
    maker.outdir = folder
    if isinstance(maker, StandaloneHTMLBuilder):
        maker._static_dir = folder / "_static"


def _state(path: Path) -> list[Any]:
    return list(FileState.of_source(path.parent, path.name))
