from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.sources.permalinks import (
    LONGEST_PART,
    NAMELESS,
    STYLES,
    Parts,
    cleaned_path,
    collection_pattern,
    expand,
    output_ext,
    output_path,
    safe,
    site_pattern,
    slugify,
    unknown_placeholders,
)

PARTS = Parts(
    collection="notes",
    path="/sub/2025-01-05-Plain Name",
    name="2025-01-05-Plain Name",
    slug="Plain Name",
    date=datetime(2025, 1, 5, 9, 7, 3, tzinfo=UTC),
    categories=("Open Source", "Déjà Vu", "open source"),
)


@pytest.mark.parametrize(
    ("style", "address"),
    [
        ("none", "/open source/déjà vu/Plain-Name.html"),
        ("date", "/open source/déjà vu/2025/01/05/Plain-Name.html"),
        ("ordinal", "/open source/déjà vu/2025/005/Plain-Name.html"),
        ("pretty", "/open source/déjà vu/2025/01/05/Plain-Name/"),
        ("weekdate", "/open source/déjà vu/2025/W01/Sun/Plain-Name.html"),
    ],
)
def test_a_named_style_gives_the_addresses_of_posts(style, address):
    assert expand(site_pattern(style), PARTS) == address


def test_a_post_without_categories_has_no_doubled_slash():
    assert expand(STYLES["date"], replace(PARTS, categories=())) == "/2025/01/05/Plain-Name.html"


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/:collection/:path:output_ext", "/notes/sub/2025-01-05-Plain Name.html"),
        ("/:collection/:name:output_ext", "/notes/2025-01-05-plain-name.html"),
        ("/:collection/:basename:output_ext", "/notes/2025-01-05-Plain Name.html"),
        ("/:short_year/:i_month/:i_day/:slug", "/25/1/5/plain-name"),
        ("/:short_month/:long_month/:short_day/:long_day", "/Jan/January/Sun/Sunday"),
        ("/:w_year/:week/:w_day/:hour:minute:second", "/2025/01/7/090703"),
        ("/:slugified_categories/:title/", "/open-source/déjà-vu/Plain-Name/"),
        ("/:year_:month_:day/:title.html", "/2025_01_05/Plain-Name.html"),
        ("posts/:title.txt", "/posts/Plain-Name.txt"),
        ("/a%20b/:title/", "/a b/Plain-Name/"),
        ("/../:title/./x", "/Plain-Name/x"),
        ("/:nothing/:title", "/:nothing/Plain-Name"),
        ("pretty", "/pretty"),  # only the site's own setting may be a named style
    ],
)
def test_placeholders_are_filled_as_jekyll_fills_them(pattern, address):
    assert expand(pattern, PARTS) == address


#: What Jekyll 4.3 wrote for files of these names, for `:path`, `:name` and `:title`.
NAMES = [
    ("A & B", "A & B", "a-b", "A-&-B"),
    ("x+y", "x+y", "x-y", "x+y"),
    ("café", "café", "café", "café"),
    ("e\u0301tude", "e\u0301tude", "e\u0301tude", "e\u0301tude"),
    ("dots.in.name", "dots.in.name", "dots-in-name", "dots.in.name"),
    ("trailing-", "trailing-", "trailing", "trailing"),
    ("--dash--", "--dash--", "dash", "dash"),
    ("wait..what", "wait/what", "wait-what", "wait/what"),
    ("UPPER Case", "UPPER Case", "upper-case", "UPPER-Case"),
    ("日本語 記事", "日本語 記事", "日本語-記事", "日本語-記事"),
    ("Σίσυφοσ ΟΔΟΣ", "Σίσυφοσ ΟΔΟΣ", "σίσυφοσ-οδοσ", "Σίσυφοσ-ΟΔΟΣ"),
    ("a#b", "a#b", "a-b", "a-b"),
    ("q?x", "q?x", "q-x", "q-x"),
    ("c:d", "c:d", "c-d", "c-d"),
    ("br[ack]et", "br[ack]et", "br-ack-et", "br-ack-et"),
    ("pct%20name", "pct%20name", "pct-20name", "pct-20name"),
    ("100%", "100%", "100", "100"),
    ("it's", "it's", "it-s", "it's"),
    ("semi;colon", "semi;colon", "semi-colon", "semi;colon"),
    ("at@eq=", "at@eq=", "at-eq", "at@eq="),
    ("bak~", "bak~", "bak", "bak~"),
    ("under_score", "under_score", "under-score", "under_score"),
    ("10% off", "10% off", "10-off", "10-off"),
]


@pytest.mark.parametrize(("name", "path", "slug", "title"), NAMES)
def test_awkward_file_names_keep_the_address_that_jekyll_gives_them(name, path, slug, title):
    parts = replace(PARTS, path=f"/{name}", name=name, slug=name)
    patterns = ("/:collection/:path:output_ext", "/f/:name:output_ext", "/t/:title/")
    assert [expand(pattern, parts) for pattern in patterns] == [
        f"/notes/{path}.html",
        f"/f/{slug}.html",
        f"/t/{title}/",
    ]


