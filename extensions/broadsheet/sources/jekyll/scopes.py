"""Give each file the front matter of the scopes that it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.sources.jekyll.globs import within

if TYPE_CHECKING:
    from broadsheet.sources.jekyll.site import JekyllSite, Scope

#: ``(path, types)`` to front matter; the path is relative to the source folder.
Defaults = Callable[[str, tuple[str, ...]], Mapping[str, Any]]


def front_matter_defaults(site: JekyllSite) -> Defaults:
    """Give the function that looks up the defaults of a file (frontmatter_defaults.rb, all).

    The more specific path wins, then the scope with a type, then the later one. Files of the
    same scopes share one mapping.
    """
    globs = {scope.path: within(scope.path) for scope in site.defaults if "*" in scope.path}
    merged: dict[tuple[int, ...], Mapping[str, Any]] = {(): {}}

    def lookup(path: str, types: tuple[str, ...]) -> Mapping[str, Any]:
        reached = tuple(
            index
            for index, scope in enumerate(site.defaults)
            if scope.type in {"", *types} and _reaches(scope, path, site.collections_dir, globs)
        )
        if reached not in merged:
            merged[reached] = _merged([site.defaults[index] for index in reached])
        return merged[reached]

    return lookup


def deep_merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the second mapping over the first; mappings merge, an empty value changes nothing.

    lib/jekyll/utils.rb, deep_merge_hashes.
    """
    merged = dict(first)
    for key, new in second.items():
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            merged[key] = deep_merge(old, new)
        elif new is not None or key not in merged:
            merged[key] = new
    return merged


def _reaches(
    scope: Scope, path: str, collections_dir: str, globs: Mapping[str, re.Pattern[str]]
) -> bool:
    """Tell whether a path lies in a scope; a prefix need not end with a name, as in Jekyll."""
    if scope.path in globs:
        return globs[scope.path].match(path) is not None
    return _inside(path, collections_dir).startswith(_inside(scope.path, collections_dir))


def _inside(path: str, collections_dir: str) -> str:
    return path.removeprefix(f"{collections_dir}/") if collections_dir else path


def _merged(scopes: list[Scope]) -> Mapping[str, Any]:
    values: dict[str, Any] = {}
    winner: Scope | None = None
    for scope in scopes:
        if winner is None or _precedes(scope, winner):
            values, winner = deep_merge(values, scope.values), scope
        else:
            values = deep_merge(scope.values, values)
    return values


def _precedes(scope: Scope, other: Scope) -> bool:
    """Tell whether a scope beats an earlier one (frontmatter_defaults.rb, has_precedence?)."""
    lengths = len(scope.path.lstrip("/")), len(other.path.lstrip("/"))
    if lengths[0] != lengths[1]:
        return lengths[0] > lengths[1]
    return bool(scope.type) or not other.type
