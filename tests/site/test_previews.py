"""What links to articles show of them: files, the links that name them, and who has neither."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from bs4 import BeautifulSoup

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
html_baseurl = "https://sheet.example/daily/"
broadsheet_collections = {"essays": {}}
broadsheet_now = "2026-01-01 00:00 +0000"
"""

CONFIG = """\
title: The Sheet
url: https://sheet.example
baseurl: /daily
permalink: /:year/:title
"""

RAIN = """\
---
title: Rain & <wind>
author: Ann Example
date: 2025-11-01
description: On *water*.
image: {image}
---

It falls[^1] on [snow]({snow}).

More of it.

[^1]: Down.
"""

SNOW = """\
---
title: Snow
date: 2025-11-02
---

See {links}.
"""

SCRIPT = "broadsheet-previews.js"


@dataclass
class Site:
    source: Path
    build_site: object
    conf: dict[str, object] = field(default_factory=dict)
    builder: str = "html"

    @property
    def out(self) -> Path:
        return self.source.with_name("out")

    def build(self) -> None:
        result = self.build_site(
            self.source, outdir=self.out, confoverrides=self.conf, builder=self.builder
        )
        assert result.warnings == ""

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / name).read_text("utf-8"), "html.parser")

    def previews(self) -> list[str]:
        folder = self.out / "_previews"
        return sorted(
            one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()
        )

    def links(self, name: str, within: str = "body") -> list[tuple[str, str]]:
        """Return the links of a page that have a preview: their addresses, and its file."""
        found = self.page(name).select(f"{within} a[data-broadsheet-preview]")
        here = f"https://x.example/{name}"
        return [
            (str(one["href"]), unquote(urljoin(here, str(one["data-broadsheet-preview"]))[18:]))
            for one in found
        ]

    def has_script(self, name: str) -> bool:
        return SCRIPT in (self.out / name).read_text("utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.source / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(params=[True, False], ids=["one pass", "ordinary"])
def site(request, tmp_path, build, write_tree) -> Site:
    files = {
        "conf.py": CONF,
        "index.md": "# Home\n\nRead [this](essays/rain.md), {post}`snow`, and no more.\n",
        "plain.md": "---\norphan: true\n---\n\n# Plain\n\nNothing.\n",
        "essays/rain.md": RAIN.format(image="mark.svg", snow="snow.md"),
        "essays/snow.md": SNOW.format(links="[the rain](rain.md#top) and [itself](snow.md)"),
        "essays/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>',
    }
    source = write_tree(tmp_path / "source", files)
    return Site(source, build, {"broadsheet_one_pass": request.param})


def test_a_preview_shows_what_a_card_shows(site):
    site.build()
    page = site.page("_previews/essays/rain.html")
    article = page.article
    assert [one.name for one in page.find_all(True, recursive=False)] == ["article"]
    assert article.select_one(".broadsheet-preview-title").string == "Rain & <wind>"
    assert article.select_one(".broadsheet-byline").get_text() == "Ann Example"
    assert article.time.string == "1 November 2025"
    assert article.select_one(".broadsheet-standfirst").string == "On *water*."
    assert article.select_one(".broadsheet-excerpt").get_text() == "It falls on snow."


def test_the_links_and_the_picture_of_a_preview_count_from_its_own_place(site):
    site.build()
    article = site.page("_previews/essays/rain.html").article
    place = (site.out / "_previews/essays/rain.html").parent
    for address in (article.img["src"], article.select_one(".broadsheet-excerpt a")["href"]):
        assert (place / address).resolve().is_file()


def test_whatever_leads_to_an_article_names_its_preview(site):
    site.build()
    rain, snow = "_previews/essays/rain.html", "_previews/essays/snow.html"
    assert site.links("index.html", ".content") == [
        ("essays/rain.html", rain),
        ("essays/snow.html", snow),
    ]
    assert site.links("essays/snow.html", ".broadsheet-body") == [("rain.html#top", rain)]
    assert site.links("essays/snow.html", ".broadsheet-backlinks") == [("rain.html", rain)]
    assert site.links("essays/snow.html", "footer") == [("rain.html", rain)]
    assert site.links("essays/index.html") == []  # a card is the preview


def test_the_script_is_on_pages_that_have_a_use_for_it(site):
    site.build()
    pages = (
        "essays/rain.html",
        "essays/snow.html",
        "index.html",
        "plain.html",
        "essays/index.html",
    )
    assert [site.has_script(name) for name in pages] == [True, True, True, False, False]
    assert (site.out / "_static" / SCRIPT).is_file()


def test_without_previews_there_is_nothing_of_them(site, tree):
    site.build()
    site.conf["broadsheet_previews"] = False
    site.build()
    found = [
        name
        for name, data in tree(site.out).items()
        if "preview" in name or b"broadsheet-preview=" in data or SCRIPT.encode() in data
    ]
    assert found == []


def test_a_preview_follows_the_article(site):
    site.build()
    site.edit("essays/rain.md", "title: Rain & <wind>", "title: Drought")
    site.edit("essays/rain.md", "It falls", "It fell")
    site.build()
    article = site.page("_previews/essays/rain.html").article
    assert article.select_one(".broadsheet-preview-title").string == "Drought"
    assert article.select_one(".broadsheet-excerpt").get_text() == "It fell on snow."


@pytest.mark.parametrize("how", ["unlisted", "draft", "gone"])
def test_what_is_not_listed_has_no_preview_and_no_page_names_one(site, tree, build, how):
    if how != "unlisted":  # what links to it may go on doing so
        site.edit("essays/snow.md", "[the rain](rain.md#top)", "no rain")
        site.edit("index.md", "[this](essays/rain.md)", "this")
    site.build()
    if how == "gone":
        (site.source / "essays/rain.md").unlink()
    else:
        matter = "draft: true" if how == "draft" else "listed: false"
        site.edit("essays/rain.md", "date:", f"{matter}\ndate:")
    site.build()
    assert site.previews() == ["essays/snow.html"]
    for page in ("index.html", "essays/snow.html"):
        assert "_previews/essays/rain" not in (site.out / page).read_text("utf-8")
    clean = site.out.with_name("clean")
    build(site.source, outdir=clean, confoverrides=site.conf)
    assert tree(site.out) == tree(clean)


def test_addresses_of_folders_have_previews(site):
    site.builder = "dirhtml"
    site.build()
    assert site.previews() == ["essays/rain/index.html", "essays/snow/index.html"]
    assert site.links("essays/snow/index.html", ".broadsheet-body") == [
        ("../rain/#top", "_previews/essays/rain/index.html")
    ]


def test_a_jekyll_repository_has_them_at_its_permalinks(tmp_path, build, write_tree):
    links = (
        "[a]({% post_url 2025-11-01-rain %}) [b](/daily/2025/rain) [c](rain.html#x)"
        " [d](https://sheet.example/daily/2025/rain.html) [e](/2025/%72ain) [f](/about.html)"
        " [g](https://sheet.example/elsewhere) <a href='/2025/rain'>h</a>"
    )
    files = {
        "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_jekyll = True\n'
        'html_baseurl = "https://sheet.example/daily"\n',
        "_config.yml": CONFIG,
        "about.md": "---\ntitle: About\n---\n\n[Rain](/2025/rain), 雨: [雨](/2025/雨).\n",
        "_posts/2025-11-01-rain.md": RAIN.format(image="", snow="/2025/snow"),
        "_posts/2025-11-02-snow.md": SNOW.format(links=links),
        "_posts/2025-11-03-雨.md": "---\ntitle: 雨\n---\n\n下。\n",
    }
    site = Site(write_tree(tmp_path / "source", files), build)
    build(site.source, outdir=site.out)
    rain = "_previews/2025/rain.html"
    assert site.previews() == ["2025/rain.html", "2025/snow.html", "2025/雨.html"]
    of_text = site.links("2025/snow.html", ".broadsheet-body")
    assert [file for _, file in of_text] == [rain] * 5  # as whole HTML is left as it is
    assert [file for _, file in site.links("about.html")] == [rain, "_previews/2025/雨.html"]
    assert site.has_script("2025/rain.html")


def test_a_file_of_the_source_keeps_its_place(site):
    own = site.source / "own" / "_previews" / "essays" / "rain.html"
    own.parent.mkdir(parents=True)
    own.write_text("Mine.")
    site.conf["html_extra_path"] = ["own"]
    site.build()
    assert (site.out / "_previews/essays/rain.html").read_text() == "Mine."
    assert site.links("index.html", ".content") == [
        ("essays/snow.html", "_previews/essays/snow.html")
    ]


def test_a_template_of_the_publication_extends_the_preview(site):
    template = site.source / "_templates" / "broadsheet" / "preview.html"
    template.parent.mkdir(parents=True)
    template.write_text('{% include "!broadsheet/preview.html" %}<p>{{ view.uri }}</p>')
    site.conf["templates_path"] = ["_templates"]
    site.build()
    page = site.page("_previews/essays/rain.html")
    assert (page.article is not None, page.find_all("p")[-1].string) == (True, "essays/rain.html")
