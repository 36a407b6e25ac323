"""Which articles refer to one, as readers find it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from broadsheet.command import main

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
html_baseurl = "https://sheet.example/daily/"
broadsheet_collections = {"essays": {}, "notes": {}}
broadsheet_now = "2026-01-01 00:00 +0000"
"""

CONFIG = """\
title: The Sheet
url: https://sheet.example
baseurl: /daily
collections:
  essays: {output: true}
  notes: {output: true}
"""


@dataclass
class Site:
    source: Path
    out: Path
    said: str = ""

    def write(self, path: str, body: str, *matter: str) -> None:
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"^[\d-]+", "", file.stem)
        lines = "\n".join([f"title: {name.title()}", f"date: {file.stem[:10]}", *matter])
        file.write_text(f"---\n{lines}\n---\n\n{body}\n", encoding="utf-8")

    def build(self, capfd: pytest.CaptureFixture[str], *options: str, out: str = "out") -> None:
        code = main(["build", str(self.source), str(self.out.with_name(out)), *options])
        self.said = capfd.readouterr().err
        assert code == 0, self.said

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / f"{name}.html").read_text("utf-8"), "html.parser")

    def cited_by(self, name: str) -> list[tuple[str, str, list[str]]]:
        """Return title, address and sentences of the articles that a page is cited by."""
        return [
            (entry.a.get_text(), str(entry.a["href"]), [one.get_text() for one in entry("p")])
            for entry in self.page(name).select(".broadsheet-backlinks li")
            if entry.a
        ]

    def times(self) -> dict[str, int]:
        return {
            path.relative_to(self.out).as_posix(): path.stat().st_mtime_ns
            for path in self.out.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path / "source", tmp_path / "out")
    made.source.mkdir()
    (made.source / "conf.py").write_text(CONF)
    (made.source / "index.md").write_text("# The Sheet\n")
    made.write(
        "essays/2025-11-01-rain.md", "Wet.\n\n## How it falls\n\nDown.", "redirect_from: /wet"
    )
    made.write("notes/2025-11-02-snow.md", "Cold.")
    return made


@pytest.fixture
def repository(tmp_path):
    made = Site(tmp_path / "source", tmp_path / "out")
    made.source.mkdir()
    (made.source / "_config.yml").write_text(CONFIG)
    made.write("_essays/2025-11-01-rain.md", "Wet.\n\n## How it falls\n\nDown.")
    made.write("_posts/2025-11-02-snow.md", "Cold.")
    return made


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{post}`rain`", "It is in Rain."),
        ("{post}`this <2025-11-01-rain>`", "It is in this."),
        ("[*this*](#rain)", "It is in this."),
        ("[this](2025-11-01-rain.md)", "It is in this."),
        ("[this](/essays/2025-11-01-rain.md)", "It is in this."),
        ("[this][label]", "It is in this."),
        ("[this](https://sheet.example/daily/essays/2025-11-01-rain.html)", "It is in this."),
        ("[this](/daily/essays/2025-11-01-rain.html)", "It is in this."),
        ("[[rain|this]]", "It is in this."),
        ("{post}`this <wet>`", "It is in this."),
    ],
)
def test_an_article_is_cited_by_those_that_refer_to_it(site, capfd, written, sentence):
    (site.source / "conf.py").write_text(CONF + "broadsheet_wiki_links = True\n")
    body = f"Once. It is in {written}. Twice.\n\n[label]: 2025-11-01-rain.md"
    site.write("essays/2025-12-01-fog.md", body)
    site.build(capfd)
    assert site.cited_by("essays/2025-11-01-rain") == [
        ("Fog", "2025-12-01-fog.html", [sentence]),
    ]
    assert site.cited_by("essays/2025-12-01-fog") == []


