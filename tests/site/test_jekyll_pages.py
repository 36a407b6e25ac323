"""The pages of a Jekyll repository, and what links of its texts lead to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from archive_edits import assert_same, build, read_output
from template_pages import FILES, NAMES, PAGES, post

NOW = {"--now": "2025-07-01 12:00 +0000", "--jobs": "1"}

CONFIG = """\
title: The Loom
url: https://example.org
baseurl: /loom
permalink: /:title.html
"""

POSTS = {
    "_posts/2024-12-01-warp.md": "---\ntitle: Warp\ntags: [red, blue]\ncategories: cloth\n---\n"
    "The *warp*.\n",
    "_posts/2025-01-01-weft.md": "---\ntitle: Weft & more\ntags: [red]\ncategories: cloth\n---\n"
    "The weft.\n",
}


def main_of(out: Path, name: str) -> BeautifulSoup:
    page = BeautifulSoup((out / name).read_text("utf-8"), "html5lib")
    for link in page.select(".headerlink"):
        link.decompose()
    return page.select_one("[role=main]")


def words(out: Path, name: str) -> str:
    return " ".join(main_of(out, name).get_text(" ").split())


def links(out: Path, name: str) -> list[str]:
    return [urljoin(f"/{name}", str(one["href"])) for one in main_of(out, name).select("a[href]")]


# files that end in .htm

HTM = {
    "_config.yml": "title: The Loom\nurl: https://example.org\ncollections: {notes: {output: true}}\n",
    "_posts/2024-12-01-warp.htm": "---\ntitle: Warp\n---\n<p>{{ page.url }}</p>\n",
    "_notes/one.htm": "---\ntitle: Note\n---\n<p>{{ page.url }}</p>\n",
    "one.htm": "---\ntitle: One\n---\n<p>{{ page.url }} <a href='/two/'>Two</a></p>\n",
    "two/index.htm": "---\ntitle: Two\n---\n<p>{{ page.url }} <a href='/one.htm'>One</a></p>\n",
    "three.md": "---\ntitle: Three\npermalink: /three.htm\n---\n*Three*, [one](one.htm), [two](/two/)\n",
    "copied.htm": "<p>As it is.</p>\n",
}


@pytest.mark.parametrize("style", ["pretty", "/:collection/:title/"])
def test_in_a_folder_of_its_own_an_article_of_htm_is_index_html(style, tmp_path, write_tree):
    source = write_tree(tmp_path / "source", HTM)
    (source / "_config.yml").write_text(HTM["_config.yml"] + f'permalink: "{style}"\n', "utf-8")
    out = tmp_path / "out"
    build(source, out, NOW)
    post = "2024/12/01/warp" if style == "pretty" else "posts/warp"
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.htm*")}
    assert {f"{post}/index.html", "notes/one/index.html", "one/index.htm"} <= found
    assert not {f"{post}/index.htm", "notes/one/index.htm", "one/index.html"} & found
    assert f"/{post}/" in words(out, f"{post}/index.html").split()


def test_files_that_end_in_htm_are_pages_and_end_so(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", HTM)
    out = tmp_path / "out"
    assert [one for one in build(source, out, NOW).warnings if "no date" not in one] == []
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.htm")}
    found = {name for name in found if not name.startswith("_previews/")}
    assert found == {
        "2024/12/01/warp.htm", "notes/one.htm", "one.htm", "two/index.htm", "three.htm",
        "copied.htm",
    }  # fmt: skip
    for name, url in {
        "2024/12/01/warp.htm": "/2024/12/01/warp.htm",
        "notes/one.htm": "/notes/one.htm",
        "two/index.htm": "/two/",
    }.items():
        assert url in words(out, name).split()
    assert "/two/index.htm" in links(out, "one.htm")
    assert "/one.htm" in links(out, "two/index.htm")
    assert {"/one.htm", "/two/index.htm"} <= {*links(out, "three.htm")}


# links to what every build makes


MADE = {
    "/tags/": "/tags/index.html",
    "/tags": "/tags/index.html",
    "/loom/tags/red/": "/tags/red/index.html",
    "{{ site.baseurl }}/categories/cloth/": "/categories/cloth/index.html",
    "https://example.org/loom/archive/2024/": "/archive/2024/index.html",
    "/tags/#red": "/tags/index.html#red",
    "/sitemap.xml": "/sitemap.xml",
    "/404.html": "/404.html",
    "/once/": "/weft.html",
}


@pytest.mark.parametrize("page", ["_posts/2025-02-01-page.md", "page.md"])
def test_a_link_to_a_page_that_every_build_makes_leads_there(tmp_path, write_tree, page):
    text = "".join(f"- [{number}]({one})\n" for number, one in enumerate(MADE))
    weft = POSTS["_posts/2025-01-01-weft.md"].replace("---\n", "---\nredirect_from: /once/\n", 1)
    source = write_tree(tmp_path / "source", {
        "_config.yml": CONFIG, **POSTS, "_posts/2025-01-01-weft.md": weft,
        page: f"---\ntitle: Page\n---\n\n{text}",
    })  # fmt: skip
    said = build(source, tmp_path / "out", NOW)
    (hint,) = said.warnings
    assert "the article at 'once' has moved (expected its name 'weft')" in hint
    found = links(tmp_path / "out", "page.html")
    assert [one for one in found if one in MADE.values()][: len(MADE)] == list(MADE.values())


def test_a_link_to_what_no_build_makes_says_what_was_expected(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {
        "_config.yml": CONFIG, **POSTS,
        "page.md": "---\ntitle: Page\n---\n[a](/archive.html) [b](/tags/none/)\n",
    })  # fmt: skip
    said = build(source, tmp_path / "out", NOW)
    assert [one.partition("page.md:")[2] for one in said.warnings] == [
        "4: WARNING: link '/archive.html' leads to no page of this site (expected '/archive/'); "
        "left as it is [broadsheet.ref]",
        "4: WARNING: link '/tags/none/' leads to no page of this site (expected one, or "
        "http(s)://…); left as it is [broadsheet.ref]",
    ]


def test_a_link_to_a_listing_holds_for_as_long_as_there_is_one(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {
        "_config.yml": CONFIG, **POSTS,
        "page.md": "---\ntitle: Page\n---\n[blue](/tags/blue/), [all](/tags.html)\n",
        "_posts/2025-02-01-post.md": "---\ntitle: Post\n---\n[blue](/tags/blue/)\n",
    })  # fmt: skip
    out, clean = tmp_path / "out", tmp_path / "clean"
    build(source, out, NOW)
    for number, tags in enumerate(("[red]", "[]", "[green, blue]")):
        text = POSTS["_posts/2024-12-01-warp.md"].replace("[red, blue]", tags)
        (source / "_posts/2024-12-01-warp.md").write_text(text)
        (source / "_posts/2025-01-01-weft.md").write_text(text.replace("Warp", "Weft"))
        said = build(source, out, NOW)
        assert said == build(source, clean / str(number), NOW)
        assert_same(read_output(out), read_output(clean / str(number)))


# pages that loops make


@pytest.fixture
def pages(tmp_path, write_tree):
    return write_tree(tmp_path / "source", FILES)


def test_pages_that_loops_make_stand_in_the_theme_at_their_addresses(pages, tmp_path):
    said = build(pages, tmp_path / "out", NOW)
    assert [one for one in said.warnings if "broadsheet.date" not in one] == []
    for name, path in zip(NAMES, PAGES, strict=True):
        title = PAGES[path].split("title: ")[1].split("\n")[0]
        assert main_of(tmp_path / "out", name).select_one("h1").get_text() == title
        assert "{{" not in words(tmp_path / "out", name)
    assert words(tmp_path / "out", "welcome.html").endswith("below these words. Twill Selvedge")
    code = main_of(tmp_path / "out", "code.html").select_one("figure.highlight code")
    assert (code["data-lang"], code.get_text()) == ("ruby", 'puts "<b>"')


def said_while_building(source: Path, out: Path) -> list[str]:
    """Build as a process of its own does; return the lines about what is left out."""
    command = [sys.executable, "-m", "broadsheet.command", "build", source, out, "-j1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("left out")]


LISTS = {
    "index.html": "---\nlayout: home\n---\n<h1>Posts</h1>{% for post in paginator.posts %}"
    "<a href='{{ post.url }}'>{{ post.title }}</a>{% endfor %}\n",
    "blog/index.html": "---\n---\n{% for p in paginator.posts %}{{ p.title }}{% endfor %}\n",
    "tags.md": "---\nlayout: tags\n---\n",
    "feed.xml": "---\n---\n<feed>{{ site.title }}</feed>\n",
    "css/main.scss": "---\n---\n@import 'x';\n",
    "page.md": "---\ntitle: Page\n---\n[a](/feed.xml) [b](/tags.html) [c](/blog/) [d](/)\n",
}


def test_a_page_that_only_lists_leads_to_the_listing(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {"_config.yml": CONFIG, **POSTS, **LISTS})
    said = said_while_building(source, tmp_path / "out")
    assert said == [
        "left out, neither Markdown nor HTML: css/main.scss, feed.xml",
        "left out, a listing stands in its place: index.html",
    ]
    assert main_of(tmp_path / "out", "index.html").select(".broadsheet-card")
    moves = (tmp_path / "out/_redirects").read_text()
    assert "/loom/tags.html /loom/tags/ 301" in moves
    assert "/loom/blog/ /loom/ 301" in moves
    again = build(source, tmp_path / "out", NOW)
    assert [one.partition("page.md:")[2] for one in again.warnings] == [
        "4: WARNING: link '/feed.xml' leads to a file that is left out (neither Markdown nor HTML); "
        "left as it is [broadsheet.ref]",
    ]


def test_a_listing_that_a_page_gives_way_to_is_there_if_nothing_is_in_it(tmp_path, write_tree):
    empty = "---\ntitle: {}\n---\n"
    source = write_tree(tmp_path / "source", {
        "_config.yml": CONFIG + "collections: {notes: {output: true}}\n",
        "_posts/2025-01-01-weft.md": "---\ntitle: Weft\n---\nThe weft.\n",
        "_notes/one.md": "---\ntitle: One\npublished: false\n---\n",
        "tags.md": empty.format("Our tags"),
        "sorts.md": "---\ntitle: Sorts\npermalink: /categories/\n---\n",
        "notes.md": empty.format("Notes"),
        "page.md": "---\ntitle: Page\n---\n[a](/tags/) [b](/categories/) [c](/notes/)\n",
    })  # fmt: skip
    out = tmp_path / "out"
    assert build(source, out, NOW).warnings == ()
    assert "/loom/tags.html /loom/tags/ 301" in (out / "_redirects").read_text()
    for name, title in {"tags": "Our tags", "categories": "Sorts", "notes": "Notes"}.items():
        assert words(out, f"{name}/index.html") == f"{title} No articles yet."
    assert not (out / "series/index.html").exists()
    weft = source / "_posts/2025-01-01-weft.md"
    weft.write_text(weft.read_text().replace("title", "tags: red\ntitle", 1))
    assert build(source, out, NOW).warnings == ()
    assert words(out, "tags/index.html") == "Tags red 1"


def test_where_the_front_page_is_written_the_listing_is_at_the_page_that_lists(
    tmp_path, write_tree
):
    front = {"index.html": "---\ntitle: Home\n---\n<p>Welcome.</p>\n"}
    source = write_tree(tmp_path / "source", {"_config.yml": CONFIG, **POSTS, **LISTS, **front})
    build(source, tmp_path / "out", NOW)
    assert words(tmp_path / "out", "index.html") == "Home Welcome."
    assert main_of(tmp_path / "out", "blog/index.html").select(".broadsheet-card")


def test_the_addresses_in_a_page_of_html_lead_to_what_they_mean(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {
        "_config.yml": CONFIG, **POSTS, "assets/mark.png": "x",
        "docs/page.html": "---\ntitle: Page\n---\n<!-- <a href='/none'> --><a href='/weft.html'>1</a>\n"
        "{% for post in site.posts %}\n<A class=x HREF={{ post.url | relative_url }}#a>2</A>\n"
        "{% endfor %}\n<img src='{{ '/assets/mark.png' | relative_url }}'/><a href=''>3</a>\n"
        "<a href='https://example.org/loom/tags/'>4</a> <a href='other.html'>5</a>\n"
        "<img src=\"/absent.png\"> <a href=\"mailto:a@example.org\">6</a>"
        "<script>x = '<a href=/gone>'</script><a href='/gone?a&amp;b'>7</a>\n",
    })  # fmt: skip
    said = build(source, tmp_path / "out", NOW)
    main = main_of(tmp_path / "out", "docs/page.html")
    assert [(one.get_text(), one["href"]) for one in main.select("section a")] == [
        ("1", "../weft.html"), ("2", "../weft.html#a"), ("2", "../warp.html#a"), ("3", ""),
        ("4", "../tags/index.html"), ("5", "other.html"), ("6", "mailto:a@example.org"),
        ("7", "/gone?a&b"),
    ]  # fmt: skip
    assert [one["src"] for one in main.select("img")] == ["../assets/mark.png", "/absent.png"]
    assert [one.partition("page.html:")[2].partition(" (")[0] for one in said.warnings] == [
        "10: WARNING: image '/absent.png' is no file of the source",
        "10: WARNING: link '/gone?a&b' leads to no page of this site",
        "9: WARNING: link 'other.html' leads to no page of this site",
    ]


def test_what_was_wrong_with_a_page_is_forgotten_when_a_listing_stands_in_its_place(
    tmp_path, write_tree
):
    faulty = "---\ntitle: T\n---\n[a](/none/)\n"
    files = {"_config.yml": CONFIG, **POSTS, "index.md": faulty, "tags.md": faulty}
    source = write_tree(tmp_path / "source", files)
    assert len(build(source, tmp_path / "out", NOW).warnings) == 2
    (source / "index.md").unlink()
    (source / "tags.md").write_text("---\ntitle: T\n---\n")
    assert build(source, tmp_path / "out", NOW).warnings == ()


EDITS = {
    "a title": lambda source: edit(source, "_posts/2023-05-04-warp.md", "Warp", "Warped"),
    "a text": lambda source: edit(source, "_posts/2024-01-02-weft.md", "woven", "spun"),
    "a tag": lambda source: edit(source, "_posts/2024-01-02-weft.md", "[red]", "[new]"),
    "an address": lambda source: edit(source, "_posts/2025-01-01-twill.md", "---\n", "---\npermalink: /t/\n"),
    "an article": lambda source: (source / "_posts/2025-02-01-more.md").write_text(post("More", "M.")),
    "an article gone": lambda source: (source / "_posts/2025-02-01-more.md").unlink(),
    "an include": lambda source: edit(source, "_includes/count.md", "There are", "We have"),
    "a page": lambda source: edit(source, "posts.html", "posts", "all-posts"),
    "a page that lists": lambda source: edit(source, "welcome.html", "has more to say", "says"),
    "a page that only lists": lambda source: (source / "welcome.html").write_text(LISTS["index.html"]),
    "a page of the root": lambda source: (source / "index.html").write_text(LISTS["index.html"]),
    "a page without a text": lambda source: (source / "tags.html").write_text("---\n---\n"),
    "a page with a text": lambda source: (source / "tags.html").write_text("---\n---\n<a href='/t/'>T</a>"),
    "the configuration": lambda source: edit(source, "_config.yml", "paginate: 2", "paginate: 1"),
}  # fmt: skip


def edit(source: Path, path: str, old: str, new: str) -> None:
    text = (source / path).read_text("utf-8")
    assert old in text
    (source / path).write_text(text.replace(old, new, 1), "utf-8")


def test_after_any_edit_the_pages_are_those_of_a_clean_build(pages, tmp_path):
    out = tmp_path / "out"
    build(pages, out, NOW)
    for number, (name, change) in enumerate(EDITS.items()):
        change(pages)
        jobs = {"--jobs": "2"} if number % 2 else {}
        said = build(pages, out, NOW | jobs)
        clean = build(pages, tmp_path / "clean" / str(number), NOW)
        assert said == clean, name
        assert_same(read_output(out), read_output(tmp_path / "clean" / str(number)))


def test_an_edit_of_an_article_makes_the_pages_again_that_show_it(pages, tmp_path):
    out = tmp_path / "out"
    build(pages, out, NOW)
    before = read_output(out)
    EDITS["a text"](pages)
    build(pages, out, NOW)
    after = read_output(out)
    written = {name for name in after.files if before.times[name] != after.times[name]}
    # teasers have the same first words, and as many
    shown = {*NAMES, "cloth/weft.html", "cloth/warp.html"}
    assert written & shown == {"cloth/weft.html", "posts.html"}
