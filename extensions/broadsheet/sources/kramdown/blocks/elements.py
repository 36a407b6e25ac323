"""HTML that stands by itself (``parse_block_html`` of kramdown)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown import tags
from broadsheet.sources.kramdown.blocks.reading import DEEPEST
from broadsheet.sources.kramdown.blocks.tree import Block

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading
    from broadsheet.sources.kramdown.blocks.source import Source

_INDENT = re.compile(" {0,3}")
_REST_OF_LINE = re.compile(r"[ \t]*+\n")
#: What begins and ends pieces of HTML that are no elements; of the last, only the inside shows.
_PIECES = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))


def block_html(reading: Reading) -> bool:
    """Read an element, a comment, or the closing tag of the element that is being read."""
    source = reading.source
    line = source.line
    if comment := _piece(source, source.pos, "<!--", "-->"):
        source.pos += len(comment)
        source.skip(_REST_OF_LINE)
        reading.parent.children.append(Block("html_text", line, comment, content="raw"))
        return True
    indent = source.match(_INDENT)
    start = indent.end() if indent else source.pos
    found = tags.TAG.match(source.text, start)
    if found is None or found["name"].lower() in tags.SPAN_ELEMENTS:
        return found is None and _close(reading, start)
    element = _open(reading, reading.parent, found, line)
    if element is not None:
        _read_raw(reading, element)
        source.skip(_REST_OF_LINE)
    return True


def _close(reading: Reading, start: int) -> bool:
    found = tags.CLOSING_TAG.match(reading.source.text, start)
    parent = reading.parent
    if found is None or parent.kind != "html" or parent.tag != found["name"].lower():
        return False
    reading.source.pos = found.end()
    reading.closing = True
    return True


def _piece(source: Source, pos: int, opening: str, closing: str) -> str:
    """Return the text from *pos* to the end of a comment or the like; "" if none begins there."""
    if not source.text.startswith(opening, pos):
        return ""
    end = source.find(closing, pos + len(opening))
    return source.text[pos : end + len(closing)] if end >= 0 else ""


def _open(reading: Reading, parent: Block, found: re.Match[str], line: int) -> Block | None:
    """Add the element of a start tag and read it; return it if its content is raw HTML."""
    source = reading.source
    source.pos = found.end()
    element = _element(reading, parent, found, line)
    if element.tag in {"script", "style"}:
        element.closed = False
        _take_text(reading, element, "raw")
        return None
    if element.content == "block":
        source.skip(_REST_OF_LINE)
    if element.closed:
        return None
    if element.content == "raw":
        return element
    if element.content == "span":
        _take_text(reading, element, "span")
    elif not reading.read(element, source):
        _warn_of_no_end(reading, element)
    if not _is_raw(parent):
        source.skip(_REST_OF_LINE)
    return None


def _element(reading: Reading, parent: Block, found: re.Match[str], line: int) -> Block:
    """Make the element of a start tag (``handle_kramdown_html_tag``)."""
    name = tags.tag_name(found["name"])
    element = Block("html", line, tag=name, attrs=tags.tag_attributes(found["attributes"], name))
    element.closed = bool(found["closed"]) or name in tags.VOID_ELEMENTS
    if reading.ial:
        element.refer(reading.ial)
        reading.ial = ""
    parse = reading.definitions.options.parse_block_html and not _is_raw(parent)
    asked = tags.CONTENT.get(element.attrs.pop("markdown", ""), "default" if parse else "raw")
    element.content = tags.content_model(name) if asked == "default" else asked
    if reading.depth >= DEEPEST and element.content == "block":
        element.content = "raw"
    parent.children.append(element)
    return element


def _is_raw(block: Block) -> bool:
    return block.kind == "html" and block.content == "raw"


def _take_text(reading: Reading, element: Block, content: str) -> None:
    """Take all text up to the closing tag of *element*."""
    source = reading.source
    end = source.search(_closing(element.tag), source.pos)
    if end is None:
        _warn_of_no_end(reading, element)
    text = source.text[source.pos : end.start() if end else len(source.text)]
    _add_text(element, text, content, source.line)
    source.pos = end.end() if end else len(source.text)


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{re.escape(name)}[ \t\n\r\f\v]*+>", re.IGNORECASE)


def _read_raw(reading: Reading, element: Block) -> None:
    """Read raw HTML up to the closing tag of *element* (``parse_raw_html``).

    The elements in it may ask to have their content read as Markdown.
    """
    source = reading.source
    text = source.text
    open_elements = [element]
    while open_elements:
        parent, line = open_elements[-1], source.line
        start = text.find("<", source.pos)
        if start < 0:
            _add_text(parent, text[source.pos :], "text", line)
            source.pos = len(text)
            _warn_of_no_end(reading, parent)
            break
        _add_text(parent, text[source.pos : start], "text", line)
        source.pos = start
        if _take_piece(source, parent):
            continue
        if found := tags.TAG.match(text, start):
            if (inner := _open(reading, parent, found, source.line)) is not None:
                open_elements.append(inner)
        elif (found := tags.CLOSING_TAG.match(text, start)) is None:
            source.pos += 1
            _add_text(parent, "<", "text", source.line)
        else:
            source.pos = found.end()
            if tags.tag_name(found["name"]) == parent.tag:
                open_elements.pop()
            else:
                _add_text(parent, found[0], "text", source.line)


def _take_piece(source: Source, parent: Block) -> bool:
    """Take a comment or the like; tell whether there is one."""
    if source.text[source.pos + 1 : source.pos + 2] not in ("!", "?"):
        return False
    for opening, closing in _PIECES:
        if piece := _piece(source, source.pos, opening, closing):
            if opening == "<![CDATA[":
                _add_text(parent, piece[len(opening) : -len(closing)], "text", source.line)
            else:
                _add_text(parent, piece, "raw", source.line)
            source.pos += len(piece)
            return True
    return False


def _add_text(element: Block, text: str, content: str, line: int) -> None:
    last = element.last
    if last is not None and last.kind == "html_text" and last.content == content:
        last.text += text
    elif text:
        element.children.append(Block("html_text", line, text, content=content))


def _warn_of_no_end(reading: Reading, element: Block) -> None:
    message = f"<{element.tag}> is not closed; all that follows is in it"
    reading.problem(element.line, message)
