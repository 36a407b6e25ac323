"""Listings in pages that stay as they are when an article is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")

FRONT = 0  #: number of the page that carries the address of the listing itself


class Page(NamedTuple):
    """A page of a listing whose newest item comes first, and the way to the others."""

    number: int  #: 0 is the front page; 1 holds the oldest items
    start: int  #: items [start:stop], counted from the newest
    stop: int
    newer: int | None  #: number of the page with newer items; None on the front page
    older: int | None  #: number of the page with older items; None on the last page
    oldest: int | None  #: number of the last page; None on that page

    def of(self, items_newest_first: Sequence[T]) -> Sequence[T]:
        """Return the items on the page."""
        return items_newest_first[self.start : self.stop]


def paginate(count: int, size: int) -> tuple[Page, ...]:
    """Divide ``count`` items into pages of ``size``, the front page first, the oldest last.

    Number the items 0 (oldest) to ``count - 1``. Page ``k`` of ``1 … n`` holds the items
    ``(k - 1) * size`` to ``k * size - 1``, where ``n = max(0, count // size - 1)``; the front
    page holds the rest, ``n * size`` to ``count - 1``.

    *Each item stands on one page*: the numbered pages fill ``0 … n * size - 1`` without a gap,
    and the front page begins where they end.

    *The front page is never thin*: it holds ``count - n * size`` items, which from the first
    ``size`` items on is ``size + count % size``, from ``size`` to ``2 * size - 1``.

    *Publishing rewrites the front page only*: the items of page ``k`` do not depend on
    ``count``, nor do its links, but for ``newer`` of page ``n``, which is the front page. And
    ``n`` grows only when ``count`` reaches a multiple of ``size``: then page ``n + 1`` is
    made, and page ``n`` is rewritten for that one link.

    An article dated back among the others moves the items of its page and of the newer ones.
    Raise ValueError where ``size`` is less than 1 or ``count`` negative.
    """
    if size < 1 or count < 0:
        message = f"a listing of {count} items in pages of {size} (expected 0 or more, 1 or more)"
        raise ValueError(message)
    last = max(0, count // size - 1)
    return tuple(_page(number, last, count, size) for number in (FRONT, *range(last, 0, -1)))


def _page(number: int, last: int, count: int, size: int) -> Page:
    oldest = 1 if last and number != 1 else None
    if number == FRONT:
        return Page(number, 0, count - last * size, newer=None, older=last or None, oldest=oldest)
    return Page(
        number,
        start=count - number * size,
        stop=count - (number - 1) * size,
        newer=number + 1 if number < last else FRONT,
        older=number - 1 or None,
        oldest=oldest,
    )
