"""``broadsheet check`` finds what a build finds, and what leads nowhere besides."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

NOW = "--now=2026-01-01"
SUMMARY = re.compile(r"\d+ faults?(?: in \d+ files?)?; [\d,]+ articles?, \d+\.\d s")

JEKYLL: Mapping[str, str] = {
    "_config.yml": "title: The Sheet\nurl: https://example.org\nbaseurl: /sheet\n",
    "_includes/long.md": "one\n\ntwo\n\nthree\n",
    "_includes/heading.md": "## From an include\n",
    "_posts/2025-01-01-one.md": """\
---
title: One
---
{% include long.md %}

[there](/sheet/2025/01/02/two.html#wind), [not there](/2025/01/02/two.html#rain)

[the whole address](https://example.org/sheet/2025/01/02/two.html#snow), [no page](two.html)

<a href="/nowhere.html">A</a> and <a href="#nothing">B</a> and <a href="#clouds">C</a>

<div>
<a href="/nor-here.html">D</a>
</div>

[post]({% post_url 2025-01-02-two %}#hail) [no post]({% post_url 2025-01-09-nine %})

![no file](/none.png) <img src="/neither.png"> [label][here] [page](/about/#ours)

[include](/2025/01/02/two.html#from-an-include) [away](https://example.com/#x)

## Clouds

[here]: /no-label
""",
    "_posts/2025-01-02-two.md": "---\ntitle: Two\n---\n## Wind\n\n{% include heading.md %}\n\n[up](#up)\n",
    "_posts/2025-01-03-gone.md": "---\ntitle: Gone\nredirect_to: /nix\n---\n[x](/unseen.html)\n",
    "_posts/2025-01-04-moved.md": "---\ntitle: M\nredirect_to: /2025/01/02/two.html\n---\n",
    "about.md": "---\ntitle: About\npermalink: /about/\n---\n[m](/2025/01/04/moved.html#wind)"
    " [n](/2025/01/04/moved.html#calm)\n",
}

IN_JEKYLL = """\
_posts/2025-01-01-one.md:6: link '#rain' leads to no heading and no anchor of _posts/2025-01-02-two.md (expected the id of one); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:8: link '#snow' leads to no heading and no anchor of _posts/2025-01-02-two.md (expected the id of one); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:8: link 'two.html' leads to no page of this site (expected one like '/2025/01/02/two.html'); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:10: link '#nothing' leads to no heading and no anchor of this page (expected the id of one); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:10: link '/nowhere.html' leads to no page of this site (expected one, or http(s)://…); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:13: link '/nor-here.html' leads to no page of this site (expected one, or http(s)://…); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:16: link '#hail' leads to no heading and no anchor of _posts/2025-01-02-two.md (expected the id of one); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:16: there is no post '2025-01-09-nine' (expected the name of its file); left in the text as it stands [broadsheet.liquid]
_posts/2025-01-01-one.md:18: image '/neither.png' is no file of the source (expected one); left as it is [broadsheet.image]
_posts/2025-01-01-one.md:18: image '/none.png' is no file of the source (expected one); its text is shown [broadsheet.image]
_posts/2025-01-01-one.md:18: link '#ours' leads to no heading and no anchor of about.md (expected the id of one); left as it is [broadsheet.ref]
_posts/2025-01-01-one.md:18: link '/no-label' leads to no page of this site (expected one, or http(s)://…); left as it is [broadsheet.ref]
_posts/2025-01-02-two.md:8: link '#up' leads to no heading and no anchor of this page (expected the id of one); left as it is [broadsheet.ref]
_posts/2025-01-03-gone.md:3: redirect_to '/nix' leads to no page of this site (expected one, or http(s)://…) [broadsheet.ref]
about.md:5: link '#calm' leads to no heading and no anchor of _posts/2025-01-02-two.md (expected the id of one); left as it is [broadsheet.ref]
"""

SPHINX: Mapping[str, str] = {
    "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\n',
    "index.md": "# Home\n\n```{toctree}\nmanual\nnone\n```\n\n[](#one) [](#bb) {post}`one#nine`\n",
    "manual.md": """\
(label)=
# Manual

[in](articles/2025-01-01-one.md#red) [not in](articles/2025-01-01-one.md#blue) [x](gone.md)

{doc}`index` {doc}`none` <a href="none.html">A</a> <a href="articles/2025-01-01-one.html">B</a>
""",
    "articles/2025-01-01-one.md": """\
---
title: One
tags: red
author: Jane Doe
---
## Red

{post}`one`, {post}`ones`, {post}`three`, {tag}`red`, {tag}`blue`, {author}`Jane Doe`

{author}`nobody`, {series}`none`, {collection}`articles`, {collection}`none`

{ref}`label`, {ref}`none`, {doc}`/manual`, [a file](../manual.md), [label](#label), [own](#red)

[](#one) [](#zork) [a draft](2025-01-03-three.md) ![no file](none.png)
""",
    "articles/2025-01-02-two.md": "---\ntitle: Two\nredirect_to: /none.html\n---\n",
    "articles/2025-01-03-three.md": "---\ntitle: Three\ndraft: true\n---\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    status: int
    out: str
    err: str

    @property
    def faults(self) -> list[str]:
        return self.out.splitlines()[:-1]


def run(folder: Path, *arguments: str) -> Run:
    """Run the command in *folder*, and keep nothing elsewhere."""
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet.command", *arguments, NOW],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "XDG_CACHE_HOME": str(folder / "cache")},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Run(status=done.returncode, out=done.stdout, err=done.stderr)


def built(folder: Path) -> set[str]:
    """Return what a build says of references."""
    said = run(folder, "build", "site", "out").err.splitlines()
    kinds = re.compile(
        r" \[(?:broadsheet\.(?:ref|image|liquid)|myst\.xref_\w+|ref\.\w+|toc\.\w+)\]$"
    )
    return {line.replace(": WARNING: ", ": ", 1) for line in said if kinds.search(line)}


def test_everything_in_a_jekyll_repository_that_leads_nowhere_is_listed(tmp_path, write_tree):
    write_tree(tmp_path / "site", JEKYLL)

    done = run(tmp_path, "check", "site")

    assert done.faults == [f"site/{line}" for line in IN_JEKYLL.splitlines()]
    assert SUMMARY.fullmatch(done.out.splitlines()[-1])
    assert (done.status, done.err) == (1, "")


@pytest.mark.parametrize("site", [JEKYLL, SPHINX], ids=["jekyll", "sphinx"])
def test_what_a_build_says_of_references_is_said_in_its_words(tmp_path, write_tree, site):
    write_tree(tmp_path / "site", site)

    said = built(tmp_path)

    assert said
    assert said <= {*run(tmp_path, "check", "site").faults}


def test_what_no_build_looks_at_in_a_sphinx_project_is_found_too(tmp_path, write_tree):
    write_tree(tmp_path / "site", SPHINX)

    more = {*run(tmp_path, "check", "site").faults} - built(tmp_path)

    assert more == {
        "site/articles/2025-01-02-two.md:3: redirect_to '/none.html' leads to no page of this site"
        " (expected one like '/articles/2025-01-01-one.html') [broadsheet.ref]",
        "site/manual.md:4: link '#blue' leads to no heading and no anchor of"
        " articles/2025-01-01-one.md (expected the id of one); left as it is [broadsheet.ref]",
        "site/manual.md:6: link 'none.html' leads to no page of this site"
        " (expected one like '/articles/2025-01-01-one.html'); left as it is [broadsheet.ref]",
    }


def test_faults_are_told_to_programs(tmp_path, write_tree):
    text = "---\ntitle: One\n---\n[x](/none/)\n"
    write_tree(tmp_path / "site", {"_config.yml": "", "_posts/2025-01-01-one.md": text})

    done = run(tmp_path, "check", "site", "--json")

    assert (done.status, json.loads(done.out)) == (1, {
        "articles": 1,
        "faults": [{
            "path": "_posts/2025-01-01-one.md",
            "line": 4,
            "message": "link '/none/' leads to no page of this site"
            " (expected one like '/2025/01/01/one.html'); left as it is",
            "type": "broadsheet.ref",
        }],
    })  # fmt: skip


def test_a_source_without_faults_returns_0_and_is_left_as_it_was(tmp_path, write_tree, tree):
    text = "---\ntitle: One\n---\n[x](/2025/01/01/one.html)\n"
    site = write_tree(tmp_path / "site", {"_config.yml": "", "_posts/2025-01-01-one.md": text})
    before = tree(site)

    done = run(tmp_path, "check", "site")

    assert (done.status, done.faults, done.err) == (0, [], "")
    assert done.out.startswith("0 faults; 1 article, ")
    assert tree(site) == before


def test_a_second_check_sees_what_has_changed_elsewhere(tmp_path, write_tree):
    text = "---\ntitle: One\n---\n[x](/2025/01/02/two.html#here)\n"
    two = "---\ntitle: Two\n---\n## {}\n"
    write_tree(tmp_path / "site", {
        "_config.yml": "",
        "_posts/2025-01-01-one.md": text,
        "_posts/2025-01-02-two.md": two.format("Here"),
    })  # fmt: skip
    first = run(tmp_path, "check", "site").status
    write_tree(tmp_path / "site", {"_posts/2025-01-02-two.md": two.format("There")})

    assert (first, run(tmp_path, "check", "site").status) == (0, 1)


def test_any_number_of_processes_finds_the_same(tmp_path, write_tree):
    text = "---\ntitle: One\n---\n[x](/none-{0}/)\n"
    posts = {f"_posts/2025-01-{day:02}-p.md": text.format(day) for day in range(1, 29)}
    write_tree(tmp_path / "site", {"_config.yml": "", **posts})

    alone, together = (run(tmp_path, "check", "site", "-j", count).faults for count in "12")

    assert len(alone) == 28
    assert alone == together


@pytest.mark.parametrize("name", ["none", "site"])
def test_what_is_no_publication_is_refused(tmp_path, name):
    (tmp_path / "site").mkdir()

    done = run(tmp_path, "check", name)

    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"broadsheet: {tmp_path / name} ")


def test_a_broken_configuration_returns_1_and_says_why(tmp_path, write_tree):
    write_tree(tmp_path / "site", {"conf.py": "broadsheet = 1 /\n", "a.md": ""})

    done = run(tmp_path, "check", "site")

    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("broadsheet: Configuration error: ")
