"""The links that an article's Markdown makes to other pages of its site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

from broadsheet.rules.destinations import on_site

# What no destination on the site begins with: a scheme, "//", a fragment or a query of the page.
_AWAY = r"(?![A-Za-z][A-Za-z0-9+.\-]*:|//|[#?])"
_GAP = r"[ \t]*\n?[ \t]*"  # CommonMark 0.31, 6.3: spaces, tabs and up to one line ending
_LIQUID = r"\{%[^\n]{0,200}?%\}|\{\{[^\n]{0,200}?\}\}"
# Atomic (`(?>`): the alternatives overlap, and trying them in turn would be exponential.
_DESTINATION = r"(?:<[^<>\n]*>|(?!<)(?>(?:" + _LIQUID + r"|\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))+))"
_TITLE = r"""(?:"[^"]*"|'[^']*'|\([^()]*\))"""

# Most articles have no such link: one search with a literal beginning finds out.
_ELSEWHERE = r"(?![A-Za-z][A-Za-z0-9+.\-]*:|//|[?])"
_MAYBE_LINK = re.compile(r"\]\(" + _GAP + r"<?" + _ELSEWHERE + r"[^\s)>]")
_MAYBE_DEFINITION = re.compile(r"\]:" + _GAP + r"<?" + _ELSEWHERE + r"[^\s>]")

