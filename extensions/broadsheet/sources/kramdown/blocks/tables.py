"""Tables, whose cells stand between bars (``parse_table`` of kramdown)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown import tags
from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.tree import Block
from broadsheet.sources.kramdown.definitions import Definitions
from broadsheet.sources.kramdown.options import KramdownOptions
from broadsheet.sources.kramdown.spans.code import read_code
from broadsheet.sources.kramdown.spans.html import read_element
from broadsheet.sources.kramdown.spans.reader import Reader
from broadsheet.sources.kramdown.spans.rules import RULES

if TYPE_CHECKING:
    from markdown_it.token import Token

    from broadsheet.sources.kramdown.blocks.reading import Reading

_SEPARATOR = re.compile(r"[+|: \t-]*+\n")
_FOOT_SEPARATOR = re.compile(r"[+|: \t=]*+\n")
_COLUMN = re.compile(r"(:?)-+(:?)")
_CODE_ELEMENT = re.compile(r"(<code[^>\n]*>.*?</code>)")
_UNESCAPED_BAR = re.compile(r"(?<!\\)\|")
_TICKS = re.compile("`+")
_INDENT = re.compile(" {0,3}(?=[^ \t\n\r\f\v])")
_ALIGNMENTS = {("", ""): "", (":", ""): "left", ("", ":"): "right", (":", ":"): "center"}

#: The only spans that bars can be hidden in.
_RULES = {**dict.fromkeys(RULES, ()), "`": (read_code,), "<": (read_element,), "raw": RULES["raw"]}


@dataclass(slots=True)
class _Table:
    """A table, as its lines are taken one after the other."""

    block: Block
    leading_bar: bool
    rows: list[Block] = field(default_factory=list)
    has_foot: bool = False
    columns: int = 0

    def close(self, kind: str, *, forced: bool = False) -> None:
        """Make a part of the table of the rows that are not in one."""
        if not self.has_foot or kind != "table_body" or forced:
            part = Block(kind, self.rows[0].line, children=self.rows, end=self.rows[-1].end)
            self.block.children.append(part)
            self.rows = []

    def add(self, line: str, number: int) -> None:
        """Add a line of the table, a separator or a row."""
        if "-" in line and _SEPARATOR.fullmatch(line):
            self._separate(line)
        elif "=" in line and _FOOT_SEPARATOR.fullmatch(line):
            if self.rows:
                self.close("table_body", forced=True)
            self.has_foot = True
        else:
            cells = _cells(line, leading_bar=self.leading_bar)
            self.columns = max(self.columns, len(cells))
            row = Block("row", number, end=number + 1)
            row.children = [Block("cell", number, text, end=number + 1) for text in cells]
            self.rows.append(row)

    def _separate(self, line: str) -> None:
        if not self.rows:
            return
        if self.block.alignment or self.has_foot:
            self.close("table_body")
        else:
            self.close("table_head")
            self.block.alignment = [_ALIGNMENTS[one[1], one[2]] for one in _COLUMN.finditer(line)]


def table(reading: Reading) -> bool:
    """Read a table; nothing may stand right before it, or behind it."""
    source = reading.source
    text, start, end = source.text, source.pos, source.end_of_line()
    if text.find("|", start, end) < 0:
        return False
    indent = source.match(_INDENT)
    if indent is None or not _has_bar(text[indent.end() : end]):
        return False
    if not reading.is_after_boundary():
        return False
    lines, end = _lines(text, start)
    if patterns.BOUNDARY.match(text, end) is None or not _all_have_bars(lines):
        return False
    block = _read(lines, source.line)
    if block is None:
        reading.problem(source.line, "the table has no rows; it is shown as it stands")
        return False
    source.pos = end
    reading.add(block)
    return True


def _lines(text: str, start: int) -> tuple[list[str], int]:
    """Return the lines from *start* on that have a bar, and where they end."""
    lines = []
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        line = text[start:end]
        if not _has_bar(line):
            break
        lines.append(line)
        start = end
    return lines, start


def _has_bar(line: str) -> bool:
    """Tell whether a bar is in *line* that is not escaped (``TABLE_PIPE_CHECK``)."""
    return "|" in line and _UNESCAPED_BAR.search(line) is not None


def _all_have_bars(lines: list[str]) -> bool:
    """Tell whether every line has a bar that is in no code, and in no other HTML.

    A line that begins with code belongs to the one above it, as in kramdown (the end of
    ``parse_table``).
    """
    text = "".join(lines).removesuffix("\n")
    if "`" not in text and "<" not in text:
        return True  # each line has been looked at
    has_bar = False  #: the line at hand
    for part, is_code in _parts(text):
        begun = part.rstrip("\n").split("\n")
        is_first = len(begun) == 1
        if is_code:
            if len(begun) > 2 or not (is_first or has_bar):
                break
            has_bar = has_bar and is_first
        else:
            if not (is_first or has_bar or _has_bar(begun[0])):
                break
            has_bar = (has_bar and is_first) or _has_bar(begun[-1])
    return has_bar


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split *text* into what is code, and what is not, without the elements in its lines."""
    tokens: list[Token] = []
    Reader(text, Definitions(options=KramdownOptions()), _RULES, tokens).read_all()
    plain = ""
    for token in tokens:
        if token.type in {"text", "softbreak", "hardbreak"}:
            plain += "" if token.level else token.content or "\n"
        elif not token.level and token.nesting >= 0:
            yield plain, False
            plain = ""
            if token.type == "code_inline":
                yield token.content, True
    yield plain, False


