"""Finding the Liquid of a text, without rendering it."""

from __future__ import annotations

from broadsheet.model import Problem, Subtype
from broadsheet.sources.liquid.scan import Kind, may_hold_liquid, scan


def find_liquid(body: str, path: str, first_line: int) -> tuple[Problem, ...]:
    """Report the first Liquid tag outside code, and how many there are; *body* begins a line."""
    if not may_hold_liquid(body):
        return ()
    tags = [piece for piece in scan(body) if piece.kind is not Kind.TEXT or piece.fault]
    if not tags:
        return ()
    first = " ".join(body[tags[0].start : tags[0].end].split())
    more = f" and {len(tags) - 1} more" if len(tags) > 1 else ""
    return (
        Problem(
            path=path,
            line=first_line + body.count("\n", 0, tags[0].start),
            subtype=Subtype.LIQUID,
            message=f"Liquid is not rendered: {first[:60]!r}{more}; left in the text as it stands",
        ),
    )
