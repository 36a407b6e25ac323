"""Turn Jekyll's permalink patterns into addresses, and addresses into file paths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from posixpath import splitext
from types import MappingProxyType
from urllib.parse import unquote

from broadsheet.model import HTML_ENDINGS

#: What the named styles stand for (lib/jekyll/configuration.rb, STYLE_TO_PERMALINK).
STYLES: Mapping[str, str] = MappingProxyType({
    "none": "/:categories/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
})  # fmt: skip

#: Bytes of one part of an address; file systems end at 255, and temporary names need room.
LONGEST_PART = 200
#: The address of an article of which no address is left.
NAMELESS = "/untitled.html"

_PLACEHOLDER = re.compile(r":([a-z_]+)")
_PAGE_PLACEHOLDER = re.compile(":(path|basename|output_ext)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:\Z")
_PRETTY = frozenset("._~!$&'()+,;=@")  # kept by slugify's "pretty" mode
# English, whatever the locale of the machine, as Ruby's strftime is.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the placeholders of a pattern stand for, for one article."""

    collection: str
    path: str  #: :func:`cleaned_path`: ``/sub/2025-11-05-name``
    name: str  #: of the file, without its extension: ``2025-11-05-name``
    slug: str  #: of the front matter, else of the file name; "" falls back on ``name``
    date: datetime  #: in the time zone of the site, as Jekyll's dates are
    categories: tuple[str, ...] = ()
    output_ext: str = ".html"


def site_pattern(style: str) -> str:
    """Give the pattern of posts for the ``permalink`` of a site: a named style or a pattern."""
    return STYLES.get(style, style)


def collection_pattern(style: str) -> str:
    """Give the pattern of a collection that names none, for the ``permalink`` of a site.

    Only the ending of the style counts (lib/jekyll/utils.rb, add_permalink_suffix).
    """
    return _with_ending("/:collection/:path", style)


def page_pattern(style: str, name: str) -> str:
    """Give the pattern of a page that has none of its own, for the ``permalink`` of a site.

    *name* is that of its file, without its extension (lib/jekyll/page.rb, template).
    """
    return "/:path/" if name == "index" else _with_ending("/:path/:basename", style)


def expand_page(pattern: str, folder: str, name: str, output_ext: str = ".html") -> str:
    """Fill the placeholders of a page's pattern, as :func:`expand` does those of an article.

    There are three, and each is found where it is the beginning of a longer word, too
    (lib/jekyll/page.rb, url_placeholders; lib/jekyll/url.rb, generate_url_from_hash).
    """
    values = {"path": folder, "basename": name, "output_ext": output_ext}
    pieces = _PAGE_PLACEHOLDER.split(pattern)
    filled = [values[piece] if odd % 2 else unquote(piece) for odd, piece in enumerate(pieces)]
    return clean("".join(filled))


def _with_ending(stem: str, style: str) -> str:
    if style == "pretty" or style.endswith("/"):
        return f"{stem}/"
    if style in {"date", "ordinal", "none"} or style.endswith(":output_ext"):
        return f"{stem}:output_ext"
    return stem


def expand(pattern: str, parts: Parts) -> str:
    """Fill the placeholders of a pattern: an unquoted address that starts with ``/``.

    Follows lib/jekyll/url.rb and drops/url_drop.rb, and knows ``:basename`` besides (the
    untouched name of the file). An unknown placeholder stays as it stands, see
    :func:`unknown_placeholders`; a named style is no pattern, see :func:`site_pattern`.
    """
    pieces, end = [], 0
    for match in _PLACEHOLDER.finditer(pattern):
        pieces += [unquote(pattern[end : match.start()]), _filled(match, parts)]
        end = match.end()
    return clean("".join([*pieces, unquote(pattern[end:])]))


