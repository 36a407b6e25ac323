"""Blocks as tokens of markdown-it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from markdown_it.token import Token

from broadsheet.sources.kramdown import tags
from broadsheet.sources.kramdown.attributes import join, parse_attributes, references
from broadsheet.sources.kramdown.blocks.notes import PLACE

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.tree import Block
    from broadsheet.sources.kramdown.definitions import Definitions

_LANGUAGE = re.compile(r"\blanguage-(\S+)", re.ASCII)
_HEADINGS = ("h1", "h1", "h2", "h3", "h4", "h5", "h6")


class Tokens:
    """The tokens of one text, as its blocks are written."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.tokens: list[Token] = []
        self.level = 0
        self.raw = False  #: whether what is written stands in HTML: white space is all its own
        self._has_contents = self._has_notes = False

    def write(self, blocks: Iterable[Block]) -> None:
        """Write *blocks*, one after the other."""
        for block in blocks:
            if (writer := _WRITERS.get(block.kind)) is not None:
                writer(self, block)

    def attributes(self, block: Block) -> dict[str, str]:
        """Return the attributes of *block*, those of its attribute lists included."""
        if not block.ial:
            return block.attrs
        return join(block.attrs, parse_attributes(block.ial, self.definitions))

    def add(
        self,
        kind: str,
        tag: str,
        block: Block,
        *,
        attrs: Mapping[str, str] | None = None,
        content: str = "",
        nesting: Literal[-1, 0, 1] = 0,
    ) -> Token:
        """Add a token of *block*."""
        first, end = block.line, block.end
        token = Token(
            kind,
            tag,
            nesting,
            dict(attrs) if attrs else {},
            [first, end if end > first else first + 1],
            self.level,
            content=content,
            block=True,
        )
        self.tokens.append(token)
        return token

    def open(self, kind: str, tag: str, block: Block, attrs: Mapping[str, str]) -> Token:
        """Add the opening token of *block*."""
        token = self.add(f"{kind}_open", tag, block, attrs=attrs, nesting=1)
        self.level += 1
        return token

    def close(self, kind: str, tag: str, block: Block) -> Token:
        """Add the closing token of *block*."""
        self.level -= 1
        token = self.add(f"{kind}_close", tag, block, nesting=-1)
        token.map = None
        return token

    def inline(self, text: str, block: Block) -> None:
        """Add the text of *block*, which is read for spans later."""
        self.add("inline", "", block, content=text).children = []

    def around(self, kind: str, tag: str, block: Block) -> None:
        """Add *block* with the blocks in it."""
        self.open(kind, tag, block, self.attributes(block))
        self.write(block.children)
        self.close(kind, tag, block)

    def add_list(self, block: Block) -> None:
        """Add a list; one that refers to ``toc`` or ``footnotes`` is the place for these."""
        names = references(block.ial) if block.ial else ()
        if "toc" in names and not self._has_contents:
            self._has_contents = True
            token = self.add("toc", block.tag, block, attrs=self.attributes(block))
            token.meta = {"ordered": block.tag == "ol"}
        elif "footnotes" in names and not self._has_notes:
            self._has_notes = True
            self.add(PLACE, "", block)
        else:
            kind = "ordered_list" if block.tag == "ol" else "bullet_list"
            self.around(kind, block.tag, block)


def _paragraph(tokens: Tokens, block: Block) -> None:
    opening = tokens.open("paragraph", "p", block, tokens.attributes(block))
    tokens.inline(block.text, block)
    closing = tokens.close("paragraph", "p", block)
    opening.hidden = closing.hidden = block.hidden


def _heading(tokens: Tokens, block: Block) -> None:
    offset = tokens.definitions.options.header_offset
    tag = _HEADINGS[min(max(block.level + offset, 1), 6)]
    opening = tokens.open("heading", tag, block, tokens.attributes(block))
    opening.markup = "#" * block.level
    opening.meta = {"level": block.level}  # before the offset: that of the table of contents
    tokens.inline(block.text, block)
    tokens.close("heading", tag, block)


def _code(tokens: Tokens, block: Block) -> None:
    attrs = dict(tokens.attributes(block))
    language = _LANGUAGE.search(attrs.get("class", ""))
    if language is not None:
        rest = _LANGUAGE.sub("", attrs.pop("class"), count=1).strip()
        attrs |= {"class": rest} if rest else {}
    kind = "fence" if language or block.kind == "fence" else "code_block"
    token = tokens.add(kind, "code", block, attrs=attrs, content=block.text)
    token.info = language[1] if language else ""
    token.markup = "~~~" if kind == "fence" else ""


