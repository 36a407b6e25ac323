"""References by name, from every place of a text, in real builds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archive_edits import picture
from broadsheet.command import main

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
html_baseurl = "https://sheet.example/daily/"
broadsheet_collections = {"essays": {"title": "Essays"}, "notes": {"title": "Notes"}}
broadsheet_now = "2026-01-01 00:00 +0000"
"""

TEXTS = {
    "essays/2025-11-01-rain.md": "title: On Rain\nauthor: Jane Doe\ntags: [weather]",
    "essays/2025-11-02-snow.md": "title: On Snow\nredirect_from: /sleet.html",
    "essays/2025-11-03-river.md": "title: Two Rivers\nseries: Waters",
    "notes/2025-11-04-river.md": "title: A River\nseries: Waters",
    "notes/2025-11-05-雨.md": "title: 雨",
    "notes/fog.md": "title: Fog\ndate: 2025-11-06\ndraft: true",
}

BODIES = {"essays/2025-11-01-rain.md": "## How it *falls*\n\nDown.\n"}


@dataclass
class Site:
    source: Path
    out: Path
    said: str = ""

    def write(self, path: str, matter: str, body: str) -> None:
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{matter}\n---\n\n{body}\n", encoding="utf-8")

    def build(self, capfd, *options: str) -> int:
        code = main(["build", str(self.source), str(self.out), *options])
        self.said = capfd.readouterr().err
        return code

    def content(self, name: str) -> BeautifulSoup:
        page = BeautifulSoup((self.out / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        content = page.select_one("article[role=main]")
        assert content
        return content

    def links(self, name: str) -> list[tuple[str, str]]:
        """Return text and destination of the links in the body of a page."""
        body = self.content(name).select_one("section") or self.content(name)
        found = body.select("a:not(.headerlink)")
        return [(link.get_text(), str(link["href"])) for link in found]

    def warnings(self) -> list[str]:
        """Return what was said of references, with file and line."""
        lines = re.sub(r"\x1b\[[0-9;]*m", "", self.said).splitlines()
        return [line.removeprefix(f"{self.source}/").replace("WARNING: ", "") for line in lines]


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path / "source", tmp_path / "out")
    made.source.mkdir()
    (made.source / "conf.py").write_text(CONF)
    (made.source / "index.md").write_text("# The Sheet\n")
    for path, matter in TEXTS.items():
        dated = matter if "date" in matter else f"{matter}\ndate: {Path(path).name[:10]}"
        made.write(path, dated, BODIES.get(path, "Text."))
    return made


RAIN = "2025-11-01-rain.html"


@pytest.mark.parametrize(
    ("written", "text", "uri"),
    [
        ("{post}`rain`", "On Rain", RAIN),
        ("{post}`2025-11-01-rain`", "On Rain", RAIN),
        ("{post}`essays/2025-11-01-rain`", "On Rain", RAIN),
        ("{post}`essays/2025-11-01-rain.md`", "On Rain", RAIN),
        ("{post}`the first <rain>`", "the first", RAIN),
        ("{post}`how it falls <rain#how-it-falls>`", "how it falls", f"{RAIN}#how-it-falls"),
        ("{broadsheet:post}`rain`", "On Rain", RAIN),
        ("{any}`rain`", "On Rain", RAIN),
        ("[](#rain)", "On Rain", RAIN),
        ("[*that* one](#rain)", "that one", RAIN),
        ("[](#rain#how-it-falls)", "On Rain", f"{RAIN}#how-it-falls"),
        ("[that one](2025-11-01-rain.md)", "that one", RAIN),
        ("[that one](https://sheet.example/daily/essays/2025-11-01-rain.html)", "that one", RAIN),
        ("[that one](/daily/essays/2025-11-01-rain.html)", "that one", RAIN),
        ("[that one](/essays/2025-11-01-rain.html)", "that one", RAIN),
        ("[](/essays/2025-11-01-rain)", "On Rain", RAIN),
        ("[](2025-11-01-rain.html#how-it-falls)", "On Rain", f"{RAIN}#how-it-falls"),
        ("[](2025-11-01-rain.md#how-it-falls)", "On Rain", f"{RAIN}#how-it-falls"),
        ("[](/essays/2025-11-01-rain.md)", "On Rain", RAIN),
        ("[](../notes/2025-11-05-雨.html)", "雨", "../notes/2025-11-05-%E9%9B%A8.html"),
        ("{post}`雨`", "雨", "../notes/2025-11-05-%E9%9B%A8.html"),
        ("[](#雨)", "雨", "../notes/2025-11-05-%E9%9B%A8.html"),
        ("{author}`Jane Doe`", "Jane Doe", "../authors/jane-doe/index.html"),
        ("{author}`her <jane-doe>`", "her", "../authors/jane-doe/index.html"),
        ("{tag}`weather`", "weather", "../tags/weather/index.html"),
        ("{collection}`notes`", "Notes", "../notes/index.html"),
        ("{series}`waters`", "Waters", "../series/waters/index.html"),
    ],
)
def test_each_way_to_refer_leads_to_the_page_and_has_its_title(site, capfd, written, text, uri):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", f"See {written}.")
    assert site.build(capfd, "--fail-on-warning") == 0, site.said
    assert site.links("essays/a") == [(text, uri)]


@pytest.mark.parametrize(
    "place",
    [
        "> See {}.",
        "- See {}.",
        "| a |\n|---|\n| See {} |",
        "## See {}",
        "Text.[^1]\n\n[^1]: See {}.",
        ":::{{note}}\nSee {}.\n:::",
        "![It](mark.png)\n*See {}.*",
        ":::{{figure}} mark.png\n\nSee {}.\n:::",
        "See {}.\n\n<!--more-->\n\nMore.",
    ],
)
def test_a_reference_stands_anywhere(site, capfd, place):
    (site.source / "essays/mark.png").write_bytes(picture(9))
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", place.format("{post}`rain`"))
    assert site.build(capfd, "--fail-on-warning") == 0, site.said
    links = site.content("essays/a").select(f"a[href='{RAIN}']")
    assert "On Rain" in [link.get_text() for link in links]
    quoted = site.content("essays/2025-11-01-rain").select(".broadsheet-backlinks li p")
    assert [one.get_text() for one in quoted] == ["See On Rain" + "." * ("{}." in place)]


def test_hand_written_pages_refer_to_articles_and_their_groups(site, capfd):
    (site.source / "index.md").write_text(
        "# The Sheet\n\n{post}`rain`, [](#rain), {author}`Jane Doe`, {tag}`weather`,\n"
        "[](/essays/2025-11-01-rain), [tags](/tags/), [](/about.html#x), [data](/articles.json)\n"
    )
    (site.source / "about.md").write_text("---\norphan: true\n---\n# About\n\n(x)=\n## X\n")
    assert site.build(capfd, "--fail-on-warning") == 0, site.said
    links = site.links("index")
    assert links[:4] == [
        ("On Rain", f"essays/{RAIN}"),
        ("On Rain", f"essays/{RAIN}"),
        ("Jane Doe", "authors/jane-doe/index.html"),
        ("weather", "tags/weather/index.html"),
    ]
    assert links[4:8] == [
        ("On Rain", f"essays/{RAIN}"),
        ("tags", "tags/index.html"),
        ("About", "about.html#x"),
        ("data", "articles.json"),
    ]


def test_what_stands_at_an_address_may_come_and_go(site, capfd):
    page = "# The Sheet\n\n[tag](/tags/weather/), [](/about.html), [](/essays/2025-12-01-a)\n"
    (site.source / "index.md").write_text(page)
    site.write("notes/2025-12-02-b.md", "title: B", "[tag](/tags/weather/), [](/about.html)")
    gone = "leads to no page and no file of this site (expected one); left as it is"
    misses = [
        "link '/about.html' " + gone,
        "link '/essays/2025-12-01-a' " + gone,
    ]
    assert site.build(capfd) == 0
    assert [one for one in site.warnings() if "index.md" in one] == [
        f"index.md:3: {said} [broadsheet.ref]" for said in misses
    ]
    (site.source / "about.md").write_text("---\norphan: true\n---\n# About us\n")
    site.write("essays/2025-12-01-a.md", "title: A", "Text.")
    assert site.build(capfd) == 0
    assert site.warnings() == []
    assert [text for text, _ in site.links("index")[:3]] == ["tag", "About us", "A"]
    assert [text for text, _ in site.links("notes/2025-12-02-b")] == ["tag", "About us"]
    (site.source / "about.md").write_text("---\norphan: true\n---\n# About them\n")
    site.write("essays/2025-11-01-rain.md", "title: On Rain", "Down.")
    assert site.build(capfd) == 0
    assert site.warnings() == [
        f"{path}: link '/tags/weather/' {gone} [broadsheet.ref]"
        for path in ("index.md:3", "notes/2025-12-02-b.md:5")
    ]
    assert site.links("notes/2025-12-02-b")[1][0] == "About them"
    clean = Site(site.source, site.out.with_name("clean"))
    assert clean.build(capfd) == 0
    for file in clean.out.rglob("*.html"):
        assert file.read_bytes() == (site.out / file.relative_to(clean.out)).read_bytes(), file


@pytest.mark.parametrize(
    ("written", "said", "text"),
    [
        (
            "{post}`raim`",
            "post 'raim' names no article (expected one like 'rain'); its text is shown"
            " [broadsheet.ref]",
            "raim",
        ),
        (
            "{post}`this <entirely-else>`",
            "post 'entirely-else' names no article (expected the slug of one); its text is shown"
            " [broadsheet.ref]",
            "this",
        ),
        (
            "{post}`river`",
            "post 'river' may be one of several (expected '2025-11-03-river' or"
            " '2025-11-04-river'); its text is shown [broadsheet.ref]",
            "river",
        ),
        (
            "{post}`fog`",
            "post 'fog' is not published (expected an article that is); its text is shown"
            " [broadsheet.ref]",
            "fog",
        ),
        (
            "{author}`Jane Dow`",
            "author 'Jane Dow' names no author of any article (expected one like 'Jane Doe');"
            " its text is shown [broadsheet.ref]",
            "Jane Dow",
        ),
        (
            "{any}`raim`",
            "post 'raim' names no article (expected one like 'rain'); its text is shown"
            " [broadsheet.ref]",
            "raim",
        ),
    ],
)
def test_a_reference_that_misses_is_reported_with_what_is_like_it(site, capfd, written, said, text):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", f"See {written}.")
    assert site.build(capfd) == 0
    assert site.warnings() == [f"essays/a.md:6: {said}"]
    assert site.links("essays/a") == []
    assert f"See {text}." in site.content("essays/a").get_text()
    assert site.build(capfd) == 0
    assert site.warnings() == [f"essays/a.md:6: {said}"]  # as long as it is so


def test_a_link_to_a_name_that_nothing_has_is_reported_and_stays(site, capfd):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", "See [this](#raim), [](#raim).")
    assert site.build(capfd) == 0
    said = "essays/a.md:6: post 'raim' names no article (expected one like 'rain'); leads nowhere"
    assert site.warnings() == [f"{said} [broadsheet.ref]"] * 2
    assert site.links("essays/a") == [("this", "#raim"), ("raim", "#raim")]
    site.write("essays/raima.md", "title: A Brim\ndate: 2025-12-02", "Text.")
    assert site.build(capfd) == 0
    said = said.replace("'rain'", "'raima' or 'rain'")
    assert site.warnings() == [f"{said} [broadsheet.ref]"] * 2


@pytest.mark.parametrize(
    "written", ["/essays/2025-11-01-raim.html", "2025-11-01-raim.md#how-it-falls", "raim.html"]
)
def test_a_link_to_an_address_that_nothing_has_is_reported_and_stays(site, capfd, written):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", f"See [it]({written}).")
    assert site.build(capfd) == 0
    like = "'/essays/2025-11-01-rain.html'"
    said = f"link {written!r} leads to no page and no file of this site (expected one like {like})"
    assert site.warnings() == [f"essays/a.md:6: {said}; left as it is [broadsheet.ref]"]
    assert site.links("essays/a") == [("it", written)]
    site.write("essays/2025-11-01-raim.md", "title: Raim", "Text.")
    site.write("essays/raim.md", "title: Raim\ndate: 2025-11-01", "Text.")
    assert site.build(capfd) == 0
    assert site.warnings() == []
    expected = "raim.html" if written == "raim.html" else "2025-11-01-raim.html"
    assert site.links("essays/a") == [("it", expected + "#how-it-falls" * ("#" in written))]


def test_an_anchor_that_an_article_has_not_is_reported_and_the_link_leads_there(site, capfd):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", "See {post}`rain#how`.")
    assert site.build(capfd) == 0
    assert site.warnings() == [
        "essays/a.md:6: post 'rain#how' names an anchor that essays/2025-11-01-rain.md has not"
        " (expected the id of a heading); leads to its top [broadsheet.ref]"
    ]
    site.write("essays/2025-11-01-rain.md", "title: On Rain\ndate: 2025-11-01", "## How\n\nDown.")
    assert site.build(capfd) == 0
    assert site.warnings() == []


def test_a_name_that_an_article_had_leads_to_it_with_a_hint(site, capfd):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", "See {post}`sleet`, [](#sleet).")
    assert site.build(capfd) == 0
    assert (
        site.warnings()
        == [
            "essays/a.md:6: post 'sleet' has moved (expected its name 'snow'); the link leads there"
            " [broadsheet.moved]"
        ]
        * 2
    )
    assert site.links("essays/a") == [("On Snow", "2025-11-02-snow.html")] * 2
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", "See [](/sleet.html).")
    assert site.build(capfd) == 0
    assert site.warnings() == [
        "essays/a.md:6: the article at 'sleet.html' has moved (expected its name 'snow'); the link"
        " leads there [broadsheet.moved]"
    ]
    assert site.links("essays/a") == [("On Snow", "2025-11-02-snow.html")]


def test_an_anchor_of_the_page_comes_before_an_article_of_that_name(site, capfd):
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", "## Rain\n\nSee [this](#rain).")
    assert site.build(capfd, "--fail-on-warning") == 0, site.said
    assert site.links("essays/a") == [("this", "#rain")]


def test_what_references_show_follows_the_articles(site, capfd, tmp_path):
    body = "{post}`rain`, [](#snow), {tag}`weather`, {post}`later`"
    site.write("essays/a.md", "title: A\ndate: 2025-12-01", body)
    site.build(capfd)
    site.write("essays/2025-11-01-rain.md", "title: Drizzle\ndate: 2025-11-01", "Text.")
    site.write("notes/later.md", "title: Later\ndate: 2025-12-02", "Text.")
    site.build(capfd)
    assert [text for text, _ in site.links("essays/a")] == ["Drizzle", "On Snow", "Later"]
    assert [line for line in site.warnings() if "tag" in line]

    clean = Site(site.source, tmp_path / "clean")
    clean.build(capfd)
    assert clean.warnings() == site.warnings()
    for page in clean.out.rglob("*.html"):
        assert (site.out / page.relative_to(clean.out)).read_bytes() == page.read_bytes(), page


def test_articles_that_cite_one_another_are_built_in_any_number_of_processes(site, capfd, tmp_path):
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        site.write(
            f"essays/{one}.md", f"title: {one.upper()}\ndate: 2025-12-01", f"{{post}}`{other}`"
        )
    assert site.build(capfd, "--fail-on-warning", "--jobs", "1") == 0, site.said
    assert [site.links(f"essays/{one}") for one in "abc"] == [
        [("B", "b.html")], [("C", "c.html")], [("A", "a.html")],
    ]  # fmt: skip
    parallel = Site(site.source, tmp_path / "parallel")
    assert parallel.build(capfd, "--jobs", "2") == 0
    for one in "abc":
        assert parallel.links(f"essays/{one}") == site.links(f"essays/{one}")


def test_another_project_cites_articles_and_an_article_another_project(site, capfd, tmp_path):
    other = Site(tmp_path / "other", tmp_path / "other-out")
    (other.source / "essays").mkdir(parents=True)
    (other.source / "conf.py").write_text(
        CONF.replace("The Sheet", "The Guide").replace(
            '"broadsheet"]', '"broadsheet", "sphinx.ext.intersphinx"]'
        )
        + f'intersphinx_mapping = {{"sheet": ("https://sheet.example/daily/", r"{site.out}/objects.inv")}}\n'
    )
    (other.source / "index.md").write_text(
        "# The Guide\n\n(the-label)=\n## A part\n\n{external+sheet:broadsheet:post}`rain`,"
        " [](inv:sheet:broadsheet:post#rain), {external+sheet:broadsheet:author}`jane-doe`,"
        " {external+sheet:broadsheet:tag}`weather`\n"
    )
    other.write("notes/own.md", "title: Own\ndate: 2025-12-01", "Text.")
    assert site.build(capfd, "--fail-on-warning") == 0, site.said
    assert other.build(capfd, "--fail-on-warning") == 0, other.said
    base = "https://sheet.example/daily/"
    assert [uri for _, uri in other.links("index")][:4] == [
        f"{base}essays/{RAIN}",
        f"{base}essays/{RAIN}",
        f"{base}authors/jane-doe/index.html",
        f"{base}tags/weather/index.html",
    ]

    (site.source / "conf.py").write_text(
        CONF.replace('"broadsheet"]', '"broadsheet", "sphinx.ext.intersphinx"]')
        + f'intersphinx_mapping = {{"guide": ("https://guide.example/", r"{other.out}/objects.inv")}}\n'
    )
    site.write("essays/a.md", "title: A\ndate: 2025-12-01",
               "{external+guide:std:ref}`the-label`, [](#the-label), {external+guide:broadsheet:post}`own`")  # fmt: skip
    assert site.build(capfd, "--fail-on-warning") == 0, site.said
    assert [uri for _, uri in site.links("essays/a")] == [
        "https://guide.example/index.html#the-label",
        "https://guide.example/index.html#the-label",
        "https://guide.example/notes/own.html",
    ]


def test_in_a_jekyll_repository_links_to_names_lead_to_articles_and_roles_are_words(
    site, capfd, tmp_path
):
    jekyll = Site(tmp_path / "jekyll", tmp_path / "jekyll-out")
    jekyll.write("_posts/2025-11-01-rain.md", "title: On Rain", "## How it falls\n\nDown.")
    jekyll.write(
        "_posts/2025-11-02-a.md",
        "title: A",
        "## Own\n\n[this](#rain), [](#rain), [part](#rain#how-it-falls), [own](#own), {post}`rain`"
        ", [](/2025/11/01/rain.html), [](../01/rain#how-it-falls)",
    )
    (jekyll.source / "_config.yml").write_text("title: Posts\n")
    assert jekyll.build(capfd, "--fail-on-warning") == 0, jekyll.said
    rain = "../01/rain.html"
    assert jekyll.links("2025/11/02/a") == [
        ("this", rain), ("On Rain", rain), ("part", f"{rain}#how-it-falls"), ("own", "#own"),
        ("On Rain", rain), ("On Rain", f"{rain}#how-it-falls"),
    ]  # fmt: skip
    assert "{post}rain" in jekyll.content("2025/11/02/a").get_text()


def test_in_a_jekyll_repository_a_link_to_a_former_address_leads_on_with_a_hint(capfd, tmp_path):
    jekyll = Site(tmp_path / "jekyll", tmp_path / "jekyll-out")
    jekyll.write("_posts/2025-11-01-rain.md", "title: On Rain\nredirect_from: /wet/", "Down.")
    jekyll.write("_posts/2025-11-02-a.md", "title: A", "[this](/wet/), [](/wet/index.html)")
    (jekyll.source / "_config.yml").write_text("title: Posts\n")
    assert jekyll.build(capfd) == 0
    said = "has moved (expected its name 'rain'); the link leads there [broadsheet.moved]"
    assert jekyll.warnings() == [
        f"_posts/2025-11-02-a.md:5: the article at {address!r} {said}"
        for address in ("wet", "wet/index.html")
    ]
    rain = "../01/rain.html"
    assert jekyll.links("2025/11/02/a") == [("this", rain), ("On Rain", rain)]
    jekyll.write("_posts/2025-11-01-rain.md", "title: On Wet\nredirect_from: /wet/", "Down.")
    jekyll.write("about.md", "title: About", "[](/wet/), [](/2025/11/01/rain)")
    assert jekyll.build(capfd) == 0
    assert jekyll.links("2025/11/02/a") == [("this", rain), ("On Wet", rain)]
    jekyll.write("_posts/2025-11-01-rain.md", "title: On Dry\nredirect_from: /wet/", "Down.")
    assert jekyll.build(capfd) == 0
    assert [text for text, _ in jekyll.links("about")[:2]] == ["On Dry"] * 2
