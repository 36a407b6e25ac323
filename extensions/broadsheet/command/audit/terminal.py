"""The report as text for a terminal: 80 columns, whatever the script of its names."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import category, combining, east_asian_width

from broadsheet.command.audit.report import bars

if TYPE_CHECKING:
    from broadsheet.command.audit.report import Construct, Count, Report, Row

WIDTH = 80
BAR = 40

#: Entries of a list, and findings of a kind; the other forms of the report have all.
MOST = 12

#: The same, of findings that are no faults.
FEW = 4

_EIGHTHS = " ▏▎▍▌▋▊▉█"

BOLD, RED, YELLOW, DIM = "1", "31", "33", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the terminal can show."""

    colour: bool = False
    blocks: bool = True  #: characters outside ASCII

    def paint(self, text: str, code: str) -> str:
        """Return *text* in a colour, if there are any."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def bar(self, share: float, width: int = BAR) -> str:
        """Return a bar that is as long as its *share* of the *width*; something is never nothing."""
        eighths = max(round(share * width * 8), 1 if share else 0)
        if not self.blocks:
            return "#" * max(round(eighths / 8), 1 if share else 0)
        whole, rest = divmod(eighths, 8)
        return "█" * whole + (_EIGHTHS[rest] if rest else "")


def as_text(report: Report, style: Style) -> str:
    """Return the report as lines that end in a newline."""
    lines = [
        *_head(report, style),
        *_verdict(report, style),
        *_articles(report, style),
        *_front_matter(report, style),
        *_authors(report, style),
        *_numbers("Languages", report.languages, style),
        *_constructs("Dialect", report.dialect, style),
        *_constructs("HTML", report.html, style),
        *_constructs("Code", report.code, style),
        *_constructs("Liquid: tags", report.liquid_tags, style),
        *_constructs("Liquid: filters", report.liquid_filters, style),
        *_plugins(report, style),
        *_theme(report, style),
        *_links_and_images(report, style),
        *_findings(report, style),
    ]
    return "".join(f"{line}\n" for line in lines)


def _head(report: Report, style: Style) -> Iterator[str]:
    kinds = {"jekyll": "a Jekyll repository", "sphinx": "a Sphinx project"}
    yield style.paint(fit(report.source.title, WIDTH), BOLD)
    yield fit(", ".join(filter(None, [kinds[report.source.kind], report.source.url])), WIDTH)


def _verdict(report: Report, style: Style) -> Iterator[str]:
    yield from _title("What will be different", style)
    for sentence in report.verdict:
        yield from _item(clean(sentence))


def _articles(report: Report, style: Style) -> Iterator[str]:
    articles = report.articles
    yield from _title(f"Articles: {articles.total:,}", style)
    states = ("published", "unlisted", "hidden", "drafts", "future", "expired", "unpublished")
    found = [(name, getattr(articles, name)) for name in (*states, "undated", "pages")]
    yield from _wrapped(", ".join(f"{name} {count:,}" for name, count in found if count))
    if articles.total:
        yield from _wrapped(f"{articles.words:,} words")
    if len(articles.collections) > 1:
        yield ""
        yield from _chart([(one.name, one.count) for one in articles.collections], style)
    if articles.years:
        yield ""
        yield from _chart([(one.label, one.count) for one in bars(articles.years)], style)


def _chart(rows: list[tuple[str, int]], style: Style) -> Iterator[str]:
    most = max(count for _, count in rows)
    width = min(max(columns(clean(name)) for name, _ in rows), 20)
    for name, count in rows:
        yield f"  {pad(fit(name, width), width)} {count:>7,} {style.bar(count / most)}"


def _front_matter(report: Report, style: Style) -> Iterator[str]:
    if not report.front_matter:
        return
    yield from _title("Front matter", style)
    for key in report.front_matter[:MOST]:
        types = ", ".join(f"{one.name} {one.count:,}" for one in key.types)
        unused = "" if key.used else " (kept for templates)"
        unused = f" ({key.meant}?)" if key.meant else unused
        yield f"  {pad(fit(key.name, 22), 22)} {key.count:>7,} {fit(types + unused, 46)}"
    rest = report.front_matter[MOST:]
    if rest:
        yield from _wrapped("also " + ", ".join(f"{key.name} {key.count:,}" for key in rest[:40]))


def _authors(report: Report, style: Style) -> Iterator[str]:
    authors = report.authors
    if not authors.names:
        return
    yield from _title("Authors", style)
    yield from _wrapped(
        f"{number(authors.strings, 'byline')}, split into {number(authors.names, 'author')};"
        f" {number(authors.unsigned, 'article')} without one"
    )
    yield from _list(authors.frequent, style)
    for names in authors.similar[:MOST]:
        yield from _wrapped(f"alike, and not taken for one: {', '.join(names)}")


def _numbers(title: str, numbers: tuple[Count, ...], style: Style) -> Iterator[str]:
    if numbers:
        yield from _title(title, style)
        yield from _wrapped(", ".join(f"{one.name} {one.count:,}" for one in numbers[:40]))


def _constructs(title: str, found: tuple[Construct, ...], style: Style) -> Iterator[str]:
    if not found:
        return
    yield from _title(title, style)
    unsupported = [one for one in found if not one.supported]
    for one in [*unsupported, *(one for one in found if one.supported)][: MOST + len(unsupported)]:
        mark = " " if one.supported else style.paint("!", RED)
        place = fit_end(f"{one.path}:{one.line}", 34)
        yield f"{mark} {pad(fit(one.name, 34), 34)} {one.count:>6,} {place}"
    if len(found) > MOST + len(unsupported):
        yield f"  … and {len(found) - MOST - len(unsupported)} more"


def _plugins(report: Report, style: Style) -> Iterator[str]:
    if not report.plugins:
        return
    yield from _title("Plug-ins", style)
    words = {"same": "not needed", "theme": "not used", "none": "no counterpart"}
    for one in report.plugins:
        mark = style.paint("!", RED) if one.counterpart == "none" else " "
        first, *more = textwrap.wrap(f"{words[one.counterpart]}: {one.text}", 46) or [""]
        yield f"{mark} {pad(fit(one.name, 30), 30)} {first}"
        yield from (f"{'':33}{line}" for line in more)


def _theme(report: Report, style: Style) -> Iterator[str]:
    theme = report.theme
    if not (theme.name or theme.layouts or theme.includes or theme.layouts_of_articles):
        return
    yield from _title("Theme, which is not used", style)
    parts = [theme.name, f"layouts {len(theme.layouts)}", f"includes {len(theme.includes)}"]
    yield from _wrapped(", ".join(filter(None, parts)))
    used = ", ".join(f"{one.name} {one.count:,}" for one in theme.layouts_of_articles[:MOST])
    if used:
        yield from _wrapped(f"layouts of articles: {used}")


def _links_and_images(report: Report, style: Style) -> Iterator[str]:
    links, images = report.links, report.images
    yield from _title("Links and images", style)
    yield from _wrapped(
        f"{number(links.total, 'link')}, {links.internal:,} of them on the site;"
        f" {number(images.total, 'image')}, {images.remote:,} of them remote,"
        f" {images.without_alt:,} without alternative text;"
        f" {number(images.lead, 'lead image')}"
    )
    yield from _list(images.hosts, style)


def _findings(report: Report, style: Style) -> Iterator[str]:
    by_kind: defaultdict[str, list[Row]] = defaultdict(list)
    for row in report.findings:
        by_kind[row.kind].append(row)
    for kind in report.kinds:
        colour = RED if kind.fault else YELLOW
        yield ""
        title = f"{kind.kind}: {kind.count:,}"
        yield f"{style.paint(title, f'{BOLD};{colour}')}  {fit(kind.meaning, WIDTH - len(title) - 2)}"
        rows = by_kind[kind.kind][: MOST if kind.fault else FEW]
        for row in rows:
            place = f"{row.path}:{row.line}" if row.line else row.path
            yield f"  {style.paint(fit_end(place, WIDTH - 2), DIM)}"
            yield from _wrapped(row.text, indent="    ")
        if kind.count > len(rows):
            yield f"  … and {kind.count - len(rows):,} more (--json, --html)"


def _title(text: str, style: Style) -> Iterator[str]:
    yield ""
    yield style.paint(text, BOLD)


def _list(counts: Iterable[Count], style: Style) -> Iterator[str]:
    for one in list(counts)[:MOST]:
        yield f"  {pad(fit(one.name, 60), 60)} {one.count:>7,}"


def _item(text: str) -> Iterator[str]:
    yield from _wrapped(text, indent="    ", first="  - ")


def _wrapped(text: str, indent: str = "  ", first: str = "") -> Iterator[str]:
    """Break a line between its words, and words that are wider than it."""
    line = first or indent
    room = WIDTH
    for word in clean(text).split(" "):
        if columns(line) + columns(word) + 1 > room and line.strip(" -"):
            yield line.rstrip()
            line = indent
        while columns(line) + columns(word) > room:
            part = cut(word, room - columns(line))
            yield line + part
            line, word = indent, word[len(part) :]
        line += f"{word} "
    if line.strip():
        yield line.rstrip()


def number(count: int, noun: str) -> str:
    """Return a number with what it counts."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


