"""The text that a reader sees of HTML, for tests that compare two renderings of one source."""

from __future__ import annotations

from html.parser import HTMLParser

#: Elements within a line: between others, a reader sees a break.
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
_UNSEEN = frozenset(("script", "style", "template"))
#: Have no end tag, so that nothing stands in them.
_EMPTY = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"))
#: What Sphinx adds to headings.
_ADDED = frozenset(("headerlink",))


def visible(html: str, *, inside: str = "") -> str:
    """Return the text on one line: all of it, or that of the first element of a class *inside*."""
    parser = _Text(inside)
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.found).split())


class _Text(HTMLParser):
    def __init__(self, inside: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = inside
        self._depth = 0  #: of elements open in the one asked for, itself included
        self._unseen = 0  #: the same of one that no reader sees
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if tag not in _EMPTY:
            if self._depth or self._inside in {"", *classes}:
                self._depth += 1
            if self._unseen or tag in _UNSEEN or classes & _ADDED:
                self._unseen += 1
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break_at(tag)
        if tag not in _EMPTY:
            self._is_over |= bool(self._inside) and self._depth == 1
            self._depth = max(self._depth - 1, 0)
            self._unseen = max(self._unseen - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._unseen and not self._is_over and (self._depth or not self._inside):
            self.found.append(data)

    def _break_at(self, tag: str) -> None:
        if tag not in _INLINE:
            self.handle_data(" ")
