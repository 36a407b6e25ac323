"""The registry of authors: of whom the publication knows more than a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from broadsheet.model import Author, Image, Problem, Subtype
from broadsheet.rules import slugs
from broadsheet.rules.bylines import EMAIL, Byline, fold, is_address, split_byline, splits, tidy


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
    stand under one key ``authors``. The facts read: ``name``, ``display_name``; ``url``,
    ``website``, ``uri``, ``homepage``; ``bio``, ``biography``, ``description``; ``avatar``,
    ``image``, ``picture``, ``portrait``; ``aliases``; ``links``, ``same_as``; handles such as
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


# A handle is a link only where its address is certain; {} is the handle without its "@".
_HANDLES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "github": ("GitHub", "https://github.com/{}"),
    "gitlab": ("GitLab", "https://gitlab.com/{}"),
    "codeberg": ("Codeberg", "https://codeberg.org/{}"),
    "twitter": ("Twitter", "https://twitter.com/{}"),
    "x": ("X", "https://x.com/{}"),
    "bluesky": ("Bluesky", "https://bsky.app/profile/{}"),
    "mastodon": ("Mastodon", ""),  # name@host, see _handle_address
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/{}"),
    "facebook": ("Facebook", "https://www.facebook.com/{}"),
    "instagram": ("Instagram", "https://www.instagram.com/{}"),
    "threads": ("Threads", "https://www.threads.net/@{}"),
    "youtube": ("YouTube", "https://www.youtube.com/@{}"),
    "medium": ("Medium", "https://medium.com/@{}"),
    "telegram": ("Telegram", "https://t.me/{}"),
    "reddit": ("Reddit", "https://www.reddit.com/user/{}"),
    "keybase": ("Keybase", "https://keybase.io/{}"),
    "orcid": ("ORCID", "https://orcid.org/{}"),
})  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
_FEDERATED = re.compile(r"@?([A-Za-z0-9_.\-]+)@([A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+)")


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
                self.problem(place, f"author {_short(draft.key)} stands here again; left out")
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
                None, f"the registry of authors is {_kind(data)} (expected a map or a list); unread"
            )

    def draft(self, place: object, key: str, entry: object) -> _Draft | None:
        facts = {"name": entry} if isinstance(entry, str) else {} if entry is None else entry
        who = f"author {_short(key)}" if key else f"author {place}"
        if not isinstance(facts, Mapping):
            self.problem(
                place, f"{who} is {_kind(entry)} (expected a map such as 'name: …'); left out"
            )
            return None
        facts = {str(name): fact for name, fact in facts.items()}
        fact = _Facts(facts, lambda message: self.problem(place, f"{who}: {message}"))
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


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts about one author, typed; ``complain`` takes what is wrong with them."""

    facts: Mapping[str, Any]
    complain: Callable[[str], None]

    def author(self, names: tuple[str, ...], aliases: tuple[str, ...]) -> Author:
        sites = self.addresses("url", "website", "uri", "homepage")
        further = tuple(("Website", site) for site in sites[1:])
        links = (*further, *self.handles(), *self.links(), *self.same_as())
        return Author(
            key="",
            name=names[0],
            url=sites[0] if sites else "",
            links=_once(link for link in links if link[1] not in sites[:1]),
            portrait=self.portrait(),
            biography=self.text("bio", "biography", "description"),
            aliases=tuple(name for name in (*names[1:], *aliases) if not EMAIL.fullmatch(name)),
            registered=True,
        )

    def names(self) -> tuple[str, ...]:
        """Return the name as it is printed, then the other one if there are two."""
        found = (self.text("display_name"), self.text("name"))
        return tuple(dict.fromkeys(tidy(name) for name in found if name))

    def aliases(self) -> tuple[str, ...]:
        facts = self.listed("aliases")
        return tuple(tidy(str(fact)) for fact in facts if self.is_text("aliases", fact))

    def mailboxes(self) -> tuple[str, ...]:
        return tuple(mail for mail in self.listed("email") if isinstance(mail, str) and mail)

    def text(self, *keys: str) -> str:
        """Return the first fact among ``keys`` that is a text."""
        for key in keys:
            fact = self.facts.get(key)
            if fact is not None and self.is_text(key, fact) and fact.strip():
                return str(fact).strip()
        return ""

    def listed(self, key: str) -> tuple[object, ...]:
        fact = self.facts.get(key)
        if isinstance(fact, list | tuple):
            return tuple(fact)
        return () if fact is None else (fact,)

    def is_text(self, key: str, fact: object) -> bool:
        if not isinstance(fact, str):
            self.complain(f"{key!r} is {_kind(fact)} (expected a text); left out")
        return isinstance(fact, str)

    def address(self, key: str, fact: object) -> str:
        """Return an address fit for a link, or "" after a complaint."""
        if not self.is_text(key, fact) or not str(fact).strip():
            return ""
        address = str(fact).strip()
        if not is_address(address):
            self.complain(
                f"{key!r} is {_short(address)} (expected an address such as "
                "https://example.org/jane); left out"
            )
            return ""
        return address

    def addresses(self, *keys: str) -> tuple[str, ...]:
        facts = ((key, self.facts.get(key)) for key in keys)
        found = (self.address(key, fact) for key, fact in facts if fact is not None)
        return tuple(dict.fromkeys(filter(None, found)))

    def links(self) -> Iterator[tuple[str, str]]:
        fact = self.facts.get("links")
        entries = fact.items() if isinstance(fact, Mapping) else map(_link, self.listed("links"))
        for label, target in entries:
            if target is None:
                self.complain(
                    "'links' has an entry without 'url' (expected label and url); left out"
                )
            elif address := self.address("links", target):
                yield (tidy(str(label)) if label else _host(address)), address

    def same_as(self) -> Iterator[tuple[str, str]]:
        for fact in self.listed("same_as"):
            if address := self.address("same_as", fact):
                yield _host(address), address

    def handles(self) -> Iterator[tuple[str, str]]:
        for key, (label, pattern) in _HANDLES.items():
            fact = self.facts.get(key)
            handle = str(fact).strip() if isinstance(fact, str | int) else ""
            address = _handle_address(handle, pattern) if handle else ""
            if address:
                yield label, address
            elif fact:
                self.complain(f"{key!r} is no handle and no address; left out")

    def portrait(self) -> Image | None:
        for key in ("portrait", "avatar", "picture", "image"):
            fact = self.facts.get(key)
            source, size = fact, {}
            if isinstance(fact, Mapping):
                source, size = fact.get("path") or fact.get("src") or fact.get("url"), dict(fact)
            if source is None and fact is None:
                continue
            if self.is_text(key, source) and str(source).strip():
                alt = size.get("alt")
                return Image(
                    src=_image_source(str(source).strip()),
                    alt=alt if isinstance(alt, str) else "",
                    width=_pixels(size.get("width")),
                    height=_pixels(size.get("height")),
                )
        return None


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


