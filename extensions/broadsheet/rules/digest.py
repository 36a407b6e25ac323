"""Digests: two pages with one digest of their inputs are the same page."""

from __future__ import annotations

from hashlib import blake2b


def digest_of_bytes(data: bytes) -> str:
    """Return 32 hex digits for the bytes of a file."""
    return blake2b(data, digest_size=16).hexdigest()


def digest(*inputs: object) -> str:
    """Return 32 hex digits for *inputs*: frozen values whose ``repr`` tells all."""
    state = blake2b(digest_size=16)
    for value in inputs:
        data = repr(value).encode("utf-8", "backslashreplace")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()
