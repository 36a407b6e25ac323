"""Comparing HTML by what it says: the same elements, attributes and text, however written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, CData, Comment, NavigableString, PageElement, Tag

#: Between and at the edges of these, white space is the writer's indentation.
BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|caption|col|colgroup|dd|details|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|iframe|legend|li|main|map|menu|nav|"
    "noscript|ol|optgroup|option|p|pre|script|section|style|summary|svg|table|tbody|td|tfoot|th|thead|"
    "tr|ul"
)
KEPT = frozenset({"pre", "script", "style", "textarea"})  #: where white space is text
BREAK = "⏎"  #: a line break that is text, in a line of the comparison
SPACE = re.compile(r"[ \t\n\r\f]+")  # of HTML: a no-break space is text
HIGHLIGHTED = re.compile(r"highlighter-\S+|highlight|CodeRay")


def normal(html: str) -> str:
    """Return what *html* says, a tag or a text to a line, so that a difference can be read."""
    soup = BeautifulSoup(html, "html5lib")
    _flatten_highlighting(soup)
    body = soup.body
    assert body is not None
    return "\n".join(_joined(list(_pieces(body, kept=False))))


def _flatten_highlighting(soup: BeautifulSoup) -> None:
    """Leave of highlighted code what is highlighted: the language and the text."""
    for code in soup.find_all("code"):
        for span in code.find_all("span"):
            span.unwrap()
        code.smooth()
        _without_highlighter(code)
    for pre in soup.find_all("pre", class_="highlight"):
        outer = pre.parent.parent if pre.parent and pre.parent.name == "div" else None
        if outer is None or outer.name != "div":
            continue
        if pre.code and (language := _language(outer)):
            pre.code["class"] = [language]
        _without_highlighter(pre)
        _without_highlighter(outer)
        pre.attrs.update(outer.attrs)
        outer.replace_with(pre.extract())


def _language(tag: Tag) -> str | None:
    """Take the class that names a language from *tag*."""
    classes = tag.get("class") or []
    found = next((one for one in classes if one.startswith("language-")), None)
    if found:
        tag["class"] = [one for one in classes if one != found]
    return found if found != "language-plaintext" else None


def _without_highlighter(tag: Tag) -> None:
    classes = tag.get("class") or []
    kept = [
        one for one in classes if not HIGHLIGHTED.fullmatch(one) and one != "language-plaintext"
    ]
    if kept:
        tag["class"] = kept
    else:
        tag.attrs.pop("class", None)


def _pieces(tag: Tag, *, kept: bool) -> Iterator[str | tuple[str, bool]]:
    """Give tags (whether of a block) and pieces of text, in the order of the page."""
    for child in tag.children:
        if isinstance(child, Tag):
            block = BLOCK.fullmatch(child.name) is not None
            yield f"<{child.name}{_attributes(child)}>", block
            inside = kept or child.name in KEPT
            if child.name == "pre" or (child.name == "code" and kept):
                yield from _code(child)
            else:
                yield from _pieces(child, kept=inside)
            yield f"</{child.name}>", block
        else:
            yield from _text(child, kept=kept)


def _code(tag: Tag) -> Iterator[str | tuple[str, bool]]:
    """Give the content of a block of code; the line break at its end is nobody's."""
    pieces = list(_pieces(tag, kept=True))
    if pieces and isinstance(last := pieces[-1], tuple):
        pieces[-1] = (last[0].rstrip(BREAK), last[1])
    yield from pieces


def _text(child: PageElement, *, kept: bool) -> Iterator[str | tuple[str, bool]]:
    if isinstance(child, Comment | CData):
        yield f"<!--{SPACE.sub(' ', str(child)).strip()}-->", True
    elif isinstance(child, NavigableString):
        yield (f"| {child}".replace("\n", BREAK), False) if kept else str(child)


def _attributes(tag: Tag) -> str:
    written = ""
    for key, value in sorted(tag.attrs.items()):
        plain = " ".join(sorted(value)) if isinstance(value, list) else SPACE.sub(" ", value)
        if key == "style":
            plain = plain.replace(": ", ":").strip("; ")
        written += f' {key}="{plain}"'
    return written


def _joined(pieces: list[str | tuple[str, bool]]) -> Iterator[str]:
    """Give lines: white space in text as a browser shows it, none at the edge of a block."""
    text, at_edge = "", True
    for piece in [*pieces, ("", True)]:
        if isinstance(piece, str):
            text += piece
            continue
        line, block = piece
        shown = SPACE.sub(" ", text)
        shown = shown.lstrip(" ") if at_edge else shown
        shown = shown.rstrip(" ") if block else shown
        if shown:
            yield f"| {shown}"
        if line:
            yield line
        at_edge, text = block, ""
