"""Which articles are about the same, by their terms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.rules import related as rules
from broadsheet.rules.related import Item, brought_up_to_date, related
from broadsheet.rules.terms import KEPT, READ, numbers, terms_of, unpacked

WORDS = ("warp", "weft", "loom", "heddle", "shuttle", "vat", "mould", "deckle", "felt", "rags")


def terms(text, *, title="", description="", tags=()):
    """Return the numbers of a text's terms, the weightiest first."""
    return list(numbers(terms_of(title, description, tags, text)))


def numbered(*words):
    return [number for word in words for number in numbers(terms_of(word, "", (), ""))]


def item(name, words, **facts):
    return Item(name, terms_of("", "", (), f"{words} " * 2), **facts)


def others(count):
    return [item(f"other{one}", f"thread{one} needle{one}") for one in range(count)]


def shown(items, limit=4):
    return {name: list(near) for name, near in related(items, limit).lists.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("one two\n" * 9, ()),
        ("The loom and the loom.", ("loom",)),
        ("Looms, LOOMS: *looms*", ("looms",)),
        ("loom", ()),
        ("A loom https://example.org/loom", ()),
        ("![loom](loom.png) ![loom](loom.png) [vat](#loom) vat", ("vat",)),
        ("```python\nshuttle = shuttle\n```\n", ("shuttle",)),
        ("[weft](a){.loom} `weft`{:.loom} &loom; weft &amp;&amp; &amp;", ("weft",)),
        ("織布機和織布機", ("織布", "布機")),
        ("Die Bögen, die Bögen", ("die", "bögen")),
        ("的的的的", ()),
        ("\0\ud800\n---\n\t\r\n", ()),
    ],
)
def test_the_terms_of_a_text_are_the_words_that_it_says_more_than_once(text, expected):
    assert terms(text) == numbered(*expected)


def test_title_tags_and_standfirst_count_as_if_the_text_said_them():
    found = terms("a weft, a weft", title="Looms", description="Warp", tags=("heddle",))
    assert found == numbered("looms", "heddle", "weft", "warp")


def test_terms_of_a_huge_text_are_few():
    text = " ".join(f"word{chr(97 + one % 26) * (one % 90)}" for one in range(100_000))
    assert len(terms(f"{text} {text}")) <= KEPT


def test_markup_decides_not_how_much_is_read():
    plain = "warp weft loom " * 40
    marked = plain.replace(" ", ' <b class="of-the-cloth"><i class="of-the-loom"></i></b> ')
    assert len(plain) < READ < len(marked) < 2 * READ
    assert terms(f"{marked} paper paper") == terms(f"{plain} paper paper")


def test_a_term_weighs_more_that_is_said_more_often():
    weights = unpacked(terms_of("", "", (), "loom " * 9 + "vat vat"))
    assert list(weights.values()) == [3, 1]


def test_nothing_is_related_in_a_small_or_empty_archive():
    assert (shown([]), shown(others(1)), shown(others(2))) == ({}, {}, {})


def test_those_that_share_rare_terms_are_related_the_nearest_first():
    loom = "warp weft loom heddle shuttle"
    items = [
        item("a", loom), item("b", loom), item("c", f"{loom} vat felt"), *others(20),
    ]  # fmt: skip
    assert shown(items) == {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]}
    assert shown(items, limit=1) == {"a": ["b"], "b": ["a"], "c": ["a"]}


def test_a_few_terms_in_common_are_not_enough():
    items = [item("a", "warp weft loom"), item("b", "warp weft loom"), *others(20)]
    assert shown(items) == {}


def test_terms_that_many_have_tell_nothing():
    items = [item(f"a{one}", "warp weft loom heddle shuttle") for one in range(12)]
    assert shown(items) == {}


def test_parts_of_a_series_and_translations_are_not_related():
    text = "warp weft loom heddle shuttle"
    parts = [item("a", text, series="s"), item("b", text, series="s")]
    translations = [item("a", text, slug="x"), item("b", text, slug="x", language="ja")]
    namesakes = [item("a", text, slug="x"), item("b", text, slug="x")]
    assert shown([*parts, *others(20)]) == shown([*translations, *others(20)]) == {}
    assert shown([*namesakes, *others(20)]) == {"a": ["b"], "b": ["a"]}


texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
archives = st.dictionaries(
    st.sampled_from([f"n{one}" for one in range(14)]),
    st.tuples(texts, st.sampled_from(("", "", "s")), st.sampled_from(("", "ja"))),
)


@settings(max_examples=300, deadline=None)
@given(archives, st.lists(archives, min_size=1, max_size=4), st.integers(1, 3))
def test_lists_brought_up_to_date_are_those_worked_out_afresh(first, edits, limit):
    def items_of(archive):
        made = [
            item(name, words, series=series, slug="x", language=language)
            for name, (words, series, language) in sorted(archive.items())
        ]
        return [*made, *others(30)]

    archive, state = dict(first), related(items_of(first), limit)
    for edit in edits:
        for name, facts in list(edit.items())[:3]:
            archive = {**archive, name: facts} if facts[0] else archive
            archive = archive if facts[0] else {k: v for k, v in archive.items() if k != name}
        state = brought_up_to_date(state, items_of(archive), limit)
        fresh = related(items_of(archive), limit)
        assert state == fresh


def test_an_order_of_files_changes_no_list():
    items = [item(f"a{one}", " ".join(WORDS[one : one + 6])) for one in range(5)] + others(30)
    assert shown(items) == shown(items[::-1])


def test_the_work_for_a_term_is_bounded():
    items = [item(f"a{one:03}", "warp weft loom heddle") for one in range(2**rules.WIDEST)]
    assert shown([*items, *others(2**rules.WIDEST * 4)]) == {}
