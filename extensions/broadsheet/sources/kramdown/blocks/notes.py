"""The footnotes of a text, behind it or where it asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from markdown_it.token import Token

from broadsheet.sources.kramdown.definitions import Footnote, definitions_of
from broadsheet.sources.kramdown.spans import read_spans

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

#: The token that stands where a text asks for its footnotes (``{:footnotes}``).
PLACE = "footnotes_place"


def place_footnotes(state: StateCore) -> None:
    """Put the notes that something refers to behind the text, in the order of their numbers.

    A note may refer to another: it is read for spans when it gets its place.
    """
    definitions = definitions_of(state.env)
    referred = (note for note in definitions.footnotes.values() if note.number)
    notes = sorted((note for note in referred if not note.placed), key=lambda note: note.number)
    for note in notes:
        note.placed = True
    for note in notes:  # which grows
        for name in _read_spans(state, note):
            following = definitions.footnotes[name]
            if not following.placed:
                following.placed = True
                notes.append(following)
    _put(state, _written(notes) if notes else [])


def _read_spans(state: StateCore, note: Footnote) -> list[str]:
    """Read a note for spans; return the names of the notes that it refers to."""
    read_spans(state, note.tokens, inside=1)  # GFM's parser leaves notes alone, as it does HTML
    return [
        str(one.meta["name"])
        for token in note.tokens
        for one in token.children or ()
        if one.type == "footnote_ref"
    ]


def _written(notes: Iterable[Footnote]) -> list[Token]:
    tokens = [_token("footnotes_open", "div", 1)]
    for note in notes:
        opening = _token("footnote_open", "li", 1)
        opening.map = [note.line, note.line + 1]
        opening.attrs = dict(note.attrs)
        opening.meta = {"name": note.name, "number": note.number, "references": note.references}
        tokens += [opening, *note.tokens, _token("footnote_close", "li", -1)]
    return [*tokens, _token("footnotes_close", "div", -1)]


def _token(kind: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
    return Token(kind, tag, nesting, block=True)


def _put(state: StateCore, notes: list[Token]) -> None:
    """Put *notes* to their place; what marks it goes."""
    for at, token in enumerate(state.tokens):
        if token.type == PLACE:
            state.tokens[at : at + 1] = notes
            return
    state.tokens += notes
