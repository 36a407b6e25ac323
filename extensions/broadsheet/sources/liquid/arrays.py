"""Jekyll's filters for lists (lib/jekyll/filters.rb, filters/grouping_filters.rb)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cmp_to_key
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from liquid.builtin.expressions import BooleanExpression, FilteredExpression, tokenize
from liquid.filter import with_context
from liquid.stream import TokenStream
from liquid.token import TOKEN_EXPRESSION, Token
from liquid.undefined import is_undefined

from broadsheet.sources.liquid.running import FaultError
from broadsheet.sources.liquid.values import printed

if TYPE_CHECKING:
    from liquid import RenderContext
    from liquid.expression import Expression

    from broadsheet.sources.liquid.running import Context

_INTEGER = re.compile(r"\s*-?\d{1,300}\s*")
_FLOAT = re.compile(r"\s*-?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})\s*")


def _items(value: Any) -> list[Any] | None:
    """Return the items of a list or the values of a map; None of what is neither."""
    if isinstance(value, Mapping) and not is_undefined(value):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple | range) else None


def _property(item: Any, name: Any) -> Any:
    """Return a property of an item, by a path with dots too; numbers as such."""
    for key in printed(name).split("."):
        if not isinstance(item, Mapping) or key not in item:
            return None
        item = item[key]
    text = item if isinstance(item, str) else ""
    if text and _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if text and _FLOAT.fullmatch(text) else item


def _is_match(value: Any, target: Any) -> bool:
    """Compare by text, and look into lists (compare_property_vs_target)."""
    if target is None or is_undefined(target):
        return value is None
    wanted = printed(target)
    if isinstance(value, list | tuple):
        return any(printed(one) == wanted for one in value)
    return value is not None and printed(value) == wanted


def where(value: Any, name: Any, target: Any = None) -> Any:
    """Return the items whose property has a value."""
    items = _items(value)
    if items is None or not printed(name):
        return value
    return [item for item in items if _is_match(_property(item, name), target)]


def find(value: Any, name: Any, target: Any = None) -> Any:
    """Return the first item whose property has a value."""
    items = _items(value)
    if items is None or not printed(name):
        return value
    return next((item for item in items if _is_match(_property(item, name), target)), None)


@with_context
def where_exp(value: Any, variable: Any, condition: Any, *, context: RenderContext) -> Any:
    """Return the items of which a condition holds."""
    items = _items(value)
    if items is None:
        return value
    test = _parsed(condition, context, BooleanExpression.parse)
    return [item for item, holds in _each(items, variable, test, context) if holds]


@with_context
def find_exp(value: Any, variable: Any, condition: Any, *, context: RenderContext) -> Any:
    """Return the first item of which a condition holds."""
    items = _items(value)
    if items is None:
        return value
    test = _parsed(condition, context, BooleanExpression.parse)
    return next((item for item, holds in _each(items, variable, test, context) if holds), None)


def group_by(value: Any, name: Any) -> Any:
    """Return groups of the items that have the same property."""
    items = _items(value)
    if items is None:
        return value
    return _groups((item, printed(_property(item, name))) for item in items)


@with_context
def group_by_exp(value: Any, variable: Any, expression: Any, *, context: RenderContext) -> Any:
    """Return groups of the items of which an expression gives the same."""
    items = _items(value)
    if items is None:
        return value
    key = _parsed(expression, context, FilteredExpression.parse)
    return _groups((item, printed(found)) for item, found in _each(items, variable, key, context))


def _parsed(text: Any, context: RenderContext, parse: Callable[..., Any]) -> Expression:
    source = printed(text)
    tokens = tokenize(source, Token(TOKEN_EXPRESSION, source, 0, source))
    return cast("Expression", parse(context.env, TokenStream(tokens)))


def _each(
    items: Iterable[Any], variable: Any, expression: Expression, context: RenderContext
) -> Iterator[tuple[Any, Any]]:
    budget = cast("Context", context).run.budget
    for item in items:
        budget.spend(1)
        with context.extend({printed(variable): item}):
            found = expression.evaluate(context)
        yield item, found


def _groups(keyed: Iterable[tuple[Any, str]]) -> list[dict[str, Any]]:
    groups: dict[str, list[Any]] = {}
    for item, key in keyed:
        groups.setdefault(key, []).append(item)
    return [{"name": key, "items": found, "size": len(found)} for key, found in groups.items()]


def sort(value: Any, name: Any = None, nils: Any = "first") -> Any:
    """Sort a list, by a property too; items without it come first, or last.

    A map is a list of its keys, each with its value.
    """
    is_map = isinstance(value, Mapping) and not is_undefined(value)
    items = [list(pair) for pair in value.items()] if is_map else _items(value)
    if items is None:
        if value is None or is_undefined(value):
            message = "there is nothing to sort"
            raise FaultError(message)
        return value
    if name is None or is_undefined(name):
        return sorted(items, key=cmp_to_key(_compared))
    if nils not in ("first", "last"):
        message = f"sort does not know {printed(nils)!r} (expected 'first' or 'last')"
        raise FaultError(message)
    found = [(_property(item, name), item) for item in items]
    none = [item for key, item in found if key is None]
    order = cmp_to_key(_compared)
    some = sorted((pair for pair in found if pair[0] is not None), key=lambda one: order(one[0]))
    ordered = [item for _, item in some]
    return none + ordered if nils == "first" else ordered + none


def _compared(one: Any, other: Any) -> int:
    """Compare two values; those of two kinds as texts."""
    try:
        return int(one > other) - int(one < other)
    except TypeError:
        first, second = printed(one), printed(other)
        return int(first > second) - int(first < second)


def uniq(value: Any, name: Any = None) -> Any:
    """Return each item once."""
    items = _items(value)
    if items is None:
        return value
    by_name = name is not None and not is_undefined(name)
    seen: dict[str, Any] = {}
    for item in items:
        key = _property(item, name) if by_name else item
        seen.setdefault(f"{type(key).__name__} {printed(key)}", item)
    return list(seen.values())


def _changed(change: Callable[..., list[Any]]) -> Callable[..., Any]:
    """Make a filter of a change to a list; what is none stays as it is."""

    def changed(value: Any, *args: Any) -> Any:
        return change(list(value), *args) if isinstance(value, list | tuple) else value

    return changed


def _count(number: Any) -> int:
    return max(0, int(number)) if isinstance(number, int) else 1


ARRAY_FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "find": find,
        "find_exp": find_exp,
        "group_by": group_by,
        "group_by_exp": group_by_exp,
        "pop": _changed(lambda items, number=1: items[: max(0, len(items) - _count(number))]),
        "push": _changed(lambda items, item: [*items, item]),
        "shift": _changed(lambda items, number=1: items[_count(number) :]),
        "sort": sort,
        "uniq": uniq,
        "unshift": _changed(lambda items, item: [item, *items]),
        "where": where,
        "where_exp": where_exp,
    }
)
