"""Which articles are about the same: those that have rare terms in common.

How rare a term is goes by powers of two: a text that is edited changes the number of articles
with a term often, and its class seldom, so the lists of few others change with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from broadsheet.rules.terms import unpacked

#: Terms of more articles tell nothing of any; the bound keeps the work linear.
WIDEST = 7  # in bits: fewer than 128 articles

#: How many terms two articles have to share, and how alike they have to be at least.
SHARED = 4
ALIKE = 0.1

#: How many terms of middling rarity an article is at least taken to hold: short ones would be
#: like many by a word or two.
FEWEST = 16

_COUNT = 8  # bits below a sum for the number of its terms


class Item(NamedTuple):
    """What is asked of an article."""

    name: str
    terms: bytes  #: see :func:`broadsheet.rules.terms.terms_of`
    series: str = ""  #: parts of the same are not related to each other
    slug: str = ""  #: articles with the same, in different languages, are translations
    language: str = ""

    def is_kin(self, other: Item) -> bool:
        """Tell whether the two are shown together already, as parts or translations."""
        if self.series and self.series == other.series:
            return True
        return bool(self.slug) and self.slug == other.slug and self.language != other.language


class Near(NamedTuple):
    """An article that is like another; sorted, the nearest come first."""

    distance: float
    name: str


#: The nearest articles of each, by name; articles without any are not in it.
Lists = dict[str, tuple[Near, ...]]


def related(items: Sequence[Item], limit: int) -> Lists:
    """Return the nearest articles of each of *items*: at most *limit*."""
    found: dict[str, list[Near]] = defaultdict(list)
    rarity = rarity_of(Counter(term for one in items for term in unpacked(one.terms)), len(items))
    postings: dict[int, list[tuple[int, int]]] = defaultdict(list)
    norms: list[float] = []
    floor = lightest(len(items))
    for place, item in enumerate(items):
        weights = weighted(item.terms, rarity)
        norm = norm_of(weights.values(), floor)
        for other, alike in _alike(weights, norm, postings, norms):
            if not item.is_kin(items[other]):
                found[item.name].append(Near(-alike, items[other].name))
                found[items[other].name].append(Near(-alike, item.name))
        norms.append(norm)
        for term, weight in weights.items():
            postings[term].append((place, weight))
    return {name: tuple(sorted(near)[:limit]) for name, near in found.items()}


def rarity_of(counts: Mapping[int, int], total: int) -> dict[int, int]:
    """Return the classes of those terms that tell something, by the articles that have them."""
    bits = total.bit_length()
    classes = [max(0, bits - size) if 1 < size <= WIDEST else 0 for size in range(bits + 1)]
    classes[1] = 0
    return {
        term: rarity
        for term, count in counts.items()
        if count > 1 and (rarity := classes[count.bit_length()])
    }


def weighted(terms: bytes, rarity: Mapping[int, int]) -> dict[int, int]:
    """Return the weights that the terms of an article have among the others."""
    return {
        term: weight * rarity[term] for term, weight in unpacked(terms).items() if term in rarity
    }


def lightest(total: int) -> int:
    """Return the least square of a norm among so many articles."""
    return FEWEST * (total.bit_length() // 2) ** 2


def norm_of(weights: Iterable[int], floor: int) -> float:
    """Return the length of the vector that *weights* make."""
    return sqrt(max(floor, sum(weight * weight for weight in weights)))


def _alike(
    weights: Mapping[int, int],
    norm: float,
    postings: Mapping[int, Iterable[tuple[int, int]]],
    norms: Sequence[float],
) -> Iterator[tuple[int, float]]:
    """Yield the places of articles that are like one, with the cosine between the two."""
    sums: dict[int, int] = defaultdict(int)
    for term in weights.keys() & postings.keys():
        weight = weights[term] << _COUNT
        for place, other in postings[term]:
            sums[place] += weight * other + 1
    for place, total in sums.items():
        if total & ((1 << _COUNT) - 1) >= SHARED:
            alike = (total >> _COUNT) / (norm * norms[place])
            if alike >= ALIKE:
                yield place, alike
