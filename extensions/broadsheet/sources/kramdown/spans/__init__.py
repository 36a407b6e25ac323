"""The spans of kramdown: what stands in a line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.parser_inline import ParserInline

from broadsheet.sources.kramdown.definitions import KEY, Definitions, definitions_of
from broadsheet.sources.kramdown.spans.reader import Reader
from broadsheet.sources.kramdown.spans.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

    from broadsheet.sources.kramdown.options import KramdownOptions


def install(markdown: MarkdownIt, options: KramdownOptions) -> None:
    """Have *markdown* read the spans of kramdown."""
    markdown.inline = SpanParser(options)
    markdown.core.ruler.at("inline", _read)


def _read(state: StateCore) -> None:
    read_spans(state, state.tokens)


def read_spans(state: StateCore, tokens: Iterable[Token], inside: int = 0) -> None:
    """Read every line among *tokens*, which are *inside* so many elements of HTML, for spans."""
    definitions = definitions_of(state.env)
    for token in tokens:
        if token.type == "inline":
            definitions.line, definitions.html = token.map[0] if token.map else 0, inside
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        elif token.type.startswith("html_element_"):
            inside += token.nesting


class SpanParser(ParserInline):
    """Reads spans by kramdown's rules; those that are registered with markdown-it rest."""

    def __init__(self, options: KramdownOptions) -> None:
        super().__init__()
        self.options = options

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Append the tokens of *src* to *tokens*, and number the footnotes that it refers to."""
        definitions = env.get(KEY) or Definitions(options=self.options)
        reader = Reader(src, definitions, RULES, tokens)
        reader.html = definitions.html
        reader.read_all()
        if reader.notes:
            _number(tokens, definitions)
        for at, message in reader.problems:
            definitions.problem(definitions.line + src.count("\n", 0, at), message)
        return tokens


def _number(tokens: list[Token], definitions: Definitions) -> None:
    """Give notes numbers by their first reference (``convert_footnote`` of kramdown's HTML)."""
    for token in tokens:
        if token.type == "footnote_ref":
            note = definitions.footnotes[token.meta["name"]]
            if not note.number:
                note.number = definitions.options.footnote_nr + definitions.footnotes_used
                definitions.footnotes_used += 1
            token.meta |= {"number": note.number, "reference": note.references}
            note.references += 1