@pytest.mark.parametrize(
    "written",
    [
        "[this](/essays/2025-11-01-rain.html)",
        "[this](../essays/2025-11-01-rain.html)",
        "[this](/daily/essays/2025-11-01-rain)",
        "[this](https://sheet.example/daily/essays/2025-11-01-rain.html)",
        "[this]({{ site.baseurl }}/essays/2025-11-01-rain.html)",
        "[this]({% link _essays/2025-11-01-rain.md %})",
        '<a href="/essays/2025-11-01-rain.html">this</a>',
        "[this](#rain)",
    ],
)
def test_links_of_a_repository_cite_as_well(repository, capfd, written):
    repository.write("_essays/2025-12-01-fog.md", f"Once. It is in {written}. Twice.")
    repository.build(capfd, "--fail-on-warning")
    assert repository.cited_by("essays/2025-11-01-rain") == [
        ("Fog", "2025-12-01-fog.html", ["It is in this."]),
    ]


def test_a_post_is_cited_by_the_name_of_its_file(repository, capfd):
    body = "It is in [this]({% post_url 2025-11-02-snow %})."
    repository.write("_essays/2025-12-01-fog.md", body)
    repository.build(capfd, "--fail-on-warning")
    assert repository.cited_by("2025/11/02/snow") == [
        ("Fog", "../../../essays/2025-12-01-fog.html", ["It is in this."]),
    ]


def test_the_newest_comes_first_each_with_its_sentences(site, capfd):
    site.write("notes/2025-11-20-hail.md", "A {post}`rain`. B {post}`rain`.\n\n## {post}`rain`")
    site.write("notes/2025-12-01-fog.md", "> Said [rain](#rain).\n\n[](#rain)")
    site.build(capfd)
    assert site.cited_by("essays/2025-11-01-rain") == [
        ("Fog", "../notes/2025-12-01-fog.html", ["Said rain."]),
        ("Hail", "../notes/2025-11-20-hail.html", ["A Rain.", "B Rain."]),
    ]
    marked = site.page("essays/2025-11-01-rain").select(".broadsheet-backlinks mark")
    assert [one.get_text() for one in marked] == ["rain", "Rain", "Rain"]


def test_two_that_cite_each_other_and_three_in_a_circle(site, capfd):
    site.write("essays/2025-11-01-rain.md", "See {post}`snow`.")
    site.write("notes/2025-11-02-snow.md", "See {post}`rain` and {post}`fog`.")
    site.write("notes/2025-11-03-fog.md", "See {post}`rain` and {post}`fog`.")
    site.build(capfd, "--fail-on-warning")
    titles = {
        name: [title for title, _, _ in site.cited_by(name)]
        for name in ("essays/2025-11-01-rain", "notes/2025-11-02-snow", "notes/2025-11-03-fog")
    }
    assert titles == {
        "essays/2025-11-01-rain": ["Fog", "Snow"],
        "notes/2025-11-02-snow": ["Rain"],
        "notes/2025-11-03-fog": ["Snow"],  # and not itself
    }


def test_a_heading_says_who_refers_to_it(site, capfd):
    for day in range(1, 7):
        site.write(f"notes/2025-12-0{day}-n{day}.md", "See [it](#rain#how-it-falls).")
    site.write("notes/2025-12-09-fog.md", "See {post}`rain`.")
    site.build(capfd, "--fail-on-warning")
    page = site.page("essays/2025-11-01-rain")
    line = page.select_one("section#how-it-falls > h2 + p.broadsheet-cited-here")
    assert line and line.get_text() == "Cited by N6, N5, N4, N3, 2 more"
    assert line.a and line.a["href"] == "../notes/2025-12-06-n6.html"
    assert len(page.select(".broadsheet-cited-here")) == 1


def test_of_many_the_older_are_titles_alone(site, capfd):
    for day in range(10, 25):
        site.write(f"notes/2025-12-{day}-n{day}.md", "See {post}`rain` there.")
    site.build(capfd)
    found = site.cited_by("essays/2025-11-01-rain")
    assert [title for title, _, _ in found] == [f"N{day}" for day in range(24, 9, -1)]
    assert [len(sentences) for _, _, sentences in found] == [1] * 12 + [0] * 3
    summary = site.page("essays/2025-11-01-rain").select_one(".broadsheet-backlinks summary")
    assert summary and summary.get_text() == "3 more"


def test_what_is_not_listed_is_not_said_to_cite(site, capfd):
    site.write("notes/2025-12-01-fog.md", "See {post}`rain`.", "unlisted: true")
    site.write("notes/2025-12-02-mist.md", "See {post}`rain`.", "draft: true")
    site.build(capfd)
    assert site.cited_by("essays/2025-11-01-rain") == []


