"""Digests: two pages with one digest of their inputs are the same page."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadsheet.model import Article


def digest_of_bytes(data: bytes) -> str:
    """Return 32 hex digits for the bytes of a file."""
    return blake2b(data, digest_size=16).hexdigest()


def altered(article: Article, **values: Any) -> Article:
    """Return *article* with other *values* and, where it shows them, other facts."""
    return article._replace(facts=digest(article.facts, values), **values)


def digest(*inputs: object) -> str:
    """Return 32 hex digits for *inputs*: frozen values whose ``repr`` tells all."""
    state = blake2b(digest_size=16)
    for value in inputs:
        data = repr(value).encode("utf-8", "backslashreplace")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()
