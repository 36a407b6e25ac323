"""Broken YAML, read line by line, so that one bad line costs no other."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.nodes import MappingNode, SequenceNode

from broadsheet.sources.front_matter.values import (
    Entry,
    Measure,
    TooMuchError,
    compose,
    construct,
    read_mapping,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from broadsheet.model import Problem

    Report = Callable[[int, str], Problem]

_MAX_LEVELS = 4  # of broken nesting that are still read line by line
_MAX_SHOWN = 60  # characters of a faulty line in a message
NO_SPACE: Final = "no space after the colon"

_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\\n]|\\.)*"[^\S\n]*|'[^'\n]*'[^\S\n]*"""
    r"""|[^\s#\[\]{},&*!|>'"%@`?:-][^:\n]*):(?=\s|\Z)"""
)
#: ``title:A``, which YAML does not take for a key; never an address (``https://…``).
GLUED_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?!//)(?=\S)")
_TEXT_MARK = re.compile(r"\s*[|>][-+0-9]*\s*")  # of a block scalar
_ITEM = re.compile(r"-(?=\s|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some lines of YAML."""

    lines: tuple[str, ...]
    first: int  #: the line of the file on which they begin, counted from 1

    @property
    def text(self) -> str:
        """The block as one text."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def blank(self) -> bool:
        """Whether it says nothing."""
        return all(not line.strip() or line.lstrip().startswith("#") for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What YAML says against a block."""

    line: int  #: of the file
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Salvaged:
    """What could be read of a broken block."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_broken(
    block: Block, fault: Fault, report: Report
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Read what can be read of a block in which YAML finds *fault*."""
    salvaged = _salvage(block)
    first = min(salvaged.faults, key=lambda fault: fault.line, default=fault)
    line = block.lines[first.line - block.first]
    message = f"front matter: {first.reason} in {_shown(line)!r} ({_expected(line)})"
    return salvaged.entries, (report(first.line, f"{message}; read line by line"),)


def _shown(line: str) -> str:
    line = line.strip(" ")  # a tab at its start is to be seen
    return line if len(line) <= _MAX_SHOWN else f"{line[:_MAX_SHOWN]}…"


def _expected(line: str) -> str:
    """Say how `line` would be right."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "expected spaces instead of a tab"
    match = _key_match(line.strip())
    if match is None:
        return "expected a line like title: A title"
    value = json.dumps(_shown(_unquoted(line.strip()[match.end() :])), ensure_ascii=False)
    return f"expected e.g. {match['key'].strip()}: {value}"


def fault_of(error: Exception, block: Block) -> Fault:
    """Place what YAML says in `block`."""
    line, reason = 0, str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        # An open quote is noticed at the end of the block; its beginning is what matters.
        unfinished = str(error.context).endswith(("a quoted scalar", "a simple key"))
        mark = error.context_mark if unfinished else error.problem_mark
        line, reason = (mark.line if mark else 0), str(error.problem or error.context)
    elif isinstance(error, yaml.reader.ReaderError):
        reason = error.reason
    elif isinstance(error, UnicodeError):
        reason = "a character that is not Unicode"
    return Fault(line=block.first + min(line, len(block.lines) - 1), reason=reason)


def _key_match(line: str) -> re.Match[str] | None:
    return _KEY.match(line) or GLUED_KEY.match(line)


def _salvage(block: Block, level: int = 0) -> _Salvaged:
    """Read every top-level key of `block`, with the lines that belong to it, on its own."""
    parts = [_salvage_piece(piece, level) for piece in _pieces(block, _key_match)]
    return _Salvaged(
        entries=tuple(entry for part in parts for entry in part.entries),
        faults=tuple(fault for part in parts for fault in part.faults),
    )


def _pieces(block: Block, starts: Callable[[str], object]) -> list[Block]:
    """Cut `block` before each line that `starts` a piece."""
    cuts = [0, *(i for i, line in enumerate(block.lines) if i and starts(line)), len(block.lines)]
    return [
        Block(lines=block.lines[start:end], first=block.first + start)
        for start, end in pairwise(cuts)
    ]


def _salvage_piece(piece: Block, level: int) -> _Salvaged:
    match = _key_match(piece.lines[0])
    try:
        root = compose(piece.text)
    except (yaml.YAMLError, ValueError, TooMuchError) as error:
        fault = fault_of(error, piece)
    else:
        if isinstance(root, MappingNode):
            return _Salvaged(entries=read_mapping(root, piece.first))
        if root is None:
            return _Salvaged()
        fault = Fault(line=piece.first, reason=NO_SPACE if match else "no key")
    if match is None:
        return _Salvaged(faults=(fault,))
    value, strays = _salvage_value(piece, piece.lines[0][match.end() :], level)
    entry = Entry(key=_unquoted(match["key"]), value=value, line=piece.first)
    return _Salvaged(entries=(entry, *strays), faults=(fault,))


def _salvage_value(piece: Block, rest: str, level: int) -> tuple[Any, tuple[Entry, ...]]:
    """Return the value of a broken piece (`rest` follows the colon), and keys indented below it."""
    below = _below(piece)
    if below.blank or level == _MAX_LEVELS:
        return _unquoted(_folded((rest, *below.lines))), ()
    if not rest.strip() or _TEXT_MARK.fullmatch(rest):
        return _salvage_nested(below, level + 1), ()
    alone = _entries_alone(piece.lines[0])
    if alone and any(map(_key_match, below.lines)):
        return alone[0].value, _salvage(below, level + 1).entries
    if alone and not isinstance(alone[0].value, str):
        return alone[0].value, ()
    return _unquoted(_folded((rest, *below.lines))), ()


def _below(piece: Block) -> Block:
    """Return what stands below the first line, dedented, its tabs two spaces each."""
    lines = dedent("\n".join(piece.lines[1:]).expandtabs(2)).split("\n")
    return Block(lines=tuple(lines), first=piece.first + 1)


def _salvage_nested(block: Block, level: int) -> Any:
    """Return the list, mapping or text that `block` means."""
    try:
        root = compose(block.text)
        if root is not None:
            Measure().add(root)
            return construct(root)
    except (yaml.YAMLError, ValueError, TooMuchError):
        pass
    if any(map(_ITEM.match, block.lines)):
        return [_salvage_item(piece) for piece in _pieces(block, _ITEM.match) if not piece.blank]
    if any(map(_key_match, block.lines)):
        return {entry.key: entry.value for entry in _salvage(block, level).entries}
    return _folded(block.lines)


def _salvage_item(piece: Block) -> Any:
    try:
        root = compose(piece.text)
        if isinstance(root, SequenceNode):
            Measure().add(root)
            return construct(root)[0]
    except (yaml.YAMLError, ValueError, TooMuchError):
        pass
    return _unquoted(_folded(piece.lines).removeprefix("-"))


def _entries_alone(line: str) -> tuple[Entry, ...]:
    try:
        root = compose(line)
    except (yaml.YAMLError, ValueError, TooMuchError):
        return ()
    return read_mapping(root, 1) if isinstance(root, MappingNode) else ()


def _folded(lines: Iterable[str]) -> str:
    return " ".join(filter(None, map(str.strip, lines)))


def _unquoted(text: str) -> str:
    """Return `text` without quotes around it, or without one that is never closed."""
    text = text.strip()
    quote = text[:1]
    if quote not in {"'", '"'}:
        return text
    count = text.count(quote)
    if count in {2, 3} and text.endswith(quote):
        return text[1:-1]
    return text[1:] if count % 2 else text
