"""The excerpt of an article whose text is another one now: it ends where it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.rules.excerpt_html import as_text, render

if TYPE_CHECKING:
    from broadsheet.command.import_.text.convert import Dialect

#: What ends an excerpt that an empty line would end elsewhere.
MARK = "<!--more-->"

#: Lines of a text among which the end is looked for.
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpts:
    """Tells what excerpts say to a reader."""

    dialect: Dialect

    def old(self, excerpt: str) -> str:
        """Return the words of an excerpt of the repository."""
        options = self.dialect.options
        return as_text(render(excerpt, link=lambda to: to, dialect=options))

    def new(self, excerpt: str) -> str:
        """Return those of one of the new project."""
        extensions = self.dialect.extensions
        return as_text(render(excerpt, link=lambda to: to, extensions=extensions))

    def marked(self, body: str, words: str) -> str | None:
        """Return *body* with the mark where its excerpt says *words*; None if it nowhere does."""
        if MARK in body:
            return None
        if not words:
            return f"{MARK}\n\n{body}"
        lines = body.split("\n")
        ends = (n for n, line in enumerate(lines[:_LOOKED_AT]) if n and not line.strip())
        for end in ends:
            said = self.new("\n".join(lines[:end]))
            if said == words:
                return "\n".join([*lines[:end], "", MARK, *lines[end:]])
            if len(said) > len(words) + len(lines[end - 1]):
                return None
        return None
