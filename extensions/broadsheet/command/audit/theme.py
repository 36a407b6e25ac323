"""The plug-ins of a Jekyll site, and what serves its look."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import join
from typing import TYPE_CHECKING

from broadsheet.command.audit.findings import Lines
from broadsheet.command.audit.report import Count, PluginUse, Theme
from broadsheet.command.audit.support import PLUGINS, Counterpart, Plugin
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.command.audit.archive import Archive

_CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")
_GEM = re.compile(r"^[ \t]*gem[ \t(]+[\"']([\w.-]+)[\"']", re.MULTILINE)
_GROUP = re.compile(r"^[ \t]*group[^\n]*:jekyll_plugins[^\n]*\bdo\b(.*?)^[ \t]*end\b", re.M | re.S)
_PLUGIN = re.compile(r"(?:jekyll|octopress|kramdown|motion)-|jemoji\Z")
_THEME = re.compile(r"(?:jekyll-theme-.*|.*-jekyll-theme|minima|minimal-mistakes-jekyll)\Z")

#: Files of one folder that a report names.
MOST = 500


def plugins_of(archive: Archive) -> tuple[PluginUse, ...]:
    """Return the plug-ins that ``_config.yml``, ``Gemfile`` and ``_plugins`` name."""
    if archive.kind != "jekyll":
        return ()
    found: dict[str, PluginUse] = {}
    for name, path, line in [*_configured(archive), *_gems(archive.root)]:
        if not _THEME.match(name):
            known = PLUGINS.get(name) or Plugin(Counterpart.NONE, "what it does is not known here")
            found.setdefault(name, _use(name, known, path, line))
    for path in _files(archive.root, "_plugins"):
        if path.endswith(".rb"):
            found[path] = _use(path, Plugin(Counterpart.NONE, "Ruby is not run"), path, 1)
    return tuple(sorted(found.values(), key=lambda one: one.name))


def theme_of(archive: Archive, layouts: Iterable[Count]) -> Theme:
    """Return what Broadsheet's templates stand in for."""
    is_jekyll = archive.kind == "jekyll"
    name = archive.config.get("theme") or archive.config.get("remote_theme") or ""
    return Theme(
        name=str(name)[:100],
        layouts=tuple(_files(archive.root, "_layouts")) if is_jekyll else (),
        includes=tuple(_files(archive.root, "_includes")) if is_jekyll else (),
        layouts_of_articles=tuple(layouts) if is_jekyll else (),
        pages=tuple(sorted(set(archive.theme_pages.values()))),
    )


def _use(name: str, plugin: Plugin, path: str, line: int) -> PluginUse:
    return PluginUse(
        name=name, counterpart=str(plugin.counterpart), text=plugin.text, path=path, line=line
    )


def _configured(archive: Archive) -> Iterator[tuple[str, str, int]]:
    path = next((one for one in _CONFIGS if (archive.root / one).is_file()), _CONFIGS[0])
    text = _text(archive.root / path)
    lines = Lines(text)
    for key in ("plugins", "gems"):
        value = archive.config.get(key)
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                at = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
                yield name, path, lines.at(at.start()) if at else 0


def _gems(root: Path) -> Iterator[tuple[str, str, int]]:
    text = _text(root / "Gemfile")
    lines = Lines(text)
    grouped = [found.span(1) for found in _GROUP.finditer(text)]
    for found in _GEM.finditer(text):
        is_grouped = any(start <= found.start() < end for start, end in grouped)
        if is_grouped or _PLUGIN.match(found[1]):
            yield found[1], "Gemfile", lines.at(found.start(1))


def _files(root: Path, folder: str) -> list[str]:
    """List files below a folder; links to folders are not followed."""
    found = []
    for place, _, names in os.walk(root / folder):
        inside = Path(place).relative_to(root).as_posix()
        found += [join(inside, name) for name in names]
    return sorted(path for path in found if path.isprintable())[:MOST]


def _text(path: Path) -> str:
    try:
        return decode(path.read_bytes(), path.name)[0]
    except OSError:
        return ""
