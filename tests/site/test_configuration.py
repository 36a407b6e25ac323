"""``conf.py`` of a Sphinx project: collections, their defaults, and what is wrong with them."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError

CONF = """\
project = "The Paper"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
"""


def test_a_collection_has_defaults_for_the_front_matter_of_its_articles(
    build, write_tree, tmp_path
):
    files = {
        "conf.py": f"""{CONF}
broadsheet_collections = {{
    "essays": {{"defaults": {{"author": "Jane Doe", "tags": ["long"]}}}},
    "notes": None,
}}
""",
        "index.md": "# The Paper\n",
        "essays/2025-01-01-a.md": "---\ntitle: A\n---\n\nText.\n",
        "essays/2025-01-02-b.md": "---\ntitle: B\nauthor: Richard Roe\n---\n\nText.\n",
        "notes/2025-01-03-c.md": "---\ntitle: C\n---\n\nText.\n",
    }

    result = build(write_tree(tmp_path / "site", files))

    assert result.warnings == ""
    articles = json.loads((result.outdir / "articles.json").read_text("utf-8"))["articles"]
    assert {
        one["title"]: ([author["name"] for author in one["authors"]], one["tags"])
        for one in articles
    } == {"A": (["Jane Doe"], ["long"]), "B": (["Richard Roe"], ["long"]), "C": ([], [])}


def test_every_mistake_in_the_options_is_listed_before_anything_is_built(
    build, write_tree, tmp_path
):
    files = {
        "conf.py": f"""{CONF}
broadsheet_collections = {{"essays": "folder", "notes": {{"defaults": ["a"]}}, "../out": None}}
broadsheet_page_size = 0
broadsheet_timezone = "Atlantis/Capital"
broadsheet_now = "soon"
broadsheet_menu = ["about", 1]
broadsheet_myst_extensions = ["dollarmath", "dolarmath"]
""",
        "index.md": "# The Paper\n",
    }

    with pytest.raises(ConfigError) as error:
        build(write_tree(tmp_path / "site", files))

    lines = str(error.value).splitlines()
    assert lines[0] == "8 wrong in the configuration of broadsheet:"
    assert [line.split("=")[0].split(": '")[0] for line in lines[1:]] == [
        "- broadsheet_page_size ",
        "- broadsheet_timezone ",
        "- broadsheet_now ",
        "- broadsheet_myst_extensions names 'dolarmath' (expected e.g. ['dollarmath'])",
        "- broadsheet_menu names 1 (expected e.g. ['about'])",
        "- broadsheet_collections",
        "- broadsheet_collections",
        "- broadsheet_collections",
    ]


def test_the_menu_and_the_description_stand_on_the_pages(build, write_tree, tmp_path):
    files = {
        "conf.py": f"""{CONF}
broadsheet_description = "A paper & more"
broadsheet_menu = ["guide/end", "about", "articles/2025-01-01-a", "missing"]
""",
        "about.md": "---\norphan: true\n---\n# About *us*\n",
        "guide/end.md": "---\norphan: true\n---\n# The end\n",
        "articles/2025-01-01-a.md": "---\ntitle: A\n---\n\nText.\n",
    }
    source = write_tree(tmp_path / "site", files)

    result = build(source)

    front = BeautifulSoup((result.outdir / "index.html").read_text("utf-8"), "html.parser")
    links = front.select(".sidebar-tree a")
    assert [(one.text, one["href"]) for one in links[:3]] == [
        ("The end", "guide/end.html"),
        ("About us", "about.html"),
        ("A", "articles/2025-01-01-a.html"),
    ]
    assert front.select_one(".broadsheet-standfirst").text == "A paper & more"
    assert result.warnings == (
        "conf.py:1: WARNING: broadsheet_menu: 'missing' is no document"
        " (expected e.g. 'about'); left out [broadsheet.site]\n"
    )


def test_a_title_that_changes_changes_the_menu_of_all_pages(build, write_tree, tmp_path):
    conf = f"{CONF}broadsheet_menu = ['about']\n"
    page = "---\norphan: true\n---\n# {}\n"
    files = {"articles/2025-01-01-a.md": "---\ntitle: A\n---\n\nText.\n", "conf.py": conf}
    source = write_tree(tmp_path / "site", files | {"about.md": page.format("About")})
    build(source)
    write_tree(source, {"about.md": page.format("Who we are")})

    result = build(source)

    for path in ("index.html", "articles/2025-01-01-a.html"):
        assert "Who we are" in (result.outdir / path).read_text("utf-8")
