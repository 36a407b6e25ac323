"""What a text means, whatever the grammar that it is written in: values that can be compared.

Two texts mean the same if a reader of their pages sees the same: white space counts as one space,
a hard break as ``<br>``, and the marks of emphasis or the fence around code do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from broadsheet.rules.heading_ids import split_written
from broadsheet.sources.kramdown.tags import VOID_ELEMENTS, written_attributes

if TYPE_CHECKING:
    from markdown_it.token import Token

#: A tag of something that is said, with its attributes and its text.
Item = tuple[object, ...]

_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_BETWEEN_TAGS = re.compile(r"\s*(<[^<>]*>)\s*")
_TAG_END = re.compile(r"\s*/?>")
_SINGLE = re.compile(r"(\s[\w:-]+)='([^'\"]*)'")
_PLAIN_TAGS = {
    "<em>": ("em_open",), "</em>": ("em_close",),
    "<strong>": ("strong_open",), "</strong>": ("strong_close",),
    "<del>": ("s_open",), "</del>": ("s_close",),
}  # fmt: skip
#: Written above a block that is read as HTML and nothing else.
RAW, CONTENTS = "{raw} html", "{contents}"
#: In the meta of a token: what its address is in HTML, and whether MyST is to leave it alone.
ADDRESS, EXTERNAL = "import_address", "import_external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """How the tokens of one text are to be understood."""

    labels: Mapping[str, str] = field(default_factory=dict)  #: new names of footnotes
    page: bool = False  #: a hand-written page, whose headings bear no ids of their own
    #: Of blocks that are written as HTML, by the identity of their first token.
    html: Mapping[int, str] = field(default_factory=dict)

    def of(self, tokens: Iterable[Token]) -> tuple[Item, ...]:
        """Return what *tokens* say."""
        items: list[Item] = []
        depth = 0  # within a block that is written as HTML
        for token in tokens:
            if depth:
                depth += token.nesting
            elif (html := self.html.get(id(token))) is not None:
                _add_html(items, html)
                depth = token.nesting
            else:
                self._add(items, token)
                _unwrap_html(items)
        return tuple(items)

    def _add(self, items: list[Item], token: Token) -> None:
        kind = token.type
        if kind == "inline":
            if items and items[-1][0] == "heading_open" and not self.page:
                self._heading(items, token)
            else:
                items += _trimmed(self._spans(token.children or []))
        elif kind in _DROPPED:
            return
        elif kind in {"html_block", "html_element_open", "html_element_close"}:
            if not (self.page and _ANCHOR.fullmatch(token.content)):
                _add_html(items, _html_of(token))
        elif kind in {"fence", "code_block"}:
            items.append(_code(token))
        elif kind in {"math_block", "math_block_label"}:
            items.append(("math", token.content.strip()))
        elif kind == "toc":
            items.append(("toc",))
        elif kind in {"footnote_ref", "footnote_reference_open"}:
            items.append((kind, token.meta.get("label")))
        elif token.nesting == -1:
            items.append((kind,))
        else:
            checked = token.meta.get("checked")
            without_id = self.page and kind == "heading_open"
            items.append((kind, token.tag, checked, *_attributes(token, without_id)))

    def _heading(self, items: list[Item], token: Token) -> None:
        spans = _trimmed(self._spans(token.children or []))
        kind, tag, checked, *attrs = items[-1]
        if spans and spans[-1][0] == "text":
            text, written = split_written(str(spans[-1][1]))
            if written:
                spans[-1:] = [("text", text)] if text else []
                attrs = sorted([("id", written), *attrs], key=str)
        items[-1:] = [(kind, tag, checked, *attrs), *_trimmed(spans)]

    def _spans(self, tokens: Sequence[Token]) -> list[Item]:
        items: list[Item] = []
        for token in tokens:
            kind = token.type
            if kind in {"text", "text_special"}:
                _add_text(items, token.content)
            elif kind == "softbreak":
                _add_text(items, "\n")
            elif kind == "hardbreak":
                _add_html(items, "<br>")
            elif kind == "html_inline":
                _add_html(items, token.content)
            elif kind in _TAGS:
                _add_html(items, tag_of(token))
            elif kind in {"code_inline", "math_inline"}:
                content = _SPACE.sub(" ", token.content).strip()
                items.append((kind, content, *_attributes(token)))
            elif kind == "image":
                items.append(_image(token))
            elif kind == "link_open":
                self._add_link(items, token)
            elif kind == "footnote_ref":
                label = token.meta.get("label") or token.meta.get("name")
                items.append((kind, self.labels.get(str(label), label)))
            elif token.nesting == -1:
                items.append((kind,))
            elif token.nesting == 1 and kind in {"em_open", "strong_open", "s_open"}:
                items.append((kind, *_attributes(token)))
            else:
                items.append((kind, token.content, str(token.meta), *_attributes(token)))
        return _nested(items)

    def _add_link(self, items: list[Item], token: Token) -> None:
        href = _address(token.attrs.get("href"))
        items.append(("link_open", href, *_attributes(token)))


#: Tokens that say nothing: comments, targets of references, ends of what is told by its beginning.
_DROPPED = frozenset({
    "myst_line_comment", "footnote_anchor", "footnote_block_open", "footnote_block_close",
    "myst_target",
})  # fmt: skip
#: What gives a heading of a page its id.
_ANCHOR = re.compile(r'\s*<div id="[^"]*"></div>\s*')
_TAGS = frozenset({"html_span_open", "html_span_close", "abbr_open", "abbr_close"})


def tag_of(token: Token) -> str:
    """Return an element's start or end tag."""
    if token.nesting == -1:
        return "" if token.tag in VOID_ELEMENTS else f"</{token.tag}>"
    return f"<{token.tag}{written_attributes(_shown(token))}>"


