"""Which articles are about the same: those that have rare terms in common.

How rare a term is goes by powers of two: a text that is edited changes the number of articles
with a term often, and its class seldom, so the lists of few others change with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import sqrt
from typing import NamedTuple, TypeVar

from broadsheet.rules.terms import numbers, unpacked

#: What stands for an article while it is compared: its place, or its name.
Place = TypeVar("Place", int, str)

#: Terms of more articles tell nothing of any; the bound keeps the work linear.
WIDEST = 6  # in bits: fewer than 64 articles

#: How many terms two articles have to share, and how alike they have to be at least.
SHARED = 4
ALIKE = 0.15

#: How many terms of middling rarity an article is at least taken to hold: short ones would be
#: like many by a word or two.
FEWEST = 16

#: Where more than one article in so many is another, all is worked out afresh.
FEW = 8

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


#: How far an article is, and its name: sorted, the nearest come first.
Near = tuple[float, str]

#: The names of the nearest articles of each, by name; articles without any are not in it.
Lists = dict[str, tuple[str, ...]]


class State(NamedTuple):
    """The lists, and what they can be brought up to date by."""

    items: Mapping[str, Item]
    counts: Mapping[int, int]  #: how many articles have each term
    lists: Lists


class Scale:
    """How much the terms of an archive weigh."""

    def __init__(self, counts: Mapping[int, int], total: int) -> None:
        bits = total.bit_length()
        self.counts = counts
        self.classes = [max(0, bits - size) if 1 < size <= WIDEST else 0 for size in range(64)]
        self.floor = FEWEST * (bits // 2) ** 2

    def rarity(self, count: int) -> int:
        """Return the class of a term that so many articles have, 0 for one that tells nothing."""
        return self.classes[count.bit_length()]

    def weights(self, terms: bytes) -> dict[int, int]:
        """Return the weights that the terms of an article have among the others."""
        counts, classes = self.counts, self.classes
        return {
            term: weight * rarity
            for term, weight in unpacked(terms).items()
            if (rarity := classes[counts[term].bit_length()])
        }

    def norm(self, weights: Iterable[int]) -> int:
        """Return the square of the length of the vector that *weights* make."""
        return max(self.floor, sum([weight * weight for weight in weights]))

    def distance(self, one: bytes, other: bytes) -> float:
        """Return how far two articles are from each other that are known to be alike."""
        ours, theirs = self.weights(one), self.weights(other)
        total = sum([ours[term] * theirs[term] for term in ours.keys() & theirs.keys()])
        return -total / sqrt(self.norm(ours.values()) * self.norm(theirs.values()))


def related(items: Sequence[Item], limit: int) -> State:
    """Work out the nearest articles of each of *items*: at most *limit*."""
    counts = dict(Counter(chain.from_iterable([numbers(one.terms) for one in items])))
    scale = Scale(counts, len(items))
    postings: dict[int, list[tuple[int, int]]] = defaultdict(list)
    norms: list[int] = []
    found: dict[str, list[Near]] = {item.name: [] for item in items}
    for place, item in enumerate(items):
        weights = scale.weights(item.terms)
        norms.append(scale.norm(weights.values()))
        near = found[item.name]
        for other, alike in _alike(weights, norms[place], postings, norms.__getitem__):
            if not item.is_kin(items[other]):
                name = items[other].name
                near.append((-alike, name))
                found[name].append((-alike, item.name))
        for term, weight in weights.items():
            postings[term].append((place, weight))
    return State(
        items={item.name: item for item in items},
        counts=counts,
        lists={name: _names_of(near, limit) for name, near in found.items() if near},
    )


def brought_up_to_date(before: State, items: Sequence[Item], limit: int) -> State:
    """Return what :func:`related` does, by what it was *before*, with the same *limit*."""
    now = {item.name: item for item in items}
    changed = {name for name, item in now.items() if before.items.get(name) != item}
    gone = before.items.keys() - now.keys()
    is_scale_same = len(now).bit_length() == len(before.items).bit_length()
    if not is_scale_same or FEW * len(changed | gone) > len(now):
        return related(items, limit)
    return _Update(before, now, changed, gone).state(limit)


class _Update:
    """What a change of few articles makes of the lists of all.

    An article is *touched* if it, or the class of one of its terms, has changed: only what is
    between it and others is different.
    """

    def __init__(
        self, before: State, now: Mapping[str, Item], changed: set[str], gone: set[str]
    ) -> None:
        self.before, self.now = before, now
        delta: Counter[int] = Counter()
        for name in changed:
            delta.update(numbers(now[name].terms))
        for name in (changed | gone) & before.items.keys():
            delta.subtract(numbers(before.items[name].terms))
        self.counts = dict(before.counts)
        self.scale, self.former_scale = (
            Scale(counts, len(now)) for counts in (self.counts, before.counts)
        )
        self.touched = changed | self._with_any(self._counted(delta))
        self.lost = self.touched | gone
        self._norms: dict[str, int] = {}

    def state(self, limit: int) -> State:
        """Return the new state."""
        rows = dict(self._rows(self.touched))
        arrived: dict[str, list[Near]] = defaultdict(list)
        for name, near in rows.items():
            for distance, other in near:
                arrived[other].append((distance, name))
        lists, unsure = self._merged(arrived, limit)
        rows |= self._rows(unsure)
        lists |= {name: _names_of(near, limit) for name, near in rows.items() if near}
        return State(items=self.now, counts=self.counts, lists=lists)

    def _counted(self, delta: Mapping[int, int]) -> set[int]:
        """Count the terms that have come and gone; return those whose class is another."""
        shifted = set()
        for term, change in delta.items():
            old = self.counts.get(term, 0)
            new = self.counts[term] = old + change
            if self.scale.rarity(old) != self.scale.rarity(new):
                shifted.add(term)
            if not new:
                del self.counts[term]
        return shifted

    def _with_any(self, terms: set[int]) -> set[str]:
        if not terms:
            return set()
        return {
            name for name, item in self.now.items() if not terms.isdisjoint(numbers(item.terms))
        }

    def _merged(self, arrived: Mapping[str, list[Near]], limit: int) -> tuple[Lists, set[str]]:
        """Return the lists of what is not touched, and those articles of which nobody knows one.

        Where one has left a full list, or is farther than all in it were, the next may be any.
        """
        before, lost = self.before.lists, self.lost
        lists = {
            name: old
            for name, old in before.items()
            if lost.isdisjoint(old) and name not in lost and name not in arrived
        }
        unsure = set()
        for name in ((before.keys() & self.now.keys()) | arrived.keys()) - lists.keys():
            if name in self.touched:
                continue
            old = before.get(name, ())
            kept = [(self._distance(name, other), other) for other in old if other not in lost]
            near = sorted([*kept, *arrived.get(name, ())])[:limit]
            if len(kept) < len(old) == limit and (
                len(near) < limit or near[-1] > (self._former_distance(name, old[-1]), old[-1])
            ):
                unsure.add(name)
            elif near:
                lists[name] = tuple([other for _, other in near])
        return lists, unsure

    def _distance(self, name: str, other: str) -> float:
        return self.scale.distance(self.now[name].terms, self.now[other].terms)

    def _former_distance(self, name: str, other: str) -> float:
        items = self.before.items
        return self.former_scale.distance(items[name].terms, items[other].terms)

    def _rows(self, names: set[str]) -> Iterator[tuple[str, list[Near]]]:
        """Compare some articles with all."""
        weights = {name: self.scale.weights(self.now[name].terms) for name in sorted(names)}
        postings = self._postings(set().union(*weights.values()))
        for name, own in weights.items():
            item = self.now[name]
            found = _alike(own, self._norm(name), postings, self._norm)
            yield (
                name,
                [
                    (-alike, other)
                    for other, alike in found
                    if other != name and not item.is_kin(self.now[other])
                ],
            )

    def _norm(self, name: str) -> int:
        norm = self._norms.get(name)
        if norm is None:
            weights = self.scale.weights(self.now[name].terms)
            norm = self._norms[name] = self.scale.norm(weights.values())
        return norm

    def _postings(self, terms: set[int]) -> dict[int, list[tuple[str, int]]]:
        """Return who has those *terms*, with their weights, of all who may have enough of them."""
        postings: dict[int, list[tuple[str, int]]] = defaultdict(list)
        if not terms:
            return postings
        rarity = {term: self.scale.rarity(self.counts[term]) for term in terms}
        for name, item in self.now.items():
            shared = terms.intersection(numbers(item.terms))
            if len(shared) >= SHARED:
                weights = unpacked(item.terms)
                for term in shared:
                    postings[term].append((name, weights[term] * rarity[term]))
        return postings


def _names_of(near: list[Near], limit: int) -> tuple[str, ...]:
    return tuple([name for _, name in sorted(near)[:limit]])


def _alike(
    weights: Mapping[int, int],
    norm: int,
    postings: Mapping[int, Iterable[tuple[Place, int]]],
    norms: Callable[[Place], int],
) -> Iterator[tuple[Place, float]]:
    """Yield the places of articles that are like one, with the cosine between the two."""
    sums: dict[Place, int] = defaultdict(int)
    for term in weights.keys() & postings.keys():
        weight = weights[term] << _COUNT
        for place, other in postings[term]:
            sums[place] += weight * other + 1
    for place, total in sums.items():
        if total & ((1 << _COUNT) - 1) >= SHARED:
            alike = (total >> _COUNT) / sqrt(norm * norms(place))
            if alike >= ALIKE:
                yield place, alike
