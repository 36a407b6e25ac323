"""What the builds are to reach, and whether they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

#: What is done and measured.
FULL = "full build"
UNCHANGED = "nothing changed"
TEXT = "one text changed"
TITLE = "one title changed"
REFERENCES = "full build with many references"
AS_MANY = "full build without them"
BUILT = "saved to built"
SHOWN = "saved to shown"

#: What is measured of it, each with its unit.
WALL = "wall"
CPU = "CPU"
EACH = "wall per article"
LARGEST = "peak memory of one process"
TOGETHER = "peak memory of all processes"
UNITS = {WALL: "s", CPU: "CPU-s", EACH: "ms", LARGEST: "MB", TOGETHER: "MB"}

MANY_REFERENCES = 5000
MANY = 10  #: times the archive: what aims for a multiplied archive are meant for


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something that is measured, once in each run."""

    kind: str
    build: str
    program: str = "Broadsheet"
    many: bool = False  #: of the multiplied archive


#: Figures, the oldest run first, in the units of ``UNITS``.
Values = Mapping[Figure, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """How small a figure is to be, or its ratio to another."""

    figure: Figure
    by: Figure | None = None
    most: float


def _of(kind: str, build: str, program: str = "Broadsheet", *, many: bool = False) -> Figure:
    return Figure(kind=kind, build=build, program=program, many=many)


AIMS = (
    Aim(figure=_of(WALL, FULL), by=_of(WALL, FULL, "Jekyll"), most=0.75),
    Aim(figure=_of(WALL, FULL), by=_of(WALL, FULL, "Jekyll, bare"), most=0.75),
    Aim(figure=_of(CPU, FULL), by=_of(CPU, FULL, "plain Sphinx, serial"), most=0.7),
    Aim(figure=_of(WALL, TEXT), by=_of(WALL, FULL, "Hugo"), most=0.4),
    Aim(figure=_of(WALL, TITLE), by=_of(WALL, FULL, "Hugo"), most=0.6),
    Aim(figure=_of(CPU, UNCHANGED), most=1),
    Aim(figure=_of(WALL, BUILT), most=1),
    Aim(figure=_of(WALL, SHOWN), most=1),
    Aim(figure=_of(EACH, FULL, many=True), by=_of(EACH, FULL), most=1.1),
    Aim(figure=_of(LARGEST, FULL, many=True), most=1000),
    Aim(figure=_of(TOGETHER, FULL, many=True), most=1000),
    Aim(figure=_of(WALL, TEXT, many=True), by=_of(WALL, TEXT), most=3),
    Aim(figure=_of(CPU, REFERENCES), by=_of(CPU, AS_MANY), most=1.1),
)


def verdicts(values: Values, absent: Mapping[str, str], times: int) -> Iterator[tuple[str, ...]]:
    """Say of each aim: what is measured, how much of it, divided by what, result, aim, met.

    Figures are medians. *absent* says why a program, or a thing to do, has none.
    """
    for aim in AIMS:
        measure = f"{aim.figure.build}, {aim.figure.kind}"
        if aim.figure.many:
            measure = f"× {times if times > 1 else MANY}: {measure}"
        yield (measure, *_verdict(aim, values, absent, times))


def _verdict(
    aim: Aim, values: Values, absent: Mapping[str, str], times: int
) -> tuple[str, str, str, str, str]:
    most = f"≤ {aim.most:g}{'' if aim.by else f' {UNITS[aim.figure.kind]}'}"
    other = _name(aim.by, aim.figure) if aim.by else "–"
    if missing := [one for one in (aim.figure, aim.by) if one and not values.get(one)]:
        return "–", other, "–", most, f"skipped: {_why(missing[0], absent)}"
    measured = result = median(values[aim.figure])
    if aim.by:
        divisor = median(values[aim.by])
        result /= divisor
        other += f": {_quantity(divisor, aim.by.kind)}"
    met = "yes" if result <= aim.most else "no"
    if aim.figure.many and times != MANY:
        met = f"(for × {MANY})"
    quantity = _quantity(measured, aim.figure.kind)
    return quantity, other, f"{result:.2f}" if aim.by else quantity, most, met


def _name(by: Figure, figure: Figure) -> str:
    """Name what a figure is divided by, as far as it differs from the figure."""
    if by.program != figure.program:
        return by.program if by.build == figure.build else f"{by.program}, {by.build}"
    return by.build if by.build != figure.build else "× 1"


def _quantity(value: float, kind: str) -> str:
    return f"{value:,.{0 if UNITS[kind] == 'MB' else 2}f} {UNITS[kind]}"


def _why(figure: Figure, absent: Mapping[str, str]) -> str:
    keys = (figure.build, figure.program, *["many"] * figure.many)
    return next((absent[key] for key in keys if key in absent), "not measured")
