"""The measurements of a benchmark, told in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pages
from aims import CPU, EACH, LARGEST, TOGETHER, WALL, Figure, verdicts
from processes import Usage
from tables import spread, table

MEGA = 1e6
AIM = 30_000  #: bytes that a page should keep below outside its body
LISTED = 20  #: files that are named of each build


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One build by one program."""

    usage: Usage
    size: int  #: bytes of the output
    rewritten: tuple[str, ...]  #: files of the output
    published: int | None  #: articles, where the program says how many


#: All runs, oldest first, of each build (first name) by each program (second name).
Results = dict[tuple[str, str], list[Measured]]


#: What the aims are held against.
Figures = dict[Figure, list[float]]


def figures(results: Results, articles: int, *, many: bool) -> Figures:
    """Return what the aims may need; *many* for the multiplied archive."""
    found: Figures = {}
    for (build, program), runs in results.items():
        usages = [run.usage for run in runs]
        for kind, values in (
            (WALL, [one.wall for one in usages]),
            (CPU, [one.cpu for one in usages]),
            (EACH, [1000 * one.wall / articles for one in usages]),
            (LARGEST, [one.memory / MEGA for one in usages]),
            (TOGETHER, [one.together / MEGA for one in usages]),
        ):
            found[Figure(kind=kind, build=build, program=program, many=many)] = values
    return found


def aims_table(values: Figures, absent: Mapping[str, str], times: int) -> str:
    """Tell what is aimed at, and whether it is reached; figures are medians."""
    header = ("Broadsheet", "measured", "divided by", "result", "aim", "met")
    return table(header, verdicts(values, absent, times))


def builds_table(results: Results) -> str:
    """Tell all builds."""
    header = (
        "build", "program", "wall s", "CPU s", "peak MB", "all MB", "output MB", "files written",
    )  # fmt: skip
    return table(header, [_builds_row(*key, runs) for key, runs in results.items()], texts=2)


def outside_line(folder: Path) -> str:
    """Tell how large the articles' pages of an output are outside the articles' bodies."""
    sizes = pages.outside_bodies(folder)
    if not sizes:
        return "No page of an article was recognised, so none is measured outside its body."
    middle, greatest, largest = pages.median_and_largest(sizes)
    over = sum(size > AIM for size in sizes.values())
    return (
        f"Outside its body a page of an article has {middle / 1000:.1f} KB (median of"
        f" {len(sizes):,}), at most {greatest / 1000:.1f} KB (`{largest}`);"
        f" {over:,} have more than {AIM / 1000:.0f} KB."
    )


def rewritten_lines(results: Results, ours: str, unchanged: str) -> str:
    """Name the files written in the last run by each build on top of another.

    What *unchanged*, the build with nothing changed, writes is told once.
    """
    last = {
        build: runs[-1].rewritten for (build, program), runs in results.items() if program == ours
    }
    always = frozenset(last[unchanged])
    lines = [f"- {unchanged}: {_names(last.pop(unchanged))}"]
    lines += [
        f"- {build}, besides: {_names([file for file in files if file not in always])}"
        for build, files in last.items()
    ]
    return "\n".join(lines)


def scaling_table(usages: Mapping[int, Sequence[Usage]], sizes: Mapping[int, float]) -> str:
    """Tell what an article costs by the number of articles; *sizes* are mean bytes."""
    header = ("articles", "mean KB", "wall s", "CPU s", "peak MB", "wall ms each", "CPU ms each")
    return table(header, [_scaling_row(*one, sizes[one[0]]) for one in usages.items()], texts=0)


def _builds_row(build: str, program: str, runs: Sequence[Measured]) -> Iterator[str]:
    yield build
    yield program
    yield spread([run.usage.wall for run in runs], 2)
    yield spread([run.usage.cpu for run in runs], 2)
    yield spread([run.usage.memory / MEGA for run in runs], 0)
    yield spread([run.usage.together / MEGA for run in runs], 0)
    yield spread([runs[-1].size / MEGA])
    yield spread([len(run.rewritten) for run in runs], 0)


def _scaling_row(count: int, runs: Sequence[Usage], size: float) -> Iterator[str]:
    yield f"{count:,}"
    yield f"{size / 1000:.1f}"
    yield spread([run.wall for run in runs])
    yield spread([run.cpu for run in runs])
    yield spread([run.memory / MEGA for run in runs], 0)
    yield spread([1000 * run.wall / count for run in runs])
    yield spread([1000 * run.cpu / count for run in runs])


def _names(files: Sequence[str]) -> str:
    names = ", ".join(f"`{name}`" for name in files[:LISTED]) or "none"
    more = len(files) - LISTED
    return f"{names} and {more:,} more" if more > 0 else names
