"""What a text refers to that may be an article, each time with the sentence around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, takewhile
from typing import NamedTuple

from broadsheet.model import Mention
from broadsheet.rules.anchors import anchors_of
from broadsheet.rules.excerpt_html import as_lines, render
from broadsheet.rules.links import Links, is_of_site, prose_of_links
from broadsheet.rules.wiki_links import WIKI_LINK
from broadsheet.sources.prose import without_indented

#: Characters of a sentence that are kept on either side of the words that refer.
LONGEST_SIDE = 160

#: Characters of those words.
LONGEST_WORDS = 120

#: Characters of a paragraph that are looked at on either side: no sentence is so long.
_AROUND = 600

#: References of one paragraph that are looked for together, each between two marks of its own.
_TOGETHER = 64
_BEGINS = [chr(0xE000 + 2 * number) for number in range(_TOGETHER)]
_ENDS = [chr(0xE001 + 2 * number) for number in range(_TOGETHER)]
_WITHOUT_MARKS = dict.fromkeys(map(ord, [*_BEGINS, *_ENDS]))

_ROLE = re.compile(
    r"\{(?:broadsheet:)?(?:post|any)\}(?P<ticks>`+)(?!`)(?P<text>[^\n]+?)(?<!`)(?P=ticks)(?!`)"
)
_TITLED = re.compile(r"(?s)(?P<words>.*?)\s*<(?P<name>[^<>]+)>\Z")
_MARKUP = re.compile(r"[*_`\[\]<&\\|~#]|^[ \t]*(?:[-+>:]|\d+[.)]|={2,})", re.MULTILINE)
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
_ELEMENT = re.compile(
    r"<a\s(?:[^<>]*\s)?href\s*=\s*(?:\"(?P<a>[^\"<>]*)\"|'(?P<b>[^'<>]*)')[^<>]*>"
    r"(?P<words>[^<>]*)</a>",
    re.IGNORECASE,
)
_GAP = re.compile(r"^[ \t>]*(?::{3,}[^\n]*)?$", re.MULTILINE)  # a blank line, or a MyST fence
_OPTION = re.compile(r"^[ \t>]*:[\w-]+:[^\n]*$", re.MULTILINE)  # of a directive
_NOTE = re.compile(r"^[ \t>]*\[\^[^\]\s]+\]:", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\{:?[ ]?[.#][^{}\n]*\}")  # {: .button} of kramdown, {.button} of MyST
_LIQUID = re.compile(r"\{%[^\n]{0,200}?%\}|\{\{[^\n]{0,200}?\}\}")


class Grammar(NamedTuple):
    """What texts have besides Markdown."""

    site: str = ""  #: its address, see :class:`broadsheet.model.Site`
    roles: bool = True  #: MyST's
    wiki_links: bool = False


class _Spot(NamedTuple):
    """A reference where it stands in its text."""

    start: int
    end: int
    to: str
    by_name: bool
    words: str  #: Markdown


def mentions_in(
    markdown: str, links: Links, grammar: Grammar, language: str = ""
) -> tuple[Mention, ...]:
    """Return what the *links* and roles of a Markdown text refer to, in its order.

    These are links that :func:`~broadsheet.rules.links.article_links` tells of, links to
    ``#name`` that no anchor of the text has, ``<a href>``, and as the *grammar* has it
    ``{post}``, ``{any}`` and ``[[name]]``.
    """
    others = _has_others(markdown, grammar)
    is_read = bool(links.inline or links.by_label)
    if not (is_read or others):
        return ()
    prose = without_indented(links.prose if is_read else prose_of_links(markdown))
    found = [*_of_links(markdown, links, prose, grammar)]
    spots = sorted([*found, *_others(markdown, prose, grammar)] if others else found)
    if any(spot.by_name for spot in spots):
        anchors = anchors_of(markdown)
        spots = [spot for spot in spots if not (spot.by_name and spot.to in anchors)]
    return tuple(
        mention
        for start, end, together in _blocks(prose, spots)
        for mention in _mentions(markdown, start, end, together, language)
    )


def _has_others(markdown: str, grammar: Grammar) -> bool:
    """Tell quickly whether there may be references that are no links of Markdown."""
    return (
        (grammar.roles and ("post}`" in markdown or "any}`" in markdown))
        or (grammar.wiki_links and "[[" in markdown)
        or "<a " in markdown
    )


def _of_links(markdown: str, links: Links, prose: str, grammar: Grammar) -> Iterator[_Spot]:
    for link in (*links.inline, *links.by_label):
        is_code = prose[link.start].isspace()  # indented
        if link.to.startswith("#") and len(link.to) > 1 and not is_code:
            end = _end_with_attributes(markdown, link.end)
            yield _Spot(link.start, end, link.to[1:], True, markdown[link.words])
        elif is_of_site(link.to, grammar.site) and not is_code:
            end = _end_with_attributes(markdown, link.end)
            yield _Spot(link.start, end, link.to, False, markdown[link.words])


def _others(markdown: str, prose: str, grammar: Grammar) -> Iterator[_Spot]:
    for one in _ELEMENT.finditer(prose):
        to = (one["a"] or one["b"] or "").strip()
        if is_of_site(to, grammar.site):
            yield _Spot(one.start(), one.end(), to, False, markdown[slice(*one.span("words"))])
    if grammar.roles:
        yield from _roles(markdown, prose)
    if grammar.wiki_links:
        for one in WIKI_LINK.finditer(prose):
            words = (one["words"] or "").strip()
            yield _Spot(one.start(), one.end(), one["name"].strip(), True, words)


def _end_with_attributes(markdown: str, end: int) -> int:
    """Return where a link ends that has attributes behind it, which no sentence has."""
    found = _ATTRIBUTES.match(markdown, end)
    return found.end() if found else end


def _roles(markdown: str, prose: str) -> Iterator[_Spot]:
    """Yield the roles; of code the beginning would be filled in, too."""
    for role in _ROLE.finditer(markdown):
        if prose[role.start()] == "{":
            text = role["text"].strip()
            titled = _TITLED.match(text)
            words, name = (titled["words"], titled["name"]) if titled else ("", text)
            plain = _SIGN.sub(r"\\\g<0>", words)  # which are no Markdown
            yield _Spot(role.start(), role.end(), name.strip(), True, plain)


def _blocks(prose: str, spots: Iterable[_Spot]) -> Iterator[tuple[int, int, list[_Spot]]]:
    """Yield the references that stand together between two gaps, and the bounds of their text."""
    for end, group in groupby(spots, _next_gap(prose)):
        whole = list(group)
        start = _last_gap(prose, whole[0].start)
        for first in range(0, len(whole), _TOGETHER):
            some = whole[first : first + _TOGETHER]
            last = max(spot.end for spot in some)
            yield max(start, some[0].start - _AROUND), max(last, min(end, last + _AROUND)), some


def _next_gap(prose: str) -> Callable[[_Spot], int]:
    """Return what tells where the block of a reference ends, each being behind the one before."""
    end = -1

    def of(spot: _Spot) -> int:
        nonlocal end
        if spot.start >= end:
            gap = _GAP.search(prose, spot.start)
            end = gap.start() if gap else len(prose)
        return end

    return of


def _last_gap(prose: str, place: int) -> int:
    """Return where the block begins that has *place* in it; nobody looks farther than around."""
    line = prose.rfind("\n", 0, max(0, place - _AROUND)) + 1
    gaps = takewhile(lambda gap: gap.start() < place, _GAP.finditer(prose, line))
    return max((gap.end() for gap in gaps), default=line)


def _mentions(
    markdown: str, start: int, end: int, spots: list[_Spot], language: str
) -> Iterator[Mention]:
    """Yield the references between two places of a text, each in its sentence."""
    text = "".join(_with_marks(markdown, start, end, spots))
    for unseen in (_OPTION, _NOTE, _LIQUID):
        text = unseen.sub("", text)
    lines = _lines(text)
    for spot, begin, behind in zip(spots, _BEGINS, _ENDS, strict=False):
        line = next((one for one in lines if begin in one), f"{begin}{behind}")
        before, _, rest = _sentence(line, begin, behind, language).partition(begin)
        words, _, after = rest.partition(behind)
        words = words.translate(_WITHOUT_MARKS).strip() if spot.words else ""
        yield Mention(
            to=spot.to,
            by_name=spot.by_name,
            before=_end_of(before.translate(_WITHOUT_MARKS).lstrip()),
            words=_beginning_of(words, LONGEST_WORDS),
            after=_beginning_of(after.translate(_WITHOUT_MARKS).rstrip(), LONGEST_SIDE),
        )


def _lines(text: str) -> list[str]:
    """Return a text without its markup, each block on a line."""
    if not _MARKUP.search(text):  # half of the time
        return [" ".join(text.split())]
    return as_lines(render(text, link=lambda destination: None))


def _with_marks(markdown: str, start: int, end: int, spots: list[_Spot]) -> Iterator[str]:
    """Yield a part of a text with the words of each reference between its marks."""
    for spot, begin, behind in zip(spots, _BEGINS, _ENDS, strict=False):
        if spot.start < start:
            continue  # within another
        yield markdown[start : spot.start].translate(_WITHOUT_MARKS)
        words = spot.words or spot.to  # instead of a title that is not known yet
        yield f"{begin}{words.translate(_WITHOUT_MARKS)}{behind}"
        start = spot.end
    yield markdown[start:end].translate(_WITHOUT_MARKS)


def _sentence(line: str, begin: str, end: str, language: str) -> str:
    """Return the sentence in which the marks are; the words may be a whole one, or several."""
    from sentencex import segment  # most builds need none

    sentences = segment(language.partition("-")[0] or "en", line)
    first = next(number for number, one in enumerate(sentences) if begin in one)
    last = next((number for number, one in enumerate(sentences) if end in one), first)
    if last > first and sentences[last].startswith(end):
        return "".join([*sentences[first:last], end])
    return "".join(sentences[first : last + 1])


def _beginning_of(text: str, longest: int) -> str:
    """Cut a text short at a space, if one is near."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    return f"{head[: max(head.rfind(' '), longest - 20)].rstrip()} …"


def _end_of(text: str) -> str:
    if len(text) <= LONGEST_SIDE:
        return text
    tail = text[-LONGEST_SIDE:]
    return f"… {tail[min(tail.find(' ') % LONGEST_SIDE, 20) :].lstrip()}"
