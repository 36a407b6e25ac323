"""The elements and attributes of HTML, by what becomes of them in an excerpt."""

from __future__ import annotations

import re

KEPT = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "cite", "code", "dd", "del", "dfn", "div",
    "dl", "dt", "em", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "u", "ul", "var", "wbr",
))  # fmt: skip
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNWRAPPED = frozenset((
    "address", "article", "aside", "big", "body", "caption", "center", "col", "colgroup", "data",
    "details", "figure", "font", "footer", "form", "header", "hgroup", "html", "label", "main",
    "nav", "nobr", "output", "picture", "search", "section", "strike", "summary", "tt",
))  # fmt: skip
DROPPED = frozenset((  # with all that stands in them
    "applet", "area", "audio", "base", "button", "canvas", "datalist", "dialog", "embed",
    "fieldset", "figcaption", "frame", "frameset", "head", "hr", "iframe", "img", "input", "link",
    "map", "math", "meta", "meter", "noframes", "noscript", "object", "optgroup", "option", "param",
    "progress", "script", "select", "slot", "source", "style", "svg", "template", "textarea",
    "title", "track", "video",
))  # fmt: skip
_KNOWN = KEPT | HEADINGS | _UNWRAPPED | DROPPED
_ATTRIBUTES = frozenset(("cite", "colspan", "datetime", "dir", "href", "lang", "reversed",
                         "rowspan", "start", "title"))  # fmt: skip
_ALIGNED = re.compile(r"text-align:\s*(?:left|right|center);?")


def is_known(name: str) -> bool:
    """Tell whether there is an element of that name."""
    return name.lower() in _KNOWN or "-" in name


def is_harmless(name: str, value: object) -> bool:
    """Tell whether an attribute stays on its element."""
    if name == "style":
        return isinstance(value, str) and _ALIGNED.fullmatch(value) is not None
    return name in _ATTRIBUTES