# the width of what is shown


def clean(text: str) -> str:
    """Return a text on one line, with nothing that would steer a terminal."""
    return "".join(one if not _steers(one) else _escaped(one) for one in text)


def _steers(character: str) -> bool:
    return category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _escaped(character: str) -> str:
    return " " if character in "\t\n" else f"\\u{ord(character):04x}"


def columns(text: str) -> int:
    """Return how many columns a text takes; an ideograph takes two."""
    return sum(map(_width, text))


def _width(character: str) -> int:
    if character < "\u0300":
        return 1
    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """Return the beginning of a text that has *room*, one character at least."""
    taken, end = 0, 0
    for end, character in enumerate(text):
        taken += _width(character)
        if taken > room:
            return text[: max(end, 1)]
    return text[: end + 1]


def fit(text: str, room: int) -> str:
    """Return a text in *room* columns, its end left out if need be."""
    shown = clean(text)
    return shown if columns(shown) <= room else f"{cut(shown, room - 1)}…"


def fit_end(text: str, room: int) -> str:
    """Return a text in *room* columns, its beginning left out if need be."""
    shown = clean(text)
    return shown if columns(shown) <= room else f"…{cut(shown[::-1], room - 1)[::-1]}"


def pad(text: str, room: int) -> str:
    """Return a text with blanks up to *room* columns."""
    return text + " " * (room - columns(text))
