"""The two grammars: that which a repository is read by, and that of the new project."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from broadsheet.command.import_.text import tables
from broadsheet.command.jekyll import NEW_SYNTAX
from broadsheet.sources.kramdown import kramdown

if TYPE_CHECKING:
    from markdown_it.token import Token

    from broadsheet.sources.kramdown.options import KramdownOptions

#: What kramdown writes in place of quotation marks, hyphens and full stops, MyST does, too.
TYPOGRAPHY = ("replacements", "smartquotes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """A parser with what makes its tokens comparable."""

    markdown: MarkdownIt
    is_kramdown: bool

    def parse(self, text: str) -> tuple[list[Token], dict[str, Any]]:
        """Return the tokens of a text, and the environment of its reading."""
        env: dict[str, Any] = {}
        tokens = self.markdown.parse(text, env)
        if not self.is_kramdown and tables.DIRECTIVE in text:
            tokens = [*tables.expanded(tokens, self.markdown, env)]
        return tokens, env


@lru_cache(maxsize=4)
def former(options: KramdownOptions | None) -> Grammar:
    """Return the grammar of a repository; without *options* it is CommonMark's."""
    if options is None:
        markdown = _myst((), disabled=NEW_SYNTAX)
    else:
        markdown = MarkdownIt("commonmark").use(kramdown, options)
    return Grammar(markdown=markdown, is_kramdown=options is not None)


@lru_cache(maxsize=4)
def new(extensions: frozenset[str]) -> Grammar:
    """Return the grammar of the new project, with *extensions* of MyST."""
    return Grammar(markdown=_myst(extensions), is_kramdown=False)


def _myst(extensions: Collection[str], disabled: Collection[str] = ()) -> MarkdownIt:
    config = MdParserConfig(enable_extensions=set(extensions), disable_syntax=list(disabled))
    markdown = create_md_parser(config, RendererHTML)
    # a body has no front matter, and nothing reads the count (see publication/parser.py)
    return markdown.disable(["front_matter", "wordcount"], ignoreInvalid=True)
