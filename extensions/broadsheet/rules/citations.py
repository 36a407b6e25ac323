"""Which articles refer to which, and in what words."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from broadsheet.rules.catalogue import joined
from broadsheet.rules.destinations import is_elsewhere, on_site, split_destination

if TYPE_CHECKING:
    from broadsheet.model import Article, Mention
    from broadsheet.rules.references import References

_TAG = re.compile(r"[^{]*\{%-?\s*(?P<tag>post_url|link)\s+(?P<name>[^%]*?)\s*-?%\}(?P<behind>.*)")


class Citation(NamedTuple):
    """A reference that one article makes to another."""

    article: Article  #: that refers
    target: Article  #: that is referred to
    anchor: str  #: in its text, "" for the whole
    mention: Mention


@dataclass(frozen=True, kw_only=True)
class Citations:
    """The references of articles to articles; what is not listed is read by nobody."""

    references: References

    @cached_property
    def received(self) -> Mapping[str, tuple[Citation, ...]]:
        """What refers to each article, by docname; the newest article first."""
        found: dict[str, list[Citation]] = defaultdict(list)
        for citation in self._all:
            found[citation.target.docname].append(citation)
        return {docname: tuple(citations) for docname, citations in found.items()}

    @cached_property
    def given(self) -> Mapping[str, tuple[Citation, ...]]:
        """What each article refers to, by docname; in the order of its text."""
        found: dict[str, list[Citation]] = defaultdict(list)
        for citation in self._all:
            found[citation.article.docname].append(citation)
        return {docname: tuple(citations) for docname, citations in found.items()}

    @cached_property
    def _all(self) -> tuple[Citation, ...]:
        return tuple(
            citation
            for article in self.references.catalogue.listed
            for mention in article.mentions
            if (citation := self._citation(article, mention)) is not None
        )

    def _citation(self, article: Article, mention: Mention) -> Citation | None:
        name, anchor = _split(mention.to)
        target = self.named(name) if mention.by_name else self._at(name, article)
        if target is None or target is article:
            return None
        return Citation(article, target, anchor, mention)

    def named(self, written: str) -> Article | None:
        """Return the article of a name, behind which an anchor may stand."""
        return self.references.post(written.partition("#")[0]).article

    def _at(self, destination: str, article: Article) -> Article | None:
        """Return the article that a link leads to: by Liquid, by its address or its file."""
        catalogue = self.references.catalogue
        if tag := _TAG.match(destination):
            named = catalogue.by_path.get(tag["name"].lstrip("/"))
            return named if tag["tag"] == "link" else self.named(tag["name"])
        below = on_site(destination, catalogue.site.url)
        if is_elsewhere(below):
            return None
        if target := catalogue.target_of(below, article):
            return target
        folder = posixpath.dirname(article.address or article.path)
        return self.references.at_address(joined(below, folder)).article


def _split(written: str) -> tuple[str, str]:
    """Return what a reference names, and the anchor behind it."""
    if tag := _TAG.match(written):
        return written[: tag.start("behind")], _anchor(tag["behind"])
    name, behind = split_destination(written)
    return name, _anchor(behind)


def _anchor(behind: str) -> str:
    return unquote(behind.partition("#")[2])


def sections(citations: tuple[Citation, ...]) -> Iterator[tuple[str, tuple[Article, ...]]]:
    """Yield the anchors that are referred to, each with the articles that do."""
    found: dict[str, dict[str, Article]] = defaultdict(dict)
    for one in citations:
        if one.anchor:
            found[one.anchor][one.article.docname] = one.article
    for anchor, articles in sorted(found.items()):
        yield anchor, tuple(articles.values())
