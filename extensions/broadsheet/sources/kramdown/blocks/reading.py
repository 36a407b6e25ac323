"""The state of reading blocks, and the loop that reads them (``parse_blocks`` of kramdown)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.blocks.source import Source
from broadsheet.sources.kramdown.blocks.tree import Block
from broadsheet.sources.kramdown.tags import SPACE

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.definitions import Definitions, Link

#: Blocks within blocks: what lies deeper is shown as text. Every level reads its text anew.
DEEPEST = 60

#: A rule looks at the place in the source. It adds to the tree what it finds, goes behind it
#: and returns True; or it returns False, and the next rule has a look.
Rule = Callable[["Reading"], bool]

#: The rules in their order, by the first letter of a line that is no space; "" is any other.
Rules = Mapping[str, Sequence[Rule]]


class Reading:
    """The reading of one text: the source and the block at hand."""

    __slots__ = (
        "closing",
        "definers",
        "definitions",
        "depth",
        "ial",
        "notes",
        "parent",
        "rules",
        "source",
    )

    def __init__(self, rules: Rules, definitions: Definitions) -> None:
        self.rules = rules
        self.definitions = definitions
        self.source = Source("")
        self.parent = Block("root", 0)
        self.ial = ""  #: the words of an attribute list that stands before its block
        self.closing = False  #: the closing tag of the parent, an HTML element, was just read
        self.depth = 0
        #: the blocks that define links and abbreviations: an attribute list may stand behind one
        self.definers: list[tuple[Block, Link | dict[str, str]]] = []
        #: the footnotes by name: their blocks, and the one that an attribute list belongs to
        self.notes: dict[str, tuple[Block, Block]] = {}

    def read(self, parent: Block, source: Source) -> bool:
        """Read *source* into *parent*; tell whether the closing tag of *parent* ended it."""
        if self.depth >= DEEPEST:
            words = source.text.strip(SPACE)
            parent.children += [Block("paragraph", source.line, words)] if words else []
            return False
        before = self.parent, self.source, self.ial
        self.parent, self.source, self.ial = parent, source, ""
        self.depth += 1
        while source.pos < len(source.text) and not self.closing:
            self._step()
        self.depth -= 1
        closed, self.closing = self.closing, False
        self.parent, self.source, self.ial = before
        return closed

    def add(self, block: Block) -> Block:
        """Put *block* behind the others; an attribute list that stands before it is its own."""
        if self.ial:
            block.refer(self.ial)
            self.ial = ""
        self.parent.children.append(block)
        return block

    def is_after_boundary(self) -> bool:
        """Tell whether no block stands right above (``after_block_boundary?``)."""
        last = self.parent.last
        return (
            last is None
            or last.kind == "blank"
            or (last.kind == "eob" and not last.text)
            or bool(self.ial)
        )

    def problem(self, line: int, message: str) -> None:
        """Note what is wrong with the text in a line."""
        self.definitions.problem(line, message)

    def _step(self) -> None:
        source = self.source
        for rule in self.rules.get(_first_letter(source), self.rules[""]):
            if rule(self):
                break
        last = self.parent.last
        if last is not None and last.kind != "blank":
            last.end = source.line


def _first_letter(source: Source) -> str:
    text, pos = source.text, source.pos
    letter = text[pos]
    if letter == " ":
        while (letter := text[pos]) == " ":
            pos += 1
        return letter if pos - source.pos < 4 or letter == "\n" else "\t"
    return letter
