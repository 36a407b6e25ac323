"""Templates by python-liquid: each node guarded, so that a fault costs no more than its tag."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO, cast

from liquid import BoundTemplate, Environment, Mode, RenderContext
from liquid.ast import Node
from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from broadsheet.sources.liquid.blocks import matched
from broadsheet.sources.liquid.limits import DEEPEST, Budget, ExhaustedError
from broadsheet.sources.liquid.running import Buffer, Context, FaultError, Origin, Run, Template
from broadsheet.sources.liquid.scan import Kind, Piece, assigned_names, scan

if TYPE_CHECKING:
    from liquid.tag import Tag


class _Bound(BoundTemplate):
    context_class = Context


class PublicationEnvironment(Environment):
    """Tags and filters of a publication; every node of a template is guarded."""

    template_class = _Bound
    block_nesting_limit = DEEPEST + 1  # deeper ones have been left as they stand by then
    context_depth_limit = 10 * DEEPEST  # the guards count

    def __init__(self, tags: Mapping[str, type[Tag]], filters: Mapping[str, Any]) -> None:
        super().__init__(tolerance=Mode.STRICT, strict_filters=True)
        for name in ("include", "render", "liquid", "echo", "doc", "comment", "#"):
            self.tags.pop(name, None)
        for name, tag in tags.items():
            self.tags[name] = tag(self)
        self.filters.update(filters)
        for name in ("escapejs", "safe", "squish"):  # which no Jekyll knows
            self.filters.pop(name, None)
        #: The tags without their guards, to see whether one is well-formed.
        self.plain = dict(self.tags)
        self.tags = {name: cast("Tag", _Guard(tag)) for name, tag in self.plain.items()}
        #: Of the template that is being read.
        self.origin: Origin | None = None
        #: Files that were taken in, by path.
        self.templates: dict[str, Template] = {}

    def read(
        self,
        source: str,
        path: str,
        *,
        markdown: bool,
        is_article: bool = False,
    ) -> Template:
        """Read a text; what is no Liquid stays as it stands, and has a fault."""
        pieces, ends = matched(
            scan(source, markdown=markdown), source, self._fault_of, is_article=is_article
        )
        faults = [(piece.start, piece.fault) for piece in pieces if piece.fault]
        every_end = {**{one.start: one.end for one in pieces}, **ends}
        origin = Origin(source=source, path=path, ends=every_end)
        tokens = [token for piece in pieces for token in _tokens(piece, source)]
        self.origin = origin
        try:
            nodes = get_parser(self).parse(TokenStream(iter(tokens)))
        except (LiquidError, RecursionError) as error:
            faults.append((0, f"the Liquid of this file is not understood: {_message(error)}"))
            nodes = [_Text(Token(TOKEN_CONTENT, source, 0, source))]
        finally:
            self.origin = None
        return Template(
            origin=origin,
            nodes=tuple(nodes),
            faults=tuple(faults),
            assigned=assigned_names(pieces),
        )

    def _fault_of(self, piece: Piece) -> str:
        """Say why a tag cannot be rendered, by having python-liquid read it alone."""
        if piece.kind is Kind.TAG and piece.name not in {*self.plain, *_PARTS}:
            return f"tag {piece.name!r} is not known"
        if piece.text.count("(") + piece.text.count("[") > MOST_BRACKETS:
            return f"{_shown(piece)} has more than {MOST_BRACKETS} brackets"
        try:
            node = self.plain[_PARTS.get(piece.name) or _pseudo(piece)].parse(
                TokenStream(iter(_alone(piece)))
            )
        except (LiquidError, ValueError, RecursionError, OverflowError) as error:
            return f"{_shown(piece)} is not understood: {_message(error)}"
        for expression in node.expressions():
            for one in getattr(expression, "filters", None) or ():
                if one.name not in self.filters:
                    return f"filter {one.name!r} is not known"
        return ""


def _message(error: Exception) -> str:
    return str(error.message) if isinstance(error, LiquidError) else type(error).__name__


#: python-liquid looks from each bracket to the end of its tag.
MOST_BRACKETS = 100

#: Tags inside blocks, with the block in which they are read to see whether they are right.
_PARTS = {"elsif": "if", "else": "if", "when": "case"}
#: Tags whose markup python-liquid would take for a text.
_BARE = frozenset({"break", "continue", "else", "ifchanged"})


def _pseudo(piece: Piece) -> str:
    return TOKEN_OUTPUT if piece.kind is Kind.OUTPUT else piece.name


def _shown(piece: Piece) -> str:
    text = " ".join(piece.text.split())
    return f"'{{{{ {text} }}}}'"[:80] if piece.kind is Kind.OUTPUT else f"tag {piece.name!r}"


def _alone(piece: Piece) -> list[Token]:
    """Return the tokens of a tag by itself, in the least block in which it may stand."""
    own = _tokens(piece, piece.text)
    if piece.kind is not Kind.TAG:
        return own
    if piece.name not in _PARTS:
        return [*own, Token(TOKEN_TAG, f"end{piece.name}", 0, "")]
    block = _PARTS[piece.name]
    return [
        Token(TOKEN_TAG, block, 0, ""),
        Token(TOKEN_EXPRESSION, "true", 0, ""),
        *own,
        Token(TOKEN_TAG, f"end{block}", 0, ""),
    ]


def _tokens(piece: Piece, source: str) -> list[Token]:
    """Return what python-liquid's own lexer would make of a piece."""
    if piece.kind is Kind.TEXT:
        return [Token(TOKEN_CONTENT, piece.text, piece.start, source)] if piece.text else []
    if piece.kind is Kind.OUTPUT:
        return [
            Token(TOKEN_OUTPUT, piece.text, piece.start, source),
            Token(TOKEN_EXPRESSION, piece.text, piece.start, source),
        ]
    if piece.kind is Kind.NOTHING:
        return []
    tokens = [Token(TOKEN_TAG, piece.name, piece.start, source)]
    if piece.text and piece.name not in _BARE and not piece.name.startswith("end"):
        tokens.append(Token(TOKEN_EXPRESSION, piece.text, piece.start, source))
    if piece.kind is Kind.BLOCK:
        tokens.append(Token(TOKEN_CONTENT, piece.body, piece.start, source))
    return tokens


