"""What a registry says of one author: facts under many names, typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from broadsheet.model import Author, Image
from broadsheet.rules.bylines import EMAIL, is_address, tidy

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


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about one author, typed; ``complain`` takes what is wrong with them."""

    facts: Mapping[str, Any]
    complain: Callable[[str], None]

    def author(self, names: tuple[str, ...], aliases: tuple[str, ...]) -> Author:
        """Make the author of all facts; the key is given by the registry."""
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
        found = (self.text("display_name"), self.text("name", "full_name"))
        return tuple(dict.fromkeys(tidy(name) for name in found if name))

    def aliases(self) -> tuple[str, ...]:
        """Return the other names by which bylines know the author."""
        facts = self.listed("aliases")
        return tuple(tidy(str(fact)) for fact in facts if self.is_text("aliases", fact))

    def mailboxes(self) -> tuple[str, ...]:
        """Return the mail addresses, which find an author and are never shown."""
        return tuple(mail for mail in self.listed("email") if isinstance(mail, str) and mail)

    def text(self, *keys: str) -> str:
        """Return the first fact among ``keys`` that is a text."""
        for key in keys:
            fact = self.facts.get(key)
            if fact is not None and self.is_text(key, fact) and fact.strip():
                return str(fact).strip()
        return ""

    def listed(self, key: str) -> tuple[object, ...]:
        """Return a fact as a list: what is none is a list of one."""
        fact = self.facts.get(key)
        if isinstance(fact, list | tuple):
            return tuple(fact)
        return () if fact is None else (fact,)

    def is_text(self, key: str, fact: object) -> bool:
        """Tell whether a fact is a text; complain if it is not."""
        if not isinstance(fact, str):
            self.complain(f"{key!r} is {kind_of(fact)} (expected a text); left out")
        return isinstance(fact, str)

    def address(self, key: str, fact: object) -> str:
        """Return an address fit for a link, or "" after a complaint."""
        if not self.is_text(key, fact) or not str(fact).strip():
            return ""
        address = str(fact).strip()
        if not is_address(address):
            self.complain(
                f"{key!r} is {short(address)} (expected an address such as "
                "https://example.org/jane); left out"
            )
            return ""
        return address

    def addresses(self, *keys: str) -> tuple[str, ...]:
        """Return the addresses among some facts, each once."""
        facts = ((key, self.facts.get(key)) for key in keys)
        found = (self.address(key, fact) for key, fact in facts if fact is not None)
        return tuple(dict.fromkeys(filter(None, found)))

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield label and address of each link."""
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
        """Yield the other addresses of the author, called by their hosts."""
        for fact in self.listed("same_as"):
            if address := self.address("same_as", fact):
                yield _host(address), address

    def handles(self) -> Iterator[tuple[str, str]]:
        """Yield the pages of the author on other sites."""
        for key, (label, pattern) in _HANDLES.items():
            fact = self.facts.get(key)
            handle = str(fact).strip() if isinstance(fact, str | int) else ""
            address = _handle_address(handle, pattern) if handle else ""
            if address:
                yield label, address
            elif fact:
                self.complain(f"{key!r} is no handle and no address; left out")

    def portrait(self) -> Image | None:
        """Return the first picture among the facts."""
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


def kind_of(fact: object) -> str:
    """Name the type of a fact as YAML does, never its value: that may be of any size."""
    if isinstance(fact, Mapping):
        return "a map"
    if isinstance(fact, list | tuple):
        return "a list"
    return {bool: "a truth value", int: "a number", float: "a number", str: "a text",
            type(None): "empty"}.get(type(fact), f"a {type(fact).__name__}")  # fmt: skip


def short(text: str) -> str:
    """Return a text as it is shown in a message."""
    return repr(f"{text[:40]}…" if text[40:] else text)
