"""A text of the repository's dialect written in MyST's, with as few changes as can be.

Both grammars read the text.  Where they agree on the meaning of some lines, these stay as they
are, byte for byte; the others are written anew.  In the end the new text is read once more: what
it means is what the old one meant, or there is a fault that says where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.command.import_.text import grammars
from broadsheet.command.import_.text.blocks import fenced, html_text
from broadsheet.command.import_.text.code import settle_code
from broadsheet.command.import_.text.headings import identify, list_contents, shift
from broadsheet.command.import_.text.lines import Lines, Moved
from broadsheet.command.import_.text.meaning import ADDRESS, RAW, Item, Meanings
from broadsheet.command.import_.text.old import new_labels, read
from broadsheet.command.import_.text.pieces import Block, Piece, blocks, pieces
from broadsheet.command.import_.text.settings import Settings
from broadsheet.command.import_.text.tokens import Targets, prepare
from broadsheet.command.import_.text.writer import write, write_note
from broadsheet.publication.mathematics import mathml
from broadsheet.rules.heading_tokens import ID
from broadsheet.sources.excerpt import without_separator

if TYPE_CHECKING:
    from markdown_it.token import Token

    from broadsheet.sources.kramdown.options import KramdownOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """From which dialect to which."""

    options: KramdownOptions | None  #: of kramdown; None for CommonMark
    extensions: frozenset[str]  #: of MyST, which the new project enables


class Fault(NamedTuple):
    """What needs a human's eye."""

    line: int  #: of the text, from 0
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A text as MyST has it."""

    text: str
    faults: tuple[Fault, ...] = ()
    is_titled: bool = False  #: a page that begins with its title


def convert(
    body: str,
    dialect: Dialect,
    targets: Targets,
    *,
    separator: str,
    page: bool = False,
    title: str = "",
) -> Converted:
    """Return *body* in MyST; *targets* say where its links lead, a page has a *title*."""
    return _Conversion(body, dialect, targets, separator, page, title).done()


class _Conversion:
    def __init__(
        self,
        body: str,
        dialect: Dialect,
        targets: Targets,
        separator: str,
        page: bool,
        title: str,
    ) -> None:
        self.dialect, self.separator, self.page = dialect, separator, page
        self.former = grammars.former(dialect.options)
        self.new = grammars.new(dialect.extensions)
        self.mark = separator.strip()
        self.faults: list[Fault] = []
        self.html: dict[int, str] = {}
        moved = Moved(targets)
        stripped = without_separator(body, separator)
        self.old = read(self.former, stripped)
        if page or self.former.is_kramdown:
            identify(self.old.tokens, self.old.env, page=page)
            list_contents(self.old.tokens, self.old.env, page=page)
        options = self.old.options
        used: set[str] = set()
        for tokens in (self.old.tokens, *self.old.notes.values()):
            if options is not None:
                settle_code(tokens, options)
            prepare(tokens, moved, used, page=page)
        self.is_titled = page and shift(self.old.tokens, title)
        self.labels = new_labels(self.old.notes, options.footnote_prefix if options else "")
        self.stripped = stripped.split("\n")
        self.lines = moved.applied(body).split("\n")

    def done(self) -> Converted:
        """Convert."""
        text = without_separator("\n".join(self.lines), self.separator)
        tokens, _ = self.new.parse(text)
        found = pieces(blocks(self.old.tokens, self.stripped), blocks(tokens, self.lines))
        written = {id(one): self._written(one) for one in found}
        result = self._assembled(found, written)
        if result != "\n".join(self.lines):
            self._check(result)
        return Converted(text=result, faults=tuple(sorted(self.faults)), is_titled=self.is_titled)

    # pieces

    def _written(self, piece: Piece) -> str | None:
        """Return a piece as it is written anew; None for one whose lines can stay."""
        notes = [one for one in piece.new if one.tokens[0].type == "footnote_reference_open"]
        others = [one for one in piece.new if one not in notes]
        stays = all(self._note_stays(note) for note in notes)
        old = self._meaning(piece.old)
        stays = stays and not (self.page and any(item[0] == "heading_open" for item in old))
        if stays and old == Meanings(page=self.page).of(_flat(others)):
            return None
        texts = [self._anew(piece)] if piece.old or others else []
        texts += [self._note(note) or self._unused(note) for note in notes]
        return "\n\n".join(filter(None, texts))

    def _meaning(self, found: Sequence[Block]) -> tuple[Item, ...]:
        return Meanings(labels=self.labels, page=self.page, html=self.html).of(_flat(found))

    def _anew(self, piece: Piece) -> str:
        """Write a piece: as Markdown, with emphasis as HTML, or all of it as HTML."""
        tokens = _flat(piece.old)
        for html_emphasis in (False, True):
            text = write(tokens, self._settings(html_emphasis=html_emphasis))
            if self._means(text, piece.old):
                return text
        if any(_has_notes(token) for token in tokens):
            self._fault(piece.start, "is read otherwise by MyST; written as well as can be")
            return write(tokens, self._settings())
        html = self._html(tokens)
        if tokens:
            self.html[id(tokens[0])] = html
            self.html.update(dict.fromkeys(map(id, _openings(tokens[1:])), ""))
        self._fault(piece.start, "MyST has no words for this; it stands in the text as HTML")
        text = html_text(html)
        return text if self._is_html(text) else fenced(RAW, html.strip())

    def _is_html(self, text: str) -> bool:
        """Tell whether MyST reads all of a text as blocks of HTML, and not as a paragraph."""
        tokens, _ = self.new.parse(f"{text}\n")
        return all(token.type == "html_block" for token in tokens)

    def _means(self, text: str, old: Sequence[Block]) -> bool:
        tokens, _ = self.new.parse(f"{text}\n")
        return Meanings(page=self.page).of(tokens) == self._meaning(old)

    def _settings(self, *, html_emphasis: bool = False) -> Settings:
        return Settings(
            extensions=self.dialect.extensions,
            html=self._html,
            labels=self.labels,
            html_emphasis=html_emphasis,
            page=self.page,
        )

    def _html(self, tokens: Sequence[Token]) -> str:
        """Return blocks as HTML, and note that the first of their tokens is written so."""
        markdown = self.former.markdown
        addressed = [_addressed(token) for token in tokens]
        html = str(markdown.renderer.render(addressed, markdown.options, self.old.env))
        if tokens:
            self.html[id(tokens[0])] = html
        return html

    # footnotes

    def _note_stays(self, note: Block) -> bool:
        label = str(note.tokens[0].meta["label"])
        tokens = self.old.notes.get(label)
        if tokens is None or self.labels.get(label, label) != label:
            return False
        old = Meanings(labels=self.labels, html=self.html).of(tokens)
        return old == Meanings().of(note.tokens[1:-1])

    def _note(self, note: Block) -> str:
        """Return a footnote anew, "" for one that nothing refers to."""
        return self._labelled(str(note.tokens[0].meta["label"]))

    def _labelled(self, label: str) -> str:
        tokens = self.old.notes.get(label)
        if tokens is None:
            return ""
        return write_note(self.labels.get(label, label), tokens, self._settings())

    def _unused(self, note: Block) -> str:
        """Return as a comment what no page has shown, and MyST would show."""
        return "\n".join(f"% {line}".rstrip() for line in self.lines[note.start : note.end])

    # the whole

    def _assembled(self, found: Sequence[Piece], written: Mapping[int, str | None]) -> str:
        """Return the lines that stay, those between the pieces, and what is written anew."""
        result = Lines()
        at = 0
        seen: set[str] = set()
        for piece in found:
            result.between(self.lines[at : piece.start])
            text, kept = written[id(piece)], self.lines[piece.start : piece.end]
            if text is None:
                result.kept(kept)
            else:
                result.block(text)
                self._keep_mark(result, piece, kept)
            at = max(at, piece.end)
            seen |= {str(one.tokens[0].meta.get("label")) for one in piece.new}
        result.between(self.lines[at:])
        for label in self.old.notes:
            if label not in seen:
                result.block(self._labelled(label))
        return result.text()

    def _keep_mark(self, result: Lines, piece: Piece, lines: Sequence[str]) -> None:
        """Keep the end of the excerpt, which a piece that is written anew has lost."""
        if self.mark and self.mark in "\n".join(lines):
            stripped = "\n".join(self.stripped[piece.start : piece.end])
            if self.mark not in stripped:
                result.block(self.mark)
                alone = any(line.strip() == self.mark for line in (lines[0], lines[-1]))
                if not alone:
                    message = f"the mark {self.mark!r} of the excerpt stands behind the block now"
                    self._fault(piece.start, message)

    def _check(self, text: str) -> None:
        """Read the whole of the new text; say where it means something else."""
        tokens, _ = self.new.parse(without_separator(text, self.separator))
        new = Meanings(page=self.page).of(_without_notes(tokens))
        old = Meanings(labels=self.labels, page=self.page, html=self.html).of(self.old.tokens)
        if _squeezed(new) != _squeezed(old):
            at = next(
                (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
                -1,
            )
            shown = _shown(old[at]) if old else ""
            self._fault(0, f"MyST reads the new text otherwise, at {shown!r}")

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(line, message))


def _squeezed(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Join neighbouring HTML, which two pieces may have had apart."""
    found: list[Item] = []
    for item in items:
        if item[0] == "html" and found and found[-1][0] == "html":
            found[-1] = ("html", f"{found[-1][1]}{item[1]}")
        else:
            found.append(item)
    return tuple(found)


