"""Formulas of MyST's own grammar, in a Sphinx project."""

from __future__ import annotations

import re

import pytest

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


@pytest.mark.parametrize("renderer", ["mathjax"])
def test_another_renderer_may_be_chosen(build, write_tree, tmp_path, renderer):
    conf = f'{CONF}html_math_renderer = "{renderer}"\n'
    _, html = page(build, write_tree, tmp_path, conf)
    assert "<math " not in html
    assert "mathjax" in html
