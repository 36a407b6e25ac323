"""What can be done to blocks only when their spans are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from markdown_it.token import Token

from broadsheet.sources.kramdown.definitions import definitions_of

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore


def make_figures(state: StateCore) -> None:
    """Make a figure of an image that is alone in its paragraph, and refers to ``standalone``.

    (``convert_standalone_image`` of kramdown.)
    """
    if "standalone" not in state.src:
        return
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.type == "paragraph_close" and not token.hidden:
            opening, inline = tokens[-3:-1]
            if (image := _standalone(inline)) is not None:
                tokens[-3:] = _figure(opening, inline, image)
    state.tokens = tokens


def _standalone(inline: Token) -> Token | None:
    children = inline.children or []
    if len(children) != 1 or children[0].type != "image":
        return None
    return children[0] if "standalone" in children[0].meta.get("references", ()) else None


def _figure(paragraph: Token, inline: Token, image: Token) -> list[Token]:
    attrs = dict(paragraph.attrs)
    for key in ("class", "id"):
        if key in image.attrs and key not in attrs:
            attrs[key] = image.attrs.pop(key)
    figure = _element("figure", 1, paragraph)
    figure.attrs = attrs
    caption = Token("inline", "", 0, map=inline.map, block=True)
    caption.content = str(image.attrs.get("alt") or image.content)
    caption.children = [Token("text", "", 0, content=caption.content)]
    return [
        figure,
        inline,
        _element("figcaption", 1, paragraph),
        caption,
        _element("figcaption", -1, paragraph),
        _element("figure", -1, paragraph),
    ]


def _element(tag: str, nesting: Literal[-1, 1], paragraph: Token) -> Token:
    kind = "html_element_open" if nesting == 1 else "html_element_close"
    content = "block" if tag == "figure" else "span"
    return Token(kind, tag, nesting, map=paragraph.map, block=True, meta={"content": content})


def give_terms_ids(state: StateCore) -> None:
    """Give the terms of a list that refers to ``auto_ids`` their ids (``convert_dt``)."""
    if "auto_ids" not in state.src:
        return
    gfm = definitions_of(state.env).options.input == "GFM"
    kinds = {"text", "code_inline", "math_inline"} if gfm else {"text"}
    for term, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if term.type == "dt_open" and "id_prefix" in term.meta and "id" not in term.attrs:
            children = inline.children or []
            text = "".join(one.content for one in children if one.type in kinds)
            term.attrs["id"] = term.meta["id_prefix"] + _basic_id(text)


def _basic_id(text: str) -> str:
    """Return the id of *text*: its letters and digits of ASCII (``basic_generate_id``)."""
    kept = re.sub(r"[^a-zA-Z0-9 -]", "", re.sub(r"^[^a-zA-Z]+", "", text))
    return kept.replace(" ", "-").lower()
