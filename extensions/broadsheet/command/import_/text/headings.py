"""Headings: tables of contents, and those of hand-written pages, which are documents of Sphinx.

An article has its title from its front matter, and kramdown's ids for its headings, in either
kind of project.  To a document of Sphinx both have to be written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes

from broadsheet.rules.heading_ids import HeadingIds, without_dashes
from broadsheet.rules.titles import says_title
from broadsheet.sources.kramdown.contents import fill_contents

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token


def shift(tokens: Sequence[Token], title: str) -> bool:
    """Put headings below the title, without gaps, and note the ids that they have.

    Tell whether the first of them stands for the title.
    """
    ids, levels = HeadingIds(), list[int]()
    is_title = (
        len(tokens) > 1
        and (tokens[0].type, tokens[0].tag) == ("heading_open", "h1")
        and says_title(_plain(tokens[1]), title)
    )
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        token.attrs["id"] = str(token.attrs.get("id") or ids.next(_plain(tokens[number + 1])))
        if token.level == 0 and not (is_title and number == 0):
            written = int(token.tag[1])
            while levels and levels[-1] >= written:
                levels.pop()
            levels.append(written)
            token.tag = tokens[number + 2].tag = f"h{min(len(levels) + 1, 6)}"
    return is_title


def list_contents(tokens: list[Token], env: dict[str, Any]) -> None:
    """Write a table of contents out that MyST would make of other headings.

    It knows those of sections, and all of them: none in a quotation, none without ``.no_toc``.
    """
    headings = [number for number, token in enumerate(tokens) if token.type == "heading_open"]
    odd = any(tokens[at].level or "no_toc" in str(tokens[at].attrs) for at in headings)
    if not odd or not any(token.type == "toc" for token in tokens):
        return
    ids = HeadingIds()
    for at in headings:
        own = str(tokens[at].attrs.get("id") or "")
        tokens[at].meta["broadsheet_id"] = own or ids.next(_plain(tokens[at + 1]))
    state = SimpleNamespace(tokens=tokens, env=env)
    fill_contents(cast("StateCore", state))
    for child in (child for token in tokens for child in token.children or ()):
        if str(child.attrs.get("id", "")).startswith("markdown-toc-"):
            del child.attrs["id"]  # of entries, which nobody links to


def _plain(inline: Token) -> str:
    return "".join(
        without_dashes(child.content) if child.type == "text" else child.content
        for child in inline.children or []
        if child.type in {"text", "code_inline", "math_inline"}
    )


def anchor_of(id_: str, text: str) -> str:
    """Return what has to stand above a heading so that *id_* leads to it; "" for nothing."""
    own = nodes.make_id(nodes.fully_normalize_name(text))
    if not id_ or id_ == own:
        return ""
    if re.fullmatch(r"[a-z](?:-?[a-z0-9])*", id_):  # docutils makes nothing else of it
        return f"({id_})="
    written = id_.replace("&", "&amp;").replace('"', "&quot;")
    return f'<div id="{written}"></div>\n'
