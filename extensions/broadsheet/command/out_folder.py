"""OUT: the folder that a command writes to, and nobody else's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.command import lock
from broadsheet.command.refusal import Refusal

#: Stands in every folder that we write to; without it no folder is emptied or overwritten.
MARK = ".broadsheet"
MARK_TEXT = "Written by broadsheet build, which may replace anything in this folder.\n"

#: Where Sphinx keeps what it knows, in OUT.
DOCTREES = ".doctrees"


def check(source: Path, out: Path) -> None:
    """Refuse an OUT whose loss somebody might regret."""
    real_source, real_out = source.resolve(), out.resolve()
    if real_out == real_source or real_out in real_source.parents:
        message = f"{out} holds SOURCE (expected a folder of its own)"
        raise Refusal(message)
    if real_source in real_out.parents:
        inside = real_out.relative_to(real_source)
        if _holds_articles(source, inside):
            message = f"{out} lies among the articles of SOURCE (expected a folder of its own)"
            raise Refusal(message)
    if out.exists() and not out.is_dir():
        message = f"{out} is a file (expected a folder, or nothing)"
        raise Refusal(message)
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        message = f"{out} is not empty, nor the output of an earlier build; left as it is"
        raise Refusal(message)


def _holds_articles(source: Path, inside: Path) -> bool:
    """Tell whether a folder of *source* on the way to *inside* holds Markdown files."""
    folders = [source / parent for parent in (inside, *inside.parents) if parent != Path()]
    names = {part.lower() for part in inside.parts}
    if names & {"_posts", "_drafts"}:
        return True
    return any(
        path.suffix.lower() in {".md", ".markdown"}
        for folder in folders
        if folder.is_dir() and not (folder / MARK).is_file()
        for path in folder.iterdir()
    )


def make(out: Path) -> None:
    """Make OUT ours."""
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        mark = out / MARK
        if not mark.is_file():
            mark.write_text(MARK_TEXT, encoding="utf-8")


def empty(out: Path) -> None:
    """Remove all that a command has written to OUT."""
    with _writing(out):
        for path in out.iterdir():
            if path.name in {MARK, lock.NAME}:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}"
        raise Refusal(message) from error
