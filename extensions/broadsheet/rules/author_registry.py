"""The registry of authors: of whom the publication knows more than a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import yaml

from broadsheet.model import Author, Problem, Subtype
from broadsheet.rules import slugs
from broadsheet.rules.author_facts import Facts, kind_of, short
from broadsheet.rules.bylines import EMAIL, Byline, fold, split_byline, splits, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorRegistry:
    """The authors of whom the publication knows more than a name."""

    authors: tuple[Author, ...] = ()  #: in the order of the registry
    spellings: Mapping[str, int] = field(default_factory=dict)  #: folded, to an index of authors
    whole: tuple[str, ...] = ()  #: names and aliases that a byline must not be split in

    def find(self, name_or_key: str) -> Author | None:
        """Return the author with this key, name or alias, whatever its case and spaces."""
        for spelling in (fold(name_or_key), slugs.slugify(name_or_key)):
            if spelling in self.spellings:
                return self.authors[self.spellings[spelling]]
        return None

    def split(self, value: object) -> Byline:
        """Read a byline by :func:`split_byline`; what the registry names stays whole."""
        return split_byline(value, known=self.spellings, whole=self.whole)

    def authors_of(self, byline: Byline) -> tuple[Author, ...]:
        """Return the authors of a byline, each once; unregistered ones are made of their name.

        Distinct names with one slug ("Jane Doe", "Jane-Doe") are one author.
        """
        addresses = dict(byline.addresses)
        found: dict[str, Author] = {}
        for name in byline.names:
            author = self.find(name) or _unregistered(name, addresses.get(name, ""))
            found.setdefault(author.key, author)
        return tuple(found.values())


NO_REGISTRY = AuthorRegistry()


def _unregistered(name: str, url: str) -> Author:
    if EMAIL.fullmatch(name):  # a mail address is never published
        name = name.partition("@")[0]
    return Author(key=slugs.slugify(name), name=name, url=url)


def read_registry_file(text: str, path: str) -> tuple[AuthorRegistry, tuple[Problem, ...]]:
    """Read a registry from YAML, see :func:`read_registry`; broken YAML is one problem."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        lines = _lines(yaml.compose(text, Loader=loader))
        data = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        return NO_REGISTRY, (_broken(path, _line_of(error, text), _reason(error)),)
    except (ValueError, OverflowError, RecursionError) as error:  # an impossible date, say
        return NO_REGISTRY, (_broken(path, 0, _reason(error)),)
    return read_registry(data if data is not None else {}, path, lines)


def read_registry(
    data: Mapping[str, Any] | Sequence[Any], path: str, lines: Mapping[object, int] | None = None
) -> tuple[AuthorRegistry, tuple[Problem, ...]]:
    """Build the registry from data like Jekyll's ``_data/authors.yml``, and tell its faults.

    ``data`` maps a key to a map of facts or to a name, or lists maps with a ``name``; either may
    stand under one key ``authors``. The facts read: ``name``, ``full_name``, ``display_name``;
    ``url``, ``website``, ``uri``, ``homepage``; ``bio``, ``biography``, ``description``;
    ``avatar``, ``image``, ``picture``, ``portrait``; ``aliases``; ``links``, ``same_as``; handles such as
    ``github``. Mail addresses find an author and are never part of it. What has a wrong type is
    reported and left out. ``lines`` gives the line of each key, or of each index of a list.
    """
    reader = _Reader(path, lines or {})
    drafts = tuple(reader.drafts(data))
    keys = slugs.assign(draft.key for draft in drafts)
    authors = tuple(replace(draft.author, key=keys[draft.key]) for draft in drafts)
    names = {name for author in authors for name in (author.name, *author.aliases)}
    registry = AuthorRegistry(
        authors=authors,
        spellings=_spellings(authors, drafts),
        whole=tuple(sorted(filter(splits, names), key=lambda name: (-len(name), name))),
    )
    return registry, tuple(reader.problems)


def _spellings(authors: tuple[Author, ...], drafts: tuple[_Draft, ...]) -> dict[str, int]:
    """Index all spellings; the key of one author is stronger than the alias of another."""
    spellings = {author.key: index for index, author in enumerate(authors)}
    for rank in range(3):
        for index, draft in enumerate(drafts):
            for spelling in draft.spellings[rank]:
                spellings.setdefault(fold(spelling), index)
    return spellings


