"""A text in pieces: the blocks of two grammars, cut where both have an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass(slots=True)
class Block:
    """A block that stands in no other, with all that is in it."""

    start: int  #: its first line, from 0
    end: int  #: the line behind its last
    tokens: list[Token] = field(default_factory=list)


@dataclass(slots=True)
class Piece:
    """Some lines that are blocks in either grammar, and cannot be cut."""

    start: int
    end: int
    old: list[Block] = field(default_factory=list)
    new: list[Block] = field(default_factory=list)


def blocks(tokens: Iterable[Token], lines: Sequence[str]) -> Iterator[Block]:
    """Yield the outermost blocks of a text; those of no line stand where the last one ended."""
    depth, block, last = 0, Block(0, 0), 0
    for token in tokens:
        if depth == 0:
            block = Block(*_lines(token, lines, last))
        block.tokens.append(token)
        depth += token.nesting
        if depth == 0:
            last = block.end
            yield block


def _lines(token: Token, lines: Sequence[str], last: int) -> tuple[int, int]:
    """Return the lines of a token, without empty ones behind it."""
    start, end = token.map or (last, last)
    end = min(end, len(lines))
    while end > start and not lines[end - 1].strip():
        end -= 1
    return start, max(end, start)


def pieces(old: Iterable[Block], new: Iterable[Block]) -> list[Piece]:
    """Return the pieces in the order of their lines."""
    found: list[Piece] = []
    ordered = sorted(
        [(block, True) for block in old] + [(block, False) for block in new],
        key=lambda one: (one[0].start, one[0].end),
    )
    for block, is_old in ordered:
        if not found or block.start >= max(found[-1].end, found[-1].start + 1):
            found.append(Piece(block.start, block.end))
        piece = found[-1]
        piece.end = max(piece.end, block.end)
        (piece.old if is_old else piece.new).append(block)
    return found
