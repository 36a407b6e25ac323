"""The pages of a Jekyll repository, and what links of its texts lead to."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from archive_edits import assert_same, build, read_output

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
    assert said.warnings == ()
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
