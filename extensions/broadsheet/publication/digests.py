"""The digests of pages: each of all that its page is made of, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sphinx.util.logging import suppress_logging

from broadsheet.publication import liquid
from broadsheet.publication.addresses import meaning
from broadsheet.publication.build_key import build_key, references_key
from broadsheet.publication.domain import Questions, domain_of
from broadsheet.publication.targets import facts_of
from broadsheet.rules.digest import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from broadsheet.model import Article
    from broadsheet.publication.builders import PublicationBuilder
    from broadsheet.publication.domain import BroadsheetDomain, Query
    from broadsheet.publication.press import Page
    from broadsheet.rules.liquid.known import Question


@dataclass(frozen=True, kw_only=True)
class Digests:
    """Work out digests; everything hand-written has been read by then."""

    builder: PublicationBuilder
    _cards: dict[str, str] = field(default_factory=dict)

    def of_article(
        self,
        article: Article,
        questions: Questions,
        told: Mapping[Question, object] = liquid.NOTHING,
    ) -> str:
        """Return the digest of an article that asked *questions* when it was last read.

        What it was *told* by a process that read it in this build counts as the answer.
        """
        facts, answers = self._facts(article), self._answers(article.docname, questions, told)
        return digest(self._key, self._sidebar, article.digest, facts, answers)

    def of_page(self, page: Page) -> str:
        """Return the digest of a page that is no document."""
        if listing := page.listing:
            cards = map(self.card, listing.articles)
            return digest(self._key, self._sidebar, page.template, listing.rest, list(cards))
        return digest(self._key, self._sidebar, page.template, page.view)

    def of_document(self, docname: str) -> str:
        """Return the digest of a document that Sphinx has read, the text itself apart."""
        article = self._domain.catalogue.by_docname.get(docname)
        page = self._domain.layout.pages.get(docname)
        return digest(
            self._key,
            self._contents,
            self.builder.previews.unlisted,  # it keeps no note of all articles that it links to
            self._facts(article) if article else None,
            page,
            self._answers(docname, self._domain.questions(docname), self._domain.told(docname)),
        )

    @cached_property
    def all_but_texts(self) -> str:
        """The digest of all that articles and other pages show, but for the articles' texts.

        While it stays as it is, so do the digests of all pages but those of other texts; it
        costs a twentieth of them.
        """
        builder, catalogue, layout = self.builder, self._domain.catalogue, self._domain.layout
        views, articles = builder.views, catalogue.articles
        return digest(
            self._key,
            self._sidebar,
            self._references,
            sorted(builder.env.found_docs),
            (catalogue.site, catalogue.collections, catalogue.authors),
            catalogue.series_from_names,
            (views.front, views.size, views.date_format, layout.static, layout.registry),
            " ".join([article.facts for article in articles]),
            [(one.path, one.slug) for one in self._domain.references.withheld],
            [(one.docname, one.mentions) for one in articles if one.mentions],
            [meaning(builder, one, link) for one in articles for link in one.links],
        )

    @cached_property
    def inventory(self) -> str:
        """The digest of what other projects can refer to."""
        env = self.builder.env
        return digest(self._references, self.all_but_texts, env.config.project, env.config.version)

    @property
    def _domain(self) -> BroadsheetDomain:
        return domain_of(self.builder.env)

    def _facts(self, article: Article) -> list[Any]:
        """Return what the page of an article shows, its text apart."""
        builder = self.builder
        return [
            article.path,
            article.excerpt_separator,
            builder.get_target_uri(article.docname),
            builder.views.article_facts(article),
            self.card(article) if builder.previews.uri(article.docname) else None,
            [meaning(builder, article, link) for link in article.links],
        ]

    def _answers(
        self, docname: str, questions: Questions, told: Mapping[Question, object]
    ) -> list[Any]:
        catalogue = self._domain.catalogue
        shown = [catalogue.by_docname.get(name) for name in questions.shown]
        uri, preview = self.builder.get_target_uri, self.builder.previews.uri
        return [
            [(one.title, uri(one.docname), preview(one.docname)) for one in shown if one],
            [self._answer(query) for query in questions.queries],
            self._references if questions.elsewhere else None,
            liquid.answers(self.builder.env, docname, questions.liquid, told),
            [facts_of(self._domain, self.builder, one) for one in questions.references],
            [self._domain.layout.static_paths.get(place) for place in questions.media],
        ]

    def _answer(self, query: Query) -> list[str] | None:
        """Return what a list shows; None is not the same as nothing, and warned of."""
        articles = query.of(self._domain.catalogue)
        if articles is None:
            return None
        return [self.card(one) for one in articles]

    def card(self, article: Article) -> str:
        """Return the digest of what listings show of an article; it stands in half a dozen."""
        if article.docname not in self._cards:
            self._cards[article.docname] = digest(self.builder.views.card_facts(article))
        return self._cards[article.docname]

    @cached_property
    def _key(self) -> str:
        views = self.builder.views  # as dates are written
        written = views.date_format, views.catalogue.site.language
        lacking = self.builder.previews.lacking
        return digest(build_key(self.builder), self.builder.navigation, written, lacking)

    @cached_property
    def _references(self) -> str:
        return references_key(self.builder.env)

    @cached_property
    def _sidebar(self) -> str:
        """What articles and listings show of the documentation: its first level."""
        return self._toctree(collapse=True, maxdepth=1)

    @cached_property
    def _contents(self) -> str:
        """What documents show of it: all of it, as do their links to the next and previous."""
        return self._toctree(collapse=False, maxdepth=-1)

    def _toctree(self, **kwargs: Any) -> str:
        builder, env = self.builder, self.builder.env
        if not env.toctree_includes:
            return ""
        root = builder.config.root_doc
        try:
            with suppress_logging():  # what is wrong with it is said where it is shown
                return builder._get_local_toctree(
                    root, titles_only=True, includehidden=True, **kwargs
                )
        finally:
            # kept for the time of writing; now, it would be pickled with the environment
            vars(env).pop("master_doctree", None)
