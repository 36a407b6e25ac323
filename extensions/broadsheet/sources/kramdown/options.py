"""What the key ``kramdown`` of ``_config.yml`` asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any


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
    smart_quotes: tuple[str, str, str, str] = ("‘", "’", "“", "”")
    #: what others than the usual ones there are, by name; None leaves ``--`` and ``...`` alone
    typographic_symbols: tuple[tuple[str, str], ...] | None = ()
    footnote_nr: int = 1
    footnote_prefix: str = ""
    footnote_backlink: str = "&#8617;"
    footnote_backlink_inline: bool = False
    footnote_link_text: str = "%s"
    remove_line_breaks_for_cjk: bool = False  #: a break between two such characters is no space
    link_defs: tuple[tuple[str, str, str | None], ...] = ()  #: label, address and title
    code_language: str = ""  #: of code that names none (``default_lang`` of Rouge)
    line_numbers: int = 0  #: of the first line of each block of code; 0 for no numbers
    math: bool = True  #: ``math_engine: nil`` leaves math as text
    formulas: bool = False  #: ``$x$`` and ``\(x\)`` are some, too, as scripts of themes have it


def with_option(options: KramdownOptions, name: str, value: Any) -> KramdownOptions | None:
    """Return *options* with one more set, as a text or as YAML gives it; None if it is none.

    An option that has no effect on a page is taken, and changes nothing.
    """
    if (read := _READERS.get(name)) is None:
        return options if name in _WITHOUT_EFFECT else None
    try:
        return replace(options, **read(options, value))
    except (TypeError, ValueError):
        return None


def _flag(value: Any) -> bool:
    return str(value).strip().lower() not in {"false", "no", "nil", "none", ""}


def _levels(value: Any) -> tuple[int, ...]:
    """Return the levels that ``1..3``, ``1,2,3`` or a list names."""
    if isinstance(value, list | tuple):
        return tuple(int(one) for one in value)
    text = str(value)
    if span := re.fullmatch(r"(\d+)\.\.(\.?)(\d+)", text.strip()):
        return tuple(range(int(span[1]), min(int(span[3]), 6) + (not span[2])))
    return tuple(int(one) for one in text.split(","))


def _quotes(value: Any) -> tuple[str, str, str, str]:
    """Return the quotation marks: four names of entities, numbers of letters, or letters."""
    parts = value if isinstance(value, list) else str(value).split(",")
    first, second, third, fourth = (_letter(str(part).strip()) for part in parts)
    return first, second, third, fourth


def _symbols(value: Any) -> tuple[tuple[str, str], ...]:
    """Return the typographic symbols of a mapping, or of ``name=symbol,name=symbol``."""
    pairs = value.items() if isinstance(value, Mapping) else _pairs(str(value))
    return tuple((str(name).strip(), unescape(str(symbol))) for name, symbol in pairs)


def _pairs(text: str) -> list[tuple[str, str]]:
    found = (one.partition("=") for one in text.split(","))
    return [(name, symbol) for name, equals, symbol in found if equals]


def _quirks(options: KramdownOptions, value: Any) -> dict[str, Any]:
    if "no_auto_typographic" not in str(value):
        return {}
    return {"typographic_symbols": None}


def _letter(name: str) -> str:
    return chr(int(name)) if name.isdecimal() else unescape(f"&{name};") if len(name) > 1 else name


def _links(value: Any) -> tuple[tuple[str, str, str | None], ...]:
    """Return the links of a mapping from labels to an address and a title or none."""
    if not isinstance(value, Mapping):
        raise TypeError
    pairs = ((str(label), [*map(str, target), ""]) for label, target in value.items())
    return tuple((label, target[0], target[1] or None) for label, target in pairs)


def _code(options: KramdownOptions, value: Any) -> dict[str, Any]:
    """Return what Rouge is told of blocks (``converter/syntax_highlighter/rouge.rb``)."""
    if not isinstance(value, Mapping):
        return {}
    block = value.get("block")
    told = {**value, **(block if isinstance(block, Mapping) else {})}
    first = told.get("start_line")
    first = first if isinstance(first, int) and first > 0 else 1
    return {
        "line_numbers": first if _flag(told.get("line_numbers")) else 0,
        "code_language": str(told.get("default_lang") or ""),
    }


def _set(
    field: str, read: Callable[[Any], Any]
) -> Callable[[KramdownOptions, Any], dict[str, Any]]:
    return lambda _options, value: {field: read(value)}


#: How the value of each option is read, by its name.
_READERS: dict[str, Callable[[KramdownOptions, Any], dict[str, Any]]] = {
    "input": _set("input", lambda value: "GFM" if str(value).upper() == "GFM" else "kramdown"),
    "hard_wrap": _set("hard_wrap", _flag),
    "auto_ids": _set("auto_ids", _flag),
    "auto_id_prefix": _set("auto_id_prefix", str),
    "auto_id_stripping": _set("auto_id_stripping", _flag),
    "toc_levels": _set("toc_levels", _levels),
    "header_offset": _set("header_offset", int),
    "parse_block_html": _set("parse_block_html", _flag),
    "parse_span_html": _set("parse_span_html", _flag),
    "smart_quotes": _set("smart_quotes", _quotes),
    "footnote_nr": _set("footnote_nr", int),
    "footnote_prefix": _set("footnote_prefix", str),
    "footnote_backlink": _set("footnote_backlink", lambda value: str(value or "")),
    "footnote_backlink_inline": _set("footnote_backlink_inline", _flag),
    "footnote_link_text": _set("footnote_link_text", str),
    "typographic_symbols": _set("typographic_symbols", _symbols),
    "gfm_quirks": _quirks,
    "remove_line_breaks_for_cjk": _set("remove_line_breaks_for_cjk", _flag),
    "link_defs": _set("link_defs", _links),
    "math_engine": _set("math", _flag),
    "syntax_highlighter_opts": _code,
}

_WITHOUT_EFFECT = frozenset(
    {
        "coderay",
        "enable_coderay",
        "entity_output",
        "forbidden_inline_options",
        "gfm_emojis",
        "header_links",
        "html_to_native",
        "latex_headers",
        "line_width",
        "list_indent",
        "math_engine_opts",
        "remove_block_html_tags",
        "remove_span_html_tags",
        "show_warnings",
        "syntax_highlighter",
        "template",
        "transliterated_header_ids",
    }
)
