from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadsheet.model import Article, Collection, Site, instant_of
from broadsheet.rules.author_registry import read_registry
from broadsheet.rules.catalogue import Kind, compile_catalogue
from broadsheet.rules.references import Post, References

NOON = datetime(2025, 11, 5, 12, tzinfo=UTC)
SITE = Site(title="The Paper", url="https://paper.example/daily/")
COLLECTIONS = (
    Collection(name="essays", title="Essays", folder="essays"),
    Collection(name="notes", title="Notes", folder="notes"),
)
REGISTRY, _ = read_registry({"jane": {"name": "Jane Doe", "aliases": ["J. Doe"]}}, "authors.yml")


def article(path, slug, **facts):
    docname = path.rpartition(".")[0]
    facts = {
        "collection": path.partition("/")[0],
        "address": f"{docname.rpartition('/')[0]}/{slug}.html",
        **facts,
    }
    return Article(
        docname=docname, path=path, slug=slug, title=slug.title(), digest="", body_line=1,
        date=NOON, instant=instant_of(NOON), **facts,
    )  # fmt: skip


RAIN = article(
    "essays/2025-11-05-rain.md", "rain", tags=("Weather",), authors=("jane",), names=("Jane Doe",)
)
SNOW = article("essays/2025-11-05-snow.md", "snow", redirect_from=("sleet/index.html", "hail.html"))
RIVER = article("essays/2025-11-05-river.md", "river")
STREAM = article("notes/2025-11-05-river.md", "river")
POND = article("notes/2024-01-01-river.md", "river", address="notes/old.html")
HAN = article("notes/2025-11-05-雨.md", "雨")
DRAFT = article("notes/fog.md", "fog", draft=True)


def references(*articles, withheld=()):
    catalogue, _ = compile_catalogue(
        articles, site=SITE, collections=COLLECTIONS, registry=REGISTRY
    )
    return References(catalogue=catalogue, withheld=withheld)


def names(*articles):
    return {one.path for one in articles}


@pytest.mark.parametrize(
    "name",
    [
        "rain",
        "Rain",
        "2025-11-05-rain",
        "2025-11-05-rain.html",
        "essays/2025-11-05-rain",
        "essays/2025-11-05-rain.md",
        "/essays/rain.html",
        "/essays/rain",
        "/daily/essays/rain.html",
        "https://paper.example/daily/essays/rain.html",
        "http://paper.example/daily/essays/rain",
    ],
)
def test_an_article_is_found_by_slug_dated_slug_document_file_and_address(name):
    assert references(RAIN, SNOW).post(name) == Post(RAIN)


@pytest.mark.parametrize(
    "name", ["雨", "%E9%9B%A8", "2025-11-05-雨", "/notes/雨.html", "/notes/%E9%9B%A8"]
)
def test_chinese_names_are_found_as_they_are_and_quoted(name):
    assert references(RAIN, HAN).post(name) == Post(HAN)


@pytest.mark.parametrize("name", ["sleet", "/sleet/", "sleet/index.html", "hail", "/hail.html"])
def test_an_article_is_found_by_the_names_that_it_had(name):
    assert references(RAIN, SNOW).post(name) == Post(SNOW, is_former=True)


def test_a_name_that_an_article_has_comes_before_one_that_another_had():
    hail = article("notes/hail.md", "hail")
    assert references(SNOW, hail).post("hail") == Post(hail)


def test_of_articles_that_share_a_slug_each_has_a_name_of_its_own():
    found = references(RAIN, RIVER, STREAM, POND)

    assert found.post("river") == Post(
        several=("2024-01-01-river", "essays/2025-11-05-river", "notes/2025-11-05-river")
    )
    for name, one in zip(found.post("river").several, (POND, RIVER, STREAM), strict=True):
        assert found.post(name) == Post(one)


def test_a_miss_names_the_nearest_three_the_most_alike_first():
    crowd = [
        article(f"notes/{name}.md", name)
        for name in ("rain", "train", "brain", "snow", "drain-pipes")
    ]
    assert references(*crowd).near("raim") == ("rain", "brain", "train")
    assert references(*crowd).near("completely-else") == ()
    assert references().post("rain") == Post()
    assert references(RAIN).post("") == Post()


def test_a_name_of_an_article_that_is_not_published_is_known_for_that():
    assert references(RAIN, withheld=(DRAFT,)).post("fog").withheld == DRAFT


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [
        (Kind.AUTHOR, "jane", "jane"),
        (Kind.AUTHOR, "jane doe", "jane"),
        (Kind.AUTHOR, "J. Doe", "jane"),
        (Kind.TAG, "weather", "weather"),
        (Kind.COLLECTION, "Essays", "essays"),
    ],
)
def test_authors_tags_and_collections_are_found_by_key_title_and_alias(kind, name, key):
    group, near = references(RAIN).group(kind, name)
    assert (group.key, near) == (key, ())


def test_of_a_group_that_is_not_there_the_nearest_titles_are_named():
    assert references(RAIN).group(Kind.TAG, "Whether") == (None, ("Weather",))
