"""The ids of headings, given to the tokens of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.rules.heading_ids import basic_id, split_written, without_dashes
from broadsheet.sources.kramdown.definitions import KEY as KRAMDOWN

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from broadsheet.rules.heading_ids import HeadingIds
    from broadsheet.sources.kramdown.definitions import Definitions
    from broadsheet.sources.kramdown.options import KramdownOptions

#: What the rule is told in the environment of markdown-it: the ids so far.
IDS = "broadsheet_heading_ids"

#: The id of a heading, in the meta of its token.
ID = "broadsheet_id"


def set_ids(state: StateCore) -> None:
    """Note the id of each heading: that which is written behind it, or that of its text."""
    ids: HeadingIds = state.env[IDS]
    definitions: Definitions | None = state.env.get(KRAMDOWN)
    inside = 0  # elements of HTML, or the notes
    for heading, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if heading.type == "heading_open":
            if definitions is None:
                id_ = _take_written(inline) or ids.next(plain_text(inline.children or []))
            else:
                id_ = _id_of(heading, inline, definitions.options, ids, is_inside=inside > 0)
            heading.meta[ID] = id_
        elif heading.type.startswith(("html_element_", "footnotes_")):
            inside += heading.nesting
        elif heading.type == "dt_open" and "id_prefix" in heading.meta:
            heading.attrs["id"] = heading.meta["id_prefix"] + basic_id(
                plain_text(inline.children or [])
            )


def _id_of(
    heading: Token, inline: Token, options: KramdownOptions, ids: HeadingIds, *, is_inside: bool
) -> str:
    """Return the id that kramdown gives a heading.

    Its parser of GFM makes ids, but not in HTML and in notes; there, as everywhere under
    ``input: kramdown``, its converter does.
    """
    if written := heading.attrs.get("id"):
        return str(written)
    if not options.auto_ids:
        return ""
    is_gfm = options.input == "GFM"
    text = plain_text(inline.children or []) if is_gfm else inline.content
    if not is_gfm and options.auto_id_stripping:
        text = "".join(one.content for one in inline.children or () if one.type == "text")
    made = ids.next(text) if is_gfm and not is_inside else ids.basic(text)
    return f"{options.auto_id_prefix}{made}"


def _take_written(inline: Token) -> str:
    """Take the id that is written behind a heading out of its text."""
    last = inline.children[-1] if inline.children else None
    if last is None or last.type != "text":
        return ""
    last.content, written = split_written(last.content)
    if written:
        inline.content = split_written(inline.content)[0]
    return written


def plain_text(children: Sequence[Token]) -> str:
    """Return a heading without markup."""
    return "".join(
        without_dashes(child.content) if child.type == "text" else child.content
        for child in children
        if child.type in {"text", "code_inline", "math_inline"}
    )
