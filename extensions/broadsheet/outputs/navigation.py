"""Furo's sidebar: the publication's sections beside the toctree of the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.rules.navigation import Entry, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

#: Stands in rendered entries for the way from a page to the site's root.
ROOT = "broadsheet-root:"

#: Hand-written pages that the sidebar names at most.
PAGES = 12


def collect(app: Sphinx, builder: PublicationBuilder) -> Iterator[Entry]:
    """Give the entries that stand on every page."""
    yield from _pages(builder)
    yield from entries(builder.views)


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give Furo a toctree of constant size.

    Furo resolves and parses the whole of ``toctree()`` on every page.  A page
    of the documentation keeps its own; articles and listings get the titles of
    its first level only.
    """
    builder = app.builder
    if not isinstance(builder, PublicationBuilder):
        return
    of_document = context["toctree"]
    is_article = pagename in builder.domain.catalogue.by_docname
    is_document = pagename in app.env.all_docs and not is_article
    depth = {} if is_document else {"maxdepth": 1, "collapse": True}
    base = builder.get_target_uri(pagename)

    def toctree(**kwargs: Any) -> str:
        html = of_document(**{**kwargs, **depth}) if app.env.toctree_includes else ""
        return html + _sections(builder, base)

    context["toctree"] = toctree
    if not builder.search:
        context["sidebars"] = [one for one in context["sidebars"] if one != "sidebar/search.html"]


def _pages(builder: PublicationBuilder) -> Iterator[Entry]:
    """Yield the hand-written pages at the top of a Jekyll repository, which no toctree names."""
    layout = builder.domain.layout
    top = [name for name in sorted(layout.pages) if "/" not in name and name != "index"]
    for docname in top[:PAGES]:
        yield Entry(title=layout.pages[docname].title, uri=builder.get_target_uri(docname))


def _sections(builder: PublicationBuilder, base: str) -> str:
    """Return the sections as HTML, with addresses relative to *base*."""
    # rendered once for each line that is current, not for each page (7 % of a build)
    current = base if base in _uris(builder.navigation) else ""
    cache = builder.navigation_html
    if current not in cache:
        sections = addnodes.compact_paragraph(toctree=True)
        if builder.env.toctree_includes:  # the toctree of the documentation stands above
            caption = _("Publication")
            sections += nodes.title(caption, caption)
        sections += _list(builder.navigation, current, 1)
        html = builder.render_partial(sections)["fragment"]
        cache[current] = html if builder.navigation else ""
    root = "../" * base.count("/")
    return cache[current].replace(f'{ROOT}"', f'{root or "./"}"').replace(ROOT, root)


def _uris(items: Iterable[Entry]) -> Iterator[str]:
    for item in items:
        yield item.uri
        yield from _uris(item.children)


def _list(items: Iterable[Entry], current: str, level: int) -> nodes.bullet_list:
    result = nodes.bullet_list()
    for item in items:
        result += _item(item, current, level)
    return result


def _item(entry: Entry, current: str, level: int) -> nodes.list_item:
    classes = ["current"] if entry.uri == current else []
    reference = nodes.reference(
        "", entry.title, internal=True, refuri="#" if classes else ROOT + entry.uri,
        classes=["reference", *classes],
    )  # fmt: skip
    paragraph = addnodes.compact_paragraph("", "", reference)
    item = nodes.list_item("", paragraph, classes=[f"toctree-l{level}", *classes])
    if entry.children:
        below = _list(entry.children, current, level + 1)
        item += below
        if any("current" in child["classes"] for child in below.findall(nodes.list_item)):
            item["classes"].append("current")
    return item
