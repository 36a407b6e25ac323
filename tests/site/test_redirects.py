"""Former addresses lead on, and pages elsewhere; nothing that stands somewhere is overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archive_edits import assert_same, build, read_output
from html_pages import one

OPTIONS = {"--jobs": "1", "--now": "2026-01-01"}
#: A path that has no slash before it counts from the root of the site.
HOUSE = "%E8%88%8A%20%E5%B1%8B/"
ONE = """\
---
title: One & <two>
date: 2025-01-01
redirect_from:
  - /old/name/
  - /舊.html
  - /2025/01/01/one.html
---

Text.
"""
SITE: Mapping[str, str] = {
    "_config.yml": "title: The Sheet\nurl: https://example.org\nbaseurl: /sheet\n",
    "_posts/2025-01-01-one.md": ONE,
    "_posts/2025-01-02-two.md": "---\ntitle: Two\nredirect_to: https://example.com/x?a=1&b=2\n---\n",
    "_posts/2025-01-03-three.md": "---\ntitle: Three\nredirect_to: /sheet/about.html\n---\nText.\n",
    "_posts/2025-01-04-four.md": "---\ntitle: Four\nredirect_to: 舊 屋/\n---\n",
    "about.md": "---\ntitle: About\nredirect_from: /who\n---\n\nBy hand.\n",
}


@pytest.fixture
def site(tmp_path, write_tree) -> Path:
    return write_tree(tmp_path / "source", SITE)


def built(source: Path, out: Path) -> tuple[str, ...]:
    said = build(source, out, OPTIONS)
    assert said.status == 0, said
    return said.warnings


def ends(path: Path) -> tuple[str, str, str]:
    """Return where a page leads: at once, by its link, and for search engines."""
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    refresh = str(one(page, 'meta[http-equiv="refresh"]')["content"])
    assert str(one(page, 'meta[name="robots"]')["content"]) == "noindex"
    link = str(one(page, "a")["href"])
    assert json.dumps(link).replace("&", "\\u0026") in str(one(page, "script").string)
    canonical = str(one(page, 'link[rel="canonical"]')["href"])
    return refresh.removeprefix("0; url="), link, canonical


@pytest.mark.parametrize(
    ("page", "link", "canonical"),
    [
        ("old/name/index.html", "../../2025/01/01/one.html", "2025/01/01/one.html"),
        ("舊.html", "2025/01/01/one.html", "2025/01/01/one.html"),
        ("who.html", "about.html", "about.html"),
        ("2025/01/03/three.html", "../../../about.html", "about.html"),
        ("2025/01/04/four.html", f"../../../{HOUSE}", HOUSE),
    ],
)
def test_an_address_leads_on_to_a_page_of_the_site(site, tmp_path, page, link, canonical):
    assert built(site, tmp_path / "out") == ()
    wanted = (link, link, f"https://example.org/sheet/{canonical}")
    assert ends(tmp_path / "out" / page) == wanted


def test_a_page_leads_to_another_site_and_stands_in_lists_as_before(site, tmp_path):
    built(site, tmp_path / "out")
    target = "https://example.com/x?a=1&b=2"
    assert ends(tmp_path / "out/2025/01/02/two.html") == (target, target, target)
    front = (tmp_path / "out/index.html").read_text("utf-8")
    assert "2025/01/02/two.html" in front
    sitemap = (tmp_path / "out/sitemap.xml").read_text("utf-8")
    assert "one.html" in sitemap
    assert not [name for name in ("two.html", "three.html", "old/", "who") if name in sitemap]


def test_hosts_find_the_redirects_in_lists(site, tmp_path):
    out = tmp_path / "out"
    built(site, out)
    lines = (out / "_redirects").read_text("utf-8").splitlines()
    assert "/sheet/old/name/ /sheet/2025/01/01/one.html 301" in lines
    assert "/sheet/%E8%88%8A.html /sheet/2025/01/01/one.html 301" in lines
    assert "/sheet/%E8%88%8A /sheet/2025/01/01/one.html 301" in lines
    assert "/sheet/2025/01/02/two.html https://example.com/x?a=1&b=2 301" in lines
    mapped = (out / "redirects.nginx").read_text("utf-8").splitlines()
    assert '"/sheet/舊" "/sheet/2025/01/01/one.html";' in mapped
    assert len(mapped) == len(lines)
    listed = json.loads((out / "redirects.readthedocs.json").read_text("utf-8"))
    assert [f"{each['from_url']} {each['to_url']} 301" for each in listed] == lines


def test_without_redirects_there_is_no_list(tmp_path, write_tree):
    source = write_tree(
        tmp_path / "source",
        {**SITE, **dict.fromkeys(list(SITE)[1:], "---\ntitle: T\n---\n\nText.\n")},
    )
    assert built(source, tmp_path / "out") == ()
    assert not [*(tmp_path / "out").glob("*redirects*")]


def test_what_stands_at_a_former_address_stays_and_is_named(site, tmp_path):
    (site / "old.txt").write_text("A file.\n")
    wanted = ["/about", "/old.txt", "/articles.json", "/2025/01/02/two.html", "/who", "/tags/"]
    (site / "_posts/2025-01-04-four.md").write_text(
        f"---\ntitle: Four\ntags: red\nredirect_from: {json.dumps(wanted)}\n---\nText.\n"
    )
    warnings = built(site, tmp_path / "out")
    found = [warning.partition("the former address ")[2] for warning in warnings]
    assert [one.partition(" (")[0] for one in found] == [
        "'2025/01/02/two.html' belongs to _posts/2025-01-02-two.md",
        "'about.html' belongs to about.md",
        "'articles.json' belongs to the catalogue",
        "'old.txt' belongs to old.txt",
        "'who.html' belongs to about.md",
    ]
    assert all("_posts/2025-01-04-four.md:1: WARNING: " in warning for warning in warnings)
    assert (tmp_path / "out/old.txt").read_text() == "A file.\n"
    assert ends(tmp_path / "out/tags/index.html")[0] == "../2025/01/04/four.html"


EDITS = {
    "a redirect more": (ONE.replace("/old/name/", "/old/name/\n  - /older/"), "older/index.html"),
    "a redirect less": (ONE.replace("  - /old/name/\n", ""), "舊.html"),
    "another title": (ONE.replace("One &", "First &"), "old/name/index.html"),
    "an address that leads away": (ONE.replace("---\n\n", "redirect_to: /x/\n---\n\n"), "舊.html"),
    "an address of its own": (ONE.replace("---\n\n", "permalink: /舊.html\n---\n\n"), "舊.html"),
    "none at all": ("---\ntitle: One\n---\n\nText.\n", "2025/01/01/one.html"),
}


@pytest.mark.parametrize(("text", "there"), EDITS.values(), ids=EDITS)
def test_an_edit_gives_what_a_clean_build_gives_there_and_back(site, tmp_path, text, there):
    out = tmp_path / "out"
    built(site, out)
    before = read_output(out)
    for edited in (text, ONE):
        (site / "_posts/2025-01-01-one.md").write_text(edited)
        built(site, out)
        clean = tmp_path / f"clean-{edited == ONE}"
        built(site, clean)
        assert (out / there).is_file() or edited == ONE
        assert_same(read_output(out), read_output(clean))
    assert_same(read_output(out), before)


DOCUMENTS: Mapping[str, str] = {
    "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nproject = "The Sheet"\n'
    'html_baseurl = "https://example.org/"\nsitemap_url_scheme = "{link}"\n'
    'source_suffix = {".rst": "restructuredtext", ".md": "markdown"}\n',
    "index.md": "---\nredirect_from: /home/\n---\n# Home\n\n```{toctree}\nguide\ngone\nplain\n```\n",
    "guide.md": "---\nredirect_from: [/handbook.html, /guide.html]\naliases: /docs/\n---\n"
    "# Guide & *rules*\n\nText.\n",
    "gone.md": "---\nredirect_to: /guide.html\nredirect_from: /older\n---\n# Gone\n\nText.\n",
    "plain.rst": "-----\nPlain\n-----\n\nWords such as redirect_from: /no/.\n",
    "articles/2025-01-01-one.md": "---\ntitle: One\nredirect_from: [/docs/, /one/]\n---\n\nText.\n",
}


@pytest.fixture
def documents(tmp_path, write_tree) -> Path:
    return write_tree(tmp_path / "source", DOCUMENTS)


def test_documents_of_a_sphinx_project_have_redirects(documents, tmp_path):
    out = tmp_path / "out"
    (warning,) = built(documents, out)
    assert (
        "2025-01-01-one.md:1: WARNING: the former address 'docs/index.html' belongs to" in warning
    )
    found = {name: ends(out / name)[0] for name in (
        "home/index.html", "handbook.html", "docs/index.html", "gone.html", "older.html"
    )}  # fmt: skip
    assert found == {
        "home/index.html": "../index.html",
        "handbook.html": "guide.html",
        "docs/index.html": "../guide.html",
        "gone.html": "guide.html",
        "older.html": "guide.html",
    }
    assert "Guide &amp; rules" in (out / "handbook.html").read_text("utf-8")
    assert "<h1>Guide" in (out / "guide.html").read_text("utf-8")
    assert not (out / "no").exists()
    sitemap = (out / "sitemap.xml").read_text("utf-8")
    assert "guide.html" in sitemap
    assert not [name for name in ("gone", "older", "handbook", "docs/") if name in sitemap]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("guide.md", "/handbook.html, ", ""),
        ("guide.md", "/handbook.html", "/book.html"),
        ("guide.md", "# Guide", "# The guide"),
        ("guide.md", "aliases: /docs/", "redirect_to: https://example.com/"),
        ("gone.md", "redirect_to: /guide.html\n", ""),
        ("gone.md", "/guide.html", "/plain.html"),
        ("plain.rst", "-----\nPlain\n", "---\nredirect_to: /x/\n---\n\n-----\nPlain\n"),
    ],
)
def test_an_edit_of_a_document_gives_what_a_clean_build_gives(documents, tmp_path, path, old, new):
    out = tmp_path / "out"
    built(documents, out)
    before, text = read_output(out), (documents / path).read_text("utf-8")
    for number, edited in enumerate((text.replace(old, new, 1), text)):
        (documents / path).write_text(edited, "utf-8")
        said = built(documents, out)
        clean = tmp_path / f"clean-{number}"
        assert said == built(documents, clean)
        assert_same(read_output(out), read_output(clean))
    assert_same(read_output(out), before)


def test_a_page_of_a_jekyll_repository_may_lead_on(site, tmp_path):
    (site / "about.md").write_text(
        SITE["about.md"].replace("\n---\n\n", "\nredirect_to: /x/\n---\n\n")
    )
    assert built(site, tmp_path / "out") == ()
    for name in ("about.html", "who.html"):
        assert ends(tmp_path / "out" / name)[0] == "x/"
    (site / "about.md").write_text(SITE["about.md"])
    assert built(site, tmp_path / "out") == ()
    assert "By hand." in (tmp_path / "out/about.html").read_text("utf-8")


def test_what_is_no_address_is_named_by_its_line(documents, tmp_path):
    head = "---\ntitle: x\nredirect_from: [https://a.example/, /ok/]\nredirect_to: data:x\n---\n"
    (documents / "guide.md").write_text(f"{head}# Guide\n")
    found = [line.rpartition("source/")[2] for line in built(documents, tmp_path / "out")]
    assert [line.partition(": W")[0] for line in found] == ["guide.md:3", "guide.md:4"]
    assert ends(tmp_path / "out/ok/index.html")[0] == "../guide.html"


def test_a_project_of_sphinx_has_them_in_either_flow(tmp_path, write_tree):
    for flow in (True, False):
        source = write_tree(
            tmp_path / f"source-{flow}",
            {
                "conf.py": f'extensions = ["broadsheet"]\nhtml_theme = "furo"\n'
                f'html_baseurl = "https://example.org/"\nbroadsheet_one_pass = {flow}\n',
                "articles/one.md": ONE.replace("  - /2025/01/01/one.html\n", ""),
                "articles/two.md": SITE["_posts/2025-01-02-two.md"],
            },
        )
        out = tmp_path / f"out-{flow}"
        assert [line for line in built(source, out) if "no date" not in line] == []
        assert ends(out / "old/name/index.html")[0] == "../../articles/one.html"
        assert ends(out / "articles/two.html")[0] == "https://example.com/x?a=1&b=2"
        said = build(source, out, OPTIONS)
        assert said.status == 0
        assert ends(out / "articles/two.html")[0] == "https://example.com/x?a=1&b=2"
