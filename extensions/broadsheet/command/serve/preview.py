"""What the browser is to know: which file is at an address, and whether a page is out of date."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from broadsheet.command.serve.builds import Outcome

NOT_FOUND = "404.html"

#: Files that show in pages that do not change with them.
ASSETS = (
    ".avif", ".css", ".gif", ".jpeg", ".jpg", ".js", ".png", ".svg", ".webp", ".woff2",
)  # fmt: skip

#: Files that extensions write at each build, whether or not they change; and so in the root.
REWRITTEN = (".css", ".js")

#: Warnings that go into a page; the rest is a number.
SHOWN = 100

_BASE = re.compile(r'data-content_root="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """A file of the output: enough to see that it changed."""

    mtime: int  #: nanoseconds
    size: int  #: bytes
    digest: bytes = b""  #: of the content, where it has been read

    def changed_from(self, before: FileState | None) -> bool:
        """Tell whether the file is another than *before*."""
        if before is None or self.size != before.size:
            return True
        if self.digest and before.digest:
            return self.digest != before.digest
        return self.mtime != before.mtime


def look_at(out: Path, before: Mapping[str, FileState]) -> dict[str, FileState]:
    """Return the files of the output by their path below it, but for hidden ones."""
    return {path: _state(entry, path, before.get(path)) for path, entry in _files(out, "")}


def _files(folder: Path | str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if prefix or not entry.name.startswith("."):
                    yield from _files(entry.path, f"{prefix}{entry.name}/")
            elif prefix or not entry.name.startswith("."):
                yield f"{prefix}{entry.name}", entry


def _state(entry: os.DirEntry[str], path: str, before: FileState | None) -> FileState:
    status = entry.stat()
    mtime, size = status.st_mtime_ns, status.st_size
    if before and (before.mtime, before.size) == (mtime, size):
        return before
    in_doubt = "/" not in path or path.endswith(REWRITTEN)
    if before is None and not in_doubt:  # to read thousands of pages would take too long
        return FileState(mtime=mtime, size=size)
    digest = blake2b(Path(entry).read_bytes(), digest_size=16).digest()
    return FileState(mtime=mtime, size=size, digest=digest)


def find(out: Path, address: str) -> str | None:
    """Return the file at an *address* below the site's root, as hosts find it; None without one.

    ``posts/a`` is ``posts/a.html``, and ``posts/`` is ``posts/index.html``.
    """
    name = address.strip("/")
    if address.endswith("/") or not name:
        candidates = [f"{name}/index.html".lstrip("/")]
    else:
        candidates = [name, f"{name}.html"]
    return next((one for one in candidates if _is_file(out, one)), None)


def _is_file(out: Path, name: str) -> bool:
    try:
        path = (out / name).resolve()
        return path.is_relative_to(out) and path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


class Preview:
    """The site as it stands, and how the last build of it went."""

    def __init__(self, out: Path) -> None:
        self.out = out.resolve()
        self.base = "/"  #: the path of the site's URL
        self.built = False  #: once, without failure
        self.outcome: Outcome | None = None
        self._files: dict[str, FileState] = {}
        #: The moment at which a file was seen to have changed; of all others, the first.
        self._changed: dict[str, int] = {}
        self._first = self._assets = time.time_ns()

    def file_at(self, path: str) -> str | None:
        """Return the file at the *path* of a request, with or without the site's own before it."""
        inside = path.removeprefix(self.base[:-1]) if path.startswith(self.base) else path
        return find(self.out, inside) or find(self.out, path)

    def shown_at(self, path: str) -> str:
        """Return the file that a browser is shown at the *path* of a request; "" for none."""
        lost = NOT_FOUND if _is_file(self.out, NOT_FOUND) else ""
        return self.file_at(path) or lost

    def compare(self) -> dict[str, FileState]:
        """Look at the output anew; return what is there now, for :meth:`take`."""
        return look_at(self.out, self._files) if self.out.is_dir() else {}

    def begin(self, files: dict[str, FileState]) -> None:
        """Take note of the *files* that an earlier session has left."""
        self._files = files
        self.base = self._base()

    def take(self, outcome: Outcome, files: dict[str, FileState]) -> set[str]:
        """Take note of a build and of the *files* after it; return those that have changed.

        A build that failed has changed nothing: the next good one will have.
        """
        self.outcome = outcome
        if not outcome.good:
            return set()
        changed = {name for name, one in files.items() if one.changed_from(self._files.get(name))}
        changed |= self._files.keys() - files.keys()
        moment = time.time_ns()
        self._changed |= dict.fromkeys(changed, moment)
        if any(name.endswith(ASSETS) for name in changed):
            self._assets = moment
        if NOT_FOUND in changed:
            self.base = self._base()
        self._files, self.built = files, True
        return changed

    def _base(self) -> str:
        """Return the base of the page for missing addresses, the one page that names it."""
        try:
            found = _BASE.search((self.out / NOT_FOUND).read_text(encoding="utf-8"))
        except OSError:
            return "/"
        base = unquote(unescape(found[1])) if found else "/"
        return base if base.startswith("/") and base.endswith("/") else "/"

    def status(self, path: str, shown: str, moment: int) -> dict[str, Any]:
        """Tell a page what it is to do.

        The page is at *path*, and was made of the file *shown* at *moment*, in
        nanoseconds since the epoch.
        """
        outcome = self.outcome
        failed = outcome is not None and not outcome.good
        warnings = outcome.warnings if outcome else ()
        error = (outcome.error or "\n".join(warnings)) if outcome and failed else ""
        return {
            "reload": self.built and self._is_stale(path, shown, moment),
            "failed": failed,
            "error": error.strip(),
            "warnings": [] if failed else warnings[:SHOWN],
            "count": 0 if failed else len(warnings),
        }

    def _is_stale(self, path: str, shown: str, moment: int) -> bool:
        changed = self._changed.get(shown, self._first)
        return shown != self.shown_at(path) or max(changed, self._assets) > moment