def unknown_placeholders(pattern: str) -> tuple[str, ...]:
    """List the placeholders that Jekyll does not know, in the order of the pattern."""
    names = (match[1] for match in _PLACEHOLDER.finditer(pattern))
    return tuple(f":{name}" for name in names if _known(name) not in _VALUES)


def fault_of(pattern: str) -> str:
    """Say what a pattern holds that :func:`expand` leaves as it is, "" for nothing.

    It ends a build of Jekyll (lib/jekyll/url.rb, generate_url_from_drop).
    """
    unknown = unknown_placeholders(pattern)
    return f"has no value for {unknown[0][:40]!r} (expected e.g. ':title')" if unknown else ""


def clean(address: str) -> str:
    """Take ``..`` and doubled slashes out of an address (lib/jekyll/url.rb, sanitize_url)."""
    return re.sub("/+", "/", f"/{address}".replace("..", "/").replace("./", ""))


def cleaned_path(path: str, collection: str, collections_dir: str = "") -> str:
    """Give ``:path`` for a file: without the folder of its collection and its extension.

    ``path`` is relative to the source folder; the result starts with ``/`` except for a file
    outside the collection's folder (lib/jekyll/document.rb, cleaned_relative_path).
    """
    inside = path.removeprefix(f"{collections_dir}/") if collections_dir else path
    return splitext(inside)[0].replace(f"_{collection}", "", 1).rstrip(".")


def page_ending(path: str) -> str:
    """Give the extension of the page of a source file: ``.htm`` stays (converters/identity.rb)."""
    return next((one for one in HTML_ENDINGS if path.endswith(one)), HTML_ENDINGS[0])


def output_ext(permalink: str, usual: str = HTML_ENDINGS[0]) -> str:
    """Give the extension of the page that a front-matter ``permalink`` asks for, else the usual.

    The extension of the permalink itself counts (lib/jekyll/renderer.rb, permalink_ext): the
    page of ``/v1.2`` is the file ``v1.2``.
    """
    return splitext(permalink)[1] or usual


def output_path(url: str, output_ext: str = ".html") -> str:
    """Give the file of an address, relative to the output folder.

    ``/a/`` is ``a/index.html``, whatever the extension, ``/a`` and ``/a.html`` are ``a.html``
    (lib/jekyll/document.rb, destination).
    """
    if url.endswith("/") or not url:
        return f"{url}index.html".lstrip("/")
    path = url.lstrip("/")
    return path if path.endswith(output_ext) else path + output_ext


def safe(address: str) -> tuple[str, str]:
    """Repair an address that could leave the site or break a file system.

    Gives the address and what was wrong with it (``holds "..", holds a backslash``; "" for
    nothing). Spaces, ``&``, ``+``, accents and dots stay: Jekyll keeps them.
    """
    faults: list[str] = []
    text = address
    if _UNPRINTABLE.search(text):
        faults.append("holds a control character")
        text = _UNPRINTABLE.sub("", text)
    if "\\" in text:
        faults.append("holds a backslash")
        text = text.replace("\\", "-")
    parts = [part for part in text.split("/") if part not in {"", "."}]
    if parts and _DRIVE.match(parts[0]):
        faults.append("starts with a drive")
        parts = parts[1:]
    if ".." in parts:
        faults.append('holds ".."')
        parts = [part for part in parts if part != ".."]
    if any(len(part.encode()) > LONGEST_PART for part in parts):
        faults.append(f"holds a part of more than {LONGEST_PART} bytes")
        parts = [_shortened(part) for part in parts]
    if not text.strip():
        faults = faults or ["is empty"]
    if not parts and faults:
        return NAMELESS, ", ".join(faults)
    return _joined(parts, folder=text.endswith("/")), ", ".join(faults)


