"""What pages have in common: programs, configuration, theme; and what articles may refer to."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.html._build_info import BuildInfo
from sphinx.util.i18n import format_date

from broadsheet.publication import TEMPLATES
from broadsheet.publication.domain import BroadsheetDomain, catalogue_of, domain_of
from broadsheet.rules.digest import digest, digest_of_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.environment import BuildEnvironment

_PACKAGES = (
    "sphinx", "docutils", "myst-parser", "markdown-it-py", "furo", "pygments", "babel",
    "imagesize", "python-liquid", "quickjs-ng", "sentencex", "sphinxcontrib-katex",
)  # fmt: skip


def build_key(builder: StandaloneHTMLBuilder) -> str:
    """Return the digest of the inputs that all pages share, the contents of the sidebar apart."""
    app, config = builder._app, builder.config
    info = BuildInfo(config, builder.tags, frozenset({"env", "html"}))
    folders = [*config.templates_path, str(TEMPLATES)]
    folders += [*config.html_static_path, *config.html_theme_path]
    return digest(
        domain_of(builder.env).programs,
        info.config_hash,
        info.tags_hash,
        (config.broadsheet_jekyll, config.broadsheet_previews),
        _last_updated(builder),
        list(_file_digests(Path(app.confdir), folders)),
    )


def programs_key(app: Sphinx) -> str:
    """Return the digest of the programs that read and write: versions, and code that has none."""
    return digest(
        sys.version_info[:3],
        sorted((name, one.version) for name, one in app.extensions.items()),
        [version(name) for name in _PACKAGES],
        [_file_digest(path) for path in _programs(app)],
    )


def references_key(env: BuildEnvironment) -> str:
    """Return the digest of all that an article may refer to in hand-written pages."""
    articles = catalogue_of(env).by_docname
    pages = [name for name in sorted(env.found_docs) if name not in articles]
    return digest(
        [(name, env.titles[name].astext()) for name in pages if name in env.titles],
        sorted((name, page.address) for name, page in domain_of(env).layout.pages.items()),
        [(name, env.metadata[name].get("myst_slugs")) for name in pages if name in env.metadata],
        [
            (domain.name, *one)
            for domain in env.domains.sorted()
            if domain.name != BroadsheetDomain.name  # of which each page keeps what it asked
            for one in sorted(domain.get_objects())
            if one[3] not in articles
        ],
        sorted(
            (name, place)
            for name, place in env.domains.standard_domain.anonlabels.items()
            if place[0] not in articles
        ),
        [(name, env.toc_secnumbers.get(name), env.toc_fignumbers.get(name)) for name in pages],
        sorted((uri, entry[1]) for uri, entry in getattr(env, "intersphinx_cache", {}).items()),
    )


def _last_updated(builder: StandaloneHTMLBuilder) -> str:
    """Return the day of the build where pages print it, as ``prepare_writing`` works it out."""
    form: Any = builder.config.html_last_updated_fmt
    if form is None:
        return ""
    return format_date(
        form or "%b %d, %Y",
        language=builder.config.language,
        local_time=not builder.config.html_last_updated_use_utc,
    )


def _programs(app: Sphinx) -> Iterator[Path]:
    """Yield the files of code that stand beside the configuration, which has no version."""
    conf = Path(app.confdir, "conf.py")
    if conf.is_file():
        yield conf
    for _, one in sorted(app.extensions.items()):
        file = Path(getattr(one.module, "__file__", None) or "")
        if file.is_relative_to(app.confdir) and "site-packages" not in file.parts:
            yield file


def _file_digests(base: Path, folders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each file of *folders* by its path in them."""
    for folder in (base / one for one in folders):
        if folder.is_file():
            yield folder.name, _file_digest(folder)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), _file_digest(path)


def _file_digest(path: Path) -> str:
    return digest_of_bytes(path.read_bytes())
