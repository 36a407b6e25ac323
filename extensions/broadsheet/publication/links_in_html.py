"""The links and images that a document has as HTML, which a build leaves as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from docutils.utils import get_source_line

from broadsheet.publication.elements import HTML, html_element
from broadsheet.publication.html_pages import addresses
from broadsheet.publication.kramdown import ANCHOR

_OWN = re.compile(r"<a\b[^<>]{0,400}?\shref\s*=\s*[\"'](#[^\"'<>\s]+)", re.IGNORECASE)


class Spot(NamedTuple):
    """A link, or an image."""

    to: str
    is_image: bool
    location: str


def spots_in(doctree: nodes.document) -> Iterator[Spot]:
    """Yield the links and images in the HTML of a document."""
    for node in doctree.findall(nodes.Element):
        if isinstance(node, html_element):
            yield from _of_element(node)
        elif isinstance(node, nodes.raw):
            yield from _of_raw(node)


def _of_element(node: html_element) -> Iterator[Spot]:
    written = _written(node)
    if node.get("name") in {"a", "area"} and written.get("href", "").strip("# "):
        yield Spot(written["href"].strip(), False, location_of(node))
    elif node.get("name") == "img" and written.get("src"):
        yield Spot(written["src"].strip(), True, location_of(node))


def _written(node: html_element) -> dict[str, str]:
    attributes: dict[str, str] = node.get(HTML, {})
    return attributes


def _of_raw(node: nodes.raw) -> Iterator[Spot]:
    text = node.astext()
    if "href" not in text and "src" not in text:
        return
    for one in addresses(text, lambda line: line):
        if one.element in {"a", "area", "img"}:
            yield Spot(one.value, one.element == "img", location_of(node, one.line))
    for own in _OWN.finditer(text):
        yield Spot(own[1], False, location_of(node, text.count("\n", 0, own.start())))


def ids_in(doctree: nodes.document) -> Iterator[str]:
    """Yield all that a link to a section of a document may name."""
    for node in doctree.findall(nodes.Element):
        yield from node.get("ids", ())
        if isinstance(node, nodes.raw):
            yield from ANCHOR.findall(node.astext())
        elif isinstance(node, html_element):
            written = _written(node)
            yield from (written[key] for key in ("id", "name") if key in written)


def location_of(node: nodes.Node, below: int = 0) -> str:
    """Return where a node stands, also one that has been made in the place of another."""
    source, line = get_source_line(node)
    return f"{source}:{(line or 1) + below}"
