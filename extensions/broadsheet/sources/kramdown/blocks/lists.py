"""Lists, ordered and not (``parse_list`` of kramdown)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.source import Source
from broadsheet.sources.kramdown.blocks.tree import Block

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading, Rule

_MARKS = {"unordered": r"[+*-]", "ordered": r"[0-9]++\.", "definition": ":"}

_IAL_WORDS = rf"\{{:(?!(?:[A-Za-z0-9_][A-Za-z0-9_-]*)?:|/)(?P<ial>{patterns.WORDS})\}}"
ITEM_IAL = re.compile(rf"\s*+{_IAL_WORDS}\s*+", re.ASCII)
_NO_TEXT = re.compile(rf"\s*+(?:{_IAL_WORDS}\s*+)?\Z", re.ASCII)
_TABS_AFTER_SPACES = re.compile(r"( *)(\t+)")
_TABS = re.compile(r"\t+")
_SPACES = re.compile(" *")

_BOX = '<input type="checkbox" class="task-list-item-checkbox" disabled="disabled"{} />'
_TASK = re.compile(r"\s*+\[([ xX])\]\s+", re.ASCII)


@dataclass(frozen=True, slots=True)
class ItemPatterns:
    """What the lines of an item look like, which depends on how far its text is indented."""

    content: re.Pattern[str]  #: a line that is indented far enough
    lazy: re.Pattern[str]  #: one that is not, and goes on with the text above
    next_item: re.Pattern[str]  #: the mark of the next item


@cache
def item_patterns(kind: str, indentation: int) -> ItemPatterns:
    """Return the patterns of an item of a list of that *kind*."""
    full, rest = divmod(indentation, 4)
    unit = r"(?:\t| {4})"
    content = rf"(?:{unit}{{{full}}} {{{rest}}}|{unit}{{{full + 1}}})[ \t\r\f\v]*+[^\s].*\n"
    stop = rf" {{0,{min(indentation, 3)}}}(?:{patterns.IAL}|{patterns.BLOCK_TAG})"
    before = indentation - 1 if 1 <= indentation <= 4 else 3
    return ItemPatterns(
        re.compile(content, re.ASCII),
        re.compile(rf"(?!{stop})[ \t\r\f\v]*+[^ \t\n\r\f\v].*\n"),
        item_start(kind, before),
    )


@cache
def item_start(kind: str, indented: int = 3) -> re.Pattern[str]:
    """Return the pattern of a line with the mark of an item."""
    return re.compile(rf"(?P<mark> {{0,{indented}}}{_MARKS[kind]})(?P<text>[\t |].*\n)")


def first_line(found: re.Match[str]) -> tuple[str, int]:
    """Return the text of the line with the mark, and how far the item's text is indented."""
    indentation, content = len(found["mark"]), found["text"]
    if _NO_TEXT.match(content):
        indentation = 4
    else:
        content = _with_spaces(content, indentation)
        spaces = _SPACES.match(content)
        indentation += spaces.end() if spaces else 0
    return content.lstrip(" \t\n\r\f\v"), indentation


def _with_spaces(content: str, before: int) -> str:
    """Return *content* with spaces for the tabs that it begins with."""
    while (tabs := _TABS_AFTER_SPACES.match(content)) is not None:
        column = tabs.end(1) + before
        width = 4 - column % 4 + (len(tabs[2]) - 1) * 4
        content = tabs[1] + " " * width + content[tabs.end() :]
    return content


def detach_ial(text: str, item: Block) -> str:
    """Return *text* without the attribute list that it begins with, which is the item's own."""
    if (found := ITEM_IAL.match(text)) is None:
        return text
    item.refer(found["ial"])
    return text[found.end() :]


@dataclass(slots=True)
class _Item:
    """An item: its lines, in parts that are read one after the other."""

    block: Block
    parts: list[tuple[list[str], int]]  #: lines, and the number of the first
    indentation: int
    patterns: ItemPatterns
    nested: bool  #: a list begins in it: what looks like one from here on is a part of it

    def append(self, text: str) -> None:
        self.parts[-1][0].append(text)

    def add(self, line: str, number: int) -> None:
        """Add a line with text."""
        tabs = _TABS.match(line)
        if tabs:
            line = "    " * tabs.end() + line[tabs.end() :]
        indented = line.startswith(" " * self.indentation)
        if indented:
            line = line[self.indentation :]
        if patterns.LIST_START.match(line):
            if indented and not self.nested:
                self.parts.append(([], number))
                self.nested = True
            elif not indented and self.nested:
                line = " " * (self.indentation + 4) + line
        self.append(line)


@dataclass(slots=True)
class _Items:
    """The items of a list, as its lines are taken one after the other."""

    kind: str
    start: re.Pattern[str]
    items: list[_Item] = field(default_factory=list)
    after_blank: bool = False
    ended: bool = False  #: by the mark for it


