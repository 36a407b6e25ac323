"""Headings of articles: the title above the body, and the body's below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

#: What :func:`set_headings` is told in the environment of markdown-it: the title.
TITLE = "broadsheet_title"


def set_headings(state: StateCore) -> None:
    """Put the title above the body, and the body's headings below it without gaps."""
    title = state.env.pop(TITLE, None)
    if title is None:
        return  # the text of a directive, in a document that has its title
    for heading, close, level in _levels(state.tokens):
        heading.tag = close.tag = f"h{level}"
    state.tokens[:0] = _title_tokens(title)


def _levels(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token, int]]:
    """Yield the headings that open sections, each with a level from 2 and no gaps.

    A heading in a block quote or a list opens no section and keeps its level.
    """
    open_levels: list[int] = []
    for token, _, close in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.type != "heading_open" or token.level:
            continue
        written = int(token.tag[1])
        while open_levels and open_levels[-1] >= written:
            open_levels.pop()
        open_levels.append(written)
        yield token, close, min(len(open_levels) + 1, 6)


def _title_tokens(title: str) -> list[Token]:
    """Return the title as a heading whose text is never read as Markdown."""
    text = Token("text", "", 0, content=title)
    return [
        Token("heading_open", "h1", 1, map=[0, 1], markup="#", block=True),
        Token("inline", "", 0, map=[0, 1], content=title, children=[text], level=1, block=True),
        Token("heading_close", "h1", -1, markup="#", block=True),
    ]
