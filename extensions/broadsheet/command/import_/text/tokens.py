"""The tokens of a text made ready to be written in MyST: what it cannot say becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from markdown_it.token import Token

from broadsheet.command.import_.text.meaning import ADDRESS, EXTERNAL, tag_of
from broadsheet.rules.heading_tokens import ID

if TYPE_CHECKING:
    Attributes = Mapping[str, str | int | float]


class Target(NamedTuple):
    """Where a link or an image of the new text leads."""

    written: str  #: as it stands in the text
    address: str  #: as it stands in HTML: from the page's own address
    external: bool = False  #: MyST is to take it for an address, whatever it looks like


#: Gives the target of what a token's ``href`` or ``src`` says; ``image`` tells the two apart.
Targets = Callable[[str, bool], Target]

_NAMES = frozenset({"class", "id"})
#: Attributes that MyST can give to what a token opens, besides those that are said otherwise.
_WRITTEN = {
    "link_open": _NAMES | {"href", "title"},
    "image": _NAMES | {"src", "alt", "title", "width", "height", "align"},
    "code_inline": _NAMES,
}
_SPANS = frozenset({"em_open", "strong_open", "s_open", "link_open"})
#: What has an id in MyST, headings apart.
BEARERS = frozenset({
    "paragraph_open", "blockquote_open", "bullet_list_open", "ordered_list_open", "fence",
    "code_block", "table_open", "dl_open", "link_open", "image", "code_inline",
})  # fmt: skip
#: What Sphinx makes a label of by its id, which no two documents may have (``StandardDomain``).
_LABELLED = frozenset({"dl_open"})
#: Labels that are Sphinx's own.
_OF_SPHINX = frozenset({"genindex", "modindex", "py-modindex", "search"})
#: Elements of HTML, which stay as they are written.
_ELEMENTS = frozenset({"html_element_open", "html_span_open"})
#: Parts of lists, to which nothing in MyST can give an id.
_PARTS = frozenset({"list_item_open", "dt_open", "dd_open"})
_PLAIN = re.compile(r"[a-z](?>(?:-?[a-z0-9])*)")
_CHECKBOX = "task-list-item-checkbox"


def prepare(
    tokens: list[Token], targets: Targets, used: set[str] | None = None, *, page: bool = False
) -> None:
    """Change *tokens* of kramdown in place, those of an article or of a hand-written *page*.

    The ids that they have are added to those that are *used*.
    """
    _give_ids_once(tokens, set() if used is None else used, page=page)
    if any(token.type == "math_block" and token.attrs for token in tokens):
        tokens[:] = _framed(tokens)
    item: Token | None = None
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            _drop_class(token, "task-list")
        elif token.type == "list_item_open":
            item = token if "task-list-item" in _classes(token) else None
            _drop_class(token, "task-list-item")
        elif token.type == "inline" and token.children:
            if item is not None:
                item.meta |= {"checked": _take_checkbox(token)}
                item = None
            for child in token.children:
                _aim(child, targets)
            token.children = list(_anchored(_sayable(token.children), page=page))
    for opening, first, second in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type in _PARTS and opening.attrs.keys() == {"id"}:
            _identify_part(opening, second if first.type == "paragraph_open" else first)
    tokens[:] = _anchored(tokens, page=page)


def _give_ids_once(tokens: Iterable[Token], used: set[str], *, page: bool) -> None:
    """Leave an id to the first element that has it, as a browser does."""
    for token in tokens:
        is_heading = token.type == "heading_open"
        id_ = str(token.meta.get(ID, "") if is_heading else token.attrs.get("id", ""))
        if id_ and id_ in used:
            if is_heading and not page:
                continue  # which an article finds out by itself (``give_id``)
            if token.type not in _ELEMENTS:
                token.attrs.pop("id", None)
            if is_heading:
                token.meta[ID] = ""
        elif id_:
            used.add(id_)
        if token.children:
            _give_ids_once(token.children, used, page=page)


def _framed(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield blocks; a formula with attributes stands in an element that has them."""
    for token in tokens:
        if token.type == "math_block" and token.attrs:
            opening, closing = (_frame(token, "html_element", "div", way) for way in (1, -1))
            opening.meta["content"] = "block"
            yield from (opening, replace(token, attrs={}, level=token.level + 1), closing)
        else:
            yield token


