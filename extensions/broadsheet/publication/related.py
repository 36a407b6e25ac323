"""The articles that are related to each: those that its front matter names, or those alike."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from broadsheet.model import Problem, Subtype
from broadsheet.publication.output_files import replace_bytes
from broadsheet.publication.targets import missed
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


class _Lists(NamedTuple):
    """The nearest articles of each, by name; of plain values alone."""

    names: dict[str, tuple[str, ...]]
    marks: dict[str, str]  #: another where the names are others


@dataclass(frozen=True, kw_only=True)
class RelatedArticles:
    """The related articles of a publication, worked out when they are asked for."""

    references: References
    limit: int  #: how many an article shows of those that are alike
    folder: Path  #: of the files between builds
    programs: str = ""  #: the digest of those that read and compare

    def of(self, article: Article) -> tuple[Article, ...]:
        """Return what *article* shows: what it names, or else what is like it."""
        written = names_in(article)
        if written is not None:
            return tuple(one for name in written if (one := self._named(name, article)))
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
        if KEY in article.front_matter or not self.limit:
            return ""  # which is among the facts of the article
        return self._lists.marks.get(article.docname, "")

    def problems(self, root: Path) -> Iterator[Problem]:
        """Say which names in front matter mean no article that can be shown."""
        for article in self._catalogue.articles:
            if KEY in article.front_matter:
                for name in names_in(article) or ():
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
            plain = {name: tuple(item) for name, item in state.items.items()}
            _keep(self.folder / STATE, self._programs, (plain, *state[1:]))
            _keep(self.folder / NAME, self._key, tuple(self._lists))

    @cached_property
    def _lists(self) -> _Lists:
        kept = _taken_up(self.folder / NAME, self._key)
        if kept is not None:
            return _Lists(*kept)
        lists = self._worked_out.lists
        names = {name: tuple([other for _, other in near]) for name, near in lists.items()}
        return _Lists(names, {name: digest(near)[:8] for name, near in names.items()})

    @cached_property
    def _worked_out(self) -> State:
        stored = _taken_up(self.folder / STATE, self._programs)
        if stored is None:
            return related(self._items, self.limit)
        return brought_up_to_date(State(*stored), self._items, self.limit)

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        parts = self._catalogue.parts
        return tuple(
            Item(
                name=one.docname,
                terms=one.terms,
                series=parts[one.docname].group.key if one.docname in parts else "",
                slug=one.slug,
                language=one.language,
            )
            for one in self._catalogue.listed
        )

    @cached_property
    def _key(self) -> str:
        """The digest of all that the lists are made of, put together without a value for each."""
        listed, parts = self._catalogue.listed, self._catalogue.parts
        terms = [one.terms for one in listed]
        names = [one.docname for one in listed]
        return digest(
            self._programs,
            digest_of_bytes(b"".join(terms)),
            bytes([len(one) // 5 for one in terms]),
            "\n".join(names),
            "\n".join([one.slug for one in listed]),
            "\n".join([one.language for one in listed]),
            [(name, parts[name].group.key) for name in names if name in parts],
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


def _keep(path: Path, key: str, value: object) -> None:
    data = pickle.dumps((key, value), pickle.HIGHEST_PROTOCOL)
    replace_bytes(path, digest_of_bytes(data).encode() + data)


def _taken_up(path: Path, key: str) -> Any:
    """Return what was kept by that *key*; None of a missing, damaged or foreign file."""
    with suppress(Exception):  # of any age or version
        data = path.read_bytes()
        if digest_of_bytes(data[32:]).encode() == data[:32]:
            found, value = pickle.loads(data[32:])
            return value if found == key else None
    return None


def names_in(article: Article) -> tuple[str, ...] | None:
    """Return the names that front matter gives, none for ``false``; None leaves them to us."""
    value: Any = article.front_matter.get(KEY)
    if value is None or value is True or value == "" or isinstance(value, Mapping):
        return None
    values = value if isinstance(value, list | tuple) else () if value is False else (value,)
    return tuple(dict.fromkeys(str(one).strip() for one in values if one not in (None, "")))


def _line_of(root: Path, article: Article) -> int:
    """Return the line of the key; the file is read again, as it is for few."""
    try:
        data = (root / article.path).read_bytes()
    except OSError:
        return 1
    text, _ = decode(data, article.path)
    return front_matter.parse(text, article.path).lines.get(KEY, 1)