def _shown(item: Item) -> str:
    return " ".join(str(part) for part in item)[:60]


def _without_notes(tokens: Sequence[Token]) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        inside += token.type == "footnote_reference_open"
        if not inside:
            yield token
        inside -= token.type == "footnote_reference_close"


def _flat(found: Sequence[Block]) -> list[Token]:
    return [token for block in found for token in block.tokens]


def _openings(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the first tokens of the outermost blocks, but of the one that has begun."""
    depth = 1
    for token in tokens:
        if depth == 0 and token.nesting >= 0:
            yield token
        depth += token.nesting


def _has_notes(token: Token) -> bool:
    return any(child.type == "footnote_ref" for child in token.children or ())


def _addressed(token: Token) -> Token:
    """Return a token as HTML has it: an address in place of MyST's target, an id, MathML."""
    if token.type in {"math_inline", "math_block"}:
        return _as_mathml(token)
    if token.type == "heading_open" and token.meta.get(ID):
        return replace(token, attrs={"id": token.meta[ID], **token.attrs})
    key = {"link_open": "href", "image": "src"}.get(token.type, "")
    attrs = (
        {**token.attrs, key: token.meta.get(ADDRESS, token.attrs.get(key, ""))}
        if key
        else token.attrs
    )
    children = [_addressed(child) for child in token.children] if token.children else token.children
    return replace(token, attrs=attrs, children=children)


def _as_mathml(token: Token) -> Token:
    """Return a formula as HTML, or as it is where it is none."""
    html, _ = mathml(token.content.strip(), block=token.block)
    kind = "html_block" if token.block else "html_inline"
    return replace(token, type=kind, content=html) if html else token