def list_block(*, gfm: bool) -> Rule:
    """Return the rule of lists; in those of GFM an item may be a task."""

    def read(reading: Reading) -> bool:
        if reading.source.match(patterns.LIST_START) is None:
            return False
        ordered = reading.source.match(item_start("ordered"))
        kind = "ordered" if ordered else "unordered"
        block = Block("list", reading.source.line, tag="ol" if ordered else "ul")
        if reading.ial:
            block.ial, reading.ial = reading.ial, ""
        items = _Items(kind, item_start(kind))
        while not reading.source.is_at_end and _take(items, reading):
            pass
        reading.parent.children.append(block)
        block.end = reading.source.line
        block.children = [item.block for item in items.items]
        blank = _read_items(items, reading)
        if blank is not None and not items.ended:
            reading.parent.children.append(blank)
        if gfm:
            _mark_tasks(block)
        return True

    return read


def _take(items: _Items, reading: Reading) -> bool:
    """Take the next line into the list; return whether it is one of the list."""
    source = reading.source
    if items.after_blank and source.match(patterns.RULE):
        return False
    if source.skip(patterns.EOB_LINE):
        items.ended = True
        return False
    line = source.line
    if found := source.skip(items.start):
        items.items.append(item := _item(found, line, items.kind))
        items.start = item.patterns.next_item
        items.after_blank = False
        return True
    item = items.items[-1]
    found = source.skip(item.patterns.content)
    if found is None and not items.after_blank:
        found = source.skip(item.patterns.lazy)
    if found is not None:
        item.add(found[0], line)
        items.after_blank = False
        return True
    if found := source.skip(patterns.BLANK_LINES):
        item.append(found[0])
        item.nested = items.after_blank = True
        return True
    return False


def _item(found: re.Match[str], line: int, kind: str) -> _Item:
    text, indentation = first_line(found)
    block = Block("item", line)
    text = detach_ial(text, block)
    return _Item(
        block,
        [([text], line if text else line + 1)],
        indentation,
        item_patterns(kind, indentation),
        patterns.LIST_START.match(text) is not None,
    )


def _read_items(items: _Items, reading: Reading) -> Block | None:
    """Read the blocks of all items; return the blank lines that end the list."""
    blank = None
    blocks = [item.block for item in items.items]
    for item in items.items:
        for lines, number in item.parts:
            reading.read(item.block, Source("".join(lines), number))
        children = item.block.children
        if not children:
            continue
        first = children[0]
        if (
            first.kind == "paragraph"
            and first.ial
            and len(children) >= 2
            and children[1].kind == "eob"
        ):
            del children[1]  # left by the attribute list of the paragraph
        if first.kind == "paragraph" and _is_tight(item.block, blocks, ended=items.ended):
            following = children[1] if children[1:] and children[1].kind != "blank" else None
            hide(first, following, hard_wrap=reading.definitions.options.hard_wrap)
        blank = children.pop() if children[-1].kind == "blank" else None
    return blank


def hide(paragraph: Block, following: Block | None, *, hard_wrap: bool) -> None:
    """Have *paragraph* be the text of an item; before another block it ends in a line feed.

    It does where that makes a difference: to a backslash, an empty task, or words in HTML.
    """
    paragraph.hidden = True
    text = paragraph.text
    if following is None:
        return
    matters = not hard_wrap and (following.kind == "html" or text.endswith("\\"))
    if matters or (text[:1] == "[" and len(text) == 3):
        paragraph.text += "\n"


def _is_tight(item: Block, items: list[Block], *, ended: bool) -> bool:
    """Tell whether the paragraph that *item* begins with is one without tags.

    It is if no blank line stands behind it; the last item does as the others do.
    """
    children = item.children
    is_last = item is items[-1]
    followed = len(children) >= 2 and children[1].kind == "blank"
    if followed and not (is_last and len(children) == 2 and not ended):
        return False
    return not is_last or len(items) == 1 or any(_is_plain(other) for other in items[:-1])


def _is_plain(item: Block) -> bool:
    first = item.children[0] if item.children else None
    return first is None or first.kind != "paragraph" or first.hidden


def _mark_tasks(block: Block) -> None:
    """Make a box of ``[ ]`` and ``[x]`` at the beginning of items (``parse_list`` of GFM)."""
    tasks = False
    for item in block.children:
        first = item.children[0] if item.children else None
        if first is None or first.kind != "paragraph":
            continue
        if found := _TASK.match(first.text):
            box = _BOX.format("" if found[1] == " " else ' checked="checked"')
            first.text = box + first.text[found.end() :]
            tasks = True
        if tasks:
            item.attrs["class"] = "task-list-item"
    if tasks:
        block.attrs["class"] = "task-list"
