"""Documents that Sphinx reads itself: read again when they must be, their warnings never lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broadsheet.command import main
from broadsheet.publication.documents import NAME

CONF = """
from sphinx.util import logging

project = "Review"
html_title = "Review"
html_theme = "furo"
html_baseurl = "https://example.org/"
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
exclude_patterns = ["parts"]
broadsheet_now = "2026-01-01"
logger = logging.getLogger(__name__)


def setup(app):
    app.connect("source-read", reading)
    app.connect("env-updated", updated)
    app.connect("env-check-consistency", checking)
    app.connect("html-page-context", writing)
    app.connect("build-finished", finished)


def reading(app, docname, source):
    if docname == "wrong":
        logger.warning("while reading: no place")


def updated(app, env):
    logger.warning("while nothing is read", location="wrong")


def checking(app, env):
    logger.warning("while checking", location=("wrong", 1))


def writing(app, pagename, templatename, context, doctree):
    if pagename == "wrong":
        logger.warning("while writing: %s", "no place")
        logger.warning("while writing: another place", location="index")


def finished(app, exception):
    logger.warning("when all is done", location="wrong")
"""

FILES = {
    "conf.py": CONF,
    "index.md": "# Home\n\n```{toctree}\nguide\nlinked\nwrong\nother\n```\n",
    "guide.md": "# Guide\n\nText.\n\n```{include} parts/whole.txt\n```\n",
    "linked.md": "# Linked\n\nRead [it](articles/2025-01-01-one.md), [a sheet](sheet.txt)"
    " and {doc}`articles/2025-02-01-two`.\n",
    # in the order of reading, resolving and writing; the part that two pages take in has both
    "wrong.md": "# Wrong\n\n#### Too deep\n\nTo [nowhere](nowhere.md).\n\n"
    "```{code-block} no-such-language\ntext\n```\n\n```{include} parts/part.txt\n```\n",
    "other.md": "# Other\n\n```{include} parts/part.txt\n```\n",
    "lone.md": "# Lone\n\nIn no toctree.\n",
    "parts/whole.txt": "A part.\n",
    "parts/part.txt": "To [no page](no-page.md).\n\n```{no-such-directive}\n```\n\n"
    "```{code-block} nor-such-a-language\ntext\n```\n",
    "articles/2025-01-01-one.md": "---\ntitle: One\n---\n\nThe first, [nowhere](away.md).\n",
    "articles/2025-02-01-two.md": "---\ntitle: Two\n---\n\nThe second.\n",
}
# MyST, in its include
pytestmark = pytest.mark.filterwarnings("ignore:.*BuildEnvironment.app:PendingDeprecationWarning")

PAGES = {"index", "guide", "linked", "wrong", "other", "lone"}

HOUR_NS = 3_600_000_000_000


class Site:
    """A site that is built, edited, and built again."""

    def __init__(self, source: Path, build: Callable, tree: Callable, **options) -> None:
        self.source, self.build_site, self.read_tree = source, build, tree
        self.outdir = source.with_name("out")
        self.known = source.with_name("out.doctrees") / NAME
        self.options = options
        self.moments: dict[str, int] = {}

    def build(self, **options) -> tuple[set[str], list[str]]:
        """Build; return the documents that were read, and the warnings."""
        built = self.build_site(self.source, outdir=self.outdir, **self.options | options)
        before, self.moments = self.moments, dict(built.app.env.all_docs)
        read = {name for name, moment in self.moments.items() if before.get(name) != moment}
        return read, sorted(built.warnings.splitlines())

    def build_exactly(self) -> set[str]:
        """Build as a clean build would, in what it says and makes; return what was read."""
        read, warnings = self.build()
        clean = self.source.with_name("clean")
        for path in (clean, clean.with_name("clean.doctrees")):
            shutil.rmtree(path, ignore_errors=True)
        built = self.build_site(self.source, outdir=clean, **self.options)
        assert warnings == sorted(built.warnings.splitlines())
        assert self.read_tree(self.outdir) == self.read_tree(clean)
        return read

    def write(self, name: str, text: str, *, old: bool = False) -> None:
        """Write a file; *old* gives it a time before that of the last build."""
        path = self.source / name
        path.write_text(text, encoding="utf-8")
        if old:
            moment = path.stat().st_mtime_ns - HOUR_NS
            os.utime(path, ns=(moment, moment))

    def edit(self, name: str, before: str, after: str, *, old: bool = False) -> None:
        text = (self.source / name).read_text(encoding="utf-8")
        assert text.count(before) == 1
        self.write(name, text.replace(before, after), old=old)


FLOWS = {"one pass": {"broadsheet_one_pass": True}, "ordinary": {"broadsheet_one_pass": False}}


@pytest.fixture(scope="module", params=FLOWS)
def built(request, tmp_path_factory, build, tree, write_tree) -> Site:
    """Build the site once; every test has a copy of it, at the same place."""
    folder = tmp_path_factory.mktemp("documents")
    source = write_tree(folder / "work" / "source", FILES)
    site = Site(source, build, tree, confoverrides=FLOWS[request.param])
    site.build()
    shutil.copytree(folder / "work", folder / "saved")
    return site


@pytest.fixture
def site(built) -> Iterator[Site]:
    work = built.source.parent
    shutil.rmtree(work)
    shutil.copytree(work.with_name("saved"), work)  # with all times of modification
    fresh = Site(built.source, built.build_site, built.read_tree, **built.options)
    fresh.moments = built.moments
    return fresh


# what is warned of


def test_each_warning_is_given_once_in_a_first_build(site):
    shutil.rmtree(site.outdir)
    shutil.rmtree(site.known.parent)
    _, warnings = site.build()
    said = "\n".join(warnings)
    for once in (
        "while reading: no place", "while nothing is read", "while checking", "while writing: no",
        "while writing: another", "when all is done", "Non-consecutive header", "'nowhere.md'", "'no-such-language'",
        "'away.md'", "lone.md: WARNING: document isn't included",
    ):  # fmt: skip
        assert said.count(once) == 1, once
    assert said.count("parts/part.txt:1: WARNING: link 'no-page.md' leads to no page") == 2
    assert said.count("'nor-such-a-language'") == said.count("'no-such-directive'") == 2


@pytest.mark.parametrize(
    ("builder", "parallel"), [("html", 1), ("html", 2), ("dirhtml", 2)], ids=str
)
@pytest.mark.parametrize("flow", FLOWS)
def test_warnings_last_in_every_manner_of_building(
    flow, builder, parallel, tmp_path, build, tree, write_tree
):
    options = {"confoverrides": FLOWS[flow], "parallel": parallel, "builder": builder}
    site = Site(write_tree(tmp_path / "source", FILES), build, tree, **options)
    _, first = site.build()
    assert site.build() == (set(), first)
    site.edit("other.md", "# Other", "# Another")  # one of two with the same wrong part
    assert site.build_exactly() == {"other"}
    site.edit("wrong.md", "[nowhere]", "[not there]")
    site.edit("articles/2025-02-01-two.md", "The second", "Second")
    assert site.build_exactly() - {"articles/2025-02-01-two"} == {"wrong"}


def test_a_warning_goes_with_its_cause(site):
    site.edit("wrong.md", "#### Too deep\n\nTo [nowhere](nowhere.md)", "To nowhere")
    site.edit("index.md", "other\n", "other\nlone\n")
    assert site.build_exactly() == {"wrong", "index"}
    _, warnings = site.build()
    said = "\n".join(warnings)
    assert "Non-consecutive" not in said
    assert "nowhere" not in said
    assert "isn't included" not in said


def test_a_warning_goes_with_its_document(site):
    (site.source / "other.md").unlink()
    site.edit("index.md", "other\n", "")
    assert site.build_exactly() == {"index"}


def test_warnings_of_an_unchanged_page_fail_the_second_build_as_the_first(
    tmp_path, write_tree, capsys
):
    files = {name: text for name, text in FILES.items() if name != "conf.py"}
    files["conf.py"] = CONF.partition("logger =")[0]
    source, out = write_tree(tmp_path / "source", files), tmp_path / "out"
    said = []
    for _ in range(2):
        assert main(["build", str(source), str(out), "--jobs=1", "--fail-on-warning"]) == 1
        said.append(sorted(capsys.readouterr().err.splitlines()))
    assert said[0] == said[1]
    assert "nowhere" in "".join(said[0])


def test_a_list_warns_as_long_as_nothing_answers_it(site):
    asked = "\n```{post-list}\n:limit: 3\n:tag: red\n```\n"
    page, article = ("other.md", "articles/2025-02-01-two.md")
    site.edit(page, "# Other\n", f"# Other\n{asked}")
    site.edit(article, "The second.\n", f"The second.\n{asked}")
    found = "post-list finds nothing for tag 'red' (expected a name that articles have); empty"
    unanswered = [
        f"{name}: WARNING: {found} [broadsheet.ref]" for name in (f"{article}:7", f"{page}:3")
    ]

    def said() -> list[str]:
        site.build_exactly()
        return [line for line in site.build()[1] if "post-list" in line]

    tagged = "articles/2025-01-01-one.md"
    assert said() == unanswered
    site.edit(tagged, "title: One\n", "title: One\ntags: [red]\n")
    assert said() == []
    site.edit(tagged, "tags: [red]\n", "tags: [red]\ndraft: true\n")
    assert said() == unanswered
    site.edit(page, asked, "")
    assert said() == unanswered[:1]


def test_a_list_that_no_builder_shows_does_not_warn(site):
    site.write("other.md", "# Other\n\n```{post-list}\n:tag: red\n```\n")
    built = site.build_site(site.source, outdir=site.outdir.with_name("text"), builder="text")
    assert "post-list" not in built.warnings


def test_a_list_that_asks_for_nothing_with_two_names_is_empty_and_warns_when_one_goes(site):
    """Between no article and no such name there is no difference but the warning."""
    asked = "\n```{post-list}\n:collection: articles\n:tag: red\n:author: Ann Example\n```\n"
    site.edit("other.md", "# Other\n", f"# Other\n{asked}")
    one, two = "articles/2025-01-01-one.md", "articles/2025-02-01-two.md"
    site.edit(one, "title: One\n", "title: One\ntags: [red]\n")
    site.edit(two, "title: Two\n", "title: Two\nauthor: Ann Example\n")
    site.build_exactly()
    assert "post-list" not in "".join(site.build()[1])
    site.edit(one, "tags: [red]\n", "")
    site.build_exactly()
    assert "post-list" in "".join(site.build()[1])


# what is read again


def test_nothing_is_read_where_nothing_has_changed(site):
    assert site.build_exactly() == set()


def test_a_page_that_was_edited_long_ago_is_read_again(site):
    site.edit("guide.md", "Text.", "Tent.", old=True)
    assert site.build_exactly() == {"guide"}


def test_a_page_is_read_again_though_its_size_and_time_are_the_same(site):
    path = site.source / "guide.md"
    status = path.stat()
    site.edit("guide.md", "Text.", "Tent.")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert site.build_exactly() == {"guide"}


def test_a_page_whose_file_is_put_back_as_it_was_is_not_read(site):
    for path in site.source.rglob("*.*"):
        copy = path.with_name(f"{path.name}.copy")
        shutil.copy2(path, copy)
        copy.replace(path)
    assert site.build_exactly() == set()


def test_a_page_is_read_again_when_what_it_takes_in_was_edited_long_ago(site):
    site.write("parts/whole.txt", "Another.\n", old=True)
    assert site.build_exactly() == {"guide"}


def test_a_page_is_read_again_when_an_article_that_it_links_to_goes_or_comes(site):
    path = site.source / "articles/2025-01-01-one.md"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert site.build_exactly() == {"linked"}
    site.write("articles/2025-01-01-one.md", text, old=True)
    assert site.build_exactly() - {"articles/2025-01-01-one"} == {"linked"}


def test_a_page_is_read_again_when_a_file_that_it_links_to_comes_or_goes(site):
    site.write("sheet.txt", "A sheet.\n", old=True)
    assert site.build_exactly() == {"linked"}
    (site.source / "sheet.txt").unlink()
    assert site.build_exactly() == {"linked"}


def test_a_page_is_read_again_when_an_article_that_it_names_goes_or_comes(site):
    path = site.source / "articles/2025-02-01-two.md"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert "linked" in site.build_exactly()
    site.write("articles/2025-02-01-two.md", text)
    assert "linked" in site.build_exactly()


@pytest.mark.parametrize(
    ("key", "suffix"), [("draft: true", ".md"), ("date: 2031-01-01", ".markdown")]
)
def test_a_page_is_read_again_when_the_file_of_a_withheld_article_goes_or_comes(site, key, suffix):
    path = f"articles/2025-03-01-three{suffix}"
    withheld = f"---\ntitle: Three\n{key}\n---\n\nThe third.\n"
    if suffix == ".markdown":
        site.edit("conf.py", "\nlogger", '\nsource_suffix = [".md", ".markdown"]\nlogger')
    site.write(path, withheld)
    site.write("linked.md", f"# Linked\n\nRead [it]({path}) and [](/{path}).\n")
    assert "linked" in site.build_exactly()
    (site.source / path).unlink()
    assert site.build_exactly() == {"linked"}
    site.write(path, withheld, old=True)
    assert site.build_exactly() == {"linked"}
    site.write(path, withheld.replace(f"{key}\n", ""))
    assert "linked" in site.build_exactly()
    site.write(path, withheld)
    assert "linked" in site.build_exactly()


def test_a_page_is_read_again_when_a_page_of_its_toctree_is_gone(site):
    (site.source / "guide.md").unlink()
    assert site.build_exactly() == {"index"}


def test_a_page_of_a_repository_warns_of_the_addresses_that_are_gone(tmp_path, write_tree, capsys):
    source, out = tmp_path / "source", tmp_path / "out"
    write_tree(source, {
        "_config.yml": "title: Review\nurl: https://example.org\n",
        "_posts/2025-01-01-one.md": "---\ntitle: One\n---\n\nText.\n",
        "_posts/2025-02-01-two.md": "---\ntitle: Two\n---\n\nText.\n",
        "about.md": "---\ntitle: About\n---\n\nRead [it](/2025/01/01/one.html).\n",
    })  # fmt: skip
    post = source / "_posts/2025-01-01-one.md"
    for path in (post, post.with_name("2025-01-02-one.md"), post):
        next(post.parent.glob("*-one.md")).rename(path)
        said = {}
        for folder in (out, tmp_path / f"clean of {path.name}"):
            assert main(["build", str(source), str(folder), "--jobs=1"]) == 0
            said[folder] = sorted(capsys.readouterr().err.splitlines())
        kept, clean = said
        assert said[kept] == said[clean]
        assert bool(said[kept]) == (path != post)
        assert (kept / "about.html").read_bytes() == (clean / "about.html").read_bytes()
        shutil.rmtree(clean)


def test_a_front_page_that_goes_and_comes_leaves_nothing_behind(site):
    text = (site.source / "index.md").read_text(encoding="utf-8")
    (site.source / "index.md").unlink()
    assert site.build_exactly() == {"index"}
    site.write("index.md", text.replace("Home", "House"), old=True)
    assert site.build_exactly() == {"index"}


# what is kept of it


@pytest.mark.parametrize("kept", ["[", "{}", '{"version": 0}'])
def test_documents_are_read_again_where_nothing_is_known_of_them(site, kept):
    site.known.write_text(kept, encoding="utf-8")
    assert site.build_exactly() >= PAGES


def test_a_page_is_read_again_whose_last_reading_was_lost(site):
    before = site.known.read_bytes()
    text = (site.source / "guide.md").read_text(encoding="utf-8")
    site.edit("guide.md", "Text.", "Tent.")
    site.build()
    site.known.write_bytes(before)  # as if the build had been killed, and the edit undone
    site.write("guide.md", text, old=True)
    assert site.build_exactly() == {"guide"}


def test_a_page_that_another_builder_has_read_is_judged_by_that_reading(site):
    text = (site.source / "guide.md").read_text(encoding="utf-8")
    doctrees = site.known.parent
    site.edit("guide.md", "Text.", "Tent.")
    elsewhere = site.source.with_name("text")
    shutil.copytree(doctrees, elsewhere.with_name("text.doctrees"))
    site.build_site(site.source, outdir=elsewhere, builder="text", confoverrides={})
    shutil.rmtree(doctrees)
    elsewhere.with_name("text.doctrees").rename(doctrees)
    site.write("guide.md", text, old=True)
    assert "guide" in site.build_exactly()


def test_pages_of_two_builders_keep_their_own_warnings(site):
    other = site.outdir.with_name("other")
    doctrees, others = site.known.parent, other.with_name("other.doctrees")
    _, of_html = site.build()
    doctrees.rename(others)  # both use the same
    for _ in range(2):
        built = site.build_site(site.source, outdir=other, builder="dirhtml", **site.options)
        assert sorted(built.warnings.splitlines()) == of_html
    others.rename(doctrees)
    assert site.build()[1] == of_html


def test_what_an_extension_gathers_from_all_documents_is_shown_as_it_is_now(site):
    site.edit("conf.py", '"myst_parser",', '"myst_parser", "sphinx.ext.todo",')
    site.edit("conf.py", "project =", "todo_include_todos = True\nproject =")
    site.edit("guide.md", "Text.", "```{todolist}\n```")
    note = "The first.\n\n```{todo}\nLook for flax.\n```\n"
    site.edit("articles/2025-01-01-one.md", "The first,", note)
    site.build_exactly()
    page = site.outdir / "guide.html"
    assert "Look for flax." in page.read_text(encoding="utf-8")
    site.edit("articles/2025-01-01-one.md", "flax", "hemp")
    assert "guide" not in site.build_exactly()
    assert "Look for hemp." in page.read_text(encoding="utf-8")
    written = page.stat().st_mtime_ns
    site.edit("other.md", "# Other", "# Others")
    site.build_exactly()
    (site.source / "articles/2025-01-01-one.md").unlink()
    site.build_exactly()
    assert "Look for" not in page.read_text(encoding="utf-8")
    assert page.stat().st_mtime_ns > written
