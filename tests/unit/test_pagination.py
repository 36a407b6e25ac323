from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.pagination import paginate

counts = st.integers(min_value=0, max_value=300)
sizes = st.integers(min_value=1, max_value=40)


def listing(count: int) -> tuple[int, ...]:
    """The items 0 (oldest) to ``count - 1``, newest first."""
    return tuple(range(count - 1, -1, -1))


def shown(items, size):
    """The pages of a listing: the number of each, its items, and those that it leads to."""
    return [
        (page.number, tuple(page.of(items)), page.newer, page.older, page.oldest)
        for page in paginate(len(items), size)
    ]


def test_five_items_in_pages_of_two_keep_the_newest_three_in_front():
    assert shown("edcba", 2) == [
        (0, ("e", "d", "c"), None, 1, 1),
        (1, ("b", "a"), 0, None, None),
    ]


def test_the_pages_of_a_longer_listing_lead_to_their_neighbours_and_to_the_oldest():
    assert shown(listing(8), 2) == [
        (0, (7, 6), None, 3, 1),
        (3, (5, 4), 0, 2, 1),
        (2, (3, 2), 3, 1, 1),
        (1, (1, 0), 2, None, None),
    ]


@pytest.mark.parametrize("count", [0, 1, 3, 5])
def test_a_listing_of_less_than_two_pages_is_one_page(count):
    assert shown(listing(count), 3) == [(0, listing(count), None, None, None)]


@pytest.mark.parametrize(("count", "size"), [(3, 0), (3, -1), (-1, 3)])
def test_an_impossible_listing_is_refused(count, size):
    with pytest.raises(ValueError, match="pages of"):
        paginate(count, size)


@given(counts, sizes)
def test_every_item_stands_on_one_page_newest_first(count, size):
    pages = shown(listing(count), size)
    assert tuple(item for _, items, *_ in pages for item in items) == listing(count)


@given(counts, sizes)
def test_the_front_page_is_never_thin_and_the_others_are_full(count, size):
    front, *others = (items for _, items, *_ in shown(listing(count), size))
    assert min(count, size) <= len(front) < 2 * size
    assert [len(items) for items in others] == [size] * len(others)


@given(counts, sizes)
def test_publishing_rewrites_the_front_page_and_rarely_one_link_more(count, size):
    before = {number: rest for number, *rest in shown(listing(count), size)}
    after = {number: rest for number, *rest in shown(listing(count + 1), size)}
    rewritten = {number for number in after if after[number] != before.get(number)}
    top = max(after)
    if top == max(before):
        assert rewritten == {0}
    else:
        assert (count + 1) % size == 0
        assert rewritten == {0, top, top - 1}
        assert top == 1 or after[top - 1][0] == before[top - 1][0]
