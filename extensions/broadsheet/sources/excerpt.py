"""Excerpts by Jekyll's rule: the raw text above the separator (lib/jekyll/excerpt.rb)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_BLANK_START = re.compile(r"(?:[^\S\n]*\n)+")
_FENCE = re.compile(r"^ {0,3}(`{3,}(?!.*`)|~{3,}).*$", re.MULTILINE)
_TAG = re.compile(r"\{%-?\s*(\w+)")
_END_TAG = re.compile(r"\{%-?\s*end(\w+)")
#: Liquid's blocks and Jekyll's; any other tag is a block when its end is found in the text.
_BLOCK_TAGS = frozenset(
    {"capture", "case", "comment", "for", "highlight", "if", "ifchanged", "raw"}
    | {"tablerow", "unless"}
)
_VERBATIM_TAGS = frozenset({"comment", "raw"})  # no tag counts inside but their own end

_LABEL = re.compile(r"\[([^\[\]]+)\]")
_DEFINITION = re.compile(r" {0,3}\[(?P<label>[^\[\]]+)\]:(?P<rest>.*)")
_TITLE_LINE = re.compile(r"\s*(?:\"[^\"]*\"|'[^']*'|\([^()]*\))\s*")

#: HTML's elements: as a separator they may be seen, or be the target of a link, and stay.
_ELEMENT_NAMES = (
    "a abbr address area article aside audio b base bdi bdo blockquote body br button canvas "
    "caption center cite code col colgroup data datalist dd del details dfn dialog div dl dt em "
    "embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hgroup hr "
    "html i iframe img input ins kbd label legend li link main map mark menu meta meter nav "
    "noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp "
    "script search section select slot small source span strike strong style sub summary sup svg "
    "table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr"
)
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_INVISIBLE = re.compile(r"<!--.*-->|<\?.*\?>|\{%-?\s*comment\b.*%\}|\{::comment.*\}", re.DOTALL)
_ELEMENT = re.compile(r"</?([A-Za-z][^\s/>]*)[^<>]*>.*", re.DOTALL)
#: Words that nothing gives a meaning: ``READMORE``, ``[more]``; not ``---``, ``## More``,
#: ``[More](more.html)``, ``{% include more.html %}``.
_WORDS = re.compile(r"(?!#|\{[{%]|!?\[.*\]\().*[^\W_].*", re.DOTALL)

_QUOTE = re.compile(r"[ \t]*>(?:[ \t]*>)*")
_QUOTED_LINE = re.compile(r"(?:[ \t]*(?:[-+*]|[0-9]{1,9}[.)])[ \t])*[ \t]*>")
_LONE_MARKER = re.compile(r"(?P<quote>[\s>]*)(?:[-+*]|[0-9]{1,9}[.)]|#{1,6})\s*")
_CONTAINERS = re.compile(r"[\s>]*(?:(?:[-+*]|[0-9]{1,9}[.)])\s+)*")
_MAY_HOLD_CODE = re.compile(r"`|~~~|\{%-?\s*highlight\b|^[ >]*(?: {4}|\t)", re.MULTILINE)
_CODE_SPAN = re.compile(r"\\[\\`]|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_HIGHLIGHT = re.compile(r"\{%-?\s*highlight\b")
_END = re.compile(r"\{%-?\s*endhighlight\b")
_BLANK_LINE = re.compile(r"\n[^\S\n]*(?=\n)")
_BREAK_MARKS = "*_~`"  # two runs of them must not meet: ``_a_<!--more-->_b_``
_CLOSING_MARKS = ".,;:!?)]}%’”…"
_OPENING_MARKS = "([{‘“"


def take_excerpt(body: str, separator: str) -> str:
    """Return the Markdown above the first `separator`, all of `body` where there is none.

    A code fence and Liquid blocks that it cuts open are closed, and the link and footnote
    definitions below that it uses are appended, as Jekyll does (Excerpt#extract_excerpt).
    Blank lines at either end are left out: Jekyll's front matter swallows those at the start,
    so that a separator of blank lines means the first paragraph.
    """
    start = _BLANK_START.match(body)
    body = body[start.end() :] if start else body
    head, found, tail = body.partition(separator) if separator else (body, "", "")
    if not found:
        return body.rstrip()
    closed = closed_excerpt(head, tail)
    return "\n\n".join(filter(None, [closed, *_definitions_used(head, tail)]))


def without_separator(body: str, separator: str) -> str:
    """Return `body` for its page: the same lines, with no trace of `separator`.

    Code shows it as it stands.  A separator that Markdown or HTML gives a meaning (``---``,
    ``<hr>``, a blank line) is part of the text, and stays.
    """
    mark = separator.strip()
    if mark not in body or not _is_mark(mark):
        return body
    shown = _shown_in_code(body, mark)
    if "\n" in mark:
        return body.replace(mark, "\n" * mark.count("\n")) if not shown else body
    lines, start = body.split("\n"), 0
    for number, line in enumerate(lines):
        for column in reversed(_positions(line, mark)):
            if start + column not in shown and (line.strip() == mark or not _is_prose(mark)):
                lines[number] = _cut(lines[number], column, len(mark))
        if lines[number] != line:
            lines[number] = _without_empty_marker(lines, number)
        start += len(line) + 1
    return "\n".join(lines)


# The excerpt.


def closed_excerpt(head: str, tail: str) -> str:
    """Return `head` with the fence and the Liquid blocks closed that `tail` would close."""
    return "\n".join([head.rstrip(), *_closings(head, tail)])


def _closings(head: str, tail: str) -> list[str]:
    """Return the lines that close what `head` leaves open, the innermost first."""
    open_now = [*_open_fences(head), *_open_tags(head, tail)]
    return [closing for _, closing in sorted(open_now, reverse=True)]


def _open_fences(text: str) -> list[tuple[int, str]]:
    """Return position and closing line of the code fence that `text` ends in, if any."""
    fence: tuple[int, str] | None = None
    for found in _FENCE.finditer(text):
        marker = found[1]
        if fence is None:
            fence = found.start(1), marker
        elif found[0].strip() == marker and marker.startswith(fence[1]):
            fence = None
    return [fence] if fence else []


def _open_tags(head: str, tail: str) -> list[tuple[int, str]]:
    """Return position and end tag of each Liquid block that begins in `head` and ends later."""
    blocks: list[tuple[int, str]] = []
    names = _BLOCK_TAGS.union(_END_TAG.findall(tail)) if "{%" in head else _BLOCK_TAGS
    for found in _TAG.finditer(head):
        name, inside = found[1], blocks[-1][1] if blocks else ""
        if inside and name == f"end{inside}":
            blocks.pop()
        elif inside not in _VERBATIM_TAGS and name in names:
            blocks.append((found.start(), name))
    return [(position, f"{{% end{name} %}}") for position, name in blocks]


def _definitions_used(head: str, tail: str) -> list[str]:
    """Return the definitions in `tail` of the labels in `head`, and of those in them."""
    wanted = _labels(head)
    if not wanted or "]:" not in tail:
        return []
    known = dict(_definitions(head.split("\n")))
    offered: dict[str, str] = {}
    for label, text in _definitions(tail.split("\n")):
        if label not in known:
            offered.setdefault(label, text)  # CommonMark, section 4.7: the first one counts
    used: set[str] = set()
    while reached := (wanted & offered.keys()) - used:
        used |= reached
        wanted |= {label for found in reached for label in _labels(offered[found])}
    return [text for label, text in offered.items() if label in used]


def _labels(text: str) -> set[str]:
    return {_label(found) for found in _LABEL.findall(text)}


def _label(text: str) -> str:
    """Return a label in the form in which CommonMark (section 4.7) compares it."""
    return " ".join(text.casefold().split())


def _definitions(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield label and text of each link or footnote definition outside code fences."""
    fence, number = "", 0
    while number < len(lines):
        line, found, end = lines[number], None, number + 1
        if marker := _FENCE.fullmatch(line):
            if not fence:
                fence = marker[1]
            elif line.strip() == marker[1] and marker[1].startswith(fence):
                fence = ""
        elif not fence and (found := _DEFINITION.match(line)):
            end = _end_of_definition(lines, number, found)
            yield _label(found["label"]), "\n".join(lines[number:end]).rstrip()
        number = end


def _end_of_definition(lines: Sequence[str], number: int, found: re.Match[str]) -> int:
    end = number + 1
    if found["label"].startswith("^"):
        while end < len(lines) and _continues_footnote(lines, end):
            end += 1
        return end
    if not found["rest"].strip() and end < len(lines):  # the address is on the next line
        end += 1
    if len(lines[end - 1].split()) <= 2 and end < len(lines) and _TITLE_LINE.fullmatch(lines[end]):
        end += 1
    return end


def _continues_footnote(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    if not line.strip():
        ahead = (lines[index] for index in range(number, len(lines)))
        below = next((other for other in ahead if other.strip()), "")
        return below.startswith(("  ", "\t"))
    return line.startswith(("  ", "\t")) or bool(
        lines[number - 1].strip() and not _DEFINITION.match(line)
    )


# The page.


def _is_mark(mark: str) -> bool:
    """Tell a mark made for machines from text that a reader of the page would miss."""
    if _INVISIBLE.fullmatch(mark):
        return True
    if element := _ELEMENT.fullmatch(mark):
        return element[1].lower() not in _ELEMENTS
    return bool(_WORDS.fullmatch(mark))


def _is_prose(mark: str) -> bool:
    """Tell words that a sentence may hold too (``read more``): a mark only on their own line."""
    return mark.replace(" ", "").isalnum()


def _cut(line: str, column: int, length: int) -> str:
    """Return `line` without the mark at `column`, its neighbours neither glued nor spread."""
    left, right = line[:column], line[column + length :]
    before, after = left.rstrip(" \t"), right.lstrip(" \t")
    if not after:
        return before + right if before else left + right
    if _CONTAINERS.fullmatch(left):
        return left + after
    spaced = left != before or right != after
    return before + (" " if spaced or _need_space(before[-1], after[0]) else "") + after


def _need_space(before: str, after: str) -> bool:
    if before in _BREAK_MARKS or after in _BREAK_MARKS:
        return True
    if after in _CLOSING_MARKS or before in _OPENING_MARKS:
        return False
    return not (_is_wide(before) or _is_wide(after))


def _is_wide(character: str) -> bool:
    """Tell a character of a script that parts no words by spaces (CJK)."""
    return east_asian_width(character) in {"W", "F"}


def _without_empty_marker(lines: Sequence[str], number: int) -> str:
    """Return a line from which a mark was cut, empty if the mark was all that it held."""
    line = lines[number]
    above = lines[number - 1] if number else ""
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if not line.strip():
        quote = _QUOTE.match(below)
        return quote[0].rstrip() if quote and _QUOTED_LINE.match(above) else ""
    marker = _LONE_MARKER.fullmatch(line)
    if marker is None:
        return line
    continued = below.strip() and len(below) - len(below.lstrip()) > len(marker["quote"])
    return line.rstrip() if continued else marker["quote"].rstrip()


def _positions(text: str, mark: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(mark), text)] if mark in text else []


def _shown_in_code(body: str, mark: str) -> frozenset[int]:
    """Return the positions in `body` of those marks that stand in code."""
    marks = _positions(body, mark)
    below = _BLANK_LINE.search(body, marks[-1])
    above = body[: below.start()] if below else body  # what follows makes no code of it
    if not _MAY_HOLD_CODE.search(above):
        return frozenset()
    masked = _masked(above, mark)
    code = sorted([*_code_blocks(masked), *_code_spans(masked), *_highlights(body)])
    shown, reach, index = [], 0, 0
    for position in marks:
        while index < len(code) and code[index][0] <= position:
            reach, index = max(reach, code[index][1]), index + 1
        if position < reach:
            shown.append(position)
    return frozenset(shown)


def _masked(text: str, mark: str) -> str:
    """Return `text` with letters for every mark, so that none begins a block of HTML."""
    alone = re.compile(rf"^ {{0,3}}{re.escape(mark)}[ \t]*$", re.MULTILINE)
    blanked = alone.sub(lambda found: " " * len(found[0]), text)
    return blanked.replace(mark, "x" * len(mark))


def _code_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every fenced or indented block of code."""
    tokens: list[Token] = []
    markdown = MarkdownIt("commonmark")
    markdown.block.parse(text, markdown, {}, tokens)
    starts = [0, *(found.end() for found in re.finditer(r"\n|\Z", text))]
    for token in tokens:
        if token.type in {"fence", "code_block"} and token.map:
            yield starts[token.map[0]], starts[token.map[1]]


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every span of code, which no blank line interrupts."""
    cuts = [0, *(found.end() for found in _BLANK_LINE.finditer(text)), len(text)]
    for start, end in pairwise(cuts):
        for found in _CODE_SPAN.finditer(text, start, end):
            if found[1]:
                yield found.span()


def _highlights(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every block of Jekyll's ``highlight``."""
    end = 0
    while (found := _HIGHLIGHT.search(text, end)) and (last := _END.search(text, found.end())):
        yield found.start(), (end := last.start())