def _frame(token: Token, kind: str, tag: str, nesting: Literal[1, -1]) -> Token:
    """Return the start or the end of an element with the attributes of *token*."""
    end = "open" if nesting == 1 else "close"
    made = Token(f"{kind}_{end}", tag, nesting, level=token.level, map=token.map, block=token.block)
    made.attrs = dict(token.attrs) if nesting == 1 else {}
    return made


def _identify_part(part: Token, inline: Token) -> None:
    """Have an anchor in the first line of a part say its id, where it begins with a line."""
    if inline.type == "inline":
        anchor = Token("html_inline", "", 0, content=_anchor(part, "span"))
        inline.children = [anchor, *(inline.children or ())]


def _anchor(token: Token, tag: str) -> str:
    """Take the id from a token; return an element that has it."""
    made = Token("anchor", tag, 1)
    made.attrs["id"] = token.attrs.pop("id")
    return f"{tag_of(made)}</{tag}>"


def _anchored(tokens: Iterable[Token], *, page: bool) -> Iterator[Token]:
    """Yield blocks, or spans; before one stands its anchor if its id cannot be written of it."""
    for token in tokens:
        if token.type in BEARERS and "id" in token.attrs and not _is_kept(token, page=page):
            html = _anchor(token, "div" if token.block else "span")
            kind = "html_block" if token.block else "html_inline"
            place = [token.map[0], token.map[0]] if token.map else None
            yield Token(kind, "", 0, content=html, map=place, level=token.level, block=token.block)
        yield token


def _is_kept(token: Token, *, page: bool) -> bool:
    """Tell whether a token can have its id: docutils makes no other of it, nor Sphinx a label.

    An article keeps the ids that are written (``ArticleRenderer``).
    """
    id_ = str(token.attrs["id"])
    is_label = token.type in _LABELLED or id_ in _OF_SPHINX
    return not is_label and (not page or is_plain(id_))


def is_plain(id_: str) -> bool:
    """Tell whether docutils leaves an id as it is (``nodes.make_id``)."""
    return _PLAIN.fullmatch(id_) is not None


def _classes(token: Token) -> list[str]:
    return str(token.attrs.get("class", "")).split()


def _drop_class(token: Token, name: str) -> None:
    rest = [one for one in _classes(token) if one != name]
    if rest:
        token.attrs["class"] = " ".join(rest)
    else:
        token.attrs.pop("class", None)


def _take_checkbox(inline: Token) -> bool:
    """Take the box out of an item of tasks; tell whether it is checked."""
    children = inline.children or []
    first = children[0] if children else None
    if first is None or _CHECKBOX not in _classes(first):
        return False
    inline.children = children[2:] if children[1].type == "html_span_close" else children[1:]
    return "checked" in first.attrs


def _aim(token: Token, targets: Targets) -> None:
    """Give a link or an image its new target."""
    key = {"link_open": "href", "image": "src"}.get(token.type, "")
    if not key:
        return
    target = targets(str(token.attrs.get(key, "")), key == "src")
    token.attrs[key] = target.written
    token.meta |= {ADDRESS: target.address} | ({EXTERNAL: True} if target.external else {})


def _sayable(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield spans; those with attributes that MyST cannot give them are elements of HTML."""
    closings: list[str] = []  # of the open spans: "" for what stays as it is
    for token in tokens:
        kind = token.type
        if token.nesting == 1:
            is_element = kind in _SPANS and not token.attrs.keys() <= _written(token)
            closings.append("html_span_close" if is_element else "")
            if is_element:
                as_element(token)
        elif token.nesting == -1:
            token.type = (closings.pop() if closings else "") or kind
        elif kind == "image" and not token.attrs.keys() <= _WRITTEN[kind]:
            as_element(token)
        elif kind in {"math_inline", "footnote_ref"} and token.attrs:
            opening, closing = (_frame(token, "html_span", "span", way) for way in (1, -1))
            token.attrs = {}
            yield from (opening, token, closing)
            continue
        yield token


def _written(token: Token) -> frozenset[str]:
    """Return the attributes that MyST can give to a span."""
    names = _WRITTEN.get(token.type, frozenset())
    is_link = token.type == "link_open"
    if is_link and str(token.attrs.get("href")).startswith(("http://", "https://")):
        return names | {"target", "rel"}
    return names


def as_element(token: Token) -> None:
    """Make an element of HTML of a link, an image or emphasis."""
    is_image = token.type == "image"
    if address := token.meta.get(ADDRESS):
        token.attrs["src" if is_image else "href"] = address
    token.type = "html_inline" if is_image else "html_span_open"
    if is_image:
        token.attrs["alt"], token.children = token.content, None
        token.content = tag_of(token)
