"""The ids of headings, letter by letter; what kramdown says to each stands in the corpus tests."""

from __future__ import annotations

import pytest

from broadsheet.rules.heading_ids import HeadingIds, split_written, without_dashes


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A Heading", "a-heading"),
        ("What's new, in 2025?", "whats-new-in-2025"),
        ("two  blanks\tand a tab", "two--blanks-and-a-tab"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        (" around ", "-around-"),
        ("中文 标题！", "中文-标题"),
        ("「引號」與《書名》", "引號與書名"),
        ("ÉCOLE, Straße, ΑΣ", "école-straße-ασ"),
        ("हिन्दी में", "हिन्दी-में"),
        ("٣ plus Ⅷ is not ² or ½", "٣-plus-ⅷ-is-not--or-"),
        ("▲ ※ 🎉", "--"),
        ("Ⓐ and 🅰", "ⓐ-and-🅰"),
        ("undertie‿joined", "undertie‿joined"),
        ("?!", ""),
        ("", ""),
    ],
)
def test_a_heading_keeps_what_words_are_made_of(text, wanted):
    assert HeadingIds().next(text) == wanted


def test_of_several_with_one_text_the_second_is_the_first_with_a_number():
    ids = HeadingIds()
    given = [ids.next(text) for text in ("Note", "note!", "Note 1", "NOTE", "?", "!")]
    assert given == ["note", "note-1", "note-1", "note-2", "", "-1"]


@pytest.mark.parametrize(
    ("text", "wanted"), [("a -- b", "a  b"), ("a---b", "ab"), ("a----b", "a-b"), ("a-b", "a-b")]
)
def test_two_or_three_hyphens_are_a_dash(text, wanted):
    assert without_dashes(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Words {#own}", ("Words", "own")),
        ("Words\t {#own-1.b:c}", ("Words", "own-1.b:c")),
        ("字 {#標題}", ("字", "標題")),
        ("{#own}", ("{#own}", "")),
        ("Words{#own}", ("Words{#own}", "")),
        ("Words {#1}", ("Words {#1}", "")),
        ("Words {#own} more", ("Words {#own} more", "")),
        ("Words {: #own}", ("Words {: #own}", "")),
    ],
)
def test_an_id_may_be_written_behind_a_heading(text, wanted):
    assert split_written(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A Heading", "a-heading"),
        ("1. What's new, in 2025?", "whats-new-in-2025"),
        ("snake_case, Ünï", "snakecase-n"),
        ("中文", "section"),
        ("", "section"),
    ],
)
def test_the_converter_of_kramdown_keeps_ascii(text, wanted):
    assert HeadingIds().basic(text) == wanted


def test_both_kinds_of_ids_are_counted_apart():
    ids = HeadingIds()
    given = [ids.basic("a"), ids.next("a"), ids.basic("a"), ids.basic("a"), ids.next("a")]
    assert given == ["a", "a", "a-1", "a-2", "a-1"]
