"""kramdown, Jekyll's Markdown, as rules of markdown-it: the same tokens, another grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.sources.kramdown import blocks, html, spans

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from broadsheet.sources.kramdown.options import KramdownOptions


def kramdown(markdown: MarkdownIt, options: KramdownOptions) -> None:
    """Have *markdown* read kramdown: ``markdown.use(kramdown, options)``."""
    blocks.install(markdown, options)
    spans.install(markdown, options)
    html.install(markdown)
