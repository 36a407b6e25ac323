"""The spans of kramdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from broadsheet.sources.kramdown.options import KramdownOptions


def install(markdown: MarkdownIt, options: KramdownOptions) -> None:
    """Have *markdown* read the spans of kramdown."""
