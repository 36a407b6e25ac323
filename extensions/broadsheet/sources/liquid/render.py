"""Render the Liquid of a text (the one module that others import; it loads python-liquid)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.model import Problem, Subtype
from broadsheet.sources.liquid.filters import FILTERS
from broadsheet.sources.liquid.running import Run
from broadsheet.sources.liquid.tags import TAGS
from broadsheet.sources.liquid.template import PublicationEnvironment, line_map
from broadsheet.sources.liquid.template import render as render_template

if TYPE_CHECKING:
    from broadsheet.sources.liquid.host import Host

#: Faults of one text that are named one by one.
MOST_FAULTS = 30


class Lines(NamedTuple):
    """Which line of its source a line of a rendered text comes from; both count from 0."""

    entries: tuple[tuple[int, int, bool], ...] = ()

    def source(self, line: int) -> int:
        """Return the line of the source."""
        index = bisect_right(self.entries, (line, 1 << 62)) - 1
        if index < 0:
            return line
        begin, source, moves = self.entries[index]
        return source + (line - begin) * moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A text without Liquid, but for what could not be done."""

    text: str
    lines: Lines
    problems: tuple[Problem, ...]


class Renderer:
    """Renders texts; what it has read of files that they take in it keeps."""

    def __init__(self) -> None:
        self._env = PublicationEnvironment(TAGS, FILTERS)

    @property
    def tags(self) -> frozenset[str]:
        """The names of all tags that are known."""
        return frozenset(self._env.plain)

    @property
    def filters(self) -> frozenset[str]:
        """The names of all filters that are known."""
        return frozenset(self._env.filters)

    def render(
        self,
        text: str,
        path: str,
        values: Mapping[str, object],
        host: Host,
        *,
        markdown: bool = True,
    ) -> Rendered:
        """Render a text of the file *path*, with *values* as its variables.

        Its lines are those of the file.  In Markdown code is no Liquid; in HTML all is, and a
        variable that nothing sets is nothing.
        """
        template = self._env.read(text, path, markdown=markdown, is_article=True)
        run = Run(template=template, env=self._env, host=host, in_html=not markdown)
        made = render_template(run, values)
        return Rendered(
            text=made,
            lines=Lines(tuple(line_map(run, made))),
            problems=tuple(_problems(run)),
        )


def _problems(run: Run) -> list[Problem]:
    found = [
        Problem(
            path=path,
            line=line,
            subtype=Subtype.LIQUID,
            message=f"{message}; left in the text as it stands",
        )
        for path, line, message in sorted(run.faults)
    ]
    if len(found) > MOST_FAULTS:
        more = f"{len(found) - MOST_FAULTS} more faults of Liquid; all is left as it stands"
        last = found[MOST_FAULTS]
        found[MOST_FAULTS:] = [
            Problem(path=last.path, line=last.line, subtype=Subtype.LIQUID, message=more)
        ]
    return found
