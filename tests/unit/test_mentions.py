"""What a text refers to, and the sentence around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import Mention
from broadsheet.rules.links import read_links
from broadsheet.rules.mentions import Grammar, mentions_in


def mentions_of(text: str, grammar: Grammar, language: str = "") -> tuple[Mention, ...]:
    return mentions_in(text, read_links(text, grammar.site), grammar, language)


SITE = "https://sheet.example/daily/"

CASES = {
    "a sentence of its paragraph": (
        "One. As *she* says in [the **second**](b.md#x), it is so.\nThree.",
        [("b.md#x", False, "As she says in ", "the second", ", it is so.")],
    ),
    "an abbreviation ends no sentence": (
        "As Dr. Lee of the U.S. wrote [there](b.md), no. 5. Then.",
        [("b.md", False, "As Dr. Lee of the U.S. wrote ", "there", ", no. 5.")],
    ),
    "two in one sentence": (
        "See [a](a.md) and [b](b.md).",
        [("a.md", False, "See ", "a", " and b."), ("b.md", False, "See a and ", "b", ".")],
    ),
    "words that are a sentence": (
        "So. [What is ink?](b.md) A question.",
        [("b.md", False, "", "What is ink?", "")],
    ),
    "Chinese": (
        "首先。他說：「請看[這篇](b.md)。」然後。",
        [("b.md", False, "他說：「請看", "這篇", "。」")],
    ),
    "a heading": ("## After [b](b.md)\n\nText.", [("b.md", False, "After ", "b", "")]),
    "an item": ("- one\n- two [b](b.md)\n- three", [("b.md", False, "two ", "b", "")]),
    "a quotation": ("> Said [he](b.md).\n> Then.", [("b.md", False, "Said ", "he", ".")]),
    "a cell": (
        "| a | b |\n|---|---|\n| see [c](c.md) | d |",
        [("c.md", False, "see ", "c", "")],
    ),
    "a note": ("Text.[^1]\n\n[^1]: See [b](b.md), p. 3.", [("b.md", False, "See ", "b", ", p. 3.")]),
    "a caption": (
        ":::{figure} a.png\n:alt: A\n\nDrawn for [b](b.md).\n:::",
        [("b.md", False, "Drawn for ", "b", ".")],
    ),
    "a directive": ("```{note}\nSee [b](b.md).\n```", [("b.md", False, "See ", "b", ".")]),
    "a label": (
        "See [the one][B] and [b].\n\n[b]: b.md",
        [("b.md", False, "See ", "the one", " and b."), ("b.md", False, "See the one and ", "b", ".")],
    ),
    "HTML": (
        'See <a class="x" href="/b.html">that</a> now.',
        [("/b.html", False, "See ", "that", " now.")],
    ),
    "the site": (f"See [b]({SITE}b.html).", [(f"{SITE}b.html", False, "See ", "b", ".")]),
    "Liquid": (
        "See [b]({% post_url 2025-11-05-b %}#c) {{ page.x }}.",
        [("{% post_url 2025-11-05-b %}#c", False, "See ", "b", " .")],
    ),
    "a role": ("See {post}`rain`.", [("rain", True, "See ", "", ".")]),
    "a role with words": (
        "See {broadsheet:post}`this <rain#b>`.",
        [("rain#b", True, "See ", "this", ".")],
    ),
    "any": ("See {any}`rain`.", [("rain", True, "See ", "", ".")]),
    "a link to a name": ("See [](#rain).", [("rain", True, "See ", "", ".")]),
    "a wiki's link": (
        "See [[rain]] and [[snow|the *other*]] or [[a|b]].",
        [
            ("rain", True, "See ", "", " and the other or b."),
            ("snow", True, "See rain and ", "the other", " or b."),
            ("a", True, "See rain and the other or ", "b", "."),
        ],
    ),
    "an anchor of the page": ("[a](#part) [b](#fn:1)\n\n## Part\n\nA.[^1]\n\n[^1]: B.", []),
    "another site, an image, code": (
        "[a](https://a.example) ![b](b.png) `{post}`c`` `[d](d.md)`\n\n    [[e]]\n\n```\n[f](f.md)\n```",
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("markdown", "mentions"), CASES.values(), ids=CASES.keys())
def test_a_mention_stands_in_its_sentence(markdown, mentions):
    found = mentions_of(markdown, Grammar(site=SITE, wiki_links=True))
    assert [tuple(one) for one in found] == mentions


def test_jekyll_has_no_roles():
    assert mentions_of("See {post}`rain` and [[b]].", Grammar(roles=False)) == ()


def test_a_long_sentence_is_cut_at_spaces_on_either_side():
    (found,) = mentions_of(f"{'before ' * 90}[it](b.md){' after' * 90}.", Grammar())
    assert found.before.startswith("… before") and len(found.before) < 170
    assert found.after.endswith("after …") and len(found.after) < 170
    (found,) = mentions_of(f"{'前' * 900}[它](b.md){'後' * 900}。", Grammar())
    assert (len(found.before), found.words, len(found.after)) == (142, "它", 142)


def test_the_language_decides_where_a_sentence_ends():
    text = "So ist es. Vgl. Bd. 2, d. h. [hier](b.md), usw. Punkt."
    assert mentions_of(text, Grammar(), "de")[0].before == "Vgl. Bd. 2, d. h. "


@given(st.text(alphabet="[](){}<>!:#`~\\ \n\"'ab/.|^\ue000\ue001。"))
def test_any_text_has_mentions_without_the_marks_that_they_are_found_by(text):
    for one in mentions_of(text, Grammar(wiki_links=True)):
        assert not {"\ue000", "\ue001"} & {*one.before, *one.words, *one.after}


@pytest.mark.parametrize("piece", ["[x](b.md ", "[[", "{post}`", "[x](#", '<a href="', "[x](b.md)"])
def test_a_long_malformed_text_is_read_in_one_go(piece):
    assert mentions_of(piece * 2000 + "[y](b.md)", Grammar(wiki_links=True)) is not None
