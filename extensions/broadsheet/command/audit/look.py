"""Looking at one file: the article that it is, and all that its text uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from broadsheet.command.audit.dialect import dialect_findings, dialect_uses
from broadsheet.command.audit.findings import Finding, Kind, Lines, Place, Use
from broadsheet.command.audit.links import Target, read_links
from broadsheet.command.audit.liquid import NONE, read_liquid
from broadsheet.model import Article, Found, Problem, Subtype
from broadsheet.rules.article import Rules, read_article
from broadsheet.sources.prose import prose_of
from broadsheet.sources.text_file import decode

#: Findings of one kind that are kept of one file; the rest is a number.
MOST = 100

_KINDS: Mapping[Subtype, Kind] = {
    Subtype.FRONT_MATTER: Kind.FRONT_MATTER,
    Subtype.TITLE: Kind.FRONT_MATTER,
    Subtype.AUTHOR: Kind.FRONT_MATTER,
    Subtype.DATE: Kind.DATE,
    Subtype.IMAGE: Kind.IMAGE,
    Subtype.ADDRESS: Kind.ADDRESS,
    Subtype.ENCODING: Kind.SOURCE,
    Subtype.SOURCE: Kind.SOURCE,
    Subtype.SITE: Kind.SITE,
    Subtype.REF: Kind.LINK,
}


class Key(NamedTuple):
    """A key of the front matter."""

    name: str
    type: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a text uses: of an article, or of a page."""

    path: str
    uses: tuple[Use, ...] = ()
    findings: tuple[Finding, ...] = ()
    more: tuple[tuple[Kind, int], ...] = ()  #: findings that are not among those
    targets: tuple[Target, ...] = ()
    names: tuple[tuple[str, Place], ...] = ()  #: what tags of Liquid name
    links: int = 0
    images: int = 0
    without_alt: int = 0
    hosts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one file is, without its text."""

    article: Article
    found: Found
    keys: tuple[Key, ...]
    authors: tuple[str, ...]  #: as the front matter has them
    layout: str
    image_line: int
    text: Text


def look_at(found: Found, data: bytes, rules: Rules, own: str) -> Look:
    """Look at an article; *own* is the address of the site."""
    article, problems = read_article(found, data, rules)
    text, _ = decode(data, found.path)
    head, body = _halves(text, article.body_line)
    lines = _key_lines(head)
    values = article.front_matter
    seen = read_text(found.path, body, article.body_line, jekyll=rules.jekyll, own=own)
    findings = [*as_findings(problems), *seen.findings]
    return Look(
        # what is not needed is left behind: it would be sent from one process to another
        article=article._replace(excerpt="", facts="", links=(), matter=b""),
        found=found._replace(defaults={}),
        keys=tuple(
            Key(name, type_of(value), lines[name])
            for name, value in values.items()
            if name in lines
        ),
        authors=tuple(_texts(values.get("author") or values.get("authors"))),
        layout=str(values.get("layout") or "")[:80],
        image_line=lines.get("image", 1),
        text=seen if len(findings) == len(seen.findings) else _with(seen, findings),
    )


def read_text(path: str, body: str, first: int, *, jekyll: bool, own: str) -> Text:
    """Read what a text uses; it begins on line *first* of its file."""
    prose, lines = prose_of(body), Lines(body, first)
    liquid = read_liquid(path, body, prose, lines) if jekyll else NONE
    links = read_links(path, prose, lines, own, jekyll=jekyll)
    findings = [*liquid.findings, *dialect_findings(path, prose, lines), *links.findings]
    kept, more = few(findings)
    return Text(
        path=path,
        uses=(*dialect_uses(body, prose, lines), *liquid.uses),
        findings=kept,
        more=more,
        targets=links.targets,
        names=liquid.names,
        links=links.links,
        images=links.images,
        without_alt=links.without_alt,
        hosts=links.hosts,
    )


def few(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[tuple[Kind, int], ...]]:
    """Return the first findings of each kind, each once, and how many more there are."""
    counts: Counter[Kind] = Counter()
    kept = []
    for one in sorted(set(findings)):
        counts[one.kind] += 1
        if counts[one.kind] <= MOST:
            kept.append(one)
    more = ((kind, count - MOST) for kind, count in sorted(counts.items()) if count > MOST)
    return tuple(kept), tuple(more)


def as_findings(problems: Iterable[Problem]) -> list[Finding]:
    """Return what a scan finds wrong; the Liquid of a text is looked at here."""
    return [
        Finding(one.path, one.line, _KINDS[one.subtype], one.message)
        for one in problems
        if one.subtype in _KINDS
    ]


def type_of(value: Any) -> str:
    """Name the type of a value as people do who write YAML."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, Mapping):
        return "map"
    if isinstance(value, list | tuple):
        return "list"
    names = {bool: "true or false", int: "number", float: "number", str: "text"}
    return names.get(type(value), "date")


def _with(text: Text, findings: list[Finding]) -> Text:
    return replace(text, findings=tuple(findings))


def _halves(text: str, body_line: int) -> tuple[str, str]:
    """Part a file before the line of its body."""
    lines = text.split("\n")
    return "\n".join(lines[: body_line - 1]), "\n".join(lines[body_line - 1 :])


_KEY = re.compile(r"^[\"']?([^\s\"'#:-][^\n:]*?)[\"']?[ \t]*:(?=\s|$)", re.MULTILINE)


def _key_lines(head: str) -> dict[str, int]:
    """Return the line of each key that stands at the margin."""
    lines = Lines(head)
    return {found[1]: lines.at(found.start()) for found in _KEY.finditer(head)}


def _texts(value: Any) -> Iterable[str]:
    for one in value if isinstance(value, list | tuple) else [value]:
        name = one.get("name") if isinstance(one, Mapping) else one
        if isinstance(name, str | int) and str(name).strip():
            yield str(name).strip()[:200]
