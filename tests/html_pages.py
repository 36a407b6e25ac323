"""Reading pages in tests as a reader meets them: an element, its text, where it leads."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from bs4 import Tag


def one(where: Tag, selector: str) -> Tag:
    """Return the only element of its kind."""
    found = where.select(selector)
    assert len(found) == 1, (selector, [str(tag)[:80] for tag in found])
    return found[0]


def text(tag: Tag) -> str:
    """Return the text of an element, with single spaces."""
    return " ".join(tag.get_text().split())


def target(page: str, link: Tag) -> str:
    """Return where a link of *page* leads, from the root of the site."""
    path = str(link["href"]).partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path)))
