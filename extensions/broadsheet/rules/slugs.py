"""Addresses of listings: the name of an author, tag, category or series as part of a URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType
from unicodedata import category, normalize

LONGEST = 80  #: characters of a slug
LONGEST_BYTES = 240  #: of its UTF-8; file systems take 255 for a name, ``.html`` included
DEVICES = frozenset((  # learn.microsoft.com, "Naming Files, Paths, and Namespaces"
    "con", "prn", "aux", "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
))  # fmt: skip
RESERVED = DEVICES | {"index"}  #: names that no listing may take; ``index`` is the overview


def slugify(text: str) -> str:
    """Return the slug of a name: never empty, at most ``LONGEST`` characters, idempotent.

    Letters, marks and numbers of every script stay (accents and ideographs too), lower case
    in NFKC; any run of others becomes one ``-``. A name without any of them gets ``x-`` and six
    hexadecimal digits; a reserved name gets a ``-`` at its end.
    """
    slug = _hyphenated(_lower(text))
    if not slug:
        return f"x-{_digest(text)}"
    if slug in RESERVED:
        return f"{slug}-"
    return slug if _fits(slug) else f"{_cut(slug, len('-') + 6)}-{_digest(slug)}"


def assign(names: Iterable[str]) -> Mapping[str, str]:
    """Give each name a slug of its own, whatever the order in which the names arrive.

    Of the names that share a slug, the one spelt like it keeps it, else the first in the order
    of code points; the others get ``-2``, ``-3`` … in that order, past the slugs in use.
    """
    slugs = {name: slugify(name) for name in sorted(set(names))}
    taken = set(slugs.values())
    held: set[str] = set()
    for name in sorted(slugs, key=lambda name: (_lower(name) != slugs[name], name)):
        if slugs[name] in held:
            slugs[name] = _numbered(slugs[name], taken)
        held.add(slugs[name])
        taken.add(slugs[name])
    return MappingProxyType(slugs)


def _lower(text: str) -> str:
    # Lower-casing may leave a letter and its mark apart, hence NFKC a second time.
    return normalize("NFKC", normalize("NFKC", text).lower())


def _hyphenated(text: str) -> str:
    kept = "".join(char if category(char)[0] in "LMN" else " " for char in text)
    return "-".join(kept.split())


def _fits(slug: str) -> bool:
    return len(slug) <= LONGEST and len(slug.encode()) <= LONGEST_BYTES


def _cut(slug: str, room: int) -> str:
    """Shorten a slug so that ``room`` more ASCII characters fit."""
    short = slug[: LONGEST - room].encode()[: LONGEST_BYTES - room]
    return short.decode(errors="ignore").rstrip("-")


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=3).hexdigest()


def _numbered(slug: str, taken: set[str]) -> str:
    number = 2
    while (candidate := f"{_cut(slug, len(f'-{number}'))}-{number}") in taken:
        number += 1
    return candidate
