"""The Liquid of a text: tags, filters, and what they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.command.audit.findings import Finding, Kind, Lines, Place, Use
from broadsheet.command.audit.support import LIQUID_FILTERS, LIQUID_TAGS

if TYPE_CHECKING:
    from broadsheet.sources.prose import Prose

_OPENING = re.compile(r"\{[{%]")
_NAME = re.compile(r"\s*([\w-]+)")
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_FILTER = re.compile(r"\|\s*([\w-]+)")
_INCLUDE = re.compile(r"\s*([^\s{}|=]+)")
_END_RAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_FILTERED = frozenset({"assign", "echo"})
_NAMING = frozenset({"include", "include_cached", "include_relative", "link", "post_url"})


class _Token(NamedTuple):
    position: int
    name: str  #: of a tag, "" for an output
    inside: str


@dataclass(frozen=True, kw_only=True)
class Liquid:
    """What a text holds of Liquid."""

    uses: tuple[Use, ...] = ()
    findings: tuple[Finding, ...] = ()
    names: tuple[tuple[str, Place], ...] = ()  #: tag, and what it names: includes, articles, files


NONE = Liquid()


def read_liquid(path: str, body: str, prose: Prose, lines: Lines) -> Liquid:
    """Read the Liquid outside code; that in code stays as it is, and is counted as such."""
    if "{{" not in body and "{%" not in body:
        return NONE
    reading = _Reading(path, lines)
    for token in _tokens(reading, prose.text):
        _read(reading, token)
    return reading.liquid()


@dataclass(slots=True)
class _Reading:
    """A text under way."""

    path: str
    lines: Lines
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    names: list[tuple[str, Place]] = field(default_factory=list)

    def note(self, group: str, name: str, position: int) -> None:
        known = self.first.get((group, name))
        self.counts[group, name] += 1
        self.first[group, name] = position if known is None else min(position, known)

    def find(self, position: int, text: str) -> None:
        self.findings.append(Finding(self.path, self.lines.at(position), Kind.LIQUID, text))

    def liquid(self) -> Liquid:
        uses = (
            Use(*key, count, self.lines.at(self.first[key]))
            for key, count in sorted(self.counts.items())
        )
        return Liquid(uses=tuple(uses), findings=tuple(self.findings), names=tuple(self.names))


def _tokens(reading: _Reading, text: str) -> Iterator[_Token]:
    """Yield tags and outputs in their order; what ``raw`` holds is none."""
    position, endless = 0, set[str]()
    while found := _OPENING.search(text, position):
        position = found.end()
        closing = "}}" if found[0] == "{{" else "%}"
        end = -1 if closing in endless else text.find(closing, position)
        if end < 0:
            if closing not in endless:
                reading.find(found.start(), f"{found[0]} has no {closing}; it stays in the text")
            endless.add(closing)
            continue
        inside, position = text[position:end].strip("-"), end + 2
        name = _name(inside) if closing == "%}" else ""
        yield _Token(found.start(), name, inside)
        if name == "raw" and name not in endless:
            over = _END_RAW.search(text, position)
            position = over.end() if over else position
            endless |= set() if over else {name}


def _name(inside: str) -> str:
    found = _NAME.match(inside)
    return found[1] if found else ""


def _read(reading: _Reading, token: _Token) -> None:
    if token.name:
        _read_tag(reading, token)
    if not token.name or token.name in _FILTERED:
        _read_filters(reading, token)


def _read_tag(reading: _Reading, token: _Token) -> None:
    name = token.name
    if not name.startswith(("end", "else", "elsif", "when")):
        reading.note("tag", name, token.position)
    if name not in LIQUID_TAGS:
        shown = " ".join(token.inside.split())[:60]
        message = f"the tag {{% {shown} %}} is not supported; it stays in the text"
        reading.find(token.position, message)
    if name in _NAMING:
        rest = token.inside.partition(name)[2]
        named = _INCLUDE.match(_without_quotes(rest))
        if named and "{{" not in rest:  # or the name is known only when it is rendered
            place = Place(reading.lines.at(token.position), named[1])
            reading.names.append((name, place))


def _without_quotes(text: str) -> str:
    stripped = text.strip()
    if stripped[:1] in {'"', "'"}:
        return stripped[1:].partition(stripped[0])[0]
    return stripped


def _read_filters(reading: _Reading, token: _Token) -> None:
    for found in _FILTER.finditer(_TEXT.sub('""', token.inside)):
        reading.note("filter", found[1], token.position)
        if found[1] not in LIQUID_FILTERS:
            message = (
                f"the filter {found[1]!r} of Liquid is not supported; the tag stays in the text"
            )
            reading.find(token.position, message)
