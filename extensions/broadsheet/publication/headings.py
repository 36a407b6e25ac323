"""Headings of articles: the title above the body, the body's below it, with their ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.transforms import Transform
from markdown_it.token import Token

from broadsheet.rules.heading_tokens import plain_text
from broadsheet.rules.titles import says_title

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

#: What the rule is told in the environment of markdown-it: the title.
TITLE = "broadsheet_title"


def give_id(document: nodes.document, node: nodes.Element, id_: str, used: set[str]) -> None:
    """Make *id_* the first id of *node*; those of docutils come after it.

    One that is *used* belongs to the heading that had it first, as in a browser, and one that
    somebody wrote (``(id)=``) to its target.  Whatever docutils has given *id_* of its own
    accord gets another.
    """
    names = [name for name, one in document.nameids.items() if one == id_]
    if not id_ or id_ in used or any(document.nametypes[name] for name in names):
        return
    used.add(id_)
    holder = document.ids.get(id_, node)
    if holder is not node:
        holder["ids"].remove(id_)
        replacement = holder["ids"][0] if holder["ids"] else document.set_id(holder)
        document.nameids.update(dict.fromkeys(names, replacement))
    document.ids[id_] = node
    node["ids"] = [id_, *(one for one in node["ids"] if one != id_)]
    if id_.startswith("id") and len(node["ids"]) > 1:
        document.note_pending(nodes.pending(KeepFirst, {"node": node, "id": id_}))


class KeepFirst(Transform):
    """Put an id before the others of its heading again.

    Sphinx takes what begins with ``id`` for one that docutils has made up.
    """

    default_priority = 262  # after Sphinx has put it behind the others (SortIds, 261)

    def apply(self, **kwargs: Any) -> None:
        """Put it first."""
        pending: Any = self.startnode
        ids = pending.details["node"]["ids"]
        ids.sort(key=lambda one: one != pending.details["id"])


class Title(NamedTuple):
    """What stands above a body, unless that begins with it."""

    text: str
    is_article: bool  #: the template of its page writes the title, and not the heading


def set_headings(state: StateCore) -> None:
    """Put the title above the body, and the body's headings below it without gaps."""
    title: Title | None = state.env.pop(TITLE, None)
    if title is None:
        return  # the text of a directive, in a document that has its title
    above = _own_headline(state.tokens, title) or _title_tokens(title.text)
    for heading, close, level in _levels(state.tokens):
        heading.tag = close.tag = f"h{level}"
    state.tokens[:0] = above


def _own_headline(tokens: list[Token], title: Title) -> list[Token]:
    """Take the heading of the first level off a body that begins with it, if it says the title."""
    if not tokens or (tokens[0].type, tokens[0].tag) != ("heading_open", "h1"):
        return []
    said = plain_text(tokens[1].children or [])
    if not says_title(said, title.text, is_article=title.is_article):
        return []
    headline, tokens[:3] = tokens[:3], []
    return headline


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
