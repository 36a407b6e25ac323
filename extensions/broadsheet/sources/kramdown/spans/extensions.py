"""What stands between ``{:`` and ``}`` in a line: attributes, comments, raw text, options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.attributes import NAME, join, parse_attributes, references
from broadsheet.sources.kramdown.options import with_option
from broadsheet.sources.kramdown.spans.html import write_html

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.spans.reader import Reader

_WORDS = r"(?:\\\}|[^}])"
_EXTENSION = re.compile(
    r"\{::(?P<name>\w+)(?:\s(?P<words>(?:\\\}|[^}/]|/(?!\}))*+))?(?P<closed>/)?\}", re.ASCII
)
_STOP_TAG = re.compile(rf"\{{:/(?:{NAME})?+\}}")
_ATTRIBUTES = re.compile(rf"\{{:(?P<words>{_WORDS}++)\}}")
_STOP = {
    name: re.compile(rf"\{{:/(?:{name})?+\}}") for name in ("comment", "nomarkdown", "options")
}


def read_extension(reader: Reader) -> bool:
    """Read an extension, or an attribute list that belongs to the span before it.

    (``parse_span_extensions``.)  What is neither is text.
    """
    if extension := _EXTENSION.match(reader.src, reader.at):
        return _read_extension(reader, extension)
    if reader.attached != reader.at or _STOP_TAG.match(reader.src, reader.at):
        return False
    found = _ATTRIBUTES.match(reader.src, reader.at)
    if not found:
        return False
    reader.at = found.end()
    bearer = reader.bearer
    reader.attach(bearer)
    if bearer is not None:
        bearer.attrs = {**join(bearer.attrs, parse_attributes(found["words"], reader.definitions))}
        if named := references(found["words"]):
            bearer.meta["references"] = (*bearer.meta.get("references", ()), *named)
    return True


def _read_extension(reader: Reader, found: re.Match[str]) -> bool:
    name, words, end = found["name"], found["words"] or "", found.end()
    stop = _STOP.get(name)
    if stop is None:
        return False
    body = None
    if not found["closed"]:
        start = reader.ahead(stop, end)
        closing = stop.match(reader.src, start) if start >= 0 else None
        if not closing:
            return False
        body, end = reader.src[found.end() : start], closing.end()
    if name == "options":
        _set_options(reader, words)
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


def _set_options(reader: Reader, words: str) -> None:
    definitions = reader.definitions
    for name, value in parse_attributes(words, definitions).items():
        definitions.options = with_option(definitions.options, name, value) or definitions.options
    reader.options = definitions.options
