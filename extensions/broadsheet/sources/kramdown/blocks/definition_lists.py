"""Lists of terms and what they mean (``parse_definition_list`` of kramdown)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.lists import (
    ItemPatterns,
    detach_ial,
    first_line,
    hide,
    item_patterns,
    item_start,
)
from broadsheet.sources.kramdown.blocks.source import Source
from broadsheet.sources.kramdown.blocks.tree import Block

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading

_TABS = re.compile(r"\t+")


@dataclass(slots=True)
class _Definition:
    block: Block
    lines: list[str]
    first: int  #: the number of the first of the lines
    indentation: int
    patterns: ItemPatterns
    loose: bool  #: a blank line stands before it: its first paragraph has tags

    def add(self, line: str) -> None:
        if tabs := _TABS.match(line):
            line = "    " * tabs.end() + line[tabs.end() :]
        self.lines.append(line.removeprefix(" " * self.indentation))


@dataclass(slots=True)
class _Definitions:
    """The definitions of a list, as its lines are taken one after the other."""

    loose: bool
    definitions: list[_Definition] = field(default_factory=list)
    start: re.Pattern[str] = field(default_factory=lambda: item_start("definition"))
    after_blank: bool = False


def definition_list(reading: Reading) -> bool:
    """Read definitions; the paragraph before them becomes their terms."""
    start = item_start("definition")
    if reading.source.match(start) is None or not _follows_terms(reading.parent.children):
        return False
    children = reading.parent.children
    paragraph, loose = children.pop(), False
    if paragraph.kind == "blank":
        paragraph, loose = children.pop(), True
    reading.ial = ""  # what an attribute list before it says is lost, as in kramdown
    taken = _Definitions(loose)
    while not reading.source.is_at_end and _take(taken, reading):
        pass
    block = Block("definitions", paragraph.line, ial=paragraph.ial)
    block.children = [*_terms(paragraph), *(one.block for one in taken.definitions)]
    block.end = reading.source.line
    blank = _read(taken, reading)
    _add(block, children)
    if blank is not None:
        children.append(blank)
    return True


def _follows_terms(children: list[Block]) -> bool:
    """Tell whether a paragraph stands right before, or one blank line behind it."""
    if not children:
        return False
    if children[-1].kind == "paragraph":
        return True
    return (
        len(children) >= 2
        and children[-1].kind == "blank"
        and children[-1].text == "\n"
        and children[-2].kind == "paragraph"
    )


def _terms(paragraph: Block) -> list[Block]:
    terms = []
    for number, text in enumerate(paragraph.text.split("\n")):
        line = paragraph.line + number
        term = Block("term", line, end=line + 1)
        term.text = detach_ial(text, term)
        terms.append(term)
    return terms


def _take(taken: _Definitions, reading: Reading) -> bool:
    """Take the next line into the list; return whether it is one of the list."""
    source = reading.source
    line = source.line
    if found := source.skip(taken.start):
        text, indentation = first_line(found)
        block = Block("definition", line)
        text = detach_ial(text, block)
        shapes = item_patterns("definition", indentation)
        first = line if text else line + 1
        taken.definitions.append(
            _Definition(block, [text], first, indentation, shapes, taken.loose)
        )
        taken.start = shapes.next_item
        taken.loose = taken.after_blank = False
        return True
    if source.match(patterns.EOB_LINE):
        return False
    definition = taken.definitions[-1]
    found = source.skip(definition.patterns.content)
    if found is None and not taken.after_blank:
        found = source.skip(definition.patterns.lazy)
    if found is not None:
        definition.add(found[0])
        taken.loose = taken.after_blank = False
        return True
    if found := source.skip(patterns.BLANK_LINES):
        definition.lines.append(found[0])
        taken.loose = taken.after_blank = True
        return True
    return False


def _read(taken: _Definitions, reading: Reading) -> Block | None:
    """Read the blocks of all definitions; return the blank lines that end the list."""
    blank = None
    for one in taken.definitions:
        reading.read(one.block, Source("".join(one.lines), one.first))
        children = one.block.children
        if not children:
            continue
        blank = children.pop() if children[-1].kind == "blank" else None
        if children and children[0].kind == "paragraph" and not one.loose:
            following = children[1] if children[1:] else None
            hide(children[0], following, hard_wrap=reading.definitions.options.hard_wrap)
    return blank


def _add(block: Block, children: list[Block]) -> None:
    """Put the list behind the others, or its lines into the one right before it."""
    if [one.kind for one in children[-2:]] == ["definitions", "blank"]:
        children.pop()
    if children and children[-1].kind == "definitions":
        children[-1].children.extend(block.children)
        children[-1].end = block.end
    else:
        children.append(block)
