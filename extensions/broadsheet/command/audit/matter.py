"""What the front matter of an archive holds: its keys, and who signs."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from broadsheet.command.audit import support
from broadsheet.command.audit.findings import Finding, Kind
from broadsheet.command.audit.report import Authors, MatterKey, by_count

if TYPE_CHECKING:
    from broadsheet.command.audit.look import Look

#: Names of authors in a report.
MOST_AUTHORS = 50

#: A rare key may be misspelt if the one that it resembles is so many times as frequent.
OFTENER = 5


def keys_of(looks: Iterable[Look]) -> tuple[MatterKey, ...]:
    """Count the keys, the commonest first."""
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, tuple[str, int]] = {}
    for look in looks:
        for key in look.keys:
            types[key.name][key.type] += 1
            first.setdefault(key.name, (look.article.path, key.line))
    numbers = {name: found.total() for name, found in types.items()}
    return tuple(
        MatterKey(
            name=name[:80],
            count=numbers[name],
            types=by_count(types[name]),
            used=name in support.KEYS,
            meant=_meant(name, numbers),
            path=first[name][0],
            line=first[name][1],
        )
        for name in sorted(numbers, key=lambda name: (-numbers[name], name))
    )


def _meant(name: str, numbers: Mapping[str, int]) -> str:
    """Return the key that a rare one resembles, "" for none."""
    if name in support.KEYS:
        return ""
    bare = re.sub(r"[^a-z_]", "", name.lower().replace("-", "_"))
    known = sorted(support.KEYS)
    near = [bare] if bare in support.KEYS else difflib.get_close_matches(bare[:40], known, 1, 0.85)
    if not near or numbers.get(near[0], 0) < OFTENER * numbers[name]:
        return ""
    return near[0]


def misspelt(keys: Iterable[MatterKey]) -> Iterator[Finding]:
    """Find rare keys that resemble those that are known."""
    for key in keys:
        if key.meant:
            text = f"the key {key.name!r} is unknown (expected {key.meant!r}?); it has no effect"
            yield Finding(key.path, key.line, Kind.KEY, text)


# authors


def authors_of(looks: Sequence[Look]) -> Authors:
    """Count bylines, and the authors that they are split into."""
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for look in looks:
        for key, name in zip(look.article.authors, look.article.names, strict=True):
            names[key][name] += 1
    numbers = Counter({_spelling(found): found.total() for found in names.values()})
    return Authors(
        strings=len({one for look in looks for one in look.authors}),
        names=len(names),
        unsigned=sum(not look.article.authors for look in looks),
        frequent=by_count(numbers)[:MOST_AUTHORS],
        merged=tuple(tuple(sorted(found)) for _, found in sorted(names.items()) if len(found) > 1),
        similar=tuple(sorted(_similar(map(_spelling, names.values())))),
    )


def _spelling(names: Counter[str]) -> str:
    """Return the commonest spelling of a name."""
    return min(names, key=lambda name: (-names[name], name))


def _similar(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    by_letters: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        by_letters[_letters(name)].add(name)
    for letters, found in by_letters.items():
        if letters and len(found) > 1:
            yield tuple(sorted(found))


def _letters(name: str) -> str:
    """Return a name without case, spaces, signs and accents."""
    parts = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in parts if one.isalnum())


def similar_authors(authors: Authors, looks: Sequence[Look]) -> Iterator[Finding]:
    r"""Find names that differ so little that they may be one person\'s."""
    groups = {name: group for group in authors.similar for name in group}
    first: dict[str, str] = {}
    if groups:
        for look in looks:
            for name in look.article.names:
                if name in groups:
                    first.setdefault(name, look.article.path)
    for name in sorted(first):
        others = ", ".join(repr(one) for one in groups[name] if one != name)
        text = (
            f"author {name!r} is not taken for {others}; an alias in the registry would join them"
        )
        yield Finding(first[name], 0, Kind.AUTHOR, text)
