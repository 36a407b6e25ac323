"""Liquid is rendered once, when a repository is imported: the new project has none."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.model import HTML_ENDINGS
from broadsheet.rules.liquid.files import Files
from broadsheet.rules.liquid.known import Known, KnownPage
from broadsheet.sources.liquid import may_hold_liquid

if TYPE_CHECKING:
    from broadsheet.command.import_.archive import Archive
    from broadsheet.model import Problem
    from broadsheet.sources.liquid.render import Renderer


class Rendered(NamedTuple):
    """A text without Liquid, but for what could not be done."""

    text: str
    line: Callable[[int], int]  #: gives the line of the source, from 0, of a line of the text
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Liquid:
    """Renders the texts of a repository; python-liquid is loaded with the first."""

    archive: Archive

    def render(self, path: str, text: str, first_line: int = 1) -> Rendered:
        """Render the text of the file *path*, which begins on a line of it."""
        if not may_hold_liquid(text):
            return Rendered(text, _same)
        from broadsheet.rules.liquid.drops import PageDrop
        from broadsheet.rules.liquid.view import View

        view = View(self._known, path, renderer=self._renderer)
        article = self.archive.articles.get(path)
        if article is not None:
            about = view.values(view.article(article))
        else:
            page = next(one for one in self.archive.pages if one.path == path)
            url = _url(page.address)
            about = view.values(PageDrop(view, url, page.path, dict(page.values)))
        markdown = not path.endswith(HTML_ENDINGS)
        above = first_line - 1  # empty lines, so that faults name those of the file
        made = self._renderer.render("\n" * above + text, path, about, view, markdown=markdown)
        return Rendered(
            made.text[above:], lambda line: made.lines.source(line + above) - above, made.problems
        )

    @cached_property
    def _renderer(self) -> Renderer:
        from broadsheet.sources.liquid.render import Renderer

        return Renderer()

    @cached_property
    def _known(self) -> Known:
        archive = self.archive
        return Known(
            files=Files(root=archive.root, data_dir=archive.site.data_dir),
            catalogue=archive.catalogue,
            config=archive.site.raw,
            pages={_url(one.address): KnownPage(one.path, one.values) for one in archive.pages},
            static={path: address.lstrip("/") for path, address in archive.files.static},
            zone=archive.rules.timezone,
            moment=archive.now,
            dialect=archive.site.kramdown,
            collections_dir=archive.site.collections_dir,
        )


def _same(line: int) -> int:
    return line


def _url(address: str) -> str:
    """Return the address of a page as Jekyll writes it."""
    return posixpath.join("/", re.sub(r"(^|/)index\.html?$", r"\1", address))
