"""What the destination of a link or an image means on its site, by its text alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

#: What a destination elsewhere begins with: a scheme, or a host.
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")

#: Schemes that somebody may mean; of what has another, the scheme is misspelt.
SCHEMES = frozenset((
    "bitcoin", "callto", "data", "dat", "doi", "ed2k", "ethereum", "facetime", "feed", "file", "ftp",
    "ftps", "gemini", "geo", "git", "gopher", "http", "https", "im", "imap", "info", "ipfs", "ipns",
    "irc", "ircs", "isbn", "itms", "inv", "itms-apps", "javascript", "myst", "path", "project", "magnet", "mailto", "matrix", "mms",
    "news", "nntp", "onion", "rss", "rtmp", "rtsp", "sftp", "sgnl", "sip", "sips", "skype", "slack",
    "sms", "spotify", "ssh", "steam", "svn", "tel", "telnet", "tg", "urn", "view-source", "vscode",
    "web+mastodon", "webcal", "whatsapp", "ws", "wss", "xmpp", "zoommtg",
))  # fmt: skip

#: Of these, those that lead out of the site: the others are MyST's own, or a program.
_OUTSIDE = SCHEMES - {"inv", "javascript", "myst", "path", "project"}

#: The address of a mailbox, before which the scheme is forgotten.
MAILBOX = re.compile(r"[^\s/?#@:]+@[^\s/?#@:]+\.[A-Za-z]+\Z")

_BEHIND = re.compile(r"[?#]")

#: Jekyll's two variables for the beginning of an address, as they are written or quoted.
_VARIABLE = re.compile(
    r"(?:\{\{|%7B%7B)-?(?:\s|%20){0,9}site\.(url|baseurl)(?:\s|%20){0,9}-?(?:\}\}|%7D%7D)", re.I
)


class Place(NamedTuple):
    """Where a text stands: what is written in it counts from there."""

    path: str  #: of its file, relative to the source folder, with ``/``
    address: str = ""  #: of its page, relative to the output, not quoted; "" where paths count
    subpath: str = ""  #: what its media have before their names (``media_subpath``)


def on_site(destination: str, site: str) -> str:
    """Return *destination* without the address of the *site*, of which it keeps a slash.

    That is its whole address, by either scheme, its base path, or Jekyll's variables for them.
    What leads elsewhere, or counts from the page, is returned as it stands.
    """
    end = 0
    while variable := _VARIABLE.match(destination, end):
        end = variable.end()
    if end:
        return "/" + destination[end:].lstrip("/")
    if not site:
        return destination
    _, _, whole = site.rstrip("/").partition(":")
    scheme, colon, rest = destination.partition(":")
    if colon and scheme.lower() in {"http", "https"}:
        return _below(rest, whole) or destination
    if destination.startswith("//"):
        return destination
    return _below(destination, urlsplit(site).path.rstrip("/")) or destination


def _below(text: str, base: str) -> str:
    """Return what follows *base*, from its slash on; "" where *text* is not below it."""
    rest = text.removeprefix(base)
    if not base or rest == text:
        return ""
    return rest if rest.startswith("/") else ""


def split_destination(destination: str) -> tuple[str, str]:
    """Return the path of a *destination*, and the query and the anchor behind it."""
    end = _BEHIND.search(destination)
    at = end.start() if end else len(destination)
    return destination[:at], destination[at:]


def is_elsewhere(destination: str) -> bool:
    """Tell whether *destination* has a scheme or a host."""
    return ELSEWHERE.match(destination) is not None


def is_known_elsewhere(destination: str) -> bool:
    """Tell whether *destination* has a host, or a scheme that is no misprint."""
    found = ELSEWHERE.match(destination)
    return found is not None and (found[0] == "//" or found[0][:-1].lower() in _OUTSIDE)


def subpath_of(values: Mapping[str, Any]) -> str:
    """Return what front matter has images looked for below; Chirpy called it ``img_path`` once."""
    found = (values.get(key) for key in ("media_subpath", "img_path"))
    return next((one.strip() for one in found if isinstance(one, str) and one.strip()), "")


def with_subpath(src: str, subpath: str) -> str:
    """Return where a theme that knows ``media_subpath`` looks for *src*, "" for nowhere else.

    Whatever names no scheme has it before its name (Chirpy, ``_includes/media-url.html``).
    """
    if not subpath or ":" in src:
        return ""
    return f"{subpath.rstrip('/')}/{src.lstrip('/')}"


def addresses(src: str, place: Place) -> Iterator[str]:
    """Yield the files, relative to the output, that an image may mean, the likeliest first.

    *src* is what :func:`on_site` gives, with its percent signs.
    """
    for written in filter(None, (with_subpath(src, place.subpath), src)):
        if found := _inside(written, posixpath.dirname(place.address)):
            yield found


def paths(src: str, place: Place) -> Iterator[str]:
    """Yield the same as files of the source."""
    folder = posixpath.dirname(place.path)
    for written in filter(None, (with_subpath(src, place.subpath), src)):
        if found := _inside(written, folder):
            yield found


def _inside(destination: str, folder: str) -> str:
    """Return the path that *destination* means in *folder*; "" of one that leaves the root."""
    path = unquote(split_destination(destination)[0])
    if not path or "\0" in path:
        return ""
    path = path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
    path = posixpath.normpath(path)
    return "" if path in {".", ".."} or path.startswith("../") else path
