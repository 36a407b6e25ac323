"""One file becomes one article: what its front matter says, and what is said of its faults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from broadsheet.model import Found, Image, Mention, Problem, Subtype
from broadsheet.rules.article import Rules, read_article

POST = Found(
    path="_posts/2025-11-05-on-paper.md",
    collection="posts",
    permalink="/:categories/:year/:month/:day/:title:output_ext",
)
NOTE = Found(path="notes/on-paper.md", collection="notes")


def read(matter: str, *, found=NOTE, rules=None, body="The text.\n"):
    return read_article(found, f"---\n{matter}---\n\n{body}".encode(), rules or Rules())


@pytest.mark.parametrize(
    ("matter", "address"),
    [
        ("", "2025/11/05/on-paper.html"),
        ("categories: [ink, Rag Paper]\n", "ink/rag%20paper/2025/11/05/on-paper.html"),
        ("slug: rags\n", "2025/11/05/rags.html"),
        ("permalink: /about/\n", "about/index.html"),
        ("permalink: /old/page.html\n", "old/page.html"),
        ("permalink: /old/page\n", "old/page.html"),
        ("permalink: /:year/:title/\n", "2025/on-paper/index.html"),
        ("permalink: old page\n", "old page.html"),
    ],
)
def test_an_article_of_jekyll_stands_at_its_permalink_or_by_the_pattern_of_its_collection(
    matter, address
):
    article, problems = read(f"title: On Paper\ndate: 2025-11-05\n{matter}", found=POST)

    assert (article.address.replace(" ", "%20"), problems) == (address.replace(" ", "%20"), ())


def test_in_a_sphinx_project_the_builder_decides_unless_the_article_has_a_permalink():
    plain, _ = read("title: On Paper\ndate: 2025-11-05\n")
    moved, _ = read("title: On Paper\ndate: 2025-11-05\npermalink: /paper/\n")

    assert (plain.address, moved.address) == ("", "paper/index.html")


@pytest.mark.parametrize(
    ("permalink", "address", "fault"),
    [
        ("/../../etc/passwd", "etc/passwd.html", 'holds ".."'),
        (r"a\b", "a-b.html", "holds a backslash"),
        ("C:/temp", "temp.html", "starts with a drive"),
        ('"/a\\0b/"', "ab/index.html", "holds a control character"),
    ],
)
def test_a_permalink_that_leaves_the_site_is_made_harmless_and_reported(permalink, address, fault):
    article, problems = read(f"title: On Paper\ndate: 2025-11-05\npermalink: {permalink}\n")

    (problem,) = problems
    assert article.address == address
    assert (problem.path, problem.line, problem.subtype) == (NOTE.path, 4, Subtype.ADDRESS)
    assert fault in problem.message


def test_a_placeholder_without_a_value_stays_and_is_reported_where_it_is_written():
    permalink = "/:year_:nothing/:title/"
    article, problems = read(f"title: On Paper\ndate: 2025-11-05\npermalink: {permalink}\n")
    default, silent = read(
        "title: On Paper\n", found=POST._replace(defaults={"permalink": permalink})
    )

    message = (
        "permalink '/:year_:nothing/:title/' has no value for ':nothing' (expected e.g. ':title'); "
        "it stays as it is"
    )
    assert problems == (Problem(path=NOTE.path, line=4, subtype=Subtype.ADDRESS, message=message),)
    assert article.address == "2025_:nothing/on-paper/index.html"
    assert (default.address, silent) == (article.address, ())  # it is reported once, as a default


def test_what_is_not_published_may_be_published_all_the_same():
    withdrawn = "title: On Paper\ndate: 2025-11-05\npublished: false\n"
    assert not read(withdrawn)[0].published
    assert read(withdrawn, rules=Rules(unpublished=True))[0].published


def test_everything_that_front_matter_can_say_is_typed():
    matter = """\
