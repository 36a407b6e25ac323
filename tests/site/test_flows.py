"""One site, several ways to build it: what must come out the same, and what passes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest

MIXED = Path(__file__).parent.parent / "roots" / "mixed"
#: Oldest first, as in a book.
BY_DATE = [
    "articles/2024-12-31-old",
    "articles/2025-01-10-paper",
    "articles/2025-02-10-ink",
    "notes/2025-03-01-short",
    "notes/2025-03-02-plain",
    "notes/2025-03-04-note",
    "notes/2025-03-05-note",
    "notes/2025-03-06-note",
    "notes/2025-03-07-note",
    "articles/2025-04-01-pinned",
]
ORDINARY = {"broadsheet_one_pass": False}
NITPICKY = {"nitpicky": True}


def add_articles(source: Path, count: int) -> Path:
    """Add *count* articles that link to one another; enough, and several processes make them."""
    for number in range(1, count + 1):
        before = f"2025-05-{max(1, number // 2):02}-{max(1, number // 2):02}.md"
        (source / "articles" / f"2025-05-{min(number, 31):02}-{number:02}.md").write_text(
            f"---\ntitle: Number {number}\nauthor: Author {number % 7}\n"
            f"tags: [many, t{number % 5}]\n---\n\n"
            f"Text {number}.<!--more-->\n\n### Part\n\n[](2025-05-01-01.md), [x]({before})[^1]\n\n"
            f"{'A sentence. ' * number}\n\n[^1]: Note {number}.\n",
            encoding="utf-8",
        )
    return source


class Many:
    """The mixed site with 40 articles more, built in every way that a test asks for, once."""

    def __init__(self, folder: Path, build: Callable, tree: Callable) -> None:
        self.folder, self.build, self.tree = folder, build, tree
        self.source = add_articles(shutil.copytree(MIXED, folder / "site"), 40)
        self.trees: dict[tuple[int, bool], dict[str, bytes]] = {}

    def output(self, *, parallel: int, one_pass: bool) -> dict[str, bytes]:
        key = (parallel, one_pass)
        if key not in self.trees:
            built = self.build(
                self.source,
                outdir=self.folder / f"out-{parallel}-{one_pass}",
                confoverrides={"broadsheet_one_pass": one_pass},
                parallel=parallel,
            )
            assert built.warnings == ""
            self.trees[key] = self.tree(built.outdir)
        return self.trees[key]


@pytest.fixture(scope="module")
def many(tmp_path_factory, build, tree) -> Many:
    return Many(tmp_path_factory.mktemp("many"), build, tree)


def pages_of(output: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in output.items() if name.endswith(".html")}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Name the files that are not the same; short, where a comparison would print them all."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_a_small_mixed_site_is_silent_in_both_flows(root, build):
    source = root("mixed")
    for flow in ({}, ORDINARY):
        built = build(
            source, confoverrides={**NITPICKY, **flow}, outdir=source.with_name(f"out{len(flow)}")
        )
        assert built.warnings == ""


def test_one_pass_and_the_ordinary_flow_make_the_same_pages(many):
    one_pass = many.output(parallel=1, one_pass=True)
    ordinary = many.output(parallel=1, one_pass=False)
    assert differing(pages_of(one_pass), pages_of(ordinary)) == []
    # The inventory names what Sphinx itself has read; in one pass it reads no article.
    assert differing(one_pass, ordinary) == ["objects.inv"]


@pytest.mark.parametrize("processes", [2, 4])
def test_several_processes_make_the_same_files_as_one(many, processes):
    alone = many.output(parallel=1, one_pass=True)
    assert differing(alone, many.output(parallel=processes, one_pass=True)) == []


def test_several_processes_make_the_same_files_as_one_in_the_ordinary_flow(many):
    alone = many.output(parallel=1, one_pass=False)
    assert differing(alone, many.output(parallel=2, one_pass=False)) == []


def test_two_builds_of_one_site_in_two_places_are_the_same(many, tmp_path, build, tree):
    source = add_articles(shutil.copytree(MIXED, tmp_path / "elsewhere" / "copied"), 40)
    built = build(source)
    assert differing(many.output(parallel=1, one_pass=True), tree(built.outdir)) == []


TODO = {
    "conf.py": """
