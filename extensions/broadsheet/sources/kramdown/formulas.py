"""Whether a text has formulas in single dollars: kramdown knows none, scripts of themes do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadsheet.sources.kramdown.options import KramdownOptions

#: The keys by which themes load MathJax or KaTeX, in the front matter or in ``_config.yml``.
FORMULA_KEYS = ("math", "mathjax", "katex", "use_math", "usemathjax", "enable_math")

_KEYS = frozenset(FORMULA_KEYS)
_OFF = frozenset({"false", "no", "off", "nil", "none", "", "0"})


def with_formulas(
    options: KramdownOptions | None, values: Mapping[str, Any]
) -> KramdownOptions | None:
    """Return the *options* of a text about which the *values* of YAML are said.

    A theme that loads its script would set what stands between ``$$``, too, whatever
    ``math_engine`` leaves undone.
    """
    if options is None or _KEYS.isdisjoint(values):
        return options
    found = (values[key] for key in FORMULA_KEYS if values.get(key) is not None)
    wanted = next(map(_is_on, found), options.formulas)
    return replace(options, formulas=wanted, math=options.math or wanted)


def _is_on(value: Any) -> bool:
    if isinstance(value, Mapping):  # mathjax: {enable: true}
        value = value.get("enable", True)
    return str(value).strip().lower() not in _OFF
