"""Links that name the whole address of their own site: they lead to pages like any other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from broadsheet.publication.addresses import home
from broadsheet.publication.domain import domain_of
from broadsheet.rules.destinations import is_elsewhere, on_site

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from sphinx.environment import BuildEnvironment

#: What the rule is told of the text, in the environment of markdown-it: that of Sphinx.
ENVIRONMENT = "broadsheet_environment"


def lead_home(state: StateCore) -> None:
    """Have the links to the site's own address lead to the page that stands there, if one does."""
    env: BuildEnvironment = state.env[ENVIRONMENT]
    site = domain_of(env).layout.site.url
    if not any(mark in state.src for mark in _marks(site)):
        return
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "link_open" and child.markup not in {"autolink", "linkify"}:
                href = str(child.attrGet("href") or "")
                below = on_site(href, site)
                if below != href and not is_elsewhere(below):
                    is_variable = href.startswith(("{{", "%7B%7B"))
                    child.attrSet("href", home(env, below) or (below if is_variable else href))


def _marks(site: str) -> Iterator[str]:
    """Yield what stands in every text that has such a link."""
    yield "{{"
    if site:
        base = urlsplit(site).path
        yield base if base.strip("/") else site.rstrip("/").partition(":")[2]
