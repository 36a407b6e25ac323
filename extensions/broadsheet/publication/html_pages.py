"""Pages that are written in HTML: their text as it stands, and the addresses in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

from broadsheet.rules.destinations import is_elsewhere, on_site

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The attribute of the node of such a page that holds the addresses in its text.
_ADDRESSES = "broadsheet_addresses"

_BODY = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)
_DOCUMENT = re.compile(r"\s*(?:<!DOCTYPE\b|<html\b)", re.IGNORECASE)
_HEADLINE = re.compile(r"<h1[\s>]", re.IGNORECASE)
_PART = re.compile(
    r"<(?:(?P<comment>!--)|(?P<verbatim>script|style|textarea)\b"
    r"|(?P<element>a|area|audio|embed|iframe|img|source|video)\b(?P<rest>[^<>]*))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"""\s(?:href|src)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'<>=`]+)""", re.IGNORECASE
)


class Address(NamedTuple):
    """An address in the text of a page."""

    start: int  #: in the text, with its quotes
    end: int
    line: int  #: of the file
    element: str
    value: str


def add(
    document: nodes.document,
    title: str,
    text: str,
    line_of: Callable[[int], int],
    *,
    has_title: bool = False,
) -> None:
    """Add a text below its title, or without it where it has its own.

    That of an article, which *has_title* by all means, its template writes.
    *line_of* gives the line of the file, from 1, of a line of the text, from 0.
    """
    begin, end = _span(text)
    shown = text[begin:end]
    raw = nodes.raw("", shown, format="html")
    first = text.count("\n", 0, begin)
    raw[_ADDRESSES] = list(addresses(shown, lambda line: line_of(first + line)))
    document["title"] = title
    section = document.next_node(nodes.section)
    if section is None or (not has_title and _HEADLINE.search(shown)):
        document.children = []
        document += raw
    else:
        section += raw


def _span(text: str) -> tuple[int, int]:
    """Return where the text of a page begins and ends; of a whole document, what it shows."""
    begin, end = len(text) - len(text.lstrip("\n")), len(text)
    if _DOCUMENT.match(text) and (body := _BODY.search(text)):
        last = text.lower().rfind("</body")
        return body.end(), last if last >= body.end() else end
    return begin, end


def addresses(html: str, line_of: Callable[[int], int]) -> Iterator[Address]:
    """Yield the addresses of links and media that may be of the site, in their order."""
    place = counted = line = 0
    lower = ""
    while part := _PART.search(html, place):
        place = part.end()
        if part["comment"] or part["verbatim"]:
            lower = lower or html.lower()
            ending = "-->" if part["comment"] else f"</{part['verbatim'].lower()}"
            place = lower.find(ending, place)
            if place < 0:
                return
        elif found := _ADDRESS.search(part["rest"]):
            start, end = (part.start("rest") + one for one in found.span("value"))
            line, counted = line + html.count("\n", counted, start), start
            value = unescape(found["value"].strip("\"'")).strip()
            if value and value[0] != "#" and "{{" not in value and "{%" not in value:
                yield Address(start, end, line_of(line), part["element"].lower(), value)


def addresses_in(node: nodes.Element) -> list[Address]:
    """Return the addresses that :func:`add` has found in the text of a node."""
    found: list[Address] = node.get(_ADDRESSES, [])
    return found


def may_be_of_site(address: str, site: str) -> bool:
    """Tell whether an address is one of the *site*, and not one elsewhere."""
    return not is_elsewhere(on_site(address, site))


def with_addresses(html: str, changed: Sequence[tuple[Address, str]]) -> str:
    """Return *html* with other addresses in the places of some."""
    parts, place = [], 0
    for address, value in changed:
        parts += [html[place : address.start], f'"{escape(value)}"']
        place = address.end
    return "".join([*parts, html[place:]])
