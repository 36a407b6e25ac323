"""Reading a line of text from left to right, span within span (``parse_spans`` of kramdown)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token

from broadsheet.sources.kramdown.spans.text import Writer

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.definitions import Definitions

#: Reads what begins at the place of the reader; False if it is not what it seemed to be.
Rule = Callable[["Reader"], bool]
#: Tells whether the span that is being read ends at the place of the reader.
Stop = Callable[["Reader"], object]

# Alternatives that begin with a letter of their own are searched for as fast as a set of letters.
_EVENT = r"""\*|_|`|<|\[|"|'|\$\$|\$["']|&|\\|!\[|\{:|--|\.\.\.|>>|~~"""
EVENT = re.compile(_EVENT)
EVENT_IN_BRACKETS = re.compile(_EVENT + r"|\]")
EVENT_IN_RAW = re.compile("<")
#: The same where single dollars begin formulas.
_WITH_FORMULAS = {one: re.compile(one.pattern + r"|\$") for one in (EVENT, EVENT_IN_BRACKETS)}

#: Deeper spans are text, and so are images in images: nobody writes them, each is a call within
#: a call, and the text behind each may be read in vain.
DEEPEST = 50
_MANY = 3
#: What may be read in vain, for each letter of the text and besides: texts that are made of
#: beginnings without an end would take the square of their length.
_PATIENCE, _LEAST_PATIENCE = 2, 8000

#: So many are noted of one text.
_MOST_PROBLEMS = 100


@dataclass(slots=True)
class Span:
    """A span that has begun."""

    kind: str  #: ``em``, ``strong``, ``a``, ``img`` or ``html``
    first: int  #: the place of its opening token
    before: list[str]  #: the text before it, which is written when it turns out to be one
    images: int = 0  #: among its children


@dataclass(frozen=True, slots=True)
class Mark:
    """What has to be restored if a span turns out to be none."""

    at: int
    tokens: int
    pending: list[str]
    problems: int


class Reader(Writer):
    """Reads one text into tokens; rules are functions of it, found by the letter at its place."""

    def __init__(
        self,
        src: str,
        definitions: Definitions,
        rules: Mapping[str, Sequence[Rule]],
        tokens: list[Token],
    ) -> None:
        super().__init__(definitions, tokens)
        self.src = src
        self.at = 0
        self.rules = rules
        self.spans: list[Span] = []
        self.notes = False  #: whether there are references to footnotes
        self.problems: list[tuple[int, str]] = []  #: by the place in the text
        self.patience = _PATIENCE * len(src) + _LEAST_PATIENCE
        self._ahead: dict[object, tuple[int, int]] = {}

    # the loop

    def read_all(self) -> None:
        """Read to the end of the text."""
        self.read(None)
        self.read_rest()

    def read_rest(self) -> None:
        """Take what is left as text."""
        self.add(self.src[self.at :])
        self.at = len(self.src)
        self.flush()

    def read(self, stop: Stop | None, event: re.Pattern[str] = EVENT) -> bool:
        """Read until *stop* says that the span ends here; False if it never does."""
        if self.options.formulas:
            event = _WITH_FORMULAS.get(event, event)
        src, search = self.src, event.search
        while found := search(src, self.at):
            at = found.start()
            letter = src[at]
            if letter in "\"'" and at > self.at and src[at - 1] != "\\":
                at, letter = at - 1, '"'  # what stands before a quotation mark tells its side
            elif letter == ">" and at > self.at and src[at - 1] == " ":
                at -= 1
            if at > self.at:
                self.pending.append(src[self.at : at])
                self.at = at
            if stop is not None and stop(self):
                return True
            for rule in self.rules["raw" if self.raw else letter]:
                if rule(self):
                    break
            else:
                self.take(src[self.at])
        return False

    # spans that may turn out to be none

    def mark(self) -> Mark:
        """Remember this place, to return to it."""
        return Mark(self.at, len(self.tokens), self.pending, len(self.problems))

    def open(self, kind: str, token: Token) -> None:
        """Begin a span."""
        self.spans.append(Span(kind, len(self.tokens), self.pending))
        self.pending = []
        self.push(token)
        self.level += 1
        self.html += kind == "html"

    def close(self, token: Token, after: str = "") -> None:
        """End the span that was begun last, with the sign that stands here."""
        self.flush()
        self.at += len(after)
        self.level -= 1
        self.push(token)
        span = self.spans.pop()
        self.html -= span.kind == "html"
        inside = self.write_before(span)
        self.attach(inside[0])
        self.tokens += inside

    def write_before(self, span: Span) -> list[Token]:
        """Write the text before *span*; return its tokens, which are taken from the others."""
        inside = self.tokens[span.first :]
        del self.tokens[span.first :]
        self.pending = span.before
        self.flush()
        return inside

    def give_up(self, mark: Mark, end: int | None = None) -> None:
        """Take back what has begun since *mark*, to which this returns; it was read to *end*."""
        self.patience -= (len(self.src) if end is None else end) - mark.at
        self.spans.pop()
        self.level -= 1
        del self.tokens[mark.tokens :]
        del self.problems[mark.problems :]
        self.pending = mark.pending
        self.at = mark.at
        self.attached = -1

    def take(self, text: str) -> bool:
        """Take what stands here as text."""
        self.pending.append(text)
        self.at += len(text)
        return True

    def problem(self, message: str, at: int | None = None) -> None:
        """Note what is wrong here, or at another place."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append((self.at if at is None else at, message))

    def read_within(self, text: str) -> None:
        """Read *text*, a part of ours, as if it were alone."""
        inner = Reader(text, self.definitions, self.rules, self.tokens)
        inner.level, inner.html = self.level, self.html + 1
        inner.read_all()
        self.notes = self.notes or inner.notes
        self.problems += [(self.at + at, message) for at, message in inner.problems]

    def may_open(self) -> bool:
        """Tell whether it is worth the time to look for the end of another span."""
        return len(self.spans) < DEEPEST and self.patience > 0

    def within(self, *kinds: str) -> bool:
        """Tell whether a span of one of the *kinds* has begun."""
        return any(span.kind in kinds for span in self.spans)

    def within_many(self, kind: str) -> bool:
        """Tell whether more spans of one *kind* have begun than anybody writes."""
        return sum(span.kind == kind for span in self.spans) >= _MANY

    # what comes after

    def attach(self, token: Token | None) -> None:
        """Note that an attribute list which follows at once belongs to *token* (None: to nothing)."""
        self.attached, self.bearer = self.at, token

    def ahead(self, what: re.Pattern[str] | str, at: int) -> int:
        """Return the first place from *at* on where *what* is, or -1; look for it but once."""
        since, found = self._ahead.get(what, (len(self.src) + 1, -1))
        if since > at or -1 < found < at:
            if isinstance(what, str):
                found = self.src.find(what, at)
            else:
                match = what.search(self.src, at)
                found = match.start() if match else -1
            self._ahead[what] = at, found
        return found

    def symbol(self, letter: str) -> None:
        """Write a *letter* that stands for something else: no text to an attribute list."""
        if self.definitions.abbreviations:
            self.flush()
            self.push(Token("text", "", 0, content=letter))
        else:
            self.pending.append(letter)
        self.attach(None)
