"""What the key ``kramdown`` of ``_config.yml`` asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KramdownOptions:
    """The options that change what a page shows (``lib/kramdown/options.rb``).

    The defaults are Jekyll's (``lib/jekyll/configuration.rb``), which differ from kramdown's.
    """

    input: str = "GFM"  #: or "kramdown"
    hard_wrap: bool = False  #: every line break is one of the page (GFM alone)
    auto_ids: bool = True
    auto_id_prefix: str = ""
    auto_id_stripping: bool = False
    toc_levels: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    header_offset: int = 0
    parse_block_html: bool = False  #: Markdown in block HTML, as if ``markdown="1"`` stood there
    parse_span_html: bool = True
    html_to_native: bool = False
    smart_quotes: tuple[str, str, str, str] = ("‘", "’", "“", "”")
    typographic_symbols: bool = True
    footnote_nr: int = 1
    footnote_prefix: str = ""
    footnote_backlink: str = "&#8617;"
    footnote_backlink_inline: bool = False
    footnote_link_text: str = "%s"
    math: bool = True  #: ``math_engine: nil`` leaves math as text
