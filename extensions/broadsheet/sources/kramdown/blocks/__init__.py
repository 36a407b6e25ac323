"""The blocks of kramdown, read by its rules and made into tokens of markdown-it.

The core rule ``block`` of markdown-it is replaced as a whole: kramdown reads a quote or an item
as a text of its own, which the state of markdown-it's block rules has no place for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.attributes import parse_attributes, references
from broadsheet.sources.kramdown.blocks import patterns
from broadsheet.sources.kramdown.blocks.definition_lists import definition_list
from broadsheet.sources.kramdown.blocks.definitions import (
    abbreviation_definition,
    footnote_definition,
    link_definition,
)
from broadsheet.sources.kramdown.blocks.elements import block_html
from broadsheet.sources.kramdown.blocks.extensions import block_extension
from broadsheet.sources.kramdown.blocks.fences import fence
from broadsheet.sources.kramdown.blocks.finish import give_terms_ids, make_figures
from broadsheet.sources.kramdown.blocks.leaves import (
    atx_heading,
    blank,
    block_math,
    end_of_block,
    gfm_heading,
    horizontal_rule,
    indented_code,
    paragraph,
    quote,
    setext_heading,
)
from broadsheet.sources.kramdown.blocks.lists import list_block
from broadsheet.sources.kramdown.blocks.notes import place_footnotes
from broadsheet.sources.kramdown.blocks.reading import Reading, Rule
from broadsheet.sources.kramdown.blocks.source import Source
from broadsheet.sources.kramdown.blocks.tables import table
from broadsheet.sources.kramdown.blocks.tokens import Tokens
from broadsheet.sources.kramdown.blocks.tree import Block
from broadsheet.sources.kramdown.definitions import (
    KEY,
    OPTIONS,
    Definitions,
    Footnote,
    Link,
    normalised,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

    from broadsheet.sources.kramdown.options import KramdownOptions


def install(markdown: MarkdownIt, options: KramdownOptions) -> None:
    """Have *markdown* read the blocks of kramdown."""
    rules = _rules(gfm=options.input == "GFM")

    def read(state: StateCore) -> None:
        own = state.env.get(OPTIONS, options)
        definitions = state.env.setdefault(KEY, Definitions(options=own, links=_links(own)))
        _read(state, rules, definitions)

    markdown.core.ruler.at("block", read)
    markdown.core.ruler.after("inline", "kramdown_footnotes", place_footnotes)
    markdown.core.ruler.after("kramdown_footnotes", "kramdown_figures", make_figures)
    markdown.core.ruler.after("kramdown_figures", "kramdown_terms", give_terms_ids)


def _links(options: KramdownOptions) -> dict[str, Link]:
    return {
        normalised(label): Link(href=href, title=title) for label, href, title in options.link_defs
    }


def _rules(*, gfm: bool) -> dict[str, tuple[Rule, ...]]:
    """Return the rules in kramdown's order, by the letters that a line of theirs begins with."""
    ordered: tuple[tuple[str, Rule], ...] = (
        ("\n\r\f\v\t", blank),
        ("\t", indented_code),
        ("~`" if gfm else "~", fence(gfm=gfm)),
        (">", quote),
        ("#", gfm_heading if gfm else atx_heading),
        ("*-_", horizontal_rule),
        ("*+-0123456789", list_block(gfm=gfm)),
        (":", definition_list),
        ("<", block_html),
        ("", setext_heading),
        ("$\\", block_math),
        ("", table),
        ("[", footnote_definition),
        ("[", link_definition),
        ("*", abbreviation_definition),
        ("{", block_extension),
        ("^", end_of_block),
        ("", paragraph(patterns.PARAGRAPH_END_GFM if gfm else patterns.PARAGRAPH_END)),
    )
    letters = {letter for begins, _ in ordered for letter in begins} | {""}
    return {
        letter: tuple(
            rule for begins, rule in ordered if not begins or (letter and letter in begins)
        )
        for letter in letters
    }


def _read(state: StateCore, rules: dict[str, tuple[Rule, ...]], definitions: Definitions) -> None:
    """Read the text of *state* into its tokens, and what it defines into *definitions*."""
    if state.inlineMode:
        block = Block("paragraph", 0, end=1)
        tokens = Tokens(definitions)
        tokens.inline(state.src, block)
        state.tokens += tokens.tokens
        return
    reading = Reading(rules, definitions)
    root = Block("root", 0)
    # one line feed at the end, as `adapt_source` has it: more of them are lines
    reading.read(root, Source(state.src.removesuffix("\n") + "\n"))
    _complete(reading)
    tokens = Tokens(definitions)
    tokens.write(root.children)
    state.tokens += tokens.tokens


def _complete(reading: Reading) -> None:
    """Note what attribute lists say of definitions; write the blocks of the footnotes."""
    definitions = reading.definitions
    for block, defined in reading.definers:
        attrs = parse_attributes(block.ial, definitions)
        if isinstance(defined, Link):
            defined.attrs, defined.references = attrs, references(block.ial)
        else:
            defined.update(attrs)
    for name, (note, place) in reading.notes.items():
        tokens = Tokens(definitions)
        tokens.write(note.children)
        definitions.footnotes[name] = Footnote(
            name=name,
            tokens=tokens.tokens,
            attrs=parse_attributes(place.ial, definitions),
            line=note.line,
        )
