"""Values as Liquid prints and compares them (liquid, lib/liquid/utils.rb)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from warnings import catch_warnings

from liquid.undefined import is_undefined

from broadsheet.sources.dates import parse_date


class Moment(datetime):
    """A date with its time, printed as Ruby prints it: ``2025-11-05 12:00:00 +0800``."""

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Moment:
        """Return *moment* as clocks of *zone* show it."""
        try:
            there = moment.astimezone(zone)
        except OverflowError:  # in the first or last hours of the calendar
            there = moment.replace(tzinfo=moment.tzinfo or UTC)
        return cls.combine(there.date(), there.timetz())

    def __str__(self) -> str:
        """Return what Ruby prints."""
        return strftime(self, "%Y-%m-%d %H:%M:%S %z")


def printed(value: Any) -> str:
    """Return a value as ``{{ value }}`` shows it."""
    if isinstance(value, str):
        return value
    if value is None or is_undefined(value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "".join(printed(item) for item in value)
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    if isinstance(value, dict):
        return inspected(value)
    if isinstance(value, datetime) and not isinstance(value, Moment):
        return strftime(value, "%Y-%m-%d %H:%M:%S %z")
    return str(value)


def inspected(value: Any) -> str:
    """Return a value as Ruby's ``inspect`` shows it."""
    if isinstance(value, Mapping) and not is_undefined(value):
        pairs = (f"{inspected(key)}=>{inspected(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inspected, value))}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return "nil" if value is None or is_undefined(value) else printed(value)


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIRECTIVE = re.compile(
    r"%(?P<flags>[-0^#_]*)(?P<colon>:?)(?P<width>\d{0,3})(?P<letter>[A-Za-z%+])"
)
_WHOLE = {
    "c": "%a %b %e %H:%M:%S %Y", "D": "%m/%d/%y", "F": "%Y-%m-%d", "r": "%I:%M:%S %p",
    "R": "%H:%M", "T": "%H:%M:%S", "v": "%e-%^b-%Y", "x": "%m/%d/%y", "X": "%H:%M:%S",
    "h": "%b", "+": "%a %b %e %H:%M:%S %Z %Y",
}  # fmt: skip


def strftime(moment: datetime, form: str) -> str:
    """Write a date by a pattern, in English whatever the machine speaks (Ruby's strftime)."""
    return _DIRECTIVE.sub(lambda found: _written(moment, found), form)


def _written(moment: datetime, found: re.Match[str]) -> str:
    letter, flags, width = found["letter"], found["flags"], found["width"]
    if letter in _WHOLE:
        return strftime(moment, _WHOLE[letter])
    number = _number(moment, letter)
    if number is not None:
        value, digits, blank = number
        digits = int(width) if width else digits
        if "-" in flags:
            return str(value)
        filling = " " if "_" in flags or (blank and "0" not in flags) else "0"
        return str(value).rjust(digits, filling)
    text = _text(moment, letter, colon=bool(found["colon"]), digits=int(width or 9))
    if text is None:
        return found[0]
    if "^" in flags:
        text = text.upper()
    return text.swapcase() if "#" in flags else text


def _number(moment: datetime, letter: str) -> tuple[int, int, bool] | None:
    """Return the number that a directive stands for, its digits, and whether blanks fill them."""
    hour = moment.hour % 12 or 12
    year, week, weekday = moment.isocalendar()
    day = moment.timetuple().tm_yday
    sunday = (weekday % 7) + 1  # counted from Sunday
    numbers = {
        "Y": (moment.year, 4, False), "C": (moment.year // 100, 2, False),
        "y": (moment.year % 100, 2, False), "m": (moment.month, 2, False),
        "d": (moment.day, 2, False), "e": (moment.day, 2, True), "j": (day, 3, False),
        "H": (moment.hour, 2, False), "k": (moment.hour, 2, True), "I": (hour, 2, False),
        "l": (hour, 2, True), "M": (moment.minute, 2, False), "S": (moment.second, 2, False),
        "L": (moment.microsecond // 1000, 3, False), "u": (weekday, 1, False),
        "w": (weekday % 7, 1, False), "G": (year, 4, False), "g": (year % 100, 2, False),
        "V": (week, 2, False), "U": ((day + 7 - sunday) // 7, 2, False),
        "W": ((day + 7 - weekday) // 7, 2, False), "s": (int(moment.timestamp()), 1, False),
    }  # fmt: skip
    return numbers.get(letter)


def _text(moment: datetime, letter: str, *, colon: bool, digits: int) -> str | None:
    offset = moment.strftime("%z") or "+0000"
    texts = {
        "B": _MONTHS[moment.month - 1], "b": _MONTHS[moment.month - 1][:3],
        "A": _DAYS[moment.weekday()], "a": _DAYS[moment.weekday()][:3],
        "p": "AM" if moment.hour < 12 else "PM", "P": "am" if moment.hour < 12 else "pm",
        "z": f"{offset[:3]}:{offset[3:5]}" if colon else offset[:5],
        "Z": moment.tzname() or "", "N": f"{moment.microsecond:06}000"[:digits],
        "n": "\n", "t": "\t", "%": "%",
    }  # fmt: skip
    return texts.get(letter)


def as_moment(value: Any, zone: tzinfo, now: Moment) -> Moment | None:
    """Return a date of any form, None of what is none (liquid, lib/liquid/utils.rb, to_date)."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, datetime):
        return Moment.of(value if value.tzinfo else value.replace(tzinfo=zone), zone)
    if isinstance(value, date):
        return Moment(value.year, value.month, value.day, tzinfo=zone)
    if isinstance(value, str):
        return _parsed(value.strip(), zone, now)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return Moment.of(datetime.fromtimestamp(value, UTC), zone)
        except (ValueError, OverflowError, OSError):
            return None
    return None


def _parsed(text: str, zone: tzinfo, now: Moment) -> Moment | None:
    from dateutil import parser

    if text.lower() in {"now", "today"}:
        return now
    if text.isdigit() and len(text) > 8:
        return as_moment(int(text[:20]), zone, now)
    found = parse_date(text, zone)
    if found is None and 0 < len(text) < 100:
        midnight = datetime.combine(now.date(), datetime.min.time())
        try:
            with catch_warnings(action="ignore"):  # of time zones that have only a name
                found = parser.parse(text, default=midnight)
        except (ValueError, OverflowError, TypeError):
            return None
        found = found if found.tzinfo else found.replace(tzinfo=zone)
    # a zone that is written stays, as in Ruby's Time.parse
    return None if found is None else Moment.combine(found.date(), found.timetz())
