"""From YAML's nodes to values, whatever stands in them; bounded, so that no text exhausts us."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    _Construct = Callable[[SafeConstructor, Any], Any]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Line breaks to YAML 1.1 alone (section 4.2); to every editor they stand inside a line.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")

_MAX_DEPTH = 100  # whoever walks a value (JSON, templates) recurses
_MAX_VALUES = 10_000  # with aliases expanded; honest front matter has hundreds
_SAFE_LENGTH = 2_000  # characters that cannot nest deep enough to exhaust libyaml's C stack
_TOO_DEEP: Final = f"nests more than {_MAX_DEPTH} deep"
_MERGE: Final = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key and its value."""

    key: str
    value: Any
    line: int  #: of the file
    refused: str = ""  #: why the value was left out
    merged: bool = False  #: came with ``<<``, so that another value may replace it


class TooMuchError(Exception):
    """A value nests too deep, holds itself, or explodes through its aliases."""


def compose(text: str) -> Node | None:
    """Return the root node; raise YAMLError, ValueError (lone surrogates) or TooMuchError."""
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
            raise TooMuchError(_TOO_DEEP)


@dataclass(slots=True)
class Measure:
    """Count the values of nodes with their aliases expanded, and refuse too many."""

    left: int = _MAX_VALUES
    known: dict[int, tuple[int, int]] = field(default_factory=dict)  #: id to size and height
    entered: set[int] = field(default_factory=set)

    def add(self, *nodes: Node) -> None:
        """Take the size of `nodes` from what is left; raise TooMuchError."""
        size = sum(self._measure(node, 0)[0] for node in nodes)
        if size > self.left:
            reason = f"is more than {_MAX_VALUES:,} values with its aliases"
            raise TooMuchError(reason)
        self.left -= size

    def _measure(self, node: Node, depth: int) -> tuple[int, int]:
        if isinstance(node, ScalarNode):
            return 1, 0
        if id(node) in self.entered:
            reason = "holds itself"
            raise TooMuchError(reason)
        if id(node) not in self.known:
            self.entered.add(id(node))
            try:
                self.known[id(node)] = self._measure_children(node, depth + 1)
            finally:
                self.entered.discard(id(node))
        return self.known[id(node)]

    def _measure_children(self, node: Node, depth: int) -> tuple[int, int]:
        if depth > _MAX_DEPTH:
            raise TooMuchError(_TOO_DEEP)
        children = [self._measure(child, depth) for child in _children(node)]
        height = 1 + max((height for _, height in children), default=0)
        if height > _MAX_DEPTH:
            raise TooMuchError(_TOO_DEEP)
        return 1 + sum(size for size, _ in children), height


def _children(node: Node) -> Iterator[Node]:
    for child in node.value:
        if isinstance(child, tuple):
            yield from child
        else:
            yield child


def read_mapping(root: MappingNode, first: int) -> tuple[Entry, ...]:
    """Construct every entry on its own; `first` is the line on which the block begins."""
    measure = Measure()
    entries = [
        entry
        for key_node, value_node in root.value
        for entry in _read_pair(key_node, value_node, first, measure)
    ]
    return tuple(sorted(entries, key=lambda entry: not entry.merged))  # own keys come last, win


def _read_pair(key_node: Node, value_node: Node, first: int, measure: Measure) -> list[Entry]:
    line = key_node.start_mark.line + first
    try:
        measure.add(key_node, value_node)
        value = construct(value_node)
    except (TooMuchError, yaml.MarkedYAMLError) as error:
        problem = getattr(error, "problem", None)
        reason = f"cannot be read ({problem})" if problem else str(error)
        key = key_node.value if isinstance(key_node, ScalarNode) else "?"
        return [Entry(key=key, value=None, line=line, refused=reason)]
    if key_node.tag != _MERGE:
        return [Entry(key=_key_text(key_node), value=value, line=line)]
    sources = value if isinstance(value, list) else [value]
    return [
        Entry(key=key, value=item, line=line, merged=True)
        for source in reversed(sources)  # the first of several counts
        if isinstance(source, dict)
        for key, item in source.items()
    ]


def construct(node: Node) -> Any:
    """Return the value of a node that :class:`Measure` has let pass."""
    return _Constructor().construct_document(node)


def _key_text(node: Node) -> str:
    """Return a key as it is written: ``no`` and ``2025`` stay texts."""
    return str(node.value if isinstance(node, ScalarNode) else construct(node))


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
