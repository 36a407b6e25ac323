"""Figures as text: medians and Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Write the median of some values, with the least and the greatest where they differ."""
    middle, least, greatest = (
        f"{value:,.{digits}f}" for value in (median(values), min(values), max(values))
    )
    return middle if least == greatest else f"{middle} ({least}–{greatest})"


def table(header: Sequence[str], rows: Iterable[Iterable[str]], *, texts: int = 1) -> str:
    """Write a Markdown table; all but the first *texts* columns are figures."""
    rules = ["---" if place < texts else "--:" for place in range(len(header))]
    return "\n".join(_row(cells) for cells in (header, rules, *rows))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
