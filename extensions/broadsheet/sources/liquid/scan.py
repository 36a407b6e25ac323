"""Cut a text into what stands as it is and what is Liquid (liquid, lib/liquid/tokenizer.rb)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from broadsheet.sources.liquid.code import Code, indented_code


class Kind(Enum):
    """What a piece of a text is."""

    TEXT = auto()
    OUTPUT = auto()  #: ``{{ … }}``
    TAG = auto()  #: ``{% … %}``
    BLOCK = auto()  #: a tag with a text that is not Liquid: ``highlight``
    NOTHING = auto()  #: a comment


class Piece(NamedTuple):
    """A piece of a text; all of them, one after the other, are the text."""

    kind: Kind
    start: int  #: in the text
    end: int
    text: str = ""  #: of a text what it shows, of a tag its markup, of an output its expression
    name: str = ""  #: of a tag
    body: str = ""  #: of a block
    fault: str = ""  #: why it is no Liquid, and stays as it stands
    trims: tuple[bool, bool] = (False, False)  #: blanks before it, blanks behind it

    def left(self, source: str, fault: str = "") -> Piece:
        """Return the piece as a text that shows all of it."""
        return Piece(Kind.TEXT, self.start, self.end, source[self.start : self.end], fault=fault)


def may_hold_liquid(text: str) -> bool:
    """Tell whether there is anything to look for."""
    return "{{" in text or "{%" in text


def scan(text: str, *, markdown: bool = True) -> list[Piece]:
    """Return the pieces of *text*; in Markdown its code is no Liquid, but for ``raw``.

    It takes a time in proportion to the text, whatever that holds.
    """
    pieces = [piece for piece in _Scanner(text, markdown).pieces() if piece[1] < piece[2]]
    return _trimmed(_based_once(pieces) if "site.baseurl" in text else pieces)


_OPENING = re.compile(r"\{[{%]")
_NAME = re.compile(r"\{%-?\s*(#|\w+)")
_RAW = re.compile(
    r"(?P<above>(?:^[ \t]*)?)\{%-?\s*(?P<end>end)?raw\s*-?%\}(?P<below>[ \t]*\n)?", re.M
)
#: An output of nothing but a text with a brace or a per cent sign.
_QUOTED = re.compile(
    r"""\{\{-?[ \t]{0,9}(?:"(?=[^"\n]{0,99}[{}%])(?P<a>[^"\n]{1,200})\""""
    r"""|'(?=[^'\n]{0,99}[{}%])(?P<b>[^'\n]{1,200})')[ \t]{0,9}-?\}\}"""
)
_END = {name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}") for name in ("raw", "highlight")}
_COMMENT = re.compile(r"\{%-?\s*(?P<end>end)?comment\b[^%]*%\}")

# Up to what ends it or opens another; atomic, so each character is looked at once or twice.
_INSIDE_OUTPUT = re.compile(
    r"""(?>(?:[^{}"']|\{(?![{%])|\}(?!\})|"(?:[^"}]|\}(?!\}))*"|'(?:[^'}]|\}(?!\}))*'|["'])*)"""
)
_INSIDE_TAG = re.compile(
    r"""(?>(?:[^{%"']|%(?!\})|\{\{[^{}]*\}\}|\{(?![{%])|"(?:[^"%]|%(?!\}))*"|'(?:[^'%]|%(?!\}))*'|["'])*)"""
)

#: Blocks of Liquid: what authors indent in them is no code.
_BLOCKS = frozenset({"if", "unless", "case", "for", "tablerow", "capture"})

#: Tags in which Jekyll reads a name in braces, ``{% for a in {{page.list}} %}``, as the name
#: (liquid, lib/liquid/variable_lookup.rb takes from it what looks like one).
_OF_EXPRESSIONS = frozenset({"if", "elsif", "unless", "case", "when", "for", "assign"})
_BRACED = re.compile(r"\{\{([\w.\[\]-]{1,200})\}\}")

#: Longer tags than this are none; a text of nothing but openings is read in no time.
LONGEST = 10_000


@dataclass(frozen=True)
class _Scanner:
    text: str
    markdown: bool
    _missing: set[str] = field(default_factory=set)  #: ends that do not come any more

    @cached_property
    def _code(self) -> Code:
        return Code(self.text)

    @cached_property
    def _indented(self) -> list[tuple[int, int]]:
        return indented_code(self.text) if self.markdown else []

    def pieces(self) -> Iterator[Piece]:
        """Yield pieces, from the beginning on."""
        place = depth = 0
        while found := _OPENING.search(self.text, place):
            code = self._code.next(place, found.start()) if self.markdown else None
            if code is None and depth <= 0:
                code = self._indented_at(found.start())
            if code is not None:
                yield self._shown(place, code[0])
                yield from self._code_pieces(*code)
                place = code[1]
                continue
            yield self._shown(place, found.start())
            piece = self._tag(found.start()) if found[0] == "{%" else self._output(found.start())
            yield piece
            place = piece.end
            depth += (piece.name in _BLOCKS) - (piece.name[:3] == "end")
        yield self._shown(place, len(self.text))

    def _shown(self, start: int, end: int) -> Piece:
        return Piece(Kind.TEXT, start, end, self.text[start:end])

    def _left(self, start: int, fault: str) -> Piece:
        return Piece(Kind.TEXT, start, start + 2, self.text[start : start + 2], fault=fault)

    def _indented_at(self, place: int) -> tuple[int, int] | None:
        index = bisect_right(self._indented, (place, len(self.text))) - 1
        if index >= 0 and self._indented[index][1] > place:
            return place, self._indented[index][1]
        return None

    def _code_pieces(self, start: int, end: int) -> Iterator[Piece]:
        """Yield code as it stands, without what protects it in Jekyll: ``raw``, and quoted braces."""
        place = start
        for tag in _paired(_RAW.finditer(self.text, start, end)):
            alone = tag.start() == tag.start("above") and tag["below"] is not None
            alone = alone and (tag.start() == 0 or self.text[tag.start() - 1] == "\n")
            first = tag.start() if alone else tag.end("above")
            last = tag.end() if alone else tag.end() - len(tag["below"] or "")
            if tag["end"]:
                yield self._shown(place, first)
            else:
                yield from self._unquoted(place, first)
            yield Piece(Kind.NOTHING, first, last)
            place = last
        yield from self._unquoted(place, end)

    def _unquoted(self, start: int, end: int) -> Iterator[Piece]:
        """Yield code with the braces that are quoted in it: nobody writes those but for Jekyll."""
        place = start
        for found in _QUOTED.finditer(self.text, start, end):
            yield self._shown(place, found.start())
            yield Piece(Kind.TEXT, found.start(), found.end(), found["a"] or found["b"])
            place = found.end()
        yield self._shown(place, end)

    def _output(self, start: int) -> Piece:
        end = _end_of(_INSIDE_OUTPUT, self.text, start)
        if not self.text.startswith("}}", end):
            return self._left(start, "'{{' is not closed (expected '}}')")
        inside, trims = _inside(self.text[start + 2 : end])
        return Piece(Kind.OUTPUT, start, end + 2, inside, trims=trims)

    def _tag(self, start: int) -> Piece:
        end = _end_of(_INSIDE_TAG, self.text, start)
        named = _NAME.match(self.text, start, end)
        if named is None or not self.text.startswith("%}", end):
            fault = (
                "a tag without a name" if named is None else "'{%' is not closed (expected '%}')"
            )
            return self._left(start, fault)
        name = named[1]
        inside, trims = _inside(self.text[start + 2 : end])
        markup, end = inside[len(name) :].strip(), end + 2
        if "{{" in markup and name in _OF_EXPRESSIONS:
            markup = _BRACED.sub(r"\1", markup)
        if name == "#":
            return Piece(Kind.NOTHING, start, end, trims=trims)
        if name == "comment":
            return self._comment(start, end, trims)
        if name in _END:
            return self._verbatim(start, end, name, markup, trims)
        return Piece(Kind.TAG, start, end, markup, name, trims=trims)

    def _verbatim(
        self, start: int, end: int, name: str, markup: str, trims: tuple[bool, bool]
    ) -> Piece:
        """Return ``raw`` as the text that it protects, ``highlight`` as a block."""
        last = None if name in self._missing else _END[name].search(self.text, end)
        if last is None:
            self._missing.add(name)
            whole = Piece(Kind.TAG, start, end)
            return whole.left(self.text, f"tag {name!r} is not closed (expected 'end{name}')")
        body = self.text[end : last.start()]
        trims = trims[0], last[0].endswith("-%}")
        if name == "raw":
            return Piece(Kind.TEXT, end, last.end(), body, trims=trims, name="raw")
        code = "".join(piece.text for piece in self._code_pieces(end, last.start()))
        return Piece(Kind.BLOCK, start, last.end(), markup, name, code, trims=trims)

    def _comment(self, start: int, end: int, trims: tuple[bool, bool]) -> Piece:
        depth = 1
        for tag in () if "comment" in self._missing else _COMMENT.finditer(self.text, end):
            depth += -1 if tag["end"] else 1
            if not depth:
                trims = trims[0], tag[0].endswith("-%}")
                return Piece(Kind.NOTHING, start, tag.end(), trims=trims)
        self._missing.add("comment")
        whole = Piece(Kind.TAG, start, end)
        return whole.left(self.text, "tag 'comment' is not closed (expected 'endcomment')")


def _paired(tags: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Yield each ``raw`` that is closed, and what closes it."""
    opened = None
    for tag in tags:
        if not tag["end"]:
            opened = opened or tag
        elif opened is not None:
            yield opened
            yield tag
            opened = None


def _end_of(inside: re.Pattern[str], text: str, start: int) -> int:
    found = inside.match(text, start + 2, min(len(text), start + LONGEST))
    return found.end() if found else start + 2


def _inside(text: str) -> tuple[str, tuple[bool, bool]]:
    """Return what stands between the braces, and whether blanks around them go."""
    before = text.startswith("-")
    behind = text.endswith("-") and len(text) > 1
    return text[before : len(text) - behind].strip(), (before, behind)


def _based_once(pieces: list[Piece]) -> list[Piece]:
    """Leave out the base path before a tag that gives it: until Jekyll 4 none did.

    (lib/jekyll/tags/link.rb, post_url.rb; many a text was written before.)
    """
    for index, tag in enumerate(pieces[1:]):
        if tag.name in {"link", "post_url"} and pieces[index].kind is Kind.OUTPUT:
            before = pieces[index]
            if before.text == "site.baseurl":
                pieces[index] = before._replace(kind=Kind.NOTHING, text="")
    return pieces


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Take the blanks from texts whose neighbours say so (``{%-`` and ``-%}``)."""
    for index, piece in enumerate(pieces):
        if piece.trims[0] and index and pieces[index - 1].kind is Kind.TEXT:
            before = pieces[index - 1]
            pieces[index - 1] = before._replace(text=before.text.rstrip())
        if piece.trims[1] and index + 1 < len(pieces) and pieces[index + 1].kind is Kind.TEXT:
            after = pieces[index + 1]
            kept = after.text.lstrip()
            # so that its lines are still those of the source
            start = after.start + len(after.text) - len(kept)
            pieces[index + 1] = after._replace(text=kept, start=start)
    return pieces


def assigned_names(pieces: list[Piece]) -> frozenset[str]:
    """Return the variables that the tags of a text set, wherever they do so."""
    names = defaultdict(set)
    for piece in pieces:
        if piece.kind is Kind.TAG and (word := re.match(r"[\w-]+", piece.text)):
            names[piece.name].add(word[0])
    return frozenset().union(
        *(names[tag] for tag in ("assign", "capture", "increment", "decrement", "for", "tablerow"))
    )
