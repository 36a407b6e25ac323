"""Archives to measure: the real one, multiplied copies of it, samples, and edits of an article."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from posixpath import splitext
from random import Random

#: How much older each copy is: its articles fall among others, in other months too.
SHIFT = timedelta(days=11)

_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(-.*)\Z", re.DOTALL)
_FRONT = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_DATE = re.compile(r"^(date[ \t]*:[ \t]*[\"']?)(\d{4}-\d{1,2}-\d{1,2})(?!\d)", re.MULTILINE)
_ADDRESS = re.compile(r"^((?:slug|permalink)[ \t]*:[ \t]*[\"']?)([^\s\"':]+)", re.MULTILINE)
_TITLE = re.compile(r"^title[ \t]*:[^\r\n]*", re.MULTILINE)
_LONG_TITLE = re.compile(r"^title[ \t]*:(?:[ \t]*\r?$|[ \t]*[|>]|[^\n]*\n[ \t]+\S)", re.MULTILINE)

#: Left behind when an archive is copied: nothing of it is published.
_LEFT_OUT = frozenset({".git", ".jekyll-cache", ".sass-cache", "_site", "node_modules"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A Jekyll repository, as it lies on disk."""

    root: Path
    sizes: Mapping[str, int]  #: of each article to measure: path below the root to bytes
    passed_over: frozenset[str] = frozenset()  #: paths of the other articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article of an archive, or of a multiplied copy."""

    original: str  #: path below the root of the archive, with ``/``
    number: int = 1  #: 1 for the article itself

    @property
    def path(self) -> str:
        """Give the copy a path that no other copy has."""
        return copy_path(self.original, self.number)

    def read(self, root: Path) -> bytes:
        """Return the bytes of the copy."""
        content = (root / self.original).read_bytes()
        return content if self.number == 1 else _changed(content, copy_text, self.number)


def multiplied(paths: Iterable[str], times: int) -> tuple[Copy, ...]:
    """Return *times* copies of each path, the articles themselves first."""
    ordered = sorted(paths)
    numbers = range(1, times + 1)
    return tuple(Copy(original=path, number=number) for number in numbers for path in ordered)


def sample(copies: Sequence[Copy], sizes: Mapping[str, int], count: int) -> tuple[Copy, ...]:
    """Choose *count* copies (or all, if fewer) in which small and large are mixed as in the whole."""
    ordered = sorted(copies, key=lambda one: (sizes[one.original], one.path))
    if count >= len(ordered):
        return tuple(copies)
    chosen = {ordered[(2 * place + 1) * len(ordered) // (2 * count)] for place in range(count)}
    return tuple(one for one in copies if one in chosen)


def copy_path(path: str, number: int) -> str:
    """Date a path back and mark its slug; copy 1 keeps its path."""
    if number == 1:
        return path
    folder, slash, name = path.rpartition("/")
    stem, ext = splitext(name)
    if match := _NAME.match(stem):
        stem = shifted(match[1], number) + match[2]
    return f"{folder}{slash}{stem}-x{number}{ext}"


def copy_text(text: str, number: int) -> str:
    """Date the front matter back, and give ``slug`` and ``permalink`` a mark of the copy.

    A permalink with placeholders stays: the path, which they stand for, has the mark.
    """

    def address(match: re.Match[str]) -> str:
        stem, ext = splitext(match[2].rstrip("/"))
        return f"{match[1]}{stem}-x{number}{ext}{'/' * match[2].endswith('/')}"

    def change(front: str) -> str:
        dated = _DATE.sub(lambda match: match[1] + shifted(match[2], number), front)
        return "".join(
            line if _has_placeholder(line) else _ADDRESS.sub(address, line)
            for line in dated.splitlines(keepends=True)
        )

    return _with_front(text, change)


def shifted(day: str, number: int) -> str:
    """Return the day on which copy *number* is dated; a day that is none stays."""
    try:
        year, month, of_month = map(int, day.split("-"))
        return (date(year, month, of_month) - (number - 1) * SHIFT).isoformat()
    except (ValueError, OverflowError):
        return day


def is_editable(text: str) -> bool:
    """Tell whether :func:`with_title` knows how to change the title."""
    front = _FRONT.match(text)
    return front is not None and not _LONG_TITLE.search(front[1])


def with_title(text: str, number: int) -> str:
    """Give an article another title; *number* makes it differ from the last one."""
    line = f'title: "Another title, for measuring, {number}"'

    def change(front: str) -> str:
        return _TITLE.sub(line, front, count=1) if _TITLE.search(front) else f"{line}\n{front}"

    return _with_front(text, change)


def with_paragraph(text: str, number: int) -> str:
    """Add a paragraph at the end; *number* makes it differ from the last one."""
    return f"{text.rstrip()}\n\nA paragraph more, for measuring, {number}.\n"


def refer(files: Sequence[Path], count: int) -> None:
    """Sprinkle *count* references of articles to articles into the files of articles."""
    dice = Random(count)
    for file in (dice.choice(files) for _ in range(count)):
        target = dice.choice(files)
        way = posixpath.relpath(target.as_posix(), file.parent.as_posix())
        sentence = f"As others have said in [an earlier article](<{way}>), it was not so simple."
        paragraphs = file.read_text("utf-8", "surrogateescape").split("\n\n")
        place = dice.randrange(min(3, len(paragraphs) - 1), len(paragraphs)) + 1
        text = "\n\n".join([*paragraphs[:place], sentence, *paragraphs[place:]])
        file.write_text(text, "utf-8", "surrogateescape", newline="\n")


def choose(archive: Archive) -> str:
    """Return the path of the article to edit: of median size, or near it.

    Raises ``LookupError`` where no article has a title that can be edited.
    """
    ordered = sorted(archive.sizes, key=lambda path: (archive.sizes[path], path))
    middle = len(ordered) // 2
    for place in sorted(range(len(ordered)), key=lambda place: (abs(place - middle), place)):
        path = ordered[place]
        if is_editable((archive.root / path).read_bytes().decode("utf-8", "surrogateescape")):
            return path
    message = "no article has front matter with a title on one line (expected one to edit)"
    raise LookupError(message)


def edit(file: Path, change: Callable[[str, int], str], number: int) -> None:
    """Change a file in place by one of the functions above."""
    file.write_bytes(_changed(file.read_bytes(), change, number))


def lay_out(archive: Archive, copies: Iterable[Copy], folder: Path) -> None:
    """Copy an archive with other articles in the place of its own."""

    def left_out(place: str, names: list[str]) -> set[str]:
        inside = Path(place).relative_to(archive.root)
        return {name for name in names if name in _LEFT_OUT or (inside / name).as_posix() in known}

    known = archive.sizes.keys() | archive.passed_over

    shutil.copytree(archive.root, folder, ignore=left_out, symlinks=True)
    lay_out_articles(archive, copies, folder)


def lay_out_articles(archive: Archive, copies: Iterable[Copy], folder: Path) -> None:
    """Write articles, and nothing else, below a folder."""
    for one in copies:
        file = folder / one.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(one.read(archive.root))


def _with_front(text: str, change: Callable[[str], str]) -> str:
    front = _FRONT.match(text)
    if front is None:
        return text
    return text[: front.start(1)] + change(front[1]) + text[front.end(1) :]


def _has_placeholder(line: str) -> bool:
    return ":" in line.partition(":")[2]


def _changed(content: bytes, change: Callable[[str, int], str], number: int) -> bytes:
    text = content.decode("utf-8", "surrogateescape")  # whatever is no UTF-8 stays as it is
    return change(text, number).encode("utf-8", "surrogateescape")
