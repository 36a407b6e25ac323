"""Markdown as HTML, for templates: ``markdownify``, and the texts of articles that a page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from broadsheet.rules.heading_ids import HeadingIds
from broadsheet.rules.heading_tokens import ID, IDS, set_ids
from broadsheet.sources.kramdown import kramdown
from broadsheet.sources.kramdown.contents import fill_contents

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

    from broadsheet.sources.kramdown.options import KramdownOptions


class Converter:
    """Reads Markdown in the dialect of a site (lib/jekyll/converters/markdown.rb)."""

    def __init__(self, dialect: KramdownOptions | None) -> None:
        """Read kramdown by the options of *dialect*; CommonMark where that is None."""
        if dialect is None:
            self._markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
            return
        self._markdown = MarkdownIt("commonmark").use(kramdown, dialect)
        self._markdown.core.ruler.push("heading_ids", set_ids)
        self._markdown.core.ruler.push("heading_attributes", _write_ids)
        self._markdown.core.ruler.push("contents", fill_contents)

    def html(self, text: str) -> str:
        """Return the HTML of a text that stands for itself."""
        return str(self._markdown.render(text, {IDS: HeadingIds()}))


def _write_ids(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "heading_open" and token.meta.get(ID):
            token.attrs.setdefault("id", token.meta[ID])
