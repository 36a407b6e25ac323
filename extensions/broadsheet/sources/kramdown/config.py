"""What ``_config.yml`` says of kramdown, and what it says wrongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from broadsheet.sources.kramdown.options import KramdownOptions, with_option

#: Takes what is wrong, and the key at which it stands.
Report = Callable[[str, str], None]

#: Options that would change a page, and do not change ours; the latter but under GFM, whose ids
#: have letters of all scripts.  What ``header_links`` asks for, all pages have.
_NOT_HONOURED = frozenset(("html_to_native",))
_NOT_HONOURED_BUT_IN_GFM = frozenset(("transliterated_header_ids",))

#: Of Jekyll's own, or of no effect on a page.
_OTHERS = frozenset(("guess_lang",))


def from_config(value: Any, report: Report) -> KramdownOptions:
    """Return the options that the key ``kramdown`` of ``_config.yml`` asks for.

    What is unknown or wrong is told to *report*, and the default holds.
    """
    options, not_honoured = KramdownOptions(), _NOT_HONOURED
    if value is None:
        return options
    if not isinstance(value, Mapping):
        report(f"kramdown is {value!r}, expected a mapping; using Jekyll's defaults", "")
        return options
    if str(value.get("input", "GFM")).upper() != "GFM":
        not_honoured |= _NOT_HONOURED_BUT_IN_GFM
    for key, one in value.items():
        name = str(key)
        changed = with_option(options, name, one)
        if name in not_honoured and one not in (None, False):
            report(f"kramdown: {name} is not honoured; it is ignored", name)
        elif changed is None and hasattr(options, _FIELDS.get(name, name)):
            used = getattr(options, _FIELDS.get(name, name))
            report(f"kramdown: {name} cannot be {one!r}; using {used!r}", name)
        elif changed is None and name not in _OTHERS:
            report(f"kramdown: {name!r} is no option of kramdown; it is ignored", name)
        options = changed or options
    return options


_FIELDS = {"math_engine": "math"}
