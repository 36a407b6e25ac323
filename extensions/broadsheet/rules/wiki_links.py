"""Links as wikis write them: ``[[name]]`` and ``[[name|words]]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.sources.prose import prose_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: One link; in a cell of a table the bar has a backslash before it.
WIKI_LINK = re.compile(
    r"(?<!\\)\[\[(?P<name>[^\[\]|\\\n<>`]{1,200})(?:\\?\|(?P<words>[^\[\]\n`]{1,400}))?\]\]"
)


def with_wiki_links(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens of a line with a ``{post}`` role in the place of each such link."""
    for token in tokens:
        if token.type == "text" and "[[" in token.content:
            yield from _split(token)
        else:
            yield token


def with_escaped_bars(text: str) -> str:
    """Return a text in kramdown in which no bar of such a link is one of a table."""
    if "[[" not in text or "|" not in text:
        return text
    prose = prose_of(text).text
    bars = (link.start("words") - 1 for link in WIKI_LINK.finditer(prose) if link["words"])
    pieces, done = list[str](), 0
    for bar in bars:
        if text[bar - 1] != "\\":
            pieces += [text[done:bar], "\\"]
            done = bar
    return "".join([*pieces, text[done:]])


def _split(text: Token) -> Iterator[Token]:
    end = 0
    for link in WIKI_LINK.finditer(text.content):
        if link.start() > end:
            yield text.copy(content=text.content[end : link.start()])
        yield _role(link, text.level)
        end = link.end()
    if end < len(text.content):
        yield text.copy(content=text.content[end:])


def _role(link: re.Match[str], level: int) -> Token:
    name, words = link["name"].strip(), (link["words"] or "").strip()
    content = f"{words} <{name}>" if words else name
    return Token("myst_role", "", 0, content=content, level=level, meta={"name": "post"})
