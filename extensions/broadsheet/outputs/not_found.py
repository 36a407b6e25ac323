"""A page for addresses that lead nowhere, which hosts serve from any depth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.press import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx

NAME = "404"

#: An attribute that holds an address, or where pages say to scripts what theirs count from.
_ADDRESS = re.compile(
    r"""(?<=\s)(href|src|srcset|poster|action|data|data-content_root)="""
    r"""("[^"]*"|'[^']*'|[^\s"'<>]+)""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFoundView:
    """What the page shows."""

    title: str

    def view(self) -> NotFoundView:
        """Return it as it is: it depends on nothing."""
        return self


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Page]:
    """Give the page; one written by hand stands in its place."""
    content = NotFoundView(title="Page not found")
    yield Page(name=NAME, template="broadsheet/404.html", content=content, indexed=False)


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> str | None:
    """Have the links of the page, whoever wrote it, start at the root of the host."""
    builder = app.builder
    if pagename != NAME or not isinstance(builder, PublicationBuilder):
        return None
    root = escape(builder.root_path + builder.get_target_uri(NAME))
    context["anywhere"] = partial(from_root, root=root)
    context["pageurl"] = None  # it is at no address of its own
    return "broadsheet/anywhere.html"


def from_root(html: str, root: str) -> str:
    """Make the addresses of a page at *root* hold at any other place, too.

    Those within the page stay as they are: ``<base>`` would have them lead away from it.
    """

    def rooted(match: re.Match[str]) -> str:
        name, value = match[1], match[2]
        quote = value[0] if value[0] in "\"'" else ""
        value = value.strip(quote or None)
        values = value.split(",") if name.lower() == "srcset" else [value]
        return f"{name}={quote}{', '.join(_joined(root, one.strip()) for one in values)}{quote}"

    return _ADDRESS.sub(rooted, html)


def _joined(root: str, address: str) -> str:
    if not address or address.startswith("#"):
        return address
    try:
        return urljoin(root, address)
    except ValueError:  # no address at all
        return address
