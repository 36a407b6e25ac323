"""Which pages of a Jekyll repository only list articles."""

from __future__ import annotations

import time

import pytest

from broadsheet.rules.templates import Templates

PAGED = "{% for post in paginator.posts %}{{ post.title }} {{ post.excerpt }}{% endfor %}"
ALL = "<h1>Posts</h1>{% for post in site.posts %}<a href='{{ post.url }}'>x</a>{% endfor %}"
SOME = "{% for post in site.posts limit: 5 %}{{ post.title }}{% endfor %}"
WORDS = "<p>" + "A word of welcome, to whoever reads this. " * 3 + "</p>"
INCLUDES = {
    "list.html": PAGED,
    "outer.html": "{% include list.html %}",
    "self.html": "{% include self.html %}",
}


def made(front: str = "", **pages: tuple[str, str]) -> tuple[list[str], dict[str, str], str]:
    """Return the pages that are left out, those that lead to listings, and the front listing."""
    templates = Templates(
        pages=pages,
        listings=frozenset({"tags", "notes"}),
        included=lambda name: INCLUDES.get(name, ""),
        settled_front=front,
    )
    return sorted(templates.left_out), dict(templates.moved), templates.front


@pytest.mark.parametrize(
    "text",
    [
        "", " \n", PAGED, ALL, "{%- include outer.html -%}", f"<!-- {WORDS} -->{PAGED}",
        "{% assign posts = paginator.posts %}{% for p in posts %}{% for t in p.tags %}{{ t }}"
        f"{{% endfor %}}{WORDS}{{% endfor %}}",
    ],
)  # fmt: skip
def test_a_front_page_that_only_lists_is_left_to_the_listing(text):
    assert made(index=("index.html", text)) == (["index"], {}, "index")
    assert made(home=("index.html", text)) == (["home"], {}, "index")


@pytest.mark.parametrize(
    "text", ["A word.", SOME, WORDS + PAGED, WORDS + ALL, "{% include self.html %}x"]
)
def test_a_front_page_that_has_something_to_say_is_a_page(text):
    assert made(index=("index.html", text)) == ([], {}, "latest/index")


def test_another_page_that_pages_through_posts_is_where_the_listing_is():
    index = ("index.html", WORDS)
    assert made(index=index, blog=("blog/index.html", PAGED)) == (["blog"], {}, "blog/index")
    assert made(index=index, a=("a.html", PAGED), b=("b.html", PAGED)) == (["a"], {"b": "/a"}, "a")
    assert made(a=("a.html", PAGED)) == ([], {"a": "/"}, "index")
    assert made("all", index=index, a=("a.html", PAGED)) == ([], {"a": "/all"}, "all")


def test_an_archive_is_a_page():
    assert made(archive=("archive.html", ALL), tags=("tags/index.html", SOME))[:2] == ([], {})


def test_a_page_without_a_text_leads_to_the_listing_of_its_name():
    assert made(tags=("tags/index.html", "")) == (["tags"], {}, "index")
    assert made(tags=("tags.html", "\n")) == ([], {"tags": "/tags/"}, "index")
    assert made(notes=("notes/index.html", PAGED)) == (["notes"], {}, "index")
    assert made(about=("about.html", "")) == ([], {}, "index")


@pytest.mark.parametrize(
    "text",
    ["{% for ", "{% include a", "{{ paginator", "{% endfor %}", "{% for x in y %}", "{%", "<!--"],
)
def test_a_hostile_page_is_looked_through_in_no_time(text):
    begin = time.perf_counter()
    made(index=("index.html", text * (650_000 // len(text))))
    assert time.perf_counter() - begin < 5
