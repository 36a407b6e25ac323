"""Addresses that a page had, and pages that lead elsewhere, as front matter names them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from broadsheet.rules.destinations import split_destination
from broadsheet.sources import permalinks

#: jekyll-redirect-from's key, and Hugo's.
FORMER = ("redirect_from", "aliases")

#: The key of a page that leads on.
TARGET = "redirect_to"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
#: To others no page leads by itself: some of them run scripts.
_SCHEMES = frozenset({"ftp", "http", "https", "mailto"})

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

    That is an address with a scheme, or a path from the root of the site, with or without a
    slash before it (``set_paths`` in jekyll-redirect-from's redirect_page.rb).
    """
    key = TARGET
    for text in _texts(key, values, fault):
        if target := _target_of(text):
            return target
        expected = "expected http(s)://… or /a/path"
        fault(key, f"{key} {text[:80]!r} is no address ({expected}); the page is shown")
    return ""


def _target_of(text: str) -> str:
    """Return a target as an address, "" where it is none."""
    if scheme := _SCHEME.match(text):
        return text if scheme[1].lower() in _SCHEMES and _can_be_split(text) else ""
    if not text or text.startswith("/"):
        return text
    path, behind = split_destination(text)
    clean = posixpath.normpath(f"/{path}")
    if path.endswith(("/", "/.", "/..")) and clean != "/":
        clean += "/"
    return clean + behind


def _can_be_split(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:  # of brackets that hold no address
        return False
    return True


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
