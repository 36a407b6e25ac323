"""Read a Jekyll repository: its configuration, its articles, its pages and its files."""

from __future__ import annotations

from broadsheet.sources.jekyll.files import Files, find_articles, walk, walked_by
from broadsheet.sources.jekyll.scopes import deep_merge, front_matter_defaults
from broadsheet.sources.jekyll.site import (
    JekyllCollection,
    JekyllSite,
    Scope,
    is_jekyll,
    read_site,
)

__all__ = [
    "Files",
    "JekyllCollection",
    "JekyllSite",
    "Scope",
    "deep_merge",
    "find_articles",
    "front_matter_defaults",
    "is_jekyll",
    "read_site",
    "walk",
    "walked_by",
]
