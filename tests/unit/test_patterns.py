"""What all regular expressions of the program keep to."""

from __future__ import annotations

import re
from pathlib import Path

import broadsheet

#: ``(…)*+``: before Python 3.11.5 it goes on where it should stop (python/cpython#106052).
REPEATED_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


def test_no_group_is_repeated_possessively_but_atomically() -> None:
    found = {
        (path.name, line.strip())
        for path in Path(broadsheet.__file__).parent.rglob("*.py")
        for line in path.read_text(encoding="utf-8").split("\n")
        if REPEATED_GROUP.search(line) and ("(?:" in line or "(?P<" in line)
    }
    assert found == set()
