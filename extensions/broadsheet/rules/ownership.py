"""Who owns an address: what somebody wrote and what every build makes, then articles by path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from posixpath import splitext

from broadsheet.model import Article, Problem, Redirect, Subtype
from broadsheet.rules.digest import altered


def html_file(docname: str) -> str:
    """Return the file that Sphinx's ``html`` gives a document, relative to the output."""
    return f"{docname}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Where no article can stand."""

    documents: Mapping[str, str] = field(default_factory=dict)  #: docname to the path of its file
    #: File or whole folder, relative to the output, to what it is, in words or by its path.
    files: Mapping[str, str] = field(default_factory=dict)
    #: Gives the file of a docname that has no address of its own.
    file_of: Callable[[str], str] = html_file
    #: Document to the files, relative to the output, of addresses that it had.
    redirect_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Document to the address that it leads to instead of showing its text.
    redirect_to: Mapping[str, str] = field(default_factory=dict)


#: Of a publication that has articles, and nothing else.
NOTHING = Taken()


def settle_pages(
    pages: Mapping[str, str], wanted: Mapping[str, str], taken: Taken
) -> tuple[dict[str, str], list[Problem]]:
    """Give each of the *pages*, paths by docname, that wants an address one of its own.

    What stands at a place by its name has it; of two pages that ask for the same the first by
    path wins.
    """
    addresses: dict[str, str] = {}
    problems: list[Problem] = []
    files = _Files()
    for name, owner in taken.files.items():
        files.claim(name, owner)
    for docname, path in taken.documents.items():
        if docname not in wanted:
            files.claim(taken.file_of(docname), path)
    for docname in sorted(wanted, key=lambda name: pages[name]):
        path, address = pages[docname], wanted[docname]
        if hindrance := files.hindrance(address):
            address = files.beside(address, hindrance)
            problems.append(_clash(path, wanted[docname], hindrance.found, address))
        files.claim(address, path)
        addresses[docname] = address
    return addresses, problems


def settle_addresses(
    articles: Iterable[Article], taken: Taken
) -> tuple[list[Article], list[Redirect], list[Problem]]:
    """Give each article a document name and an address of its own; the first of *articles* wins.

    An address that a page had leads on to it where nothing stands there now.
    """
    settled: list[Article] = []
    problems: list[Problem] = []
    docnames = dict(taken.documents)
    files = _Files()
    for name, owner in taken.files.items():
        files.claim(name, owner)
    for docname, path in taken.documents.items():
        files.claim(taken.file_of(docname), path)
    for article in articles:
        if article.docname in docnames:
            if not article.address:
                found = f"belongs to {docnames[article.docname]}"
                problems.append(_clash(article.path, article.docname, found, article.path))
            article = altered(article, docname=article.path)
        wanted = article.address or taken.file_of(article.docname)
        if hindrance := files.take(wanted, article.path):
            address = files.beside(wanted, hindrance)
            problems.append(_clash(article.path, wanted, hindrance.found, address))
            article = altered(article, address=address)
            files.claim(address, article.path)
        docnames[article.docname] = article.path
        settled.append(article)
    redirects, lost = _settle_redirects(settled, taken, files)
    return settled, redirects, [*problems, *lost]


def _settle_redirects(
    articles: list[Article], taken: Taken, files: _Files
) -> tuple[list[Redirect], list[Problem]]:
    """Have former addresses lead on where nothing stands by now; *files* have all that does."""
    problems: list[Problem] = []
    redirects = [
        Redirect(taken.file_of(docname), taken.documents[docname], to=to)
        for docname, to in taken.redirect_to.items()
    ]
    redirects += [
        Redirect(
            article.address or taken.file_of(article.docname), article.path, to=article.redirect_to
        )
        for article in articles
        if article.redirect_to
    ]
    for one in _former(articles, taken):
        hindrance = files.take(one.address, one.path)
        if hindrance is None:
            redirects.append(one)
        elif not files.is_owned(one.address, one.path):
            problems.append(_lost(one, hindrance.found))
    return redirects, problems


