"""Liquid in the articles and pages of a Jekyll repository, through real builds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archive_edits import Output, assert_same, build, read_output
from broadsheet.command import receipt
from broadsheet.publication import press
from broadsheet.publication.one_pass import make_pages

NOW = {"--now": "2025-07-01 12:00 +0000", "--jobs": "1"}

CONFIG = """\
title: The Loom
url: https://example.org
baseurl: /loom
timezone: Asia/Tokyo
permalink: /:title.html
excerpt_separator: <!--more-->
"""


def post(body: str, title: str = "A post", excerpt: str = "Above.") -> str:
    return f"---\ntitle: {title}\n---\n\n{excerpt}\n\n<!--more-->\n\n{body}\n"


FILES = {
    "_config.yml": CONFIG,
    "_data/looms.yml": "[hand, power]\n",
    "_includes/note.html": '<div class="note">{{ include.text }} of {{ page.title }}</div>\n',
    "_includes/outer.html": "{% include note.html text='Inner' %}",
    "_posts/2025-01-01-plain.md": post("No Liquid.", "Plain"),
    "_posts/2025-01-02-list.md": post(
        "{% for post in site.posts %}\n- [{{ post.title }}]({{ post.url | relative_url }})\n"
        "{% endfor %}", "List",
    ),
    "_posts/2025-01-03-note.md": post("{% include outer.html %}", "Note"),
    "_posts/2025-01-04-data.md": post(
        "Looms: {{ site.data.looms | join: ', ' }}.", "Data",
        "There are {{ site.data.looms | size }} looms at {{ site.title }}.",
    ),
    "_posts/2025-01-05-link.md": post("See [it]({% post_url 2025-01-01-plain %}).", "Link"),
    "_posts/2025-01-06-code.md": post(
        "{% highlight ruby %}\nputs '{{ page.title }}'\n{% endhighlight %}\n\n"
        "`{{ page.title }}` and {% raw %}{{ page.title }}{% endraw %}", "Code",
    ),
    "about.md": "---\ntitle: About\n---\n\n{{ site.title }} has {{ site.posts.size }} posts"
    " and {{ site.data.looms.size }} looms.\n",
}  # fmt: skip


@pytest.fixture
def source(tmp_path, write_tree):
    return write_tree(tmp_path / "source", FILES)


def main_text(out: Path, name: str) -> str:
    page = BeautifulSoup((out / name).read_text("utf-8"), "html.parser")
    body = page.select_one(".broadsheet-body") or page.select_one("[role=main]")
    return " ".join(body.get_text().split())


def rewritten(before: Output, after: Output) -> set[str]:
    """Return the pages that were written, by name."""
    assert before.files.keys() == after.files.keys()
    return {
        name for name in after.files
        if name.endswith(".html") and before.times[name] != after.times[name]
    }  # fmt: skip


def test_articles_and_pages_show_what_liquid_makes(source, tmp_path):
    said = build(source, tmp_path / "out", NOW)
    assert said.warnings == ()
    names = ("list", "note", "data", "link", "code", "about")
    assert {name: main_text(tmp_path / "out", f"{name}.html") for name in names} == {
        "list": "Above. Code Link Data Note List Plain",
        "note": "Above. Inner of Note",
        "data": "There are 2 looms at The Loom. Looms: hand, power.",
        "link": "Above. See it.",
        "code": "Above. puts '{{ page.title }}' {{ page.title }} and {{ page.title }}",
        "about": "About¶ The Loom has 6 posts and 2 looms.",
    }


def test_links_that_liquid_writes_lead_to_pages(source, tmp_path):
    build(source, tmp_path / "out", NOW)
    page = BeautifulSoup((tmp_path / "out" / "list.html").read_text("utf-8"), "html.parser")
    links = {one["href"] for one in page.select(".broadsheet-body a.internal")}
    assert {"plain.html", "note.html", "code.html"} <= links


def test_code_of_highlight_is_coloured(source, tmp_path):
    build(source, tmp_path / "out", NOW)
    page = BeautifulSoup((tmp_path / "out" / "code.html").read_text("utf-8"), "html.parser")
    assert page.select_one(".highlight-ruby .nb").get_text() == "puts"


def test_a_card_shows_the_excerpt_that_liquid_makes(source, tmp_path):
    build(source, tmp_path / "out", NOW)
    front = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "There are 2 looms at The Loom." in front
    assert "{{" not in front


def test_a_fault_stays_in_the_text_and_has_its_line(source, tmp_path):
    text = post(
        "{% comment %}\n\n{% endcomment %}\n{% for i in (1..5) %}\n- {{ i }}\n{% endfor %}\n\n"
        "{% gallery %}\n\n![](broken"
    )
    (source / "_posts/2025-02-01-faulty.md").write_text(text)
    said = build(source, tmp_path / "out", NOW)
    found = sorted(one.partition("2025-02-01-faulty.md:")[2] for one in said.warnings)
    lines = text.split("\n")
    assert [(int(one.split(":")[0]), one.rpartition("[")[2]) for one in found] == [
        (lines.index("{% gallery %}") + 1, "broadsheet.liquid]"),
        (lines.index("![](broken") + 1, "broadsheet.image]"),
    ]
    assert "{% gallery %}" in main_text(tmp_path / "out", "faulty.html")


# what is not taken in


def test_nothing_outside_the_source_is_taken_in(source, tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_text("a secret")
    (source / ".git").mkdir()
    (source / ".git/config").write_text("a secret")
    (source / "_includes/link.html").symlink_to(secret)
    (source / "_includes/folder").symlink_to(tmp_path)
    (source / "_includes/hidden.html").symlink_to(source / ".git/config")
    (source / "_includes/config.html").symlink_to(source / "_config.yml")
    (source / "_posts/beside.md").symlink_to(secret)
    (source / "_data/secret.yml").symlink_to(secret)
    os.mkfifo(source / "_includes/pipe.html")
    tags = [
        "include link.html", "include folder/secret.html", "include hidden.html",
        "include config.html", "include pipe.html", "include ../../secret.html",
        f"include {secret}", "include_relative beside.md", "include_relative ../_config.yml",
        "include_relative ../../secret.html", "include nowhere.html",
    ]  # fmt: skip
    body = "\n".join(f"{{% {tag} %}}" for tag in tags) + "\n\n[{{ site.data.secret }}]"
    (source / "_posts/2025-02-01-thief.md").write_text(post(body))
    said = build(source, tmp_path / "out", NOW)
    shown = main_text(tmp_path / "out", "thief.html")
    assert "a secret" not in shown
    assert "The Loom" not in shown
    assert all(f"{{% {tag} %}}" in shown for tag in tags)
    assert len([one for one in said.warnings if "broadsheet.liquid" in one]) == len(tags)


def test_a_link_to_the_folder_of_includes_itself_leads_nowhere_else(source, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "note.html").write_text("a secret")
    for path in (source / "_includes").iterdir():
        path.unlink()
    (source / "_includes").rmdir()
    (source / "_includes").symlink_to(other)
    build(source, tmp_path / "out", NOW)
    assert "a secret" not in main_text(tmp_path / "out", "note.html")


# what is made again


DURING = {
    "_includes/note.html": '<div class="note">Another note</div>\n',
    "_data/looms.yml": "[hand, power, water]\n",
}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("path", DURING)
def test_a_file_that_changes_while_pages_are_made_is_seen_by_the_next_build(
    source, tmp_path, monkeypatch, path, jobs
):
    options = NOW | {"--jobs": jobs}
    for number in range(20):
        text = post("{% include outer.html %} {{ site.data.looms | join: ' ' }}", f"M{number}")
        (source / f"_posts/2025-03-{number + 1:02}-more.md").write_text(text)

    def made_before_an_edit(names, work, **options):
        made = list(make_pages(names, work, **options))
        (source / path).write_text(DURING[path])  # before anything is recorded
        return made

    monkeypatch.setattr(press, "make_pages", made_before_an_edit)
    build(source, tmp_path / "out", options)
    monkeypatch.undo()
    build(source, tmp_path / "out", options)
    build(source, tmp_path / "clean", options)
    assert_same(read_output(tmp_path / "out"), read_output(tmp_path / "clean"))


EDITS = {
    "_includes/note.html": ("of", "in", {"note.html"}),
    "_data/looms.yml": (
        "power", "water", {"data.html"},
    ),
    "_posts/2025-01-01-plain.md": ("No Liquid", "None", {"plain.html"}),
}  # fmt: skip


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_rewrites_the_pages_that_show_it(source, tmp_path, path):
    out = tmp_path / "out"
    build(source, out, NOW)
    before = read_output(out)
    old, new, pages = EDITS[path]
    (source / path).write_text((source / path).read_text().replace(old, new))
    build(source, out, NOW)
    assert rewritten(before, read_output(out)) == pages


def test_a_title_rewrites_the_articles_that_list_it(source, tmp_path):
    out = tmp_path / "out"
    build(source, out, NOW)
    before = read_output(out)
    path = source / "_posts/2025-01-03-note.md"
    path.write_text(path.read_text().replace("title: Note", "title: Noted"))
    build(source, out, NOW)
    written = rewritten(before, read_output(out))
    assert {"list.html", "note.html"} <= written
    assert not {"plain.html", "about.html", "code.html"} & written


def test_a_post_that_appears_is_linked(source, tmp_path):
    out = tmp_path / "out"
    (source / "_posts/2025-02-01-early.md").write_text(post("[x]({% post_url 2025-02-02-late %})"))
    assert len(build(source, out, NOW).warnings) == 1
    (source / "_posts/2025-02-02-late.md").write_text(post("Late.", "Late"))
    assert build(source, out, NOW).warnings == ()
    assert 'href="late.html"' in (out / "early.html").read_text("utf-8")


def test_two_processes_make_what_one_makes(source, tmp_path):
    for number in range(20):
        name = source / f"_posts/2025-03-{number + 1:02}-more.md"
        name.write_text(
            post("{% include outer.html %} {{ site.posts.size }} {% nope %}", f"M{number}")
        )
    one = build(source, tmp_path / "one", NOW)
    two = build(source, tmp_path / "two", NOW | {"--jobs": "2"})
    assert_same(read_output(tmp_path / "two"), read_output(tmp_path / "one"))
    assert two.warnings == one.warnings


def test_articles_that_sphinx_reads_show_the_same(source, tmp_path, build):
    conf = (
        "extensions = ['myst_parser', 'broadsheet']\nhtml_theme = 'furo'\n"
        "html_baseurl = 'https://example.org/loom/'\nbroadsheet_jekyll = True\n"
        "exclude_patterns = ['conf.py']\n"
    )
    (source / "conf.py").write_text(conf)
    one = build(source, outdir=tmp_path / "one", confoverrides={"broadsheet_one_pass": True})
    two = build(source, outdir=tmp_path / "two", confoverrides={"broadsheet_one_pass": False})
    assert one.warnings == two.warnings == ""
    names = [path.name for path in sorted(one.outdir.glob("*.html"))]
    assert {name: (one.outdir / name).read_text("utf-8") for name in names} == {
        name: (two.outdir / name).read_text("utf-8") for name in names
    }
    (source / "_includes/note.html").write_text("<p>Another.</p>\n")
    (source / "_data/looms.yml").write_text("[one]\n")
    again = build(source, outdir=tmp_path / "two", confoverrides={"broadsheet_one_pass": False})
    assert main_text(again.outdir, "note.html") == "Above. Another."
    assert "1 looms at" in main_text(again.outdir, "data.html")
    assert "1 looms" in main_text(again.outdir, "about.html")


def test_a_book_shows_what_pages_show(source, tmp_path, build):
    (source / "conf.py").write_text(
        "extensions = ['myst_parser', 'broadsheet']\nbroadsheet_jekyll = True\n"
        "exclude_patterns = ['conf.py']\n"
    )
    for _ in range(2):
        built = build(source, builder="text", outdir=tmp_path / "text")
        assert "broadsheet.liquid" not in built.warnings
    text = (built.outdir / "_posts/2025-01-04-data.txt").read_text("utf-8")
    assert "There are 2 looms at The Loom." in text
    assert "Looms: hand, power." in text


def test_a_page_that_shows_the_day_holds_for_that_day(source, tmp_path):
    def period() -> timedelta:
        kept = receipt.load(out / ".doctrees" / receipt.NAME)
        return kept.until - kept.since

    out = tmp_path / "out"
    for path in source.rglob("*"):
        os.utime(path, ns=(10**18, 10**18))
    options = {"--jobs": "1"}
    build(source, out, options, later=10**11)
    assert period() > timedelta(days=1000)
    (source / "_posts/2025-02-01-day.md").write_text(post("{{ site.time | date: '%Y' }}"))
    build(source, out, options, later=10**11)
    assert period() <= timedelta(days=1)
    assert re.fullmatch(r"Above\. \d{4}", main_text(out, "day.html"))


def test_a_project_of_sphinx_keeps_its_braces(tmp_path, write_tree, build):
    files = {
        "conf.py": "extensions = ['myst_parser', 'broadsheet']\nhtml_theme = 'furo'\n",
        "articles/2025-01-01-a.md": "---\ntitle: A\n---\n\n{{ page.title }} {% raw %}\n",
    }
    built = build(write_tree(tmp_path / "site", files))
    assert built.warnings == ""
    assert main_text(built.outdir, "articles/2025-01-01-a.html") == "{{ page.title }} {% raw %}"


LOADED = """\
import sys
from broadsheet.command import main

assert main(["build", *sys.argv[1:]]) == 0
print("loaded" if "liquid" in sys.modules else "not loaded")
"""


def test_only_a_text_with_liquid_loads_python_liquid(source, tmp_path):
    def loaded() -> str:
        command = [sys.executable, "-c", LOADED, source, tmp_path / "out", "-j1"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout.splitlines()[-1]

    assert loaded() == "loaded"
    path = source / "_posts/2025-01-01-plain.md"
    path.write_text(path.read_text().replace("No Liquid", "None at all"))
    assert loaded() == "not loaded"
