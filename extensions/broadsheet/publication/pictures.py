"""Lead images that are files of the source, looked for before any page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from broadsheet.model import Article, Problem, Subtype


def check_pictures(
    articles: Iterable[Article], root: Path
) -> tuple[list[Article], frozenset[str], tuple[Problem, ...]]:
    """Return the articles, those without an image whose file is missing, and the files."""
    checked: list[Article] = []
    present: set[str] = set()
    problems: list[Problem] = []
    for article in articles:
        image = article.image
        if image is None or image.remote:
            checked.append(article)
        elif (root / image.src).is_file():
            present.add(image.src)
            checked.append(article)
        else:
            problems.append(_missing(article, image.src, root))
            checked.append(replace(article, image=None))
    return checked, frozenset(present), tuple(problems)


def _missing(article: Article, src: str, root: Path) -> Problem:
    return Problem(
        path=article.path,
        line=_line_of("image", root / article.path),
        subtype=Subtype.IMAGE,
        message=f"image {src!r} is no file of the source (expected one); none is shown",
    )


def _line_of(key: str, path: Path) -> int:
    """Return the line on which the front matter of *path* sets *key*; 1 where none does."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.partition(":")[0].strip() == key:
                return number
    return 1
