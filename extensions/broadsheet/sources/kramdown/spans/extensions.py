"""What stands between ``{:`` and ``}`` in a line: attributes, comments, raw text, options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.attributes import (
    NAME,
    gives_attributes,
    join,
    parse_attributes,
    references,
    set_options,
)
from broadsheet.sources.kramdown.spans.html import write_html
from broadsheet.sources.kramdown.tags import SPACE

if TYPE_CHECKING:
    from markdown_it.token import Token

    from broadsheet.sources.kramdown.spans.reader import Reader

_NAME = re.compile(r"\{::(?P<name>\w+)(?=[\s/}])", re.ASCII)
_STOP_TAG = re.compile(rf"\{{:/(?>(?:{NAME})?)\}}")
_END = re.compile(r"(?<!\\)\}")
_STOP = {
    name: re.compile(rf"\{{:/(?>(?:{name})?)\}}") for name in ("comment", "nomarkdown", "options")
}


def read_extension(reader: Reader) -> bool:
    """Read an extension, or an attribute list that belongs to the span before it.

    (``parse_span_extensions``.)  What is neither is text.
    """
    end = reader.ahead(_END, reader.at + 2)
    if end < 0:
        return False
    if name := _NAME.match(reader.src, reader.at):
        return _read_extension(reader, name["name"], reader.src[name.end() : end], end + 1)
    if stop := _STOP_TAG.match(reader.src, reader.at):
        reader.problem(f"{stop[0][:60]} ends nothing; shown as it stands")
        return False
    words = reader.src[reader.at + 2 : end]
    if not words or reader.attached != reader.at:
        if gives_attributes(words):
            message = f"{{:{words[:60]}}} stands behind no element; shown as it stands"
            reader.problem(message.replace("\n", " "))
        return False
    reader.at = end + 1
    bearer = reader.bearer
    reader.attach(bearer)
    if bearer is not None:
        _give(reader, bearer, words)
    return True


def _give(reader: Reader, bearer: Token, words: str) -> None:
    """Give the attributes of a list to the span that bears it."""
    bearer.attrs = {**join(bearer.attrs, parse_attributes(words, reader.definitions))}
    if named := references(words):
        bearer.meta["references"] = (*bearer.meta.get("references", ()), *named)


def _read_extension(reader: Reader, name: str, words: str, end: int) -> bool:
    stop = _STOP.get(name)
    if stop is None:
        reader.problem(f"{{::{name[:60]}}} is no extension of kramdown; shown as it stands")
        return False
    if words[:1] not in {"", "/", *SPACE} or (words[:1] == "/" != words):
        return False
    body, start = None, end
    if not words.endswith("/"):
        stopped = reader.ahead(stop, end)
        closing = stop.match(reader.src, stopped) if stopped >= 0 else None
        if not closing:
            reader.problem(f"{{::{name}}} is not closed by {{:/{name}}}; shown as it stands")
            return False
        body, end = reader.src[start:stopped], closing.end()
    if name == "options":
        for fault in set_options(words, reader.definitions):
            reader.problem(fault)
        reader.options = reader.definitions.options
    elif body is not None:
        return write_html(reader, _html(reader, name, words, body), end)
    reader.at = end
    return True


def _html(reader: Reader, name: str, words: str, body: str) -> str:
    """Return a comment, or raw text if it is for HTML."""
    if name == "comment":
        return f"<!-- {body} -->"
    outputs = parse_attributes(words, reader.definitions).get("type", "").split()
    return body if not outputs or "html" in outputs else ""