def slugify(text: str, *, pretty: bool = False, cased: bool = False) -> str:
    """Make a text fit for an address (lib/jekyll/utils.rb, slugify, modes default and pretty).

    Letters, marks and digits stay, with ``pretty`` also ``._~!$&'()+,;=@``; every run of
    anything else becomes one ``-``; ``cased`` keeps the capitals.
    """
    extra = _PRETTY if pretty else frozenset[str]()
    kept = "".join(char if char in extra or _is_word(char) else "\n" for char in text)
    slug = re.sub("\n+", "-", kept).removeprefix("-").removesuffix("-")
    # Letter by letter: Ruby knows no final sigma.
    return slug if cased else "".join(char.lower() for char in slug)


def _is_word(char: str) -> bool:
    r"""Tell whether Ruby's ``[\p{M}\p{L}\p{Nd}]`` holds a character."""
    if char.isascii():
        return char.isalnum()
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd"


def _filled(match: re.Match[str], parts: Parts) -> str:
    name = _known(match[1])
    if name not in _VALUES:
        return match[0]
    return _VALUES[name](parts) + match[1][len(name) :]


def _known(name: str) -> str:
    """Give up a ``_`` at the end that is no part of the name: ``:month_:day``."""
    shorter = name.removesuffix("_")
    return name if name in _VALUES or shorter not in _VALUES else shorter


def _unique(words: list[str]) -> str:
    return "/".join(dict.fromkeys(words))


def _lowered(word: str) -> str:
    return "".join(char.lower() for char in word)


#: Placeholder to value (lib/jekyll/drops/url_drop.rb).
_VALUES: Mapping[str, Callable[[Parts], str]] = MappingProxyType({
    "collection": lambda parts: parts.collection,
    "path": lambda parts: parts.path,
    "name": lambda parts: slugify(parts.name),
    "basename": lambda parts: parts.name,
    "title": lambda parts: slugify(parts.slug or parts.name, pretty=True, cased=True),
    "slug": lambda parts: slugify(parts.slug or parts.name),
    "output_ext": lambda parts: parts.output_ext,
    "categories": lambda parts: _unique([_lowered(name) for name in parts.categories]),
    "slugified_categories": lambda parts: _unique([slugify(name) for name in parts.categories]),
    "year": lambda parts: f"{parts.date.year:04}",
    "short_year": lambda parts: f"{parts.date.year % 100:02}",
    "month": lambda parts: f"{parts.date.month:02}",
    "i_month": lambda parts: str(parts.date.month),
    "short_month": lambda parts: _MONTHS[parts.date.month - 1][:3],
    "long_month": lambda parts: _MONTHS[parts.date.month - 1],
    "day": lambda parts: f"{parts.date.day:02}",
    "i_day": lambda parts: str(parts.date.day),
    "y_day": lambda parts: f"{parts.date.timetuple().tm_yday:03}",
    "w_year": lambda parts: f"{parts.date.isocalendar().year:04}",
    "week": lambda parts: f"{parts.date.isocalendar().week:02}",
    "w_day": lambda parts: str(parts.date.isoweekday()),
    "short_day": lambda parts: _DAYS[parts.date.weekday()][:3],
    "long_day": lambda parts: _DAYS[parts.date.weekday()],
    "hour": lambda parts: f"{parts.date.hour:02}",
    "minute": lambda parts: f"{parts.date.minute:02}",
    "second": lambda parts: f"{parts.date.second:02}",
})  # fmt: skip


def _shortened(part: str) -> str:
    """Cut a part to its limit; a hash of the whole tells it from its like."""
    if len(part.encode()) <= LONGEST_PART:
        return part
    stem, ext = splitext(part)
    if len(ext.encode()) > 16:  # no extension, but a dot in a long name
        stem, ext = part, ""
    mark = f"-{blake2b(part.encode(), digest_size=5).hexdigest()}{ext}"
    room = LONGEST_PART - len(mark.encode())
    return stem.encode()[:room].decode(errors="ignore") + mark


def _joined(parts: list[str], *, folder: bool) -> str:
    return "/" + "/".join(parts) + ("/" if folder and parts else "")
