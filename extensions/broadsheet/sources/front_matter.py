"""The front matter of a source file: typed, with the line of each key, never lost."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, Any, ClassVar, Final

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from broadsheet.model import FrontMatter, Problem, Subtype

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    _Report = Callable[[int, str], Problem]
    _Construct = Callable[[SafeConstructor, Any], Any]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Jekyll's Document::YAML_FRONT_MATTER_REGEXP (lib/jekyll/document.rb) in two halves.
_OPENING = re.compile(r"---[^\S\n]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[^\S\n]*$\n?", re.MULTILINE)

#: Line breaks to YAML 1.1 alone (section 4.2); to every editor they stand inside a line.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")

_MAX_DEPTH = 100  # whoever walks a value (JSON, templates) recurses
_MAX_VALUES = 10_000  # with aliases expanded; honest front matter has hundreds
_SAFE_LENGTH = 2_000  # characters that cannot nest deep enough to exhaust libyaml's C stack
_MAX_LEVELS = 4  # of broken nesting that are still read line by line
_MAX_SHOWN = 60  # characters of a faulty line in a message
_TOO_DEEP: Final = f"nests more than {_MAX_DEPTH} deep"
_NO_SPACE: Final = "no space after the colon"
_MERGE: Final = "tag:yaml.org,2002:merge"

_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\\n]|\\.)*"[^\S\n]*|'[^'\n]*'[^\S\n]*"""
    r"""|[^\s#\[\]{},&*!|>'"%@`?:-][^:\n]*):(?=\s|\Z)"""
)
#: ``title:A``, which YAML does not take for a key; never an address (``https://…``).
_GLUED_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?!//)(?=\S)")
_TEXT_MARK = re.compile(r"\s*[|>][-+0-9]*\s*")  # of a block scalar
_ITEM = re.compile(r"-(?=\s|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Some lines of YAML."""

    lines: tuple[str, ...]
    first: int  #: the line of the file on which they begin, counted from 1

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def blank(self) -> bool:
        return all(not line.strip() or line.lstrip().startswith("#") for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """What YAML says against a block."""

    line: int  #: of the file
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A key and its value."""

    key: str
    value: Any
    line: int  #: of the file
    refused: str = ""  #: why the value was left out
    merged: bool = False  #: came with ``<<``, so that another value may replace it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Salvaged:
    """What could be read of a broken block."""

    entries: tuple[_Entry, ...] = ()
    faults: tuple[_Fault, ...] = ()


class _TooMuchError(Exception):
    """A value nests too deep, holds itself, or explodes through its aliases."""


def parse(text: str, path: str) -> FrontMatter:
    """Return the front matter of the decoded `text` of the file `path`.

    Without front matter the values are empty and `body_line` is 1.  Broken YAML is read line by
    line, so that one bad line costs no other, and is one problem.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter(values={}, lines={}, body_line=1)
    report = partial(_problem, path)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        message = "front matter has no end (expected a line ---); what follows it is the body"
        return FrontMatter(values={}, lines={}, body_line=2, problems=(report(1, message),))
    lines = tuple(text[opening.end() : closing.start()].split("\n")[:-1])
    entries, problems = _read_block(_Block(lines=lines, first=2), report)
    return FrontMatter(
        values={entry.key: entry.value for entry in entries},
        lines={entry.key: entry.line for entry in entries},
        body_line=len(lines) + 3,
        problems=problems or tuple(_entry_problems(entries, report)),
    )


def _problem(path: str, line: int, message: str) -> Problem:
    return Problem(path=path, line=line, subtype=Subtype.FRONT_MATTER, message=message)


def _read_block(block: _Block, report: _Report) -> tuple[tuple[_Entry, ...], tuple[Problem, ...]]:
    try:
        root = _compose(block.text)
    except (yaml.YAMLError, ValueError, _TooMuchError) as error:
        return _read_broken(block, _fault(error, block), report)
    if root is None:
        return (), ()
    if isinstance(root, MappingNode):
        return tuple(_read_mapping(root, block.first)), ()
    if isinstance(root, ScalarNode) and all(map(_GLUED_KEY.match, block.lines)):
        fault = _Fault(line=block.first, reason=_NO_SPACE)
        return _read_broken(block, fault, report)
    kind = "a list" if isinstance(root, SequenceNode) else "a text"
    message = f"front matter is {kind} (expected lines like title: A title); left out"
    return (), (report(root.start_mark.line + block.first, message),)


def _entry_problems(entries: Iterable[_Entry], report: _Report) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for entry in entries:
        if entry.refused:
            message = f"front matter: the value of {entry.key!r} {entry.refused}; left out"
            yield report(entry.line, message)
        if entry.merged:
            continue
        if entry.key in seen:
            once = f"expected once, as on line {seen[entry.key]}"
            message = f"front matter: {entry.key!r} appears again ({once}); the later value counts"
            yield report(entry.line, message)
        seen.setdefault(entry.key, entry.line)


# From YAML's nodes to values.


def _compose(text: str) -> Node | None:
    """Return the root node; raise YAMLError, ValueError (lone surrogates) or _TooMuchError."""
    text = _OTHER_BREAKS.sub(" ", text)
    if len(text) > _SAFE_LENGTH:
        _check_depth(text)
    root: Node | None = yaml.compose(text, Loader=_LOADER)
    return root


def _check_depth(text: str) -> None:
    # libyaml composes by recursion in C, where 40,000 brackets end the process.
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise _TooMuchError(_TOO_DEEP)


@dataclass(slots=True)
class _Measure:
    """Count the values of nodes with their aliases expanded, and refuse too many."""

    left: int = _MAX_VALUES
    known: dict[int, tuple[int, int]] = field(default_factory=dict)  #: id to size and height
    entered: set[int] = field(default_factory=set)

    def add(self, *nodes: Node) -> None:
        """Take the size of `nodes` from what is left; raise _TooMuchError."""
        size = sum(self._measure(node, 0)[0] for node in nodes)
        if size > self.left:
            reason = f"is more than {_MAX_VALUES:,} values with its aliases"
            raise _TooMuchError(reason)
        self.left -= size

    def _measure(self, node: Node, depth: int) -> tuple[int, int]:
        if isinstance(node, ScalarNode):
            return 1, 0
        if id(node) in self.entered:
            reason = "holds itself"
            raise _TooMuchError(reason)
        if id(node) not in self.known:
            self.entered.add(id(node))
            try:
                self.known[id(node)] = self._measure_children(node, depth + 1)
            finally:
                self.entered.discard(id(node))
        return self.known[id(node)]

    def _measure_children(self, node: Node, depth: int) -> tuple[int, int]:
        if depth > _MAX_DEPTH:
            raise _TooMuchError(_TOO_DEEP)
        children = [self._measure(child, depth) for child in _children(node)]
        height = 1 + max((height for _, height in children), default=0)
        if height > _MAX_DEPTH:
            raise _TooMuchError(_TOO_DEEP)
        return 1 + sum(size for size, _ in children), height


def _children(node: Node) -> Iterator[Node]:
    for child in node.value:
        if isinstance(child, tuple):
            yield from child
        else:
            yield child


def _read_mapping(root: MappingNode, first: int) -> tuple[_Entry, ...]:
    """Construct every entry on its own; `first` is the line on which the block begins."""
    measure = _Measure()
    entries = [
        entry
        for key_node, value_node in root.value
        for entry in _read_pair(key_node, value_node, first, measure)
    ]
    return tuple(sorted(entries, key=lambda entry: not entry.merged))  # own keys come last, win


def _read_pair(key_node: Node, value_node: Node, first: int, measure: _Measure) -> list[_Entry]:
    line = key_node.start_mark.line + first
    try:
        measure.add(key_node, value_node)
        value = _construct(value_node)
    except (_TooMuchError, yaml.MarkedYAMLError) as error:
        problem = getattr(error, "problem", None)
        reason = f"cannot be read ({problem})" if problem else str(error)
        key = key_node.value if isinstance(key_node, ScalarNode) else "?"
        return [_Entry(key=key, value=None, line=line, refused=reason)]
    if key_node.tag != _MERGE:
        return [_Entry(key=_key_text(key_node), value=value, line=line)]
    sources = value if isinstance(value, list) else [value]
    return [
        _Entry(key=key, value=item, line=line, merged=True)
        for source in reversed(sources)  # the first of several counts
        if isinstance(source, dict)
        for key, item in source.items()
    ]


def _construct(node: Node) -> Any:
    return _Constructor().construct_document(node)


def _key_text(node: Node) -> str:
    """Return a key as it is written: ``no`` and ``2025`` stay texts."""
    return str(node.value if isinstance(node, ScalarNode) else _construct(node))


def _plain(constructor: SafeConstructor, node: Node) -> Any:
    """Construct a node without regard to its tag."""
    if isinstance(node, MappingNode):
        return constructor.construct_mapping(node, deep=True)
    if isinstance(node, SequenceNode):
        return constructor.construct_sequence(node, deep=True)
    return node.value


def _scalar_or_text(construct: Callable[[SafeConstructor, ScalarNode], Any]) -> _Construct:
    def construct_scalar(constructor: SafeConstructor, node: ScalarNode) -> Any:
        try:
            value = construct(constructor, node)
        except (ValueError, LookupError, AttributeError, OverflowError):
            return node.value  # 2025-13-40, !!int x: no such date, no such number
        # ``12:30`` is a time, not YAML 1.1's 750, and no JSON holds ``.inf`` or ``.nan``.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return node.value if number and (":" in node.value or not math.isfinite(value)) else value

    return construct_scalar


class _Constructor(SafeConstructor):
    """Make values of nodes: texts as keys, and for every tag that is not known the plain value."""

    yaml_constructors: ClassVar[dict[str | None, _Construct]] = {
        "tag:yaml.org,2002:null": SafeConstructor.construct_yaml_null,
        "tag:yaml.org,2002:str": SafeConstructor.construct_yaml_str,
        "tag:yaml.org,2002:seq": SafeConstructor.construct_yaml_seq,
        "tag:yaml.org,2002:map": SafeConstructor.construct_yaml_map,
        "tag:yaml.org,2002:bool": _scalar_or_text(SafeConstructor.construct_yaml_bool),
        "tag:yaml.org,2002:int": _scalar_or_text(SafeConstructor.construct_yaml_int),
        "tag:yaml.org,2002:float": _scalar_or_text(SafeConstructor.construct_yaml_float),
        "tag:yaml.org,2002:timestamp": _scalar_or_text(SafeConstructor.construct_yaml_timestamp),
        None: _plain,
    }

    def construct_mapping(self, node: Node, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping with its keys as texts."""
        if not isinstance(node, MappingNode):
            return {}
        self.flatten_mapping(node)
        return {
            _key_text(key): self.construct_object(value, deep=deep) for key, value in node.value
        }


# Broken YAML, line by line.


def _read_broken(
    block: _Block, fault: _Fault, report: _Report
) -> tuple[tuple[_Entry, ...], tuple[Problem, ...]]:
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


def _fault(error: Exception, block: _Block) -> _Fault:
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
    return _Fault(line=block.first + min(line, len(block.lines) - 1), reason=reason)


def _key_match(line: str) -> re.Match[str] | None:
    return _KEY.match(line) or _GLUED_KEY.match(line)


def _salvage(block: _Block, level: int = 0) -> _Salvaged:
    """Read every top-level key of `block`, with the lines that belong to it, on its own."""
    parts = [_salvage_piece(piece, level) for piece in _pieces(block, _key_match)]
    return _Salvaged(
        entries=tuple(entry for part in parts for entry in part.entries),
        faults=tuple(fault for part in parts for fault in part.faults),
    )


def _pieces(block: _Block, starts: Callable[[str], object]) -> list[_Block]:
    """Cut `block` before each line that `starts` a piece."""
    cuts = [0, *(i for i, line in enumerate(block.lines) if i and starts(line)), len(block.lines)]
    return [
        _Block(lines=block.lines[start:end], first=block.first + start)
        for start, end in pairwise(cuts)
    ]


def _salvage_piece(piece: _Block, level: int) -> _Salvaged:
    match = _key_match(piece.lines[0])
    try:
        root = _compose(piece.text)
    except (yaml.YAMLError, ValueError, _TooMuchError) as error:
        fault = _fault(error, piece)
    else:
        if isinstance(root, MappingNode):
            return _Salvaged(entries=_read_mapping(root, piece.first))
        if root is None:
            return _Salvaged()
        fault = _Fault(line=piece.first, reason=_NO_SPACE if match else "no key")
    if match is None:
        return _Salvaged(faults=(fault,))
    value, strays = _salvage_value(piece, piece.lines[0][match.end() :], level)
    entry = _Entry(key=_unquoted(match["key"]), value=value, line=piece.first)
    return _Salvaged(entries=(entry, *strays), faults=(fault,))


def _salvage_value(piece: _Block, rest: str, level: int) -> tuple[Any, tuple[_Entry, ...]]:
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


def _below(piece: _Block) -> _Block:
    """Return what stands below the first line, dedented, its tabs two spaces each."""
    lines = dedent("\n".join(piece.lines[1:]).expandtabs(2)).split("\n")
    return _Block(lines=tuple(lines), first=piece.first + 1)


def _salvage_nested(block: _Block, level: int) -> Any:
    """Return the list, mapping or text that `block` means."""
    try:
        root = _compose(block.text)
        if root is not None:
            _Measure().add(root)
            return _construct(root)
    except (yaml.YAMLError, ValueError, _TooMuchError):
        pass
    if any(map(_ITEM.match, block.lines)):
        return [_salvage_item(piece) for piece in _pieces(block, _ITEM.match) if not piece.blank]
    if any(map(_key_match, block.lines)):
        return {entry.key: entry.value for entry in _salvage(block, level).entries}
    return _folded(block.lines)


def _salvage_item(piece: _Block) -> Any:
    try:
        root = _compose(piece.text)
        if isinstance(root, SequenceNode):
            _Measure().add(root)
            return _construct(root)[0]
    except (yaml.YAMLError, ValueError, _TooMuchError):
        pass
    return _unquoted(_folded(piece.lines).removeprefix("-"))


def _entries_alone(line: str) -> tuple[_Entry, ...]:
    try:
        root = _compose(line)
    except (yaml.YAMLError, ValueError, _TooMuchError):
        return ()
    return _read_mapping(root, 1) if isinstance(root, MappingNode) else ()


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
