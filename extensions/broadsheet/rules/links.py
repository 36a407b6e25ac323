"""The links that an article's Markdown makes to other pages of its site."""

from __future__ import annotations

import re
from html import unescape

from broadsheet.rules.destinations import on_site

# What no destination on the site begins with: a scheme, "//", a fragment or a query of the page.
_AWAY = r"(?![A-Za-z][A-Za-z0-9+.\-]*:|//|[#?])"
_GAP = r"[ \t]*\n?[ \t]*"  # CommonMark 0.31, 6.3: spaces, tabs and up to one line ending
_LIQUID = r"\{%[^\n]{0,200}?%\}|\{\{[^\n]{0,200}?\}\}"
# Atomic (`(?>`): the alternatives overlap, and trying them in turn would be exponential.
_DESTINATION = r"(?:<[^<>\n]*>|(?!<)(?>(?:" + _LIQUID + r"|\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))+))"
_TITLE = r"""(?:"[^"]*"|'[^']*'|\([^()]*\))"""

# Most articles have no such link: one search with a literal beginning finds out.
_MAYBE_LINK = re.compile(r"\]\(" + _GAP + r"<?" + _AWAY + r"[^\s)>]")
_MAYBE_DEFINITION = re.compile(r"\]:" + _GAP + r"<?" + _AWAY + r"[^\s>]")

_TOKEN = re.compile(
    r"(?P<escape>\\.)"
    r"|(?P<gap>\n[ \t>]*\n)"
    r"|^(?:[ \t]{0,3}>)*[ \t]{0,3}\[(?!\^)(?:\\.|[^\[\]\\\n])+\]:" + _GAP
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
_CODE_SPAN = re.compile(r"(?<![`\\])(?P<run>`+)(?!`)(?:[^\n]|\n(?![ \t>]*\n))+?(?<!`)(?P=run)(?!`)")
_FENCE = re.compile(r"^[ \t>]*(?P<run>`{3,}|~{3,})(?P<info>.*)$", re.MULTILINE)
_CODE_DIRECTIVES = ("code", "sourcecode", "highlight", "literalinclude", "parsed-literal", "math",
                    "raw", "mermaid", "graphviz", "eval-rst")  # fmt: skip


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
    names_site = bool(site) and site.rstrip("/").partition(":")[2] in markdown
    if not (names_site or _MAYBE_LINK.search(markdown) or _MAYBE_DEFINITION.search(markdown)):
        return ()
    found = (_plain(destination) for destination in _destinations(_prose(markdown)))
    return tuple(dict.fromkeys(link for link in found if link and _on_site(link, site)))


def _destinations(prose: str) -> list[str]:
    """Walk over brackets with a stack: of a link, the opening one tells it from an image."""
    found: list[str] = []
    opened: list[str] = []
    for token in _TOKEN.finditer(prose):
        kind = token.lastgroup
        if kind == "gap":
            opened.clear()
        elif kind == "open":
            opened.append(token["open"])
        elif kind == "defined":
            found.append(token["defined"])
        elif kind in ("linked", "close"):
            bracket = opened.pop() if opened else ""
            if kind == "linked" and bracket == "[":
                found.append(token["linked"])
    return found


def _plain(destination: str) -> str:
    if destination.startswith("<"):
        destination = destination[1:-1]
    if "\\" in destination:
        destination = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", destination)
    return unescape(destination) if "&" in destination else destination


def _on_site(destination: str, site: str) -> bool:
    return re.match(_AWAY, destination) is not None or on_site(destination, site) != destination


def _prose(markdown: str) -> str:
    """Blank out what is not read as Markdown."""
    return _CODE_SPAN.sub("`", _UNREAD.sub(" ", _without_fences(markdown)))


def _without_fences(markdown: str) -> str:
    """Cut out fenced code; the text of a directive that holds Markdown (`{note}`) stays."""
    kept: list[str] = []
    begin, code, directives = 0, "", list[str]()
    for line in _FENCE.finditer(markdown):
        run, info = line["run"], line["info"].strip()
        if code:
            if not run.startswith(code) or info:
                continue
            code = ""
        elif run[0] == "`" and "`" in info:
            continue  # a code span of three backticks, by CommonMark 0.31, 4.5
        else:
            kept.append(markdown[begin : line.start()])
            if directives and run.startswith(directives[-1]) and not info:
                directives.pop()
            elif info.startswith("{") and not info[1:].startswith(_CODE_DIRECTIVES):
                directives.append(run)
            else:
                code = run
        begin = line.end()
    if not code:
        kept.append(markdown[begin:])
    return "\n".join(kept)
