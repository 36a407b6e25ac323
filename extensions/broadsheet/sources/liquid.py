"""Finding Liquid in the text of an article, where it would be shown as it stands."""

from __future__ import annotations

import re

from broadsheet.model import Problem, Subtype

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\2[`~]*[ \t]*$|\Z)", re.M | re.S)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


def find_liquid(body: str, path: str, first_line: int) -> tuple[Problem, ...]:
    """Report the first Liquid tag outside code, and how many there are; *body* begins a line."""
    if "{{" not in body and "{%" not in body:
        return ()
    prose = _CODE.sub(_blanked, _FENCE.sub(_blanked, body))
    tags = list(_TAG.finditer(prose))
    if not tags:
        return ()
    first = " ".join(tags[0].group().split())
    more = f" and {len(tags) - 1} more" if len(tags) > 1 else ""
    return (
        Problem(
            path=path,
            line=first_line + prose.count("\n", 0, tags[0].start()),
            subtype=Subtype.LIQUID,
            message=f"Liquid is not rendered: {first[:60]!r}{more}; left in the text as it stands",
        ),
    )


def _blanked(code: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", code.group())
