"""An article of the usual shape, from its file to its page, its card and ``articles.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from broadsheet.command import main
from html_pages import one, target, text

CONFIG = """\
title: The Paper & Ink
description: Notes on printing
url: https://example.org
baseurl: /sheet
timezone: Asia/Hong_Kong
excerpt_separator: <!--more-->
collections_dir: _collections
collections:
  notes:
    title: Field Notes
    output: true
"""

TITLE = "Paper, *Ink* & _Steam_ — “1 < 2” or [A Press](x) `now`"

#: The shape of the posts that the project was made for; the text is our own.
POST = """\
---
layout: post
title : Paper, *Ink* & _Steam_ — “1 < 2” or [A Press](x) `now`
author: Jane Doe and Richard Roe
date  : 2025-11-05 12:00:00 +0800
image : https://images.example.org/press.png
image_caption: "▲ A press, & its printer"
description: "How Printers Worked: Where *Paper* Meets Ink"
tags: [printing, "hot metal"]
categories: [history]
rating: 4
excerpt_separator: <excerpt/>
---

_As presses grew, the **printer’s** work changed: [paper](https://example.org/paper) mattered._

<excerpt/>

A hand press needed two people, one who inked and one who pulled.

The work was paid by the sheet, and a sheet was `240` in the hour.


### What a sheet cost

Rags were dear. See [the other note](2025-11-03-older.md) on rags.

#### Rags

> ### A call-out
>
> Linen made the best paper.

### What a sheet earned

1. Pence
2. Shillings

---

__Jane Doe__ is a printer.
"""

NEIGHBOUR = """\
---
layout: post
title : {title}
author: Jane Doe
date  : {date} 12:00:00 +0800
excerpt_separator: <excerpt/>
---

Short.

<excerpt/>

#### Deep start

Text.

## Higher

Text.
"""

ADDRESS = "notes/2025-11-05-paper-ink.html"
OLDER = "notes/2025-11-03-older.html"
NEWER = "notes/2025-11-07-newer.html"

#: A body with a separator, and the same body without.
SEPARATED = {
    "alone": ("One.\n\n<excerpt/>\n\nTwo.\n", "One.\n\nTwo.\n"),
    "mid-paragraph": ("One. <excerpt/> Two.\n", "One. Two.\n"),
    "mid-line": ("One.\nTwo.<excerpt/>\nThree.\n", "One.\nTwo.\nThree.\n"),
    "own-line": ("One.\n<excerpt/>\nTwo.\n", "One.\n\nTwo.\n"),
    "list-item": ("- one\n- two <excerpt/>\n- three\n", "- one\n- two\n- three\n"),
    "own-item": ("- one\n\n- <excerpt/>\n\n- three\n", "- one\n\n- three\n"),
    "quoted": ("> One.\n>\n> <excerpt/>\n>\n> Two.\n", "> One.\n>\n> Two.\n"),
    "quote-lines": ("> One.\n> <excerpt/>\n> Two.\n", "> One.\n>\n> Two.\n"),
    "between-quotes": ("> One.\n\n<excerpt/>\n\n> Two.\n", "> One.\n\n> Two.\n"),
    "before-anything": ("<excerpt/>\n\nOne.\n", "One.\n"),
    "at-the-end": ("One.\n\n<excerpt/>\n", "One.\n"),
    "in-emphasis": ("_One.\n<excerpt/>\nTwo._\n", "_One.\n\nTwo._\n"),
    "site-default": ("One.\n\n<!--more-->\n\nTwo.\n", "One.\n\nTwo.\n"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    out: Path

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / name).read_text("utf-8"), "html5lib")

    def article(self, name: str) -> Tag:
        return one(self.page(name), "article[role=main]")

    def catalogue(self) -> dict:
        return json.loads((self.out / "articles.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("article-page")
    notes = root / "source" / "_collections" / "_notes"
    notes.mkdir(parents=True)
    (root / "source" / "_config.yml").write_text(CONFIG, "utf-8")
    (notes / "2025-11-05-paper-ink.md").write_text(POST, "utf-8")
    for name, title, date in (
        ("2025-11-03-older", "The older <one> & *its* title", "2025-11-03"),
        ("2025-11-07-newer", "The newer", "2025-11-07"),
    ):
        (notes / f"{name}.md").write_text(NEIGHBOUR.format(title=title, date=date), "utf-8")
    for name, (separated, plain) in SEPARATED.items():
        separator = "" if name == "site-default" else "excerpt_separator: <excerpt/>\n"
        for kind, body in (("with", separated), ("without", plain)):
            head = f"---\ntitle: Same\ndate: 2020-01-01\n{separator}---\n\n"
            (notes / f"{name}-{kind}.md").write_text(head + body, "utf-8")
    out = root / "out"
    assert main(["build", str(root / "source"), str(out), "-W", "-j1", "--now=2026-01-01"]) == 0
    return Site(out=out)


def test_the_headline_is_the_title_letter_for_letter_and_the_only_h1(site):
    assert text(one(site.page(ADDRESS), "h1")) == TITLE
    assert one(site.article(ADDRESS), "h1").find() is None  # no markup inside


def test_the_title_of_the_window_names_article_and_site(site):
    assert text(one(site.page(ADDRESS), "head > title")) == f"{TITLE} - The Paper & Ink"


def test_the_standfirst_is_the_description_and_no_markdown(site):
    standfirst = "How Printers Worked: Where *Paper* Meets Ink"
    found = [p for p in site.article(ADDRESS).select("header p") if text(p) == standfirst]
    assert len(found) == 1
    assert found[0].find() is None


def test_the_byline_links_to_the_pages_of_the_authors(site):
    authors = site.article(ADDRESS).select("a[rel=author]")
    assert [(text(link), target(ADDRESS, link)) for link in authors] == [
        ("Jane Doe", "authors/jane-doe/index.html"),
        ("Richard Roe", "authors/richard-roe/index.html"),
    ]
    for link in authors:
        assert text(one(site.page(target(ADDRESS, link)), "h1")) == text(link)


def test_the_date_is_printed_with_its_zone_for_machines(site):
    time = one(site.article(ADDRESS), "time[datetime]")
    assert (time["datetime"], text(time)) == ("2025-11-05T12:00:00+08:00", "5 November 2025")


def test_the_lead_image_has_its_caption(site):
    figure = one(site.article(ADDRESS), "figure")
    assert one(figure, "img")["src"] == "https://images.example.org/press.png"
    assert one(figure, "img").has_attr("alt")
    assert text(one(figure, "figcaption")) == "▲ A press, & its printer"


def test_an_article_without_image_and_standfirst_has_no_empty_frames(site):
    article = site.article(OLDER)
    assert article.select("figure, img, figcaption") == []
    assert [p for p in article.select("p") if not text(p)] == []


def test_head_comes_before_body_in_the_order_in_which_they_are_read(site):
    said = text(site.article(ADDRESS))
    parts = [
        TITLE, "How Printers Worked", "Jane Doe and Richard Roe", "5 November 2025", "▲ A press",
        "As presses grew", "A hand press", "What a sheet cost", "Rags were dear", "A call-out",
        "What a sheet earned", "Jane Doe is a printer.",
    ]  # fmt: skip
    places = [said.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_the_body_is_all_there(site):
    article = site.article(ADDRESS)
    quote = one(article, "blockquote")
    assert "Linen made the best paper." in text(quote)
    assert [text(item) for item in article.select("ol > li")] == ["Pence", "Shillings"]
    assert text(one(article, "code")) == "240"
    assert len(article.select("hr")) == 1
    assert "Jane Doe" in [text(strong) for strong in article.select("strong")]


def test_a_link_to_another_file_leads_to_its_page(site):
    links = [link for link in site.article(ADDRESS).select("a") if text(link) == "the other note"]
    assert [target(ADDRESS, link) for link in links] == [OLDER]


@pytest.mark.parametrize(
    ("address", "headings"),
    [
        (ADDRESS, ["h2 What a sheet cost", "h3 Rags", "h2 What a sheet earned"]),
        (OLDER, ["h2 Deep start", "h2 Higher"]),
    ],
)
def test_headings_begin_below_the_title_whatever_level_they_were_written_at(
    site, address, headings
):
    article = site.article(address)
    found = [
        f"{tag.name} {text(tag).rstrip('¶')}"
        for tag in article.select(".broadsheet-body :is(h2, h3, h4, h5, h6)")
        if not tag.find_parent("blockquote")
    ]
    assert found == headings


def test_the_headings_stand_in_the_contents_of_the_page(site):
    contents = one(site.page(ADDRESS), ".toc-tree")
    for heading in ("What a sheet cost", "Rags", "What a sheet earned"):
        link = next(link for link in contents.select("a") if text(link) == heading)
        assert site.page(ADDRESS).find(id=str(link["href"]).removeprefix("#")) is not None


def test_tags_categories_and_collection_lead_to_their_listings(site):
    links = {(text(link), target(ADDRESS, link)) for link in site.article(ADDRESS).select("a")}
    wanted = {
        ("printing", "tags/printing/index.html"),
        ("hot metal", "tags/hot-metal/index.html"),
        ("history", "categories/history/index.html"),
        ("Field Notes", "notes/index.html"),
    }
    assert wanted <= links
    for name, address in wanted:
        assert text(one(site.page(address), "h1")) == name


def test_the_foot_of_the_page_leads_to_the_older_and_the_newer_article(site):
    page = site.page(ADDRESS)
    for kind, address, title in (
        ("prev", OLDER, "The older <one> & *its* title"),
        ("next", NEWER, "The newer"),
    ):
        footer = one(page, f"footer a.{kind}-page")
        assert (target(ADDRESS, footer), text(one(footer, ".title"))) == (address, title)
        rel = one(page, f"head > link[rel={kind}]")
        assert (target(ADDRESS, rel), rel["title"]) == (address, title)


def test_the_newest_article_has_no_next_one(site):
    page = site.page(NEWER)
    assert page.select("a.next-page, head > link[rel=next]") == []
    assert target(NEWER, one(page, "a.prev-page")) == ADDRESS


def test_the_canonical_address_is_that_of_the_published_site(site):
    link = one(site.page(ADDRESS), "head > link[rel=canonical]")
    assert link["href"] == f"https://example.org/sheet/{ADDRESS}"


@pytest.mark.parametrize("name", SEPARATED)
def test_a_separator_leaves_no_trace_in_the_page(site, name):
    pages = [site.article(f"notes/{name}-{kind}.html") for kind in ("with", "without")]
    assert "excerpt/" not in str(pages[0]).lower()
    assert "<excerpt" not in str(pages[0]).lower()
    assert "more" not in str(pages[0]).lower()
    shapes = [
        [(tag.name, text(tag)) for tag in page.select("section *") if not tag.find_parent("h1")]
        for page in pages
    ]
    assert shapes[0] == shapes[1]


def test_the_index_has_the_card_of_the_article(site):
    card = next(
        heading.find_parent("section")
        for heading in site.page("index.html").select("h2")
        if text(heading) == TITLE
    )
    assert {target("index.html", link) for link in card.select("h2 a")} == {ADDRESS}
    assert [(text(link), target("index.html", link)) for link in card.select("a[rel=author]")] == [
        ("Jane Doe", "authors/jane-doe/index.html"),
        ("Richard Roe", "authors/richard-roe/index.html"),
    ]
    assert one(card, "time")["datetime"] == "2025-11-05T12:00:00+08:00"
    assert one(card, "img")["src"] == "https://images.example.org/press.png"
    said = text(card)
    assert "As presses grew, the printer’s work changed: paper mattered." in said
    assert "A hand press" not in said
    assert [text(tag) for tag in card.select("em strong")] == ["printer’s"]
    assert [link["href"] for link in card.select("em a")] == ["https://example.org/paper"]


def test_articles_json_has_every_field_of_the_article(site):
    entry = next(one for one in site.catalogue()["articles"] if one["address"] == ADDRESS)
    assert entry == {
        "address": ADDRESS,
        "url": f"https://example.org/sheet/{ADDRESS}",
        "title": TITLE,
        "description": "How Printers Worked: Where *Paper* Meets Ink",
        "authors": [
            {"name": "Jane Doe", "key": "jane-doe"},
            {"name": "Richard Roe", "key": "richard-roe"},
        ],
        "et_al": False,
        "date": "2025-11-05T12:00:00+08:00",
        "updated": None,
        "collection": "notes",
        "tags": ["printing", "hot metal"],
        "categories": ["history"],
        "series": None,
        "part": None,
        "language": "en",
        "words": 71,
        "excerpt": "As presses grew, the printer’s work changed: paper mattered.",
        "image": "https://images.example.org/press.png",
        "image_caption": "▲ A press, & its printer",
        "source": "_collections/_notes/2025-11-05-paper-ink.md",
    }


def test_every_page_is_html_without_an_error(site):
    faults = {}
    for path in sorted(site.out.rglob("*.html")):
        parser = html5lib.HTMLParser()
        read = parser.parseFragment if "_previews" in path.parts else parser.parse
        read(path.read_text("utf-8"))
        if parser.errors:
            faults[path.relative_to(site.out).as_posix()] = parser.errors
    assert faults == {}


def test_no_page_gives_an_id_twice(site):
    for path in sorted(site.out.rglob("*.html")):
        page = BeautifulSoup(path.read_text("utf-8"), "html5lib")
        ids = [str(tag["id"]) for tag in page.select("[id]")]
        assert sorted(set(ids)) == sorted(ids), path


def test_every_link_within_the_site_leads_to_a_page(site):
    broken = set()
    for path in sorted(site.out.rglob("*.html")):
        name = path.relative_to(site.out).as_posix()
        page = BeautifulSoup(path.read_text("utf-8"), "html5lib")
        for link in page.select("a[href], link[href]"):
            href = str(link["href"])
            if not href.startswith(("http", "#")) and name != "404.html":
                address = target(name, link).partition("?")[0]
                if not (site.out / address).is_file():
                    broken.add((name, href))
    assert broken == set()


CONF = """\
project = "Paper"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
templates_path = ["templates"]
"""

RATED = "---\ntitle: Rated\ndate: 2025-01-01\nrating: {stars: 4}\n---\n\nText.\n"


def test_a_template_of_the_user_shows_keys_that_we_do_not_know(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {
        "conf.py": CONF,
        "articles/rated.md": RATED,
        "templates/page.html": '{% extends "!page.html" %}{% block extrahead %}{{ super() }}'
        '{% if front_matter %}<meta name="rating" content="{{ front_matter.rating.stars }}">{% endif %}{% endblock %}',
    })  # fmt: skip
    assert main(["build", str(source), str(tmp_path / "out"), "-W", "-j1"]) == 0
    site = Site(out=tmp_path / "out")
    assert one(site.page("articles/rated.html"), "meta[name=rating]")["content"] == "4"
    assert text(one(site.page("articles/rated.html"), "h1")) == "Rated"


def test_a_template_of_the_user_replaces_ours(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {
        "conf.py": CONF,
        "articles/rated.md": RATED,
        "templates/broadsheet/article.html": '{% extends "page.html" %}{% block content %}'
        "<h1>{{ view.title|e }}: {{ front_matter.rating.stars }} stars</h1>{{ body }}"
        "{% endblock %}",
    })  # fmt: skip
    assert main(["build", str(source), str(tmp_path / "out"), "-W", "-j1"]) == 0
    site = Site(out=tmp_path / "out")
    assert text(one(site.page("articles/rated.html"), "h1")) == "Rated: 4 stars"


def test_a_template_of_the_user_extends_ours_which_extends_the_users_and_that_the_themes(
    tmp_path, write_tree
):
    source = write_tree(tmp_path / "source", {
        "conf.py": CONF,
        "articles/rated.md": RATED,
        "templates/broadsheet/article.html": '{% extends "!broadsheet/article.html" %}'
        '{% block content %}{{ super() }}<div id="mine">{% include "!broadsheet/cards.html" %}</div>'
        "{% endblock %}",
        "templates/page.html": '{% extends "!page.html" %}{% block extrahead %}{{ super() }}'
        '<meta name="every" content="page">{% endblock %}',
    })  # fmt: skip
    assert main(["build", str(source), str(tmp_path / "out"), "-W", "-j1"]) == 0
    page = Site(out=tmp_path / "out").page("articles/rated.html")
    assert text(one(page, "header.broadsheet-head h1")) == "Rated"
    assert text(one(page, ".broadsheet-body")) == "Text."
    assert one(page, "#mine")
    assert one(page, "meta[name=every]")["content"] == "page"
    assert one(page, ".sidebar-tree")  # Furo's page


DIRECTIVES = {
    "conf.py": 'extensions = ["myst_parser", "broadsheet"]\nhtml_theme = "furo"\n',
    "articles/2025-01-01-a.md": "---\ntitle: Over all\n---\n\n"
    "```{note}\nA note,\n\n> quoted\n```\n\n```{admonition} Titled\nIn it.\n```\n",
}


@pytest.mark.parametrize("one_pass", [True, False])
def test_the_title_of_an_article_stands_in_none_of_its_directives(
    tmp_path, write_tree, build, one_pass
):
    source = write_tree(tmp_path / "site", DIRECTIVES)
    built = build(source, confoverrides={"broadsheet_one_pass": one_pass})
    page = (built.outdir / "articles/2025-01-01-a.html").read_text(encoding="utf-8")
    body = page.partition("broadsheet-head")[2].partition("</header>")[2]
    assert "A note" in body
    assert "Over all" not in body.partition("</article>")[0]
    assert built.warnings == ""
