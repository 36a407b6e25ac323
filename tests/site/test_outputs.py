"""What a build writes besides pages, and what every page carries: catalogue, sitemap, 404."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from broadsheet.command import main
from html_pages import one

CONF = """\
project = "The Review"
html_title = "The Review"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
html_baseurl = "https://example.org/review/"
sitemap_url_scheme = "{link}"
broadsheet_collections = {"articles": {"title": "Articles"}, "notes": {"title": "Notes"}}
broadsheet_excerpt_separator = "<!--more-->"
broadsheet_page_size = 4
broadsheet_timezone = "Asia/Hong_Kong"
broadsheet_now = "2026-01-01 00:00 +0000"
"""

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)

SOURCES: Mapping[str, str | bytes] = {
    "conf.py": CONF,
    "index.md": "# By hand\n\n```{toctree}\nguide/index\n```\n",
    "guide/index.md": "# Guide\n\n```{toctree}\nfirst\n```\n",
    "guide/first.md": "# First steps\n\n```{index} steps\n```\n\nText.\n",
    "articles/images/lead.png": PIXEL,
    "articles/2025-03-01-full.md": """\
---
title: "A “full” article: 1 < 2"
author: Jane Doe, et al.
date: 2025-03-01 09:30:00 +0100
last_modified_at: 2025-04-02
description: All that there is
image: images/lead.png
image_caption: A press
tags: [ink, "hot metal"]
categories: history
series: Presses
lang: fr
---

