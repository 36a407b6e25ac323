"""Blocks as MyST writes them."""

from __future__ import annotations

import re
from textwrap import indent
from typing import TYPE_CHECKING

from mdformat.renderer import DEFAULT_RENDERERS

from broadsheet.command.import_.text.code import FIRST, MARKED
from broadsheet.command.import_.text.headings import anchor_of, contents_id
from broadsheet.command.import_.text.meaning import CONTENTS, RAW, tag_of
from broadsheet.command.import_.text.settings import settings_of
from broadsheet.command.import_.text.spans import attributes
from broadsheet.command.import_.text.tables import DIRECTIVE, list_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdformat.renderer import RenderContext, RenderTreeNode
    from mdformat.renderer.typing import Render

#: Beginnings of lines that say something in MyST (mdformat knows those of CommonMark).
_LINE_START = re.compile(r"^(?:%|\+\+\+|(?:\(.*\)=|\{.*\})[ \t]*$|[:~](?=[ \t])|(?:```|~~~|:::))")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_VERBATIM = re.compile(r"<(?:pre|script|style|textarea)\b", re.I)
#: An id that can be written behind a heading (``rules/heading_ids.py``).
_ID = re.compile(r"[^\W\d][\w:.\-·]*")
#: Furo wants to be told that a table of contents in the text is meant to be there.
_WANTED = "this-will-duplicate-information-and-it-is-still-useful-here"

_NAMES = frozenset({"class", "id"})


def _blocks(node: RenderTreeNode, context: RenderContext) -> str:
    return "\n\n".join(filter(None, (child.render(context) for child in node.children)))


def _with_attributes(render: Render, keys: frozenset[str] = _NAMES) -> Render:
    """Return what writes a block below its attributes, or as HTML where MyST has none of them."""

    def rendered(node: RenderTreeNode, context: RenderContext) -> str:
        attrs = {key: value for key, value in node.attrs.items() if key != "start"}
        if not attrs.keys() <= keys or any(_has_odd_part(child) for child in node.children):
            return as_html(node, context)
        written = attributes(attrs)
        text = render(node, context)
        return f"{written}\n{text}" if written else text

    return rendered


def _has_odd_part(node: RenderTreeNode) -> bool:
    """Tell whether a part of a list has attributes, which nothing in MyST can give it."""
    return node.type in {"list_item", "dt", "dd", "tr"} and bool(node.attrs)


def as_html(node: RenderTreeNode, context: RenderContext) -> str:
    """Return a block as HTML."""
    return html_text(settings_of(context).html(node.to_tokens()))


def html_text(html: str) -> str:
    """Return HTML so that MyST reads it as one block: without empty lines, or in a directive."""
    html = html.strip()
    if _BLANK_LINES.search(html):
        if _VERBATIM.search(html):
            return fenced(RAW, html)
        html = _BLANK_LINES.sub("\n", html)
    return html


def fenced(info: str, text: str) -> str:
    """Return *text* between fences that are longer than any in it."""
    mark = "~" if "`" in info else "`"
    longest = max((len(run) for run in re.findall(f"{mark}{{3,}}", text)), default=2)
    fence = mark * (longest + 1)
    return f"{fence}{info}\n{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{fence}"


def _paragraph(node: RenderTreeNode, context: RenderContext) -> str:
    text = DEFAULT_RENDERERS["paragraph"](node, context)
    lines = (_LINE_START.sub(r"\\\g<0>", line) for line in text.split("\n"))
    return "\n".join(lines)


def _heading(node: RenderTreeNode, context: RenderContext) -> str:
    id_ = str(node.attrs.get("id", ""))
    others = {key: value for key, value in node.attrs.items() if key != "id"}
    if not others.keys() <= _NAMES:
        return as_html(node, context)
    text = " ".join("".join(child.render(context) for child in node.children).split("\n"))
    text = re.sub(r"#$|\{(?=#[^{}]*\}$)", r"\\\g<0>", text.strip())
    if id_ and not settings_of(context).page:
        if _ID.fullmatch(id_):
            text = f"{text} {{#{id_}}}"
        else:
            others["id"] = id_
    plain = "".join(child.content for child in node.children[0].children) if id_ else ""
    anchor = anchor_of(id_, plain) if settings_of(context).page else ""
    above = "".join(f"{line}\n" for line in (anchor, attributes(others)) if line)
    return f"{above}{'#' * int(node.tag[1])} {text}".rstrip()


def _code(node: RenderTreeNode, context: RenderContext) -> str:
    return fenced(node.info.strip(), node.content)


