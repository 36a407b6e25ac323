"""kramdown's spans as tokens: what pages are made of, whatever the text, in a time like its length.

What they look like is in the cases of `kramdown/`, which `test_kramdown` reads.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from broadsheet.sources.kramdown import kramdown
from broadsheet.sources.kramdown.options import KramdownOptions

#: Pieces of every span; any order of them is a text.
PIECES = [
    *"*_`[]()!<>'\"\\&{}:|$~-. \n\t漢a1",
    *("**", "__", "``", "![", "](", "[^a]", "[a]", "---", "<<", ">>", "$$", "~~", "  \n", "\\\\\n"),
    *("<b>", "</b>", "<br>", "<code>", "</code>", "<!--", "-->", "<http://a.b>", "<a@b.c>"),
    *("{:.a}", "{::comment}", "{::nomarkdown}", "{:/}", "&amp;", "&#8;", "&#x110000;", "HTML"),
]
DEFINITIONS = "\n\n[a]: /a 'A'\n\n[^a]: Note\n\n*[HTML]: Hypertext\n"


def parser(**options: object) -> MarkdownIt:
    return MarkdownIt("commonmark").use(kramdown, KramdownOptions(**options))


GFM, KRAMDOWN, FORMULAS = parser(), parser(input="kramdown"), parser(formulas=True)


def spans_of(text: str, **options: object) -> list[Token]:
    """Return the spans of a text that is one paragraph."""
    tokens = parser(**options).parse(text)
    inline = next(token for token in tokens if token.type == "inline")
    return inline.children or []


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_read_into_spans_that_end_where_they_begin(text):
    for markdown in (GFM, KRAMDOWN, FORMULAS):
        tokens = markdown.parse(text + DEFINITIONS)
        SyntaxTreeNode(tokens)  # which refuses what is not nested
        for inline in tokens:
            level = 0
            for token in inline.children or []:
                level -= token.nesting < 0
                assert token.level == level
                level += token.nesting > 0
            assert level == 0
        markdown.renderer.render(tokens, markdown.options, {"kramdown": _definitions(markdown)})


def _definitions(markdown: MarkdownIt) -> object:
    env: dict[str, object] = {}
    markdown.parse(DEFINITIONS, env)
    return env["kramdown"]


@given(st.text(alphabet=st.sampled_from("aé漢 \n1,;()/%+=^?@")))
def test_text_without_a_mark_is_kept_letter_by_letter(text):
    kept = "".join(
        "\n" if token.type == "softbreak" else token.content
        for token in spans_of("a" + text.replace("  \n", "\n").replace("\n", " "))
    )
    assert kept.split() == ("a" + text).split()


@pytest.mark.parametrize(
    "piece",
    [
        *("*a ", "**a ", "***a ", "_a ", "*a`*`", "*a _b **c __d ", "`a ``b ```c ", "[a", "![a"),
        *("[a](", '[a](b "', "[a] [b", "[a](( ", "![<b>", "*<b>", "<b><i>", "<http:", "<a@b"),
        *('<a b="', "<a b=", "<!-- ", "<![CDATA[", "$$a", "~~a ", "{:", "*a*{:", "{::comment}"),
        *("[[", "[[a]](", "[a *b ](", "![a *b ", "<b>*[", "**<b>[a", "a[x](y *", "a____b", "'\""),
    ],
)
@pytest.mark.parametrize("end", ["", 'x*`]</b>)~~"-->$$ ]]> {:/} }'])
def test_beginnings_without_an_end_are_not_read_again_and_again(piece, end):
    # were each read to the end of the text, this would take minutes
    GFM.render("a" + piece * (40_000 // len(piece)) + end + DEFINITIONS)


@pytest.mark.parametrize(
    "piece",
    ["$a ", "a$", "$", "$\\$", "\\(", "\\\\(", "\\\\[", "\\\\[\n", "[$a ", "$ a$b", "*$a", "$a\\"],
)
def test_formulas_without_an_end_are_not_read_again_and_again_either(piece):
    FORMULAS.render("a" + piece * (40_000 // len(piece)) + DEFINITIONS)


def test_text_that_is_hard_to_read_keeps_its_letters():
    text = "*a [b ![c " * 3_000
    shown = "".join(token.content for token in spans_of(text + "`]*`"))
    assert shown == text + "]*"


def test_deep_elements_end_in_text():
    tokens = spans_of("a" + "<b>" * 60)
    assert [token.type for token in tokens].count("html_span_open") == 50
    assert [token.content for token in tokens if token.content] == ["a", "<b>" * 10]


def test_notes_are_numbered_by_their_first_reference():
    text = "A[^b] B[^a] C[^b]\n\n[^a]: One\n[^b]: Two\n"
    assert [one.meta for one in spans_of(text, footnote_nr=5) if one.type == "footnote_ref"] == [
        {"name": "b", "number": 5, "reference": 0},
        {"name": "a", "number": 6, "reference": 0},
        {"name": "b", "number": 5, "reference": 1},
    ]


def test_an_image_has_its_text_where_markdown_it_has_it():
    _, image = spans_of('x ![*a* &amp; b](c.png?d&amp;e "T"){:.f standalone}')
    assert image.type == "image"
    assert image.content == "*a* & b"
    assert [child.content for child in image.children or []] == ["*a* & b"]
    assert image.attrs == {"src": "c.png?d&e", "title": "T", "alt": "", "class": "f"}
    assert image.meta == {"references": ("standalone",)}


def test_line_breaks_are_soft_unless_the_site_wants_hard_ones():
    kinds = [token.type for token in spans_of("a\nb  \nc")]
    assert kinds == ["text", "softbreak", "text", "hardbreak", "text"]
    hard = [token.type for token in spans_of("a\nb", hard_wrap=True)]
    assert hard == ["text", "hardbreak", "text"]


def test_line_breaks_in_html_are_soft_where_all_others_are_hard():
    spans = spans_of("a  \nb <i>c  \nd</i>", hard_wrap=True)
    assert [one.type for one in spans if one.type.endswith("break")] == ["hardbreak", "softbreak"]


def test_a_line_break_between_chinese_characters_goes_where_the_site_wants_it():
    (text,) = spans_of("漢\n字", remove_line_breaks_for_cjk=True)
    assert text.content == "漢字"
    assert len(spans_of("漢\nb", remove_line_breaks_for_cjk=True)) == 3


def test_a_site_chooses_its_typography():
    (text,) = spans_of('"a" -- b\'s...', smart_quotes=("‚", "‘", "„", "“"))
    assert text.content == "„a“ – b‘s…"
    (text,) = spans_of("a -- b...", typographic_symbols=None)
    assert text.content == "a -- b..."
    (text,) = spans_of("a -- b...", typographic_symbols=(("ndash", "~"),))
    assert text.content == "a ~ b…"
