"""The addresses that articles are not given: of what somebody wrote, and of a build's own files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from posixpath import splitext
from typing import TYPE_CHECKING

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.extra_files import extra_files
from broadsheet.publication.hand_pages import moves_of_file
from broadsheet.rules.ownership import Taken, html_file, settle_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sphinx.application import Sphinx

    from broadsheet.model import Problem
    from broadsheet.publication.layout import Layout
    from broadsheet.rules.redirects import Moves


#: Files for hosts that answer with a redirect themselves.
REDIRECT_LISTS = ("_redirects", "redirects.nginx", "redirects.readthedocs.json")


def taken(app: Sphinx, layout: Layout) -> Taken:
    """Return what no article is to overwrite; the hand-written documents are known.

    Listings and the page for missing addresses are not among it: they give way to an article.
    """
    usual = _usual_file_of(app)

    def file_of(docname: str) -> str:
        page = layout.pages.get(docname)
        return (page.address if page else "") or usual(docname)

    return Taken(
        documents=_documents(app, layout),
        files=_files(app, layout),
        file_of=file_of,
        redirect_from={
            docname: moves.former for docname, moves in layout.moves.items() if moves.former
        },
        redirect_to={
            docname: moves.target for docname, moves in layout.moves.items() if moves.target
        },
    )


def settle_layout(app: Sphinx, layout: Layout) -> tuple[Layout, tuple[Problem, ...]]:
    """Return the layout with addresses of pages that nobody else has, and with their redirects."""
    documents = _documents(app, layout)
    moves, problems = _moves(app, layout, documents)
    layout = replace(layout, moves=moves)
    wanted = {docname: page.address for docname, page in layout.pages.items() if page.address}
    if not wanted:
        return layout, problems
    others = Taken(documents=documents, files=_files(app, layout), file_of=_usual_file_of(app))
    addresses, clashes = settle_pages(documents, wanted, others)
    settled = {docname: replace(layout.pages[docname], address=address)
               for docname, address in addresses.items()}  # fmt: skip
    return replace(layout, pages={**layout.pages, **settled}), (*problems, *clashes)


def _moves(
    app: Sphinx, layout: Layout, documents: Mapping[str, str]
) -> tuple[dict[str, Moves], tuple[Problem, ...]]:
    """Return what the front matter of *documents* says of other addresses, where it does."""
    found: dict[str, Moves] = {}
    problems: list[Problem] = []
    for docname, path in documents.items():
        page = layout.pages.get(docname)
        if page is not None:
            moves = page.moves
        elif app.config.source_suffix.get(splitext(path)[1]) == "markdown":
            moves, faults = moves_of_file(Path(app.srcdir), path)
            problems += faults
        else:
            continue
        if any(moves):
            found[docname] = moves
    return found, tuple(problems)


def _usual_file_of(app: Sphinx) -> Callable[[str], str]:
    # a book has no addresses, and warns as the site does
    builder = app.builder
    return builder.usual_file_of if isinstance(builder, PublicationBuilder) else html_file


def _documents(app: Sphinx, layout: Layout) -> dict[str, str]:
    """Return the paths of the hand-written documents."""
    names = sorted(app.project.docnames - layout.virtual)
    return {docname: app.project.doc2path(docname, False).as_posix() for docname in names}


def _files(app: Sphinx, layout: Layout) -> dict[str, str]:
    usual = _usual_file_of(app)
    return {
        **dict(_made(app, usual)),
        **{address: _shown(app, path) for address, path in extra_files(app).items()},
        **{address: path for path, address in layout.static.items()},
    }


def _made(app: Sphinx, file_of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield the files and folders that each build makes itself, with what they are."""
    yield "_static", "style sheets and scripts"
    yield "_images", "images"
    yield "_downloads", "files to download"
    yield "_sources", "the texts of the pages"
    yield "articles.json", "the catalogue"
    yield "references.json", "the references"
    for name in REDIRECT_LISTS:
        yield name, "a list of redirects"
    yield "objects.inv", "the inventory of references"
    yield app.config.sitemap_filename, "the sitemap"
    for name in (".broadsheet", ".buildinfo", ".doctrees"):
        yield name, "the notes of the build"
    if getattr(app.builder, "use_index", False):
        yield file_of("genindex"), "the index"
    for name in app.config.html_additional_pages:
        yield file_of(name), "a page of conf.py"


def _shown(app: Sphinx, path: Path) -> str:
    """Return a path as ``conf.py`` has it."""
    return (
        path.relative_to(app.confdir).as_posix() if path.is_relative_to(app.confdir) else str(path)
    )
