"""Who signs an article: bylines as people write them, split into names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from unicodedata import normalize


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """The names that the front matter of one article gives, as it spells them."""

    names: tuple[str, ...] = ()
    et_al: bool = False  #: it goes on with "et al.", "and others", 等
    faulty: bool = False  #: something in it is no name, and was passed over
    addresses: tuple[tuple[str, str], ...] = ()  #: (name, URL), where a map gives one


_HELD = (  # what brackets and quotation marks enclose stays whole
    r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|《[^《》]*》|〈[^〈〉]*〉|「[^「」]*」|『[^『』]*』"
    r"|“[^“”]*”|\"[^\"]*\"|https?://[^\s,;]+"
)
_SEPARATOR = (
    r"\s*(?:[,;，；、﹑､]\s*(?:(?:and\b|&)\s*)?|＆)\s*"  # "A, B, and C" has one separator there
    r"|\s+(?:and|&|&amp;)\s+"  # "R&D" has none
    r"|(?<!\b\w)\s*[/／]\s*|\s*[/／]\s*(?!\w\b)"  # not in "n/a"
)
_ET_AL = re.compile(
    r"[\s,;，；、]{0,4}(?:(?<!\w)et\.?\s+(?:al\b|alii\b|alia\b)\.?|(?:\band|&)\s+others\.?)\s*$"
    r"|(?:\s*等人|(?<=[\u4e00-\u9fff]{2})等)\s*$",
    re.IGNORECASE,
)
_MAILBOX = re.compile(r"\s*[<(@]?[^\s@<>()]+@[^\s@<>()]+[>)]?")
_ADDRESS = re.compile(r"(?i:https?)://[^\s/?#@]+(?:[/?#]\S*)?|/(?!/)\S*")

#: A text that is a mail address and nothing else.
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")

# What belongs to the name before the comma, compared without full stops: parts of the name in
# any case; degrees and honours only as they are written, for "Ma" and "Do" are names.
_SUFFIXES = frozenset(("jr", "sr", "junior", "senior", "ii", "iii", "iv", "esq", "ret", "retired",
                       "inc", "ltd", "llc", "llp", "plc", "gmbh", "co", "corp"))  # fmt: skip
_DEGREES = frozenset((
    "PhD", "DPhil", "MD", "JD", "LLB", "LLM", "LLD", "MA", "MSc", "MS", "MBA", "MPA", "MPH", "MPhil",
    "BA", "BS", "BSc", "EdD", "PsyD", "DSc", "ScD", "DDS", "DMD", "DVM", "RN", "CPA", "CFA", "PE",
    "MBE", "OBE", "CBE", "KBE", "DBE", "CMG", "CB", "FRS", "FRSE", "FBA", "FRHistS", "FRSA", "QC",
    "KC", "MP", "MEP", "SJ", "OP", "OSB", "USN", "USA", "USMC", "USAF", "USCG",
))  # fmt: skip
# "Jane, the editor", "Jane, of Reuters": an apposition, as English writes it in lower case.
_APPOSITION = re.compile(r"(?:the|a|an|of|from|at|for)\s")
_FIRM = re.compile(r"(?:co|company|sons|brothers|bros|daughters|partners|associates)\b\.?", re.I)
_OFFICE = re.compile(
    r"\b(?:department|ministry|institute|cent(?:er|re)|council|committee|office|bureau|commission"
    r"|agency|faculty|school|society|association)\s+(?:of|for|on)\s",
    re.IGNORECASE,
)


def split_byline(
    value: object, *, known: Collection[str] = frozenset(), whole: tuple[str, ...] = ()
) -> Byline:
    """Read the names out of the ``author`` or ``authors`` of an article's front matter.

    A text is split at ``and``, ``&``, commas, semicolons, slashes and 、; never at ``·`` or
    inside brackets and quotation marks. What follows a comma and is no name (``Jr.``, ``PhD``,
    ``the editor``) stays with the name before it. In ``Doe, Jane; Roe, Richard`` the commas do
    not split. A mail address behind a name is dropped.

    A text that :func:`fold` finds in ``known`` is one name. The names in ``whole`` (of two that
    begin alike the longer first) are not split wherever they stand.

    The entries of a list are one name each, as is the ``name`` of a map. No value, or an empty
    one, is no name and no fault.
    """
    if value is None or isinstance(value, str):
        return _byline(_names_in(value or "", known, whole))
    return _byline(_entries(value))


def fold(name: str) -> str:
    """Return what two spellings of one name share: NFKC, case and spaces put aside."""
    return " ".join(normalize("NFKC", normalize("NFKC", name).casefold()).split())


def tidy(name: str) -> str:
    """Return a name without the mail address, spaces and commas around it."""
    bare = _MAILBOX.sub("", name) if "@" in name else name
    return " ".join((bare if bare.strip() else name.strip("<>() ")).split()).strip(" ,;，；、")


def splits(name: str) -> bool:
    """Tell whether a byline would be split inside this name."""
    return len(_parts(name, ())) > 1


def is_address(text: str) -> bool:
    """Tell whether a text is an ``http(s)`` address or a path from the root of a site."""
    return _ADDRESS.fullmatch(text.strip()) is not None


class _Entry(NamedTuple):
    """One name, or what stands where a name should."""

    name: str = ""
    url: str = ""
    et_al: bool = False
    faulty: bool = False


def _byline(entries: Iterable[_Entry]) -> Byline:
    entries = tuple(entries)
    names: dict[str, str] = {}
    for entry in entries:
        if entry.name:
            names.setdefault(fold(entry.name), entry.name)
    urls = {names[fold(entry.name)]: entry.url for entry in reversed(entries) if entry.url}
    return Byline(
        names=tuple(names.values()),
        et_al=any(entry.et_al for entry in entries),
        faulty=any(entry.faulty for entry in entries),
        addresses=tuple((name, urls[name]) for name in names.values() if name in urls),
    )


def _entries(value: object) -> Iterator[_Entry]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            yield _entry(item)
    else:
        yield _entry(value)


def _entry(item: object) -> _Entry:
    if isinstance(item, Mapping):
        name, url = item.get("name") or item.get("display_name"), item.get("url")
        if not isinstance(name, str) or not name.strip():
            return _Entry(faulty=True)
        certain = isinstance(url, str) and is_address(url)
        return _Entry(name=tidy(name), url=str(url).strip() if certain else "")
    if isinstance(item, int) and not isinstance(item, bool):  # a pen name such as 1984
        item = str(item)
    if not isinstance(item, str):
        return _Entry(faulty=item is not None)
    text, et_al = _without_et_al(item)
    return _Entry(name=tidy(text), et_al=et_al)


def _names_in(text: str, known: Collection[str], whole: tuple[str, ...]) -> Iterator[_Entry]:
    if fold(text) in known:
        yield _Entry(name=tidy(text))
        return
    text, et_al = _without_et_al(" ".join(text.split()))
    yield _Entry(et_al=et_al)
    for name in _inverted(text) or _joined(_parts(text, whole)):
        yield _Entry(name=tidy(name))


def _without_et_al(text: str) -> tuple[str, bool]:
    short = _ET_AL.sub("", text)
    return (short, True) if short != text else (text, False)


def _inverted(text: str) -> tuple[str, ...]:
    """Read "Doe, Jane; Roe, Richard": semicolons between the names, one comma in each."""
    names = tuple(part for part in re.split("[;；]", text) if part.strip())
    regular = len(names) > 1 and all(len(re.findall("[,，]", name)) == 1 for name in names)
    return names if regular else ()


@cache
def _splitter(whole: tuple[str, ...]) -> re.Pattern[str]:
    names = (r"\s+".join(map(re.escape, name.split())) for name in whole)
    held = "".join(rf"(?<!\w){name}(?!\w)|" for name in names)
    return re.compile(f"{held}{_HELD}|(?P<separator>{_SEPARATOR})", re.IGNORECASE)


def _parts(text: str, whole: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return pairs of a part and the separator in front of it ("" for the first)."""
    found: list[tuple[str, str]] = []
    begin, separator = 0, ""
    for match in _splitter(whole).finditer(text):
        if match["separator"] is not None:
            found.append((separator, text[begin : match.start()]))
            begin, separator = match.end(), match["separator"]
    return [*found, (separator, text[begin:])]


def _joined(parts: list[tuple[str, str]]) -> tuple[str, ...]:
    """Give back to a name what a separator took from it."""
    names: list[str] = []
    for separator, part in parts:
        if names and part and _continues(names[-1], separator, part):
            names[-1] += separator + part
        else:
            names.append(part)
    return tuple(name for name in names if name.strip())


def _continues(name: str, separator: str, part: str) -> bool:
    kind = separator.strip().lower()
    if kind in (",", "，"):
        bare = part.replace(".", "").strip("() ")
        return bare.lower() in _SUFFIXES or bare in _DEGREES or bool(_APPOSITION.match(part))
    if kind in ("&", "＆", "&amp;", "and"):
        # "Kline & Sons"; "Department of Agriculture and Fisheries"
        one_word = len(part.split()) == 1
        return bool(_FIRM.fullmatch(part.strip()) or (one_word and _OFFICE.search(name)))
    return False
