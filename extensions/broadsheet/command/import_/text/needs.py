"""Which of MyST's extensions a text of the repository needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from broadsheet.command.import_.text import grammars
from broadsheet.command.import_.text.code import FIRST, MARKED, settle_code
from broadsheet.command.import_.text.meaning import EXTERNAL
from broadsheet.command.import_.text.tokens import Targets, prepare

if TYPE_CHECKING:
    from markdown_it.token import Token

    from broadsheet.sources.kramdown.options import KramdownOptions

#: Letters without which a text needs none but those of typography.
_SIGNS = re.compile(r"\{:|\$\$|~~|^ {0,3}[:\[]|\[[ xX]\]|\](?:\(|:)(?!<?(?:https?:|mailto:))", re.M)

_TYPES = {
    "dl_open": "deflist",
    "math_block": "dollarmath",
    "math_inline": "dollarmath",
    "s_open": "strikethrough",
    "toc": "attrs_block",
}
_SPANS = frozenset({"link_open", "image", "code_inline"})
_BLOCKS = frozenset({
    "paragraph_open", "heading_open", "blockquote_open", "bullet_list_open", "ordered_list_open",
    "fence", "code_block", "table_open", "dl_open",
})  # fmt: skip
_NAMED = frozenset({"class", "id", "width", "height", "align", "target", "rel", FIRST, MARKED})


def needs(body: str, options: KramdownOptions | None, targets: Targets) -> frozenset[str]:
    """Name the extensions, beyond those of typography, that *body* needs."""
    if not (_SIGNS.search(body) or (options and _needs_a_look(body, options))):
        return frozenset()
    tokens, _ = grammars.former(options).parse(body)
    if options is not None:
        settle_code(tokens, options)
    prepare(tokens, targets)
    return frozenset(_needs(tokens))


def _needs_a_look(body: str, options: KramdownOptions) -> bool:
    return bool(options.line_numbers) or (options.formulas and ("$" in body or r"\(" in body))


def _needs(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if extension := _TYPES.get(token.type):
            yield extension
        if token.type == "toc":  # which is written out where MyST would make another
            yield "attrs_inline"
        if "checked" in token.meta:
            yield "tasklist"
        if token.type in _BLOCKS and token.attrs.keys() & _NAMED - _own(token):
            yield "attrs_block"
        if token.type in _SPANS and (token.attrs.keys() & _NAMED or token.meta.get(EXTERNAL)):
            yield "attrs_inline"
        yield from _needs(token.children or ())


def _own(token: Token) -> frozenset[str]:
    return frozenset({"id"} if token.type == "heading_open" else ())
