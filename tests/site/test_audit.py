"""``broadsheet audit`` as a shell runs it: its reports as a whole, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import html5lib
import pytest

from broadsheet.command.audit.report import SCHEMA
from broadsheet.command.audit.terminal import columns

COMMAND = Path(sys.executable).with_name("broadsheet")
NOW = "--now=2026-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    status: int
    out: str
    err: str

    @property
    def report(self) -> dict:
        return json.loads(self.out)

    @property
    def findings(self) -> list[str]:
        return [f"{one['path']}:{one['line']} {one['kind']}" for one in self.report["findings"]]


def audit(
    source: Path | str, *options: str | Path, folder: Path, env: Mapping[str, str] | None = None
) -> Run:
    """Run the command in *folder*; no run ends in a traceback, or changes the source."""
    before = state(folder / source)
    done = subprocess.run(
        [COMMAND, "audit", source, NOW, *options],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **apart(folder), **(env or {})},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert state(folder / source) == before
    return Run(status=done.returncode, out=done.stdout, err=done.stderr)


def apart(folder: Path) -> dict[str, str]:
    """Have what is kept for the next audit lie below *folder*."""
    return {"XDG_CACHE_HOME": str(folder / "cache")}


def state(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


ARTICLE = """\
---
title: Rain
author: Jane Doe and Émile Roe
date: 2025-03-04 09:00:00 +0000
tags: [weather]
---
It rained on [Monday](2025-03-03-sun.md){:.link}, said [the note](/nowhere/).

## Clouds

