"""The ids of headings in built pages: kramdown's, and what leads to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive_edits import build

TEXT = """\
---
title: Results
date: 2025-01-01
---

To [the first](#中文-标题), [the second](#中文-标题-1), [results](#results), [one's own](#own).

## 中文 标题！

## 中文 标题

## Results

### A -- b, `code--x` & *em* of [links](https://example.org)

## A b

## With its own {#own}

## With its own {#own}

## Ideas & ideals

## Id at hand {#id1}

> ### Quoted ▲ Ünï_cödé

- # In a list
"""
IDS = [
    "中文-标题", "中文-标题-1", "results", "a--b-code--x--em-of-links", "a-b", "own",
    "ideas--ideals", "id1", "quoted--ünï_cödé", "in-a-list",
]  # fmt: skip
SOURCES = {
    "jekyll": {"_config.yml": "title: The Sheet\n", "_posts/2025-01-01-a.md": TEXT},
    "sphinx": {
        "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\n',
        "articles/2025-01-01-a.md": TEXT,
    },
    "sphinx, read by Sphinx": {
        "conf.py": (
            'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_one_pass = False\n'
        ),
        "articles/2025-01-01-a.md": TEXT,
    },
}


@pytest.fixture(params=SOURCES)
def page(request, tmp_path, write_tree) -> str:
    source = write_tree(tmp_path / "source", SOURCES[request.param])
    said = build(source, tmp_path / "out", {"--jobs": "1", "--now": "2026-01-01"})
    assert (said.status, said.warnings) == (0, ())
    found = Path(tmp_path, "out").rglob("*a.html")
    (path,) = (one for one in found if "_previews" not in one.parts)
    return path.read_text("utf-8")


def test_every_heading_has_the_id_of_kramdown_and_each_id_is_of_one_element(page):
    ids = re.findall(r' id="([^"]*)"', page)
    assert [one for one in ids if one in IDS] == IDS
    assert len(ids) == len(set(ids))


def test_links_and_the_table_of_contents_lead_to_these_ids(page):
    links = set(re.findall(r'href="#([^"]*)"', page))
    headed = set(IDS[:8])  # what is quoted or listed opens no section
    assert headed <= links
    contents = page[page.index('<div class="toc-tree">') :]
    assert headed <= set(re.findall(r'href="#([^"]*)"', contents))
    assert links - set(re.findall(r' id="([^"]*)"', page)) <= {""}


def test_what_docutils_calls_a_heading_leads_to_it_as_well(page):
    assert re.search(r'<section id="own">\s*<span id="with-its-own">', page)


def test_an_id_that_is_written_is_not_read(page):
    assert "{#own}" not in page


def test_a_target_that_is_written_keeps_its_name(tmp_path, write_tree):
    text = "---\ntitle: T\ndate: 2025-01-01\n---\n\nTo {ref}`results`.\n\n(results)=\n## Results\n"
    files = {**SOURCES["sphinx"], "articles/2025-01-01-a.md": text}
    source = write_tree(tmp_path / "source", files)
    assert build(source, tmp_path / "out", {"--now": "2026-01-01"}).status == 0
    path = Path(tmp_path, "out", "articles/2025-01-01-a.html")
    page = path.read_text("utf-8")
    assert 'href="#results"' in page
    assert page.count(' id="results"') == 1


def test_the_example_of_the_manual_has_the_ids_that_it_names(tmp_path, write_tree):
    manual = Path(__file__).parents[2] / "docs" / "manual" / "jekyll.md"
    section = manual.read_text("utf-8").partition("\n## Anchors\n")[2]
    example, _, said = section.partition("```markdown\n")[2].partition("```")
    named = re.findall(r"`#([^`]+)`", said.partition("\n## ")[0])
    source = write_tree(tmp_path / "source", {"_posts/2025-01-01-a.md": f"---\n---\n{example}"})
    assert build(source, tmp_path / "out", {"--now": "2026-01-01"}).status == 0
    page = (tmp_path / "out/2025/01/01/a.html").read_text("utf-8")
    assert len(named) == 4
    assert [one for one in re.findall(r'<section id="([^"]*)"', page) if one in named] == named


@pytest.mark.parametrize("grammar", SOURCES)
def test_notes_have_the_anchors_of_kramdown_whatever_grammar_reads_them(
    grammar, tmp_path, write_tree
):
    text = "One[^a], again[^a], and two[^2].\n\n[^a]: A note.\n[^2]: Another.\n"
    files = {
        name: text.join(["---\ntitle: Notes\n---\n", ""]) if name.endswith(".md") else content
        for name, content in SOURCES[grammar].items()
    }
    source = write_tree(tmp_path / "source", files)
    build(source, tmp_path / "out", {"--jobs": "1", "--now": "2026-01-01"})
    (page,) = [
        path for path in (tmp_path / "out").rglob("*.html") if "Another." in path.read_text("utf-8")
    ]
    ids = re.findall(r'id="(fn[^"]*)"', page.read_text("utf-8"))
    assert sorted(ids) == ["fn:2", "fn:a", "fnref:2", "fnref:a", "fnref:a:1"]