title : "Paper: *a* history"
author: Jane Doe and Richard Roe, et al.
date  : 2025-11-05 12:00:00 +0800
updated: 2025-12-01
description: What it was  made of
image: /images/rags.png
image_caption: Rags
tags: linen cotton
category: history of ink
series: Materials
lang: en-GB
pin: true
excerpt_separator: <more/>
redirect_from: /paper
aliases: [/notes/1/, /paper]
rating: 4
"""
    article, problems = read(matter, body="One two.\n\n<more/>\n\nThree [b](b.md).\n")

    hong_kong = timezone(timedelta(hours=8))
    facts = {
        name: getattr(article, name)
        for name in article._fields
        if name not in {"digest", "facts", "terms", "matter"}
    }
    assert problems == ()
    assert facts == {
        "docname": "notes/on-paper",
        "path": "notes/on-paper.md",
        "body_line": 19,
        "title": "Paper: *a* history",
        "slug": "on-paper",
        "date": datetime(2025, 11, 5, 12, tzinfo=hong_kong),
        "instant": 1_762_315_200_000_000,
        "updated": datetime(2025, 12, 1, tzinfo=UTC),
        "collection": "notes",
        "authors": ("jane-doe", "richard-roe"),
        "names": ("Jane Doe", "Richard Roe"),
        "author_urls": (),
        "et_al": True,
        "description": "What it was made of",
        "image": Image(src="images/rags.png", caption="Rags"),
        "excerpt": "One two.",
        "excerpt_separator": "<more/>",
        "tags": ("linen", "cotton"),
        "categories": ("history of ink",),
        "series": "Materials",
        "part": 0,
        "language": "en-GB",
        "words": 4,
        "pinned": True,
        "listed": True,
        "draft": False,
        "published": True,
        "expires": None,
        "address": "",
        "redirect_from": ("paper.html", "notes/1/index.html"),
        "redirect_to": "",
        "links": ("b.md",),
        "mentions": (Mention("b.md", before="Three ", words="b", after="."),),
        "related": None,
    }
    assert article.front_matter["rating"] == 4


def test_defaults_of_the_folder_stand_behind_the_front_matter():
    found = Found(path=NOTE.path, collection="notes", defaults={"author": "A", "tags": ["x"]})

    article, _ = read("title: T\ndate: 2025-11-05\nauthor: B\n", found=found)

    assert (article.names, article.tags) == (("B",), ("x",))


def test_a_file_of_bytes_alone_is_an_article_named_by_its_file():
    article, problems = read_article(NOTE, b"\xff\xfe\x00", Rules())

    assert article.title == "On Paper"
    assert not article.dated
    assert {problem.subtype for problem in problems} == {Subtype.ENCODING, Subtype.FRONT_MATTER}
    assert all(isinstance(problem, Problem) and problem.line >= 1 for problem in problems)


def test_an_article_without_a_separator_is_its_own_excerpt_but_for_a_very_long_one():
    rules = Rules(excerpt_separator="<!--more-->")
    paragraph = "Rags. " * 200
    matter = "title: T\ndate: 2025-11-05\n"

    short, _ = read(matter, rules=rules, body="One.\n\nTwo.\n")
    long, _ = read(matter, rules=rules, body="\n\n".join([paragraph] * 9))

    assert short.excerpt == "One.\n\nTwo."
    assert long.excerpt == "\n\n".join([paragraph] * 3).rstrip()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("/old/", ("old/index.html",)),
        ("old", ("old.html",)),
        ("/old.html", ("old.html",)),
        ("/feeds/old.xml", ("feeds/old.xml",)),
        ("/v1.2/", ("v1.2/index.html",)),
        ("/舊/文章/", ("舊/文章/index.html",)),
        ("/", ("index.html",)),
        ("[/a, /b/, /a]", ("a.html", "b/index.html")),
        ("2019", ("2019.html",)),
        ("", ()),
        ("[]", ()),
    ],
)
def test_a_former_address_is_a_file(value, wanted):
    article, problems = read(f"title: T\ndate: 2025-11-05\nredirect_from: {value}\n")
    assert (article.redirect_from, problems) == (wanted, ())


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("/?p=12", "has a query or an anchor"),
        ("/old#part", "has a query or an anchor"),
        ("https://example.org/old", "leads out of the site"),
        ("//example.org/old", "leads out of the site"),
        ("/../../etc/passwd", 'holds ".."'),
        ('""', "is empty"),
        ("{from: /old}", "holds"),
    ],
)
def test_a_former_address_that_cannot_be_is_named(value, fault):
    article, (problem,) = read(f"title: T\ndate: 2025-11-05\nredirect_from: [{value}, /b]\n")
    assert article.redirect_from == ("b.html",)
    assert (problem.line, problem.subtype) == (4, Subtype.ADDRESS)
    assert problem.message.startswith("redirect_from ")
    assert fault in problem.message


@pytest.mark.parametrize(
    ("value", "wanted", "faults"),
    [
        ("https://example.org/new", "https://example.org/new", 0),
        ("[/new/]", "/new/", 0),
        ("javascript:alert(1)", "", 1),
        ("new", "/new", 0),
        ("new/?a=b#c", "/new/?a=b#c", 0),
        ("../a/./new/", "/a/new/", 0),
        ("..", "/", 0),
        ('"#top"', "/#top", 0),
        ("mailto:a@example.org", "mailto:a@example.org", 0),
        ("'https://['", "", 1),
        ("'new:'", "", 1),
        ("{to: /new}", "", 1),
        ("", "", 0),
    ],
)
def test_a_page_may_lead_elsewhere(value, wanted, faults):
    article, problems = read(f"title: T\ndate: 2025-11-05\nredirect_to: {value}\n")
    assert (article.redirect_to, len(problems)) == (wanted, faults)


def test_an_excerpt_that_is_written_comes_before_that_of_the_text():
    article, problems = read(
        "title: A\ndate: 2025-11-05\nexcerpt: |\n  In *short*.\n", body="Long.\n"
    )
    assert (article.excerpt, problems) == ("In *short*.", ())


@pytest.mark.parametrize("value", ["", "false", "''"])
def test_an_empty_excerpt_is_that_of_the_text(value):
    article, problems = read(f"title: A\ndate: 2025-11-05\nexcerpt: {value}\n", body="Long.\n")
    assert (article.excerpt, problems) == ("Long.", ())


def test_an_excerpt_that_is_no_text_is_reported_and_that_of_the_text_shown():
    article, (problem,) = read("title: A\ndate: 2025-11-05\nexcerpt: [a]\n", body="Long.\n")
    assert article.excerpt == "Long."
    assert (problem.line, problem.message) == (
        4, "excerpt is a list (expected a text); that of the text is shown"
    )  # fmt: skip
