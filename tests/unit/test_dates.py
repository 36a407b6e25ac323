"""Dates are read as Jekyll archives write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.sources.dates import FileName, parse_date, parse_timezone, read_file_name

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
EAST_8 = timezone(timedelta(hours=8))


def _in_hong_kong(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HONG_KONG)  # type: ignore[misc, arg-type]


NOON = datetime(2025, 11, 5, 12, tzinfo=EAST_8)


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-05 12:00:00 +0800",
        "2025-11-05 12:00:00 +08:00",
        "2025-11-05 12:00:00 +08",
        "2025-11-05 12:00:00 +8",
        "2025-11-05 12:00:00+0800",
        "2025-11-05T12:00:00+08:00",
        "2025-11-05T12:00:00.000 +08:00",
        "2025-11-05 12:00 +0800",
        "  2025-11-05   12:00:00   +0800  ",
        "2025/11/05 12:00:00 +0800",
        "2025-11-5 12:00:00 +0800",
        "2025-11-05 12:00:00 PM +0800",
        "2025-11-05 12pm +0800",
        "2025-11-05 12:00:00 UTC+8",
        "2025-11-05 12:00:00 Asia/Hong_Kong",
        "2025-11-05 12:00:00 HKT",
        "2025-11-05 12:00:00 +0800 (HKT)",
        "2025-11-05 04:00:00 Z",
        "2025-11-05T04:00:00Z",
        "2025-11-05 04:00:00 UTC",
        "2025-11-04 23:00:00 EST",
        "2025-11-04 20:00:00 -0800",
        "Wed, 05 Nov 2025 12:00:00 +0800",
        "Wed Nov 05 12:00:00 +0800 2025",
        "Nov 5, 2025 12:00 +0800",
        "November 5th, 2025 at 12pm +0800",
        "5 November 2025 12:00 +0800",
        "5-Nov-2025 12:00 +0800",
        "2025年11月5日 12:00 +0800",
    ],
)
def test_a_moment_with_a_zone_is_read(text: str) -> None:
    assert parse_date(text, UTC) == NOON


@pytest.mark.parametrize(
    "value",
    [
        "2025-11-05",
        "2025-11-5",
        "2025/11/05",
        "2025.11.05",
        "20251105",
        20251105,
        "Nov 5, 2025",
        "Nov. 5 2025",
        "november 5, 2025",
        "Wednesday, November 5th, 2025",
        "5 November 2025",
        "05-Nov-2025",
        "5.11.2025",
        "5/11/2025",
        "2025年11月5日",
        date(2025, 11, 5),
        datetime(2025, 11, 5),  # noqa: DTZ001
        "2025-11-05 00:00",
        "2025-11-04 24:00:00",
        "2025-11-05 12:00:00 AM",
    ],
)
def test_a_value_without_a_zone_is_in_that_of_the_site(value: object) -> None:
    assert parse_date(value, HONG_KONG) == _in_hong_kong(2025, 11, 5)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("2025-1-5", (2025, 1, 5)),
        ("Nov 2025", (2025, 11, 1)),
        ("2025", (2025, 1, 1)),
        (2025, (2025, 1, 1)),
        ("2025-11-05 13:05:09", (2025, 11, 5, 13, 5, 9)),
        ("2025-11-05 1:05 p.m.", (2025, 11, 5, 13, 5)),
        ("2025-11-05 12:00:60", (2025, 11, 5, 12, 1)),
        ("2025-11-05 12:00:00.25", (2025, 11, 5, 12, 0, 0, 250_000)),
        ("1776-07-04", (1776, 7, 4)),
        ("Sept. 5, 2025", (2025, 9, 5)),
        ("May 5, 2025", (2025, 5, 5)),
    ],
)
def test_what_a_date_leaves_out_is_its_beginning(value: object, parts: tuple[int, ...]) -> None:
    assert parse_date(value, HONG_KONG) == _in_hong_kong(*parts)


def test_a_moment_keeps_the_offset_that_it_was_written_with() -> None:
    moment = parse_date("2025-11-05 12:00:00 -0500", HONG_KONG)
    assert moment is not None
    assert moment.isoformat() == "2025-11-05T12:00:00-05:00"


def test_an_aware_value_stays_as_it_is() -> None:
    assert parse_date(NOON, UTC) is NOON


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            " ",
            "soon",
            "noon",
            "12:00",
            "5",
            "2025-11",
            "2025-13-40",
            "2025-02-30",
            "2025-1-55",
        ),
        *("0000-00-00 00:00:00 +0800", "2025-11-05 25:00", "2025-11-05 12:60", "2025-11-05 12"),
        *("2025-11-05 24:01", "2025-11-05 12:00:00 NOWHERE", "2025-11-05 12:00:00 +99:00"),
        *("2025-11-05 and more", "11/25/2025", "mayor 5, 2025", "Nov 31, 2025", "2025-11/05"),
        *("0001-01-01 00:00:00 +0800", "9999-12-31 23:00:00 -0800", "9999-12-31 24:00"),
        *(0, -1, 5, 12.5, 10**20, True, None, [], {}, ["2025-11-05"], b"2025-11-05"),
    ],
)
def test_what_is_no_date_is_none(value: object) -> None:
    assert parse_date(value, HONG_KONG) is None


@given(st.text() | st.text("0123456789-/:.,+TZ aApPmMnNoOvV年月日", max_size=30), st.integers())
def test_no_value_breaks_the_reader_of_dates(text: str, number: int) -> None:
    for value in (text, number):
        moment = parse_date(value, HONG_KONG)
        assert moment is None or moment.astimezone(UTC).tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_in_iso_form_comes_back(moment: datetime) -> None:
    assert parse_date(moment.isoformat(), HONG_KONG) == moment
    assert parse_date(moment.isoformat(" ", "seconds"), HONG_KONG) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("UTC", UTC),
        ("utc", UTC),
        ("GMT", UTC),
        ("Asia/Hong_Kong", HONG_KONG),
        (" Asia/Hong_Kong ", HONG_KONG),
        ("+08:00", EAST_8),
        ("+0800", EAST_8),
        ("UTC+8", EAST_8),
        ("-03:30", timezone(-timedelta(hours=3, minutes=30))),
        ("+00:00", UTC),
    ],
)
def test_a_zone_has_a_name_or_an_offset(name: str, zone: tzinfo) -> None:
    assert parse_timezone(name) == zone


@pytest.mark.parametrize(
    "name",
    ["", "Nowhere/At_All", "Asia", "../Asia/Hong_Kong", "/etc/passwd", "a\0b", "+25:00", 8, None],
)
def test_what_is_no_zone_is_none(name: object) -> None:
    assert parse_timezone(name) is None


@pytest.mark.parametrize(
    ("path", "found", "slug"),
    [
        ("2025-11-05-a-title.md", date(2025, 11, 5), "a-title"),
        ("_posts/deep/2025-11-05-a-title.markdown", date(2025, 11, 5), "a-title"),
        ("2025-1-5-a.md", date(2025, 1, 5), "a"),
        ("09-3-12-a.md", date(2009, 3, 12), "a"),
        ("98-3-12-a.md", date(1998, 3, 12), "a"),
        ("2025-11-05-1.6.0-released.md", date(2025, 11, 5), "1.6.0-released"),
        ("2025-11-05-a b&c+d é-.md", date(2025, 11, 5), "a b&c+d é-"),
        ("2025-11-05-dots...md", date(2025, 11, 5), "dots"),
        ("2025-11-05-.md", date(2025, 11, 5), "2025-11-05-"),
        ("2025-11-05-a", date(2025, 11, 5), "a"),
        ("2025-11-05.md", None, "2025-11-05"),
        ("2025-11-05-folder/a.md", None, "a"),
        ("about.md", None, "about"),
        ("README", None, "README"),
        ("a.tar.gz", None, "a.tar"),
        (".md", None, ".md"),
        ("12025-11-05-a.md", None, "12025-11-05-a"),
    ],
)
def test_a_file_name_holds_a_date_and_a_slug(path: str, found: date | None, slug: str) -> None:
    assert read_file_name(path) == FileName(date=found, slug=slug, faulty=False)


@pytest.mark.parametrize("day", ["0000-00-00", "2025-13-40", "2025-02-32", "00-0-0"])
def test_an_impossible_date_in_a_file_name_is_faulty_and_no_part_of_the_slug(day: str) -> None:
    assert read_file_name(f"_posts/{day}-a.md") == FileName(date=None, slug="a", faulty=True)


def test_days_that_a_month_does_not_have_are_counted_on_into_the_next() -> None:
    assert read_file_name("2011-02-29-a.md") == FileName(
        date=date(2011, 3, 1), slug="a", faulty=True
    )


@given(st.text(min_size=1))
def test_every_file_name_has_a_slug(name: str) -> None:
    assert read_file_name(f"_posts/{name.replace('/', '-')}").slug
