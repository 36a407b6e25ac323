"""Tables without a head: a directive of MyST, whose tables with lines have to have one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import indent
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from mdformat.renderer import RenderTreeNode

DIRECTIVE = "{list-table}"

#: Classes that docutils takes as they are (``docutils.nodes.make_id``).
_CLASSES = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?: [a-z][a-z0-9]*(?:-[a-z0-9]+)*)*")
_CONTENT = re.compile(r"(?::class: (?P<classes>[^\n]*)\n\n)?(?P<rows>(?!:).*)", re.DOTALL)


def list_table(node: RenderTreeNode, write: Callable[[RenderTreeNode], str]) -> str:
    """Return what stands in the directive, "" for a table that it cannot give.

    *write* gives the text of a cell.
    """
    body = node.children[0]
    rows = [row.children for row in body.children]
    cells = [cell for row in rows for cell in row]
    classes = str(node.attrs.get("class", ""))
    is_plain = not any(one.attrs for one in (*cells, *body.children, body))
    is_named = not classes or _CLASSES.fullmatch(classes)
    if not (is_plain and is_named and node.attrs.keys() <= {"class"}):
        return ""
    written = "".join(_row([write(cell) for cell in row]) for row in rows)
    return f":class: {classes}\n\n{written}" if classes else written


def _row(cells: Iterable[str]) -> str:
    items = "\n".join(f"- {indent(cell, '  ')[2:]}".rstrip() for cell in cells)
    return f"* {indent(items, '  ')[2:]}\n"


def expanded(tokens: Iterable[Token], markdown: MarkdownIt, env: Any) -> Iterator[Token]:
    """Yield *tokens* with those of tables in place of the directives that give them."""
    for token in tokens:
        is_table = token.type == "fence" and token.info.strip() == DIRECTIVE
        yield from (_table(token, markdown, env) if is_table else ()) or (token,)


def _table(fence: Token, markdown: MarkdownIt, env: Any) -> Sequence[Token]:
    """Return the tokens of the table in a directive, none where it is not as we write it."""
    content = _CONTENT.fullmatch(fence.content)
    tokens = markdown.parse(content["rows"], env) if content else []
    kinds = " ".join(token.type for token in tokens)
    if content is None or not _ROWS.fullmatch(kinds):
        return ()
    table = Token("table_open", "table", 1, map=fence.map, block=True)
    if content["classes"]:
        table.attrs["class"] = content["classes"]
    return (table, _part("tbody", 1), *_cells(tokens), _part("tbody", -1), _part("table", -1))


#: The tokens of a list of lists whose items are paragraphs.
_CELL = "list_item_open (?:paragraph_open inline paragraph_close )?list_item_close "
_ROW = f"list_item_open bullet_list_open (?:{_CELL})+bullet_list_close list_item_close "
_ROWS = re.compile(f"bullet_list_open (?:{_ROW})+bullet_list_close")


def _cells(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type.startswith("list_item"):
            yield _part("tr" if token.level == 1 else "td", token.nesting)
        elif token.type == "inline":
            yield token


def _part(tag: str, nesting: Any) -> Token:
    return Token(f"{tag}_{'open' if nesting > 0 else 'close'}", tag, nesting, block=True)
