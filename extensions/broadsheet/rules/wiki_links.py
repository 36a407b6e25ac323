"""Links as wikis write them: ``[[name]]`` and ``[[name|words]]``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.rules.links import prose_of_links
from broadsheet.sources.prose import prose_of, without_indented

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: One link; in a cell of a table the bar has a backslash before it.
WIKI_LINK = re.compile(
    r"(?<!\\)\[\[(?P<name>[^\[\]|\\\n<>`]{1,200})(?:\\?\|(?P<words>[^\[\]\n`]{1,400}))?\]\]"
)

_FRONT = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)

#: What makes words in brackets a link of Markdown; ``[[a]][[b]]`` are two of a wiki.
_IS_LABELLED = re.compile(r"\(|\[(?!\[)")


def with_wiki_links(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens of a line with a ``{post}`` role in the place of each such link."""
    for token in tokens:
        if token.type == "text" and "[[" in token.content:
            yield from _split(token)
        else:
            yield token


def with_roles(markdown: str) -> str:
    """Return a text in MyST, with its front matter, with ``{post}`` roles for such links.

    Lines stay what they are, and so does code.  That of a link is none: ``[[words]](address)``.
    """
    if "[[" not in markdown:
        return markdown
    front = _FRONT.match(markdown)
    prose = without_indented(prose_of_links(markdown))
    pieces, done = list[str](), 0
    for link in WIKI_LINK.finditer(prose, front.end() if front else 0):
        if not _IS_LABELLED.match(prose, link.end()):
            pieces += [markdown[done : link.start()], f"{{post}}`{_content(link)}`"]
            done = link.end()
    return "".join([*pieces, markdown[done:]])


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
    meta = {"name": "post"}
    return Token("myst_role", "", 0, content=_content(link), level=level, meta=meta)


def _content(link: re.Match[str]) -> str:
    """Return what a role has between its backticks."""
    name, words = link["name"].strip(), (link["words"] or "").strip()
    return f"{words} <{name}>" if words else name
