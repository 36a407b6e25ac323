"""What a text refers to that may be an article, each time with the sentence around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from broadsheet.model import Mention
from broadsheet.rules.anchors import anchors_of
from broadsheet.rules.excerpt_html import as_lines, render
from broadsheet.rules.links import is_of_site, links_in, may_have_links, prose_of_links

#: Characters of a sentence that are kept on either side of the words that refer.
LONGEST_SIDE = 160

#: Characters of those words.
LONGEST_WORDS = 120

#: Characters of a paragraph that are looked at on either side: no sentence is so long.
_AROUND = 2_000

#: Stand around the words that refer while the markup is taken out of their sentence.
_BEGIN, _END = "\ue000", "\ue001"

_ROLE = re.compile(
    r"\{(?:broadsheet:)?(?:post|any)\}(?P<ticks>`+)(?!`)(?P<text>[^\n]+?)(?<!`)(?P=ticks)(?!`)"
)
_TITLED = re.compile(r"(?s)(?P<words>.*?)\s*<(?P<name>[^<>]+)>\Z")
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


class _Spot(NamedTuple):
    """A reference where it stands in its text."""

    start: int
    end: int
    to: str
    by_name: bool
    words: str  #: Markdown


def mentions_in(
    markdown: str, site: str = "", language: str = "", *, has_roles: bool = True
) -> tuple[Mention, ...]:
    """Return what the links and roles of a Markdown text refer to, in its order.

    These are links that :func:`~broadsheet.rules.links.article_links` tells of, links to
    ``#name`` that no anchor of the text has, ``<a href>``, and, where a text *has roles*,
    ``{post}`` and ``{any}``.
    """
    if not _may_refer(markdown, site, has_roles):
        return ()
    prose = prose_of_links(markdown)
    spots = sorted(_spots(markdown, prose, site, has_roles))
    if any(spot.by_name for spot in spots):
        anchors = anchors_of(markdown)
        spots = [spot for spot in spots if not (spot.by_name and spot.to in anchors)]
    if not spots:
        return ()
    gaps = [gap.span() for gap in _GAP.finditer(prose)]
    return tuple(_mention(markdown, gaps, spots, number, language) for number in range(len(spots)))


def _may_refer(markdown: str, site: str, has_roles: bool) -> bool:
    return (
        may_have_links(markdown, site)
        or "](#" in markdown
        or "]: #" in markdown
        or (has_roles and ("post}`" in markdown or "any}`" in markdown))
        or "<a " in markdown
    )


def _spots(markdown: str, prose: str, site: str, has_roles: bool) -> Iterator[_Spot]:
    for link in links_in(prose):
        if link.to.startswith("#") and len(link.to) > 1:
            end = _end_with_attributes(markdown, link.end)
            yield _Spot(link.start, end, link.to[1:], True, markdown[link.words])
        elif is_of_site(link.to, site):
            end = _end_with_attributes(markdown, link.end)
            yield _Spot(link.start, end, link.to, False, markdown[link.words])
    if "<a " in markdown:
        for one in _ELEMENT.finditer(prose):
            to = (one["a"] or one["b"] or "").strip()
            if is_of_site(to, site):
                yield _Spot(one.start(), one.end(), to, False, markdown[slice(*one.span("words"))])
    if has_roles:
        yield from _roles(markdown, prose)


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
            yield _Spot(role.start(), role.end(), name.strip(), True, words)


def _mention(
    markdown: str, gaps: list[tuple[int, int]], spots: list[_Spot], number: int, language: str
) -> Mention:
    spot = spots[number]
    after = bisect_right(gaps, (spot.start, spot.start))
    start = max(gaps[after - 1][1] if after else 0, spot.start - _AROUND)
    end = min(gaps[after][0] if after < len(gaps) else len(markdown), spot.end + _AROUND)
    near = (one for one in spots[max(0, number - 50) : number + 50] if start <= one.start < end)
    block = "".join(_with_words(markdown, start, max(end, spot.end), near, spot))
    before, words, behind = _sentence(block, language)
    return Mention(spot.to, spot.by_name, before, words, behind)


def _with_words(
    markdown: str, start: int, end: int, spots: Iterable[_Spot], marked: _Spot
) -> Iterator[str]:
    """Yield a part of a text with the references in it as their words."""
    for spot in spots:
        if spot.start < start:
            continue  # within another
        yield _plain(markdown[start : spot.start])
        yield f"{_BEGIN}{spot.words}{_END}" if spot is marked else spot.words
        start = spot.end
    yield _plain(markdown[start:end])


def _plain(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")


def _sentence(block: str, language: str) -> tuple[str, str, str]:
    """Return the sentence with the marked words: what is before them, they, and what is after."""
    from sentencex import segment  # most builds need none

    text = _LIQUID.sub("", _NOTE.sub("", _OPTION.sub("", block)))
    lines = as_lines(render(text, link=lambda destination: None))
    line = next((one for one in lines if _BEGIN in one), f"{_BEGIN}{_END}")
    before, _, rest = _around_marks(segment(language.partition("-")[0] or "en", line)).partition(
        _BEGIN
    )
    words, _, after = rest.partition(_END)
    return (
        _end_of(before.lstrip()),
        _beginning_of(words.strip(), LONGEST_WORDS),
        _beginning_of(after.rstrip(), LONGEST_SIDE),
    )


def _around_marks(sentences: list[str]) -> str:
    """Return the sentence in which the marks are; the words may be a whole one, or several."""
    first = next(number for number, one in enumerate(sentences) if _BEGIN in one)
    last = next((number for number, one in enumerate(sentences) if _END in one), first)
    if last > first and sentences[last].startswith(_END):
        return "".join([*sentences[first:last], _END])
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
