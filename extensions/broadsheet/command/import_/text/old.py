"""A text as the repository's grammar reads it, its footnotes apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from broadsheet.sources.kramdown.definitions import KEY as KRAMDOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from markdown_it.token import Token

    from broadsheet.command.import_.text.grammars import Grammar
    from broadsheet.sources.kramdown.definitions import Definitions
    from broadsheet.sources.kramdown.options import KramdownOptions


#: The language of code that would be a directive in MyST.
_LANGUAGE = re.compile(r"[\w+#.-]+")
#: A prefix that can be one of names that are no numbers.
_PREFIX = re.compile(r"[^\W\d][\w:-]*")


@dataclass(slots=True)
class Old:
    """A text as the repository's grammar reads it."""

    tokens: list[Token]
    env: dict[str, Any]
    notes: dict[str, list[Token]] = field(default_factory=dict)  #: that something refers to

    @property
    def options(self) -> KramdownOptions | None:
        """Return those of kramdown, with what the text has changed; None for CommonMark."""
        found: Definitions | None = self.env.get(KRAMDOWN)
        return found.options if found else None


def read(grammar: Grammar, text: str) -> Old:
    """Read a text."""
    tokens, env = grammar.parse(text)
    old = Old(tokens=[], env=env)
    place = old.tokens
    label = ""
    for token in tokens:
        if grammar.is_kramdown and token.info.startswith("{"):  # as R Markdown has it
            token.info = "".join(_LANGUAGE.findall(token.info)[:1])
        if token.type in {"footnote_open", "footnote_reference_open"}:
            label = str(token.meta.get("name") or token.meta.get("label"))
            place = old.notes.setdefault(label, [])
        elif token.type in {"footnote_close", "footnote_reference_close"}:
            place = old.tokens
        elif token.type not in {"footnotes_open", "footnotes_close"}:
            place.append(token)
    return old


def new_labels(notes: Collection[str], prefix: str = "") -> dict[str, str]:
    """Return new names for notes, from which MyST makes the anchors that kramdown has made.

    MyST shows a number as it is written, and numbers all the others: one that is not the number
    of its note gets a name, ``note-2``, whose anchor is that of the number (``AnchorNotes``).
    A *prefix* of all anchors (``footnote_prefix``) is one of all names.
    """
    if _PREFIX.fullmatch(prefix):
        return {label: f"{prefix}{label}" for label in notes}
    numbered = {label: str(n) for n, label in enumerate(notes, 1)}
    digits = [label for label in numbered if label.isdecimal()]
    if all(numbered[label] == label for label in digits) and len(digits) in {0, len(numbered)}:
        return {}
    return {label: _named(label, notes) for label in digits}


def _named(number: str, notes: Container[str]) -> str:
    name = f"note-{number}"
    while name in notes:
        name = name.replace("-", "--", 1)
    return name
