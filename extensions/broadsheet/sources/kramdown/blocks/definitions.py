"""Definitions that may stand anywhere: of links, abbreviations and footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.attributes import NAME
from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.leaves import code_lines
from broadsheet.sources.kramdown.blocks.source import Source
from broadsheet.sources.kramdown.blocks.tree import Block
from broadsheet.sources.kramdown.definitions import Link, normalised
from broadsheet.sources.kramdown.tags import SPACE

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.blocks.reading import Reading

_LINK = re.compile(r" {0,3}\[(?P<label>[^\n\]]+)\]:[ \t]*+(?P<rest>.*)\n")
_ANGLED = re.compile(r"<(?P<href>[^>\n]*+)>(?=[ \t]|\Z)")
_TITLE = re.compile(r"[ \t]+(?P<quote>[\"'])(?=.)")
_TITLE_LINE = re.compile(r"[ \t]*+(?P<quote>[\"'])(?P<title>.+)(?P=quote)[ \t]*\n")
_QUOTE_INSIDE = re.compile(r"[ \t][\"']")

_ABBREVIATION = re.compile(r" {0,3}\*\[(?P<name>.+?)\]:(?P<text>.*)\n")
_FOOTNOTE = re.compile(rf" {{0,3}}\[\^(?P<name>{NAME})\]:")


def link_definition(reading: Reading) -> bool:
    """Read ``[label]: href "title"``; the title may stand on the next line."""
    source = reading.source
    found = source.match(_LINK)
    if found is None:
        return False
    rest = found["rest"].rstrip(" \t")
    end = found.end()
    href, title, after = _split(rest)
    if title is None and not after and (below := _TITLE_LINE.match(source.text, end)):
        title, end = below["title"], below.end()
    if after or _QUOTE_INSIDE.search(href) or not (href or rest.startswith("<")):
        return False
    name, line = normalised(found["label"]), source.line
    links = reading.definitions.links
    if name in links and links[name].href != href:
        message = f"link [{found['label'][:60]}] is defined before; this definition holds"
        reading.problem(line, message)
    links[name] = link = Link(href=href, title=title)
    source.pos = end
    reading.definers.append((reading.add(Block("eob", line, "link")), link))
    return True


def _split(rest: str) -> tuple[str, str | None, str]:
    """Return the address and the title of a link's definition, and what belongs to neither."""
    if angled := _ANGLED.match(rest):
        behind = rest[angled.end() :]
        title = _TITLE.match(behind)
        if not behind:
            return angled["href"], None, ""
        if title and len(behind) > title.end() + 1 and behind.endswith(title["quote"]):
            return angled["href"], behind[title.end() : -1], ""
    for title in _TITLE.finditer(rest):
        if title.start() and len(rest) > title.end() + 1 and rest.endswith(title["quote"]):
            return rest[: title.start()], rest[title.end() : -1], ""
    return rest, None, ""


def abbreviation_definition(reading: Reading) -> bool:
    """Read ``*[HTML]: what it stands for``."""
    source = reading.source
    found = source.match(_ABBREVIATION)
    if found is None:
        return False
    line = source.line
    source.pos = found.end()
    name, abbreviations = found["name"], reading.definitions.abbreviations
    if name in abbreviations:
        message = f"abbreviation {name[:60]!r} is defined before; this definition holds"
        reading.problem(line, message)
    attrs: dict[str, str] = {}
    abbreviations[name] = found["text"].strip(SPACE), attrs
    reading.definers.append((reading.add(Block("eob", line, "abbreviation")), attrs))
    return True


def footnote_definition(reading: Reading) -> bool:
    """Read ``[^name]: blocks``, those after the first indented."""
    source = reading.source
    found = source.match(_FOOTNOTE)
    if found is None:
        return False
    line = source.line
    start = found.end()
    source.pos = source.text.find("\n", start) + 1 or len(source.text)
    code_lines(source)
    text = patterns.INDENTS.sub("", source.text[start : source.pos])
    note = Block("footnote", line, found["name"])
    reading.read(note, Source(text, line))
    notes = reading.notes
    if note.text in notes:
        message = f"footnote [^{note.text[:60]}] is defined before; this definition holds"
        reading.problem(line, message)
    notes[note.text] = note, reading.add(Block("eob", line, "footnote"))
    return True