class _Draft(NamedTuple):
    """An author whose key is not yet fit for an address."""

    key: str
    author: Author
    spellings: tuple[tuple[str, ...], ...]  #: keys, names, aliases


class _Reader:
    """Read the entries of one registry, and gather their problems."""

    def __init__(self, path: str, lines: Mapping[object, int]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []

    def problem(self, place: object, message: str) -> None:
        line = self.lines.get(place, self.lines.get(str(place), 0))
        self.problems.append(
            Problem(path=self.path, line=line, subtype=Subtype.AUTHOR, message=message)
        )

    def drafts(self, data: object) -> Iterator[_Draft]:
        """Yield an author for each entry; of two with one key the first stays."""
        keys: set[str] = set()
        for place, key, entry in self.entries(_unwrapped(data)):
            draft = self.draft(place, key, entry)
            if draft is None:
                continue
            if fold(draft.key) in keys:
                self.problem(place, f"author {short(draft.key)} stands here again; left out")
            else:
                keys.add(fold(draft.key))
                yield draft

    def entries(self, data: object) -> Iterator[tuple[object, str, object]]:
        """Yield the place, the key ("" for none) and the facts of each entry."""
        if isinstance(data, Mapping):
            for place, entry in data.items():
                yield place, str(place), entry
        elif isinstance(data, Sequence) and not isinstance(data, str | bytes):
            for index, entry in enumerate(data):
                yield index, _key_in(entry), entry
        else:
            self.problem(
                None,
                f"the registry of authors is {kind_of(data)} (expected a map or a list); unread",
            )

    def draft(self, place: object, key: str, entry: object) -> _Draft | None:
        facts = {"name": entry} if isinstance(entry, str) else {} if entry is None else entry
        who = f"author {short(key)}" if key else f"author {place}"
        if not isinstance(facts, Mapping):
            self.problem(
                place, f"{who} is {kind_of(entry)} (expected a map such as 'name: …'); left out"
            )
            return None
        facts = {str(name): fact for name, fact in facts.items()}
        fact = Facts(facts, lambda message: self.problem(place, f"{who}: {message}"))
        names = fact.names()
        if not names and key and not EMAIL.fullmatch(key):
            names = (tidy(key),)
        if not names:
            self.problem(place, f"{who} has no 'name' (expected a text); left out")
            return None
        aliases = fact.aliases()
        return _Draft(
            key=names[0] if not key or EMAIL.fullmatch(key) else key,
            author=fact.author(names, aliases),
            spellings=((key,) if key else (), names, (*aliases, *fact.mailboxes())),
        )


def _unwrapped(data: object) -> object:
    """Take the registry out of a map whose only key is ``authors``."""
    if isinstance(data, Mapping) and len(data) == 1:
        inner = data.get("authors")
        if inner is None and "authors" in data:
            return {}
        inside = inner.values() if isinstance(inner, Mapping) else ()
        if isinstance(inner, list) or (inside and all(isinstance(one, Mapping) for one in inside)):
            return inner
    return data


def _key_in(entry: object) -> str:
    if isinstance(entry, Mapping):
        for name in ("key", "id", "slug", "short_name", "username"):
            if isinstance(key := entry.get(name), str) and key.strip():
                return key.strip()
    return ""


def _lines(node: yaml.Node | None) -> dict[object, int]:
    """Return the line of each key of a map, or of each entry of a list."""
    if isinstance(node, yaml.MappingNode):
        if len(node.value) == 1 and node.value[0][0].value == "authors":
            return _lines(node.value[0][1])
        return {key.value: key.start_mark.line + 1 for key, _ in node.value}
    if isinstance(node, yaml.SequenceNode):
        return {index: item.start_mark.line + 1 for index, item in enumerate(node.value)}
    return {}


def _line_of(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    # Where the text ends too soon, the mark is on the line after it.
    return min(int(mark.line), text.count("\n")) + 1 if mark is not None else 0


def _reason(error: Exception) -> str:
    return " ".join(str(getattr(error, "problem", None) or error).split())[:120]


def _broken(path: str, line: int, reason: str) -> Problem:
    message = f"the registry of authors is not YAML ({reason}); no author of it is known"
    return Problem(path=path, line=line, subtype=Subtype.AUTHOR, message=message)