Un *peu* de [texte](https://example.org/x).
<!--more-->
Le reste.
""",
    "articles/2025-03-02-漢字 & more+.md": "---\ntitle: 活字\nauthor: 甲某\n---\n\n活字印刷術。\n",
    "articles/2024-12-31-old.md": "---\ntitle: Old\n---\n\nOld.\n",
    "articles/2025-05-01-unlisted.md": "---\ntitle: Unlisted\nunlisted: true\n---\n\nText.\n",
    "articles/_drafts/2025-05-02-draft.md": "---\ntitle: Drafted\n---\n\nText.\n",
    "notes/2025-03-01-same-day-a.md": "---\ntitle: A\n---\n\nA.\n",
    "notes/2025-03-01-same-day-b.md": "---\ntitle: B\n---\n\nB.\n",
    **{f"notes/2025-02-{day:02}-n.md": f"---\ntitle: N {day}\n---\n\nN.\n" for day in range(1, 7)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    source: Path
    out: Path

    def make(self, *options: str) -> Site:
        assert main(["build", str(self.source), str(self.out), "-W", "-j1", *options]) == 0
        return self

    def pages(self) -> set[str]:
        names = {path.relative_to(self.out).as_posix() for path in self.out.rglob("*.html")}
        return {name for name in names if not name.startswith("_previews/")}

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / name).read_text("utf-8"), "html5lib")

    def catalogue(self) -> dict:
        return json.loads((self.out / "articles.json").read_text("utf-8"))

    def sitemap(self) -> dict[str, str | None]:
        """Return the address of each page, from the site's root, with its ``lastmod``."""
        name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        urls = ElementTree.parse(self.out / "sitemap.xml").getroot().findall(f"{name}url")
        assert all(url.findtext(f"{name}loc", "").startswith(BASE) for url in urls)
        found = {
            unquote(url.findtext(f"{name}loc", "").removeprefix(BASE)): url.findtext(
                f"{name}lastmod"
            )
            for url in urls
        }
        assert len(found) == len(urls)
        return found


BASE = "https://example.org/review/"
FULL = "articles/2025-03-01-full.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("outputs")
    for name, content in SOURCES.items():
        path = folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Site(source=folder / "source", out=folder / "out").make()


@pytest.fixture
def copy(site: Site, tmp_path: Path) -> Site:
    """Copy site and output, free to be changed; the next build goes on from here."""
    shutil.copytree(site.source, tmp_path / "source")
    return Site(source=tmp_path / "source", out=tmp_path / "out").make()


# articles.json


def test_the_catalogue_is_an_object_with_version_site_and_articles(site):
    catalogue = site.catalogue()
    assert list(catalogue) == ["version", "site", "articles"]
    assert catalogue["version"] == 1
    assert catalogue["site"] == {
        "title": "The Review",
        "description": "",
        "url": BASE,
        "language": "en",
    }


def test_the_catalogue_has_every_field_of_an_article(site):
    entry = next(one for one in site.catalogue()["articles"] if one["address"] == FULL)
    assert (site.out / entry.pop("image")).read_bytes() == PIXEL
    assert entry == {
        "address": FULL,
        "url": BASE + FULL,
        "title": "A “full” article: 1 < 2",
        "description": "All that there is",
        "authors": [{"name": "Jane Doe", "key": "jane-doe"}],
        "et_al": True,
        "date": "2025-03-01T09:30:00+01:00",
        "updated": "2025-04-02T00:00:00+08:00",
        "collection": "articles",
        "tags": ["ink", "hot metal"],
        "categories": ["history"],
        "series": "Presses",
        "part": 1,
        "language": "fr",
        "words": 6,
        "excerpt": "Un peu de texte.",
        "image_caption": "A press",
        "source": "articles/2025-03-01-full.md",
    }


def test_the_catalogue_lists_what_is_listed_newest_first(site):
    titles = [article["title"] for article in site.catalogue()["articles"]]
    assert titles == [
        "活字", "A “full” article: 1 < 2", "B", "A", *(f"N {day}" for day in range(6, 0, -1)), "Old",
    ]  # fmt: skip


def test_every_address_of_the_catalogue_is_that_of_a_page(site):
    addresses = {unquote(article["address"]) for article in site.catalogue()["articles"]}
    assert len(addresses) == 11
    assert addresses <= site.pages()


def test_the_catalogue_is_plain_utf_8(site):
    text = (site.out / "articles.json").read_text("utf-8")
    assert '"title": "活字"' in text
    assert text.endswith("}\n")


def test_the_catalogue_is_the_same_bytes_from_every_build(copy):
    path = copy.out / "articles.json"
    first, stamp = path.read_bytes(), path.stat().st_mtime_ns
    copy.make()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (first, stamp)  # not even written
    copy.make("--clean")
    assert path.read_bytes() == first
    other = Site(source=copy.source, out=copy.out.with_name("elsewhere")).make("-j2")
    assert (other.out / "articles.json").read_bytes() == first


# the sitemap

UNNAMED = {"404.html", "genindex.html", "articles/2025-05-01-unlisted.html"}


def as_served(pages: set[str]) -> set[str]:
    return {re.sub(r"(^|/)index\.html$", r"\1", page) for page in pages}


def test_the_sitemap_names_every_page_but_search_index_404_and_unlisted(site):
    assert site.pages() >= {*UNNAMED, "index.html", "guide/first.html", "tags/ink/index.html"}
    assert site.sitemap().keys() == as_served(site.pages() - UNNAMED)
    assert "search.html" not in site.pages()


def test_the_sitemap_gives_the_date_of_each_article(site):
    dates = {
        page: date for page, date in site.sitemap().items() if page.startswith("articles/2")
    }  # fmt: skip
    assert dates == {
        FULL: "2025-04-02T00:00:00+08:00",
        "articles/2025-03-02-漢字 & more+.html": "2025-03-02T00:00:00+08:00",
        "articles/2024-12-31-old.html": "2024-12-31T00:00:00+08:00",
    }


def test_the_sitemap_is_complete_after_a_build_that_writes_nothing(copy):
    first = (copy.out / "sitemap.xml").read_bytes()
    copy.make()
    assert (copy.out / "sitemap.xml").read_bytes() == first


def test_the_sitemap_leaves_out_what_is_excluded(copy):
    with (copy.source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('\nsitemap_excludes = ["tags/*", "guide/index.html"]\n')
    before = copy.sitemap()
    copy.make()
    assert {"tags/", "tags/ink/", "guide/"} <= before.keys()
    left = {page for page in before if not page.startswith("tags/")} - {"guide/"}
    assert copy.sitemap().keys() == left


def test_the_sitemap_follows_an_edit_a_new_article_and_one_that_goes(copy):
    before = copy.sitemap()
    full = copy.source / "articles" / "2025-03-01-full.md"
    full.write_text(full.read_text("utf-8").replace("2025-04-02", "2025-06-03"), "utf-8")
    (copy.source / "notes" / "2025-03-09-new.md").write_text(
        "---\ntitle: New\n---\n\nN.\n", "utf-8"
    )
    (copy.source / "articles" / "2024-12-31-old.md").unlink()
    copy.make()
    after = copy.sitemap()
    assert after.keys() == as_served(copy.pages() - UNNAMED)
    assert after.keys() - before.keys() == {"notes/2025-03-09-new.html"}
    assert before.keys() - after.keys() == {
        "articles/2024-12-31-old.html",
        "archive/2024/",
        "archive/2024/12/",
    }
    assert after[FULL] == "2025-06-03T00:00:00+08:00"
    clean = Site(source=copy.source, out=copy.out.with_name("clean")).make()
    assert clean.sitemap() == after


# the page for missing addresses


def loaded(page: BeautifulSoup) -> list[str]:
    """Return what a browser loads for a page besides its pictures."""
    tags = page.select('script[src], link[rel~="stylesheet"], link[rel~="icon"], link[rel=preload]')
    return [str(tag.get("src") or tag["href"]) for tag in tags]


@pytest.mark.parametrize("depth", ["", "a", "a/b/", "a/b/c/d.html"])
def test_the_404_page_finds_everything_from_any_depth(site, depth):
    page = site.page("404.html")
    links = [str(link["href"]) for link in page.select("a[href]")]
    inside = [link for link in links if not link.startswith(("http", "#"))]
    assert loaded(page)
    assert inside
    for link in (*loaded(page), *inside):
        address = urlsplit(urljoin(BASE + depth, link))
        assert (site.out / unquote(address.path).removeprefix("/review/")).is_file(), link


def test_the_404_page_is_no_result_of_a_search(site):
    page = site.page("404.html")
    assert one(page, "meta[name=robots]")["content"] == "noindex"
    assert page.select("link[rel=canonical]") == []
    assert one(page, "h1").get_text(strip=True) == "Page not found"


def test_a_404_page_written_by_hand_stands_in_its_place(copy):
    (copy.source / "404.md").write_text(
        "---\norphan: true\n---\n\n# By hand\n\n[Here](#here) or [there](guide/first.md)\n\n"
        '## Here\n\n<img src=mark.png srcset="mark.png 1x, images/墨.png 2x" alt="">\n',
        "utf-8",
    )
    copy.make()
    page = copy.page("404.html")
    assert one(page, "h1").get_text().startswith("By hand")
    for link in loaded(page):
        path = urlsplit(urljoin(f"{BASE}a/b/c", link)).path.removeprefix("/review/")
        assert (copy.out / path).is_file(), link
    links = [str(link["href"]) for link in page.select("article p a")]
    assert links == ["#here", "/review/guide/first.html"]
    picture = one(page, "article img[srcset]")
    assert picture["src"] == "/review/mark.png"
    assert picture["srcset"] == "/review/mark.png 1x, /review/images/墨.png 2x"
    assert "404.html" not in copy.sitemap()


def test_pages_in_folders_leave_the_404_page_where_hosts_look_for_it(site, build, tmp_path):
    built = build(site.source, builder="dirhtml", outdir=tmp_path / "out")
    assert built.warnings == ""
    assert (built.outdir / "404.html").is_file()
    assert (built.outdir / "articles" / "2025-03-01-full" / "index.html").is_file()


# what every page carries


def test_the_sidebar_is_short_and_names_no_article(site):
    articles = {unquote(article["address"]) for article in site.catalogue()["articles"]}
    for name in site.pages():
        links = [str(link["href"]) for link in site.page(name).select(".sidebar-tree a")]
        whole = (urljoin(f"/review/{name}", link) for link in links if link != "#")
        shown = {unquote(link).removeprefix("/review/") for link in whole}
        assert not shown & (articles | {"articles/2025-05-01-unlisted.html"}), name
        assert 5 <= len(links) < 20, name


def test_the_sidebar_is_the_same_on_every_article_and_listing(site):
    documents = {"index.html", "guide/index.html", "guide/first.html", "genindex.html"}
    sidebars = {
        frozenset(
            (link.get_text(strip=True), unquote(urljoin(f"{BASE}{name}", str(link["href"]))))
            for link in site.page(name).select(".sidebar-tree a")
            if link["href"] != "#"  # the page itself
        )
        for name in site.pages() - documents
        if not any(link["href"] == "#" for link in site.page(name).select(".sidebar-tree a"))
    }
    assert len(sidebars) == 1
    assert {title for title, _ in next(iter(sidebars))} >= {
        "Guide", "Articles", "Notes", "Archive", "2025", "2024", "Authors", "Tags", "Categories",
    }  # fmt: skip


def test_a_page_of_the_documentation_keeps_its_own_toctree(site):
    links = [str(link["href"]) for link in site.page("guide/index.html").select(".sidebar-tree a")]
    assert "first.html" in links


def test_nothing_is_loaded_from_elsewhere(site):
    foreign = {
        (name, address)
        for name in site.pages()
        for address in loaded(site.page(name))
        if re.match(r"(?:[a-z]+:)?//", address)
    }
    assert foreign == set()


def test_everything_that_is_loaded_is_there(site):
    for name in sorted(site.pages()):
        for address in loaded(site.page(name)):
            path = urlsplit(urljoin(f"/review/{name}", address)).path
            assert (site.out / path.removeprefix("/review/")).is_file(), (name, address)


def test_no_style_sheet_loads_anything_from_elsewhere(site):
    for path in sorted((site.out / "_static").rglob("*.css")):
        text = path.read_text("utf-8")
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']*", text) == [], path


def test_the_output_holds_no_leftovers_of_a_draft(site):
    for folder, _, names in os.walk(site.out):
        for name in names:
            path = Path(folder, name)
            assert "draft" not in name
            assert b"Drafted" not in path.read_bytes(), path
