"""Headings: tables of contents, and those of hand-written pages, which are documents of Sphinx.

An article has its title from its front matter, and kramdown's ids for its headings, in either
kind of project.  To a document of Sphinx both have to be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes

from broadsheet.command.import_.text.tokens import is_plain
from broadsheet.rules.heading_ids import HeadingIds
from broadsheet.rules.heading_tokens import ID, IDS, plain_text, set_ids
from broadsheet.rules.titles import says_title
from broadsheet.sources.kramdown.contents import CONTENTS_ID, fill_contents
from broadsheet.sources.kramdown.definitions import definitions_of

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token


def identify(tokens: Sequence[Token], env: dict[str, Any], *, page: bool) -> None:
    """Note the ids of headings, and write those that an article would not have by itself."""
    env[IDS] = HeadingIds()
    set_ids(cast("StateCore", SimpleNamespace(tokens=tokens, env=env)))
    if page:
        return
    ids = HeadingIds()
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open" and not heading.attrs.get("id"):
            text = plain_text(inline.children or [])
            if heading.meta[ID] in {"", ids.coming(text)}:
                ids.next(text)
            else:
                heading.attrs["id"] = heading.meta[ID]


def shift(tokens: Sequence[Token], title: str) -> bool:
    """Put headings below the title, without gaps, and write the ids that they have.

    Tell whether the first of them stands for the title.
    """
    levels: list[int] = []
    is_title = (
        len(tokens) > 1
        and (tokens[0].type, tokens[0].tag) == ("heading_open", "h1")
        and says_title(plain_text(tokens[1].children or []), title)
    )
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        if id_ := token.meta[ID]:
            token.attrs["id"] = id_
        if token.level == 0 and not (is_title and number == 0):
            written = int(token.tag[1])
            while levels and levels[-1] >= written:
                levels.pop()
            levels.append(written)
            token.tag = tokens[number + 2].tag = f"h{min(len(levels) + 1, 6)}"
    return is_title


def list_contents(tokens: list[Token], env: dict[str, Any], *, page: bool) -> None:
    """Write a table of contents out that MyST would make of other headings."""
    place = next((at for at, token in enumerate(tokens) if token.type == "toc"), -1)
    if place >= 0 and not _is_made_by_myst(tokens, place, env, page=page):
        fill_contents(cast("StateCore", SimpleNamespace(tokens=tokens, env=env)))


def _is_made_by_myst(
    tokens: Sequence[Token], place: int, env: dict[str, Any], *, page: bool
) -> bool:
    """Tell whether the directive makes the same table: of the sections below it, and all of them.

    It has the anchors of the headings in an article, and in a page those of docutils.
    """
    id_ = contents_id(tokens[place])
    levels = definitions_of(env).options.toc_levels
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    return (
        tokens[place].level == 0
        and is_plain(id_)
        and all(
            at > place
            and tokens[at].level == 0
            and "no_toc" not in str(tokens[at].attrs.get("class", ""))
            and (tokens[at].meta.get("level") or int(tokens[at].tag[1])) in levels
            and tokens[at].meta[ID]
            and not (
                page and anchor_of(tokens[at].meta[ID], plain_text(tokens[at + 1].children or []))
            )
            for at in headings
        )
    )


def contents_id(toc: Token) -> str:
    """Return the id of a table of contents, with which those of its entries begin."""
    return str(toc.attrs.get("id") or CONTENTS_ID)


def anchor_of(id_: str, text: str) -> str:
    """Return what has to stand above a heading so that *id_* leads to it; "" for nothing.

    ``(id)=`` would make a label of it, which no two documents may have.
    """
    own = nodes.make_id(nodes.fully_normalize_name(text))
    if not id_ or id_ == own:
        return ""
    written = id_.replace("&", "&amp;").replace('"', "&quot;")
    return f'<div id="{written}"></div>\n'
