"""Where the pages of a Jekyll repository stand, by lib/jekyll/page.rb and url.rb."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.pages import page_file


def file_of(path: str, permalink: object = None, style: str = "date") -> tuple[str, list[str]]:
    faults: list[str] = []
    values = {} if permalink is None else {"permalink": permalink}
    return page_file(path, values, style, lambda key, message: faults.append(message)), faults


@pytest.mark.parametrize(
    ("path", "style", "file"),
    [
        ("about.md", "date", "about.html"),
        ("about.md", "none", "about.html"),
        ("about.md", "ordinal", "about.html"),
        ("about.md", "weekdate", "about.html"),
        ("about.md", "pretty", "about/index.html"),
        ("about.md", "/:categories/:title/", "about/index.html"),
        ("about.md", "/:categories/:title", "about.html"),
        ("about.md", "/:title:output_ext", "about.html"),
        ("docs/index.markdown", "pretty", "docs/index.html"),
        ("docs/a b.md", "pretty", "docs/a b/index.html"),
        ("docs/dots...md", "date", "docs/dots.html"),
        ("docs/50%25.md", "date", "docs/50%25.html"),
        ("about.htm", "date", "about.htm"),
        ("about.htm", "pretty", "about/index.htm"),
        ("docs/index.htm", "date", "docs/index.htm"),
    ],
)
def test_a_page_stands_by_the_name_of_its_file_and_the_style_of_the_site(path, style, file):
    assert file_of(path, style=style) == (file, [])


@pytest.mark.parametrize(
    ("permalink", "file"),
    [
        ("/own/", "own/index.html"),
        ("own/place.html", "own/place.html"),
        ("/own", "own.html"),
        ("/", "index.html"),
        ("/feed.xml", "feed.xml"),
        ("/:path/x/:basename/", "docs/x/a/index.html"),
        ("/:basename:output_ext", "a.html"),
        ("/:basenames/:title", "as/:title.html"),
        ("/%E5%AD%97.html", "字.html"),
        ("", "docs/a.html"),
    ],
)
def test_a_permalink_decides_whatever_the_style(permalink, file):
    assert file_of("docs/a.md", permalink) == (file, [])


@pytest.mark.parametrize(
    ("permalink", "file"),
    [("/own/", "own/index.htm"), ("/own", "own.htm"), ("/own.html", "own.html")],
)
def test_a_page_whose_file_ends_in_htm_does_so_too(permalink, file):
    assert file_of("a.htm", permalink) == (file, [])


@pytest.mark.parametrize(
    ("permalink", "file"),
    [("/../a/", "a/index.html"), ("/a\\b", "a-b.html"), (["/a/"], "docs/a.html")],
)
def test_a_faulty_permalink_is_named_and_made_harmless(permalink, file):
    found, faults = file_of("docs/a.md", permalink)
    assert found == file
    assert len(faults) == 1


@given(st.text())
def test_no_permalink_leaves_the_output(permalink):
    found, _ = file_of("docs/a.md", permalink)
    assert found
    assert not found.startswith("/")
    assert ".." not in found.split("/")