_TOKEN = re.compile(
    r"(?P<escape>\\.)"
    r"|(?P<gap>\n[ \t>]*\n)"
    r"|^(?:[ \t]{0,3}>)*[ \t]{0,3}\[(?!\^)(?P<name>(?:\\.|[^\[\]\\\n])+)\]:" + _GAP
    + r"(?P<defined>" + _DESTINATION + r")(?=[ \t]*$|" + r"[ \t\n]+" + _TITLE + r"[ \t]*$)"
    r"|(?P<open>!?\[)"
    r"|\]\(" + _GAP + r"(?P<linked>" + _DESTINATION + r")(?:\s+" + _TITLE + r")?\s*\)"
    r"|(?P<close>\])",
    re.MULTILINE,
)  # fmt: skip
_UNREAD = re.compile(  # not Markdown, whatever it looks like
    r"<!--.*?(?:-->|\Z)|\{%-?\s*(?P<name>highlight|comment)\b.*?(?:\{%-?\s*end(?P=name)|\Z)",
    re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LABEL = re.compile(r"\[(?P<label>(?:\\.|[^\[\]\\])*)\]")
_CODE_SPAN = re.compile(  # what it begins with, stands first: it is found ten times as fast
    r"`(?<![`\\]`)(?P<more>`*)(?!`)(?:[^\n]|\n(?![ \t>]*\n))+?(?<!`)`(?P=more)(?!`)"
)
_FENCE = re.compile(r"^[ \t>]*(?P<run>`{3,}|~{3,})(?P<info>.*)$", re.MULTILINE)
_CODE_DIRECTIVES = ("code", "sourcecode", "highlight", "literalinclude", "parsed-literal", "math",
                    "raw", "mermaid", "graphviz", "eval-rst")  # fmt: skip
_NOT_NEWLINE = re.compile(r"[^\n]+")


class Link(NamedTuple):
    """A link where it stands in its text."""

    to: str  #: its destination, without backslash escapes and entities
    start: int
    end: int
    words: slice  #: the place of its text


class Definition(NamedTuple):
    """What a label leads to: ``[label]: destination``."""

    to: str
    start: int
    label: str


class Links(NamedTuple):
    """What leads somewhere in a text, elsewhere left out as far as that is seen at once."""

    prose: str  #: the text without what is not read as Markdown, every position what it is
    inline: tuple[Link, ...] = ()
    by_label: tuple[Link, ...] = ()
    definitions: tuple[Definition, ...] = ()


def article_links(markdown: str, site: str = "") -> tuple[str, ...]:
    r"""Return the destinations in a Markdown text that may name a page or file of its site.

    These are the destinations of inline links and of reference definitions, in the order of
    the text, each once, without their backslash escapes and entities but with query, fragment
    and percent signs: ``../2025-11-05-a.md#part``, ``/about/``, ``{% post_url 2025-11-05-a %}``.
    Left out are those with a scheme or with ``//`` in front, unless they begin with the address
    of the *site*; those in the page itself (``#part``);
    images; and what stands in fenced code, code spans, HTML comments or Liquid's ``highlight``
    and ``comment``. Code that is only indented is read as prose.
    """
    return destinations(read_links(markdown, site), site)


def destinations(links: Links, site: str) -> tuple[str, ...]:
    """Return what :func:`article_links` does of links that have been read."""
    inline = [(one.start, one.to) for one in links.inline]
    defined = [(one.start, one.to) for one in links.definitions]
    return tuple(dict.fromkeys(to for _, to in sorted([*inline, *defined]) if is_of_site(to, site)))


def read_links(markdown: str, site: str = "") -> Links:
    """Read the links of a text that may lead to its *site* or in the page itself.

    Where nothing is to be found, or in one paragraph, that is all that is looked at: to read
    the brackets of an essay costs a tenth of making its page.
    """
    names_site = bool(site) and site.rstrip("/").partition(":")[2] in markdown
    if not (names_site or _MAYBE_LINK.search(markdown) or _MAYBE_DEFINITION.search(markdown)):
        return Links(markdown)
    prose = prose_of_links(markdown)
    if names_site or _MAYBE_DEFINITION.search(prose):
        inline, defined = _read(prose, 0, len(prose))
        return Links(prose, tuple(inline), tuple(_by_label(prose, defined)), tuple(defined))
    parts = (_read(prose, start, end)[0] for start, end in _paragraphs(prose))
    return Links(prose, tuple(link for links in parts for link in links))


def _paragraphs(prose: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the paragraphs, or of several, in which there may be such a link."""
    end = -1
    for link in _MAYBE_LINK.finditer(prose):
        if link.start() > end:
            start = prose.rfind("\n\n", 0, link.start()) + 1
            end = prose.find("\n\n", link.start())
            end = end if end >= 0 else len(prose)
            yield start, end


def is_of_site(destination: str, site: str) -> bool:
    """Tell whether a destination may name a page or file of the *site*, not of the page itself."""
    is_away = re.match(_AWAY, destination) is None
    return bool(destination) and (not is_away or on_site(destination, site) != destination)


def _read(prose: str, start: int, end: int) -> tuple[list[Link], list[Definition]]:
    """Walk over brackets with a stack: of a link, the opening one tells it from an image."""
    links, defined = list[Link](), list[Definition]()
    opened: list[re.Match[str]] = []
    for token in _TOKEN.finditer(prose, start, end):
        kind = token.lastgroup
        if kind == "gap":
            opened.clear()
        elif kind == "open":
            opened.append(token)
        elif kind == "defined":
            defined.append(Definition(_plain(token["defined"]), token.start(), token["name"]))
        elif kind in ("linked", "close"):
            opening = opened.pop() if opened else None
            if kind == "linked" and opening and opening[0] == "[":
                words = slice(opening.end(), token.start())
                links.append(Link(_plain(token["linked"]), opening.start(), token.end(), words))
    return links, defined


def _by_label(prose: str, defined: Sequence[Definition]) -> Iterator[Link]:
    """Yield the links ``[words][label]``, ``[label][]`` and ``[label]``; the first label holds."""
    if not defined:
        return
    targets = {_folded(one.label): one.to for one in reversed(defined)}
    definitions = {one.start for one in defined}
    end = 0
    for words in _LABEL.finditer(prose):
        is_image = prose.endswith("!", 0, words.start())
        if words.start() < end or is_image or prose.startswith(("(", ":"), words.end()):
            continue
        behind = _LABEL.match(prose, words.end())
        label = (behind["label"] if behind else "") or words["label"]
        if _folded(label) in targets and words.start() not in definitions:
            end = behind.end() if behind else words.end()
            yield Link(targets[_folded(label)], words.start(), end, slice(*words.span("label")))


def _folded(label: str) -> str:
    """Return a label in the form in which CommonMark 0.31, 4.7, compares it."""
    return " ".join(label.casefold().split())


def _plain(destination: str) -> str:
    if destination.startswith("<"):
        destination = destination[1:-1]
    if "\\" in destination:
        destination = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", destination)
    return unescape(destination) if "&" in destination else destination


def prose_of_links(markdown: str) -> str:
    """Fill in what is not read as Markdown; every position stays what it is."""
    text = markdown
    if "```" in text or "~~~" in text:
        text = _without_fences(text)
    if "<!--" in text or "{%" in text:
        # that which begins with letters of its own is found four times as fast
        unread = _UNREAD if "{%" in text else _COMMENT
        text = unread.sub(_filled, text)
    return _CODE_SPAN.sub(_filled, text) if "`" in text else text


def _filled(found: re.Match[str]) -> str:
    """Put full stops, which mean nothing, in the place of what stands within a paragraph."""
    return _NOT_NEWLINE.sub(lambda line: "." * len(line[0]), found[0])


def _blank(text: str) -> str:
    return _NOT_NEWLINE.sub(lambda line: " " * len(line[0]), text)


def _without_fences(markdown: str) -> str:
    """Blank out fenced code; the text of a directive that holds Markdown (`{note}`) stays."""
    pieces: list[str] = []
    begin, code, directives = 0, "", list[str]()
    for line in _FENCE.finditer(markdown):
        run, info = line["run"], line["info"].strip()
        text = markdown[begin : line.start()]
        if code:
            if not run.startswith(code) or info:
                continue
            text, code = _blank(text), ""
        elif run[0] == "`" and "`" in info:
            continue  # a code span of three backticks, by CommonMark 0.31, 4.5
        elif directives and run.startswith(directives[-1]) and not info:
            directives.pop()
        elif info.startswith("{") and not info[1:].startswith(_CODE_DIRECTIVES):
            directives.append(run)
        else:
            code = run
        pieces += [text, _blank(line[0])]
        begin = line.end()
    rest = markdown[begin:]
    return "".join([*pieces, _blank(rest) if code else rest])
