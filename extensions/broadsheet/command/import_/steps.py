"""The steps of an import: read, plan, convert, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from broadsheet.command.import_ import archive, configuration, plan, project, writing
from broadsheet.command.import_.documents import Documents, Made
from broadsheet.command.import_.links import Links
from broadsheet.command.import_.liquid import Liquid
from broadsheet.command.import_.plan import DOCS, EXTRA, REGISTRY, Plan
from broadsheet.command.import_.spreading import spread
from broadsheet.model import Problem, Subtype
from broadsheet.rules.author_registry import read_registry_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import has done, or would do."""

    articles: int
    pages: int
    copied: int
    kept: int  #: articles whose text is as it was
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, str], ...]
    extensions: frozenset[str]

    def lines(self, source: Path, dest: Path, *, dry_run: bool) -> Iterator[str]:
        """Yield what is said in the end."""
        for problem in self.problems:
            line = f":{problem.line}" if problem.line else ""
            yield _printable(f"{source / problem.path}{line}: {problem.message}")
        reasons = Counter(why for _, why in self.left_out)
        for why, count in sorted(reasons.items()):
            named = [path for path, reason in self.left_out if reason == why]
            shown = ", ".join(named[:5]) + (" …" if count > 5 else "")
            yield _printable(f"not taken over ({why}): {shown}")
        would = "would be " if dry_run else ""
        changed = self.articles - self.kept
        yield (
            f"{_number(self.articles, 'article')} ({changed} with another text),"
            f" {_number(self.pages, 'page')}, {_number(self.copied, 'copied file')}"
            f" {would}written to {dest};"
            f" {_number(len(self.problems), 'thing')} to look at"
        )


def _printable(line: str) -> str:
    """Return a line as one, whatever the names of files hold."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in line)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def imported(
    source: Path, dest: Path | None, *, now: datetime, unlisted: bool, jobs: int
) -> Outcome:
    """Import a repository; without *dest*, say what would be written."""
    old = archive.read(source, now=now, unlisted=unlisted)
    new = plan.make(old)
    documents = Documents(plan=new, links=Links(plan=new), liquid=Liquid(archive=old))
    paths = sorted({*new.articles, *new.pages})
    needs = frozenset().union(*spread(documents.needs, paths, jobs))
    documents = replace(documents, extensions=needs)
    with nullcontext() if dest is None else writing.made_at_once(dest) as folder:
        return _write(documents, folder, jobs)


def _write(documents: Documents, folder: Path | None, jobs: int) -> Outcome:
    """Make all files, and write them where there is a *folder*."""
    new, old = documents.plan, documents.plan.archive
    docs = folder / DOCS if folder else None
    problems, copies, kept = [*old.problems, *old.unread()], dict(new.static), 0
    for one in _made(documents, jobs):
        problems += one.problems
        copies.update(one.copies)
        kept += one.is_kept
        if docs:
            writing.write(docs, one.path, one.data)
    registry = _registry(new)
    copied = {place.partition("/")[0] for place in copies.values()}
    texts = {
        f"{DOCS}/conf.py": configuration.written(
            new, documents.extensions, registry=bool(registry), copied=copied
        ),
        **({f"{DOCS}/{REGISTRY}": registry} if registry else {}),
        # git keeps no empty folder, and a collection wants one
        **({} if new.articles else {f"{DOCS}/{_folder(new)}/.gitkeep": ""}),
        **project.files(old.identity.title, _folder(new), extra=EXTRA in copied),
    }
    for path, text in texts.items():
        if folder:
            writing.write(folder, path, text.encode())
    missing = list(_copy(old.root, docs, copies))
    problems += missing
    return Outcome(
        articles=len(new.articles),
        pages=len(new.pages),
        copied=len(copies) - len(missing),
        kept=kept,
        problems=tuple(sorted(set(problems))),
        left_out=new.left_out,
        extensions=documents.extensions,
    )


def _copy(root: Path, docs: Path | None, copies: Mapping[str, str]) -> Iterator[Problem]:
    """Copy files, where there is a folder to copy them to; name those that cannot be."""
    for path, place in sorted(copies.items()):
        try:
            if docs:
                writing.copy(docs, place, root / path)
            else:
                (root / path).open("rb").close()
        except OSError as error:
            message = f"the file cannot be copied: {error.strerror}; left out"
            yield Problem(path=path, subtype=Subtype.SOURCE, message=message)


def _made(documents: Documents, jobs: int) -> Iterator[Made]:
    new = documents.plan
    for batch in spread(partial(_make_all, documents), sorted(new.articles), jobs):
        yield from batch
    for path in sorted(new.pages):
        yield documents.page(path)


def _make_all(documents: Documents, paths: Sequence[str]) -> list[Made]:
    return [documents.article(path) for path in paths]


def _folder(new: Plan) -> str:
    """Return the folder of the collection that has most articles, as one for new ones."""
    counts = Counter(one.collection for one in new.archive.catalogue.articles)
    return max(new.streams, key=lambda one: counts[one.name]).folder


def _registry(new: Plan) -> str:
    """Return the registry of authors: the file as it is, or what several files say."""
    site = new.archive.site
    if not site.authors:
        return ""
    for suffix in (".yml", ".yaml"):
        path = new.archive.root / site.data_dir / f"authors{suffix}"
        if path.is_file():
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            if read_registry_file(text, REGISTRY)[0] == new.archive.rules.authors:
                return text
    authors: dict[str, Any] = dict(site.authors)
    return str(yaml.safe_dump(authors, allow_unicode=True, sort_keys=False, width=10**9))
