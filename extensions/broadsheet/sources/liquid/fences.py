"""Code of ``highlight`` as a fenced block, which is coloured as all other code."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What may stand before a block on its line, and begins the lines below it, too.
_PREFIX = re.compile(r"(?P<quote>[ \t>]*)(?P<item>(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*)")

#: Lines of nothing at either end, the marks of a quote included.
_ENDS = re.compile(r"\A(?:[ \t>]*\n)+|(?:\n[ \t>]*)+\Z")


def fence(code: str, language: str, attributes: Mapping[str, str], before: str) -> str:
    """Return a fence with *code*, where *before* stands on its line (kramdown, fenced code).

    It is longer than any in the code.  In a list or a quote its lines are in there, too;
    behind words it begins a line of its own.
    """
    code = _ENDS.sub("", code)
    longest = max((len(run) for run in re.findall("~{3,}", code)), default=2)
    marks = "~" * (longest + 1)
    prefix = _PREFIX.fullmatch(before)
    margin = re.sub("[^ \t>]", " ", before) if prefix else ""
    lines = [f"{marks} {language}", *_in_margin(code, margin), margin + marks]
    if attributes:
        listed = " ".join(f'{key}="{value}"' for key, value in attributes.items())
        lines.append(f"{margin}{{: {listed}}}")
    block = "\n".join(lines)
    return block if prefix else f"\n\n{block}\n"


def _in_margin(code: str, margin: str) -> list[str]:
    """Return the lines of *code*, each with the margin that it may have already."""
    lines = code.split("\n")
    if not margin.strip() or all(line.startswith(margin.rstrip()) for line in lines):
        kept = all(line.startswith(margin) or not line.strip() for line in lines)
        return lines if kept or margin.strip() else [margin + line for line in lines]
    return [margin + line for line in lines]
