"""Addresses that a page had, and pages that lead elsewhere, as front matter names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from broadsheet.sources import permalinks

#: jekyll-redirect-from's key, and Hugo's.
FORMER = ("redirect_from", "aliases")

#: The key of a page that leads on.
TARGET = "redirect_to"

#: Takes a key and what is wrong with its value.
Fault = Callable[[str, str], None]


class Moves(NamedTuple):
    """What the front matter of one page says of other addresses."""

    former: tuple[str, ...] = ()  #: see :func:`read_former`
    target: str = ""  #: see :func:`read_target`


#: Of the most pages.
NO_MOVES = Moves()


def read_moves(values: Mapping[str, Any], fault: Fault) -> Moves:
    """Return both."""
    return Moves(read_former(values, fault), read_target(values, fault))


def read_former(values: Mapping[str, Any], fault: Fault) -> tuple[str, ...]:
    """Return the files, below the output, of the addresses that a page had.

    They are made of addresses as those of permalinks are: ``/a/`` is ``a/index.html``, ``/a``
    is ``a.html``.
    """
    found = (_file_of(key, text, fault) for key in FORMER for text in _texts(key, values, fault))
    return tuple(dict.fromkeys(filter(None, found)))


def read_target(values: Mapping[str, Any], fault: Fault) -> str:
    """Return where the page leads instead of showing its text, "" where it shows it.

    That is an address with a scheme, or a path from the root of the site.
    """
    key = TARGET
    for text in _texts(key, values, fault):
        if text.startswith("/") or urlsplit(text).scheme in {"http", "https"}:
            return text
        expected = "expected http(s)://… or /a/path"
        fault(key, f"{key} {text[:80]!r} is no address ({expected}); the page is shown")
    return ""


def _texts(key: str, values: Mapping[str, Any], fault: Fault) -> Iterator[str]:
    """Yield the texts of a key that has one or a list of them."""
    value = values.get(key)
    for one in value if isinstance(value, list | tuple) else [value]:
        if isinstance(one, str | int | float) and not isinstance(one, bool):
            yield " ".join(str(one).split())
        elif one:
            fault(key, f"{key} holds {str(one)[:60]!r} (expected addresses); left out")


def _file_of(key: str, text: str, fault: Fault) -> str:
    wrong = ""
    address, unsafe = permalinks.safe(f"/{text.lstrip('/')}")
    if "://" in text or text.startswith("//"):
        wrong = "leads out of the site"
    elif "?" in text or "#" in text:
        wrong = "has a query or an anchor, which a host of files never sees"
    elif not text or unsafe:
        wrong = unsafe or "is empty"
    if wrong:
        fault(key, f"{key} {text[:80]!r} {wrong} (expected /an/old/address); left out")
        return ""
    return permalinks.output_path(address, permalinks.output_ext(address)).lstrip("/")
