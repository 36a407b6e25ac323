"""A text as the repository's grammar reads it, its footnotes apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

    from broadsheet.command.import_.text.grammars import Grammar


#: The language of code that would be a directive in MyST.
_LANGUAGE = re.compile(r"[\w+#.-]+")


@dataclass(slots=True)
class Old:
    """A text as the repository's grammar reads it."""

    tokens: list[Token]
    env: dict[str, Any]
    notes: dict[str, list[Token]] = field(default_factory=dict)  #: that something refers to


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


def new_labels(notes: Mapping[str, object]) -> dict[str, str]:
    """Return new names for notes whose names are numbers, but not the numbers that they have.

    MyST shows a number as it is written, and numbers all the others.
    """
    numbered = {label: str(n) for n, label in enumerate(notes, 1)}
    digits = [label for label in numbered if label.isdecimal()]
    if all(numbered[label] == label for label in digits) and len(digits) in {0, len(numbered)}:
        return {}
    return {label: f"note-{label}" for label in digits}
