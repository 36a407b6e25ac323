"""A rendering under way: where its templates come from, what it writes, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from liquid import RenderContext
from liquid.exceptions import LiquidError

from broadsheet.sources.liquid.limits import Budget

if TYPE_CHECKING:
    from liquid.ast import Node
    from liquid.token import Token

    from broadsheet.sources.liquid.host import Host
    from broadsheet.sources.liquid.template import PublicationEnvironment


class FaultError(LiquidError):
    """What a tag asks for is not there; the message says what, and what was expected."""

    def __init__(self, message: str) -> None:
        super().__init__(message, token=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a template was read."""

    source: str
    path: str  #: of its file, relative to the source folder
    ends: Mapping[int, int]  #: of each tag, or of the block that it begins, by its start

    def line(self, place: int) -> int:
        """Return the line of a place, in the file."""
        return 1 + self.source.count("\n", 0, place)

    def whole(self, start: int) -> str:
        """Return a tag as it stands, with all of its block."""
        return self.source[start : self.ends.get(start, start)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text whose Liquid has been read."""

    origin: Origin
    nodes: tuple[Node, ...]
    faults: tuple[tuple[int, str], ...]  #: by place
    assigned: frozenset[str]  #: the variables that it sets


@dataclass(slots=True)
class Run:
    """A rendering under way: what it is made of, what it may cost, what it has met."""

    template: Template
    env: PublicationEnvironment
    host: Host
    main: Buffer | None = None
    budget: Budget = field(default_factory=Budget)
    depth: int = 0
    files: list[Template] = field(default_factory=list)  #: that are being taken in
    faults: dict[tuple[str, int, str], None] = field(default_factory=dict)  #: path, line, message
    marks: list[tuple[int, int, bool]] = field(default_factory=list)
    assigned: set[str] = field(default_factory=set)
    exhausted: bool = False
    in_html: bool = False  #: what is rendered is a page of HTML, and no Markdown

    def report(self, origin: Origin, place: int, message: str) -> None:
        """Note a fault, once."""
        self.faults[origin.path, origin.line(place), message] = None

    def begin(self, template: Template) -> None:
        """Note what is wrong with a template before it is rendered."""
        self.assigned |= template.assigned
        for place, message in template.faults:
            self.report(template.origin, place, message)

    @contextmanager
    def inside(self, template: Template) -> Iterator[None]:
        """Render *template*, which another takes in."""
        self.begin(template)
        self.files.append(template)
        try:
            yield
        finally:
            self.files.pop()

    @property
    def is_outside(self) -> bool:
        """Tell whether what is written now is written once: in no block, and no other file."""
        return not self.depth and not self.files

    def mark(self, buffer: TextIO, place: int, *, moves: bool) -> None:
        """Note from which line of the article the next written text is."""
        if buffer is self.main and not self.files:
            self.marks.append((self.main.size, place, moves))


class Buffer(StringIO):
    """What has been written, counted."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.size = 0

    def write(self, text: str, /) -> int:
        """Write a text."""
        self.run.budget.write(len(text))
        self.size += len(text)
        return super().write(text)

    def keep(self, text: str) -> int:
        """Write a part of the source, which costs nothing: it is written once."""
        self.size += len(text)
        return super().write(text)

    def back(self, size: int) -> None:
        """Forget what was written beyond *size*."""
        while self is self.run.main and self.run.marks and self.run.marks[-1][0] > size:
            self.run.marks.pop()
        if size < self.size:
            self.seek(size)
            self.truncate()
            self.size = size


class Context(RenderContext):
    """A context that counts what it costs."""

    __slots__ = ("run",)

    run: Run

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """Return a buffer that counts, too."""
        return Buffer(self.run)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Count the turns of a loop before the first."""
        self.run.budget.spend(length)

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """Return a filter that looks at what it is given, and at what it gives."""
        function, budget, undefined = (
            super().filter(name, token),
            self.run.budget,
            self.env.undefined,
        )

        def measured(value: object, *args: object, **kwargs: object) -> object:
            given = [undefined("nil") if one is None else one for one in args]
            budget.check_filter(name, value, given)
            result = function(value, *given, **kwargs)
            budget.check(result)
            return result

        return measured
