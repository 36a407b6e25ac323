"""What is published, and when; what is not leaves no trace."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import pytest

CONF = """
project = "Review"
html_theme = "furo"
html_baseurl = "https://example.org/"
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
broadsheet_now = "2025-07-01 12:00 +0000"
"""


def article(title: str, more: str = "") -> str:
    """Write an article all of whose words are its own, so that any of them tells it."""
    word = title.lower()
    return (
        f"---\ntitle: {title}\nauthor: {title} Writer\ntags: [tag-{word}]\n"
        f"categories: [category-{word}]\ndescription: About {word}.\n{more}---\n\n"
        f"The text of {word}.\n\n## Part of {word}\n\n![Picture](pictures/{word}.svg)\n"
    )


#: Title: what its front matter says besides; the name of its file without the date is its word.
PUBLISHED = {
    "Plain": "",
    "Earlier": "date: 2025-07-01 11:59:59 +0000\n",
    "Just": "date: 2025-07-01 12:00:00 +0000\n",  # Jekyll: future is later than now
    "Zoned": "date: 2025-07-01 19:00:00 +0800\n",
    "Lasting": "expiry_date: 2025-07-01 12:00:01 +0000\n",
    "Approved": "published: true\ndraft: false\n",
}
UNLISTED = {"Offstage": "unlisted: true\n", "Unseen": "listed: false\n"}
WITHHELD = {
    "Sketch": "draft: true\n",
    "Coming": "date: 2025-07-01 12:00:01 +0000\n",
    "Distant": "date: 2099-01-01\n",
    "Withdrawn": "published: false\n",
    "Expired": "expiry_date: 2025-07-01 12:00:00 +0000\n",
}


def path_of(title: str) -> str:
    return f"articles/2025-05-01-{title.lower()}.md"


DRAFT = "articles/_drafts/scribble.md"  #: the title is Scribble
FUTURE_BY_NAME = "articles/2025-08-01-august.md"  #: the title is August
FILES = {
    "conf.py": CONF,
    "index.md": "# Home\n\n```{post-list}\n:limit: 0\n```\n",
    **{
        path_of(title): article(title, more)
        for title, more in {**PUBLISHED, **UNLISTED, **WITHHELD}.items()
    },
    DRAFT: article("Scribble", "date: 2025-05-02\n"),
    FUTURE_BY_NAME: article("August"),
    **{
        f"{folder}/pictures/{title.lower()}.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"
        for folder, titles in {
            "articles": [*PUBLISHED, *UNLISTED, *WITHHELD, "August"],
            "articles/_drafts": ["Scribble"],
        }.items()
        for title in titles
    },
}
ALL_WITHHELD = {*WITHHELD, "Scribble", "August"}


def titles_in(catalogue: Path) -> set[str]:
    """Read the titles of the listed articles."""
    return {one["title"] for one in json.loads(catalogue.read_text(encoding="utf-8"))["articles"]}


def traces(files: dict[str, bytes], titles: set[str]) -> set[tuple[str, str]]:
    """Find the words of articles in the names and the bytes of files, whatever their case."""
    everything = {name: name.encode() + b"\n" + content for name, content in files.items()}
    if "objects.inv" in files:  # four lines of text, the rest is compressed
        everything["objects.inv"] = zlib.decompress(files["objects.inv"].split(b"\n", 4)[4])
    pattern = re.compile("|".join(sorted(titles)).encode(), re.IGNORECASE)
    return {
        (name, found.decode().lower())
        for name, content in everything.items()
        if not name.startswith("_static/")  # the theme's own words
        for found in pattern.findall(content)
    }


@pytest.fixture(scope="module", params=[True, False], ids=["one pass", "ordinary"])
def built(request, tmp_path_factory, build, write_tree):
    source = write_tree(tmp_path_factory.mktemp("published") / "site", FILES)
    built = build(source, confoverrides={"broadsheet_one_pass": request.param, "nitpicky": True})
    assert built.warnings == ""
    return built


def test_what_is_published_is_listed(built):
    assert titles_in(built.outdir / "articles.json") == {*PUBLISHED}


def test_what_is_unlisted_has_its_page_and_stands_nowhere_else(built, tree):
    files = tree(built.outdir)
    for title in UNLISTED:
        page = f"articles/2025-05-01-{title.lower()}.html"
        assert f"<h1>{title}</h1>".encode() in files[page]
    others = {
        name: content
        for name, content in files.items()
        # Sphinx's inventory is for references from other sites, which may lead there
        if name != "objects.inv" and not any(title.lower() in name for title in UNLISTED)
    }
    assert traces(others, {*UNLISTED}) == set()


def test_an_unlisted_article_is_no_neighbour_and_has_none(built):
    page = (built.outdir / "articles/2025-05-01-offstage.html").read_text(encoding="utf-8")
    assert 'rel="next"' not in page
    assert 'rel="prev"' not in page


@pytest.mark.parametrize("title", sorted(ALL_WITHHELD))
def test_what_is_withheld_leaves_no_trace(built, tree, title):
    assert traces(tree(built.outdir), {title}) == set()


def test_what_was_published_and_is_withheld_leaves_no_trace(tmp_path, build, write_tree, tree):
    source = write_tree(tmp_path / "site", FILES)
    everything = {"broadsheet_drafts": True, "broadsheet_future": True}
    first = build(source, confoverrides=everything)
    found = {word for _, word in traces(tree(first.outdir), ALL_WITHHELD)}
    assert found == {"sketch", "scribble", "coming", "distant", "august"}
    second = build(source)
    assert traces(tree(second.outdir), ALL_WITHHELD) == set()
    empty = [path for path in second.outdir.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert empty == []


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"broadsheet_drafts": True}, {"Sketch", "Scribble"}),
        ({"broadsheet_future": True}, {"Coming", "Distant", "August"}),
        (
            {"broadsheet_drafts": True, "broadsheet_future": True},
            {"Sketch", "Scribble", "Coming", "Distant", "August"},
        ),
        ({"broadsheet_now": "2025-07-01 12:00:01 +0000"}, {"Coming"}),
        ({"broadsheet_now": "2025-09-01"}, {"Coming", "August"}),
        ({"broadsheet_now": "2025-07-01 11:59 +0000"}, {"Expired"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_options_say_what_is_published_besides(tmp_path, build, write_tree, options, more):
    built = build(write_tree(tmp_path / "site", FILES), confoverrides=options)
    assert built.warnings == ""
    now = options.get("broadsheet_now", "")
    less = set()
    if now.startswith("2025-07-01 11:59 "):
        less = {"Just", "Earlier"}
    elif now:
        less = {"Lasting"}
    assert titles_in(built.outdir / "articles.json") == {*PUBLISHED, *more} - less


def test_the_clock_is_the_last_to_be_asked(tmp_path, build, write_tree, monkeypatch):
    source = write_tree(tmp_path / "site", FILES)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1756684800")  # 2025-09-01
    built = build(source, confoverrides={"broadsheet_now": ""})
    assert "August" in titles_in(built.outdir / "articles.json")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    built = build(source, confoverrides={"broadsheet_now": ""})
    assert not {"Distant", "Lasting"} & titles_in(built.outdir / "articles.json")


def test_a_link_to_a_draft_is_reported_and_does_not_name_it(tmp_path, build, write_tree, tree):
    files = {
        "conf.py": CONF,
        "index.md": "# Home\n\n[Soon](articles/2025-05-01-sketch.md)\n",
        path_of("Plain"): "---\ntitle: Plain\n---\n\n[Soon](2025-05-01-sketch.md)\n",
        path_of("Sketch"): article("Sketch", "draft: true\n").replace("![", "["),
    }
    built = build(write_tree(tmp_path / "site", files))
    said = built.warnings.splitlines()
    assert [line.partition(": ")[0] for line in sorted(said)] == [
        f"{path_of('Plain')}:5", "index.md:3",
    ]  # fmt: skip


@pytest.mark.parametrize("builder", ["epub", "latex", "text"])
def test_no_book_holds_what_is_withheld(tmp_path, build, write_tree, builder):
    files = {name: text for name, text in FILES.items() if not name.endswith(".svg")}
    files = {name: re.sub(r"!\[.*\)", "", text) for name, text in files.items()}
    files["conf.py"] += 'version = "1"\ncopyright = "2026, nobody"\n'
    built = build(write_tree(tmp_path / "site", files), builder=builder)
    assert built.warnings == ""
    files = {
        path.relative_to(built.outdir).as_posix(): path.read_bytes()
        for path in built.outdir.rglob("*")
        if path.suffix in {".tex", ".txt", ".xhtml", ".opf", ".ncx"}
    }
    assert {word for _, word in traces(files, {*PUBLISHED})} == {one.lower() for one in PUBLISHED}
    assert traces(files, ALL_WITHHELD) == set()


JEKYLL = {
    "conf.py": CONF + "broadsheet_jekyll = True\n",
    "_config.yml": "title: Log\ncollections:\n  essays:\n    output: true\n",
    "_posts/2025-05-01-plain.md": "---\ntitle: Plain\n---\n\nText.\n",
    "_posts/2099-01-01-distant.md": "---\ntitle: Distant\n---\n\nText.\n",
    "_posts/2025-05-02-withdrawn.md": "---\ntitle: Withdrawn\npublished: false\n---\n\nText.\n",
    "_posts/2025-05-03-sketch.md": "---\ntitle: Sketch\ndraft: true\n---\n\nText.\n",
    "_drafts/scribble.md": "---\ntitle: Scribble\ndate: 2025-05-04\n---\n\nText.\n",
    "_essays/2025-05-05-essay.md": "---\ntitle: Essay\n---\n\nText.\n",
    "_essays/2098-05-05-august.md": "---\ntitle: August\n---\n\nText.\n",
    "_essays/_old/2024-05-05-hidden.md": "---\ntitle: Hidden\n---\n\nText.\n",
}


@pytest.mark.parametrize(
    ("options", "pages", "listed"),
    [
        ({}, {"Plain", "Essay"}, {"Plain", "Essay"}),
        ({"broadsheet_unlisted": True}, {"Plain", "Essay", "Hidden"}, {"Plain", "Essay"}),
        (
            {"broadsheet_drafts": True},
            {"Plain", "Essay", "Sketch", "Scribble"},
            {"Plain", "Essay", "Sketch", "Scribble"},
        ),
        (
            {"broadsheet_future": True},
            {"Plain", "Essay", "Distant", "August"},
            {"Plain", "Essay", "Distant", "August"},
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_jekyll_repository_publishes_what_jekyll_does(
    tmp_path, build, write_tree, tree, options, pages, listed
):
    built = build(write_tree(tmp_path / "site", JEKYLL), confoverrides=options)
    assert built.warnings == ""
    assert titles_in(built.outdir / "articles.json") == listed
    every = {"Plain", "Essay", "Distant", "August", "Hidden", "Sketch", "Scribble", "Withdrawn"}
    shown = {
        title
        for content in tree(built.outdir).values()
        for title in every
        if f"<h1>{title}</h1>".encode() in content
    }
    assert shown == pages
    assert traces(tree(built.outdir), every - pages - {"Hidden"}) == set()


def test_a_jekyll_repository_may_publish_what_says_that_it_is_not(tmp_path, write_tree, build):
    files = {
        **JEKYLL,
        "_config.yml": "title: Log\nunpublished: true\n",
        "about.md": "---\ntitle: About\npublished: false\n---\n\nText.\n",
    }
    built = build(write_tree(tmp_path / "site", files))
    assert built.warnings == ""
    assert titles_in(built.outdir / "articles.json") == {"Plain", "Withdrawn"}
    assert (built.outdir / "about.html").is_file()
