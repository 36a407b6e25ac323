"""Pages that Sphinx and other extensions make: gone with what they were made for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

CONF = """\
project = "The Loom"
html_theme = "furo"
html_baseurl = "https://example.org/"
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
templates_path = ["templates"]
"""

#: An extension of the project's own, which has a page made of each of *names*.
EXTENSION = """

def setup(app):
    app.connect("html-collect-pages", collect)


def collect(app):
    (app.outdir / "beside.txt").write_text("Beside the pages.")
    place = app.outdir / "own" / "feed.html"
    app.builder.handle_page("own/feed", {{"title": "", "body": ""}}, "page.html", outfilename=place)
    return [(name, {{"title": name, "body": name}}, "page.html") for name in {names}]
"""

VIEWCODE = 'extensions.append("sphinx.ext.viewcode")\n'

FILES: Mapping[str, str] = {
    "conf.py": CONF,
    "templates/more.html": '{% extends "page.html" %}{% block content %}More.{% endblock %}',
    "index.md": "# The Loom\n\n```{toctree}\nguide\n```\n\n{index}`yarn`\n",
    "guide.md": "# Guide\n\n```{py:module} fnmatch\n```\n\n```{py:function} translate(pat)\n```\n",
    "articles/2025-01-01-warp.md": "---\ntitle: Warp\n---\n\nText.\n",
}

#: What is added to ``conf.py`` before an edit and after it, and the page that goes.
EDITS = {
    "index": ("", "html_use_index = False", "genindex.html"),
    "split index": ("html_split_index = True", "", "genindex-Y.html"),
    "domain indices": ("", "html_domain_indices = False", "py-modindex.html"),
    "additional": ('html_additional_pages = {"a/b": "more.html"}', "", "a/b.html"),
    "collected": (EXTENSION.format(names=["own/x", "own/y"]), "", "own/x.html"),
    "fewer collected": (
        EXTENSION.format(names=["own/x", "own/y"]),
        EXTENSION.format(names=["own/y"]),
        "own/x.html",
    ),
    "no collected": (EXTENSION.format(names=["own/x"]), "", "own/feed.html"),
    "viewcode": (VIEWCODE, "", "_modules/fnmatch.html"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A source, the output that is kept from one build to the next, and a clean one."""

    source: Path
    run: Callable[..., object]
    read: Callable[[Path], dict[str, bytes]]

    @property
    def out(self) -> Path:
        return self.source.with_name("out")

    def build(self, more: str = "") -> dict[str, bytes]:
        """Build with *more* in ``conf.py``; return all files."""
        (self.source / "conf.py").write_text(f"{CONF}{more}\n", encoding="utf-8")
        self.run(self.source, outdir=self.out)
        return self.read(self.out)

    def clean(self) -> dict[str, bytes]:
        place = self.source.with_name("clean")
        self.run(self.source, outdir=place)
        return self.read(place)

    def times(self) -> dict[str, int]:
        return {name: (self.out / name).stat().st_mtime_ns for name in self.read(self.out)}

    def folders(self) -> set[str]:
        return {
            path.relative_to(self.out).as_posix()
            for path in self.out.rglob("*")
            if path.is_dir() and not any(path.iterdir())
        }


@pytest.fixture
def site(tmp_path, write_tree, build, tree) -> Site:
    return Site(source=write_tree(tmp_path / "source", FILES), run=build, read=tree)


@pytest.mark.parametrize("edit", EDITS)
def test_a_page_goes_that_no_build_makes_any_more(site, edit):
    before, after, page = EDITS[edit]
    assert page in site.build(before)
    files = site.build(after)
    assert page not in files
    assert files == site.clean()
    assert site.folders() == set()
    assert page in site.build(before)


@pytest.mark.parametrize("edit", EDITS)
def test_a_page_keeps_its_time_while_its_bytes_stay(site, edit):
    before, _, page = EDITS[edit]
    assert page in site.build(before)
    times = site.times()
    site.build(before)
    assert site.times() == times