def test_markup_in_titles_and_sentences_is_text(site, capfd):
    site.write("notes/2025-12-01-fog.md", "1 < 2 & `<b>` {post}`<i> <rain>`.", 'title: "A <b> & c"')
    text = (site.source / "notes/2025-12-01-fog.md").read_text().replace("title: Fog\n", "")
    (site.source / "notes/2025-12-01-fog.md").write_text(text)
    site.build(capfd)
    assert site.cited_by("essays/2025-11-01-rain") == [
        ("A <b> & c", "../notes/2025-12-01-fog.html", ["1 < 2 & <b> <i>."]),
    ]


EDITS = {
    "a link that comes": ("See {post}`rain` and {post}`snow`.", {"rain", "snow"}),
    "a link that goes": ("Nothing.", {"rain"}),
    "a sentence that changes": ("Read {post}`rain` now.", {"rain"}),
    "another sentence": ("See {post}`rain`.\n\nMore.", set()),
}


@pytest.mark.parametrize(("body", "others"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_writes_the_pages_whose_backlinks_change_and_no_other(site, capfd, body, others):
    site.write("notes/2025-12-01-fog.md", "See {post}`rain`.")
    site.build(capfd)
    before = site.times()
    site.write("notes/2025-12-01-fog.md", body)
    site.build(capfd)
    written = {name for name, time in site.times().items() if before.get(name) != time}
    places = {"rain": "essays/2025-11-01-rain", "snow": "notes/2025-11-02-snow"}
    articles = {f"{place}.html" for name, place in places.items() if name in others}
    pages = {name for name in written if re.match(r"[a-z]+/2025-[\w-]+\.html$", name)}
    assert pages == {"notes/2025-12-01-fog.html", *articles}
    assert_is_clean(site, capfd)


@pytest.mark.parametrize("matter", ["title: Haze", "date: 2025-12-03", "unlisted: true"])
def test_what_is_shown_of_the_citing_article_is_as_it_is_now(site, capfd, matter):
    site.write("notes/2025-12-01-fog.md", "See [it](#rain#how-it-falls).")
    site.write("notes/2025-12-02-hail.md", "See {post}`rain`.")
    site.build(capfd)
    file = site.source / "notes/2025-12-01-fog.md"
    key = matter.partition(":")[0]
    text = re.sub(rf"^{key}: .*\n", "", file.read_text(), flags=re.MULTILINE)
    file.write_text(text.replace("---\n", f"---\n{matter}\n", 1))
    site.build(capfd)
    assert_is_clean(site, capfd)


def assert_is_clean(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    site.build(capfd, "-j1", out="clean")
    clean = site.out.with_name("clean")
    for path in sorted(clean.rglob("*.html")):
        assert path.read_bytes() == (site.out / path.relative_to(clean)).read_bytes(), path


def test_excerpts_lead_to_articles_by_name(site, capfd):
    (site.source / "conf.py").write_text(CONF + "broadsheet_wiki_links = True\n")
    site.write(
        "notes/2025-12-01-fog.md", "See {post}`rain`, {post}`it <rain#how-it-falls>`, [[snow|s]]."
    )
    site.build(capfd)
    page = site.page("notes/index")
    card = page.select_one(".broadsheet-excerpt")
    assert card and card.get_text(" ", strip=True) == "See Rain , it , s ."
    assert [str(link["href"]) for link in card("a")] == [
        "../essays/2025-11-01-rain.html",
        "../essays/2025-11-01-rain.html#how-it-falls",
        "../notes/2025-11-02-snow.html",
    ]
    file = site.source / "essays/2025-11-01-rain.md"
    file.write_text(file.read_text().replace("title: Rain", "title: Drizzle"))
    site.build(capfd)
    card = site.page("notes/index").select_one(".broadsheet-excerpt")
    assert card and card.get_text(" ", strip=True) == "See Drizzle , it , s ."


def test_a_page_that_is_no_article_has_links_of_a_wiki_too(site, capfd):
    (site.source / "conf.py").write_text(CONF + "broadsheet_wiki_links = True\n")
    page = site.source / "about.md"
    page.write_text(
        "---\ntitle: '[[rain]]'\norphan: true\n---\n# About [[rain|it]]\n\n"
        "```{note}\nSee [[rain#how-it-falls]], `[[rain]]` and \\[[rain]].\n```\n\n"
        "> | a |\n> |---|\n> | [[snow\\|s]] |\n\n[[[rain]](https://rain.example/)]\n\n"
        "```\n[[rain]]\n```\n",
        encoding="utf-8",
    )
    site.build(capfd, "--fail-on-warning")
    body = site.page("about").select_one("article[role=main]")
    assert [(link.get_text(), str(link["href"])) for link in body.select("a.internal")] == [
        ("it", "essays/2025-11-01-rain.html"),
        ("Rain", "essays/2025-11-01-rain.html#how-it-falls"),
        ("s", "notes/2025-11-02-snow.html"),
    ]
    assert body.get_text().count("[[rain]]") == 4
    page.write_text("# About\n\n\n[[dew]]\n", encoding="utf-8")
    site.build(capfd)
    assert "about.md:4: WARNING: post 'dew' names no article" in site.said


def test_a_repository_reads_links_of_a_wiki_where_it_is_told_to(repository, capfd):
    body = "It is in [[rain|this one]], not `[[rain]]`.\n\n| a |\n|---|\n| [[rain|b]] |"
    repository.write("_essays/2025-12-01-fog.md", body)
    repository.build(capfd, "--wiki-links", "--fail-on-warning")
    links = repository.page("essays/2025-12-01-fog").select(".broadsheet-body a.internal")
    assert [(link.get_text(), link["href"]) for link in links] == [
        ("this one", "2025-11-01-rain.html"),
        ("b", "2025-11-01-rain.html"),
    ]
    repository.build(capfd)
    page = repository.page("essays/2025-12-01-fog")
    assert "[[rain" in page.select_one(".broadsheet-body").get_text()


def test_all_references_are_there_for_programs_and_on_a_map(site, capfd):
    site.write("notes/2025-12-01-fog.md", "See [it](#rain#how-it-falls), {post}`snow`.")
    site.build(capfd)
    data = json.loads((site.out / "references.json").read_text("utf-8"))
    assert data == {
        "version": 1,
        "references": [
            {
                "from": "notes/2025-12-01-fog.html",
                "to": "essays/2025-11-01-rain.html",
                "anchor": "how-it-falls",
                "sentence": ["See ", "it", ", snow."],
            },
            {
                "from": "notes/2025-12-01-fog.html",
                "to": "notes/2025-11-02-snow.html",
                "anchor": None,
                "sentence": ["See it, ", "Snow", "."],
            },
        ],
    }
    links = site.page("citations/index").select("svg.broadsheet-map a")
    assert [str(link["href"]) for link in links] == [
        "../notes/2025-12-01-fog.html",
        "../notes/2025-11-02-snow.html",
        "../essays/2025-11-01-rain.html",
    ]
    assert len(site.page("citations/index").select(".broadsheet-map path")) == 2
    near = site.page("notes/2025-12-01-fog").select("details.broadsheet-near svg a.here")
    assert [one.get_text(" ", strip=True) for one in near] == ["Fog 2025 Fog"]
    assert not site.page("notes/2025-11-02-snow").select(".broadsheet-near")
    assert "citations/" in (site.out / "sitemap.xml").read_text()


def test_without_references_there_is_no_map(site, capfd):
    site.write("notes/2025-12-01-fog.md", "See {post}`rain`.")
    site.build(capfd)
    site.write("notes/2025-12-01-fog.md", "See nothing.")
    site.build(capfd)
    assert not (site.out / "citations").exists()
    assert json.loads((site.out / "references.json").read_text())["references"] == []


def test_a_file_of_the_same_name_comes_first(repository, capfd):
    (repository.source / "references.json").write_text("mine")
    repository.build(capfd)
    assert (repository.out / "references.json").read_text() == "mine"
    (repository.source / "references.json").unlink()
    repository.build(capfd)
    assert json.loads((repository.out / "references.json").read_text())["references"] == []
