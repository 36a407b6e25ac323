"""What a build left in its output folder: how large, how new, and what of it is the article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

_HEAD = b'class="broadsheet-head"'
_HEAD_END = b"</header>"
_BODY_ENDS = (b'<footer class="broadsheet-foot"', b"</article>")


def outside_body(page: bytes) -> int | None:
    """Return the bytes of an article's page that are not the article's body.

    The body stands between the head and the foot of ``broadsheet/article.html``, or the end of
    Furo's ``<article>`` where there is no foot. None for a page that is no article's.
    """
    head = page.find(_HEAD)
    start = page.find(_HEAD_END, head)
    if head < 0 or start < 0:
        return None
    start += len(_HEAD_END)
    # The last one: a body may hold an `<article>` of its own.
    ends = [page.rfind(mark, start) for mark in _BODY_ENDS]
    end = next((end for end in ends if end >= 0), None)
    return None if end is None else len(page) - (end - start)


def outside_bodies(folder: Path) -> dict[str, int]:
    """Return :func:`outside_body` of every article's page below a folder."""
    sizes = {
        path: outside_body((folder / path).read_bytes())
        for path in files(folder)
        if path.endswith(".html")
    }
    return {path: size for path, size in sizes.items() if size is not None}


def median_and_largest(sizes: Mapping[str, int]) -> tuple[float, int, str]:
    """Return the median, the maximum and the page that has it; *sizes* is not empty."""
    largest = max(sizes, key=lambda path: (sizes[path], path))
    return median(sizes.values()), sizes[largest], largest


def state(folder: Path) -> dict[str, int]:
    """Return when each file of an output folder was written, in nanoseconds."""
    return {path: (folder / path).stat().st_mtime_ns for path in files(folder)}


def rewritten(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[str, ...]:
    """Return the files that were written, written anew or removed between two states."""
    changed = {path for path, time in after.items() if before.get(path) != time}
    return tuple(sorted(changed | (before.keys() - after.keys())))


def size(folder: Path) -> int:
    """Return the bytes of all files of an output folder."""
    return sum((folder / path).stat().st_size for path in files(folder))


def files(folder: Path) -> Iterator[str]:
    """Give the files that a reader could ask for; caches start with a dot."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield inside.as_posix()
