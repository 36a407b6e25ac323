"""The links and images of a text, and those that are malformed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from broadsheet.command.audit.findings import Finding, Kind, Lines
from broadsheet.rules.destinations import MAILBOX, SCHEMES

if TYPE_CHECKING:
    from broadsheet.sources.prose import Prose

_GAP = r"[ \t]*\n?[ \t]*"  # CommonMark 0.31, 6.3
_LIQUID = r"\{%[^\n]{0,200}?%\}|\{\{[^\n]{0,200}?\}\}"
# Possessive (`++`): the alternatives overlap, and trying them in turn would be exponential.
_LETTERS = _LIQUID + r"|\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\)"
#: In kramdown a destination has spaces, too (``LINK_PAREN_STOP_RE``), but none before a title.
_SPACES = r"|[ \t]+(?![\s\"'()])"
_TITLE = r"""(?:"[^"]*"|'[^']*'|\([^()]*\))"""


def _token(letters: str) -> re.Pattern[str]:
    """Return what finds brackets, and destinations that are made of these *letters*."""
    destination = rf"(?:<[^<>\n]*>|(?!<)(?>(?:{letters})+))"
    return re.compile(
        r"\\."
        r"|\n[ \t>]*\n"
        r"|!?\["
        rf"|\]\({_GAP}(?P<to>{destination}?)(?:\s+{_TITLE})?\s*\)"
        r"|\]\[(?P<label>[^\[\]\n]*)\]"
        r"|\]"
    )


