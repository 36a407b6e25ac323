"""Titles, and the headings of texts that say the same."""

from __future__ import annotations

import re

from broadsheet.rules.heading_ids import split_written


def says_title(heading: str, title: str, *, is_article: bool = False) -> bool:
    """Tell whether readers who have seen a *heading* of a body need its title no more.

    It has the words of the title, or of a part of it (``Warps | The Loom``), or has them among
    others.  The title of an article is shown by all means, so they are exactly its words there.
    """
    said, meant = _words(heading), _words(title)
    if is_article or said == meant or not meant:
        return said == meant
    is_part = any(_words(part) == said for part in _PARTS.split(title))
    return is_part or f" {' '.join(meant)} " in f" {' '.join(said)} "


#: What stands between a title and the name of the site, or of a part of it.
_PARTS = re.compile(r"\s[-–—|·•»]\s")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w+#]+", text.casefold())


def headline(body: str) -> str:
    """Return the heading of the first level that a body begins with, "" for none.

    (jekyll-titles-from-headings, which GitHub Pages runs unasked.)
    """
    found = _HEADLINE.match(body.lstrip())
    if found is None or "{{" in found[0] or "{%" in found[0]:
        return ""
    words = _LINK.sub(r"\1", split_written(found["a"] or found["b"])[0].rstrip("# \t"))
    return " ".join(re.sub(r"[*`]|\\(?=[^\w\s])", "", words).split())


_HEADLINE = re.compile(r"#[ \t]+(?P<a>\S.*)|(?P<b>[^\s#].*)\n=+[ \t]*(?:\n|\Z)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
