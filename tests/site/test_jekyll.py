"""A Jekyll repository, built as it stands: everything comes from ``_config.yml``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from bs4 import BeautifulSoup

from broadsheet.command import main
from html_pages import text

CONFIG = """\
title: The Loom & Press
description: A journal of “cloth” and paper
url: "https://example.org"
baseurl: "/loom"
timezone: Asia/Tokyo
excerpt_separator: <!--cut-->
collections_dir: writing
collections:
  essays:
    output: true
    title: Essays at Length
  field_notes:
    output: true
  silent:
    output: false
defaults:
  - scope: {path: ""}
    values: {author: The Editors}
  - scope: {path: "", type: essays}
    values: {tags: [long], image: https://images.example.org/default.png}
  - scope: {path: writing/_essays/hidden}
    values: {published: false}
exclude: [vendor, drafts.md, "*.tmp.md"]
include: [.well-known]
theme: minima
plugins: [jekyll-feed]
"""

AUTHORS = """\
ada:
  name: Ada Exemplar
  bio: Weaves.
  twitter: ada
"""


def post(title: str, body: str = "Text.", **front_matter: str) -> str:
    lines = [f"title: {title}", *(f"{key}: {value}" for key, value in front_matter.items())]
    return "---\nlayout: post\n{}\n---\n{}\n".format("\n".join(lines), body)


#: Path to text, and address of the page (None: no page).
ARTICLES: Mapping[str, tuple[str, str | None]] = {
    "writing/_posts/2025-03-04-first-post.md": (
        post("First", "Above.<!--cut-->\nBelow.", author="ada", categories="news weaving"),
        "news/weaving/2025/03/04/first-post.html",
    ),
    "writing/_posts/2025-3-5-short-digits.markdown": (
        post("Short digits"),
        "2025/03/05/short-digits.html",
    ),
    "writing/patterns/_posts/2025-03-06-in-a-folder.md": (
        post("In a folder", category="old looms"),
        "patterns/old%20looms/2025/03/06/in-a-folder.html",
    ),
    "writing/_posts/2025-03-07-date-by-key.md": (
        post("Date by key", date="2024-12-31 20:00:00 +0000"),  # a new year in Tokyo
        "2025/01/01/date-by-key.html",
    ),
    "writing/_posts/2025-03-08-no-zone.md": (
        post("No zone", date="2025-03-08 09:00"),
        "2025/03/08/no-zone.html",
    ),
    "writing/_posts/2025-03-09-hidden.md": (post("Not published", published="false"), None),
    "writing/_posts/2025-03-10-draft.md": (post("Draft by key", draft="true"), None),
    "writing/_drafts/idea.md": (post("Draft by folder"), None),
    "writing/_posts/2031-01-01-later.md": (post("Of the future"), None),
    "writing/_essays/2025-04-01-dated.md": (
        post("Dated essay"),
        "essays/2025-04-01-dated.html",
    ),
    "writing/_essays/plain.md": (
        post("Plain essay", date="2025-04-02", tags="[]", image="/assets/lead.png"),
        "essays/plain.html",
    ),
    "writing/_essays/deep/er/one.md": (
        post("Deep essay", date="2025-04-03"),
        "essays/deep/er/one.html",
    ),
    "writing/_essays/2025-04-04-a name with space.md": (
        post("Space"),
        "essays/2025-04-04-a%20name%20with%20space.html",
    ),
    "writing/_essays/2025-04-05-warp-&-weft+more.md": (
        post("Signs"),
        "essays/2025-04-05-warp-&-weft+more.html",
    ),
    "writing/_essays/2025-04-06-織機-café.md": (
        post("Letters"),
        "essays/2025-04-06-織機-café.html",
    ),
    "writing/_essays/2025-04-07-v1.2.3-dots.md": (
        post("Dots"),
        "essays/2025-04-07-v1.2.3-dots.html",
    ),
    "writing/_essays/2025-04-08-trailing-.md": (
        post("Trailing dash"),
        "essays/2025-04-08-trailing-.html",
    ),
    "writing/_essays/future.md": (post("Essay of the future", date="2031-01-01"), None),
    "writing/_essays/hidden/2025-01-01-x.md": (post("By default not published"), None),
    "writing/_essays/_0x00/2020-01-01-archived.md": (post("Archived"), None),
    "writing/_essays/note.tmp.md": (post("Excluded"), None),
    "writing/_field_notes/2025-05-01-note.md": (
        post("A note"),
        "field_notes/2025-05-01-note.html",
    ),
    "writing/_silent/2025-05-01-silent.md": (post("Without output"), None),
}

PAGES: Mapping[str, str | None] = {
    "about.md": "about.html",
    "guides/weaving.md": "guides/weaving.html",
    "drafts.md": None,
    "vendor/gem/readme.md": None,
    "_secret/page.md": None,
}

STATIC: Mapping[str, str | None] = {
    "assets/lead.png": "assets/lead.png",
    "assets/a file & more+.txt": "assets/a file & more+.txt",
    "robots.txt": "robots.txt",
    ".well-known/security.txt": ".well-known/security.txt",
    ".hidden.txt": None,
    "vendor/x.txt": None,
    "writing/_essays/figure.svg": "essays/figure.svg",
    "_layouts/post.html": None,
    "_data/authors.yml": None,
    "_config.yml": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    source: Path
    out: Path

    def make(self, *options: str) -> Site:
        arguments = ["build", str(self.source), str(self.out), "-j1", "--now=2026-01-01", *options]
        assert main(arguments) == 0
        return self

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / name).read_text("utf-8"), "html5lib")

    def catalogue(self) -> dict:
        return json.loads((self.out / "articles.json").read_text("utf-8"))

    def listed(self) -> dict[str, str]:
        """Return path and address of every article that is listed."""
        return {entry["source"]: entry["address"] for entry in self.catalogue()["articles"]}

    def entry(self, title: str) -> dict:
        return next(entry for entry in self.catalogue()["articles"] if entry["title"] == title)

    def titles(self, name: str) -> list[str]:
        return [text(heading) for heading in self.page(name).select("article h2")]


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of every file, the time of every folder."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns,
        )
        for path in [folder, *sorted(folder.rglob("*"))]
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jekyll") / "source"
    files = {name: f"static {name}" for name in STATIC}
    files |= {name: f"---\ntitle: Page {name}\n---\n\nBy hand.\n" for name in PAGES}
    files |= {name: content for name, (content, _) in ARTICLES.items()}
    files |= {"_config.yml": CONFIG, "_data/authors.yml": AUTHORS}
    files |= {"index.html": "---\nlayout: home\n---\n", "css/main.scss": "---\n---\n@import 'x';\n"}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="module")
def site(repository: Path) -> Site:
    before = state(repository)
    site = Site(source=repository, out=repository.with_name("out")).make("-W")
    assert state(repository) == before
    return site


def test_every_published_article_stands_at_the_address_that_jekyll_gives_it(site):
    wanted = {path: address for path, (_, address) in ARTICLES.items() if address}
    assert {path: unquote(uri) for path, uri in site.listed().items()} == {
        path: unquote(address) for path, address in wanted.items()
    }
    for address in wanted.values():
        assert (site.out / unquote(address)).is_file()


def test_an_article_that_is_not_published_leaves_no_trace(site):
    hidden = [content for content, address in ARTICLES.values() if address is None]
    titles = [re.search(r"title: (.*)", content)[1] for content in hidden]
    assert len(titles) == 9
    for path in site.out.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert [title for title in titles if title.encode() in data] == [], path


def test_title_and_description_are_those_of_the_site(site):
    page = site.page("index.html")
    assert text(page.select_one("head > title")) == "The Loom & Press"
    assert text(page.select_one("h1")) == "The Loom & Press"
    assert "A journal of “cloth” and paper" in text(page.select_one("article header"))
    assert site.catalogue()["site"] == {
        "title": "The Loom & Press",
        "description": "A journal of “cloth” and paper",
        "url": "https://example.org/loom/",
        "language": "en",
    }


def test_url_and_baseurl_make_the_addresses_that_are_whole(site):
    base = "https://example.org/loom/"
    entry = site.entry("First")
    assert entry["url"] == base + entry["address"]
    canonical = site.page(entry["address"]).select_one("link[rel=canonical]")
    assert canonical["href"] == entry["url"]
    assert f"<loc>{entry['url']}</loc>" in (site.out / "sitemap.xml").read_text("utf-8")
    assert site.page("404.html").html["data-content_root"] == "/loom/"


def test_a_date_without_a_zone_is_in_the_zone_of_the_site(site):
    dates = {
        title: site.entry(title)["date"]
        for title in ("First", "No zone", "Date by key", "Dated essay")
    }
    assert dates == {
        "First": "2025-03-04T00:00:00+09:00",
        "No zone": "2025-03-08T09:00:00+09:00",
        "Date by key": "2024-12-31T20:00:00+00:00",
        "Dated essay": "2025-04-01T00:00:00+09:00",
    }


def test_every_collection_has_a_listing_under_its_title(site):
    headlines = {
        name: text(site.page(f"{name}/index.html").select_one("h1"))
        for name in ("posts", "essays", "field_notes")
    }
    assert headlines == {
        "posts": "Posts",
        "essays": "Essays at Length",
        "field_notes": "Field Notes",
    }
    assert not (site.out / "silent").exists()
    assert site.titles("essays/index.html") == [
        "Trailing dash", "Dots", "Letters", "Signs", "Space", "Deep essay", "Plain essay",
        "Dated essay",
    ]  # fmt: skip


def test_defaults_give_front_matter_by_folder_and_type(site):
    essay, plain, note = map(site.entry, ("Dated essay", "Plain essay", "A note"))
    assert (essay["tags"], essay["image"]) == (["long"], None)  # which stands for the site
    assert (plain["tags"], plain["image"]) == ([], "assets/lead.png")
    assert (note["tags"], note["image"]) == ([], None)
    assert [one["name"] for one in note["authors"]] == ["The Editors"]


def test_an_author_may_be_a_key_of_the_data_file(site):
    assert site.entry("First")["authors"] == [{"name": "Ada Exemplar", "key": "ada"}]
    page = site.page("authors/ada/index.html")
    assert text(page.select_one("h1")) == "Ada Exemplar"
    assert "Weaves." in text(page.select_one("article"))
    assert page.select_one("a[href='https://twitter.com/ada']") is not None


def test_the_separator_of_the_site_ends_the_excerpt_and_is_not_seen(site):
    assert site.entry("First")["excerpt"] == "Above."
    page = site.page("news/weaving/2025/03/04/first-post.html")
    assert "cut" not in str(page.select_one("article"))
    assert "Below." in text(page.select_one("article"))


def test_categories_come_from_folders_and_front_matter(site):
    assert site.entry("First")["categories"] == ["news", "weaving"]
    assert site.entry("In a folder")["categories"] == ["patterns", "old looms"]
    assert site.titles("categories/old-looms/index.html") == ["In a folder"]


def test_pages_are_built_and_stand_in_the_sidebar(site):
    built = {name: (site.out / address).is_file() for name, address in PAGES.items() if address}
    assert set(built.values()) == {True}
    assert text(site.page("about.html").select_one("h1")).startswith("Page about.md")
    links = site.page("essays/plain.html").select(".sidebar-tree a")
    assert ("Page about.md", "about.html") in [
        (text(link), urljoin("essays/plain.html", str(link["href"]))) for link in links
    ]


def test_what_is_excluded_or_hidden_is_not_there(site):
    for name, address in PAGES.items():
        if address is None:
            assert not (site.out / name).with_suffix(".html").exists()
    for name, address in STATIC.items():
        if address is None:
            assert not (site.out / name).exists()
    assert not (site.out / "css").exists()


def test_static_files_are_copied_as_they_are(site):
    for name, address in STATIC.items():
        if address:
            assert (site.out / address).read_text("utf-8") == f"static {name}"


def test_a_lead_image_is_shown_from_where_it_is_copied_to(site):
    image = site.page("essays/plain.html").select_one("figure img")
    assert urljoin("essays/plain.html", str(image["src"])) == "assets/lead.png"
    assert not (site.out / "_images").exists()


@pytest.mark.parametrize(
    ("path", "address"),
    [(path, address) for path, (_, address) in ARTICLES.items() if address],
)
def test_links_between_pages_reach_even_odd_names(site, path, address):
    page = site.page(unquote(address))
    neighbours = page.select("a.next-page, a.prev-page, head > link[rel=next], a[rel=author]")
    assert neighbours
    for link in neighbours:
        assert (site.out / unquote(urljoin(address, str(link["href"])))).is_file()
    listing = site.page("index.html").select("h2 a")
    assert unquote(address) in {unquote(str(link["href"])) for link in listing}


# options


@pytest.mark.parametrize(
    ("options", "more"),
    [
        (["--drafts"], {
            "writing/_posts/2025-03-10-draft.md": "2025/03/10/draft.html",
            "writing/_drafts/idea.md": None,  # the date is that of the file
        }),
        (["--future"], {
            "writing/_posts/2031-01-01-later.md": "2031/01/01/later.html",
            "writing/_essays/future.md": "essays/future.html",
        }),
        (["--now=2032-01-01"], {
            "writing/_posts/2031-01-01-later.md": "2031/01/01/later.html",
            "writing/_essays/future.md": "essays/future.html",
        }),
    ],
)  # fmt: skip
def test_an_option_adds_what_it_names_and_nothing_else(site, tmp_path, options, more):
    other = Site(source=site.source, out=tmp_path / "out").make(*options)
    added = {path: uri for path, uri in other.listed().items() if path not in site.listed()}
    assert added.keys() == more.keys()
    assert {path: uri for path, uri in added.items() if more[path]} == {
        path: uri for path, uri in more.items() if uri
    }


def test_unlisted_articles_are_built_and_stand_in_no_list(site, tmp_path):
    other = Site(source=site.source, out=tmp_path / "out").make("--unlisted", "-W")
    archived = other.out / "essays" / "2020-01-01-archived.html"
    assert text(BeautifulSoup(archived.read_text("utf-8"), "html5lib").h1) == "Archived"
    assert other.listed() == site.listed()
    naming = [
        path.relative_to(other.out).as_posix()
        for path in other.out.rglob("*")
        if path.is_file()
        and ".doctrees" not in path.parts
        and path != archived
        and b"2020-01-01-archived" in path.read_bytes()
    ]
    assert naming == []


# other repositories


def test_a_repository_without_a_configuration_is_built_from_its_posts(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {"_posts/2025-01-01-x.md": post("Only post")})
    site = Site(source=source, out=tmp_path / "out").make()
    assert site.listed() == {"_posts/2025-01-01-x.md": "2025/01/01/x.html"}
    assert not (site.out / "sitemap.xml").exists()  # nobody knows the address of the site


def test_a_front_page_that_says_something_stays_and_the_index_stands_beside_it(
    tmp_path, write_tree
):
    source = write_tree(tmp_path / "source", {
        "_config.yml": "title: Two\n",
        "index.md": "---\ntitle: Welcome\n---\n\nCome in.\n",
        "_posts/2025-01-01-x.md": post("Only post"),
    })  # fmt: skip
    site = Site(source=source, out=tmp_path / "out").make("-W")
    assert "Come in." in text(site.page("index.html").select_one("article"))
    assert site.titles("latest/index.html") == ["Only post"]


def test_faults_of_the_configuration_are_named_and_nothing_is_lost(tmp_path, write_tree, capfd):
    source = write_tree(tmp_path / "source", {
        "_config.yml": "title: [a, list]\ntimezone: Nowhere/At_All\ncollections: 7\n",
        "_posts/2025-01-01-x.md": post("Only post"),
    })  # fmt: skip
    site = Site(source=source, out=tmp_path / "out").make()
    warnings = capfd.readouterr().err.splitlines()
    places = [warning.removeprefix(f"{source}/").partition(" WARNING")[0] for warning in warnings]
    assert sorted(places) == ["_config.yml:1:", "_config.yml:2:", "_config.yml:3:"]
    assert all(warning.endswith("[broadsheet.site]") for warning in warnings)
    assert site.listed() == {"_posts/2025-01-01-x.md": "2025/01/01/x.html"}


def test_a_folder_of_posts_without_configuration_is_a_site_with_the_folder_s_name(
    tmp_path, write_tree
):
    source = write_tree(
        tmp_path / "paper", {"_posts/2025-01-02-a.md": "---\ntitle: A\n---\n\nB.\n"}
    )

    assert main(["build", str(source), str(tmp_path / "out"), "-W"]) == 0

    catalogue = json.loads((tmp_path / "out" / "articles.json").read_text("utf-8"))
    assert catalogue["site"]["title"] == "paper"
    assert [one["address"] for one in catalogue["articles"]] == ["2025/01/02/a.html"]
    assert "<h1>paper</h1>" in (tmp_path / "out" / "index.html").read_text("utf-8")