def _shown(token: Token) -> dict[str, str | int | float]:
    return {key: value for key, value in token.attrs.items() if key != "markdown"}


def _html_of(token: Token) -> str:
    return token.content if token.type == "html_block" else tag_of(token)


def _add_html(items: list[Item], html: str) -> None:
    html = _normal(html)
    if html in _PLAIN_TAGS:
        items.append(_PLAIN_TAGS[html])
    elif html and items and items[-1][0] == "html":
        items[-1] = ("html", _normal(f"{items[-1][1]}{html}"))
    elif html:
        items.append(("html", html))


def _normal(html: str) -> str:
    """Return HTML as it is compared: quotation marks and white space do not count."""
    tags = _BETWEEN_TAGS.sub(lambda found: _normal_tag(found[1]), html)
    return _SPACE.sub(" ", tags).strip()


def _normal_tag(tag: str) -> str:
    return _SINGLE.sub(r'\1="\2"', _TAG_END.sub(">", _SPACE.sub(" ", tag)))


def _add_text(items: list[Item], text: str) -> None:
    if items and items[-1][0] == "text":
        text = str(items.pop()[1]) + text
    if text := _SPACE.sub(" ", text):
        items.append(("text", text))


def _unwrap_html(items: list[Item]) -> None:
    """Take HTML out of a paragraph that holds nothing else: which it is, is no difference."""
    *_, opening, inside, closing = (*_NOTHING, *items[-3:])
    is_html = opening == _PARAGRAPH and inside[0] == "html" and closing == ("paragraph_close",)
    if is_html:
        del items[-3:]
        _add_html(items, str(inside[1]))


_NOTHING: tuple[Item, ...] = (("",), ("",), ("",))
_PARAGRAPH = ("paragraph_open", "p", None)


def _nested(items: list[Item]) -> list[Item]:
    """Have strong emphasis stand in emphasis where each is all that is in the other."""
    opened: list[int] = []
    for number, item in enumerate(items):
        if item in _OPENINGS:
            opened.append(number)
        elif item in _CLOSINGS and opened:
            start = opened.pop()
            around = items[start - 1 : start] + items[number + 1 : number + 2]
            if items[start] == ("em_open",) and around == [("strong_open",), ("strong_close",)]:
                items[start - 1 : start + 1] = [("em_open",), ("strong_open",)]
                items[number : number + 2] = [("strong_close",), ("em_close",)]
    return items


_OPENINGS = {("em_open",), ("strong_open",)}
_CLOSINGS = {("em_close",), ("strong_close",)}


def _trimmed(items: list[Item]) -> list[Item]:
    """Return the spans of a block without white space at their ends, and around breaks."""
    cut = [*items]
    for number, item in enumerate(items):
        if item[0] != "text":
            continue
        text = str(item[1])
        if number == 0 or items[number - 1] == _BREAK:
            text = text.lstrip(" ")
        if number == len(items) - 1 or items[number + 1] == _BREAK:
            text = text.rstrip()  # of every kind: at the end of a line nobody sees it
        cut[number] = ("text", text)
    return [item for item in cut if item != ("text", "")]


_BREAK = ("html", "<br>")


def _code(token: Token) -> Item:
    info = token.info.strip()
    if info == RAW:
        return ("html", _normal(token.content))
    if info == CONTENTS:
        return ("toc",)
    language = info.split(maxsplit=1)[0] if info else ""
    return ("code", language, token.content.rstrip("\n"), *_attributes(token))


def _image(token: Token) -> Item:
    alt = "".join(_plain(token.children or [])) or token.content
    src = _address(token.attrs.get("src"))
    return ("image", src, _SPACE.sub(" ", alt).strip(), *_attributes(token))


def _plain(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield from _plain(token.children) if token.children else [token.content]


def _address(value: Any) -> str:
    return unquote(str(value if value is not None else "")).strip()


def _attributes(token: Token, without_id: bool = False) -> list[tuple[str, str]]:
    """Return the attributes that are not said otherwise, sorted."""
    without = {"href", "src", "alt", "start" if token.attrs.get("start") == 1 else ""}
    if without_id:
        without.add("id")
    found = {key: str(value) for key, value in token.attrs.items() if key not in without}
    classes = {*found.pop("class", "").split()} - _OF_TASKS
    if token.meta.get(EXTERNAL):
        classes.add("external")
    if classes:
        found["class"] = " ".join(sorted(classes))
    return sorted((key, _SPACE.sub(" ", text).replace(": ", ":")) for key, text in found.items())


#: What markdown-it gives to lists of tasks, which are known by their items.
_OF_TASKS = frozenset({"contains-task-list", "task-list-item"})
