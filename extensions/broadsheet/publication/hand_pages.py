"""The hand-written pages of a Jekyll repository, read before Sphinx reads their texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.model import Problem, Subtype
from broadsheet.publication.config import PAGE_OF_HTML
from broadsheet.publication.problems import doubled
from broadsheet.rules.article import docname_of
from broadsheet.rules.heading_ids import split_written
from broadsheet.rules.ownership import html_file
from broadsheet.rules.pages import page_file
from broadsheet.rules.redirects import FORMER, NO_MOVES, TARGET, Moves, read_moves
from broadsheet.sources import front_matter, jekyll
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.sources.jekyll import JekyllSite

#: Stands in for a root document that nobody wrote; the front listing is its page.
VIRTUAL_ROOT = Path(__file__).with_name("front.md")

#: The name of the document at the root, and where its page stands if nothing else is said.
ROOT, FRONT = "index", html_file("index")


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
    moves: Moves = NO_MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class HandPages:
    """All of them, by docname."""

    files: Mapping[str, Path]
    pages: Mapping[str, HandPage]
    is_root_written: bool  #: somebody has written the document at the root
    is_front_written: bool  #: some page wants the address of the front listing
    problems: tuple[Problem, ...]


def read_pages(
    root: Path, found: Iterable[str], suffixes: tuple[str, ...], site: JekyllSite, title: str
) -> HandPages:
    """Read the pages in the files that were *found*; *title* is that of a root nobody wrote."""
    found = tuple(found)
    files = {docname_of(path, suffixes): Path(path) for path in found}
    twice = _doubled({path: files[docname_of(path, suffixes)] for path in found})
    defaults = jekyll.front_matter_defaults(site)
    read = {
        docname: _hand_page(root, path, docname, defaults(path.as_posix(), ("pages",)), site)
        for docname, path in files.items()
    }
    pages = {docname: page for docname, (page, _) in read.items() if page.published}
    files = {docname: files[docname] for docname in pages}
    problems = [problem for docname in pages for problem in read[docname][1]]
    is_root_written = ROOT in pages and _has_body(root / files[ROOT], pages[ROOT].body_line)
    if not is_root_written:
        files[ROOT], pages[ROOT] = VIRTUAL_ROOT, HandPage(title=title, body_line=1)
    claimed = any(page.address == FRONT for page in pages.values())
    if is_root_written and not claimed and pages[ROOT].address:
        # the root of a site leads somewhere, even if its page wants another address
        former, target = pages[ROOT].moves
        pages[ROOT] = replace(pages[ROOT], moves=Moves((*former, FRONT), target))
    return HandPages(
        files=files,
        pages=pages,
        is_root_written=is_root_written,
        is_front_written=is_root_written or claimed,
        problems=(*problems, *twice),
    )


def is_plain_html(root: Path, path: str) -> bool:
    """Tell whether a page is HTML as it stands: Liquid makes another one a template."""
    try:
        data = (root / path).read_bytes() if path.endswith(PAGE_OF_HTML) else b"{%"
    except OSError:
        return False
    return b"{{" not in data and b"{%" not in data


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
) -> tuple[HandPage, tuple[Problem, ...]]:
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
    is_html = path.suffix == PAGE_OF_HTML
    title = title or ("" if is_html else _headline(text, matter.body_line))
    page = HandPage(
        title=title or path.stem.replace("-", " ").capitalize(),
        body_line=matter.body_line,
        is_html=is_html,
        front_matter=values,
        address=address if address != html_file(docname) else "",
        # what the defaults say of it counts for articles alone (lib/jekyll/publisher.rb)
        published=site.unpublished or matter.values.get("published") is not False,
        moves=read_moves(values, fault),
    )
    return page, tuple(problems)


def _headline(text: str, body_line: int) -> str:
    """Return the heading of the first level that a body begins with, "" for none.

    (jekyll-titles-from-headings, which GitHub Pages runs unasked.)
    """
    body = "\n".join(text.split("\n")[body_line - 1 :]).lstrip()
    found = _HEADLINE.match(body)
    if found is None or "{{" in found[0] or "{%" in found[0]:
        return ""
    words = _LINK.sub(r"\1", split_written(found["a"] or found["b"])[0].rstrip("# \t"))
    return " ".join(re.sub(r"[*`]|\\(?=[^\w\s])", "", words).split())


_HEADLINE = re.compile(r"#[ \t]+(?P<a>\S.*)|(?P<b>[^\s#].*)\n=+[ \t]*(?:\n|\Z)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")


def _doubled(pages: Mapping[str, Path]) -> tuple[Problem, ...]:
    """Name the files, each with that of its page, whose page another makes.

    The last one wins, as its page is the last to be written (lib/jekyll/reader.rb, sort_files!).
    """
    return tuple(doubled(path, page) for path, page in pages.items() if page != Path(path))


def _has_body(path: Path, body_line: int) -> bool:
    text, _ = decode(path.read_bytes(), path.name)
    return bool("".join(text.split("\n")[body_line - 1 :]).strip())
