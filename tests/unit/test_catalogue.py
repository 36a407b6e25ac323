from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest

from broadsheet.model import (
    NO_DATE,
    Article,
    Author,
    Collection,
    Found,
    Problem,
    Site,
    Subtype,
    instant_of,
)
from broadsheet.rules.article import Rules, read_article
from broadsheet.rules.author_registry import NO_REGISTRY, read_registry
from broadsheet.rules.catalogue import Catalogue, Kind, compile_catalogue, is_public, undated

SITE = Site(title="The Paper")
COLLECTIONS = (
    Collection(name="essays", title="Essays", folder="essays"),
    Collection(name="notes", title="Notes", folder="notes"),
    Collection(name="letters", title="Letters", folder="letters"),
)
NOON = datetime(2025, 11, 5, 12, tzinfo=UTC)


def article(path, date=NOON, **facts):
    """An article in the collection that its folder names."""
    docname = path.rpartition(".")[0]
    collection, _, slug = docname.rpartition("/")
    facts = {"collection": collection, "slug": slug, "title": slug, "docname": docname, **facts}
    return Article(path=path, digest="", body_line=1, date=date, instant=instant_of(date), **facts)


def compiled(*articles, registry=NO_REGISTRY):
    return compile_catalogue(articles, site=SITE, collections=COLLECTIONS, registry=registry)


def clash(path, message):
    return Problem(path=path, line=1, subtype=Subtype.ADDRESS, message=message)


def test_articles_stand_newest_first_and_those_of_one_moment_by_docname_in_whatever_order_they_come():
    same_moment = NOON.astimezone(timezone(timedelta(hours=8)))
    older = article("essays/a.md", NOON - timedelta(days=1), title="Older")
    first, second = article("notes/b.md"), article("essays/c.md", same_moment)
    unlisted = article("notes/d.md", NOON + timedelta(days=1), listed=False)
    catalogue = Catalogue(
        site=SITE, collections=COLLECTIONS, articles=(unlisted, first, second, older)
    )
    for articles in permutations([older, first, second, unlisted]):
        assert compiled(*articles) == (catalogue, ())
    assert catalogue.listed == (first, second, older)


def test_of_articles_with_one_address_the_first_by_path_keeps_it_and_the_others_are_reported():
    first = article("essays/a.md", address="rain.html")
    second = article("essays/b.md", address="Rain.html")
    third = article("notes/a.md", address="rain.html")
    catalogue, problems = compiled(third, second, first)
    assert {one.path: one.address for one in catalogue.articles} == {
        "essays/a.md": "rain.html",
        "essays/b.md": "Rain-2.html",
        "notes/a.md": "rain-3.html",
    }
    expected = "belongs to essays/a.md (expected one page for each); now at"
    assert problems == (
        clash("essays/b.md", f"the address 'Rain.html' {expected} 'Rain-2.html'"),
        clash("notes/a.md", f"the address 'rain.html' {expected} 'rain-3.html'"),
    )


def test_of_files_with_one_docname_the_first_by_path_keeps_it():
    first, second = article("notes/a.markdown"), article("notes/a.md")
    catalogue, problems = compiled(second, first)
    assert {one.path: one.docname for one in catalogue.articles} == {
        "notes/a.markdown": "notes/a",
        "notes/a.md": "notes/a.md",
    }
    assert problems == (
        clash(
            "notes/a.md",
            "the address 'notes/a' belongs to notes/a.markdown (expected one page for each);"
            " now at 'notes/a.md'",
        ),
    )


def test_neighbours_are_the_listed_articles_of_the_same_collection():
    days = [NOON + timedelta(days=day) for day in range(6)]
    one, three, five = (article(f"essays/{day}.md", days[day]) for day in (1, 3, 5))
    two = article("notes/2.md", days[2])
    unlisted = article("essays/4.md", days[4], listed=False)
    catalogue, _ = compiled(one, two, three, unlisted, five)
    assert catalogue.neighbours == {
        "essays/1": (None, three),
        "essays/3": (one, five),
        "essays/5": (three, None),
        "notes/2": (None, None),
    }


