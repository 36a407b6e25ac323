"""What every page of a build has in common: programs, configuration, theme, navigation."""

from __future__ import annotations

import sys
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.html._build_info import BuildInfo

from broadsheet.publication.domain import catalogue_of
from broadsheet.rules.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.builders.html import StandaloneHTMLBuilder


def build_key(builder: StandaloneHTMLBuilder, navigation: object) -> str:
    """Return the digest of the inputs that all pages share, the *navigation* among them.

    The labels and titles of hand-written pages are among them: an article may
    refer to any.
    """
    env, app = builder.env, builder._app
    info = BuildInfo(app.config, builder.tags, frozenset({"env", "html"}))
    standard = env.domaindata["std"]
    articles = catalogue_of(env).by_docname  # which Sphinx knows in its ordinary flow
    return digest(
        sys.version_info[:3],
        sorted((name, one.version) for name, one in app.extensions.items()),
        _versions(),
        info.config_hash,
        info.tags_hash,
        navigation,
        sorted((uri, entry[1]) for uri, entry in getattr(env, "intersphinx_cache", {}).items()),
        sorted(one for one in standard["labels"].items() if one[1][0] not in articles),
        sorted(one for one in standard["anonlabels"].items() if one[1][0] not in articles),
        sorted((name, one.astext()) for name, one in env.titles.items() if name not in articles),
        dict(sorted(env.toctree_includes.items())),
        list(_file_digests(map(Path, app.config.templates_path), Path(app.confdir))),
        list(_static_digests(builder)),
    )


def _versions() -> list[str]:
    from importlib.metadata import version

    names = ("sphinx", "docutils", "myst-parser", "markdown-it-py", "furo", "pygments")
    return [version(name) for name in names]


def _static_digests(builder: StandaloneHTMLBuilder) -> Iterator[tuple[str, str]]:
    """Yield the style sheets and scripts, whose checksums stand in every page."""
    assets = [asset.filename for asset in builder._css_files]
    assets += [asset.filename for asset in builder._js_files]
    for name in map(str, filter(None, assets)):
        path = Path(builder.outdir, name)
        if path.is_file():
            yield name, _file_digest(path)


def _file_digests(folders: Iterable[Path], base: Path) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((base / folder).rglob("*")):
            if path.is_file():
                yield path.name, _file_digest(path)


def _file_digest(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()
