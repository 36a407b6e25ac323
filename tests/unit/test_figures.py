"""Pictures and the line below them, by the cases of ``figures.md``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.utils import read_fixture_file

from broadsheet.publication.figures import FIGURES, make_figures
from broadsheet.sources.kramdown import kramdown
from broadsheet.sources.kramdown.options import KramdownOptions

CASES = read_fixture_file(Path(__file__).with_name("figures.md"))


GRAMMARS = ("commonmark", "kramdown")


def parser(grammar: str) -> MarkdownIt:
    markdown = MarkdownIt("commonmark")
    if grammar == "kramdown":
        markdown.use(kramdown, KramdownOptions())
    markdown.core.ruler.push("figures", make_figures)
    return markdown


def rendered(text: str, grammar: str = "commonmark", *, figures: bool = True) -> str:
    """Return the HTML, a figure on one line."""
    html = parser(grammar).render(text, {FIGURES: figures})
    for tag in ("<figure>", "</figcaption>"):
        html = html.replace(f"{tag}\n", tag)
    return html.replace("\n<figcaption>", "<figcaption>")


@pytest.mark.parametrize(("title", "text", "expected"), [case[1:] for case in CASES],
                         ids=[case[1] for case in CASES])  # fmt: skip
@pytest.mark.parametrize("grammar", GRAMMARS)
def test_pictures_and_captions(grammar, title, text, expected):
    assert rendered(text, grammar).strip() == expected.strip()


def test_without_the_option_every_paragraph_stays_one():
    for _, _, text, _ in CASES:
        assert rendered(text, figures=False) == MarkdownIt("commonmark").render(text)


def test_the_parts_of_a_figure_keep_their_lines():
    tokens = parser("commonmark").parse(
        "Above.\n\n![a](1.png)\n![b](2.png)\n*c\nd*\n", {FIGURES: True}
    )
    assert [(one.type, one.map) for one in tokens[3:] if one.map] == [
        ("figure_open", [2, 6]),
        ("pictures_open", [2, 4]),
        ("inline", [2, 4]),
        ("figcaption_open", [4, 6]),
        ("inline", [4, 6]),
    ]


def test_the_examples_of_the_manual_are_figures():
    manual = Path(__file__).parents[2] / "docs" / "manual" / "jekyll.md"
    blocks = re.findall(r"^```markdown\n(.*?)^```", manual.read_text("utf-8"), re.M | re.S)
    (example,) = [block for block in blocks if "▲" in block]
    assert rendered(example).count("<figcaption>") == example.count("![") == 2


@given(st.lists(st.sampled_from(
    ["![a](b.png)", "\n", "▲", "*", "_", "x", " ", "> ", "- ", "[", "](c)", "<br>", "\n\n", "  \n"]
)))  # fmt: skip
def test_no_text_is_lost_or_added(parts):
    def words(html: str) -> str:
        for tag in ("em", "p", "figure", "figcaption"):
            html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        return "".join(html.replace("<br />", "").replace("<br>", "").split())

    text = "".join(parts)
    assert words(rendered(text)) == words(MarkdownIt("commonmark").render(text))
