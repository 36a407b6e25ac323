"""The articles that are related to each: those that its front matter names, or those alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.model import Problem, Subtype
from broadsheet.publication.output_files import keep, kept_in
from broadsheet.publication.targets import missed
from broadsheet.rules.columns import Columns, columns_of, rows_of
from broadsheet.rules.digest import digest, digest_of_bytes
from broadsheet.rules.related import Item, State, brought_up_to_date, related
from broadsheet.sources import front_matter
from broadsheet.sources.text_file import decode

if TYPE_CHECKING:
    from pathlib import Path

    from broadsheet.model import Article
    from broadsheet.rules.catalogue import Catalogue
    from broadsheet.rules.references import References

#: The key of the front matter.
KEY = "related"

#: The files between builds: the lists, and what they are brought up to date by when texts change.
NAME, STATE = "broadsheet-related.pickle", "broadsheet-related-state.pickle"


#: Raised whenever what they hold changes; those of another version are as good as none.
VERSION = 1


class _Lists(NamedTuple):
    """The nearest articles of each, by name; of plain values alone."""

    names: dict[str, tuple[str, ...]]
    marks: dict[str, str]  #: another where the names are others


class _Former(NamedTuple):
    key: str
    lists: _Lists


@dataclass(frozen=True, kw_only=True)
class RelatedArticles:
    """The related articles of a publication, worked out when they are asked for."""

    references: References
    limit: int  #: how many an article shows of those that are alike
    folder: Path  #: of the files between builds
    programs: str = ""  #: the digest of those that read and compare

    def of(self, article: Article) -> tuple[Article, ...]:
        """Return what *article* shows: what it names, or else what is like it."""
        if article.related is not None:
            return tuple(one for name in article.related if (one := self._named(name, article)))
        if not (self.limit and article.listed):
            return ()
        by_docname = self._catalogue.by_docname
        return tuple(by_docname[name] for name in self.names.get(article.docname, ()))

    def prepare(self) -> None:
        """Work out all lists; processes that are forked later have them."""
        if self.limit:
            _ = self._lists

    def key(self, article: Article) -> str:
        """Return what changes whenever :meth:`of` gives others, without what they are."""
        if article.related is not None or not self.limit:
            return ""  # which is among the facts of the article
        return self._lists.marks.get(article.docname, "")

    def problems(self, root: Path) -> Iterator[Problem]:
        """Say which names in front matter mean no article that can be shown."""
        for article in self._catalogue.articles:
            for name in article.related or ():
                if fault := self._fault(name, article):
                    message = f"{fault}; left out of the related articles"
                    line = _line_of(root, article)
                    path, subtype = article.path, Subtype.REF
                    yield Problem(path=path, line=line, subtype=subtype, message=message)

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The nearest articles of each that is listed."""
        return self._lists.names

    def save(self) -> None:
        """Keep what has been worked out for the next build."""
        if self.limit and "_worked_out" in vars(self):
            state = self._worked_out
            columns = columns_of(state.items.values())
            keep(self.folder / STATE, (self._programs, self._key, columns, state.counts), VERSION)
            keep(self.folder / NAME, (self._key, *self._lists), VERSION)

    @cached_property
    def _lists(self) -> _Lists:
        former = self._former
        if former.key == self._key:
            return former.lists
        names, marks = former.lists
        now = self._worked_out.lists
        same = {name for name, near in now.items() if names.get(name) == near}
        return _Lists(now, {
            name: marks[name] if name in same else digest(near)[:8] for name, near in now.items()
        })  # fmt: skip

    @cached_property
    def _former(self) -> _Former:
        """The lists of the last build."""
        with suppress(TypeError, ValueError):
            key, *lists = kept_in(self.folder / NAME, VERSION)
            return _Former(key, _Lists(*lists))
        return _Former("", _Lists({}, {}))

    @cached_property
    def _worked_out(self) -> State:
        before = self._before
        if before is None:
            return related(self._items, self.limit)
        return brought_up_to_date(before, self._items, self.limit)

    @property
    def _before(self) -> State | None:
        """What the lists of the last build were made of; None where that is not known."""
        with suppress(TypeError, ValueError):
            programs, key, columns, counts = kept_in(self.folder / STATE, VERSION)
            if programs == self._programs and key == self._former.key:
                items = {item.name: item for item in rows_of(Item, columns)}
                return State(items=items, counts=counts, lists=self._former.lists.names)
        return None

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        return tuple(rows_of(Item, self._columns))

    @cached_property
    def _key(self) -> str:
        """The digest of all that the lists are made of."""
        names, terms, *others = self._columns
        return digest(
            self._programs,
            digest_of_bytes(b"".join(terms)),
            bytes([len(one) // 5 for one in terms]),
            *[
                digest_of_bytes("\n".join(one).encode("utf-8", "surrogatepass"))
                for one in (names, *others)
            ],
        )

    @cached_property
    def _columns(self) -> Columns:
        """The values of all :class:`Item`: so they are put together, and kept, in a tenth of the time."""
        listed, parts = self._catalogue.listed, self._catalogue.parts
        names = [one.docname for one in listed]
        return (
            names,
            [one.terms for one in listed],
            [parts[name].group.key if name in parts else "" for name in names],
            [one.slug for one in listed],
            [one.language for one in listed],
        )

    @cached_property
    def _programs(self) -> str:
        return digest(self.programs, self.limit)

    @property
    def _catalogue(self) -> Catalogue:
        return self.references.catalogue

    def _named(self, name: str, article: Article) -> Article | None:
        found = self.references.post(name).article
        return None if found is None or self._unfit(found, article) else found

    def _fault(self, name: str, article: Article) -> str:
        found = self.references.post(name)
        if found.article is None:
            return missed(self.references, name, found)
        if unfit := self._unfit(found.article, article):
            return f"post {name!r} {unfit}"
        return ""

    def _unfit(self, found: Article, article: Article) -> str:
        if found.docname == article.docname:
            return "is this article itself (expected another one)"
        return "" if found.listed else "stands in no listing (expected an article that does)"


def _line_of(root: Path, article: Article) -> int:
    """Return the line of the key; the file is read again, as it is for few."""
    try:
        data = (root / article.path).read_bytes()
    except OSError:
        return 1
    text, _ = decode(data, article.path)
    return front_matter.parse(text, article.path).lines.get(KEY, 1)