_TOKEN, _TOKEN_OF_KRAMDOWN = _token(_LETTERS), _token(_LETTERS + _SPACES)
_DEFINITION = re.compile(
    r"^(?:[ \t]{0,3}>)*[ \t]{0,3}\[(?!\^)(?P<label>(?:\\.|[^\[\]\\\n])+)\]:" + _GAP
    + r"(?P<to><[^<>\n]*>|[^\s<]\S*)", re.MULTILINE,
)  # fmt: skip
_ELEMENT = re.compile(r"<(?P<name>a|img)\s(?P<attributes>[^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?P<name>href|src|alt)\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]+))",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<(?P<to>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(?=:)")
_WWW = re.compile(r"www\.[\w-]+\.", re.IGNORECASE)


class Target(NamedTuple):
    """A link or an image that may lead to something of the site."""

    line: int
    to: str  #: as it is written, without escapes and entities
    is_image: bool = False


@dataclass(frozen=True, kw_only=True)
class Links:
    """The links and images of a text."""

    links: int = 0  #: to other sites too
    images: int = 0  #: well formed
    hosts: tuple[tuple[str, int], ...] = ()  #: of remote images
    without_alt: int = 0
    targets: tuple[Target, ...] = ()  #: on the site, anchors of the page itself included
    findings: tuple[Finding, ...] = ()


class _Spot(NamedTuple):
    """A link or an image where it stands."""

    position: int
    to: str
    is_image: bool
    alt: str = "-"  #: of an image


def read_links(
    path: str, prose: Prose, lines: Lines, own: str = "", *, jekyll: bool = True
) -> Links:
    """Read the links and images of a text; addresses that begin with *own* are of the site."""
    text = prose.text
    reading = _Reading(path, lines, own)
    defined = _defined(text) if "]:" in text else {}
    if "](" in text or "][" in text or "![" in text or defined:
        _read_brackets(reading, text, defined, _TOKEN_OF_KRAMDOWN if jekyll else _TOKEN)
    for to, position in defined.values():
        if position not in reading.images_by_label:
            reading.link(_Spot(position, to, False))
    if "<" in text:
        _read_html(reading, text)
    return reading.result()


@dataclass(slots=True)
class _Reading:
    """A text under way."""

    path: str
    lines: Lines
    own: str
    links: int = 0
    images: int = 0
    without_alt: int = 0
    hosts: Counter[str] = field(default_factory=Counter)
    targets: list[Target] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    images_by_label: set[int] = field(default_factory=set)

    def find(self, position: int, kind: Kind, text: str) -> None:
        self.findings.append(Finding(self.path, self.lines.at(position), kind, text))

    def link(self, spot: _Spot) -> None:
        self.links += 1
        self._go(spot)

    def image(self, spot: _Spot) -> None:
        if fault := _image_fault(spot.to):
            named = f"![{' '.join(spot.alt.split())[:60]}]"
            self.find(spot.position, Kind.IMAGE, f"image {named} {fault}")
            return
        self.images += 1
        if not spot.alt.strip():
            self.without_alt += 1
            self.find(spot.position, Kind.ALT, f"image {_shown(spot.to)} has no alternative text")
        if host := _host(spot.to):
            self.hosts[host] += 1
        self._go(spot)

    def _go(self, spot: _Spot) -> None:
        to = spot.to
        if self.own and to.startswith(self.own):
            to = f"/{to.removeprefix(self.own).lstrip('/')}"
        elif fault := _scheme_fault(to):
            self.find(spot.position, Kind.SCHEME, f"{_shown(to)} {fault}")
            return
        if to and not _SCHEME.match(to) and not to.startswith("//"):
            self.targets.append(Target(self.lines.at(spot.position), to, spot.is_image))

    def result(self) -> Links:
        return Links(
            links=self.links,
            images=self.images,
            hosts=tuple(sorted(self.hosts.items())),
            without_alt=self.without_alt,
            targets=tuple(self.targets),
            findings=tuple(self.findings),
        )


def _read_brackets(
    reading: _Reading, text: str, defined: dict[str, tuple[str, int]], tokens: re.Pattern[str]
) -> None:
    """Walk over brackets with a stack: of a link, the opening one tells it from an image."""
    opened: list[re.Match[str]] = []
    for token in tokens.finditer(text):
        mark = token[0]
        if mark.endswith("[") and mark[0] != "\\":
            opened.append(token)
        elif mark[0] == "\n":
            opened.clear()
        elif mark[0] == "]" and opened:
            _close(reading, text, opened.pop(), token, defined)


def _close(
    reading: _Reading,
    text: str,
    opening: re.Match[str],
    token: re.Match[str],
    defined: dict[str, tuple[str, int]],
) -> None:
    is_image = opening[0] == "!["
    words = text[opening.end() : token.start()]
    if token["to"] is not None:
        spot = _Spot(opening.start(), _plain(token["to"]), is_image, words)
        (reading.image if is_image else reading.link)(spot)
        return
    label = token["label"] or words
    to, position = defined.get(_folded(label), ("", 0))
    if to and is_image:
        reading.images_by_label.add(position)
        reading.image(_Spot(opening.start(), to, True, words))
    elif not to and _is_reference(text, opening, token):
        _undefined(reading, opening.start(), label, is_image, token["label"] is None)


def _is_reference(text: str, opening: re.Match[str], token: re.Match[str]) -> bool:
    """Tell a reference from text in brackets: ``[a][b]`` may be one, ``a[1][2]`` hardly."""
    before, after = text[opening.start() - 1 : opening.start()], text[token.end() : token.end() + 1]
    if before.isalnum() or before in {"]", "\\", ")"}:
        return False
    if token["label"] is not None:
        return not (token["label"].startswith("^") or text[opening.end()] == "^")
    return opening[0] == "![" and after != ":"


def _undefined(reading: _Reading, position: int, label: str, is_image: bool, bare: bool) -> None:
    shown = _shown(label)
    if bare:
        text = f"image ![{label[:60]}] has no address behind it; it shows as text"
        reading.find(position, Kind.IMAGE, " ".join(text.split()))
    elif is_image:
        reading.find(position, Kind.IMAGE, f"image with label {shown} is defined nowhere")
    else:
        reading.find(
            position, Kind.REFERENCE, f"reference {shown} is defined nowhere; it shows as text"
        )


def _defined(text: str) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for one in _DEFINITION.finditer(text):
        found.setdefault(_folded(one["label"]), (_plain(one["to"]), one.start("to")))
    return found


def _folded(label: str) -> str:
    """Return a label in the form in which CommonMark (4.7) compares it."""
    return " ".join(label.casefold().split())


def _read_html(reading: _Reading, text: str) -> None:
    for found in _AUTOLINK.finditer(text):
        reading.link(_Spot(found.start(), unescape(found["to"]), False))
    if not ("<a" in text or "<A" in text or "<i" in text or "<I" in text):
        return
    for found in _ELEMENT.finditer(text):
        values = {
            one["name"].lower(): unescape(one["a"] or one["b"] or one["c"] or "")
            for one in _ATTRIBUTE.finditer(found["attributes"])
        }
        if found["name"].lower() == "img":
            alt = values.get("alt", "")
            reading.image(_Spot(found.start(), values.get("src", "").strip(), True, alt))
        elif "href" in values:
            reading.link(_Spot(found.start(), values["href"].strip(), False))


def _plain(destination: str) -> str:
    if destination.startswith("<"):
        destination = destination[1:-1]
    if "\\" in destination:
        destination = _ESCAPE.sub(r"\1", destination)
    return unescape(destination) if "&" in destination else destination


def _image_fault(to: str) -> str:
    if not to:
        return "has no address"
    if to[0] in "[(":
        return f"has {_shown(to)} for an address (expected https://… or a path)"
    return ""


def _scheme_fault(to: str) -> str:
    scheme = _SCHEME.match(to)
    if scheme and scheme[0].lower() not in SCHEMES:
        return f"has the scheme {scheme[0]!r}, which nobody knows (expected https://…)"
    if _WWW.match(to):
        return "has no scheme (expected https://…)"
    if MAILBOX.match(to):
        return "has no scheme (expected mailto:…)"
    return ""


def _host(to: str) -> str:
    try:
        parts = urlsplit(to)
        return (parts.hostname or "") if parts.scheme in {"http", "https", ""} else ""
    except ValueError:  # a bracket that is no IPv6 address
        return ""


def _shown(text: str) -> str:
    clean = " ".join(text.split())
    return repr(f"{clean[:80]}…" if clean[80:] else clean)
