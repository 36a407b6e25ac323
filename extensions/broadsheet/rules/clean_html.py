"""HTML that somebody wrote, made fit for an excerpt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import PreformattedString, Tag
from bs4.exceptions import ParserRejectedMarkup

from broadsheet.rules.html_elements import DROPPED, HEADINGS, KEPT, is_harmless

if TYPE_CHECKING:
    from collections.abc import Callable

    Address = Callable[[str], str | None]

_BLOCKS = ("p", "div", "blockquote", "ul", "ol", "dl", "pre", "table")


class UnreadableError(Exception):
    """No parser makes anything of a fragment."""


def cleaned(html: str, address: Address) -> str:
    """Balance a fragment and leave what describes text.

    ``address`` takes the destination of a link and returns its address, None for a link to go.
    Raises :class:`UnreadableError`.
    """
    try:
        soup = BeautifulSoup(html, "html.parser")
    except ParserRejectedMarkup as error:
        raise UnreadableError from error
    for unseen in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        unseen.extract()
    for dropped in soup.find_all(sorted(DROPPED)):
        dropped.extract()
    for tag in soup.find_all(True):
        _clean(tag, address)
    for paragraph in soup.find_all("p"):
        if paragraph.find(_BLOCKS):  # it would end there in a browser
            paragraph.name = "div"
    return str(soup)


def _clean(tag: Tag, address: Address) -> None:
    if tag.name in HEADINGS:
        tag.name, tag.attrs = "strong", {}
        tag.wrap(Tag(name="p"))
    elif tag.name not in KEPT or (tag.name == "a" and not _leads(tag, address)):
        tag.unwrap()
    else:
        tag.attrs = {name: value for name, value in tag.attrs.items() if is_harmless(name, value)}


def _leads(tag: Tag, address: Address) -> bool:
    """Give a link its address, if it has one."""
    destination = tag.get("href")
    found = address(destination) if isinstance(destination, str) else None
    if found is not None:
        tag["href"] = found
    return found is not None
