"""What will be different from Jekyll, in a few plain sentences, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from broadsheet.command.audit.findings import Kind

if TYPE_CHECKING:
    from broadsheet.command.audit.report import Construct, Report

#: Names that a sentence gives; of more, the rest is a number.
SHOWN = 4


def verdict(report: Report) -> tuple[str, ...]:
    """Return the sentences."""
    sentences = (*_lost(report), *_broken(report), *_elsewhere(report), *_look(report))
    if not report.articles.total:
        return ("There are no articles.", *sentences)
    return sentences or ("Nothing: every address, anchor and text stays as it is.",)


def _lost(report: Report) -> Iterator[str]:
    """Say what readers would miss in the text."""
    if _count(report, Kind.SOURCE):
        yield f"Some text may be missing: there is something wrong with {_files(report, Kind.SOURCE)}."
    unknown = [
        *_unsupported("tag", report.liquid_tags),
        *_unsupported("filter", report.liquid_filters),
    ]
    if unknown:
        yield f"Readers will see Liquid as it is written, where it has {' or '.join(unknown)}."
    elif _count(report, Kind.LIQUID):
        yield f"Liquid in {_files(report, Kind.LIQUID)} will be seen as it is written."
    if _count(report, Kind.INCLUDE):
        yield f"What is to be included in {_files(report, Kind.INCLUDE)} is not there."
    if _count(report, Kind.DIALECT):
        yield f"Marks of kramdown will be seen as text in {_files(report, Kind.DIALECT)}."
    if broken := _count(report, Kind.IMAGE):
        yield f"{_number(broken, 'image')} cannot be shown, being malformed."
    if missing := _count(report, Kind.IMAGE_FILE):
        yield f"{_number(missing, 'image')} cannot be shown: there is no such file."
    if lost := [one.name for one in report.plugins if one.counterpart == "none"]:
        yield f"Nothing does the work of {_and(lost)}."


def _broken(report: Report) -> Iterator[str]:
    """Say what does not lead where it should."""
    if moved := _count(report, Kind.ADDRESS):
        yield f"{_number(moved, 'address', 'es')} cannot be kept, because something else has it."
    if themed := _count(report, Kind.THEME_PAGE):
        yield f"{_number(themed, 'link')} to files of the theme will lead nowhere."
    dead = sum(_count(report, one) for one in (Kind.LINK, Kind.ANCHOR, Kind.REFERENCE, Kind.SCHEME))
    if dead:
        yield f"{_number(dead, 'link')} {_lead(dead)} nowhere; most do so in Jekyll, too."
    if _count(report, Kind.DATE):
        yield f"Dates in {_files(report, Kind.DATE)} are missing, impossible or unreadable."
    if _count(report, Kind.FRONT_MATTER):
        files = _files(report, Kind.FRONT_MATTER)
        yield f"Values in the front matter of {files} are missing, or left out as unusable."


def _elsewhere(report: Report) -> Iterator[str]:
    """Say what is not where one would look for it."""
    articles = report.articles
    if _count(report, Kind.SITE):
        yield "Parts of the configuration are not read: see the findings of the kind site."
    if articles.hidden:
        yield (
            f"{_number(articles.hidden, 'article')} that Jekyll's entry filter hides"
            f" {'is' if articles.hidden == 1 else 'are'} left out; broadsheet build --unlisted"
            " keeps older addresses alive."
        )
    withheld = [
        f"{number} {word}"
        for number, word in (
            (articles.drafts, "draft" if articles.drafts == 1 else "drafts"),
            (articles.future, "dated in the future"),
            (articles.expired, "expired"),
            (articles.unpublished, "with published: false"),
        )
        if number
    ]
    if withheld:
        yield f"Not published, as in Jekyll: {', '.join(withheld)}."


def _look(report: Report) -> Iterator[str]:
    """Say what looks different."""
    theme = report.theme
    if report.source.kind != "jekyll":
        return
    files = [
        _number(len(found), noun)
        for found, noun in ((theme.layouts, "layout"), (theme.includes, "include"))
        if found
    ]
    own = f", in place of the theme with its {_and(files)}" if files else ""
    yield f"All pages have the layout of Broadsheet and the look of Furo{own}."
    if theme.pages:
        yield f"{_number(len(theme.pages), 'file')} of the theme will be missing: {_and(theme.pages)}."


def _unsupported(noun: str, constructs: Iterable[Construct]) -> list[str]:
    """Name what is not supported: "the tags a and b", or nothing."""
    names = [one.name for one in constructs if not one.supported]
    return [f"the {noun}{'s' * (len(names) > 1)} {_and(names)}"] if names else []


def _count(report: Report, kind: Kind) -> int:
    return next((one.count for one in report.kinds if one.kind == kind), 0)


def _files(report: Report, kind: Kind) -> str:
    return _number(next((one.files for one in report.kinds if one.kind == kind), 0), "file")


def _and(names: Iterable[str]) -> str:
    every = list(names)
    shown = every[:SHOWN] if len(every) > SHOWN + 1 else every
    if more := len(every) - len(shown):
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _number(count: int, noun: str, plural: str = "s") -> str:
    return f"{count:,} {noun}{'' if count == 1 else plural}"


def _lead(count: int) -> str:
    return "leads" if count == 1 else "lead"
