"""Blocks of code: what Jekyll and kramdown say of their language and their lines, as MyST does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.publication.code import OWN, language_of, lexer_name, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from broadsheet.sources.kramdown.options import KramdownOptions

#: Attributes of MyST: the number of the first line, and lines that are marked.
FIRST, MARKED = "lineno-start", "emphasize-lines"


def settle_code(tokens: Iterable[Token], options: KramdownOptions) -> None:
    """Have blocks of code say how they are shown as MyST has it."""
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            if token.attrs or options.line_numbers:
                _settle(token, options)
            token.info = _known(token.info)


def _settle(token: Token, options: KramdownOptions) -> None:
    attributes = {key: str(value) for key, value in token.attrs.items()}
    first, marks = lines_of(token.content, attributes, options.line_numbers)
    for key in OWN & attributes.keys():
        del token.attrs[key]
    if first:
        token.attrs[FIRST] = first
    if shown := [one for one in marks or () if one <= token.content.count("\n")]:
        token.attrs[MARKED] = ",".join(map(str, shown))
    classes = attributes.get("class", "").split()
    if not token.info.strip() and (language := language_of("", " ".join(classes))):
        token.info = language
        rest = [one for one in classes if not one.startswith("language-")]
        if rest:
            token.attrs["class"] = " ".join(rest)
        else:
            del token.attrs["class"]


def _known(info: str) -> str:
    """Return what stands behind a fence with the name that Sphinx knows of Rouge's language."""
    language = language_of(info, "")
    lexer = lexer_name(language) if language else None
    if lexer is None or lexer == language.lower():
        return info
    return "text" if lexer == "none" else lexer
