"""The table of contents, in the place that a text gives it by ``{:toc}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from markdown_it.token import Token

from broadsheet.sources.kramdown.definitions import definitions_of

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

#: The id of a table that has none of its own.
CONTENTS_ID = "markdown-toc"

_NO_TOC = re.compile(r"\bno_toc\b")


class _Entry(NamedTuple):
    level: int
    id: str
    inline: Token


def fill_contents(state: StateCore) -> None:
    """Put the list of headings where a ``toc`` token stands (``generate_toc_tree`` of kramdown).

    A core rule, to be pushed behind that which gives headings their ids, as the attribute or as
    ``broadsheet_id`` in ``meta``.
    """
    for at, token in enumerate(state.tokens):
        if token.type == "toc":
            levels = definitions_of(state.env).options.toc_levels
            entries = [one for one in _entries(state.tokens) if one.level in levels]
            state.tokens[at : at + 1] = _Contents(token).written(entries) if entries else []
            return


def _entries(tokens: Sequence[Token]) -> Iterator[_Entry]:
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            id_ = str(heading.attrs.get("id") or heading.meta.get("broadsheet_id", ""))
            if id_ and not _NO_TOC.search(str(heading.attrs.get("class", ""))):
                level = heading.meta.get("level") or int(heading.tag[1:])
                yield _Entry(level, id_, inline)


class _Contents:
    """The tokens of a table of contents."""

    def __init__(self, place: Token) -> None:
        self.map = place.map
        self.kind = "ordered_list" if place.meta.get("ordered") else "bullet_list"
        self.tag = "ol" if place.meta.get("ordered") else "ul"
        self.attrs: dict[str, str | int | float] = {"id": CONTENTS_ID, **place.attrs}
        self.tokens: list[Token] = []

    def written(self, entries: Sequence[_Entry]) -> list[Token]:
        """Return the list of *entries*: a deeper one is in the list of that above it."""
        self._add(f"{self.kind}_open", self.tag, 1).attrs = dict(self.attrs)
        levels: list[int] = []
        for entry in entries:
            if not self._close(levels, entry.level) and levels:
                self._add(f"{self.kind}_open", self.tag, 1)
            levels.append(entry.level)
            self._open_item(entry)
        self._close(levels, 0)
        self._add(f"{self.kind}_close", self.tag, -1)
        return self.tokens

    def _close(self, levels: list[int], level: int) -> bool:
        """Close the items that one of *level* is not in; tell whether there are any."""
        closed = False
        while levels and levels[-1] >= level:
            if closed:
                self._add(f"{self.kind}_close", self.tag, -1)
            self._add("list_item_close", "li", -1)
            levels.pop()
            closed = True
        return closed

    def _open_item(self, entry: _Entry) -> None:
        self._add("list_item_open", "li", 1)
        self._add("paragraph_open", "p", 1).hidden = True
        inline = self._add("inline", "", 0)
        inline.content = entry.inline.content
        opening = Token("link_open", "a", 1)
        opening.attrs = {"href": f"#{entry.id}", "id": f"{self.attrs['id']}-{entry.id}"}
        inline.children = [
            opening, *_spans(entry.inline.children or ()), Token("link_close", "a", -1)
        ]  # fmt: skip
        self._add("paragraph_close", "p", -1).hidden = True

    def _add(self, kind: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = Token(kind, tag, nesting, map=self.map, block=True)
        self.tokens.append(token)
        return token


def _spans(children: Sequence[Token]) -> Iterator[Token]:
    """Yield what an entry has of its heading: the ids are the heading's own."""
    for one in children:
        if one.type not in _LEFT_OUT and not (one.type.startswith("html_span") and one.tag == "a"):
            yield one.copy(attrs={key: value for key, value in one.attrs.items() if key != "id"})


#: There are no links in the link of an entry, and no references to footnotes.
_LEFT_OUT = frozenset({"link_open", "link_close", "footnote_ref"})
