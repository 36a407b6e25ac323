"""Pictures with a line of caption below them: a paragraph of the source, a figure of the page.

The caption keeps its text, ``▲`` included: readers of archives that write it know it as the
sign of a caption, and what a page says stays what its source says.  Emphasis that holds the
whole line has done its work and is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from docutils import nodes
from markdown_it.token import Token
from myst_parser.mdit_to_docutils.base import DocutilsRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.tree import SyntaxTreeNode
    from sphinx.application import Sphinx

#: What the rule is told of the text, in the environment of markdown-it: whether to make figures.
FIGURES = "broadsheet_figures"

#: What a line begins with that is a caption by itself, whatever stands around it.
MARK = "▲"

_BREAKS = frozenset({"softbreak", "hardbreak"})
_BREAK_TAG = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)


class captioned(nodes.figure):  # noqa: N801 - a node
    """A figure that Sphinx does not count: it would get an id, and a link to that."""


class pictures(nodes.General, nodes.TextElement):  # noqa: N801 - a node
    """The pictures of a figure, which stand in it as in a line: in links, or missing."""


def register(app: Sphinx) -> None:
    """Make the nodes known; writers of Sphinx take the first for the figure that it is."""
    app.add_node(captioned, override=True)
    passed = dict.fromkeys(("html", "latex", "text", "man", "texinfo"), (_pass, _pass))
    app.add_node(pictures, override=True, **passed)


def _pass(writer: Any, node: nodes.Element) -> None:
    """Write nothing for the node itself."""


class FigureRenderer(DocutilsRenderer):
    """What MyST's renderer makes of the tokens of a figure."""

    def render_figure(self, token: SyntaxTreeNode) -> None:
        """Render a picture or several, and their caption."""
        self._render_into(captioned(), token)

    def render_pictures(self, token: SyntaxTreeNode) -> None:
        """Render the pictures."""
        self._render_into(pictures(), token)

    def render_figcaption(self, token: SyntaxTreeNode) -> None:
        """Render the caption."""
        self._render_into(nodes.caption(), token)

    def _render_into(self, node: nodes.Element, token: SyntaxTreeNode) -> None:
        self.copy_attributes(token, node, keys=("class", "id"))
        self.add_line_and_source_path(node, token)
        with self.current_node_context(node, append=True):
            self.render_children(token)


def make_figures(state: StateCore) -> None:
    """Make figures of the paragraphs that are pictures, and a caption below them."""
    if not state.env.get(FIGURES) or "![" not in state.src:
        return
    tokens, figures = state.tokens, dict[int, list[Token]]()
    for index, inline in enumerate(tokens):
        if (
            inline.type == "inline"
            and "![" in inline.content
            and tokens[index - 1].type == "paragraph_open"
            and (parts := _parts(inline.children or []))
        ):
            figures[index - 1] = _figure(tokens[index - 1], inline, parts)
    for index in reversed(figures):
        tokens[index : index + 3] = figures[index]


class _Parts(NamedTuple):
    """A paragraph that is a figure."""

    pictures: list[Token]
    caption: list[Token]
    line: int  #: of the caption, counted from that of the paragraph


def _parts(children: Sequence[Token]) -> _Parts | None:
    """Part the pictures at the beginning from the caption that ends the paragraph."""
    pictures: list[Token] = []
    start = line = 0
    while end := _end_of_picture(children, start):
        pictures += children[start:end]
        start = end
        while start < len(children) and (_is_blank(children[start]) or _is_break(children[start])):
            line += children[start].type in _BREAKS
            start += 1
        if not any(map(_is_break, children[end:start])):
            return None
    caption = _caption(children[start:])
    return _Parts(pictures, caption, line) if pictures and caption else None


def _end_of_picture(children: Sequence[Token], start: int) -> int:
    """Return where an image ends that begins at *start*, with the link around it; 0 for none."""
    types = [child.type for child in children[start : start + 3]]
    if types[:1] == ["image"]:
        return start + 1
    return start + 3 if types == ["link_open", "image", "link_close"] else 0


def _is_blank(child: Token) -> bool:
    return child.type == "text" and not child.content.strip()


def _is_break(child: Token) -> bool:
    if child.type == "html_inline":
        return _BREAK_TAG.match(child.content) is not None
    return child.tag == "br"


def _caption(rest: Sequence[Token]) -> list[Token]:
    """Return the caption that *rest* is as a whole; nothing where it is prose, or goes on as such.

    It is one line that begins with the mark, or a text that is emphasised as a whole.
    """
    while rest and (_is_blank(rest[-1]) or _is_break(rest[-1])):
        rest = rest[:-1]
    if _is_emphasis(rest):
        return [*rest] if rest[0].attrs else [*rest[1:-1]]
    text = next((child for child in rest if child.type == "text" and child.content), None)
    is_marked = text is not None and text.content.lstrip().startswith(MARK)
    return [*rest] if is_marked and not any(map(_is_break, rest)) else []


def _is_emphasis(children: Sequence[Token]) -> bool:
    """Tell whether one emphasis holds all of *children*."""
    if len(children) < 3 or children[0].type != "em_open":
        return False
    depth = 0
    for child in children[:-1]:
        depth += child.nesting
        if not depth:
            return False
    return children[-1].type == "em_close"


def _figure(paragraph: Token, inline: Token, parts: _Parts) -> list[Token]:
    """Return the tokens of a figure in place of the three of a paragraph."""
    first, end = inline.map or [0, 1]
    level = paragraph.level
    middle = min(first + parts.line, end)

    def made(
        kind: str, tag: str, nesting: Literal[-1, 0, 1], depth: int, **attributes: object
    ) -> Token:
        token = Token(kind, tag, nesting, level=level + depth, block=True)
        for name, value in attributes.items():
            setattr(token, name, value)
        return token

    return [
        made("figure_open", "figure", 1, 0, map=paragraph.map, attrs=paragraph.attrs),
        made("pictures_open", "", 1, 1, map=[first, middle], hidden=True),
        made("inline", "", 0, 2, map=[first, middle], children=parts.pictures),
        made("pictures_close", "", -1, 1, hidden=True),
        made("figcaption_open", "figcaption", 1, 1, map=[middle, end]),
        made("inline", "", 0, 2, map=[middle, end], children=parts.caption),
        made("figcaption_close", "figcaption", -1, 1),
        made("figure_close", "figure", -1, 0),
    ]
