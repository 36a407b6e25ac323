"""Which texts may refer to what is not there: told by their destinations and names alone.

Most texts of an archive lead to other sites, or to articles that are there.  To see that takes a
hundredth of the time in which they are read; only the others need be.  What is not understood
here is doubtful: a text is never passed over by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from broadsheet.rules.destinations import is_known_elsewhere, on_site

_GAP = r"[ \t]*\n?[ \t]*"  # CommonMark 0.31, 6.3: spaces, tabs and up to one line ending
_NOT_AWAY = r"(?!(?i:https?://|mailto:))"

# What stands in every text that may lead to something of its own site. Each begins with a sign
# that is searched for at once: with alternatives an archive takes four times as long.
_MAYBE_LINK = re.compile(r"\][(:]" + _GAP + "<?" + _NOT_AWAY)
_MAYBE_AUTOLINK = re.compile("<" + _NOT_AWAY + r"[A-Za-z][A-Za-z0-9+.-]*:")
_MAYBE_ATTRIBUTE = re.compile(r"=(?<=[fFcC\s]=)\s*[\"']?" + _NOT_AWAY)
_HREF_OR_SRC = re.compile(r"\b(?:href|src)\s*=\s*[\"']?" + _NOT_AWAY, re.IGNORECASE)

_OPENING = re.compile(r"(?P<image>!)?\[(?>(?:[^\[\]\\\n]|\\.)*)\]\(|\]\(")
# Atomic (`(?>`): the alternatives overlap, and trying them in turn would be exponential.
_INLINE = re.compile(
    _GAP + r"(?P<to><[^<>\n]*>|(?>(?:\\.|[^\s()\\<]|\((?:\\.|[^\s()\\])*\))+))"
    r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?\s*\)"
)
_DEFINITION = re.compile(
    r"(?:^|[ \t>])\[(?!\^)(?>(?:[^\[\]\\\n]|\\.)+)\]:\s*(?P<to>\S+)", re.MULTILINE
)
_ATTRIBUTE = re.compile(
    r"\b(?P<name>href|src)\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]*))",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<(?P<to>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

#: Liquid that makes no address, and asks for nothing.
_PLAIN_TAGS = ("highlight", "endhighlight", "raw", "endraw", "comment", "endcomment")
_TAG = re.compile(r"\{%-?\s*(\w*)")

_DIRECTIVE = re.compile(r"(?:`{3}|~{3}|:{3})[ \t]*\{")
_ROLE = re.compile(
    r"\{(?:broadsheet:)?(?P<role>\w+)\}(?P<ticks>`+)(?!`)(?P<text>[^`\n]+?)(?P=ticks)(?!`)"
)
_TITLED = re.compile(r"(?s).*?<(?P<name>[^<>]+)>\Z")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is certainly there, for one text."""

    site: str  #: the address of the site, with a slash at its end, or ""
    jekyll: bool
    wiki_links: bool = False  #: ``[[name]]`` is a reference
    is_page: Callable[[str], bool]  #: of a destination without an anchor
    is_image: Callable[[str], bool]
    is_name: Callable[[str, str], bool]  #: of a role, and what stands in it

    def is_there(self, to: str, *, is_image: bool = False) -> bool:
        """Tell whether a destination is certainly right."""
        if on_site(to, self.site) == to and is_known_elsewhere(to):
            return True
        if to in {"#", "#top"}:
            return self.jekyll
        if to.startswith("#"):
            return not self.jekyll and self.is_name("post", to[1:])
        return bool(to) and "#" not in to and (self.is_image if is_image else self.is_page)(to)


def is_doubtful(text: str, known: Known) -> bool:
    """Tell whether a *text*, without its front matter, may refer to what is not there."""
    if known.wiki_links and "[[" in text:
        return True
    if _has_liquid(text) if known.jekyll else _has_unknown_roles(text, known):
        return True
    if not _may_lead(text) and not _names_site(text, known.site):
        return False
    return not all(known.is_there(to, is_image=is_image) for to, is_image in _destinations(text))


def _may_lead(text: str) -> bool:
    """Tell quickly whether anything in a text may lead to its own site."""
    if _MAYBE_LINK.search(text):
        return True
    if "<" not in text:
        return False
    if _MAYBE_AUTOLINK.search(text):
        return True
    return bool(_MAYBE_ATTRIBUTE.search(text) and _HREF_OR_SRC.search(text))


def _has_liquid(text: str) -> bool:
    if "{{" in text:
        return True
    return "{%" in text and any(tag[1] not in _PLAIN_TAGS for tag in _TAG.finditer(text))


def _has_unknown_roles(text: str, known: Known) -> bool:
    """Tell whether a text has what MyST alone understands, or a name that is not certain."""
    if "{{" in text or ("{" in text and _DIRECTIVE.search(text)):
        return True
    if "}`" not in text:
        return False
    roles = list(_ROLE.finditer(text))
    if len(roles) != text.count("}`"):
        return True
    return not all(known.is_name(one["role"], _name_in(one["text"].strip())) for one in roles)


def _name_in(text: str) -> str:
    titled = _TITLED.match(text)
    return titled["name"].strip() if titled else text


def _names_site(text: str, site: str) -> bool:
    return bool(site) and site.rstrip("/").partition(":")[2] in text


def _destinations(text: str) -> Iterator[tuple[str, bool]]:
    """Yield destinations, and whether each is an image's; "" of those that are not understood."""
    for opening in _OPENING.finditer(text):
        inline = _INLINE.match(text, opening.end())
        yield _plain(inline["to"]) if inline else "", opening["image"] is not None
    for definition in _DEFINITION.finditer(text):
        yield _plain(definition["to"]), False
        yield _plain(definition["to"]), True
    for one in _ATTRIBUTE.finditer(text):
        yield unescape(one["a"] or one["b"] or one["c"] or "").strip(), one["name"].lower() == "src"
    for link in _AUTOLINK.finditer(text):
        yield unescape(link["to"]), False


def _plain(destination: str) -> str:
    if destination.startswith("<"):
        destination = destination[1:].removesuffix(">")
    if "\\" in destination:
        destination = _ESCAPE.sub(r"\1", destination)
    return unescape(destination) if "&" in destination else destination
