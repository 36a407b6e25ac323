"""The anchors of a text: ids of its headings, and those that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from broadsheet.rules.heading_ids import HeadingIds, split_written, without_dashes
from broadsheet.sources.prose import prose_of

_HEADING = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?#{1,6}(?P<atx>[^\n]*)$"
    r"|^[ \t>]*(?P<setext>[^\s#>][^\n]*)\n[ \t>]*(?:=+|-+)[ \t]*$",
    re.MULTILINE,
)
_CLOSING = re.compile(r"(?<=[ \t])#+[ \t]*$")
_WRITTEN = re.compile(r"[\s<\{:](?:id|name)\s*=\s*[\"']?([^\s\"'<>{}]+)|\{:?[^{}\n]*#([^\s{}]+)")
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]+)\]")


def anchors_of(body: str) -> frozenset[str]:
    """Return every anchor that a link to a page with this text may name."""
    return frozenset({"", "top", *_heading_ids(body), *_written(body)})


def _heading_ids(body: str) -> Iterator[str]:
    ids, markdown = HeadingIds(), MarkdownIt("commonmark")
    # of headings the code counts, and prose has it not: so the places are from the one, the
    # text from the other
    for found in _HEADING.finditer(prose_of(body).text):
        group = "atx" if found["atx"] is not None else "setext"
        line = body[found.start(group) : found.end(group)].strip()
        text, written = split_written(_CLOSING.sub("", f" {line}").strip())
        yield written or ids.next(_plain(markdown, text))


def _plain(markdown: MarkdownIt, text: str) -> str:
    inline = markdown.parseInline(text)[0].children or []
    return "".join(
        without_dashes(one.content) if one.type == "text" else one.content
        for one in inline
        if one.type in {"text", "code_inline"}
    )


def _written(body: str) -> Iterator[str]:
    for found in _WRITTEN.finditer(body):
        yield found[1] or found[2]
    if "[^" in body:
        for note in _FOOTNOTE.finditer(body):
            yield from (f"fn:{note[1]}", f"fnref:{note[1]}")