class _Guard:
    """Stands in the place of a tag, and guards the nodes that it makes."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag

    def get_node(self, stream: TokenStream) -> Node:
        token = stream.current
        if token.kind == TOKEN_CONTENT:
            return _Text(token)
        origin = cast("PublicationEnvironment", self.tag.env).origin
        return _Guarded(self.tag.parse(stream), token, cast("Origin", origin))


class _Text(Node):
    """A text that stands as it is."""

    __slots__ = ("text",)

    def __init__(self, token: Token) -> None:
        super().__init__(token)
        self.text = token.value
        self.blank = not self.text or self.text.isspace()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        run = cast("Context", context).run
        run.mark(buffer, self.token.start_index, moves=True)
        if run.is_outside and buffer is run.main:
            return run.main.keep(self.text)
        return buffer.write(self.text)


class _Guarded(Node):
    """A tag; where it fails it is written as it stands, and the fault is noted."""

    __slots__ = ("node", "origin")

    def __init__(self, node: Node, token: Token, origin: Origin) -> None:
        super().__init__(token)
        self.node = node
        self.origin = origin
        self.blank = node.blank

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        run = cast("Context", context).run
        size = buffer.size if isinstance(buffer, Buffer) else 0
        run.mark(buffer, self.token.start_index, moves=False)
        if run.exhausted:
            return self._leave(run, buffer, size, "")
        is_outside = run.is_outside
        run.depth += 1
        try:
            if run.depth > DEEPEST:
                message = f"nested more than {DEEPEST} levels deep"
                raise FaultError(message)
            run.budget.spend(1)
            return self.node.render(context, buffer)
        except LiquidInterrupt:
            raise
        except ExhaustedError as error:
            if not is_outside:
                raise
            message = str(error)
            if run.budget.is_spent:
                run.exhausted, run.budget = True, Budget()  # which the rest of the text may need
                message += "; it and the Liquid below it"
            return self._leave(run, buffer, size, message)
        except LiquidError as error:
            return self._leave(run, buffer, size, str(error.message))
        except Exception as error:
            return self._leave(run, buffer, size, f"{type(error).__name__}: {error}")
        finally:
            run.depth -= 1

    def _leave(self, run: Run, buffer: TextIO, size: int, message: str) -> int:
        """Write the tag as it stands."""
        start = self.token.start_index
        if isinstance(buffer, Buffer):
            buffer.back(size)
        if message:
            run.report(self.origin, start, " ".join(message.split())[:200])
        run.mark(buffer, start, moves=True)
        text = self.origin.whole(start)
        if run.depth <= 1 and not run.files and buffer is run.main:
            return run.main.keep(text)
        return buffer.write(text)


def render(run: Run, values: Mapping[str, object]) -> str:
    """Render the template of *run*; what cannot be done stands in the text as it is."""
    bound = _Bound(env=run.env, nodes=list(run.template.nodes))
    context = Context(bound, globals=values)
    context.run = run
    buffer = run.main = Buffer(run)
    run.begin(run.template)
    render_nodes(run, run.template, context, buffer)
    return buffer.getvalue()


def render_nodes(run: Run, template: Template, context: RenderContext, buffer: TextIO) -> None:
    """Render the nodes of a template."""
    for node in template.nodes:
        try:
            node.render(context, buffer)
        except LiquidInterrupt:  # of a file that is taken in, and has no loop for its `break`
            if run.files:
                raise


def line_starts(text: str) -> list[int]:
    """Return where the lines of a text begin."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def line_map(run: Run, text: str) -> list[tuple[int, int, bool]]:
    """Return from which line on *text*, as rendered, has which line of its source.

    Of each entry the third tells whether the next lines are the next ones of the source, too;
    lines that a tag has made are all its own.  All count from 0.
    """
    made, written = line_starts(text), line_starts(run.template.origin.source)
    entries: list[tuple[int, int, bool]] = []
    for size, place, moves in run.marks:
        line = bisect_right(made, size) - 1
        source_line = bisect_right(written, place) - 1
        if made[line] != size:  # within a line, whose beginning is another's
            line, source_line = line + 1, source_line + moves
        if entries and entries[-1][0] == line:
            entries.pop()
        entries.append((line, source_line, moves))
    return entries
