"""Dates as Jekyll archives write them: in front matter, in file names, and their time zones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

_MAX_LENGTH = 80  # of a date written out; the patterns take quadratic time to refuse a novel
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
#: The zone names of RFC 822 (section 5.1), as Ruby's Time.parse knows them, and Europe's;
#: hours east of UTC.
_ZONE_HOURS = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "msk": 3, "hkt": 8, "jst": 9, "kst": 9,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
#: A date at the start of a string; what follows is read by `_CLOCK`.  Day first in
#: ``5/11/2025``, as Ruby's Time.parse has it.
_DATES = tuple(
    re.compile(rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?{pattern}", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<day>[0-9]{{1,2}})(?![0-9])",
        rf"{_MONTH}\s+{_DAY}(?:,\s*|\s+){_YEAR}(?![0-9])",
        rf"{_DAY}[\s-]+{_MONTH},?[\s-]+{_YEAR}(?![0-9])",
        rf"{_YEAR}年\s*(?P<month>[0-9]{{1,2}})月\s*(?P<day>[0-9]{{1,2}})日",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?![0-9])",
        rf"(?P<day>[0-9]{{1,2}})(?P<mark>[/.])(?P<month>[0-9]{{1,2}})(?P=mark){_YEAR}(?![0-9])",
        rf"{_MONTH}\s+{_YEAR}(?![0-9:])",
        rf"{_YEAR}\Z",
    )
)
_CLOCK = re.compile(
    r"""
    (?: (?:[\sT,]|at\b)*
        (?P<hour>[0-9]{1,2})
        (?: :(?P<minute>[0-9]{2}) (?: :(?P<second>[0-9]{2}) (?:[.,](?P<fraction>[0-9]+))? )?
          | (?=\s*[ap]\.?m) )
        (?: \s*(?P<half>[ap])\.?m\.? )?
    )?
    \s* (?P<zone>[A-Za-z][A-Za-z_/+-]*(?:[0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9:]{1,8})?
    \s* (?:\([^()]*\))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: ``Wed Nov 05 12:00:00 +0800 2025``, the form of ``date`` and of old Rubies.
_YEAR_LAST = re.compile(
    rf"(?:[a-z]{{3}},?\s+)?{_MONTH}\s+{_DAY}\s+(?P<clock>[0-9]{{1,2}}:[0-9].*?)\s+{_YEAR}",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?(?::?00)?",
    re.IGNORECASE,
)
#: Jekyll's Document::DATE_FILENAME_MATCHER (lib/jekyll/document.rb), without the extension.
_DATED_STEM = re.compile(r"([0-9]{2,4})-([0-9]{1,2})-([0-9]{1,2})-(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of an article's file says."""

    date: date | None  #: None where the name has no date, or an impossible one
    slug: str  #: without date and extension; never empty
    faulty: bool  #: the name begins with a date that no calendar has, such as 30 February


def parse_date(value: object, timezone: tzinfo) -> datetime | None:
    """Return the aware moment that a front-matter value means, None where it means none.

    A value without an offset is in `timezone`, one without a time is midnight, a month without
    a day its first, a year its first of January.  Accepts what Ruby's Time.parse accepts of the
    forms that archives hold, never the present day for a part that is missing.
    """
    match value:
        case datetime():
            return _aware(value, timezone)
        case date():
            return _aware(datetime.combine(value, time.min), timezone)
        case bool():
            return None
        case int():
            return _parse_text(str(value), timezone) if 0 < value <= 99991231 else None
        case str():
            return _parse_text(" ".join(value.split()), timezone)
    return None


def parse_timezone(name: object) -> tzinfo | None:
    """Return the zone of an IANA name, ``UTC`` or an offset (``+08:00``, ``UTC+8``), or None."""
    if not isinstance(name, str) or not (text := name.strip()):
        return None
    if text.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    return _fixed_offset(text) or _iana_zone(text)


def read_file_name(path: str) -> FileName:
    """Read ``YYYY-MM-DD-slug.ext`` by Jekyll's rule, whatever folder it stands in.

    Only the last extension is cut, and dots at the end of the slug (Document#populate_title).
    30 February is 1 or 2 March, as Ruby's Time.parse has it: pages stand at such addresses.
    """
    base = path.rpartition("/")[2]
    stem = base.rpartition(".")[0] or base
    dated = _DATED_STEM.fullmatch(stem)
    if dated is None:
        return FileName(date=None, slug=stem.rstrip(".") or stem, faulty=False)
    year, month, day, slug = dated.groups()
    found = _calendar_date(_full_year(year), int(month), int(day))
    faulty = found is None
    found = found or _rolled_over(_full_year(year), int(month), int(day))
    return FileName(date=found, slug=slug.rstrip(".") or stem, faulty=faulty)


def _aware(moment: datetime, zone: tzinfo) -> datetime | None:
    aware = moment.replace(tzinfo=zone) if moment.utcoffset() is None else moment
    try:
        aware.astimezone(UTC)  # the first and last hours of the calendar have no UTC
    except (OverflowError, ValueError):
        return None
    return aware


def _parse_text(text: str, zone: tzinfo) -> datetime | None:
    if len(text) > _MAX_LENGTH:
        return None
    if last := _YEAR_LAST.fullmatch(text):
        return _moment(last, last["clock"], zone)
    for pattern in _DATES:
        if start := pattern.match(text):
            return _moment(start, text[start.end() :], zone)
    return None


def _moment(start: re.Match[str], rest: str, zone: tzinfo) -> datetime | None:
    """Join a matched date with the clock and zone in `rest`."""
    parts = start.groupdict()
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("month") or 1)
    day = _calendar_date(int(parts["year"]), month, int(parts.get("day") or 1))
    clock = _CLOCK.fullmatch(rest)
    if day is None or clock is None:
        return None
    since_midnight, written = _since_midnight(clock), _written_zone(clock["zone"])
    if since_midnight is None or (clock["zone"] and written is None):
        return None
    try:
        naive = datetime.combine(day, time.min) + since_midnight
    except OverflowError:
        return None
    return _aware(naive, written or zone)


def _since_midnight(clock: re.Match[str]) -> timedelta | None:
    """Return the time of day; 24:00 is the next midnight and :60 the next minute, as in Ruby."""
    hour, minute, second = (int(clock[part] or 0) for part in ("hour", "minute", "second"))
    if half := clock["half"]:
        hour = hour % 12 + (12 if half in "pP" else 0)
    if minute > 59 or second > 60 or hour * 60 + minute > 24 * 60:
        return None
    fraction = int((clock["fraction"] or "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _written_zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    hours = _ZONE_HOURS.get(name.lower())
    if hours is not None:
        return _offset_zone(60 * hours)
    return parse_timezone(name)


def _fixed_offset(text: str) -> tzinfo | None:
    offset = _OFFSET.fullmatch(text)
    if offset is None:
        return None
    hours, minutes = int(offset["hours"]), int(offset["minutes"] or 0)
    if hours > 23 or minutes > 59:
        return None
    return _offset_zone((60 * hours + minutes) * (-1 if offset["sign"] == "-" else 1))


@cache
def _offset_zone(minutes: int) -> tzinfo:
    """Return one object for all dates: it is kept once for them."""
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _iana_zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; outside the database; a folder of it
        return None


def _calendar_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _rolled_over(year: int, month: int, day: int) -> date | None:
    """Count the days that a month does not have on into the next one."""
    first = _calendar_date(year, month, 1)
    return first + timedelta(days=day - 1) if first and 28 < day <= 31 else None


def _full_year(text: str) -> int:
    """Read a year of two digits as Ruby does: from 69 on it is of the 20th century."""
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= 69 else 2000)
