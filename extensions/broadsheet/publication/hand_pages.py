"""The hand-written pages of a Jekyll repository, read before Sphinx reads their texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from broadsheet.model import HTML_ENDINGS, Problem, Subtype
from broadsheet.publication.problems import doubled
from broadsheet.rules.article import docname_of
from broadsheet.rules.liquid.files import includes
from broadsheet.rules.ownership import html_file
from broadsheet.rules.pages import page_file
from broadsheet.rules.redirects import FORMER, NO_MOVES, TARGET, Moves, read_moves
from broadsheet.rules.templates import FRONT, ROOT, LeftOut, Templates, is_for_programs
from broadsheet.rules.titles import headline
from broadsheet.sources import front_matter, jekyll
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.sources.jekyll import JekyllSite

#: Stands in for a root document that nobody wrote; the front listing is its page.
VIRTUAL_ROOT = Path(__file__).with_name("front.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPage:
    """A hand-written page whose title stands in its front matter (Jekyll's pages)."""

    title: str
    body_line: int
    is_html: bool = False
    #: Every key, and what the defaults add.
    front_matter: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""  #: see :class:`broadsheet.model.Article`, as the next
    published: bool = True
    is_moved: bool = False  #: a listing stands for its text, and its address leads there
    moves: Moves = NO_MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPages:
    """All of them, by docname."""

    files: Mapping[str, Path]
    pages: Mapping[str, HandPage]
    is_root_written: bool  #: somebody has written the document at the root
    front: str  #: name of the page of the front listing
    left_out: Mapping[str, LeftOut]  #: files that make no page
    asked: Mapping[str, str]  #: names of listings that pages have given way to: their titles
    problems: tuple[Problem, ...]


class _Read(NamedTuple):
    """A page, with what is wrong with it, and its text."""

    page: HandPage
    problems: tuple[Problem, ...]
    text: str


def read_pages(
    root: Path,
    found: Iterable[str],
    suffixes: tuple[str, ...],
    site: JekyllSite,
    *,
    title: str,
    listings: frozenset[str],
    front: str = "",
) -> HandPages:
    """Read the pages in the files that were *found*.

    *title* is that of a root nobody wrote, *listings* are the folders that have any, and *front*
    is the name of the front listing if that is settled.
    """
    found = tuple(found)
    files = {docname_of(path, suffixes): Path(path) for path in found}
    twice = _doubled({path: files[docname_of(path, suffixes)] for path in found})
    defaults = jekyll.front_matter_defaults(site)
    read = {
        docname: _hand_page(root, path, docname, defaults(path.as_posix(), ("pages",)), site)
        for docname, path in files.items()
    }
    read = {docname: one for docname, one in read.items() if one.page.published}
    for_programs = {
        name for name, one in read.items() if one.page.is_html and is_for_programs(one.page.address)
    }
    read = {name: one for name, one in read.items() if name not in for_programs}
    templates = Templates(
        pages={name: (one.page.address or html_file(name), one.text) for name, one in read.items()},
        listings=listings,
        included=includes(root, site.raw),
        settled_front=front,
    )
    pages = _with_root({name: one.page for name, one in read.items()}, templates, title)
    written = pages.keys() - (set() if templates.is_root_written else {ROOT})
    reasons = dict.fromkeys(for_programs, LeftOut.FILE)
    reasons |= dict.fromkeys(templates.left_out, LeftOut.LISTING)
    return HandPages(
        files={name: files[name] if name in written else VIRTUAL_ROOT for name in pages},
        pages=pages,
        is_root_written=templates.is_root_written,
        front=templates.front,
        left_out={files[name].as_posix(): why for name, why in reasons.items()},
        asked={listing: read[name].page.title for name, listing in templates.given_way},
        problems=(*(one for name in read if name in pages for one in read[name].problems), *twice),
    )


def _with_root(
    pages: Mapping[str, HandPage], templates: Templates, title: str
) -> dict[str, HandPage]:
    """Return the *pages* that there are, and a root; those that only list lead to listings."""
    kept = {name: page for name, page in pages.items() if name not in templates.left_out}
    for name, to in templates.moved.items():
        former, target = kept[name].moves
        kept[name] = replace(kept[name], is_moved=True, moves=Moves(former, target or to))
    if not templates.is_root_written:
        kept[ROOT] = HandPage(title=title, body_line=1)
    elif kept[ROOT].address and templates.front != ROOT and FRONT not in _addresses(kept):
        # the root of a site leads somewhere, even if its page wants another address
        former, target = kept[ROOT].moves
        kept[ROOT] = replace(kept[ROOT], moves=Moves((*former, FRONT), target))
    return kept


def _addresses(pages: Mapping[str, HandPage]) -> frozenset[str]:
    return frozenset(page.address for page in pages.values())


def moves_of_file(root: Path, path: str) -> tuple[Moves, tuple[Problem, ...]]:
    """Return what the front matter of a document in MyST's Markdown says of other addresses.

    Most have none, and say nothing of it; what else is wrong with it MyST will say.
    """
    problems: list[Problem] = []
    try:
        with (root / path).open("rb") as file:
            data = file.read() if file.readline().rstrip() == b"---" else b""
    except OSError:
        data = b""
    if not any(key.encode() in data for key in (*FORMER, TARGET)):
        return NO_MOVES, ()
    text, _ = decode(b"---\n" + data, path)
    matter = front_matter.parse(text, path)

    def fault(key: str, message: str) -> None:
        line = matter.lines.get(key, 1)
        problems.append(Problem(path=path, line=line, subtype=Subtype.ADDRESS, message=message))

    return read_moves(matter.values, fault), tuple(problems)


def _hand_page(
    root: Path, path: Path, docname: str, defaults: Mapping[str, Any], site: JekyllSite
) -> _Read:
    name = path.as_posix()
    try:
        text, faults = decode((root / path).read_bytes(), name)
    except OSError:
        text, faults = "", ()
    matter = front_matter.parse(text, name)
    problems = [*faults, *matter.problems]
    values = {**defaults, **matter.values}

    def fault(key: str, message: str) -> None:
        line = matter.lines.get(key, 1)
        problems.append(Problem(path=name, line=line, subtype=Subtype.ADDRESS, message=message))

    address = page_file(name, values, site.permalink, fault)
    title = " ".join(str(values.get("title") or "").split())
    is_html = path.suffix in HTML_ENDINGS
    body = "\n".join(text.split("\n")[matter.body_line - 1 :])
    title = title or ("" if is_html else headline(body))
    page = HandPage(
        title=title or _named(path) or site.title,
        body_line=matter.body_line,
        is_html=is_html,
        front_matter=values,
        address=address if address != html_file(docname) else "",
        # what the defaults say of it counts for articles alone (lib/jekyll/publisher.rb)
        published=site.unpublished or matter.values.get("published") is not False,
        moves=read_moves(values, fault),
    )
    return _Read(page, tuple(problems), body)


def _named(path: Path) -> str:
    """Return the title of a page that has none: by its file, or its folder; "" for the root."""
    name = path.parent.name if path.stem == ROOT else path.stem
    return name.replace("-", " ").capitalize()


def _doubled(pages: Mapping[str, Path]) -> tuple[Problem, ...]:
    """Name the files, each with that of its page, whose page another makes.

    The last one wins, as its page is the last to be written (lib/jekyll/reader.rb, sort_files!).
    """
    return tuple(doubled(path, page) for path, page in pages.items() if page != Path(path))