See [above](#clouds), [below](#wind) and ![a cloud](cloud.png).
"""

SMALL = {
    "_config.yml": "title: The Sheet\nurl: https://example.org\nplugins:\n  - jekyll-scholar\n",
    "_posts/2025-03-03-sun.md": "---\ntitle: Sun\nauthor: Emile Roe\ntitel: x\n---\nIt shone.\n",
    "_posts/2025-03-04-rain.md": ARTICLE,
    "_posts/2030-01-01-later.md": "---\ntitle: Later\n---\n{% gist 1 %}\n",
    "_drafts/idea.md": "---\ntitle: Idea\n---\n",
    "_layouts/post.html": "{{ content }}",
}

REPORT = """\
The Sheet
a Jekyll repository, https://example.org/

What will be different
  - Readers will see Liquid as it is written, where it has the tag gist.
  - 1 image cannot be shown: there is no such file.
  - Nothing does the work of jekyll-scholar.
  - 2 links lead nowhere; most do so in Jekyll, too.
  - Not published, as in Jekyll: 1 draft, 1 dated in the future.
  - All pages have the layout of Broadsheet and the look of Furo, in place of
    the theme with its 1 layout.

Articles: 4
  published 2, drafts 1, future 1, undated 1
  16 words

  2025       2 ████████████████████████████████████████
  2030       1 ████████████████████

Front matter
  title                        4 text 4
  author                       2 text 2
  date                         1 text 1
  tags                         1 list 1
  titel                        1 text 1 (kept for templates)

Authors
  2 bylines, split into 3 authors; 2 articles without one
  Emile Roe                                                          1
  Jane Doe                                                           1
  Émile Roe                                                          1
  alike, and not taken for one: Emile Roe, Émile Roe

Languages
  en 4

Dialect
  attribute list of a span                1 _posts/2025-03-04-rain.md:7

Liquid: tags
! gist                                    1 _posts/2030-01-01-later.md:4

Plug-ins
! jekyll-scholar                 no counterpart: bibliographies and citations

Theme, which is not used
  layouts 1, includes 0

Links and images
  4 links, 4 of them on the site; 1 image, 0 of them remote, 0 without
  alternative text; 0 lead images

liquid: 1  A Liquid tag or filter is not supported, or names an article that is…
  _posts/2030-01-01-later.md:4
    the tag {% gist 1 %} is not supported; it stays in the text

plugin: 1  A plug-in of Jekyll has no counterpart.
  _config.yml:4
    plug-in jekyll-scholar has no counterpart: bibliographies and citations

link: 1  A link leads to no page and no file of the site.
  _posts/2025-03-04-rain.md:7
    link '/nowhere/' leads to no page or file of the site

anchor: 1  A link leads to an anchor that no heading has.
  _posts/2025-03-04-rain.md:11
    link '#wind' names an anchor that no heading has

image_file: 1  The file of an image is missing.
  _posts/2025-03-04-rain.md:11
    image 'cloud.png' is no file of the site

author: 2  Names of authors that differ little are taken for different people.
  _posts/2025-03-03-sun.md
    author 'Emile Roe' is not taken for 'Émile Roe'; an alias in the registry
    would join them
  _posts/2025-03-04-rain.md
    author 'Émile Roe' is not taken for 'Emile Roe'; an alias in the registry
    would join them
"""


@pytest.fixture
def small(tmp_path, write_tree) -> Path:
    write_tree(tmp_path / "source", SMALL)
    return tmp_path


def test_the_report_of_a_small_archive(small):
    done = audit("source", folder=small)
    assert (done.status, done.err) == (0, "")
    assert done.out == REPORT


def test_the_manual_shows_a_true_report():
    text = (Path(__file__).parents[2] / "docs" / "manual" / "audit.md").read_text("utf-8")
    shown = re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(shown) == 2
    for one in shown:
        assert one in REPORT


def test_the_json_has_the_same_findings_and_all_its_keys(small):
    done = audit("source", "--json", folder=small)
    assert done.status == 0
    assert done.findings == [
        "_config.yml:4 plugin",
        "_posts/2025-03-03-sun.md:0 author",
        "_posts/2025-03-04-rain.md:0 author",
        "_posts/2025-03-04-rain.md:7 link",
        "_posts/2025-03-04-rain.md:11 anchor",
        "_posts/2025-03-04-rain.md:11 image_file",
        "_posts/2030-01-01-later.md:4 liquid",
    ]
    report = done.report
    assert report["schema"] == SCHEMA
    assert report["articles"]["years"] == [
        {"year": 2025, "count": 2, "collections": [{"name": "posts", "count": 2}]},
        {"year": 2030, "count": 1, "collections": [{"name": "posts", "count": 1}]},
    ]
    assert report["authors"]["similar"] == [["Emile Roe", "Émile Roe"]]


def test_strict_returns_1_for_faults_and_0_for_what_is_worth_knowing(small):
    assert audit("source", "--strict", folder=small).status == 1
    source = small / "source"
    (source / "_posts" / "2025-03-04-rain.md").unlink()
    (source / "_posts" / "2030-01-01-later.md").unlink()
    (source / "_config.yml").write_text("title: The Sheet\n", "utf-8")
    (source / "_posts" / "2025-03-05-sun.md").write_text("---\ntitle: Sun\n---\n", "utf-8")
    done = audit("source", "--strict", "--json", folder=small)
    assert (done.status, done.findings) == (0, ["_posts/2025-03-05-sun.md:0 slug"])


def test_the_page_is_whole_and_loads_nothing(small):
    done = audit("source", "--html", "report.html", folder=small)
    assert (done.status, done.out, done.err) == (0, "", "")
    text = (small / "report.html").read_text("utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    for attribute in (" src=", " href=", "url(", "@import", "<script", "<link"):
        assert attribute not in text
    for finding in audit("source", "--json", folder=small).report["findings"]:
        assert finding["text"].replace("<", "&lt;") in text
    assert audit("source", "--html", folder=small).out == text
    assert audit("source", "--html", "--output", "other.html", folder=small).out == ""
    assert (small / "other.html").read_text("utf-8") == text


def test_a_report_is_the_same_each_time(small):
    for form in ([], ["--json"], ["--html"]):
        assert audit("source", *form, folder=small).out == audit("source", *form, folder=small).out


def test_output_takes_the_report_without_colours(small):
    done = audit("source", "-o", "report.txt", folder=small, env={"PYTHONIOENCODING": "ascii"})
    assert (done.status, done.out) == (0, "")
    assert (small / "report.txt").read_text("utf-8") == REPORT


def test_a_terminal_without_unicode_is_given_ascii(small):
    done = audit("source", folder=small, env={"PYTHONIOENCODING": "ascii"})
    assert done.out.isascii()
    assert "  2030       1 ####################\n" in done.out


def in_a_terminal(folder: Path, **env: str) -> str:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    try:
        environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
        environment |= {**apart(folder), **env}
        process = subprocess.Popen(
            [COMMAND, "audit", "source", NOW], cwd=folder, stdout=slave, env=environment
        )
        os.close(slave)
        said = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # Linux says so of a terminal that nobody writes to any more
                break
            if not part:
                break
            said += part
        assert process.wait(60) == 0
    finally:
        os.close(master)
    return said.decode().replace("\r\n", "\n")


def test_colours_are_for_terminals_and_for_those_who_want_them(small):
    assert "\x1b[1mThe Sheet\x1b[0m" in in_a_terminal(small)
    assert in_a_terminal(small, NO_COLOR="1") == REPORT
    assert in_a_terminal(small, TERM="dumb") == REPORT
    assert in_a_terminal(small, NO_COLOR="") != REPORT  # by no-color.org an empty one says nothing


def test_a_second_audit_sees_what_has_changed(small):
    pytest.importorskip("platformdirs")
    first = audit("source", "--json", folder=small)
    kept = [*(small / "cache" / "broadsheet" / "audit").iterdir()]
    assert [path.suffix for path in kept] == [".pickle"]
    time.sleep(0.2)  # of a file that has just been written, its time says nothing
    assert audit("source", "--json", folder=small).out == first.out
    rain = small / "source" / "_posts" / "2025-03-04-rain.md"
    rain.write_text(ARTICLE.replace("/nowhere/", "/elsewhere/"), "utf-8")
    (small / "source" / "_posts" / "2030-01-01-later.md").unlink()
    changed = audit("source", "--json", folder=small)
    assert "'/elsewhere/'" in changed.out
    assert "{% gist" not in changed.out
    kept[0].write_bytes(b"damaged")
    assert audit("source", "--json", folder=small).out == changed.out
    (small / "source" / "_config.yml").write_text("title: Another\n", "utf-8")
    assert "'/elsewhere/'" in audit("source", "--json", folder=small).out


# what archives are like


def test_one_broken_file_is_named_and_costs_no_other(tmp_path, write_tree):
    files = {
        "_posts/2025-01-01-broken.md": b'---\ntitle: "A\ndate: 2025-13-40\n---\n\xff\xfe text {{\n',
        "_posts/2025-01-02-empty.md": b"",
        "_posts/2025-01-03-whole.md": b"---\ntitle: Whole\n---\nText.\n",
        "_config.yml": b"title: [\n",
    }
    write_tree(tmp_path / "source", files)
    done = audit("source", "--json", folder=tmp_path)
    assert done.status == 0
    assert done.report["articles"]["total"] == 3
    assert done.findings == [
        "_config.yml:2 site",
        "_posts/2025-01-01-broken.md:2 front_matter",
        "_posts/2025-01-01-broken.md:3 date",
        "_posts/2025-01-01-broken.md:5 liquid",
        "_posts/2025-01-01-broken.md:5 source",
        "_posts/2025-01-02-empty.md:1 source",
    ]


def test_a_chinese_archive_fits_the_terminal(tmp_path, write_tree):
    body = "「雨」下了一整天。" * 200
    files = {
        "_config.yml": "title: 一份很長很長的報紙，" * 9 + "\nlang: zh-Hant\n",
        **{
            f"_posts/2025-01-{day:02}-{'雨' * 40}{day}.md": f"---\ntitle: 雨\nauthor: {'王' * 50}{day}\n"
            f"---\n{body}[沒有](/{'無' * 60}/)\n\n`碼`\n"
            for day in range(1, 20)
        },
    }
    write_tree(tmp_path / "source", files)
    done = audit("source", folder=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert max(map(columns, done.out.splitlines())) <= 80
    assert "link: 19 " in done.out
    report = audit("source", "--json", folder=tmp_path).report
    assert report["languages"] == [{"name": "zh-Hant", "count": 19}]


def test_hostile_names_and_long_lines_do_no_harm(tmp_path, write_tree):
    names = [
        "a\x1b[31mred",
        "b\nc",
        "<script>alert(1)</script>".replace("/", "∕"),
        "d'\"&e",
        "\u202ef",
    ]
    files = {
        "_config.yml": "title: '<b>\\x1b[31m</b>'\n",
        **{
            f"_posts/2025-01-01-{name}.md": "---\ntitle: T\n---\n"
            + "x" * 5_000
            + f"[a](</{'y' * 5000}>)\n"
            for name in names
        },
        "_posts/2025-01-02-far.md": f'---\n"k\\e[31m": 1\nimage: {"z" * 5000}\n---\n![](<javascript:\x1b]0;x>) {{% \x1b %}}\n',
    }
    write_tree(tmp_path / "source", files)
    odd = tmp_path / "source" / "_layouts" / os.fsdecode(b"\xff")
    odd.mkdir(parents=True)
    (odd / "a.html").write_text("x", "utf-8")
    done = audit("source", folder=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert max(map(columns, done.out.splitlines())) <= 80
    page = audit("source", "--html", folder=tmp_path).out
    assert "<script" not in page
    assert "\x1b" not in page
    assert len(audit("source", "--json", folder=tmp_path).report["findings"]) >= len(names)


def test_links_are_followed_as_jekyll_does(tmp_path, write_tree):
    good = [
        "/base/2025/01/01/one.html", "/2025/01/01/one", "2025-01-01-one.md",
        "{{ site.baseurl }}/2025/01/01/one.html", "{{ '/about/' | relative_url }}", "/about",
        "https://example.org/base/about/", "/assets/a%20b.pdf", "/old/", "/tags/rain/", "/",
        "/sitemap.xml", "/2025/01/01/one.html#twice-1", "#fn:n", "?page=2",
    ]  # fmt: skip
    bad = {
        "/2025/01/01/two.html": "link", "/_drafts/idea.md": "withheld", "/feed.xml": "theme_page",
        "/2025/01/01/one.html#none": "anchor", "../../assets/none.pdf": "link",
    }  # fmt: skip
    links = "\n".join(f"[x](<{one}>)" for one in [*good, *bad])
    files = {
        "_config.yml": "url: https://example.org\nbaseurl: /base\nplugins: [jekyll-sitemap]\n",
        "_posts/2025-01-01-one.md": "---\ntitle: O\ntags: rain\nredirect_from: /old/\n---\n## Twice\n## Twice\n",
        "_posts/2025-01-02-links.md": f"---\ntitle: L\n---\n{links}[^n]\n\n[^n]: Note.\n",
        "_drafts/idea.md": "---\ntitle: Idea\n---\n",
        "about.md": "---\npermalink: /about/\n---\n[gone](gone.md)\n",
        "feed.xml": "---\n---\n{{ site.posts }}",
        "all.html": "---\n---\n{% for post in site.posts %}{{ post.url }}{% endfor %}",
        "assets/a b.pdf": b"%PDF",
    }
    write_tree(tmp_path / "source", files)
    done = audit("source", "--json", folder=tmp_path)
    first = 4 + len(good)
    expected = [
        f"_posts/2025-01-02-links.md:{first + at} {kind}" for at, kind in enumerate(bad.values())
    ]
    assert sorted(done.findings) == sorted([*expected, "about.md:4 link"])


def test_liquid_names_are_looked_up(tmp_path, write_tree):
    body = (
        "{% post_url 2025-01-01-one %}{% post_url /sub/2025-01-02-two %}\n{% post_url 2025-01-09-no %}\n"
        "{% link about.md %}{% link none.md %}\n{% include note.html %}{% include ../x.html %}\n"
        "{% include_relative part.md %}{% include_relative none.md %}\n"
    )
    files = {
        "_posts/2025-01-01-one.md": f"---\ntitle: One\n---\n{body}",
        "_posts/sub/2025-01-02-two.md": "---\ntitle: Two\n---\n",
        "_posts/part.md": "part",
        "_includes/note.html": "note",
        "about.md": "---\n---\n",
    }
    write_tree(tmp_path / "source", files)
    done = audit("source", "--json", folder=tmp_path)
    found = [(one["line"], one["kind"], one["text"]) for one in done.report["findings"]]
    assert [one for one in found if one[1] in {"liquid", "include"}] == [
        (5, "liquid", "post_url '2025-01-09-no' is no article"),
        (6, "liquid", "link tag 'none.md' names no file of the site"),
        (7, "include", "include '../x.html' is no file in _includes"),
        (8, "include", "include_relative 'none.md' is no file in _posts"),
    ]


def test_a_sphinx_project_is_read_without_being_run(root):
    source = root("mixed")
    conf = source / "conf.py"
    conf.write_text(conf.read_text("utf-8") + "\nraise SystemExit('run')\n", "utf-8")
    done = audit(source.name, "--json", folder=source.parent)
    assert (done.status, done.err) == (0, "")
    report = done.report
    assert report["source"]["title"] == "The Mixed Review"
    assert report["articles"]["collections"] == [
        {"name": "notes", "count": 7},
        {"name": "articles", "count": 4},
    ]
    assert {one["kind"] for one in report["findings"]} == {"slug"}


def test_misspelt_keys_and_clashing_addresses_are_found(tmp_path, write_tree):
    files = {
        f"_posts/2025-01-{day:02}-a.md": f"---\ntitle: T\ndate: 2025-01-{day:02}\n---\n"
        for day in range(1, 8)
    }
    files["_posts/2025-01-08-b.md"] = (
        "---\nTitle: T\ndate.: 2025-01-08\npermalink: /2025/01/01/a.html\n---\n"
    )
    write_tree(tmp_path / "source", files)
    done = audit("source", "--json", folder=tmp_path)
    found = [one for one in done.findings if not one.endswith("slug")]
    assert found == [
        "_posts/2025-01-08-b.md:1 address",
        "_posts/2025-01-08-b.md:1 front_matter",
        "_posts/2025-01-08-b.md:2 key",
        "_posts/2025-01-08-b.md:3 key",
    ]


# what is refused


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        ("nowhere", [], ["nowhere", "does not exist"]),
        ("empty", [], ["empty", "is empty"]),
        ("file.txt", [], ["file.txt", "is a file"]),
        ("other", [], ["other", "no publication"]),
        ("source", ["-o", "source/report.txt"], ["source/report.txt", "SOURCE"]),
        ("source", ["--html", "source/a.html"], ["source/a.html", "SOURCE"]),
        ("source", ["-o", "none/a.txt"], ["none/a.txt", "folder"]),
        ("source", ["-o", "empty"], ["empty", "is a folder"]),
        ("source", ["--html", "a.html", "-o", "b.html"], ["a.html", "b.html"]),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(small, source, options, words):
    (small / "empty").mkdir()
    (small / "other").mkdir()
    (small / "other" / "notes.txt").write_text("x", "utf-8")
    (small / "file.txt").write_text("x", "utf-8")
    done = audit(source, *options, folder=small)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.startswith("broadsheet: ")
    for word in words:
        assert word in line


#: The command, held by whichever process is the first to open an article.
HELD = """
import pathlib, signal, sys, time
from broadsheet.command import main

def hold(event, arguments):
    if event == "open" and "_posts" in str(arguments[0]) and str(arguments[0]).endswith(".md"):
        pathlib.Path("begun").touch()
        time.sleep(60)

signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
sys.addaudithook(hold)
sys.exit(main(["audit", "source"]))
"""


def test_an_interrupted_audit_says_so_in_one_line(tmp_path, write_tree):
    write_tree(tmp_path / "source", {f"_posts/2025-01-01-{at}.md": "Text." for at in range(400)})
    process = subprocess.Popen(
        [sys.executable, "-c", HELD], cwd=tmp_path, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, **apart(tmp_path)},
    )  # fmt: skip
    while not ((tmp_path / "begun").exists() or process.poll() is not None):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the command
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err == "broadsheet: interrupted; nothing was written\n"


def test_sphinx_is_not_loaded(small):
    script = (
        "import sys; from broadsheet.command import main; status = main(['audit', 'source']);"
        " print(sorted({'sphinx', 'docutils', 'myst_parser'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=small, capture_output=True, text=True, encoding="utf-8",
        timeout=60, env={**os.environ, "PYTHONIOENCODING": "utf-8", **apart(small)},
    )  # fmt: skip
    assert done.stderr == "[]\n"


def test_the_verdict_says_of_an_article_without_title_or_date_that_these_are_missing(
    tmp_path, write_tree
):
    text = "---\nlang: en\n---\nText.\n"
    write_tree(
        tmp_path / "source",
        {
            "_config.yml": "title: The Loom\n",
            "_posts/2025-01-01-warp.md": text,
            "_posts/weft.md": text,
        },
    )
    found = audit("source", "--json", folder=tmp_path).report["verdict"]
    assert "Values in the front matter of 1 file are missing, or left out as unusable." in found
    assert "Dates in 1 file are missing, impossible or unreadable." in found
