"""Attribute lists, the text between ``{:`` and ``}``: ``.class #id key="value" reference``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from broadsheet.sources.kramdown.options import with_option

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.definitions import Definitions

#: The name of a list, a footnote or a key (``ALD_ID_NAME`` of kramdown), of ASCII letters.
NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]*"

#: One attribute (``ALD_TYPE_ANY``): a pair, a reference, or ids and classes in one word.
_ATTRIBUTE = re.compile(
    rf"""(?:\A|\s)(?:
    (?P<key>{NAME})=(?:"(?P<double>(?>(?:\\[}}"]|[^}}"])*))"|'(?P<single>(?>(?:\\[}}']|[^}}'])*))')
    |(?P<reference>{NAME})
    |(?P<names>(?:\#[A-Za-z][A-Za-z0-9_:-]*|\.[^\s.#]+)+)
    )(?=\s|\Z)""",
    re.ASCII | re.VERBOSE,
)
_NAMES = re.compile(r"#(?P<id>[A-Za-z][A-Za-z0-9_:-]*)|\.(?P<class>[^\s.#]+)", re.ASCII)
#: So many lists can one refer to, by way of others too: each is a call within a call.
_MOST = 100
_ESCAPED = re.compile(r"\\([}\"'])")


def parse_attributes(text: str, definitions: Definitions) -> dict[str, str]:
    """Return the attributes that *text* gives, those of the lists that it refers to included.

    (``parse_attribute_list`` and ``update_attr_with_ial`` of kramdown.)
    """
    return _attributes(text, definitions, set())


def references(text: str) -> tuple[str, ...]:
    """Return the names that *text* refers to, defined or not: ``toc`` and such are among them."""
    return tuple(found["reference"] for found in _found(text) if found["reference"])


def is_attribute_list(text: str) -> bool:
    """Tell whether *text* gives anything."""
    return bool(_found(text))


def gives_attributes(text: str) -> bool:
    """Tell whether *text* gives a class, an id or another attribute, not just a name."""
    return any(not found["reference"] for found in _found(text))


def set_options(text: str, definitions: Definitions) -> list[str]:
    """Set the options that *text* names, and return what is wrong with it."""
    faults = []
    for name, value in parse_attributes(text, definitions).items():
        if (options := with_option(definitions.options, name, value)) is None:
            faults.append(f"{name}={value[:40]!r} sets no option of kramdown; it is left out")
        else:
            definitions.options = options
    return faults


def join(attrs: Mapping[str, str | int | float], more: Mapping[str, str]) -> dict[str, str]:
    """Return *attrs* with *more*: classes add up, of anything else the last one holds."""
    joined = {key: str(value) for key, value in attrs.items()}
    for key, value in more.items():
        joined[key] = f"{joined.get(key, '')} {value}".lstrip() if key == "class" else value
    return joined


def _found(text: str) -> list[re.Match[str]]:
    return [] if text.strip() in {"", ":"} else list(_ATTRIBUTE.finditer(text))


def _attributes(text: str, definitions: Definitions, read: set[str]) -> dict[str, str]:
    """Return the attributes of *text*, and of the lists that are not yet *read*.

    Each is read once: lists can refer to themselves, or to one another many times over.
    """
    attrs: dict[str, str] = {}
    own: dict[str, str] = {}
    for found in _found(text):
        if name := found["reference"]:
            referred = definitions.attribute_lists.get(name, "")
            if referred and name not in read and len(read) < _MOST:
                read.add(name)
                attrs = join(attrs, _attributes(referred, definitions, read))
        elif names := found["names"]:
            for one in _NAMES.finditer(names):
                own = join(own, {"id": one["id"]} if one["id"] else {"class": one["class"]})
        else:
            own[found["key"]] = _value(found)
    return join(attrs, own)


def _value(found: re.Match[str]) -> str:
    quote, value = ('"', found["double"]) if found["single"] is None else ("'", found["single"])
    return _ESCAPED.sub(lambda one: one[1] if one[1] in ("}", quote) else one[0], value)