@pytest.mark.parametrize("edit", ["additional", "collected", "viewcode"])
def test_a_page_is_made_again_where_it_would_be_another(site, edit):
    more, _, page = EDITS[edit]
    before = site.build(more)
    after = site.build(f'{more}\nhtml_title = "Another title"')
    assert before[page] != after[page]
    assert after == site.clean()


def test_a_page_of_a_build_that_failed_goes_with_the_next(site):
    site.build()
    failing = EXTENSION.format(names=["own/x"]) + "    raise ValueError\n"
    failing = re.sub(r"    return (.*)", r"    yield from \1", failing)
    additional = 'html_additional_pages = {"more": "more.html"}\n'
    late = additional + LATE
    for broken in (failing, late):
        with pytest.raises((ExtensionError, ValueError)):
            site.build(broken)
        assert site.build() == site.clean()
        assert site.folders() == set()
        assert not list(site.out.rglob("*.part"))


LATE = """

def setup(app):
    app.connect("build-finished", fail)


def fail(app, exception):
    raise ValueError
"""


def test_a_document_takes_the_place_of_a_page_and_gives_it_back(site):
    additional = 'html_additional_pages = {"more": "more.html"}'
    with_page = site.build(additional)
    (site.source / "more.md").write_text("---\norphan: true\n---\n# By hand\n", encoding="utf-8")
    files = site.build()
    assert b"By hand" in files["more.html"]
    assert files == site.clean()
    (site.source / "more.md").unlink()
    assert site.build(additional) == with_page


def test_a_document_that_only_holds_a_place_is_the_index_as_in_sphinx(site):
    (site.source / "genindex.md").write_text("---\norphan: true\n---\n# Index\n", encoding="utf-8")
    assert b"yarn" in site.build()["genindex.html"]
    times = site.times()
    assert site.build() == site.clean()
    assert site.times() == times
    assert b"yarn" not in site.build("html_use_index = False")["genindex.html"]
    assert site.read(site.out) == site.clean()


def test_a_file_of_the_source_stands_in_the_place_of_a_page_of_sphinx(site):
    place = site.source / "extra"
    place.mkdir()
    (place / "genindex.html").write_text("mine\n", encoding="utf-8")
    extra = 'html_extra_path = ["extra"]'
    assert site.build(extra)["genindex.html"] == b"mine\n"
    times = site.times()
    site.build(extra)
    assert site.times() == times
    assert b"yarn" in site.build()["genindex.html"]
    assert site.read(site.out) == site.clean()


def test_an_additional_page_stands_in_the_place_of_a_listing(site):
    listing = site.build()["archive/index.html"]
    additional = 'html_additional_pages = {"archive/index": "more.html"}'
    assert b"More." in site.build(additional)["archive/index.html"]
    times = site.times()
    article = site.source / "articles/2025-02-01-weft.md"
    article.write_text("---\ntitle: Weft\n---\n\nText.\n", encoding="utf-8")
    assert site.build(additional) == site.clean()
    assert site.times()["archive/index.html"] == times["archive/index.html"]
    article.unlink()
    assert site.build()["archive/index.html"] == listing


def test_an_article_stands_beside_an_additional_page(site):
    article = site.source / "articles/2025-02-01-weft.md"
    article.write_text("---\ntitle: Weft\npermalink: /a/b.html\n---\n\nText.\n", encoding="utf-8")
    additional = (
        'html_additional_pages = {"a/b": "more.html", "articles/2025-01-01-warp": "more.html"}'
    )
    files = site.build(additional)
    assert b"Weft" in files["a/b-2.html"]
    assert b"Warp" in files["articles/2025-01-01-warp-2.html"]
    assert b"More." in files["a/b.html"]
    times = site.times()
    assert site.build(additional) == site.clean()
    assert site.times() == times
    article.unlink()
    assert "a/b-2.html" not in site.build(additional)


def test_a_page_written_by_hand_stands_in_the_place_of_a_listing(site):
    page = site.source / "articles/index.md"
    page.write_text("---\norphan: true\n---\n# By hand\n", encoding="utf-8")
    assert b"By hand" in site.build()["articles/index.html"]
    assert site.read(site.out) == site.clean()
    page.unlink()
    assert b"By hand" not in site.build()["articles/index.html"]