def test_listed_articles_are_grouped_by_each_kind_and_a_collection_may_be_empty():
    catalogue, _ = compiled(
        article(
            "essays/a.md",
            datetime(776, 2, 3, tzinfo=UTC),
            authors=("jane-doe", "roe"),
            names=("Jane Doe", "Roe"),
            tags=("Rain", "Fog & Hail"),
        ),
        article(
            "notes/b.md",
            authors=("roe",),
            names=("ROE",),
            tags=("rain", "Rain"),
            categories=("天氣",),
        ),
        article("notes/c.md", listed=False, authors=("nobody",), names=("Nobody",), tags=("Snow",)),
    )
    groups = {
        kind: {
            key: (group.kind, group.key, group.title, [one.docname for one in group.articles])
            for key, group in groups.items()
        }
        for kind, groups in catalogue.groups.items()
    }
    assert groups == {
        Kind.FRONT: {"": (Kind.FRONT, "", "The Paper", ["notes/b", "essays/a"])},
        Kind.COLLECTION: {
            "essays": (Kind.COLLECTION, "essays", "Essays", ["essays/a"]),
            "notes": (Kind.COLLECTION, "notes", "Notes", ["notes/b"]),
            "letters": (Kind.COLLECTION, "letters", "Letters", []),
        },
        Kind.AUTHOR: {
            "jane-doe": (Kind.AUTHOR, "jane-doe", "Jane Doe", ["essays/a"]),
            "roe": (Kind.AUTHOR, "roe", "Roe", ["notes/b", "essays/a"]),
        },
        Kind.TAG: {
            "fog-hail": (Kind.TAG, "fog-hail", "Fog & Hail", ["essays/a"]),
            "rain": (Kind.TAG, "rain", "Rain", ["notes/b", "essays/a"]),
            "rain-2": (Kind.TAG, "rain-2", "rain", ["notes/b"]),
        },
        Kind.CATEGORY: {"天氣": (Kind.CATEGORY, "天氣", "天氣", ["notes/b"])},
        Kind.SERIES: {},
        Kind.YEAR: {
            "2025": (Kind.YEAR, "2025", "2025", ["notes/b"]),
            "0776": (Kind.YEAR, "0776", "0776", ["essays/a"]),
        },
        Kind.MONTH: {
            "2025/11": (Kind.MONTH, "2025/11", "2025/11", ["notes/b"]),
            "0776/02": (Kind.MONTH, "0776/02", "0776/02", ["essays/a"]),
        },
    }
    assert [list(groups[kind]) for kind in (Kind.TAG, Kind.YEAR)] == [
        ["fog-hail", "rain", "rain-2"],
        ["2025", "0776"],
    ]


def test_every_author_who_signs_is_known_and_the_first_spelling_by_path_is_printed():
    registry, _ = read_registry({"jane": {"name": "Jane Doe", "url": "/jane/"}, "ann": "Ann"}, "")
    catalogue, _ = compiled(
        article("notes/b.md", authors=("roe", "jane"), names=("ROE", "Jane Doe")),
        article("notes/a.md", authors=("roe",), names=("Roe",)),
        article("notes/c.md", authors=("poe",), names=("Poe",), listed=False),
        registry=registry,
    )
    assert catalogue.authors == {
        "jane": registry.authors[0],
        "poe": Author(key="poe", name="Poe"),
        "roe": Author(key="roe", name="Roe"),
    }
    assert list(catalogue.authors) == ["jane", "poe", "roe"]


def test_the_first_address_by_path_is_that_of_an_author_whom_the_registry_does_not_know():
    registry, _ = read_registry({"jane": "Jane"}, "")
    catalogue, _ = compiled(
        article(
            "notes/c.md",
            authors=("poe", "roe"),
            names=("Poe", "Roe"),
            author_urls=("/poe/", "/other/"),
        ),
        article("notes/a.md", authors=("roe", "poe"), names=("Roe", "Poe")),
        article(
            "notes/b.md",
            authors=("roe", "jane"),
            names=("ROE", "Jane"),
            author_urls=("/roe/", "/jane/"),
        ),
        registry=registry,
    )
    assert catalogue.authors == {
        "jane": Author(key="jane", name="Jane", registered=True),
        "poe": Author(key="poe", name="Poe", url="/poe/"),
        "roe": Author(key="roe", name="Roe", url="/roe/"),
    }


