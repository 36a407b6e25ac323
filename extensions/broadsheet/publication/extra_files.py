"""The files of ``html_extra_path``: copied as they are, below the root of the site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.matching import Matcher

from broadsheet.sources.folders import is_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


def extra_files(app: Sphinx) -> dict[str, Path]:
    """Return them by address, as Sphinx's ``copy_asset`` finds them: of two the last stands."""
    return dict(_found(app))


def served(app: Sphinx) -> dict[str, str]:
    """Return the addresses of those that lie in the source folder, by their paths in it."""
    source = os.fspath(app.srcdir)
    paths = {address: os.path.relpath(path, source) for address, path in extra_files(app).items()}
    inside = {address: path for address, path in paths.items() if not path.startswith("..")}
    return {Path(path).as_posix(): address for address, path in inside.items()}


def _found(app: Sphinx) -> Iterator[tuple[str, Path]]:
    excluded = Matcher(app.config.exclude_patterns)
    for place in (Path(app.confdir, entry) for entry in app.config.html_extra_path):
        if place.is_file():
            yield place.name, place
        for folder, folders, files in os.walk(place, followlinks=True):
            inside = Path(folder).relative_to(place)
            folders[:] = sorted(one for one in folders if not excluded(f"{inside}/{one}"))
            for one in sorted(files):
                if not excluded(f"{inside}/{one}") and is_file(Path(folder, one)):
                    yield (inside / one).as_posix(), Path(folder, one)
