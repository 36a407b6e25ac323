"""The configuration of a build: of a SOURCE that has none, and what the command line says."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from broadsheet.command.jekyll import configuration
from broadsheet.command.refusal import Refusal
from broadsheet.command.source import CONF, kind_of
from broadsheet.sources import jekyll


def configuration_of(source: Path) -> dict[str, Any]:
    """Return the configuration that *source* does not hold itself; refuse what is none."""
    if kind_of(source) == "sphinx":
        conf = source / CONF
        if "broadsheet" in conf.read_text(encoding="utf-8", errors="replace"):
            return {}
        message = f"{conf} does not use broadsheet (expected it among its extensions)"
        raise Refusal(message)
    site, _ = jekyll.read_site(source)
    return configuration(site, source.resolve().name)


def overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the command line says; what it does not say is left to the source."""
    given = {
        "broadsheet_drafts": options.drafts,
        "broadsheet_future": options.future,
        "broadsheet_unlisted": options.unlisted,
        "broadsheet_series_from_names": options.series_from_names,
        "broadsheet_wiki_links": options.wiki_links,
        "broadsheet_now": options.now,
    }
    said = {name: value for name, value in given.items() if value}
    if options.related is not None:  # none is a number, too
        said["broadsheet_related"] = options.related
    if options.no_previews:
        said["broadsheet_previews"] = False
    return said
