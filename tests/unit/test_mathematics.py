"""Formulas: MathML of what authors write, and a reason where there is none."""

from __future__ import annotations

import re
import threading

import pytest

from broadsheet.publication.mathematics import mathml


def shown(tex: str, *, block: bool = False) -> str:
    """Return the elements and signs of a formula."""
    math, fault = mathml(tex, block=block)
    assert fault == ""
    return re.search(r"<semantics><mrow>(.*)</mrow><annotation", math)[1]


@pytest.mark.parametrize(
    ("tex", "math"),
    [
        ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathcal{L}", "<mi>ℒ</mi>"),
        (r"\mathbf{x}\mathfrak{g}", "<mi>𝐱</mi><mi>𝔤</mi>"),
        (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
        (r"\text{a <b>}", "<mtext>a\xa0&lt;b&gt;</mtext>"),
        (r"\mbox{e 中}", "<mtext>e\xa0中</mtext>"),
        (r"x\label{eq}\vspace{1cm}", "<mi>x</mi>"),
    ],
)
def test_a_formula_becomes_mathml(tex, math):
    assert shown(tex) == math


def test_a_formula_keeps_its_tex_for_those_who_copy_it():
    math, _ = mathml("a < b", block=True)
    assert '<annotation encoding="application/x-tex">a &lt; b</annotation>' in math
    assert 'display="block"' in math


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{1",
        r"\nosuch",
        r"\newcommand{\a}{\a\a}\a",
        "{" * 20_000,
        "x & y",
        r"\def\a{\a}\a" * 9,
    ],
)
def test_what_is_no_formula_has_a_reason(tex):
    math, fault = mathml(tex, block=False)
    assert math == ""
    assert fault


def test_a_formula_brings_in_nothing_from_elsewhere():
    assert "href=" not in re.sub(
        "<annotation.*", "", mathml(r"\href{https://a.org}{x}", block=False)[0]
    )
    assert "<img" not in mathml(r"\includegraphics{https://a.org/b.png}", block=False)[0]


def test_each_thread_has_an_engine_of_its_own():
    found = []
    thread = threading.Thread(target=lambda: found.append(mathml("t_1", block=False)))
    thread.start()
    thread.join()
    assert mathml("t_2", block=False)[1] == found[0][1] == ""
