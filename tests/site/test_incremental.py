"""A build after an edit: the same files as a clean build, and only what changed is written."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive_edits import KINDS, Archive
from broadsheet.publication import page_store
from broadsheet.sources import file_times

CONF = """
project = "Review"
html_title = "Review"
html_theme = "furo"
html_baseurl = "https://example.org/"
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
templates_path = ["templates"]
broadsheet_page_size = 2
broadsheet_now = "2026-01-01"
"""


def article(title: str, author: str, tag: str, text: str = "", more: str = "") -> str:
    head = f"---\ntitle: {title}\nauthor: {author}\ntags: [{tag}]\n{more}---\n\n"
    return f"{head}The excerpt of {title}.\n\nThe rest of {title}.\n\n{text}"


FILES = {
    "conf.py": CONF,
    "authors.yml": "ann:\n  name: Ann Example\nben:\n  name: Ben Sample\n",
    "templates/broadsheet/overview.html": '{% extends "page.html" %}{% block content %}'
    "<h1>{{ view.title }}</h1>{% for one in view.entries %}<p>{{ one.title|e }}</p>{% endfor %}"
    "{% endblock %}",
    "index.md": "# Home\n\n```{toctree}\nguide\nlinked\nlists\n```\n",
    "guide.md": "(guide)=\n# Guide\n\nNothing of any article.\n",
    "linked.md": "# Linked\n\nRead [](articles/2025-01-01-one.md).\n",
    "lists.md": "# Lists\n\n```{post-list}\n:limit: 2\n:tag: red\n```\n",
    "articles/2025-01-01-one.md": article("One", "Ann Example", "red"),
    "articles/2025-02-01-two.md": article("Two", "Ben Sample", "blue"),
    "articles/2025-03-01-three.md": article(
        "Three", "Ann Example", "red", "See [](2025-01-01-one.md) and {ref}`guide`.\n"
    ),
    "articles/2025-04-01-four.md": article(
        "Four", "Ben Sample", "blue", "![A picture](pictures/a.svg)\n"
    ),
    "articles/2025-05-01-five.md": article("Five", "Ann Example", "green"),
    "articles/2025-06-01-draft.md": article("Later", "Cy Model", "grey", more="draft: true\n"),
    "articles/pictures/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "articles/pictures/b.svg": '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>',
}
ONE, TWO, THREE = (
    f"articles/2025-{name}.html" for name in ("01-01-one", "02-01-two", "03-01-three")
)
FOUR, FIVE, DRAFT = (
    f"articles/2025-{name}.html" for name in ("04-01-four", "05-01-five", "06-01-draft")
)
#: The listings that show each article: two are on page 1, the three younger on the first page.
OLD_PAGES = {"articles/page/1.html", "archive/2025/page/1.html"}
NEW_PAGES = {"articles/index.html", "archive/2025/index.html"}
ANN, BEN = "authors/ann/index.html", "authors/ben/index.html"
OVERVIEWS = {"authors/index.html", "tags/index.html", "archive/index.html"}


def listings_of(number: int) -> set[str]:
    """Name the pages that show the article of month *number* as a card."""
    author = ANN if number % 2 else BEN
    tag = "green" if number == 5 else ("blue", "red")[number % 2]
    pages = OLD_PAGES if number < 3 else NEW_PAGES
    return {*pages, author, f"tags/{tag}/index.html", f"archive/2025/{number:02}/index.html"}


class Site:
    """A site that is built, edited, and built again."""

    def __init__(self, source: Path, build: Callable, tree: Callable, flow: bool) -> None:
        self.source, self.build_site, self.read_tree = source, build, tree
        self.outdir = source.with_name("out")
        self.doctrees = source.with_name("out.doctrees")
        self.conf = {"broadsheet_one_pass": flow}
        self.cleaned: dict[tuple[tuple[str, bytes], ...], dict[str, bytes]] = {}
        self.previews: set[str] = set()

    def build(self) -> tuple[set[str], set[str]]:
        """Build; return the pages that were written, and the files that are gone.

        Previews are not among them, but in `previews`: those that were written.
        """
        before = self._states()
        built = self.build_site(self.source, outdir=self.outdir, confoverrides=self.conf)
        assert built.warnings == ""
        after = self._states()
        written = {name for name, state in after.items() if before.get(name) != state}
        self.previews = {name for name in written if name.startswith(PREVIEWS)}
        pages = {name for name in written if name.endswith(".html")} - OF_SPHINX - self.previews
        gone = before.keys() - after.keys()
        return pages, {name for name in gone if not name.startswith(PREVIEWS)}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.source / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def assert_clean(self) -> None:
        """Assert that every file is as a build from nothing makes it."""
        ours, theirs = self.read_tree(self.outdir), self._clean()
        assert sorted(ours) == sorted(theirs)
        assert [name for name in ours if ours[name] != theirs[name]] == []
        empty = [
            path for path in self.outdir.rglob("*") if path.is_dir() and not any(path.iterdir())
        ]
        assert empty == []

    def _clean(self) -> dict[str, bytes]:
        """Build from nothing; what several tests edit in one way is built once."""
        sources = tuple(self.read_tree(self.source).items())
        if sources not in self.cleaned:
            clean = self.source.with_name("clean")
            self.build_site(self.source, outdir=clean, confoverrides=self.conf)
            self.cleaned[sources] = self.read_tree(clean)
        return self.cleaned[sources]

    def _states(self) -> dict[str, tuple[int, int]]:
        return {
            path.relative_to(self.outdir).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino)
            for path in self.outdir.rglob("*")
            if path.is_file()
        }


#: The folder of what links to articles show.
PREVIEWS = "_previews/"

#: What is known of each page, between builds.
RECORDS = (page_store.NAME, page_store.SINCE)

#: Sphinx writes it in every build.
OF_SPHINX = {"genindex.html"}


#: What is the same work in both flows, or Sphinx's own in the ordinary one.
in_one_pass = pytest.mark.parametrize(
    "built", [True], ids=["one pass"], indirect=True, scope="module"
)


@pytest.fixture(scope="module", params=[True, False], ids=["one pass", "ordinary"])
def built(request, tmp_path_factory, build, tree, write_tree) -> Site:
    """Build the site once; every test has a copy of it, at the same place."""
    folder = tmp_path_factory.mktemp("incremental")
    site = Site(write_tree(folder / "work" / "source", FILES), build, tree, request.param)
    site.build()
    shutil.copytree(folder / "work", folder / "saved")
    return site


@pytest.fixture
def site(built) -> Iterator[Site]:
    work = built.source.parent
    shutil.rmtree(work)
    shutil.copytree(work.with_name("saved"), work)  # with all times of modification
    return built


def test_nothing_changed_and_nothing_is_written(site):
    written, gone = site.build()
    assert (written, gone) == (set(), set())
    site.assert_clean()


def test_a_touched_file_without_a_change_is_not_written(site):
    os.utime(site.source / "articles/2025-02-01-two.md")
    assert site.build() == (set(), set())
    site.assert_clean()


def test_an_edit_of_a_body_writes_that_article_alone(site):
    site.edit("articles/2025-02-01-two.md", "The rest", "All the rest")
    assert site.build() == ({TWO}, set())
    site.assert_clean()


def test_an_edit_of_an_excerpt_writes_the_listings_that_show_it(site):
    site.edit("articles/2025-02-01-two.md", "The excerpt", "The whole excerpt")
    assert site.build() == ({TWO} | listings_of(2), set())
    site.assert_clean()


def test_an_edit_of_a_title_writes_neighbours_and_listings(site):
    site.edit("articles/2025-04-01-four.md", "title: Four", "title: Fore")
    assert site.build() == ({THREE, FOUR, FIVE} | listings_of(4), set())
    site.assert_clean()


def test_an_edit_of_a_title_writes_what_links_to_the_article(site):
    site.edit("articles/2025-01-01-one.md", "title: One", "title: The first")
    written, gone = site.build()
    # it stands in linked.md as a link, in lists.md as a card, and on the map of references
    others = {"linked.html", "lists.html", "citations/index.html"}
    assert (written, gone) == ({ONE, TWO, THREE} | others | listings_of(1), set())
    site.assert_clean()
    assert ">The first</" in (site.outdir / "linked.html").read_text(encoding="utf-8")
    assert ">The first</" in (site.outdir / THREE).read_text(encoding="utf-8")


def test_an_edit_of_a_date_moves_the_article(site):
    site.edit("articles/2025-05-01-five.md", "tags:", "date: 2025-02-15\ntags:")
    written, gone = site.build()
    # one, two | five, three, four: the order of the first page, and three rows of neighbours
    assert written == {
        TWO, THREE, FOUR, FIVE, *NEW_PAGES, ANN, "tags/green/index.html",
        "archive/2025/02/index.html", "archive/index.html",
    }  # fmt: skip
    assert gone == {"archive/2025/05/index.html"}
    site.assert_clean()


def test_an_edit_of_an_author_writes_the_pages_of_both(site):
    site.edit("articles/2025-02-01-two.md", "Ben Sample", "Ann Example")
    written, gone = site.build()
    assert (written, gone) == (
        {TWO, ANN, "authors/ann/page/1.html"} | listings_of(2), set()
    )  # fmt: skip
    site.assert_clean()


def test_an_author_without_articles_loses_the_page(site):
    site.edit("articles/2025-02-01-two.md", "Ben Sample", "Ann Example")
    site.edit("articles/2025-04-01-four.md", "Ben Sample", "Ann Example")
    _, gone = site.build()
    assert gone == {BEN}
    assert not (site.outdir / BEN).parent.exists()
    site.assert_clean()


def test_an_edit_of_a_tag_writes_the_pages_of_both(site):
    site.edit("articles/2025-03-01-three.md", "[red]", "[green]")
    written, gone = site.build()
    # a card shows no tags; lists.md shows the red ones
    assert written == {
        THREE, "tags/red/index.html", "tags/green/index.html", "lists.html",
    }  # fmt: skip
    assert gone == set()
    site.assert_clean()


def test_a_new_article_writes_its_neighbour_and_its_listings(site):
    path = site.source / "articles/2025-05-20-six.md"
    path.write_text(article("Six", "Ann Example", "red"), encoding="utf-8")
    written, gone = site.build()
    # six articles on pages of two: page 2 comes into being, and page 1 links to it
    assert written == {
        "articles/2025-05-20-six.html", FIVE, *NEW_PAGES, *OLD_PAGES,
        "articles/page/2.html", "archive/2025/page/2.html", "archive/2025/05/index.html",
        ANN, "authors/ann/page/1.html", "tags/red/index.html", "lists.html",
    }  # fmt: skip
    assert gone == set()
    site.assert_clean()


def test_a_deleted_article_leaves_nothing(site):
    (site.source / "articles/2025-05-01-five.md").unlink()
    written, gone = site.build()
    assert written == {FOUR, *NEW_PAGES, ANN, "tags/index.html", "archive/index.html"}
    assert gone == {
        FIVE, "_sources/articles/2025-05-01-five.md.txt",
        "tags/green/index.html", "archive/2025/05/index.html",
    }  # fmt: skip
    assert not (site.outdir / "tags/green").exists()
    site.assert_clean()


def test_a_deleted_article_takes_its_picture_along(site):
    (site.source / "articles/2025-04-01-four.md").unlink()
    _, gone = site.build()
    assert {name.partition("-")[0] for name in gone if name.startswith("_images")} == {"_images/a"}
    site.assert_clean()


def test_a_picture_is_swapped(site):
    site.edit("articles/2025-04-01-four.md", "pictures/a.svg", "pictures/b.svg")
    written, _ = site.build()
    assert written == {FOUR}
    site.assert_clean()


def test_an_edited_picture_is_copied_again(site, monkeypatch):
    monkeypatch.setattr(file_times, "TICK", 0)  # it has just changed
    path = site.source / "articles/pictures/a.svg"
    path.write_text(path.read_text().replace("/>", "><text/></svg>"))
    written, _ = site.build()
    assert written <= {FOUR}
    site.assert_clean()
    records = [(site.doctrees / name).read_bytes() for name in RECORDS]
    site.build()  # which makes the page not once more
    assert records == [(site.doctrees / name).read_bytes() for name in RECORDS]


def test_a_renamed_article_moves(site):
    path = site.source / "articles/2025-04-01-four.md"
    path.rename(path.with_name("2025-04-01-fore.md"))
    written, gone = site.build()
    assert written == {"articles/2025-04-01-fore.html", THREE, FIVE} | listings_of(4)
    assert gone == {FOUR, "_sources/articles/2025-04-01-four.md.txt"}
    site.assert_clean()


def test_a_draft_is_published(site):
    site.edit("articles/2025-06-01-draft.md", "draft: true\n", "")
    written, gone = site.build()
    assert {DRAFT, FIVE, "authors/cy-model/index.html", "archive/2025/06/index.html"} < written
    assert not {ONE, TWO, THREE, FOUR, ANN, BEN, "guide.html", "lists.html"} & written
    assert gone == set()
    site.assert_clean()


def test_an_article_becomes_a_draft(site):
    site.edit("articles/2025-05-01-five.md", "tags:", "draft: true\ntags:")
    _, gone = site.build()
    assert {FIVE, "_sources/articles/2025-05-01-five.md.txt"} < gone
    site.assert_clean()


def test_a_pin_lifts_an_old_article_onto_the_first_pages(site):
    site.edit("articles/2025-01-01-one.md", "tags:", "pin: true\ntags:")
    written, gone = site.build()
    assert written == {"lists.html", *NEW_PAGES} | listings_of(1)
    assert gone == set()
    site.assert_clean()


def test_an_edited_registry_writes_what_shows_the_author(site):
    site.edit("authors.yml", "name: Ben Sample", "name: Benjamin Sample\n  aliases: [Ben Sample]")
    written, gone = site.build()
    assert written == {TWO, FOUR, "authors/index.html"} | listings_of(2) | listings_of(4)
    assert gone == set()
    site.assert_clean()


def test_a_registry_that_comes_later_gives_the_author_a_profile(site):
    site.edit("authors.yml", "name: Ben Sample", "name: Ben Sample\n  biography: Ben folds paper.")
    assert site.build() == ({BEN}, set())
    site.assert_clean()


def test_an_edited_template_of_the_user_is_followed(site):
    name = "templates/broadsheet/overview.html"
    site.edit(name, "<h1>", "<h1>All: ")
    written, gone = site.build()
    assert written >= OVERVIEWS
    assert gone == set()
    site.assert_clean()


@pytest.mark.parametrize(
    "option",
    [
        "broadsheet_page_size = 3",
        'broadsheet_date_format = "y"\nbroadsheet_timezone = "Asia/Hong_Kong"',
        'broadsheet_excerpt_separator = "."',
        'broadsheet_now = "2025-04-15"',
        "broadsheet_drafts = True",
        'broadsheet_front = "all"',
        'broadsheet_collections = {"articles": {"title": "Essays"}}',
        'html_title = "The Review"\nlanguage = "de"',
        'html_theme_options = {"top_of_page_buttons": []}',
        "html_copy_source = False",
    ],
)
@in_one_pass
def test_an_edited_option_gives_the_output_of_a_clean_build(site, option):
    with (site.source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(f"{option}\n")
    site.build()
    site.assert_clean()


def test_several_edited_options_give_the_output_of_a_clean_build(site):
    with (site.source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('broadsheet_page_size = 3\nhtml_title = "The Review"\n')
        conf.write('broadsheet_now = "2025-04-15"\nbroadsheet_front = "all"\n')
    site.build()
    site.assert_clean()


def test_a_page_by_hand_that_is_edited_or_comes_or_goes(site):
    site.edit("guide.md", "Nothing", "Nothing at all")
    assert site.build() == ({"guide.html"}, set())
    site.edit("guide.md", "# Guide", "# The guide")
    site.build()
    site.assert_clean()  # its title stands in the sidebar of every page, and in three
    site.edit("index.md", "linked\n", "")
    (site.source / "linked.md").unlink()
    _, gone = site.build()
    assert gone == {"linked.html", "_sources/linked.md.txt"}
    site.assert_clean()


def test_a_page_that_is_missing_in_the_output_is_made_again(site):
    for name in (TWO, ANN, "articles/page/1.html", "articles.json", "guide.html"):
        (site.outdir / name).unlink()
    written, _ = site.build()
    assert written == {TWO, ANN, "articles/page/1.html", "guide.html"}
    site.assert_clean()


@in_one_pass
def test_a_missing_picture_is_copied_again(site):
    for path in site.outdir.glob("_images/*"):
        path.unlink()
    site.build()
    site.assert_clean()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


DAMAGES = {
    "deleted": Path.unlink,
    "cut": cut,
    "garbage": lambda path: path.write_bytes(b"\x80\x04garbage"),
    "other values": lambda path: path.write_text(
        json.dumps({"version": 1, "pages": {"a": 1}, "excerpts": [3]})
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    "name",
    [
        "broadsheet-pages.pickle",
        "broadsheet-pages-since.pickle",
        "broadsheet-output.pickle",
        "broadsheet-scan/*.pickle",
        "broadsheet-excerpts.json",
        "broadsheet-catalogue.json",
    ],
)
@in_one_pass
def test_what_a_killed_build_has_left_is_repaired(site, name, damage):
    files = list(site.doctrees.glob(name))
    assert files
    for file in files:
        damage(file)
    site.edit("articles/2025-02-01-two.md", "The excerpt", "The whole excerpt")
    site.build()
    site.assert_clean()


def test_a_build_that_was_killed_while_it_wrote_is_finished_by_the_next(site, monkeypatch):
    from broadsheet.publication.builders import PublicationBuilder

    site.edit("articles/2025-04-01-four.md", "title: Four", "title: Fore")
    (site.source / "articles/2025-02-01-two.md").unlink()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(PublicationBuilder, "handle_page", killed_after(2))
        site.build()
    site.build()
    site.assert_clean()


def killed_after(count: int) -> Callable[..., None]:
    """Return a `handle_page` that stands for a Ctrl-C in the middle of a page."""
    from broadsheet.publication.builders import PublicationBuilder

    handle_page = PublicationBuilder.handle_page
    left = [count]

    def handle(self, *args, **kwargs) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        handle_page(self, *args, **kwargs)

    return handle


JEKYLL = {
    "conf.py": 'extensions = ["myst_parser", "broadsheet"]\nhtml_theme = "furo"\n'
    'broadsheet_jekyll = True\nbroadsheet_now = "2026-01-01"\n',
    "_config.yml": "title: Log\n",
    "_posts/2025-01-01-one.md": "---\ntitle: One\n---\n\nText.\n",
    "_posts/2025-01-02-two.md": "---\ntitle: Two\n---\n\nText.\n",
}


def test_an_article_whose_address_changes_leaves_nothing_at_the_old_one(
    tmp_path, write_tree, build, tree
):
    source = write_tree(tmp_path / "jekyll", JEKYLL)
    first = build(source)
    assert first.warnings == ""
    assert (first.outdir / "2025/01/01/one.html").is_file()
    post = source / "_posts/2025-01-01-one.md"
    post.write_text("---\ntitle: One\ndate: 2024-12-31\nslug: first\n---\n\nText.\n")
    second = build(source)
    clean = build(source, outdir=tmp_path / "clean")
    assert (second.outdir / "2024/12/31/first.html").is_file()
    assert not (second.outdir / "2025/01/01").exists()
    assert tree(second.outdir) == tree(clean.outdir)


# addresses that an article has only where nobody else wants them


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_article_moves_when_its_address_is_wanted_and_comes_back(tmp_path, kind):
    archive = Archive.written(tmp_path, KINDS[kind])
    note, other = "notes/2025-05-01-note.md", "essays/2025-04-01-short.md"
    head = "---\norphan: true\n---\n# By hand\n\n"
    if archive.is_jekyll:
        note, other = f"_{note}", "_essays/short.md"
        head = "---\ntitle: By hand\n---\n\n"
    else:
        archive.append("conf.py", 'html_extra_path = ["extra"]\n')
    file = "own/place.html" if archive.is_jekyll else "extra/own/place.html"
    archive.write("own/place-1.txt" if archive.is_jekyll else "extra/own/place-1.txt", "A file.\n")
    archive.set_key(note, "permalink", "/own/place.html")
    archive.append("about.md", f"\n[To it](/{note}).\n")
    archive.build()

    def heading(name: str) -> str:
        archive.check()
        return re.search("<h1>(.*?)[<]", (archive.out / name).read_text(encoding="utf-8"))[1]

    assert heading("own/place.html") == "A note"
    for path in ("own/place.md", file):
        archive.write(path, f"{head}Text.\n" if path.endswith(".md") else "<h1>By hand</h1>\n")
        assert heading("own/place-2.html") == "A note"
        assert heading("own/place.html") == "By hand"
        archive.append(path, "\n<p>More.</p>\n")
        assert heading("own/place.html") == "By hand"
        archive.remove(path)
        assert heading("own/place.html") == "A note"
        assert not (archive.out / "own/place-2.html").exists()
    archive.set_key(other, "permalink", "/own/place.html")  # the first by path
    assert heading("own/place.html") == ("A short essay")
    assert heading("own/place-2.html") == "A note"
