"""Liquid in articles and pages of a Jekyll repository: rendered before Markdown is read.

What a text asked when it was rendered is kept with it; a digest of the answers tells in later
builds whether it would be another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from broadsheet.model import HTML_ENDINGS
from broadsheet.publication import flow
from broadsheet.publication.addresses import meaning
from broadsheet.publication.domain import domain_of
from broadsheet.publication.output_files import read_json, replace_text
from broadsheet.publication.problems import report
from broadsheet.rules.digest import digest
from broadsheet.rules.links import article_links
from broadsheet.rules.liquid.files import Files
from broadsheet.rules.liquid.known import Asked, Known, KnownPage, Question
from broadsheet.rules.ownership import html_file
from broadsheet.sources.kramdown.definitions import KEY as KRAMDOWN
from broadsheet.sources.kramdown.definitions import definitions_of, move_lines
from broadsheet.sources.liquid import may_hold_liquid

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article
    from broadsheet.publication.layout import Layout
    from broadsheet.rules.catalogue import Catalogue
    from broadsheet.rules.liquid.view import View
    from broadsheet.sources.liquid.render import Rendered, Renderer

#: Where the rules of markdown-it find which line of the file a line of the text is.
LINES = "broadsheet_lines"

#: The excerpts that hold Liquid, as they were rendered, between builds.
NAME = "broadsheet-liquid.json"
VERSION = 1

#: What one was told who has asked nothing.
NOTHING: Mapping[Question, object] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Liquid:
    """Renders texts of one publication; python-liquid is loaded with the first."""

    known: Known
    _data: dict[str, Any] = field(default_factory=dict, init=False)  #: that has been read, by path

    @cached_property
    def _renderer(self) -> Renderer:
        from broadsheet.sources.liquid.render import Renderer

        return Renderer()

    def of(self, catalogue: Catalogue) -> Liquid:
        """Return the same of another catalogue."""
        return Liquid(known=replace(self.known, catalogue=catalogue))

    def article(self, article: Article, text: str) -> tuple[Rendered, frozenset[Question]]:
        """Render a text of an article; return what it asked, too."""
        view = self._view(article.path)
        return self._rendered(text, view, view.article(article))

    def page(self, url: str, text: str) -> tuple[Rendered, frozenset[Question]]:
        """Render the text of the hand-written page at an address."""
        from broadsheet.rules.liquid.drops import PageDrop

        page = self.known.pages[url]
        view = self._view(page.path)
        return self._rendered(text, view, PageDrop(view, url, page.path, page.values))

    def _view(self, path: str) -> View:
        from broadsheet.rules.liquid.view import View

        return View(self.known, path, renderer=self._renderer, data=self._data)

    def _rendered(
        self, text: str, view: View, page: Mapping[str, Any]
    ) -> tuple[Rendered, frozenset[Question]]:
        markdown = not view.path.endswith(HTML_ENDINGS)
        rendered = self._renderer.render(
            text, view.path, view.values(page), view, markdown=markdown
        )
        return rendered, frozenset(view.asked)


def liquid_of(app: Sphinx, catalogue: Catalogue) -> Liquid:
    """Return what renders the Liquid of a Jekyll repository, with what it may ask."""
    domain = domain_of(app.env)
    layout = domain.layout
    virtual = layout.virtual
    pages = {
        _page_url(layout, name): KnownPage(path.as_posix(), layout.pages[name].front_matter)
        for name, path in layout.files.items()
        if name not in virtual and not path.is_absolute()
    }
    known = Known(
        files=Files(root=Path(app.srcdir), data_dir=layout.data_dir),
        catalogue=catalogue,
        config=layout.config,
        pages=pages,
        static=layout.static,
        zone=layout.rules.timezone,
        moment=domain.moment,
        dialect=layout.kramdown,
        collections_dir=layout.rules.collections_dir,
    )
    return Liquid(known=known)


def _page_url(layout: Layout, docname: str) -> str:
    address = quote(layout.pages[docname].address or html_file(docname))
    return "/" + re.sub(r"(^|/)index\.html?$", r"\1", address)


# the text of a document


def rendered(env: BuildEnvironment, text: str, about: dict[str, Any]) -> str:
    """Return the text of the document that is being read without its Liquid.

    *about* is told which line of the file is which of the text.
    """
    domain = domain_of(env)
    if not (domain.options.jekyll and may_hold_liquid(text)):
        return text
    liquid, docname = domain.liquid, env.docname
    article = domain.catalogue.by_docname.get(docname)
    if article is not None:
        result, asked = liquid.article(article, text)
        asked |= _targets(result.text, article)
    else:
        result, asked = liquid.page(_page_url(domain.layout, docname), text)
    domain.note_liquid(docname, dict.fromkeys(asked) | liquid.known.told(asked))
    report(result.problems, Path(env.srcdir))
    about[LINES] = result.lines
    return result.text


def _targets(text: str, article: Article) -> frozenset[Question]:
    """Return where the links lead that Liquid has written."""
    links = set(article_links(text)) - {*article.links}
    return frozenset(Question(str(Asked.TARGET), link) for link in links)


def restore_lines(state: StateCore) -> None:
    """Give the tokens of a text that Liquid has made the lines of the file.

    Those of a directive's text count from the directive, which has its line by then.
    """
    lines = state.env.get(LINES)
    if lines is None:
        return
    move_lines(state.tokens, lines.source)
    if KRAMDOWN in state.env:
        definitions_of(state.env).move(lines.source)


def line_of(about: Mapping[str, Any]) -> Callable[[int], int]:
    """Return what gives the line of the file, from 1, of a line of the text, from 0."""
    lines = about.get(LINES)
    return lambda line: (lines.source(line) if lines else line) + 1


def answers(
    env: BuildEnvironment,
    docname: str,
    questions: Iterable[Question],
    told: Mapping[Question, object] = NOTHING,
) -> list[object]:
    """Return what the Liquid of a document would be told now, or was *told* in this build."""
    domain, builder = domain_of(env), env._app.builder
    article = domain.catalogue.by_docname.get(docname)
    found: list[object] = []
    for question in questions:
        if question in told:
            found.append(told[question])
        elif question.kind != Asked.TARGET:
            found.append(domain.liquid.known.answer(question))
        elif article is not None and domain.flow != flow.BOOK:  # which has no addresses
            found.append(meaning(builder, article, question.name))
    return found


# excerpts


def with_excerpts(liquid: Liquid, folder: Path, programs: str) -> Liquid:
    """Return *liquid* with a catalogue whose excerpts have none: cards have no other text.

    What is wrong with it is said where the article itself is rendered.
    """
    excerpts, catalogue = _Excerpts(liquid, folder / NAME, programs), liquid.known.catalogue
    articles = tuple(
        excerpts.rendered(one) if may_hold_liquid(one.excerpt) else one
        for one in catalogue.articles
    )
    excerpts.save()
    return liquid.of(replace(catalogue, articles=articles)) if excerpts.kept else liquid


def limit_period(app: Sphinx, exception: Exception | None) -> None:
    """Have the build hold no longer than its day, where a text or an excerpt shows that."""
    domain, builder = domain_of(app.env), app.builder
    if exception is not None or not domain.options.jekyll:
        return
    records = store.records if (store := getattr(builder, "store", None)) else {}
    excerpts = (read_json(Path(app.doctreedir) / NAME, VERSION) or {}).get("excerpts", {})
    asked = chain(
        chain.from_iterable(domain.data["liquid"].values()),
        chain.from_iterable(record.questions.liquid for record in records.values()),
        chain.from_iterable(entry[1] for entry in excerpts.values()),
    )
    if any(kind == Asked.NOW for kind, _ in asked):
        since, until = domain.period
        day = domain.liquid.known.day
        domain.period = max(since, day), min(until, day + timedelta(days=1))


@dataclass(frozen=True)
class _Excerpts:
    liquid: Liquid
    path: Path
    programs: str
    kept: dict[str, list[Any]] = field(default_factory=dict)  #: by docname

    @cached_property
    def _stored(self) -> Mapping[str, Any]:
        stored = (read_json(self.path, VERSION) or {}).get("excerpts")
        return stored if isinstance(stored, dict) else {}

    def rendered(self, article: Article) -> Article:
        """Return the article with its excerpt as Liquid makes it."""
        key = digest(self.programs, article.facts, article.address)
        entry: list[Any] = self._stored.get(article.docname) or [""]
        if entry[0] != key or entry[2] != self._answers(_questions(entry[1])):
            result, asked = self.liquid.article(article, article.excerpt)
            entry = [key, sorted(asked), self._answers(sorted(asked)), result.text]
        self.kept[article.docname] = entry
        text = str(entry[3])
        links = dict.fromkeys([*article.links, *article_links(text)])
        facts = digest(article.facts, text)
        return article._replace(excerpt=text, links=tuple(links), facts=facts)

    def _answers(self, questions: Iterable[Question]) -> str:
        return digest([self.liquid.known.answer(one) for one in questions])

    def save(self) -> None:
        """Keep what has been rendered for the next build."""
        if self.kept != self._stored:
            replace_text(self.path, json.dumps({"version": VERSION, "excerpts": self.kept}))


def _questions(stored: Iterable[Any]) -> list[Question]:
    return [Question(*map(str, one)) for one in stored]
