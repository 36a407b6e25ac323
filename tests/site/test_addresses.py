"""Addresses as Jekyll gives them: the files of both are compared, style by style."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from archive_edits import build
from conftest import go_without

OPTIONS = {"--jobs": "1", "--now": "2026-01-01"}
STYLES = (
    "date", "pretty", "ordinal", "weekdate", "none", "/:categories/:title/", "/blog/:title.html",
    "/:year/:i_month/:slug:output_ext", "/p/:title",
)  # fmt: skip

CONFIG = """\
title: The Sheet
timezone: UTC
permalink: {style}
collections:
  essays: {{output: true}}
  notes: {{output: true, permalink: "/:collection/:year-:title/"}}
  hidden: {{output: false}}
defaults:
  - scope: {{path: manual, type: pages}}
    values: {{permalink: "/guide/:basename/"}}
  - scope: {{path: _essays/long, type: essays}}
    values: {{permalink: "/long/:name:output_ext"}}
  - scope: {{path: docs/off.md}}
    values: {{published: false}}
"""


def text(**keys: str) -> str:
    return "---\n{}---\n\nText.\n".format(
        "".join(f"{key}: {value}\n" for key, value in keys.items())
    )


FILES = {
    "about.md": text(title="About"),
    "index.md": text(title="Home"),
    "404.md": text(permalink="/404.html"),
    "plain.markdown": text(title="Plain"),
    "docs/index.md": text(title="Documentation"),
    "docs/first.md": text(title="First"),
    "docs/off.md": text(title="Off"),
    "docs/also-off.md": text(published="false"),
    "docs/deep/er.md": text(),
    "docs/v1.2.md": text(),
    "docs/dots...md": text(),
    "docs/a b & c+d.md": text(),
    "docs/é-字.md": text(),
    "docs/50%25.md": text(),
    "contact.html": "---\ntitle: Contact\n---\n<h1>Write</h1>\n",
    "html/index.html": "---\n---\n<p>Text.</p>\n",
    "html/own.html": "---\npermalink: /own/of-html/\n---\n<p>Text.</p>\n",
    "own/html.md": text(permalink="/own/place.html"),
    "own/folder.md": text(permalink="/own/folder/"),
    "own/bare.md": text(permalink="/own/bare"),
    "own/no-slash.md": text(permalink="own/no-slash/"),
    "own/text.md": text(permalink="/own/notes.txt"),
    "own/dotted.md": text(permalink="/own/v1.2"),
    "own/pattern.md": text(permalink="/x/:path/:basename:output_ext"),
    "own/unknown.md": text(permalink="/x/:title/:basenames"),
    "own/quoted.md": text(permalink="/own/%E5%AD%97%20a/"),
    "own/字.md": text(permalink="/own/直/é.html"),
    "own/twice.md": text(permalink="//own//twice//"),
    "manual/one.md": text(),
    "manual/sub/two.md": text(),
    "manual/own.md": text(permalink="/manual-own.html"),
    "_posts/2025-01-02-a-post.md": text(title="A post"),
    "_posts/2025-01-03-Émile, & 字.md": text(categories="[One Two, three]"),
    "news/_posts/2025-02-01-more.md": text(category="Extra"),
    "news/deep/_posts/2025-02-02-most.md": text(permalink="/most/:year/"),
    "_essays/a.md": text(date="2025-03-01"),
    "_essays/sub/b c.md": text(date="2025-03-02"),
    "_essays/long/d.md": text(date="2025-03-03"),
    "_essays/pretty.md": text(date="2025-03-04", permalink="pretty"),
    "_notes/e.md": text(date="2025-04-01"),
    "_notes/2025-04-02-f.md": text(),
    "_hidden/g.md": text(),
    "assets/file.txt": "A file.\n",
}  # fmt: skip


def by_jekyll(source: Path, out: Path) -> set[str]:
    jekyll = shutil.which("jekyll")
    assert jekyll
    command = [jekyll, "build", "--source", source, "--destination", out, "--disable-disk-cache"]
    subprocess.run(command, check=True, capture_output=True, cwd=source.parent)
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def by_us(source: Path, out: Path) -> set[str]:
    assert build(source, out, OPTIONS).status == 0
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


#: What a build has besides what the source holds: listings, and files of its own.
OURS = re.compile(
    r"(\.broadsheet|\.buildinfo|\.doctrees/|_static/|_previews/|(articles|references)\.json|objects\.inv)"
    r"|(latest|archive|years|authors|tags|categories|posts|essays|notes)/(.+/)?index\.html"
)


@pytest.mark.parametrize("style", STYLES)
def test_every_page_and_article_stands_where_jekyll_puts_it(tmp_path, write_tree, style):
    if not shutil.which("jekyll"):
        go_without("addresses by Jekyll itself: install jekyll")
    files = FILES | {"_config.yml": CONFIG.format(style=f'"{style}"')}
    source = write_tree(tmp_path / "source", files)
    theirs, ours = by_jekyll(source, tmp_path / "jekyll"), by_us(source, tmp_path / "out")
    assert (
        sorted(theirs - ours),
        [one for one in sorted(ours - theirs) if not OURS.match(one)],
    ) == ([], [])


# clashes


@pytest.fixture
def said(tmp_path, write_tree):
    """Build a repository of *files*; return the warnings, and the pages by title."""

    def said(files: dict[str, str]) -> tuple[list[str], dict[str, list[str]]]:
        config = {"_config.yml": "title: The Sheet\nurl: https://example.org\n"}
        source = write_tree(tmp_path / "source", config | files)
        done = build(source, tmp_path / "out", OPTIONS)
        assert done.status == 0
        titles: dict[str, list[str]] = {}
        for path in sorted((tmp_path / "out").rglob("*.html")):
            found = re.search(r"<h1>(.*?)[<\n]", path.read_text("utf-8"))
            name = path.relative_to(tmp_path / "out").as_posix()
            titles.setdefault(found[1] if found else "", []).append(name)
        return [line.replace(f"{source}/", "") for line in done.warnings], titles

    return said


def clash(path: str, found: str, now: str) -> str:
    expected = "(expected one page for each)"
    return f"{path}:1: WARNING: the address {found} {expected}; now at {now!r} [broadsheet.address]"


def test_of_two_pages_the_first_by_name_has_the_address_and_the_other_is_named(said):
    warnings, titles = said({
        "b.md": text(title="B", permalink="/same/"),
        "a.md": text(title="A", permalink="/same/"),
        "c.md": text(title="C", permalink="/Same/index.html"),
    })  # fmt: skip
    assert [titles[name] for name in "ABC"] == [
        ["same/index.html"], ["same/index-2.html"], ["Same/index-3.html"]
    ]  # fmt: skip
    assert warnings == [
        clash("b.md", "'same/index.html' belongs to a.md", "same/index-2.html"),
        clash("c.md", "'Same/index.html' belongs to a.md", "Same/index-3.html"),
    ]


def test_a_page_by_its_name_comes_before_one_that_asks(said):
    warnings, titles = said({"a.md": text(title="A", permalink="/b.html"), "b.md": text(title="B")})
    assert (titles["A"], titles["B"]) == (["b-2.html"], ["b.html"])
    assert warnings == [clash("a.md", "'b.html' belongs to b.md", "b-2.html")]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/assets/a.html", "'assets/a.html' belongs to assets/a.html"),
        ("/assets", "'assets.html'"),
        ("/articles.json", "'articles.json' belongs to the catalogue"),
        ("/_static/own/", "'_static/own/index.html' runs through '_static', which belongs to"),
    ],
)
def test_a_page_overwrites_no_file(said, tmp_path, address, found):
    warnings, titles = said({
        "a.md": text(title="A", permalink=address), "assets/a.html": "<p>As it is.</p>\n"
    })  # fmt: skip
    assert (tmp_path / "out/assets/a.html").read_text("utf-8") == "<p>As it is.</p>\n"
    assert len(titles.get("A", [])) == (address != "/articles.json")  # which is no page by name
    assert [found in line for line in warnings] == [True] * (address != "/assets")


def test_an_article_gives_way_to_a_page_that_asks_for_its_address(said):
    warnings, titles = said({
        "a.md": text(title="A", permalink="/2025/01/01/b.html"),
        "_posts/2025-01-01-b.md": text(title="B"),
    })  # fmt: skip
    assert (titles["A"], titles["B"]) == (["2025/01/01/b.html"], ["2025/01/01/b-2.html"])
    place = "'2025/01/01/b.html' belongs to a.md"
    assert warnings == [clash("_posts/2025-01-01-b.md", place, "2025/01/01/b-2.html")]


@pytest.mark.parametrize("permalink", ["/a/../../b/", "/c:/b/", '"/b\\0/"', "/b\\c/", "[1]"])
def test_a_permalink_of_a_page_never_leaves_the_site(said, tmp_path, permalink):
    warnings, titles = said({"a.md": text(title="A", permalink=permalink)})
    assert len(titles["A"]) == 1
    assert [line.partition(" ")[0] for line in warnings] == ["a.md:3:"]
    assert not (tmp_path / "b").exists()


# listings


def test_a_page_may_have_the_address_of_the_front_page(said):
    warnings, titles = said({
        "home.md": text(title="Home", permalink="/"), "_posts/2025-01-01-b.md": text(title="B")
    })  # fmt: skip
    assert warnings == []
    assert titles["Home"] == ["index.html"]
    assert "latest/index.html" in titles["The Sheet"]


def test_a_page_may_have_the_address_of_a_listing(said):
    warnings, titles = said({
        "who.md": text(title="Who", permalink="/authors/"),
        "_posts/2025-01-01-b.md": text(title="B", author="Ann Example"),
    })  # fmt: skip
    assert warnings == []
    assert titles["Who"] == ["authors/index.html"]


def test_the_root_leads_on_where_its_page_has_another_address(said, tmp_path):
    warnings, titles = said({"index.md": text(title="Home", permalink="/home/")})
    assert warnings == []
    assert titles["Home"] == ["home/index.html"]
    assert 'href="home/index.html"' in (tmp_path / "out/index.html").read_text("utf-8")


# links to pages


def test_links_lead_to_pages_at_their_addresses(said, tmp_path):
    links = "[a](/who/) [b](/who) [c](/who/index.html) [d](https://example.org/who/) [e](/about.md)"
    body = text(title="B") + links + "\n"
    warnings, _ = said({
        "about.md": text(title="About", permalink="/who/", redirect_from="/about.html"),
        "more.md": body,
        "_posts/2025-01-01-b.md": body,
    })  # fmt: skip
    assert warnings == []
    for page, up in (("more.html", ""), ("2025/01/01/b.html", "../../../")):
        html = (tmp_path / "out" / page).read_text("utf-8")
        assert html.count(f'href="{up}who/index.html"') >= 5
    assert 'href="who/index.html"' in (tmp_path / "out/about.html").read_text("utf-8")


# pages in HTML


def test_a_page_in_html_stands_as_it_is_written_below_its_title(said, tmp_path):
    form = "<form action='/x'>\n\n  <b>Write</b> *to us*\n</form>\n"
    warnings, _ = said({
        "contact.html": f"---\ntitle: Contact\n---\n{form}",
        "404.html": "---\npermalink: /404.html\nredirect_from: /gone/\n---\n<h1>Nothing</h1>\n",
        "feed.html": "---\npermalink: /feed.xml\n---\n{% for post in site.posts %}{{ post.url }}{% endfor %}\n",
        "_posts/2025-01-01-b.md": text(title="B") + "[It](/contact.html) [none](/404)\n",
    })  # fmt: skip
    assert warnings == []
    contact = (tmp_path / "out/contact.html").read_text("utf-8")
    assert form in contact
    assert contact.count("<h1>") == contact.count("<h1>Contact") == 1
    assert "<title>Contact - The Sheet</title>" in contact
    missing = (tmp_path / "out/404.html").read_text("utf-8")
    assert missing.count("<h1") == missing.count("<h1>Nothing</h1>") == 1
    assert not [*(tmp_path / "out").glob("feed.*")]
    assert "Contact" in (tmp_path / "out/index.html").read_text("utf-8")


def test_a_repository_with_pages_in_html_is_read_once(said, tmp_path):
    files = {"contact.html": "---\ntitle: Contact\n---\nText.\n", "about.md": text(title="About")}
    said(files)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.html")}
    said(files | {"_posts/2025-01-01-b.md": text(title="B")})
    page = tmp_path / "out/contact.html"
    assert 'href="posts/index.html"' in page.read_text("utf-8")
    (tmp_path / "source/contact.html").write_text("---\ntitle: Contact\n---\nOther.\n")
    said({})
    assert "Other." in page.read_text("utf-8")
    assert times


def test_permalinks_of_folders_are_known_outside_without_the_name_of_a_file(tmp_path, write_tree):
    post = "---\ntitle: {}\n{}---\n[other](/2025/01/02/b/)\n"
    write_tree(
        tmp_path / "site",
        {
            "_config.yml": "title: S\nurl: https://s.example\nbaseurl: /d\npermalink: pretty\n",
            "index.md": "---\ntitle: Home\n---\nHello.\n",
            "_posts/2025-01-01-a.md": post.format("A", "redirect_from: /old/\n"),
            "_posts/2025-01-02-b.md": post.format("B", "permalink: /b.html\n"),
        },
    )
    out = tmp_path / "out"
    build(tmp_path / "site", out, OPTIONS)

    def read(name: str) -> str:
        return (out / name).read_text("utf-8")

    a = "https://s.example/d/2025/01/01/a/"
    for page in ("2025/01/01/a/index.html", "old/index.html"):
        assert re.findall(r'rel="canonical" href="([^"]*)"', read(page)) == [a]
    assert 'rel="canonical" href="https://s.example/d/"' in read("index.html")
    assert 'rel="canonical" href="https://s.example/d/b.html"' in read("b.html")
    found = re.findall(r"<loc>([^<]*)</loc>", read("sitemap.xml"))
    assert {a, "https://s.example/d/", "https://s.example/d/b.html"} <= {*found}
    assert not [one for one in found if one.startswith(f"{a}index")]
    assert f'"url": "{a}"' in read("articles.json")
    assert "/d/old/ /d/2025/01/01/a/ 301" in " ".join(read("_redirects").split())
