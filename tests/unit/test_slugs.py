from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.slugs import LONGEST, LONGEST_BYTES, RESERVED, assign, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Jane Doe", "jane-doe"),
        ("  Jane   DOE ", "jane-doe"),
        ("José Núñez-Ó Faoláin", "josé-núñez-ó-faoláin"),
        ("Jose\u0301", "josé"),
        ("ＡＢＣ１２", "abc12"),
        ("北京・上海", "北京-上海"),
        ("हिन्दी", "हिन्दी"),
        ("C++", "c"),
        ("snake_case", "snake-case"),
        ("v1.2", "v1-2"),
        ("../../etc/passwd", "etc-passwd"),
        ("Con", "con-"),
        ("COM¹", "com1-"),
        ("nul.txt", "nul-txt"),
        ("Index", "index-"),
        ("", "x-cec7ea"),
        ("!?", "x-140c3c"),
    ],
)
def test_a_name_becomes_a_slug(name, slug):
    assert slugify(name) == slug


def test_a_long_name_is_cut_and_ends_in_a_digest_of_the_whole():
    one, other = slugify("long " * 30 + "one"), slugify("long " * 30 + "other")
    assert (one[:-7], len(one), one[-7]) == (other[:-7], 80, "-")
    assert one != other


def test_a_name_of_wide_characters_is_cut_to_fit_a_file_system():
    slug = slugify("\U00020000" * 80)
    assert slug[:-7] == "\U00020000" * 58
    assert len(slug.encode()) <= LONGEST_BYTES


@given(st.text())
def test_any_text_gets_a_slug_that_is_its_own_slug(text):
    slug = slugify(text)
    assert slug
    assert slug == slugify(slug)
    assert slug not in RESERVED
    assert len(slug) <= LONGEST
    assert len(slug.encode()) <= LONGEST_BYTES


def test_names_that_share_a_slug_are_numbered_and_the_one_spelt_like_it_keeps_it():
    assert assign(["C++", "C#", "C", "c-2", "R"]) == {
        "C": "c",
        "C#": "c-3",
        "C++": "c-4",
        "R": "r",
        "c-2": "c-2",
    }


def test_slugs_do_not_depend_on_the_order_or_number_of_the_names():
    names = ["C", "c", "C++", "C#", "c 2", "Ç", "!", "?"] * 2
    shuffled = random.Random(7).sample(names, len(names))
    assert assign(names) == assign(shuffled)


@given(st.lists(st.text(alphabet="aA-+2 3", max_size=4)))
def test_distinct_names_get_distinct_slugs(names):
    slugs = assign(names)
    assert set(slugs) == set(names)
    assert len(set(slugs.values())) == len(slugs)
