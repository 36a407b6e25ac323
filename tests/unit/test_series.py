from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.model import Article, instant_of
from broadsheet.rules.series import series_of

DAY = datetime(2025, 11, 5, tzinfo=UTC)


def article(slug, day=0, **facts):
    date = DAY + timedelta(days=day)
    facts = {"title": slug.replace("-", " ").title(), "collection": "essays", **facts}
    return Article(
        docname=f"essays/{slug}", path=f"essays/{slug}.md", digest="", body_line=1, slug=slug,
        date=date, instant=instant_of(date), **facts,
    )  # fmt: skip


def slugs(*articles, from_names=False):
    found = series_of(articles, from_names=from_names)
    return {name: [one.slug for one in parts] for name, parts in found.items()}


def test_parts_follow_one_another_by_number_and_then_by_date():
    parts = [
        article("c", 3, series="Ink"),
        article("a", 5, series="Ink", part=1),
        article("d", 4, series="Ink"),
        article("b", 1, series="Ink", part=2),
        article("alone", series="Paper"),
        article("none"),
    ]
    wanted = {"Ink": ["a", "b", "c", "d"], "Paper": ["alone"]}
    assert slugs(*parts) == wanted
    assert slugs(*reversed(parts)) == {name: wanted[name] for name in ("Paper", "Ink")}


def test_numbers_in_names_make_a_series_only_if_that_is_asked_for():
    days = [article(f"trial-day-{number}", number) for number in (10, 9, 1)]
    assert slugs(*days) == {}
    assert slugs(*days, from_names=True) == {
        "Trial": ["trial-day-1", "trial-day-9", "trial-day-10"]
    }


@pytest.mark.parametrize(
    "articles",
    [
        [article("trial-1"), article("trial-2")],  # too few
        [article("trial-1"), article("trial-2"), article("trial-2", title="Again")],
        [article("trial-1"), article("trial-2"), article("trial-3", collection="notes")],
        [article("2023"), article("2024"), article("2025")],  # nothing but a number
        [article("one"), article("two"), article("three")],
    ],
)
def test_what_is_no_series_is_left_alone(articles):
    assert slugs(*articles, from_names=True) == {}


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["The Trial, Day 1", "The Trial, Day 2", "The Trial, Day 3"], "The Trial"),
        (["審訊記（第1日）", "審訊記（第2日）", "審訊記（第3日）"], "審訊記"),
        (["【審訊記・第一日】", "【審訊記・第二日】", "【審訊記・第三日】"], "審訊記"),
        (["[Court] One", "[Court] Two", "[Court] Three"], "[Court]"),
        (["Opening", "Witnesses", "Verdict"], "Trial Day"),
        (["On Trial 1: Opening", "On Trial 2: Witnesses", "On Trial 3"], "On Trial"),
    ],
)
def test_a_series_found_is_called_what_its_titles_begin_with(titles, name):
    days = [article(f"trial-day-{n}", title=title) for n, title in enumerate(titles, start=1)]
    assert list(slugs(*days, from_names=True)) == [name]


def test_a_series_found_has_a_name_of_its_own():
    named = article("other", series="Trial Day")
    days = [article(f"trial-day-{number}", title=f"{number}") for number in (1, 2, 3)]
    assert list(slugs(named, *days, from_names=True)) == ["Trial Day", "Trial Day (2)"]
