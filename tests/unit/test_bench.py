"""The pure parts of the benchmark: what it multiplies, samples, edits, weighs and writes down."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest


def load(name: str) -> ModuleType:
    """Import a module of the benchmark, which is a folder of scripts and no package."""
    file = Path(__file__).parents[1] / "bench" / f"{name}.py"
    spec = spec_from_file_location(f"bench_{name}", file)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


aims, archives, pages, tables = map(load, ("aims", "archives", "pages", "tables"))
Archive, Copy = archives.Archive, archives.Copy

POST = """---
layout: post
title : "Of sheets"
date  : 2025-03-05 12:00:00 +0800
slug: sheets
permalink: /essays/sheets.html
---

Born on 2025-03-05.

date: 2025-03-05
"""


@pytest.mark.parametrize(
    ("path", "number", "expected"),
    [
        ("_posts/2025-03-05-a.b.md", 1, "_posts/2025-03-05-a.b.md"),
        ("_posts/2025-03-05-a.b.md", 2, "_posts/2025-02-22-a.b-x2.md"),
        ("_posts/2025-3-5-a.md", 3, "_posts/2025-02-11-a-x3.md"),
        ("_notes/undated.markdown", 2, "_notes/undated-x2.markdown"),
        ("0000-00-00-template.md", 2, "0000-00-00-template-x2.md"),
        ("0001-01-01-first-day.md", 2, "0001-01-01-first-day-x2.md"),
    ],
)
def test_a_copy_has_a_name_and_a_date_of_its_own(path, number, expected):
    assert archives.copy_path(path, number) == expected


def test_a_copy_differs_in_its_front_matter_and_nowhere_else():
    assert archives.copy_text(POST, 2) == (
        POST.replace("date  : 2025-03-05", "date  : 2025-02-22")
        .replace("slug: sheets", "slug: sheets-x2")
        .replace("sheets.html", "sheets-x2.html")
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("permalink: /essays/:title/", "permalink: /essays/:title/"),
        ("permalink: /essays/", "permalink: /essays-x2/"),
        ("permalink: '/an/essay'", "permalink: '/an/essay-x2'"),
        ("date: 0000-00-00 00:00:00 +0800", "date: 0000-00-00 00:00:00 +0800"),
        ("date: '1776-07-04'", "date: '1776-06-23'"),
        ("updated: 2025-03-05", "updated: 2025-03-05"),
    ],
)
def test_addresses_and_dates_of_a_copy(line, expected):
    assert archives.copy_text(f"---\n{line}\n---\n", 2) == f"---\n{expected}\n---\n"


def test_text_without_front_matter_is_copied_as_it_is():
    assert archives.copy_text("date: 2025-03-05\n", 2) == "date: 2025-03-05\n"


def test_an_archive_is_multiplied_with_its_own_articles_first():
    assert archives.multiplied(["b.md", "a.md"], 2) == (
        Copy(original="a.md"),
        Copy(original="b.md"),
        Copy(original="a.md", number=2),
        Copy(original="b.md", number=2),
    )


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, ["d"]), (2, ["b", "e"]), (3, ["b", "d", "f"]), (6, list("abcdef")), (9, list("abcdef"))],
)
def test_a_sample_mixes_large_and_small(count, expected):
    sizes = {name: 10 * place for place, name in enumerate("abcdef")}
    copies = archives.multiplied(sizes, 1)
    assert [one.path for one in archives.sample(copies, sizes, count)] == expected


@pytest.mark.parametrize(
    ("front", "editable"),
    [
        ("title: One", True),
        ("title : 'One'\r", True),
        ("date: 2025-03-05", True),
        ("title: >\n  One", False),
        ("title:\n  One", False),
        ("title: One\n  and more", False),
    ],
)
def test_only_a_title_on_one_line_is_edited(front, editable):
    assert archives.is_editable(f"---\n{front}\n---\n") is editable


def test_text_without_front_matter_is_not_edited():
    assert not archives.is_editable("title: One\n")


def test_a_title_is_replaced_or_added():
    line = 'title: "Another title, for measuring, 7"'
    assert archives.with_title(POST, 7) == POST.replace('title : "Of sheets"', line)
    assert archives.with_title("---\ntags: a\n---\n", 7) == f"---\n{line}\ntags: a\n---\n"


def test_a_paragraph_is_added_at_the_end():
    assert archives.with_paragraph("One.\n\n", 7) == (
        "One.\n\nA paragraph more, for measuring, 7.\n"
    )


def test_an_edit_keeps_bytes_that_are_no_text(tmp_path):
    file = tmp_path / "a.md"
    file.write_bytes(b"---\r\ntitle: \xff\r\n---\r\n\xfe")
    archives.edit(file, archives.with_title, 1)
    assert file.read_bytes() == (b'---\r\ntitle: "Another title, for measuring, 1"\r\n---\r\n\xfe')


def test_an_archive_is_laid_out_with_the_copies_alone(tmp_path, write_tree, tree):
    root = write_tree(
        tmp_path / "archive",
        {"_config.yml": "", "_site/a.html": "", "_posts/a.md": "A", "_posts/b.md": "B"},
    )
    archive = Archive(root=root, sizes={"_posts/a.md": 1}, passed_over=frozenset({"_posts/b.md"}))
    copies = archives.multiplied(archive.sizes, 2)
    archives.lay_out(archive, copies, tmp_path / "copy")
    assert tree(tmp_path / "copy") == {
        "_config.yml": b"",
        "_posts/a.md": b"A",
        "_posts/a-x2.md": b"A",
    }


def test_the_article_to_edit_is_of_median_size_and_editable(tmp_path, write_tree):
    sizes = {f"{name}.md": size for name, size in zip("abcde", (9, 2, 5, 7, 3), strict=True)}
    write_tree(tmp_path, dict.fromkeys(sizes, "---\ntitle: One\n---\n") | {"c.md": "One"})
    assert archives.choose(Archive(root=tmp_path, sizes=sizes)) == "e.md"


def test_an_archive_without_an_editable_article_is_refused(tmp_path, write_tree):
    write_tree(tmp_path, {"a.md": "One"})
    with pytest.raises(LookupError, match="no article has front matter"):
        archives.choose(Archive(root=tmp_path, sizes={"a.md": 3}))


HEAD = b'<html><article><header class="broadsheet-head"><h1>One</h1></header>'
FOOT = b'<footer class="broadsheet-foot"></footer></article></html>'


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (HEAD + b"<p>Body</p>" + FOOT, len(HEAD + FOOT)),
        (HEAD + b"<p>Body</p></article></html>", len(HEAD) + len(b"</article></html>")),
        (HEAD + b"<article></article><header></header>" + FOOT, len(HEAD + FOOT)),
        (HEAD + FOOT, len(HEAD + FOOT)),
        (b"<header></header><p>A listing</p></article>", None),
        (HEAD, None),
        (b"", None),
    ],
)
def test_a_page_outside_its_body(page, expected):
    assert pages.outside_body(page) == expected


def test_caches_are_no_output(tmp_path, write_tree):
    write_tree(tmp_path, {"index.html": "12345", ".doctrees/a": "1", "a/.b/c": "1", "a/d": "1"})
    assert (list(pages.files(tmp_path)), pages.size(tmp_path)) == (["a/d", "index.html"], 6)


def test_outside_bodies_are_of_articles_alone(tmp_path, write_tree):
    write_tree(tmp_path, {"index.html": "<p>", "a/one.html": HEAD + b"Body" + FOOT})
    assert pages.outside_bodies(tmp_path) == {"a/one.html": len(HEAD + FOOT)}


def test_of_two_largest_pages_one_is_always_named():
    assert pages.median_and_largest({"b": 4, "a": 4, "c": 1, "d": 2}) == (3, 4, "b")


def test_files_are_rewritten_when_their_time_changed_or_they_came_or_went():
    before = {"same": 1, "changed": 1, "gone": 1}
    after = {"same": 1, "changed": 2, "new": 2}
    assert pages.rewritten(before, after) == ("changed", "gone", "new")


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [
        ([2.0], 1, "2.0"),
        ([3.0, 1.0, 2.0], 1, "2.0 (1.0–3.0)"),
        ([2.01, 2.02], 1, "2.0"),
        ([1234567], 0, "1,234,567"),
    ],
)
def test_figures_are_medians_with_their_spread(values, digits, expected):
    assert tables.spread(values, digits) == expected


def measured(kind, build, values, program="Broadsheet", *, many=False):
    return {aims.Figure(kind=kind, build=build, program=program, many=many): values}


def verdict(values, absent=None, *, aim, times=1):
    return list(aims.verdicts(values, absent or {}, times))[aim]


@pytest.mark.parametrize(
    ("ours", "theirs", "result", "met"),
    [([9, 1, 3], [4, 5], "0.67", "yes"), ([3], [4], "0.75", "yes"), ([4], [4], "1.00", "no")],
)
def test_an_aim_is_met_by_the_ratio_of_two_medians(ours, theirs, result, met):
    values = measured("wall", "full build", ours) | measured("wall", "full build", theirs, "Jekyll")
    _, _, other, ratio, most, verdict_ = verdict(values, aim=0)
    assert other.startswith("Jekyll: ")
    assert (ratio, most, verdict_) == (result, "≤ 0.75", met)


def test_an_aim_may_be_an_amount():
    values = measured("CPU", "nothing changed", [0.5])
    assert verdict(values, aim=5) == (
        "nothing changed, CPU", "0.50 CPU-s", "–", "0.50 CPU-s", "≤ 1 CPU-s", "yes",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("absent", "reason"),
    [({"Hugo": "Hugo is not installed"}, "Hugo is not installed"), ({}, "not measured")],
)
def test_an_aim_that_was_not_measured_says_why(absent, reason):
    values = measured("wall", "one text changed", [2.0])
    assert verdict(values, absent, aim=3) == (
        "one text changed, wall", "–", "Hugo, full build", "–", "≤ 0.4", f"skipped: {reason}",
    )  # fmt: skip


@pytest.mark.parametrize(("times", "met"), [(10, "no"), (4, "(for × 10)")])
def test_an_aim_for_many_articles_is_meant_for_ten_times_the_archive(times, met):
    values = measured("peak memory of one process", "full build", [1200.4], many=True)
    assert verdict(values, aim=9, times=times) == (
        f"× {times}: full build, peak memory of one process",
        "1,200 MB", "–", "1,200 MB", "≤ 1000 MB", met,
    )  # fmt: skip


def test_a_table_is_markdown():
    assert tables.table(("what", "s"), [("a|b", "1")]) == (
        "| what | s |\n| --- | --: |\n| a\\|b | 1 |"
    )


def test_references_lead_from_file_to_file(tmp_path, write_tree):
    texts = {f"_posts/2025-01-0{day}-a.md": "---\na: b\n---\n\nOne.\n\nTwo.\n" for day in (1, 2)}
    write_tree(tmp_path, texts)
    files = [tmp_path / name for name in texts]
    archives.refer(files, 5)
    found = [link for file in files for link in re.findall(r"\(<(.*?)>\)", file.read_text())]
    assert len(found) == 5
    assert {*found} <= {file.name for file in files}
    assert all(file.read_text().startswith("---\na: b\n---\n\n") for file in files)


def test_an_aim_may_be_a_ratio_of_two_builds():
    values = measured("CPU", aims.REFERENCES, [11.0]) | measured("CPU", aims.AS_MANY, [10.0])
    assert verdict(values, aim=-1) == (
        "full build with many references, CPU", "11.00 CPU-s",
        "full build without them: 10.00 CPU-s", "1.10", "≤ 1.1", "yes",
    )  # fmt: skip
