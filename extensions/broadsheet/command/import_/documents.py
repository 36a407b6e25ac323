"""The files of articles and pages, each made of the old one alone and of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from broadsheet.command.import_.excerpts import MARK, Excerpts
from broadsheet.command.import_.links import Links, TextLinks
from broadsheet.command.import_.matter import Matter, settle
from broadsheet.command.import_.plan import address_of, page_of
from broadsheet.command.import_.text import grammars
from broadsheet.command.import_.text.blocks import html_text
from broadsheet.command.import_.text.convert import Converted, Dialect, convert
from broadsheet.command.import_.text.needs import needs
from broadsheet.model import HTML_ENDINGS, Problem, Subtype
from broadsheet.rules.article import read_article
from broadsheet.rules.destinations import subpath_of
from broadsheet.sources.kramdown.formulas import with_formulas
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from broadsheet.command.import_.archive import Page
    from broadsheet.command.import_.liquid import Liquid, Rendered
    from broadsheet.command.import_.plan import Plan


class Made(NamedTuple):
    """A file of the new project."""

    path: str  #: below the source folder
    data: bytes
    problems: tuple[Problem, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()  #: files of the repository that it needs, and where
    is_kept: bool = False  #: an article whose text is as it was


@dataclass(frozen=True, kw_only=True)
class Documents:
    """Makes the files of a plan."""

    plan: Plan
    links: Links
    liquid: Liquid
    extensions: frozenset[str] = field(default=frozenset())

    def _dialect(self, values: Mapping[str, Any]) -> Dialect:
        """Return the dialect of a text with some front matter."""
        options = with_formulas(self.plan.archive.site.kramdown, values)
        return Dialect(options=options, extensions=self.extensions)

    def needs(self, paths: Iterable[str]) -> frozenset[str]:
        """Name the extensions of MyST that the texts of some files need."""
        archive = self.plan.archive
        found = set(grammars.TYPOGRAPHY if archive.site.kramdown is not None else ())
        pages = {page.path: page for page in archive.pages}
        for path in paths:
            if page := pages.get(path):
                body, values = page.body, page.values
                links = self._page_links(page)
            else:
                body, values = self._article_body(path), archive.articles[path].front_matter
                links = self._article_links(path)
            text = self.liquid.render(path, body).text
            found |= needs(text, self._dialect(values).options, links)
        return frozenset(found)

    # articles

    def article(self, path: str) -> Made:
        """Make the file of an article."""
        plan, archive = self.plan, self.plan.archive
        old, found = archive.articles[path], archive.found[path]
        data = (archive.root / path).read_bytes()
        text, faults = decode(data, path)
        matter, links = Matter(text, path), self._article_links(path)
        first_line = len(matter.head) + 1
        problems = settle(
            matter,
            old,
            plan.found(path),
            plan.rules,
            defaults=found.defaults,
            image=links.lead_image,
            withheld=not found.listed and not archive.unlisted,
        )
        body = matter.body
        rendered = self.liquid.render(path, body, first_line)
        if path.endswith(HTML_ENDINGS):
            made = _html_of(rendered.text, old.excerpt_separator)
        else:
            made = convert(
                rendered.text,
                self._dialect(old.front_matter),
                links,
                separator=old.excerpt_separator,
            )
        new = made.text
        if new != body or "excerpt" in matter.values:
            new, others = self._with_excerpt(path, matter, new, links)
            problems += others
        return Made(
            path=plan.articles[path],
            data=_encoded(matter.text(new), text, data, is_clean=not faults),
            problems=(
                *problems,
                *rendered.problems,
                *links.problems(body, first_line),
                *_faults(made, rendered, path, first_line),
            ),
            copies=tuple(links.beside.items()),
            is_kept=made.text == body,
        )

    def _with_excerpt(
        self, path: str, matter: Matter, body: str, links: TextLinks
    ) -> tuple[str, tuple[Problem, ...]]:
        """Return a new text so that its excerpt says what it has said."""
        old = self.plan.archive.articles[path]
        dialect = self._dialect(old.front_matter)
        excerpts = Excerpts(dialect=dialect)
        excerpt = self.liquid.render(path, old.excerpt).text
        words = excerpts.old(excerpt)
        if excerpts.new(self._new_excerpt(path, matter, body)) == words:
            return body, ()
        is_cut = bool(old.excerpt_separator.strip()) and old.excerpt_separator in body
        marked = None if is_cut or "excerpt" in matter.values else excerpts.marked(body, words)
        if marked is not None:
            matter.set("excerpt_separator", MARK)
            return marked, ()
        written = convert(excerpt, dialect, links, separator="").text.strip()
        if words and excerpts.new(written) == words:
            matter.set("excerpt", written)
            return body, ()
        line = matter.lines.get("excerpt_separator", len(matter.head) + 1)
        message = "the excerpt says something else now; a mark can end it (excerpt_separator)"
        return body, (Problem(path=path, line=line, subtype=Subtype.SOURCE, message=message),)

    def _new_excerpt(self, path: str, matter: Matter, body: str) -> str:
        plan = self.plan
        new, _ = read_article(plan.found(path), matter.text(body).encode(), plan.rules)
        return new.excerpt

    def _article_body(self, path: str) -> str:
        archive = self.plan.archive
        text, _ = decode((archive.root / path).read_bytes(), path)
        return "\n".join(text.split("\n")[archive.articles[path].body_line - 1 :])

    def _article_links(self, path: str) -> TextLinks:
        article = self.plan.archive.articles[path]
        new = self.plan.articles[path]
        return TextLinks(
            links=self.links,
            path=path,
            address=address_of(article),
            new=new,
            subpath=subpath_of(article.front_matter),
        )

    # hand-written pages

    def page(self, path: str) -> Made:
        """Make the document of a hand-written page."""
        page = next(one for one in self.plan.archive.pages if one.path == path)
        links = self._page_links(page)
        is_led_on = bool(page.to) and page.listing in self.plan.archive.listings
        body = "" if is_led_on else page.body
        rendered = self.liquid.render(path, body, page.body_line)
        title = page.title
        if path.endswith(HTML_ENDINGS):
            title, html = _headline(rendered.text, title)
            made = Converted(text=html_text(html))
        else:
            made = convert(
                rendered.text,
                self._dialect(page.values),
                links,
                separator="",
                page=True,
                title=title,
            )
        headline = "" if made.is_titled else f"# {_escaped(title)}\n\n"
        former = ["/"] if path == self.plan.front else []
        if (moved := page_of(links.new)) != page.address:
            former.append(f"/{page.address}")
        if page.to and not is_led_on:  # the listing would have been empty
            former.append(page.to)
        if is_led_on:
            page = replace(page, values={"redirect_to": page.to, **page.values})
        head = _head(page, former)
        parts = [head, headline, made.text.strip("\n") + "\n"]
        return Made(
            path=links.new,
            data="".join(parts).encode(),
            problems=(
                *rendered.problems,
                *links.problems(body, page.body_line),
                *_faults(made, rendered, path, page.body_line),
                *_moves(page, moved),
            ),
            copies=tuple(links.beside.items()),
        )

    def _page_links(self, page: Page) -> TextLinks:
        new = self.plan.pages.get(page.path, page.path)
        return TextLinks(
            links=self.links,
            path=page.path,
            address=page.address,
            new=new,
            subpath=subpath_of(page.values),
        )


def _html_of(text: str, separator: str) -> Converted:
    """Return the text of an article that is HTML, where its excerpt ends as it did."""
    parts = text.partition(separator) if separator else (text, "", "")
    written = [parts[0] and html_text(parts[0]), parts[1].strip(), parts[2] and html_text(parts[2])]
    return Converted(text="\n\n".join(filter(None, written)) + "\n")


_HEADLINE = re.compile(r"\s*<h1\b[^>]*>(?P<words>.*?)</h1>", re.DOTALL | re.IGNORECASE)


def _headline(html: str, title: str) -> tuple[str, str]:
    """Return the title of a page of HTML, its own where it begins with one, and what is below."""
    found = _HEADLINE.match(html)
    if found is None or "<" in found["words"]:
        return title, html
    return " ".join(unescape(found["words"]).split()), html[found.end() :]


def _moves(page: Page, address: str) -> Iterator[Problem]:
    """Say that a page has another address, and that its own leads there."""
    if address != page.address:
        message = f"its page is {address!r} now; {page.address!r} leads there"
        yield Problem(path=page.path, line=1, subtype=Subtype.ADDRESS, message=message)


def _head(page: Page, addresses: list[str]) -> str:
    """Return the front matter of a document: what Jekyll's says besides its title and layout.

    It has had the *addresses*, too.
    """
    values: dict[str, Any] = {
        key: value
        for key, value in page.values.items()
        if key not in {"layout", "title", "permalink", "orphan", "media_subpath", "img_path"}
    }
    if addresses:
        former = values.get("redirect_from") or []
        values["redirect_from"] = [*addresses, *(former if isinstance(former, list) else [former])]
    text = yaml.safe_dump(
        {**values, "orphan": True}, allow_unicode=True, sort_keys=False, width=10**9
    )
    return f"---\n{text}---\n\n"


def _escaped(title: str) -> str:
    from broadsheet.command.import_.text.spans import escaped

    return escaped(title, frozenset({"smartquotes", "dollarmath", "strikethrough"}))


def _faults(made: Converted, rendered: Rendered, path: str, first_line: int) -> Iterator[Problem]:
    for line, message in made.faults:
        at = first_line + rendered.line(line)
        yield Problem(path=path, line=at, subtype=Subtype.SOURCE, message=message)


def _encoded(text: str, old: str, data: bytes, *, is_clean: bool) -> bytes:
    """Return a text as bytes: those of the old file where nothing has changed."""
    if text == old and is_clean:
        return data
    if b"\r\n" in data and is_clean:
        text = text.replace("\n", "\r\n")
    return text.encode()