extensions = ["myst_parser", "broadsheet", "sphinx.ext.todo"]
html_theme = "furo"
todo_include_todos = True
""",
    "index.md": "# Home\n\n```{todolist}\n```\n",
    "articles/2025-01-01-a.md": "---\ntitle: A\n---\n\n```{todo}\nFetch the ladder.\n```\n",
    "articles/2025-01-02-b.md": "---\ntitle: B\n---\n\nDone.\n",
}


def test_an_extension_that_gathers_from_documents_has_sphinx_read_the_articles(
    tmp_path, write_tree, build
):
    built = build(write_tree(tmp_path / "site", TODO))
    assert built.warnings == ""
    assert "articles are read by Sphinx, for what is gathered from them" in built.status
    assert "domain todo" in built.status
    home = (built.outdir / "index.html").read_text(encoding="utf-8")
    assert "Fetch the ladder." in home
    assert 'href="articles/2025-01-01-a.html#' in home


def test_a_gathering_extension_that_comes_and_goes_leaves_the_output_of_a_clean_build(
    tmp_path, write_tree, build, tree
):
    plain = TODO["conf.py"].replace(', "sphinx.ext.todo"', "")
    # the directives of the extension are unknown without it
    files = {**TODO, "index.md": "# Home\n", "articles/2025-01-01-a.md": "---\ntitle: A\n---\n"}
    source = write_tree(tmp_path / "site", files)
    for number, conf in enumerate([plain, files["conf.py"], plain]):
        (source / "conf.py").write_text(conf, encoding="utf-8")
        built = build(source)
        clean = build(source, outdir=tmp_path / f"clean-{number}")
        assert built.warnings == ""
        assert differing(tree(built.outdir), tree(clean.outdir)) == []


def test_dirhtml_gives_every_page_a_folder(root, build):
    built = build(root("mixed"), builder="dirhtml", confoverrides=NITPICKY)
    assert built.warnings == ""
    for docname in (*BY_DATE, "notes/2025-03-03-unlisted", "about", "guide/first"):
        assert (built.outdir / docname / "index.html").is_file(), docname
    page = (built.outdir / "articles/2025-01-10-paper/index.html").read_text(encoding="utf-8")
    assert 'href="../2025-02-10-ink/"' in page
    assert 'href="../../notes/2025-03-01-short/#within"' in page
    assert 'href="../../guide/first/#first-steps"' in page


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_every_link_within_the_site_leads_to_a_file(root, build, tree, builder):
    source = root("mixed")
    for name in ("a b & c", "ümlaut 長", "v1.5", "100%", "it's", "trail-", "a+b", "[x]"):
        path = source / f"articles/2025-06-01-{name}.md"
        path.write_text(
            f'---\ntitle: "{name}"\nauthor: Jo & Co / 編輯部\ntags: ["{name}", "c#", c, index, page]'
            "\nimage: images/墨 1.png\n---\n\n[x](<2025-06-01-ümlaut 長.md>) [y](/about.md)\n",
            encoding="utf-8",
        )
    built = build(source, builder=builder, confoverrides=NITPICKY)
    assert built.warnings == ""
    files = tree(built.outdir)
    pages = {name: text.decode() for name, text in pages_of(files).items() if name != "404.html"}
    links = {
        (page, urlsplit(unescape(link)).path)
        for page, text in pages.items()
        for link in re.findall(r'(?:href|src)="([^"]+)"', text)
        if not link.startswith("#") and not urlsplit(link).scheme
    }
    assert len(links) > 500
    lost = set()
    for page, link in links:
        target = normpath(join(dirname(page), unquote(link)))
        if target not in files and normpath(f"{target}/index.html") not in files:
            lost.add((page, link))
    assert lost == set()


def test_dirhtml_is_the_same_in_both_flows(root, build, tree):
    source = root("mixed")
    trees = [
        tree(build(source, builder="dirhtml", outdir=source.with_name(name),
                   confoverrides=flow).outdir)
        for name, flow in (("one", {}), ("ordinary", ORDINARY))
    ]  # fmt: skip
    assert differing(*trees) == ["objects.inv"]


def test_the_chapters_of_an_epub_are_the_articles_in_order_of_date(root, build):
    built = build(root("mixed"), builder="epub", confoverrides=NITPICKY)
    assert built.warnings == ""
    (book,) = built.outdir.glob("*.epub")
    with ZipFile(book) as archive:
        package = archive.read("content.opf").decode()
        article = archive.read("articles/2025-01-10-paper.xhtml").decode()
    files = dict(re.findall(r'<item id="([^"]+)" href="([^"]+)\.xhtml"', package))
    spine = re.findall(r'<itemref idref="([^"]+)"', package)
    chapters = [files[one] for one in spine]
    assert [name for name in chapters if name in BY_DATE] == BY_DATE
    assert (
        "<h1>Paper *and* its &lt;sizes&gt;</h1>\n<p><em>How sheets came to be &amp; why.</em></p>\n"
        "<p>Ann Example, Ben Sample · 2025-01-10</p>\n<p>The sheet came first. The page"
    ) in article


def test_the_chapters_of_a_latex_book_are_the_articles_in_order_of_date(root, build):
    built = build(root("mixed"), builder="latex", confoverrides=NITPICKY)
    assert built.warnings == ""
    (book,) = built.outdir.glob("*.tex")
    text = book.read_text(encoding="utf-8")
    shown = re.findall(r"\\label\{\\detokenize\{((?:articles|notes)/[^:}]+)::doc\}\}", text)
    assert shown == BY_DATE
    byline = "Ann Example, Ben Sample · 2025\\sphinxhyphen{}01\\sphinxhyphen{}10"
    assert f"How sheets came to be \\& why.}}\n\n\\sphinxAtStartPar\n{byline}" in text


def test_the_text_builder_writes_every_article_with_its_byline(root, build):
    built = build(root("mixed"), builder="text", confoverrides=NITPICKY)
    assert built.warnings == ""
    for docname in BY_DATE:
        assert (built.outdir / f"{docname}.txt").is_file(), docname
    article = (built.outdir / "articles/2024-12-31-old.txt").read_text(encoding="utf-8")
    assert article.startswith("Old\n***\n\nBen Sample et al. · 2024-12-31\n")


def test_builders_take_turns_in_one_doctree_folder(tmp_path, root, build, tree):
    source = root("mixed")
    clean = tree(build(source, outdir=tmp_path / "clean").outdir)
    html = tmp_path / "html"
    doctrees = tmp_path / "html.doctrees"
    assert differing(tree(build(source, outdir=html).outdir), clean) == []
    # `make text` after `make html`: the same doctrees, another folder of output
    shutil.move(doctrees, tmp_path / "text.doctrees")
    text = build(source, builder="text", outdir=tmp_path / "text", parallel=2)
    assert text.warnings == ""
    shutil.move(tmp_path / "text.doctrees", doctrees)
    assert differing(tree(build(source, outdir=html).outdir), clean) == []


@pytest.mark.parametrize("parallel", [1, 2])
@pytest.mark.parametrize("one_pass", [True, False])
def test_images_of_pages_by_hand_and_of_articles_are_copied(
    build, write_tree, tmp_path, parallel, one_pass
):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    article = "---\ntitle: A\ndate: 2025-01-01\nimage: lead.svg\n---\n\n![b](body.svg)\n"
    files = {
        "conf.py": "extensions = ['myst_parser', 'broadsheet']\nhtml_theme = 'furo'\n",
        "index.md": "# Home\n\n![h](home.svg)\n",
        "home.svg": svg,
        "articles/2025-01-01-a.md": article,
        "articles/lead.svg": svg,
        "articles/body.svg": svg,
    }
    built = build(
        write_tree(tmp_path / "site", files),
        confoverrides={"broadsheet_one_pass": one_pass},
        parallel=parallel,
    )
    assert built.warnings == ""
    copied = sorted(path.name.partition("-")[0] for path in built.outdir.glob("_images/*"))
    assert copied == ["body", "home", "lead"]
