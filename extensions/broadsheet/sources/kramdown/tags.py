"""HTML as kramdown knows it: which elements there are, what they hold, how tags are written."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What white space is to kramdown (Ruby's ``\\s`` and ``strip``): never a space of Unicode.
SPACE = " \t\n\r\f\v"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: The elements whose content, where it is parsed, is blocks, spans, or not parsed at all
#: (``HTML_CONTENT_MODEL`` in ``lib/kramdown/parser/html.rb``).
_BLOCK_CONTENT = _names(
    """address applet article aside blockquote body dd details div dl fieldset figure figcaption
    footer form header hgroup iframe li main map menu nav noscript object section summary
    td"""
)
_SPAN_CONTENT = _names(
    """a abbr acronym b bdo big button cite caption del dfn dt em h1 h2 h3 h4 h5 h6 i ins label
    legend optgroup p q rb rbc rp rt rtc ruby select small span strong sub sup th tt"""
)
_RAW_CONTENT = _names("script style math option textarea pre code kbd samp var")

#: Elements that stand in a line; those of both kinds (script, textarea) are in neither table.
SPAN_ELEMENTS = _names(
    """a abbr acronym b big bdo br button cite code del dfn em i img input ins kbd label mark
    option q rb rbc rp rt rtc ruby samp select small span strong sub sup tt u var"""
)
BLOCK_ELEMENTS = _names(
    """address article aside applet body blockquote caption col colgroup dd div dl dt fieldset
    figcaption footer form h1 h2 h3 h4 h5 h6 header hgroup hr html head iframe legend menu li
    main map nav ol optgroup p pre section summary table tbody td th thead tfoot tr ul"""
)
VOID_ELEMENTS = _names(
    """area base br col command embed hr img input keygen link meta param source track
    wbr"""
)

#: All of these; the names of others keep their case.
ELEMENTS = (
    SPAN_ELEMENTS | BLOCK_ELEMENTS | VOID_ELEMENTS | _BLOCK_CONTENT | _SPAN_CONTENT | _RAW_CONTENT
)

#: The values of the attribute ``markdown``; "1" asks for what the element holds by its nature.
CONTENT = {"0": "raw", "1": "default", "span": "span", "block": "block"}

_WORD = r"[^\W\d][\w.-]*+"
#: The name of an element or an attribute, with or without a prefix (``UNAME_STR`` of REXML).
NAME = rf"{_WORD}(?>(?::{_WORD})?)"
_SPACE = r"[ \t\n\r\f\v]"
_VALUE = rf"""{_SPACE}*+={_SPACE}*+(?:\w++|"[^"]*+"|'[^']*+')"""

#: A start tag: ``name``, ``attributes``, and ``closed`` if it ends in ``/>``.
TAG = re.compile(
    rf"<(?P<name>{NAME})(?P<attributes>(?>(?:{_SPACE}++{NAME}(?>(?:{_VALUE})?))*))"
    rf"{_SPACE}*+(?P<closed>/)?>"
)
CLOSING_TAG = re.compile(rf"</(?P<name>{NAME}){_SPACE}*+>")

_ATTRIBUTE = re.compile(
    rf"""{_SPACE}*+(?P<name>{NAME})"""
    rf"""(?>(?:{_SPACE}*+={_SPACE}*+(?:(?P<bare>\w++)|"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'))?)"""
)

_REFERENCE = r"&(?:[^\W\d][\w.:-]*+;|#[0-9]++;|#x[0-9a-fA-F]++;)"
_TEXT = re.compile(rf"{_REFERENCE}|[<>&]")
_ATTRIBUTE_TEXT = re.compile(rf'{_REFERENCE}|[<>&"]')
_ESCAPED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"}


def content_model(name: str) -> str:
    """Return what an element holds by its nature: ``block``, ``span`` or ``raw``."""
    if name in _BLOCK_CONTENT:
        return "block"
    return "span" if name in _SPAN_CONTENT else "raw"


def tag_name(written: str) -> str:
    """Return the name of an element as it is written out: HTML's in lower case."""
    lower = written.lower()
    return lower if lower in ELEMENTS else written


def tag_attributes(written: str, name: str) -> dict[str, str]:
    """Return the attributes of an element; a name of them is in lower case if it is HTML's."""
    attrs = {}
    for found in _ATTRIBUTE.finditer(written):
        key = found["name"].lower() if name in ELEMENTS else found["name"]
        attrs[key] = found["bare"] or found["double"] or found["single"] or ""
    return attrs


def escape_text(text: str) -> str:
    """Return *text* as HTML; an entity stays what it is (``escape_html(…, :text)``)."""
    return _TEXT.sub(lambda found: _ESCAPED.get(found[0], found[0]), text)


def escape_attribute(text: str) -> str:
    """Return *text* as the value of an attribute between double quotes."""
    return _ATTRIBUTE_TEXT.sub(lambda found: _ESCAPED.get(found[0], found[0]), text)


def written_attributes(attrs: Mapping[str, str | int | float]) -> str:
    """Return *attrs* as they stand in a start tag; an empty id is none."""
    return "".join(
        f' {key}="{escape_attribute(str(value))}"'
        for key, value in attrs.items()
        if key != "id" or str(value).strip()
    )
