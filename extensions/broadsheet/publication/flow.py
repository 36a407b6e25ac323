"""How the articles are read: in one pass each, as pages of Sphinx, or as a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.publication.domain import domain_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

ONE_PASS = "one pass"
PAGES = "pages"
BOOK = "book"

#: Domains that Sphinx brings itself; what they gather, prose does not hold.
BUILT_IN = frozenset({
    "broadsheet", "c", "changeset", "citation", "cpp", "index", "js", "math", "py", "rst", "std",
})  # fmt: skip


def choose(app: Sphinx) -> str:
    """Return the flow of this build.

    An extension that gathers data from documents (to-do lists, bibliographies)
    sees only what Sphinx itself reads; where one is loaded, Sphinx reads all.
    """
    if app.builder.name not in {"html", "dirhtml"}:
        return BOOK
    if not app.config.broadsheet_one_pass or any(gatherers(app)):
        return PAGES
    return ONE_PASS


def gatherers(app: Sphinx) -> Iterator[str]:
    """Name the domains and extensions that gather data from all documents."""
    return (name for name, _ in _gatherers(app))


def gathering_modules(app: Sphinx) -> frozenset[str]:
    """Return their modules; for an extension that is a package of its own, the package."""
    modules = (module for _, module in _gatherers(app))
    return frozenset(
        module if module.startswith("sphinx.") else module.partition(".")[0] for module in modules
    )


def _gatherers(app: Sphinx) -> Iterator[tuple[str, str]]:
    """Yield names and modules."""
    for name, domain in sorted(app.registry.domains.items()):
        if name not in BUILT_IN:
            yield f"domain {name}", domain.__module__
    for listener in app.events.listeners["env-merge-info"]:
        module = getattr(listener.handler, "__module__", "")
        if not module.startswith(("sphinx.environment.", "broadsheet.")):
            yield module, module


def reread(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Have the root document read again where articles are read in another way than before."""
    domain = domain_of(env)
    if domain.data["flow"] == domain.flow:
        return []
    domain.data["flow"] = domain.flow
    return [app.config.root_doc]
