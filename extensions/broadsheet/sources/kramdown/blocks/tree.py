"""The blocks of a text, before they become tokens."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Block:
    """A block: what it is, its text or the blocks in it, and what its attribute lists say.

    An attribute list may stand behind its block, and refer to one at the end of the text: its
    words are kept until the whole text is read.
    """

    kind: str
    line: int  #: of the file, from 0
    text: str = ""  #: of a leaf; of an ``eob``, what ends the block
    children: list[Block] = field(default_factory=list)
    attrs: dict[str, str] = field(default_factory=dict)
    ial: str = ""  #: the words of all attribute lists of the block
    end: int = 0  #: the line behind the block
    level: int = 0  #: of a heading
    hidden: bool = False  #: a paragraph whose tags are not written: the list is a tight one
    tag: str = ""  #: of an HTML element
    content: str = ""  #: of an HTML element: ``block``, ``span`` or ``raw``
    closed: bool = False  #: an HTML element whose start tag ends in ``/>``
    alignment: list[str] = field(default_factory=list)  #: of a table's columns

    @property
    def last(self) -> Block | None:
        """The last block in this one."""
        return self.children[-1] if self.children else None

    def refer(self, words: str) -> None:
        """Add the *words* of an attribute list."""
        self.ial = joined(self.ial, words)


def joined(words: str, more: str) -> str:
    """Return the words of two attribute lists; of a great many, the first ones."""
    if len(words) > 10_000:  # a text of nothing but lists would be copied for each of them
        return words
    return f"{words} {more}" if words else more
