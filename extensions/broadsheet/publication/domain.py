"""The ``broadsheet`` domain: the one typed door to the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx.domains import Domain, ObjType
from sphinx.roles import XRefRole

from broadsheet.publication.project import UnreadProject
from broadsheet.publication.targets import ANY, POST, link_to, say, target_of
from broadsheet.rules.catalogue import Catalogue, Kind
from broadsheet.rules.ownership import html_file
from broadsheet.rules.references import Reference, References, group_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set
    from datetime import datetime

    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from broadsheet.model import Article
    from broadsheet.publication.config import Options
    from broadsheet.publication.layout import Layout
    from broadsheet.publication.liquid import Liquid
    from broadsheet.publication.related import RelatedArticles
    from broadsheet.rules.citations import Citations
    from broadsheet.rules.liquid.known import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a ``{post-list}`` asks for."""

    limit: int
    collection: str = ""
    tag: str = ""
    author: str = ""
    category: str = ""
    series: str = ""

    def __str__(self) -> str:
        """Return the names that are asked for: ``collection 'notes', tag 'red'``."""
        return ", ".join(f"{kind} {name!r}" for kind, name in self._names() if name)

    def of(self, catalogue: Catalogue) -> tuple[Article, ...] | None:
        """Return the articles, newest first, of a series the first part.

        None where the query names what is not there.
        """
        found = catalogue.listed
        for kind, name in self._names():
            if name:
                group = group_of(catalogue, kind, name)
                if group is None:
                    return None
                if kind is Kind.SERIES:  # which has an order of its own
                    found = _among(group.articles, found)
                else:
                    found = _among(found, group.articles)
        return found[: self.limit] if self.limit else found

    def _names(self) -> tuple[tuple[Kind, str], ...]:
        return (
            (Kind.COLLECTION, self.collection),
            (Kind.TAG, self.tag),
            (Kind.AUTHOR, self.author),
            (Kind.CATEGORY, self.category),
            (Kind.SERIES, self.series),
        )


