"""What a text defines, wherever in it, and its spans are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping
    from typing import Any

    from markdown_it.token import Token

    from broadsheet.sources.kramdown.options import KramdownOptions

#: Where the environment of markdown-it keeps the definitions of the text at hand.
KEY = "kramdown"

#: Where it may keep the options of this text, if they are not those of the others.
OPTIONS = "kramdown_options"

#: So many faults of a text are noted.
_MOST = 1000


class Fault(NamedTuple):
    """What is wrong with a text."""

    path: str  #: of the file, "" as long as that is not told
    line: int  #: from 0: of the text, or of its file
    message: str


@dataclass(slots=True, kw_only=True)
class Footnote:
    """A footnote: its blocks, and the references to it so far."""

    name: str
    tokens: list[Token]
    attrs: dict[str, str] = field(default_factory=dict)
    line: int = 0  #: of its definition, as that of a fault
    path: str = ""
    number: int = 0  #: of its place among the notes; 0 as long as nothing refers to it
    references: int = 0
    placed: bool = False  #: among the tokens of a text


@dataclass(slots=True, kw_only=True)
class Definitions:
    """The definitions of one text; blocks fill it, spans look things up."""

    options: KramdownOptions  #: ``{::options …}`` replaces it from there on
    attribute_lists: dict[str, str] = field(default_factory=dict)  #: the text of ALDs by name
    links: dict[str, Link] = field(default_factory=dict)  #: by normalised label
    abbreviations: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    finder: Finder | None = None  #: of the abbreviations
    footnotes: dict[str, Footnote] = field(default_factory=dict)
    problems: list[Fault] = field(default_factory=list)
    line: int = 0  #: of the text whose spans are being read
    html: int = 0  #: in so many elements does it stand
    footnotes_used: int = 0  #: so many of them have a number

    def problem(self, line: int, message: str) -> None:
        """Note what is wrong with a line of the text at hand."""
        if len(self.problems) < _MOST:
            self.problems.append(Fault("", line, message))

    def move(self, line: Callable[[int], int]) -> None:
        """Have all that is noted so far, in the only text so far, name other lines."""
        self.problems = [one._replace(line=line(one.line)) for one in self.problems]
        for note in self.footnotes.values():
            note.line = line(note.line)
            move_lines(note.tokens, line)

    def settle(self, path: str, above: int) -> None:
        """Have what was noted of the last text name its file, and the lines *above* it."""
        self.problems = [
            one if one.path else Fault(path, one.line + above, one.message) for one in self.problems
        ]
        for note in self.footnotes.values():
            if not note.path:
                note.line, note.path = note.line + above, path


@dataclass(slots=True, kw_only=True)
class Link:
    """The target of a link definition."""

    href: str
    title: str | None = None
    attrs: dict[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()  #: of its attribute list: ``standalone`` has a meaning


class Finder(NamedTuple):
    """What finds abbreviations in text."""

    made_of: int  #: so many abbreviations
    pattern: re.Pattern[str]
    names: dict[str, str]  #: as they are defined, by their words with single spaces


_SPACES = re.compile(r"\s+", re.ASCII)


def normalised(label: str) -> str:
    """Return the *label* of a link as its definition is filed (``normalize_link_id``)."""
    return _SPACES.sub(" ", label).lower()


def definitions_of(env: MutableMapping[str, Any]) -> Definitions:
    """Return the definitions of the text that is being read."""
    found: Definitions = env[KEY]
    return found


def move_lines(tokens: Iterable[Token], line: Callable[[int], int]) -> None:
    """Have *tokens* name other lines."""
    for token in tokens:
        if token.map:
            first, end = token.map
            begin = line(first)
            token.map = [begin, max(begin + 1, line(end - 1) + 1)]


def problems_of(definitions: Definitions) -> list[Fault]:
    """Return what is wrong with a text that was read, in the order of its lines, each once.

    A footnote that nothing refers to shows nowhere (``parse`` of kramdown warns of it).
    """
    unused = [
        Fault(
            note.path, note.line, f"nothing refers to the footnote [^{note.name}]; it is left out"
        )
        for note in definitions.footnotes.values()
        if not note.number
    ]
    return sorted({*definitions.problems, *unused})