@pytest.mark.parametrize(
    ("author", "urls"),
    [
        ("{name: Roe, url: 'https://example.org/roe'}", ("https://example.org/roe",)),
        ("[Poe, {name: Roe, url: /roe/}]", ("", "/roe/")),
        ("{name: Roe, url: 'javascript:x'}", ()),
        ("Poe and Roe", ()),
    ],
)
def test_the_address_that_front_matter_gives_an_author_reaches_the_catalogue(author, urls):
    source = f"---\ntitle: A\ndate: 2025-11-05\nauthor: {author}\n---\nText\n"
    found = Found(path="notes/a.md", collection="notes")
    read, problems = read_article(found, source.encode(), Rules())
    assert (read.author_urls, problems) == (urls, ())
    catalogue, _ = compiled(read)
    assert catalogue.authors["roe"] == Author(key="roe", name="Roe", url=urls[-1] if urls else "")


PAST, FUTURE = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("facts", "plain", "drafts", "future"),
    [
        ({}, True, True, True),
        ({"date": FUTURE}, False, False, True),
        ({"draft": True}, False, True, False),
        ({"draft": True, "date": FUTURE}, False, False, False),
        ({"published": False}, False, False, False),
        ({"expires": FUTURE}, True, True, True),
        ({"expires": NOON}, False, False, False),
        ({"expires": PAST}, False, False, False),
        ({"listed": False}, True, True, True),
    ],
)
def test_drafts_and_articles_of_the_future_are_public_only_if_asked_for(
    facts, plain, drafts, future
):
    one = article("notes/a.md", **facts)
    assert is_public(one, now=instant_of(NOON), drafts=False, future=False) is plain
    assert is_public(one, now=instant_of(NOON), drafts=True, future=False) is drafts
    assert is_public(one, now=instant_of(NOON), drafts=False, future=True) is future


def test_no_wish_makes_public_what_is_withdrawn_or_has_expired():
    for facts in ({"published": False}, {"expires": NOON}):
        one = article("notes/a.md", draft=True, **facts)
        assert not is_public(one, now=instant_of(NOON), drafts=True, future=True)


@pytest.mark.parametrize(
    "destination",
    [
        "b.md",
        "./b.md#part",
        "/essays/b.md",
        "../essays/b.md",
        "/2025/b/",
        "/2025/b",
        "/2025/b/index.html",
        "../b/",
        "/base/2025/b/",
        "https://example.org/base/2025/b/",
        "/2025/%62/#part",
    ],
)
def test_a_link_by_file_or_by_address_leads_to_the_article(destination):
    site = Site(title="The Paper", url="https://example.org/base/")
    here = article("essays/a.md", address="2025/a/index.html")
    there = article("essays/b.md", address="2025/b/index.html")
    catalogue, _ = compile_catalogue(
        (here, there), site=site, collections=COLLECTIONS, registry=NO_REGISTRY
    )
    assert catalogue.target_of(destination, here) == there


@pytest.mark.parametrize("destination", ["", "#part", "c.md", "/2024/b/", "https://b.org/2025/b/"])
def test_a_link_to_anything_else_leads_to_no_article(destination):
    here = article("essays/a.md", address="2025/a/index.html")
    catalogue, _ = compiled(here, article("essays/b.md", address="2025/b/index.html"))
    assert catalogue.target_of(destination, here) is None


def test_a_date_is_missed_where_half_of_the_collection_has_one():
    journal = [article("essays/a.md"), article("essays/b.md", NO_DATE)]
    manual = [article("notes/a.md"), *(article(f"notes/{name}.md", NO_DATE) for name in "bc")]
    message = "no date, nor in the file name; dated before all others"
    missed = Problem(path="essays/b.md", line=1, subtype=Subtype.DATE, message=message)
    assert list(undated([*journal, *manual], ())) == [missed]


def test_neither_a_draft_nor_an_article_that_has_been_named_is_missing_a_date():
    journal = [
        article("essays/a.md"),
        article("essays/b.md", NO_DATE),
        article("essays/c.md"),
        article("essays/d.md", NO_DATE, draft=True),
    ]
    assert list(undated(journal, {"essays/b.md"})) == []
