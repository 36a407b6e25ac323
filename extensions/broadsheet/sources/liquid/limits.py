"""What a template may cost: enough for any honest one, and no build hangs."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass

#: Nodes rendered and turns of loops: a list of 2,500 articles takes some 50,000.
STEPS = 1_000_000

#: Characters that are written, of all captures together, too.
WRITTEN = 4_000_000

#: Characters of a text, values of a list with those in it, bits of a number.
LONGEST_TEXT = 1_000_000
LONGEST_LIST = 50_000
LONGEST_NUMBER = 1_024

#: Blocks and files inside one another while rendering; some five calls of Python each.
DEEPEST = 100

#: With less than this nothing more is begun.
SPENT = 1_000

#: Filters that take their time, with the steps for a character or an item.
SLOW = {
    "markdownify": 1.0,
    "slugify": 0.1,
    "smartify": 1.0,
    "sort": 2.0,
    "sort_natural": 2.0,
}

#: Filters whose result may be longer than all that they are given together.
GROWING = frozenset({"replace", "join", "newline_to_br", "array_to_sentence_string"})


class ExhaustedError(Exception):
    """A template that costs more than it may; it is given up as a whole."""


@dataclass(slots=True)
class Budget:
    """What is left of it."""

    steps: int = STEPS
    written: int = WRITTEN

    def spend(self, steps: int) -> None:
        """Take *steps*, or none if there are not so many left."""
        if steps <= self.steps:
            self.steps -= steps
        else:
            message = f"rendering takes more than {STEPS:,} steps"
            raise ExhaustedError(message)

    def write(self, count: int) -> None:
        """Take *count* characters."""
        self.written -= count
        if self.written < 0:
            message = f"rendering writes more than {WRITTEN:,} characters"
            raise ExhaustedError(message)

    @property
    def is_spent(self) -> bool:
        """Tell whether nothing can be rendered any more."""
        return self.steps < SPENT or self.written < SPENT

    def check(self, value: object) -> None:
        """Look whether a value has grown beyond measure; a long one costs its length."""
        if isinstance(value, str):
            self._check_length(len(value), LONGEST_TEXT, "a text", 100)
        elif isinstance(value, int):
            if value.bit_length() > LONGEST_NUMBER:
                message = f"a number has more than {LONGEST_NUMBER} bits"
                raise ExhaustedError(message)
        elif isinstance(value, list | tuple | dict):
            self._check_items(value)
        elif isinstance(value, range):
            self._check_length(_length(value), LONGEST_LIST, "a list", 10)

    def check_filter(self, name: str, value: object, given: list[object]) -> None:
        """Look at what a filter is given, before it makes more of it."""
        self.spend(1)
        for one in (value, *given):
            self.check(one)
        if name in SLOW:
            self.spend(int(SLOW[name] * _length(value)))
        if name in GROWING:
            longest = max((len(str(one)) for one in given), default=5)
            self.spend(_length(value) * longest // 100)

    def _check_length(self, length: int, limit: int, kind: str, cheap: int) -> None:
        if length > limit:
            message = f"{kind} is longer than {limit:,}"
            raise ExhaustedError(message)
        self.spend(length // cheap)

    def _check_items(self, value: object) -> None:
        """Look at a list and at those in it, each as often as it stands there."""
        count, characters, waiting = 0, 0, [value]
        while waiting and count <= LONGEST_LIST:
            item = waiting.pop()
            count += 1
            if isinstance(item, str):
                characters += len(item)
            elif isinstance(item, list | tuple):
                waiting.extend(item)
            elif isinstance(item, dict):
                waiting.extend(item.values())
        self._check_length(count, LONGEST_LIST, "a list", 10)
        self._check_length(characters, LONGEST_TEXT, "a list of texts", 20)


def _length(value: object) -> int:
    try:
        return len(value) if isinstance(value, Sized) else 1
    except OverflowError:  # of a range beyond all addresses
        return LONGEST_TEXT * LONGEST_LIST
