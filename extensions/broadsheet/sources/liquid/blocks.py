"""Which tags of a text belong together, and which belong to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from broadsheet.sources.liquid.scan import Kind, Piece

#: Tags that have an end, each with those that may stand in between.
BLOCKS: Mapping[str, frozenset[str]] = MappingProxyType({
    "if": frozenset({"elsif", "else"}),
    "unless": frozenset({"elsif", "else"}),
    "case": frozenset({"when", "else"}),
    "for": frozenset({"else"}),
    "tablerow": frozenset(),
    "capture": frozenset(),
    "ifchanged": frozenset(),
})  # fmt: skip
_IN_LOOPS = frozenset({"break", "continue"})
_BETWEEN = frozenset().union(*BLOCKS.values())

#: Blocks in blocks, as in Ruby's liquid (lib/liquid/block.rb, MAX_DEPTH).
DEEPEST = 100


class Open(NamedTuple):
    """A block that waits for its end: the indices of its tags."""

    name: str
    parts: list[int]


@dataclass(frozen=True)
class _Matching:
    """Tags on their way to their ends; what is wrong is noted by index."""

    pieces: list[Piece]
    is_article: bool
    faults: dict[int, str] = field(default_factory=dict)  #: "" for what goes with another
    ends: dict[int, int] = field(default_factory=dict)  #: of a block: where its last tag ends
    opened: list[Open] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)  #: of what is open

    def open(self, index: int, name: str) -> None:
        """Begin a block."""
        self.opened.append(Open(name, [index]))
        self.counts[name] += 1

    def drop(self, block: Open, fault: str) -> None:
        """Have a block be none: its first tag says why, what stands in it is kept."""
        self.faults.update(dict.fromkeys(block.parts, ""))
        self.faults[block.parts[0]] = fault

    def close(self, index: int, name: str) -> None:
        """Take an end to the last block of its name; those inside have none."""
        if not self.counts[name]:
            wanted = f"expected '{name}' above it"
            known = name in self.unknown
            self.faults[index] = "" if known else f"tag 'end{name}' closes nothing ({wanted})"
            return
        while (block := self.opened.pop()).name != name:
            self.counts[block.name] -= 1
            self.drop(block, _unclosed(block.name))
        self.counts[name] -= 1
        block.parts.append(index)
        if block.parts[0] in self.faults:
            self.faults.update(dict.fromkeys(block.parts[1:], ""))
        else:
            self.ends[self.pieces[block.parts[0]].start] = self.pieces[index].end


def matched(
    pieces: list[Piece], source: str, fault_of: Callable[[Piece], str], *, is_article: bool
) -> tuple[list[Piece], Mapping[int, int]]:
    """Return *pieces* in which each block has its end, and where each block ends, by its start.

    A file that is no article may stand in a loop of the text that takes it in.
    What has no partner, or a fault by *fault_of*, is a text that shows it, with its fault.
    """
    matching = _Matching(pieces, is_article)
    for index, piece in enumerate(pieces):
        if piece.kind in (Kind.OUTPUT, Kind.BLOCK) and (fault := fault_of(piece)):
            matching.faults[index] = fault
        elif piece.kind is Kind.TAG:
            _match(matching, index, piece, fault_of)
    for block in matching.opened:
        if block.parts[0] not in matching.faults:
            matching.drop(block, _unclosed(block.name))
    kept = [
        piece.left(source, matching.faults[index]) if index in matching.faults else piece
        for index, piece in enumerate(pieces)
    ]
    return kept, matching.ends


def _match(matching: _Matching, index: int, piece: Piece, fault_of: Callable[[Piece], str]) -> None:
    name, opened = piece.name, matching.opened
    if name in BLOCKS:
        fault = fault_of(piece) or _too_deep(name, len(opened))
        if fault:
            matching.faults[index] = fault
        matching.open(index, name)
    elif name.startswith("end") and name[3:] in {*BLOCKS, *matching.unknown}:
        matching.close(index, name[3:])
    elif name in _BETWEEN:
        if not opened or name not in BLOCKS[opened[-1].name]:
            matching.faults[index] = f"tag {name!r} stands in no block that knows it"
            return
        block = opened[-1]
        block.parts.append(index)
        if block.parts[0] in matching.faults:
            matching.faults[index] = ""
        elif fault := fault_of(piece):
            matching.faults[block.parts[0]] = ""
            matching.faults[index] = fault
    elif name in _IN_LOOPS and not (matching.counts["for"] or matching.counts["tablerow"]):
        if matching.is_article:
            matching.faults[index] = f"tag {name!r} stands in no loop"
    elif fault := fault_of(piece):
        matching.faults[index] = fault
        matching.unknown.add(name)


def _unclosed(name: str) -> str:
    return f"tag {name!r} is not closed (expected 'end{name}')"


def _too_deep(name: str, depth: int) -> str:
    return f"tag {name!r} stands in {depth} others (expected at most {DEEPEST})" * (
        depth >= DEEPEST
    )
