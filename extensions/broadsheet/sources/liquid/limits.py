"""What a template may cost: enough for any honest one, and no build hangs."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass

#: Nodes rendered and turns of loops: a list of 2,500 articles takes some 50,000.
STEPS = 1_000_000

#: Characters that are written, of all captures together, too.
WRITTEN = 4_000_000

#: Characters of a text, values of a list, bits of a number.
LONGEST_TEXT = 2_000_000
LONGEST_LIST = 200_000
LONGEST_NUMBER = 1_024

#: With less than this nothing more is begun.
SPENT = 1_000

#: Blocks and files inside one another while rendering; some five calls of Python each.
DEEPEST = 100


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
        """Look whether a value has grown beyond measure."""
        if isinstance(value, int):
            if value.bit_length() > LONGEST_NUMBER:
                message = f"a number has more than {LONGEST_NUMBER} bits"
                raise ExhaustedError(message)
        elif isinstance(value, Sized) and not isinstance(value, dict):
            try:
                size = len(value)
            except OverflowError:  # a range beyond all addresses
                size = LONGEST_TEXT + 1
            limit = LONGEST_TEXT if isinstance(value, str) else LONGEST_LIST
            self.spend(size // 100)
            if size > limit:
                kind = "a text" if isinstance(value, str) else "a list"
                message = f"{kind} is longer than {limit:,}"
                raise ExhaustedError(message)
