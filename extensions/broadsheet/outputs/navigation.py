"""Furo's sidebar: the publication's sections beside the toctree of the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _

from broadsheet.model import Subtype
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.problems import warn
from broadsheet.rules.navigation import Entry, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

#: Stands in rendered entries for the way from a page to the site's root.
ROOT = "broadsheet-root:"


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
    """Yield the hand-written pages of the menu."""
    for docname in builder.domain.layout.menu:
        if title := _title(builder, docname):
            yield Entry(title=title, uri=builder.get_target_uri(docname))
        else:
            message = f"broadsheet_menu: {docname!r} is no document (expected e.g. 'about')"
            conf = Path(builder._app.confdir, "conf.py")
            warn(Subtype.SITE, f"{message}; left out", location=f"{conf}:1")


def _title(builder: PublicationBuilder, docname: str) -> str:
    """Return the title of a document, "" where there is none of that name."""
    article = builder.domain.catalogue.by_docname.get(docname)
    known = builder.domain.layout.pages.get(docname) or article
    if known:
        return known.title
    title = builder.env.titles.get(docname)
    return title.astext() if title else ""


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
