"""Formulas of MyST's own grammar, in a Sphinx project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from broadsheet.command import main

CONF = 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nmyst_enable_extensions = ["dollarmath"]\n'
TEXT = """\
---
title: T
---

Of $x^2$.

$$
a &= b \\\\
  &= c
$$ (first)

See {eq}`first`.
"""


def page(build, write_tree, folder, conf=CONF, text=TEXT):
    files = {"conf.py": conf, "articles/2025-01-01-a.md": text, "index.md": "# Home\n"}
    result = build(write_tree(folder / "site", files))
    return result, (result.outdir / "articles/2025-01-01-a.html").read_text("utf-8")


def test_dollar_signs_make_mathml_without_a_script(build, write_tree, tmp_path):
    result, html = page(build, write_tree, tmp_path)
    assert result.warnings == ""
    assert html.count("<math ") == 2
    assert "<mtable" in html
    assert re.search(r'<span class="eqno">\(1\)<a class="headerlink" href="#equation-first"', html)
    assert "<script" in html
    assert not re.search(r'<script[^>]* src="[^"]*(?:mathjax|katex|//)', html, re.IGNORECASE)
    ids = re.findall(r' id="([^"]*)"', html.partition("<article")[2].partition("</article>")[0])
    assert len(ids) == len(set(ids))


NEW = """\
---
title: T
---

For $5 and $6, or US$5-$6, $x^2$ and $ y $.

:::{note}
A note.
:::

Term
: Its meaning.
"""


@pytest.mark.parametrize("one_pass", [True, False])
def test_a_new_article_has_formulas_fences_of_colons_and_lists_of_definitions(
    build, write_tree, tmp_path, one_pass
):
    conf = f'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_one_pass = {one_pass}\n'
    files = {
        "conf.py": conf,
        "articles/2025-01-01-a.md": NEW,
        "index.md": "# Home\n\nFor $5 and $x$.\n\nTerm\n: none\n",
    }
    result = build(write_tree(tmp_path / "site", files))
    assert result.warnings == ""
    html = (result.outdir / "articles/2025-01-01-a.html").read_text("utf-8")
    assert (
        html.count("<math "),
        html.count("<dl class"),
        html.count('class="admonition note"'),
    ) == (
        1,
        1,
        1,
    )
    assert "For $5 and $6, or US$5-$6, <" in html
    assert "and $ y $.</p>" in html
    home = (result.outdir / "index.html").read_text("utf-8")
    assert "For $5 and $x$.</p>" in home  # pages are what conf.py makes them
    (one,) = json.loads((result.outdir / "articles.json").read_text("utf-8"))["articles"]
    assert one["excerpt"] == "For $5 and $6, or US$5-$6, x^2 and $ y $."


def test_an_article_may_do_without(build, write_tree, tmp_path):
    conf = 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_myst_extensions = []\n'
    _, html = page(build, write_tree, tmp_path, conf, NEW)
    assert "$x^2$" in html
    assert "<dl class" not in html


JEKYLL = {
    "_config.yml": "title: T\nurl: https://example.org\ndefaults:\n"
    "  - {scope: {path: notes}, values: {mathjax: true}}\n",
    "_posts/2025-01-01-key.md": "---\ntitle: A\nmath: true\n---\n{}",
    "_posts/2025-01-02-none.md": "---\ntitle: B\n---\n{}",
    "notes/_posts/2025-01-03-scope.md": "---\ntitle: C\n---\n{}",
    "notes/_posts/2025-01-04-off.md": "---\ntitle: D\nmath: false\n---\n{}",
    "page.md": "---\ntitle: P\nuse_math: true\n---\n{}",
}
#: The pages of these, each with whether it has formulas in single dollars.
HAVE = {
    "2025/01/01/key.html": True,
    "2025/01/02/none.html": False,
    "notes/2025/01/03/scope.html": True,
    "notes/2025/01/04/off.html": False,
    "page.html": True,
}
DOLLARS = "Of $a_1 + *b*$ for $5.\n\n## The $x_1$\n\nSee [$x_1$](#the-x_1).\n"


def formulas(out: Path) -> dict[str, int]:
    return {name: (out / name).read_text("utf-8").count("<math ") for name in HAVE}


def test_themes_formulas_in_single_dollars_are_some_where_a_key_says_so(tmp_path, write_tree):
    files = {path: text.replace("{}", DOLLARS) for path, text in JEKYLL.items()}
    source, out = write_tree(tmp_path / "source", files), tmp_path / "old"
    assert main(["build", str(source), str(out), "-W"]) == 0
    assert formulas(out) == {name: 4 * has for name, has in HAVE.items()}
    excerpts = {
        one["title"]: one["excerpt"]
        for one in json.loads((out / "articles.json").read_text("utf-8"))["articles"]
    }
    assert excerpts["A"] == excerpts["C"] == "Of a_1 + *b* for $5."
    assert excerpts["B"] == excerpts["D"] == "Of $a_1 + b$ for $5."
    # an import has them as well, and leaves prices
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    assert main(["build", str(tmp_path / "dest" / "docs"), str(tmp_path / "new"), "-W"]) == 0
    assert formulas(tmp_path / "new") == formulas(out)
    # and so it is if the whole site has a key
    with (source / "_config.yml").open("a") as config:
        config.write("mathjax: true\n")
    assert main(["build", str(source), str(out), "-W"]) == 0
    assert formulas(out) == {name: 0 if "off" in name else 4 for name in HAVE}


@pytest.mark.parametrize("renderer", ["mathjax"])
def test_another_renderer_may_be_chosen(build, write_tree, tmp_path, renderer):
    conf = f'{CONF}html_math_renderer = "{renderer}"\n'
    _, html = page(build, write_tree, tmp_path, conf)
    assert "<math " not in html
    assert "mathjax" in html
