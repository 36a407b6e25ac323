"""What a destination means, by its text alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.destinations import (
    Place,
    addresses,
    on_site,
    paths,
    subpath_of,
    with_subpath,
)

SITE = "https://example.org/loom/"


@pytest.mark.parametrize(
    ("destination", "below"),
    [
        ("https://example.org/loom/a/b.html#c", "/a/b.html#c"),
        ("http://example.org/loom/", "/"),
        ("HTTPS://example.org/loom/a", "/a"),
        ("https://example.org/loom", "https://example.org/loom"),
        ("https://example.org/looms/a", "https://example.org/looms/a"),
        ("https://example.org/other", "https://example.org/other"),
        ("/loom/a.png", "/a.png"),
        ("/looms/a.png", "/looms/a.png"),
        ("/a.png", "/a.png"),
        ("a.png", "a.png"),
        ("#part", "#part"),
        ("", ""),
        ("//example.org/loom/a", "//example.org/loom/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("{{site.baseurl}}/a.png", "/a.png"),
        ("%7B%7B%20site.url%20%7D%7D%7B%7B%20site.baseurl%20%7D%7D/a.png", "/a.png"),
        ("{{ site.baseurl }}a.png", "/a.png"),
        ("{{ page.url }}a.png", "{{ page.url }}a.png"),
        ("a/{{ site.baseurl }}", "a/{{ site.baseurl }}"),
    ],
)
def test_the_address_of_the_own_site_is_left_out(destination, below):
    assert on_site(destination, SITE) == below


def test_a_site_without_an_address_has_paths_only():
    assert on_site("https://example.org/a", "") == "https://example.org/a"
    assert on_site("/a", "") == "/a"
    assert on_site("{{ site.url }}/a", "") == "/a"


@given(st.text(alphabet="{}% site.urlba-/7BD20:#?x"))
def test_whatever_is_written_stays_or_begins_with_a_slash(text):
    below = on_site(text, SITE)
    assert below == text or below.startswith("/")


PLACE = Place("_posts/2025-01-01-a.md", "2025/01/a.html")


@pytest.mark.parametrize(
    ("src", "subpath", "found"),
    [
        ("/assets/a.png", "", ["assets/a.png"]),
        ("a.png", "", ["2025/01/a.png"]),
        ("../a%20b.png?raw=1#c", "", ["2025/a b.png"]),
        ("../../../a.png", "", []),
        ("", "", []),
        ("/", "", []),
        ("a%00.png", "", []),
        ("a.png", "/media/x/", ["media/x/a.png", "2025/01/a.png"]),
        ("a.png", "x", ["2025/01/x/a.png", "2025/01/a.png"]),
        ("/b/a.png", "/media", ["media/b/a.png", "b/a.png"]),
    ],
)
def test_an_image_is_looked_for_beside_the_page(src, subpath, found):
    assert list(addresses(src, PLACE._replace(subpath=subpath))) == found


@pytest.mark.parametrize(
    ("src", "found"),
    [
        ("a.png", ["_posts/a.png"]),
        ("../a.png", ["a.png"]),
        ("../../a.png", []),
        ("/assets/图 1.png", ["assets/图 1.png"]),
        ("/assets/%E5%9B%BE%201.png", ["assets/图 1.png"]),
        ("100%25.png", ["_posts/100%.png"]),
    ],
)
def test_an_image_is_looked_for_beside_the_text(src, found):
    assert list(paths(src, PLACE)) == found


@pytest.mark.parametrize(
    ("src", "subpath", "expected"),
    [
        ("a.png", "", ""),
        ("a.png", "/media/", "/media/a.png"),
        ("/a.png", "/media", "/media/a.png"),
        ("a.png", "https://cdn.example/x", "https://cdn.example/x/a.png"),
        ("https://b.example/a.png", "/media", ""),
        ("data:image/png;base64,AA", "/media", ""),
    ],
)
def test_a_subpath_comes_before_what_has_no_scheme(src, subpath, expected):
    assert with_subpath(src, subpath) == expected


def test_the_subpath_has_two_names_and_is_a_text():
    assert subpath_of({"img_path": "/old/", "media_subpath": " /new/ "}) == "/new/"
    assert subpath_of({"img_path": "/old/", "media_subpath": ["/new/"]}) == "/old/"
    assert subpath_of({"img_path": None}) == ""
