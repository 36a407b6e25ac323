"""Which articles a page shows as related."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from broadsheet.command import main
from broadsheet.publication.page_store import PageStore

CONFIG = "title: The Sheet\ncollections:\n  essays: {output: true}\n"

LOOM = "The loom holds the warp, and the weaver throws the shuttle with its weft. "
PAPER = "Rags become pulp in the vat, and the mould lifts each sheet of paper. "
CHINESE = "织布机上的经线与纬线相交，织工把梭子抛过经线。"


class Site:
    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.source, self.out, self.capfd, self.said = folder / "source", folder / "out", capfd, ""
        self.source.mkdir()
        (self.source / "_config.yml").write_text(CONFIG, encoding="utf-8")

    def write(self, slug: str, body: str, *matter: str, day: int = 1) -> None:
        lines = "\n".join([f"title: {slug.title()}", f"date: 2025-01-{day:02}", *matter])
        path = self.source / "_essays" / f"{slug}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{lines}\n---\n\n{body}\n", encoding="utf-8")

    def build(self, *options: str, out: str = "out") -> None:
        self.out = self.source.parent / out
        now = ("--now", "2026-01-01 00:00 +0000")
        code = main(["build", str(self.source), str(self.out), *now, *options])
        self.said = self.capfd.readouterr().err
        assert code == 0, self.said

    def related(self, name: str) -> list[str]:
        page = (self.out / f"essays/{name}.html").read_text("utf-8")
        shown = BeautifulSoup(page, "html.parser").select(".broadsheet-related li > a")
        return [str(one["href"]).removesuffix(".html") for one in shown]

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*.html"))
        }


@pytest.fixture
def site(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Site:
    made = Site(tmp_path, capfd)
    for slug, text in (("loom", LOOM), ("warp", LOOM), ("rags", PAPER), ("vat", PAPER)):
        made.write(slug, text * 3)
    for number in range(14):
        made.write(f"other{number}", f"Of something{number} and other{number} things. " * 3)
    return made


def test_articles_about_the_same_are_related_and_others_are_not(site):
    site.write("jing", CHINESE * 3)
    site.write("wei", CHINESE * 3)
    site.build()
    names = ("loom", "warp", "rags", "vat", "jing", "wei", "other1")
    assert {name: site.related(name) for name in names} == {
        "loom": ["warp"],
        "warp": ["loom"],
        "rags": ["vat"],
        "vat": ["rags"],
        "jing": ["wei"],
        "wei": ["jing"],
        "other1": [],
    }


def test_what_front_matter_names_comes_instead_and_in_its_order(site):
    site.write("loom", LOOM * 3, "related: [vat, essays/rags, vat]")
    site.write("other1", "Alone.", "related: warp")
    site.write("warp", LOOM * 3, "related: false")
    site.build()
    shown = [site.related(name) for name in ("loom", "other1", "warp")]
    assert (shown, site.said) == ([["vat", "rags"], ["warp"], []], "")


def test_a_name_that_misses_is_reported_with_its_line(site):
    site.write("loom", LOOM * 3, "related: [ragz, loom, vat, later]")
    site.write("later", LOOM * 3, "published: false")
    site.build()
    assert site.related("loom") == ["vat"]
    place = "_essays/loom.md:4: "
    ending = "; left out of the related articles [broadsheet.ref]"
    said = [one.partition(place)[2].removesuffix(ending) for one in site.said.splitlines()]
    assert said == [
        "WARNING: post 'ragz' names no article (expected one like 'rags')",
        "WARNING: post 'loom' is this article itself (expected another one)",
        "WARNING: post 'later' is not published (expected an article that is)",
    ]


def test_drafts_and_articles_in_no_listing_are_never_shown(site):
    site.write("warp", LOOM * 3, "unlisted: true")
    site.write("weft", LOOM * 3, "published: false")
    site.build()
    assert (site.related("loom"), site.related("warp")) == ([], [])


def test_the_number_shown_may_be_another_and_with_0_only_names_count(site):
    for number in range(3):
        site.write(f"weave{number}", LOOM * 3)
    site.write("rags", PAPER, "related: loom")
    site.build()
    assert site.related("loom") == ["warp", "weave0", "weave1", "weave2"]
    site.build("--related", "1", out="one")
    assert site.related("loom") == ["warp"]
    site.build("--related", "0", out="none")
    assert (site.related("loom"), site.related("rags")) == ([], ["loom"])


def test_parts_of_a_series_and_translations_are_left_out(site):
    site.write("loom", LOOM * 3, "series: Cloth")
    site.write("warp", LOOM * 3, "series: Cloth")
    site.write("vat", PAPER * 3, "slug: rags", "lang: en")
    site.build()
    assert [site.related(name) for name in ("loom", "warp", "rags")] == [[], [], []]


def test_an_edit_changes_no_more_than_a_clean_build_would(site):
    site.build("-j1")
    site.write("vat", LOOM * 3)
    site.build("-j2")
    edited = site.files()
    assert site.related("loom") == ["warp", "vat"]
    site.build("-j1", out="clean")
    assert edited == site.files()


def test_a_record_keeps_what_changes_with_the_related_articles(site):
    site.write("rags", PAPER * 3, "related:")  # a key without a value says nothing
    site.build()
    assert site.related("rags") == ["vat"]
    folder = next(site.out.rglob("broadsheet-pages.pickle")).parent
    records = PageStore(folder, srcdir=site.source, outdir=site.out).records
    assert records["_essays/loom"].related
    assert "" != records["_essays/rags"].related != records["_essays/loom"].related
    assert records["_essays/other1"].related == ""


def test_a_damaged_file_between_builds_is_as_good_as_none(site):
    site.build()
    for kept in site.out.rglob("broadsheet-related*"):
        kept.write_bytes(kept.read_bytes()[:-9] + b"something")
    site.write("vat", LOOM * 3)
    site.build()
    edited = site.files()
    site.build(out="clean")
    assert edited == site.files()
