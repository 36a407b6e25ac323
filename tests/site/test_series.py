"""Series, as readers find them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from broadsheet.command import main

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
broadsheet_now = "2026-01-01 00:00 +0000"
"""


@dataclass
class Site:
    source: Path
    out: Path

    def write(self, name: str, *matter: str) -> None:
        file = self.source / "articles" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = "\n".join([f"title: {name.title()}", *matter])
        file.write_text(f"---\n{lines}\n---\n\nText.\n", encoding="utf-8")

    def build(self, *options: str) -> None:
        assert main(["build", "--fail-on-warning", *options, str(self.source), str(self.out)]) == 0

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / f"{name}.html").read_text("utf-8"), "html.parser")

    def place(self, name: str) -> tuple[str, list[tuple[str, str, str]]]:
        """Return what a page says of its place, and where it leads from there."""
        nav = self.page(f"articles/{name}").select_one("nav.broadsheet-series")
        if nav is None:
            return "", []
        links = [
            (str((link.get("rel") or [""])[0]), link.get_text(), str(link["href"]))
            for link in nav.select("a")
        ]
        first = nav.select_one("p")
        assert first
        return first.get_text(), links


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path / "source", tmp_path / "out")
    made.source.mkdir()
    (made.source / "conf.py").write_text(CONF)
    made.write("rags", "date: 2025-11-01", "series: Paper & Ink")
    made.write("pulp", "date: 2025-11-02", "series: Paper & Ink")
    made.write("soot", "date: 2025-11-03", "series: Paper & Ink")
    made.write("other", "date: 2025-11-04")
    return made


SERIES = ("", "Paper & Ink", "../series/paper-ink/index.html")


def test_each_part_says_which_it_is_and_leads_to_its_neighbours(site):
    site.build()
    assert site.place("rags") == (
        "Part 1 of 3: Paper & Ink",
        [SERIES, ("next", "Pulp", "pulp.html")],
    )
    assert site.place("pulp") == (
        "Part 2 of 3: Paper & Ink",
        [SERIES, ("prev", "Rags", "rags.html"), ("next", "Soot", "soot.html")],
    )
    assert site.place("soot")[1] == [SERIES, ("prev", "Pulp", "pulp.html")]
    assert site.place("other") == ("", [])
    kicker = site.page("articles/pulp").select_one(".broadsheet-kicker")
    assert kicker and kicker.get_text().endswith("Paper & Ink, part 2 of 3")


def test_a_series_has_a_page_with_its_parts_from_the_first_on_and_an_overview(site):
    site.build()
    page = site.page("series/paper-ink/index")
    assert page.title and page.title.get_text() == "Paper & Ink - The Sheet documentation"
    parts = [link.get_text() for link in page.select(".broadsheet-series-parts li > a")]
    assert parts == ["Rags", "Pulp", "Soot"]
    overview = site.page("series/index").select(".broadsheet-overview li")
    assert [one.get_text() for one in overview] == ["Paper & Ink 3"]
    assert site.page("index").select_one('.sidebar-tree a[href="series/index.html"]')
    found = json.loads((site.out / "articles.json").read_text("utf-8"))["articles"]
    assert [(one["series"], one["part"]) for one in found] == [
        (None, None), ("Paper & Ink", 3), ("Paper & Ink", 2), ("Paper & Ink", 1),
    ]  # fmt: skip


def test_a_new_part_and_another_order_reach_all_parts(site, tmp_path):
    site.build()
    site.write("glue", "date: 2025-12-01", "series: Paper & Ink", "part: 1")
    site.build()
    assert site.place("glue")[0] == "Part 1 of 4: Paper & Ink"
    assert site.place("soot")[0] == "Part 4 of 4: Paper & Ink"
    clean = Site(site.source, tmp_path / "clean")
    clean.build()
    for page in clean.out.rglob("*.html"):
        assert (site.out / page.relative_to(clean.out)).read_bytes() == page.read_bytes(), page


def test_a_series_that_is_given_up_leaves_no_page(site):
    site.build()
    for name in ("rags", "pulp", "soot"):
        site.write(name, "date: 2025-11-01")
    site.build()
    assert not (site.out / "series").exists()
    assert site.place("pulp") == ("", [])


def test_numbers_in_names_make_series_where_that_is_asked_for(site):
    for number in (1, 2, 10):
        site.write(f"trial-day-{number}", "date: 2025-12-01")
    site.build()
    assert site.place("trial-day-2") == ("", [])
    site.build("--series-from-names")
    assert site.place("trial-day-10")[0] == "Part 3 of 3: Trial"
    site.build()
    assert site.place("trial-day-2") == ("", [])


def test_a_list_of_a_series_stands_in_the_order_of_its_parts(site):
    listed = "# Home\n\n```{{post-list}}\n:series: paper & ink\n{}\n```\n"
    (site.source / "index.md").write_text(listed.format(""))
    site.build()
    cards = [card.get_text() for card in site.page("index").select(".broadsheet-cards h2 a")]
    assert cards == ["Rags", "Pulp", "Soot"]
    (site.source / "index.md").write_text(listed.format(":limit: 2"))
    site.write("rags", "date: 2025-11-09", "series: Paper & Ink")
    site.build()
    cards = [card.get_text() for card in site.page("index").select(".broadsheet-cards h2 a")]
    assert cards == ["Pulp", "Soot"]
