"""Lead images that are files of the source, looked for before any page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from broadsheet.model import Article, Author, Problem, Subtype
from broadsheet.rules.digest import altered


def check_pictures(
    articles: Iterable[Article], root: Path
) -> tuple[list[Article], frozenset[str], tuple[Problem, ...]]:
    """Return the articles, those without an image whose file is missing, and the files."""
    checked: list[Article] = []
    present: set[str] = set()
    problems: list[Problem] = []
    named: set[str] = set()
    for article in articles:
        image = article.image
        if image is None or image.remote:
            checked.append(article)
        elif _is_file(root / image.src):
            present.add(image.src)
            checked.append(article)
        else:
            if not (image.shared and image.src in named):  # once for all whose image it is
                problems.append(_missing(article, image.src, root))
            named.add(image.src)
            checked.append(altered(article, image=None))
    return checked, frozenset(present), tuple(problems)


def check_portraits(
    authors: Mapping[str, Author], registry: str, root: Path
) -> tuple[Mapping[str, Author], frozenset[str], tuple[Problem, ...]]:
    """Do the same with the portraits of authors, who stand in the file *registry*."""
    checked = dict(authors)
    present: set[str] = set()
    problems: list[Problem] = []
    for key, author in authors.items():
        portrait = author.portrait
        if portrait is None or portrait.remote:
            continue
        if _is_file(root / portrait.src):
            present.add(portrait.src)
            continue
        message = f"portrait {portrait.src!r} of {author.name} is no file of the source"
        problems.append(
            Problem(
                path=registry,
                line=1,
                subtype=Subtype.IMAGE,
                message=f"{message} (expected one); none is shown",
            )
        )
        checked[key] = replace(author, portrait=None)
    return checked, frozenset(present), tuple(problems)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file system takes
        return False


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