def test_a_year_has_four_digits():
    parts = replace(PARTS, date=datetime(99, 12, 31, tzinfo=UTC))
    assert expand("/:year/:y_day", parts) == "/0099/365"


def test_unknown_placeholders_are_listed():
    assert unknown_placeholders("/:year_:nothing/:yearly/:path_") == (":nothing", ":yearly")


@pytest.mark.parametrize(
    ("style", "pattern"),
    [
        ("date", "/:collection/:path:output_ext"),
        ("none", "/:collection/:path:output_ext"),
        ("ordinal", "/:collection/:path:output_ext"),
        ("weekdate", "/:collection/:path"),
        ("pretty", "/:collection/:path/"),
        ("/:year/:title/", "/:collection/:path/"),
        ("/:year/:title:output_ext", "/:collection/:path:output_ext"),
        ("/:year/:title.html", "/:collection/:path"),
    ],
)
def test_a_collection_takes_the_ending_of_the_site_s_style(style, pattern):
    assert collection_pattern(style) == pattern


@pytest.mark.parametrize(
    ("path", "collection", "collections_dir", "cleaned"),
    [
        ("_notes/a.md", "notes", "", "/a"),
        ("_notes/sub/a.b.md", "notes", "", "/sub/a.b"),
        ("_notes/tail...md", "notes", "", "/tail"),
        ("cols/_notes/_old/a.md", "notes", "cols", "/_old/a"),
        ("ruby/_posts/2025-01-05-a.md", "posts", "", "ruby//2025-01-05-a"),
    ],
)
def test_the_path_of_a_file_loses_folder_and_extension(path, collection, collections_dir, cleaned):
    assert cleaned_path(path, collection, collections_dir) == cleaned


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/a/", "a/index.html"),
        ("/a.html", "a.html"),
        ("/a", "a.html"),
        ("/v1.2", "v1.2.html"),
        ("/", "index.html"),
        ("/a b/ü.html", "a b/ü.html"),
    ],
)
def test_an_address_has_a_file(url, path):
    assert output_path(url) == path


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("/v1.2", "v1.2"),
        ("/feed.xml", "feed.xml"),
        ("/about/", "about/index.html"),
        ("/about", "about.html"),
        ("/:title:output_ext", "Plain-Name.html"),
    ],
)
def test_the_extension_of_a_permalink_is_kept(permalink, path):
    ext = output_ext(permalink)
    assert output_path(expand(permalink, replace(PARTS, output_ext=ext)), ext) == path


@pytest.mark.parametrize(
    "address",
    [
        "/", "/a b & c+d/ü.html", "/a/", "/日本語.html", "/con.html", "/a:b?c#d.html",
        "/C/x.html", "/...html", f"/{'a' * 195}.html",
    ],
)  # fmt: skip
def test_a_good_address_is_left_alone(address):
    assert safe(address) == (address, "")


@pytest.mark.parametrize(
    ("address", "repaired", "fault"),
    [
        ("", NAMELESS, "is empty"),
        ("/..", NAMELESS, 'holds ".."'),
        ("/a/../../b.html", "/a/b.html", 'holds ".."'),
        ("/C:/x/a.html", "/x/a.html", "starts with a drive"),
        ("C:\\x", "/C:-x", "holds a backslash"),
        ("/a\0b\n.html", "/ab.html", "holds a control character"),
        ("/a\udcff.html", "/a.html", "holds a control character"),
        ("/.\0./a", "/a", 'holds a control character, holds ".."'),
        ("//a/./b", "/a/b", ""),
    ],
)
def test_a_dangerous_address_is_repaired(address, repaired, fault):
    assert safe(address) == (repaired, fault)


def test_a_long_part_is_cut_and_stays_unique():
    one, two = (safe(f"/x/{'記' * 80}{end}.html") for end in "ab")
    assert one[0] != two[0]
    assert one[1] == "holds a part of more than 200 bytes"
    assert one[0].startswith("/x/記記")
    assert one[0].endswith(".html")
    assert len(one[0].removeprefix("/x/").encode()) <= LONGEST_PART


@given(st.text())
def test_a_repaired_address_is_safe_whatever_was_found(text):
    address, _ = safe(text)
    assert safe(address) == (address, "")
    assert address.startswith("/")
    assert ".." not in address.split("/")
    address.encode()


@given(st.text(), st.text())
def test_any_pattern_and_any_slug_give_an_address(pattern, slug):
    address = expand(pattern, replace(PARTS, slug=slug))
    assert address.startswith("/")
    assert "//" not in address


def test_slugify_strips_one_dash_at_each_end_and_joins_the_rest():
    assert slugify(" The _config.yml -- file! ") == "the-config-yml-file"
    assert slugify("The _config.yml file", pretty=True) == "the-_config.yml-file"