def _read(lines: list[str], first: int) -> Block | None:
    """Make the table of *lines*; None if it has no body."""
    taken = _Table(Block("table", first), leading_bar=lines[0].lstrip(tags.SPACE).startswith("|"))
    for number, line in enumerate(lines, first):
        taken.add(line, number)
    if taken.rows:
        taken.close("table_foot" if taken.has_foot else "table_body")
    block = taken.block
    if not any(part.kind == "table_body" for part in block.children):
        return None
    for part in block.children:
        for row in part.children:
            missing = taken.columns - len(row.children)
            row.children += [Block("cell", row.line, end=row.end) for _ in range(missing)]
    block.alignment = (block.alignment + [""] * taken.columns)[: taken.columns]
    return block


def _cells(line: str, *, leading_bar: bool) -> list[str]:
    """Return the cells of a row: a bar in a code span or a ``<code>`` divides nothing."""
    cells: list[str] = []
    for number, part in enumerate(_CODE_ELEMENT.split(line.rstrip(" \t\n"))):
        if number % 2:
            _extend(cells, [part])
            continue
        for text, is_code in _code_spans(part):
            if is_code:
                _extend(cells, [_as_code(text)])
            else:
                _extend(cells, [one.replace("\\|", "|") for one in _UNESCAPED_BAR.split(text)])
    if leading_bar and cells and not cells[0].strip(tags.SPACE):
        del cells[0]
    if cells and not cells[-1].strip(tags.SPACE):
        del cells[-1]
    return [cell.strip(tags.SPACE) for cell in cells]


def _extend(cells: list[str], parts: list[str]) -> None:
    """Add *parts*, the first of which goes on with the last cell."""
    if cells:
        cells[-1] += parts[0]
        parts = parts[1:]
    cells += parts


def _as_code(text: str) -> str:
    """Return *text* as a code span, between more backticks than are in it."""
    mark = max(_TICKS.findall(text), default="") + "`"
    space = " " if len(mark) > 1 else ""
    return f"{mark}{space}{text}{space}{mark}"


def _code_spans(text: str) -> list[tuple[str, bool]]:
    """Split *text* into what is code, and what is not (``parse_codespan``)."""
    parts: list[tuple[str, bool]] = []
    plain = pos = 0
    while opening := _TICKS.search(text, pos):
        mark, pos = opening[0], opening.end()
        if mark == "`" and _stands_alone(text, opening):
            continue
        end = text.find(mark, pos)
        if end < 0:
            continue
        code = text[pos:end]
        if len(mark) > 1:
            code = code.removeprefix(" ").removesuffix(" ")
        parts += [(text[plain : opening.start()], False), (code, True)]
        plain = pos = end + len(mark)
    return [*parts, (text[plain:], False)]


def _stands_alone(text: str, tick: re.Match[str]) -> bool:
    """Tell whether a backtick has white space on both sides: it begins no code."""
    start, end = tick.span()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return before in tags.SPACE and after != "" and after in tags.SPACE