def _among(articles: Iterable[Article], others: Iterable[Article]) -> tuple[Article, ...]:
    """Return those *articles* that are among *others*."""
    names = {one.docname for one in others}
    return tuple(one for one in articles if one.docname in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What a document wanted to know of other pages when it was read."""

    shown: tuple[str, ...] = ()  #: documents of the articles that it links to
    queries: tuple[Query, ...] = ()
    elsewhere: bool = False  #: it refers to hand-written pages, or to other projects
    liquid: tuple[Question, ...] = ()  #: what the Liquid in its text was told
    media: tuple[str, ...] = ()  #: addresses and paths at which its images were looked for
    references: tuple[Reference, ...] = ()  #: what it refers to by name

    @property
    def ask_texts(self) -> bool:
        """Tell whether the answers depend on the texts of other articles."""
        if not self.references:  # as of most
            return bool(self.liquid)
        return bool(self.liquid) or any("#" in one.name for one in self.references)


#: Of a document that nobody has read yet.
NO_QUESTIONS = Questions()


#: Articles, and what gathers them.
ROLES = (POST, Kind.AUTHOR, Kind.TAG, Kind.SERIES, Kind.COLLECTION)


class NameRole(XRefRole):
    """A role of the domain that needs no prefix: ``{post}`` is ``{broadsheet:post}``."""

    def __init__(self) -> None:
        super().__init__(innernodeclass=nodes.inline)

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make a reference that is resolved when all is known."""
        self.refdomain, self.reftype = BroadsheetDomain.name, self.name.rpartition(":")[2]
        self.classes = ["xref", self.refdomain, f"{self.refdomain}-{self.reftype}"]
        return self.create_xref_node()


class BroadsheetDomain(Domain):
    """Answer questions about articles; keep what hand-written pages show of them."""

    name = "broadsheet"
    label = "Broadsheet"
    object_types: ClassVar[dict[str, ObjType]] = {
        str(role): ObjType(str(role), str(role)) for role in ROLES
    }
    roles: ClassVar[dict[str, Any]] = {str(role): NameRole() for role in ROLES}
    data_version = 7
    initial_data: ClassVar[dict[str, Any]] = {
        "queries": {},  # docname -> set of Query
        "shown": {},  # docname -> set of docnames of articles that it links to
        "media": {},  # docname -> set of addresses and paths at which images were looked for
        "references": {},  # docname -> set of what it refers to by name
        "elsewhere": set(),  # docnames that refer to more than articles
        "liquid": {},  # docname -> what its Liquid asked -> what it was told, if that may change
        "flow": "",  # how the articles were read in the last build
    }

    #: Set once, before anything is read; the same in every process.
    catalogue: Catalogue
    layout: Layout
    options: Options
    pictures: frozenset[str]  #: lead images and portraits that are files of the source
    programs: str  #: the digest of those that read and write
    flow: str  #: how the articles are read in this build
    moment: datetime  #: of the build
    period: tuple[datetime, datetime]  #: in which the same articles are published
    liquid: Liquid  #: of a Jekyll repository
    references: References  #: what names mean
    citations: Citations  #: which articles refer to which
    related: RelatedArticles  #: which are about the same
    anchors: dict[str, frozenset[str]]  #: of texts, by path, as they are asked for

    def setup(self) -> None:
        """Have Sphinx find no document before the catalogue is there."""
        super().setup()
        app, project = self.env._app, self.env.project
        app.project = self.env.project = UnreadProject(app.srcdir, project.source_suffix)
        app.project.restore(project)  # what the last build found

    def note_query(self, docname: str, query: Query) -> None:
        """Keep that *docname* lists articles."""
        self.data["queries"].setdefault(docname, set()).add(query)

    def note_shown(self, docname: str, article: Article) -> None:
        """Keep that *docname* names *article*, whose title or address may change."""
        self.data["shown"].setdefault(docname, set()).add(article.docname)

    def note_elsewhere(self, docname: str) -> None:
        """Keep that *docname* refers to what may change without any article."""
        self.data["elsewhere"].add(docname)

    def note_liquid(self, docname: str, asked: Mapping[Question, object]) -> None:
        """Keep what the Liquid of *docname* asked, and was told of files; None is no answer."""
        self.data["liquid"].setdefault(docname, {}).update(asked)

    def told(self, docname: str) -> dict[Question, object]:
        """Return what the Liquid of *docname* was told of files when it was last rendered."""
        asked = self.data["liquid"].get(docname, {})
        return {question: answer for question, answer in asked.items() if answer is not None}

    def note_media(self, docname: str, place: str) -> None:
        """Keep that *docname* may show the file at an address, or of the source."""
        self.data["media"].setdefault(docname, set()).add(place)

    def note_reference(self, docname: str, reference: Reference) -> None:
        """Keep that *docname* refers to something by name."""
        self.data["references"].setdefault(docname, set()).add(reference)

    def address_of(self, docname: str) -> str:
        """Return the file of an article or a Jekyll page, whichever builder writes it."""
        one = self.catalogue.by_docname.get(docname) or self.layout.pages[docname]
        return one.address or html_file(docname)

    def questions(self, docname: str) -> Questions:
        """Return what *docname* asked, in a stable order."""
        return Questions(
            shown=tuple(sorted(self.data["shown"].get(docname, ()))),
            queries=tuple(sorted(self.data["queries"].get(docname, ()), key=repr)),
            elsewhere=docname in self.data["elsewhere"],
            liquid=tuple(sorted(self.data["liquid"].get(docname, ()))),
            media=tuple(sorted(self.data["media"].get(docname, ()))),
            references=tuple(sorted(self.data["references"].get(docname, ()))),
        )

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Return the article that is meant, where no anchor of the page is."""
        found = target_of(self, builder, Reference(ANY, target))
        if not found.page or node.get("reflocalid"):
            return []
        say(found, node)
        text: list[nodes.Node] = [contnode]
        if not node.get("refexplicit"):
            text = [nodes.inline(found.title, found.title)]
        return [(f"{self.name}:{POST}", link_to(builder, fromdocname, found, text))]

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield what other projects can refer to, for the inventory."""
        for article in self.catalogue.listed:
            name = self.references.name_of(article)
            yield name, article.title, POST, article.docname, "", 1
        views = getattr(self.env._app.builder, "views", None)
        if views is None:
            return  # a book has no listings
        for kind in (Kind.AUTHOR, Kind.TAG, Kind.SERIES, Kind.COLLECTION):
            for key, group in self.catalogue.groups[kind].items():
                yield key, group.title, str(kind), views.listing_name(kind, key), "", 1

    def clear_doc(self, docname: str) -> None:
        """Forget *docname*."""
        self.data["queries"].pop(docname, None)
        self.data["shown"].pop(docname, None)
        self.data["liquid"].pop(docname, None)
        self.data["media"].pop(docname, None)
        self.data["references"].pop(docname, None)
        self.data["elsewhere"].discard(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what a reading process noted."""
        for store in ("queries", "shown", "media", "liquid", "references"):
            for docname in docnames:
                if docname in otherdata[store]:
                    self.data[store][docname] = otherdata[store][docname]
        self.data["elsewhere"] |= otherdata["elsewhere"] & docnames


def domain_of(env: BuildEnvironment) -> BroadsheetDomain:
    """Return the domain of *env*."""
    return cast("BroadsheetDomain", env.domains[BroadsheetDomain.name])


def catalogue_of(env: BuildEnvironment) -> Catalogue:
    """Return the catalogue of *env*; it is complete before anything is read."""
    return domain_of(env).catalogue
