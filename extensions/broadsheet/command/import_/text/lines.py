"""The lines of a new text: those that stay, and blocks that are written anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.command.import_.text.tokens import Target, Targets


class Lines:
    """The lines of a new text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._after_block = False

    def between(self, lines: Sequence[str]) -> None:
        """Add lines between pieces: empty ones, and definitions; attribute lists are done with."""
        for line in lines:
            if not line.lstrip().startswith(("{:", "^")):
                self._add(line)

    def kept(self, lines: Sequence[str]) -> None:
        """Add the lines of a piece that stays."""
        for line in lines:
            self._add(line)

    def block(self, text: str) -> None:
        """Add a block, apart from its neighbours."""
        if text:
            self._after_block |= bool(self.lines)
            self._add(text)
            self._after_block = True

    def text(self) -> str:
        """Return all that has been added."""
        return "\n".join([*self.lines, ""] if self._after_block else self.lines)

    def _add(self, text: str) -> None:
        """Add *text*; beside a block it stands behind an empty line."""
        if self._after_block and text.strip() and self.lines[-1].strip():
            self.lines.append("")
        self._after_block = False
        self.lines.append(text)


class Moved:
    """Targets that remember where a text has to be changed."""

    def __init__(self, targets: Targets) -> None:
        self.targets = targets
        self.changes: dict[str, Target] = {}

    def __call__(self, destination: str, is_image: bool) -> Target:
        """Return the target of a destination."""
        target = self.targets(destination, is_image)
        if target.written != destination or target.external:
            self.changes[destination] = target
        return target

    def applied(self, body: str) -> str:
        """Return *body* with the destinations changed where they stand as they are."""
        if not self.changes:
            return body
        return _DEFINED.sub(self._defined, _INLINE.sub(self._inline, body))

    def _inline(self, found: re.Match[str]) -> str:
        target = self.changes.get(found["destination"])
        if target is None or _ODD.search(target.written) or (target.external and not found["end"]):
            return found[0]
        mark = "{.external}" if target.external else ""
        return f"]({target.written}{found['end']}{mark}"

    def _defined(self, found: re.Match[str]) -> str:
        target = self.changes.get(found["destination"])
        if target is None or _ODD.search(target.written) or target.external:
            return found[0]
        return found["label"] + target.written


#: What makes a destination more than its letters.
_ODD = re.compile(r"[\s<>()]")
_INLINE = re.compile(r"\]\((?P<destination>[^\s<>()]++)(?P<end>\)|(?=[ \t]))")
_DEFINED = re.compile(r"^(?P<label> {0,3}\[[^\[\]\n]+\]:[ \t]*)(?P<destination>\S++)", re.M)
