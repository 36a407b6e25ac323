"""Code and mathematics, whose content is not Markdown (``codespan.rb``, ``math.rb``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.sources.kramdown.tags import SPACE

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.spans.reader import Reader

_TICKS = re.compile("`++")


def read_code(reader: Reader) -> bool:
    """Read code between runs of as many backticks; several of them keep a space off each edge."""
    src, at = reader.src, reader.at
    ticks = _ticks(src, at)
    start = at + len(ticks)
    if (
        len(ticks) == 1
        and _is_space(src[at - 1 : at], edge=True)
        and _is_space(src[start : start + 1])
    ):
        return reader.take(ticks)
    end = reader.ahead(ticks, start)
    if end < 0:
        return reader.take(ticks)
    content = src[start:end]
    if len(ticks) > 1:
        content = content.removeprefix(" ")
        content = content.removesuffix(" ")
    _write(reader, Token("code_inline", "code", 0, markup=ticks, content=content), end + len(ticks))
    return True


def _ticks(src: str, at: int) -> str:
    found = _TICKS.match(src, at)
    assert found
    return found[0]


def _is_space(letter: str, *, edge: bool = False) -> bool:
    return letter in SPACE if letter else edge


def read_math(reader: Reader) -> bool:
    """Read what stands between two pairs of dollars."""
    start = reader.at + 2
    end = reader.ahead("$$", start)
    if end < 0 or not reader.src.startswith("$$", reader.at):
        return False
    content = reader.src[start:end].strip(SPACE)
    _write(reader, Token("math_inline", "math", 0, markup="$$", content=content), end + 2)
    return True


#: A formula in single dollars: prices, as in "$5 and $6", are none (Pandoc's rule).
_FORMULA = re.compile(r"(?s)\$(?![\s$])(?P<tex>(?>(?:[^\\$]|\\.)+))(?<!\s)\$(?![\d$])")

#: What begins a formula for MathJax, and what ends it: of two backslashes kramdown makes one.
_TEX = {r"\\(": r"\\)", r"\\[": r"\\]", r"\(": r"\)"}


def read_formula(reader: Reader) -> bool:
    """Read what stands between two dollars, if the text has such formulas."""
    found = _FORMULA.match(reader.src, reader.at) if reader.options.formulas else None
    if found is None:
        return False
    _write(reader, Token("math_inline", "math", 0, markup="$", content=found["tex"]), found.end())
    return True


def read_tex(reader: Reader) -> bool:
    """Read what stands between the parentheses or brackets of TeX, likewise."""
    if not reader.options.formulas:
        return False
    src, at = reader.src, reader.at
    opening = next((one for one in _TEX if src.startswith(one, at)), "")
    end = reader.ahead(_TEX[opening], at + len(opening)) if opening else -1
    content = src[at + len(opening) : end].strip(SPACE) if end >= 0 else ""
    if not content:
        return False
    token = Token("math_inline", "math", 0, markup="$", content=content)
    _write(reader, token, end + len(opening))
    return True


def _write(reader: Reader, token: Token, end: int) -> None:
    reader.flush()
    reader.push(token)
    reader.at = end
    reader.attach(token)