def _link(entry: object) -> tuple[object, object]:
    if isinstance(entry, Mapping):
        return entry.get("label") or entry.get("title") or entry.get("name"), entry.get("url")
    return "", entry


def _handle_address(handle: str, pattern: str) -> str:
    if is_address(handle):
        return handle
    if not pattern:
        there = _FEDERATED.fullmatch(handle)
        return f"https://{there[2]}/@{there[1]}" if there else ""
    bare = handle.removeprefix("@")
    return pattern.format(bare) if _PLAIN.fullmatch(bare) else ""


def _host(address: str) -> str:
    host = address.partition("://")[2].partition("/")[0].lower().removeprefix("www.")
    return host or address


def _image_source(source: str) -> str:
    return source if source.startswith("//") else source.lstrip("/")


def _pixels(fact: object) -> int:
    return fact if isinstance(fact, int) and not isinstance(fact, bool) and fact > 0 else 0


def _once(links: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    seen: dict[str, str] = {}
    for label, address in links:
        seen.setdefault(address, label)
    return tuple((label, address) for address, label in seen.items())


def _kind(fact: object) -> str:
    """Name the type of a fact as YAML does, never its value: that may be of any size."""
    if isinstance(fact, Mapping):
        return "a map"
    if isinstance(fact, list | tuple):
        return "a list"
    return {bool: "a truth value", int: "a number", float: "a number", str: "a text",
            type(None): "empty"}.get(type(fact), f"a {type(fact).__name__}")  # fmt: skip


def _short(text: str) -> str:
    return repr(f"{text[:40]}…" if text[40:] else text)


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