def _list(node: RenderTreeNode, context: RenderContext) -> str:
    second = _lists_above(node) % 2
    ordered = node.type == "ordered_list"
    marks = (".)" if ordered else "-*")[second]
    tight = all(
        child.hidden
        for item in node.children
        for child in item.children
        if child.type == "paragraph"
    )
    items = []
    for number, item in enumerate(node.children, 1):
        mark = f"{number}{marks}" if ordered else marks
        inner = "\n" if tight else "\n\n"
        text = inner.join(filter(None, (child.render(context) for child in item.children)))
        if "checked" in item.meta:
            text = f"[{'x' if item.meta['checked'] else ' '}] {text}"
        items.append(_hung(f"{mark} ", text))
    return ("\n" if tight else "\n\n").join(items)


def _lists_above(node: RenderTreeNode) -> int:
    count, above = 0, node.previous_sibling
    while above is not None and above.type == node.type:
        count, above = count + 1, above.previous_sibling
    return count


def _hung(mark: str, text: str) -> str:
    """Return *text* behind a *mark*, its further lines below its first."""
    return (mark + indent(text, " " * len(mark))[len(mark) :]).rstrip() if text else mark.rstrip()


def _element(node: RenderTreeNode, context: RenderContext) -> str:
    opening, closing = node.nester_tokens or (None, None)
    if opening is None or closing is None or opening.meta.get("content") != "block":
        return as_html(node, context)
    inside = _blocks(node, context)
    return "\n\n".join(filter(None, (tag_of(opening), inside, tag_of(closing))))


def _html(node: RenderTreeNode, context: RenderContext) -> str:
    return html_text(node.content)


def _table(node: RenderTreeNode, context: RenderContext) -> str:
    """Return a table with lines, or as HTML if it has a foot, or several bodies."""
    if [part.type for part in node.children] != ["thead", "tbody"]:
        return as_html(node, context)
    head, body = node.children
    rows = [*head.children, *body.children]
    cells = [[_cell(cell, context) for cell in row.children] for row in rows]
    if len(head.children) != 1 or any("\n" in cell for row in cells for cell in row):
        return as_html(node, context)
    marks = [_ALIGNED[_side(cell)] for cell in rows[0].children]
    return "\n".join(f"| {' | '.join(row)} |" for row in (cells[0], marks, *cells[1:]))


def _any_table(node: RenderTreeNode, context: RenderContext) -> str:
    if [part.type for part in node.children] == ["tbody"]:
        inside = list_table(node, lambda cell: _paragraph(cell, context))
        return fenced(DIRECTIVE, inside) if inside else as_html(node, context)
    return _with_attributes(_table)(node, context)


_ALIGNED = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


def _side(cell: RenderTreeNode) -> str:
    found = re.search("left|right|center", str(cell.attrs.get("style", "")))
    return found[0] if found else ""


def _cell(cell: RenderTreeNode, context: RenderContext) -> str:
    text = "".join(child.render(context) for child in cell.children).strip()
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def _definitions(node: RenderTreeNode, context: RenderContext) -> str:
    kinds = " ".join(child.type for child in node.children)
    if "dt dt" in kinds:  # in MyST each term has definitions of its own
        return as_html(node, context)
    parts: list[str] = []
    for child in node.children:
        if child.type == "dt":
            term = "".join(one.render(context) for one in child.children).replace("\n", " ")
            parts.append(("\n" if parts else "") + _LINE_START.sub(r"\\\g<0>", term))
        else:
            parts.append(_hung(": ", _blocks(child, context)))
    return "\n".join(parts)


def _math(node: RenderTreeNode, context: RenderContext) -> str:
    return f"$$\n{node.content.strip()}\n$$"


def _contents(node: RenderTreeNode, context: RenderContext) -> str:
    toc = node.token
    classes = " ".join(filter(None, (_WANTED, str(toc.attrs.get("class", "")) if toc else "")))
    anchor = f"({contents_id(toc)})=\n" if toc else ""
    return anchor + fenced(CONTENTS, f":local:\n:class: {classes}\n")


RENDERERS: Mapping[str, Render] = {
    "root": _blocks,
    "paragraph": _with_attributes(_paragraph),
    "heading": _heading,
    "blockquote": _with_attributes(DEFAULT_RENDERERS["blockquote"]),
    "bullet_list": _with_attributes(_list),
    "ordered_list": _with_attributes(_list),
    "fence": _with_attributes(_code, _NAMES | {FIRST, MARKED}),
    "code_block": _with_attributes(_code, _NAMES | {FIRST, MARKED}),
    "hr": _with_attributes(lambda node, context: "---", frozenset()),
    "html_block": _html,
    "html_element": _element,
    "table": _any_table,
    "dl": _with_attributes(_definitions),
    "math_block": _with_attributes(_math, frozenset()),
    "toc": _contents,
}
