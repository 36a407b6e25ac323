"""The front matter of a source file: typed, with the line of each key, never lost."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from broadsheet.model import FrontMatter, Problem, Subtype
from broadsheet.sources.front_matter.broken import (
    GLUED_KEY,
    NO_SPACE,
    Block,
    Fault,
    fault_of,
    read_broken,
)
from broadsheet.sources.front_matter.values import Entry, TooMuchError, compose, read_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from broadsheet.sources.front_matter.broken import Report

#: Jekyll's Document::YAML_FRONT_MATTER_REGEXP (lib/jekyll/document.rb) in two halves.
_OPENING = re.compile(r"---[^\S\n]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[^\S\n]*$\n?", re.MULTILINE)


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
    entries, problems = _read_block(Block(lines=lines, first=2), report)
    return FrontMatter(
        values={entry.key: entry.value for entry in entries},
        lines={entry.key: entry.line for entry in entries},
        body_line=len(lines) + 3,
        problems=problems or tuple(_entry_problems(entries, report)),
    )


def _problem(path: str, line: int, message: str) -> Problem:
    return Problem(path=path, line=line, subtype=Subtype.FRONT_MATTER, message=message)


def _read_block(block: Block, report: Report) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    try:
        root = compose(block.text)
    except (yaml.YAMLError, ValueError, TooMuchError) as error:
        return read_broken(block, fault_of(error, block), report)
    if root is None:
        return (), ()
    if isinstance(root, MappingNode):
        return tuple(read_mapping(root, block.first)), ()
    if isinstance(root, ScalarNode) and all(map(GLUED_KEY.match, block.lines)):
        fault = Fault(line=block.first, reason=NO_SPACE)
        return read_broken(block, fault, report)
    kind = "a list" if isinstance(root, SequenceNode) else "a text"
    message = f"front matter is {kind} (expected lines like title: A title); left out"
    return (), (report(root.start_mark.line + block.first, message),)


def _entry_problems(entries: Iterable[Entry], report: Report) -> Iterator[Problem]:
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