def _definition_list(tokens: Tokens, block: Block) -> None:
    prefix = next(
        (found[1] or "" for name in references(block.ial) if (found := _AUTO_IDS.match(name))),
        None,
    )
    tokens.open("dl", "dl", block, tokens.attributes(block))
    for part in block.children:
        if part.kind == "term":
            opening = tokens.open("dt", "dt", part, tokens.attributes(part))
            if prefix is not None and "id" not in opening.attrs:
                opening.meta = {"id_prefix": prefix}
            tokens.inline(part.text, part)
            tokens.close("dt", "dt", part)
        else:
            tokens.around("dd", "dd", part)
    tokens.close("dl", "dl", block)


_AUTO_IDS = re.compile(r"auto_ids(?:-([\w-]+))?", re.ASCII)


def _table(tokens: Tokens, block: Block) -> None:
    tokens.open("table", "table", block, tokens.attributes(block))
    for part in block.children:
        kind = {"table_head": "thead", "table_body": "tbody", "table_foot": "tfoot"}[part.kind]
        tokens.open(kind, kind, part, {})
        for row in part.children:
            tokens.open("tr", "tr", row, {})
            _cells(tokens, row, "th" if kind == "thead" else "td", block.alignment)
            tokens.close("tr", "tr", row)
        tokens.close(kind, kind, part)
    tokens.close("table", "table", block)


def _cells(tokens: Tokens, row: Block, kind: str, alignment: list[str]) -> None:
    for cell, side in zip(row.children, alignment, strict=True):
        tokens.open(kind, kind, cell, {"style": f"text-align: {side}"} if side else {})
        tokens.inline(cell.text, cell)
        tokens.close(kind, kind, cell)


def _html(tokens: Tokens, block: Block) -> None:
    """Add an element: as HTML if no Markdown is in it, else with tokens around what is in it."""
    raw = tokens.raw
    if not _has_markdown(block):
        content = _written(block, tokens.attributes(block))
        tokens.add("html_block", "", block, content=content if raw else f"{content}\n")
        return
    opening = tokens.open("html_element", block.tag, block, tokens.attributes(block))
    opening.meta = {"content": block.content}
    if block.content == "span":
        tokens.inline("".join(one.text for one in block.children).strip(tags.SPACE), block)
    else:
        tokens.raw = block.content == "raw"
        tokens.write(block.children)
        tokens.raw = raw
    closing = tokens.close("html_element", block.tag, block)
    opening.block = closing.block = not raw


def _has_markdown(block: Block) -> bool:
    """Tell whether something in an element is read as Markdown."""
    blocks = [block]
    while blocks:
        one = blocks.pop()
        if one.kind == "html" and one.children and one.content != "raw":
            return one.tag not in {"script", "style"}
        blocks += one.children
    return False


def _written(block: Block, attrs: Mapping[str, str]) -> str:
    """Return an element without Markdown as HTML (``convert_html_element``)."""
    parts: list[str] = []
    rest: list[Block | str] = [block]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            parts.append(one)
        elif one.kind == "html_text":
            parts.append(_text(one))
        else:
            parts.append(
                f"<{one.tag}{tags.written_attributes(attrs if one is block else one.attrs)}"
            )
            if not one.children and (one.closed or one.tag in tags.VOID_ELEMENTS):
                parts.append(" />")
            else:
                parts.append(">")
                rest += [f"</{one.tag}>", *reversed(one.children)]
    return "".join(parts)


def _text(block: Block) -> str:
    return block.text if block.content == "raw" else tags.escape_text(block.text)


def _html_text(tokens: Tokens, block: Block) -> None:
    tokens.add("html_block", "", block, content=_text(block))


def _comment(tokens: Tokens, block: Block) -> None:
    tokens.add("html_block", "", block, content=f"<!-- {block.text} -->\n")


def _raw(tokens: Tokens, block: Block) -> None:
    if block.text:
        tokens.add("html_block", "", block, content=f"{block.text}\n")


def _rule(tokens: Tokens, block: Block) -> None:
    tokens.add("hr", "hr", block, attrs=tokens.attributes(block)).markup = "---"


def _math(tokens: Tokens, block: Block) -> None:
    attrs = tokens.attributes(block)
    tokens.add("math_block", "math", block, attrs=attrs, content=block.text).markup = "$$"


_WRITERS: dict[str, Callable[[Tokens, Block], None]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "quote": lambda tokens, block: tokens.around("blockquote", "blockquote", block),
    "list": Tokens.add_list,
    "item": lambda tokens, block: tokens.around("list_item", "li", block),
    "definitions": _definition_list,
    "code": _code,
    "fence": _code,
    "rule": _rule,
    "math": _math,
    "table": _table,
    "html": _html,
    "html_text": _html_text,
    "comment": _comment,
    "nomarkdown": _raw,
}
