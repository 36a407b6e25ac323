"""Load a YAML, TOML or JSON file, with the line of each key and of each fault."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

import yaml

# libyaml is ten times as fast; a wheel without it does the same work.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH = 2  # of the keys whose lines are noted: `collections.posts`, `defaults.0`

_DEEPEST = 200  # levels; at some 25,000 the composer of libyaml overruns the stack of the process
_MOST_VALUES = 1_000_000  # with aliases written out; a registry of authors has thousands
_TOO_DEEP = f"is nested more than {_DEEPEST} levels deep"

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a file of data holds."""

    value: Any = None  #: None for an empty or a faulty file
    lines: Mapping[Keys, int] = field(default_factory=dict)  #: ``("collections", "posts")`` to line
    fault: str = ""  #: why the file cannot be read; "" when it can
    line: int = 0  #: of the fault, counted from 1; 0 when unknown


def load(path: Path) -> Loaded:
    """Load a file by its suffix; never raises, whatever the file holds."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Loaded(fault=f"is not UTF-8 at byte {error.start}")
    except OSError as error:
        return Loaded(fault=f"cannot be read ({error.strerror})")
    return loads(text, path.suffix.lower())


def loads(text: str, suffix: str) -> Loaded:
    """Load a text as a file with that suffix; never raises."""
    loaders = {".toml": _load_toml, ".json": _load_json}
    return loaders.get(suffix, _load_yaml)(text)


def _load_yaml(text: str) -> Loaded:
    try:
        if is_too_deep(text):
            return Loaded(fault=_TOO_DEEP)
        loader = _Loader(text)
        try:
            # As Ruby does, read the first document and no other.
            node = loader.get_node() if loader.check_node() else None
            value = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
        endless = _expanded(value) > _MOST_VALUES
    except yaml.YAMLError as error:
        return _yaml_fault(error)
    except (ValueError, OverflowError) as error:  # 2025-13-40 looks like a date to YAML
        return Loaded(fault=f"is not YAML: {_one_line(str(error))}")
    except RecursionError:
        return Loaded(fault=_TOO_DEEP)
    if endless:
        return Loaded(fault="grows without end through its anchors")
    return Loaded(value=value, lines={} if node is None else dict(_lines(node)))


def is_too_deep(text: str) -> bool:
    """Tell whether YAML is nested beyond what can be composed; raises ``yaml.YAMLError``."""
    widest = max(map(len, text.splitlines()), default=0)
    # A level takes a bracket, or a column more (a sequence in a mapping none).
    if text.count("[") + text.count("{") + 2 * widest < _DEEPEST:
        return False
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


def _yaml_fault(error: yaml.YAMLError) -> Loaded:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    line = mark.line + 1 if mark else 0
    return Loaded(fault=f"is not YAML: {_one_line(str(reason))}", line=line)


def _load_toml(text: str) -> Loaded:
    try:
        return Loaded(value=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        reason = _one_line(str(error))
        return Loaded(fault=f"is not TOML: {reason}", line=int(found[1]) if found else 0)
    except (ValueError, RecursionError):
        return Loaded(fault="is not TOML: a value is out of range")


def _load_json(text: str) -> Loaded:
    try:
        return Loaded(value=json.loads(text))
    except json.JSONDecodeError as error:
        return Loaded(fault=f"is not JSON: {error.msg}", line=error.lineno)
    except (ValueError, RecursionError):
        return Loaded(fault="is not JSON: a value is out of range")


def _lines(node: yaml.Node, keys: Keys = ()) -> list[tuple[Keys, int]]:
    """List the line of each key and item, down to a fixed depth."""
    items: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        items = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        items = [(index, value, value) for index, value in enumerate(node.value)]
    found = []
    for key, place, value in items:
        found.append(((*keys, key), place.start_mark.line + 1))
        if len(keys) + 1 < _DEPTH:
            found += _lines(value, (*keys, key))
    return found


def _expanded(value: Any) -> float:
    """Count the values inside a value, aliases written out; infinite when it holds itself."""
    counts: dict[int, float] = {}

    def count(item: Any) -> float:
        if not isinstance(item, (dict, list)):
            return 1
        if id(item) not in counts:
            counts[id(item)] = inf  # until it is known
            children = item.values() if isinstance(item, dict) else item
            counts[id(item)] = 1 + sum(map(count, children))
        return counts[id(item)]

    return count(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
