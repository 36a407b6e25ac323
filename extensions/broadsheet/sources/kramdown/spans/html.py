"""HTML in a line: elements, whose content is Markdown unless it is raw (``html.rb``), comments."""

from __future__ import annotations

import re
from functools import partial

from markdown_it.token import Token

from broadsheet.sources.kramdown.spans.reader import DEEPEST, EVENT, EVENT_IN_RAW, Reader
from broadsheet.sources.kramdown.tags import (
    BLOCK_ELEMENTS,
    CLOSING_TAG,
    ELEMENTS,
    TAG,
    VOID_ELEMENTS,
    content_model,
    tag_attributes,
    tag_name,
)

_CDATA = "<![CDATA["
_LINES = re.compile("\n+")


def read_element(reader: Reader) -> bool:
    """Read an element or a comment; a closing tag too many is text, and so are tags of blocks."""
    src, at = reader.src, reader.at
    if src.startswith("<!--", at) and (end := reader.ahead("-->", at + 4)) >= 0:
        return write_html(reader, src[at : end + 3], end + 3)
    if src.startswith(_CDATA, at) and (end := reader.ahead("]]>", at)) >= 0:
        reader.add(src[at + len(_CDATA) : end])
        reader.at = end + 3
        return True
    if closing := CLOSING_TAG.match(src, at):
        reader.problem(f"{closing[0][:60]} ends nothing; shown as it stands")
        return reader.take(closing[0])
    found = TAG.match(src, at)
    if not found:
        return False
    name = tag_name(found["name"])
    if name in BLOCK_ELEMENTS or len(reader.spans) >= DEEPEST:
        reader.problem(f"<{name}> begins a block, and stands in a line; shown as it stands")
        return reader.take(found[0])
    _read_element(reader, found, name)
    return True


def write_html(reader: Reader, html: str, end: int) -> bool:
    """Write what is output as it is."""
    reader.flush()
    reader.push(Token("html_inline", "", 0, content=html))
    reader.at = end
    reader.attach(None)
    return True


def _read_element(reader: Reader, found: re.Match[str], name: str) -> None:
    attrs: dict[str, str | int | float] = {
        key: _LINES.sub(" ", value)
        for key, value in tag_attributes(found["attributes"], name).items()
    }
    raw = not _is_parsed(reader, name, str(attrs.pop("markdown", "")))
    reader.open("html", Token("html_span_open", name, 1, attrs=attrs))
    reader.at = found.end()
    outer, reader.raw = reader.raw, raw
    closed = found["closed"] or name in VOID_ELEMENTS
    closing = "" if closed else _read_content(reader, name)
    reader.flush()
    reader.raw = outer
    reader.close(Token("html_span_close", name, -1), after=closing)


def _read_content(reader: Reader, name: str) -> str:
    """Read to the closing tag, or to the end of the text; return the tag."""
    begun = reader.at
    if reader.read(partial(_closing, name=name), EVENT_IN_RAW if reader.raw else EVENT):
        return _closing(reader, name)
    reader.problem(f"<{name}> is not closed; the rest of the paragraph is in it", begun)
    reader.read_rest()
    return ""


def _closing(reader: Reader, name: str) -> str:
    """Return the closing tag of an element, if it stands here."""
    found = CLOSING_TAG.match(reader.src, reader.at)
    if not found:
        return ""
    written = found["name"].lower() if name in ELEMENTS else found["name"]
    return found[0] if written == name else ""


def _is_parsed(reader: Reader, name: str, asked: str) -> bool:
    """Tell whether the content of an element is Markdown."""
    by_nature = content_model(name) != "raw"
    default = by_nature and not reader.raw and reader.options.parse_span_html
    return {"0": False, "1": by_nature, "span": True}.get(asked, default)