def _former(articles: Iterable[Article], taken: Taken) -> Iterator[Redirect]:
    for docname, addresses in taken.redirect_from.items():
        to = taken.redirect_to.get(docname, "")
        for address in addresses:
            yield Redirect(address, taken.documents[docname], "" if to else docname, to)
    for article in articles:
        for address in article.redirect_from:
            docname = "" if article.redirect_to else article.docname
            yield Redirect(address, article.path, docname, article.redirect_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hindrance:
    """What keeps a file from being."""

    part: str  #: the beginning of its path that another name may be given
    found: str


class _Files:
    """The files of an output and the folders that they need, on any file system.

    A folder of these has none of the files above it, so that most questions end at once.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}  #: of files; casefolded, as some file systems do
        self._folders: dict[str, str] = {}  #: folder to the owner of a file in it
        self._numbers: dict[str, Iterator[int]] = {}  #: not yet given, of what is wanted often

    def claim(self, name: str, owner: str) -> None:
        """Give a file to *owner*, unless it has one."""
        folded = name.casefold()
        self._owners.setdefault(folded, owner)
        new = []
        for folder in _folders(folded):
            if folder in self._folders:
                break
            if folder in self._owners:
                return
            new.append(folder)
        self._folders.update(dict.fromkeys(new, owner))

    def take(self, name: str, owner: str) -> _Hindrance | None:
        """Give a file that is free to *owner*; return what keeps it from being so."""
        folded = name.casefold()
        is_known_folder = folded.rpartition("/")[0] in self._folders
        if is_known_folder and folded not in self._owners and folded not in self._folders:
            self._owners[folded] = owner  # as of most articles: 3 ms of 2,400
            return None
        hindrance = self.hindrance(name)
        if hindrance is None:
            self.claim(name, owner)
        return hindrance

    def hindrance(self, name: str) -> _Hindrance | None:
        """Return what keeps *name* from being one more file, if anything does."""
        folded, part = name.casefold(), ""
        for folder in _folders(folded):
            if folder in self._folders:
                break
            if folder in self._owners:
                part = folder  # the outermost: beside it nothing is in the way
        if part:
            found = f"which belongs to {self._owners[part]}"
            # folding may have changed the number of letters, but not of slashes
            part = "/".join(name.split("/")[: part.count("/") + 1])
            return _Hindrance(part=part, found=f"runs through {part!r}, {found}")
        if folded in self._owners:
            return _Hindrance(part=name, found=f"belongs to {self._owners[folded]}")
        if folded in self._folders:
            return _Hindrance(part=name, found=f"is a folder of {self._folders[folded]}")
        return None

    def is_owned(self, name: str, owner: str) -> bool:
        """Tell whether a file is *owner*'s."""
        return self._owners.get(name.casefold()) == owner

    def beside(self, name: str, hindrance: _Hindrance) -> str:
        """Return a free name like *name*, numbered where the *hindrance* is."""
        (stem, suffix), rest = splitext(hindrance.part), name[len(hindrance.part) :]
        # of ten thousand that want one name, the last need not try all numbers
        numbers = self._numbers.setdefault(name.casefold(), count(2))
        names = (f"{stem}-{number}{suffix}{rest}" for number in numbers)
        return next(name for name in names if not self.hindrance(name))


def _folders(path: str) -> Iterator[str]:
    """Yield the folders above *path*, the nearest first."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _clash(path: str, wanted: str, found: str, address: str) -> Problem:
    return Problem(
        path=path,
        line=1,
        subtype=Subtype.ADDRESS,
        message=f"the address {wanted!r} {found} (expected one page for each); now at {address!r}",
    )


def _lost(redirect: Redirect, found: str) -> Problem:
    return Problem(
        path=redirect.path,
        line=1,
        subtype=Subtype.ADDRESS,
        message=f"the former address {redirect.address!r} {found} (expected a free one); left out",
    )
