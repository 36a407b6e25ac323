"""The rules of spans, in kramdown's order, by the letter that they begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.spans.code import read_code, read_formula, read_math, read_tex
from broadsheet.sources.kramdown.spans.emphasis import read_emphasis, read_struck
from broadsheet.sources.kramdown.spans.extensions import read_extension
from broadsheet.sources.kramdown.spans.html import read_element
from broadsheet.sources.kramdown.spans.links import read_autolink, read_footnote, read_link
from broadsheet.sources.kramdown.spans.quotes import read_quote
from broadsheet.sources.kramdown.spans.symbols import (
    read_backslash,
    read_entity,
    read_typography,
)

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.spans.reader import Rule

RULES: Mapping[str, Sequence[Rule]] = {
    "*": (read_emphasis,),
    "_": (read_emphasis,),
    "`": (read_code,),
    "<": (read_autolink, read_element, read_quote, read_typography),
    "!": (read_link,),
    "[": (read_footnote, read_link, read_quote),
    '"': (read_quote,),
    "'": (read_quote,),
    "$": (read_quote, read_math, read_formula),
    "{": (read_extension,),
    "&": (read_quote, read_entity),
    "-": (read_typography,),
    ".": (read_typography,),
    ">": (read_typography,),
    "\\": (read_tex, read_backslash),
    "]": (read_quote,),
    "~": (read_struck,),
    "raw": (read_element,),
}
