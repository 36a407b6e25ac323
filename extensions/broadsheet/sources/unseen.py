"""What of HTML is no text."""

from __future__ import annotations

#: What begins a part that nobody sees, and what ends it (liquid, standardfilters.rb, strip_html).
_PARTS = (("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"))


def without_unseen(html: str) -> str:
    """Return *html* without scripts, styles and comments."""
    for start, end in _PARTS:
        if start in html:
            html = "".join(_kept(html, start, end))
    return html


def _kept(text: str, start: str, end: str) -> list[str]:
    kept, place = [], 0
    while (begin := text.find(start, place)) >= 0:
        last = text.find(end, begin)
        if last < 0:
            break
        kept.append(text[place:begin])
        place = last + len(end)
    return [*kept, text[place:]]
