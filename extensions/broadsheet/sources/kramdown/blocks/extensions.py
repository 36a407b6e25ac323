"""What stands between ``{:`` and ``}``: attribute lists, comments, raw text, options."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.attributes import (
    NAME,
    is_attribute_list,
    parse_attributes,
    set_options,
)
from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.tree import Block, joined

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading

_EXTENSION = re.compile(
    r" {0,3}\{::(?P<name>[A-Za-z0-9_]++)(?:\s(?P<words>(?:\\\}|[^}]){0,1000}?))?(?P<closed>/)?\}"
    r"[ \t\r\f\v]*+\n",
    re.ASCII,
)
_STOP_TAG = re.compile(rf" {{0,3}}\{{:/(?>(?:{NAME})?)\}}[ \t\r\f\v]*+\n")

#: Definitions show nowhere, and yet an attribute list behind one is its own.
_OWNERS = frozenset({"link", "abbreviation", "footnote"})


def block_extension(reading: Reading) -> bool:
    """Read an attribute list, or an extension such as ``{::comment}``."""
    source = reading.source
    if found := source.skip(patterns.ALD_LINE):
        lists = reading.definitions.attribute_lists
        _warn_if_empty(reading, found["words"])
        lists[found["name"]] = joined(lists.get(found["name"], ""), found["words"])
        reading.add(Block("eob", source.line, "list"))
        return True
    if found := source.match(_EXTENSION):
        return _extension(reading, found)
    if stop := source.match(_STOP_TAG):
        reading.problem(source.line, f"{stop[0].strip()} ends nothing; shown as it stands")
        return False
    return _attribute_list(reading)


def _attribute_list(reading: Reading) -> bool:
    """Give the attributes to the block right above, or else to the next one."""
    source = reading.source
    found = source.skip(patterns.IAL_LINE)
    if found is None:
        return False
    words = found["ial"]
    _warn_if_empty(reading, words)
    last = reading.parent.last
    if last is None or last.kind == "blank" or (last.kind == "eob" and last.text not in _OWNERS):
        reading.ial = joined(reading.ial, words)
        return True
    last.refer(words)
    if source.match(patterns.IAL_LINE) is None:
        reading.add(Block("eob", source.line, "ial"))
    return True


def _warn_if_empty(reading: Reading, words: str) -> None:
    if not is_attribute_list(words) and words.strip() not in {"", ":"}:
        message = f"attribute list {words.strip()[:60]!r} gives nothing; it is left out"
        reading.problem(reading.source.line - 1, message)


def _extension(reading: Reading, found: re.Match[str]) -> bool:
    source = reading.source
    name, line, end = found["name"], source.line, found.end()
    body = None
    if not found["closed"]:
        stop = source.search(_stop(name), end)
        if stop is None:
            reading.problem(line, f"{{::{name}}} is not closed by {{:/{name}}}; shown as it stands")
            return False
        body, end = source.text[end : stop.start()], stop.end()
    if name not in _EXTENSIONS:
        reading.problem(line, f"{{::{name}}} is no extension of kramdown; shown as it stands")
        return False
    source.pos = end
    words = found["words"] or ""
    if name == "options":
        for fault in set_options(words, reading.definitions):
            reading.problem(line, fault)
        reading.add(Block("eob", line, "options"))
    elif body is not None:
        _add(reading, Block(name, line, body.removesuffix("\n")), words)
    return True


_EXTENSIONS = frozenset({"comment", "nomarkdown", "options"})


@cache
def _stop(name: str) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,3}}\{{:/(?>(?:{name})?)\}} *+\n", re.MULTILINE)


def _add(reading: Reading, block: Block, words: str) -> None:
    """Add a comment or raw text; that of another output than HTML shows nowhere."""
    if block.kind == "nomarkdown":
        kinds = parse_attributes(words, reading.definitions).get("type", "").split()
        if kinds and "html" not in kinds:
            block.text = ""
    reading.parent.children.append(block)
