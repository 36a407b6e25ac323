"""The report as one web page that loads nothing: light, dark, and on a telephone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from broadsheet.command.audit.report import Bar, Count, bars
from broadsheet.command.audit.terminal import clean, number

if TYPE_CHECKING:
    from broadsheet.command.audit.report import Construct, Report, Row

STYLE = Path(__file__).with_name("page.css")

#: Collections that have a colour of their own; the others share the last.
COLOURS = 6

#: Findings of a kind that are shown without being asked for.
SHORT = 5

#: Rows of a table; the JSON form has all.
MOST = 100

_PLUGIN_WORDS = {"same": "not needed", "theme": "not used", "none": "no counterpart"}


def as_page(report: Report) -> str:
    """Return the report as an HTML document."""
    title = f"{clean(report.source.title)}: audit"
    head = _(
        "head",
        _("meta", charset="utf-8"),
        _("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _("meta", name="robots", content="noindex"),
        _("title", title),
        _("style", STYLE.read_text(encoding="utf-8")),
    )
    body = _(
        "body",
        _("header", _("h1", report.source.title), _("p", _kind(report), class_="kind")),
        _("main", *_main(report)),
        _(
            "footer",
            _("p", f"Made by {report.generator}. Nothing was built, and no link followed."),
        ),
    )
    page = _("html", head, body, lang="en")
    return f"<!DOCTYPE html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _main(report: Report) -> Iterator[Element]:
    yield _verdict(report)
    yield from _articles(report)
    yield from _findings(report)
    yield from _front_matter(report)
    yield from _authors(report)
    yield from _texts(report)
    yield from _theme(report)
    yield from _images(report)


def _kind(report: Report) -> str:
    kinds = {"jekyll": "A Jekyll repository", "sphinx": "A Sphinx project"}
    return " · ".join(filter(None, [kinds[report.source.kind], report.source.url]))


def _verdict(report: Report) -> Element:
    return _(
        "section",
        _("h2", "What will be different"),
        _("ol", *(_("li", sentence) for sentence in report.verdict)),
        class_="verdict",
    )


def _articles(report: Report) -> Iterator[Element]:
    articles = report.articles
    states = ("total", "published", "unlisted", "hidden", "drafts", "future", "expired",
              "unpublished", "undated", "pages", "words")  # fmt: skip
    numbers = [(name, getattr(articles, name)) for name in states]
    yield _("h2", "Articles")
    yield _(
        "dl",
        *(_("div", _("dt", name), _("dd", f"{count:,}")) for name, count in numbers if count),
        class_="tiles",
    )
    names = [one.name for one in articles.collections]
    if articles.years:
        yield _("h3", "By year")
        yield _legend(articles.collections)
        yield _chart(bars(articles.years, 30), names)
    if report.languages:
        yield _("h3", "By language")
        counts = [Bar(label=one.name, count=one.count, parts=()) for one in report.languages]
        yield _chart(counts[:MOST], names)


def _legend(collections: Sequence[Count]) -> Element:
    items = [
        _("li", _swatch(index), f"{one.name} ", _("span", f"{one.count:,}", class_="muted"))
        for index, one in enumerate(collections[:MOST])
    ]
    return _("ul", *items, class_="legend")


def _swatch(index: int) -> Element:
    square = _("rect", width="10", height="10", class_=_colour(index))
    return _("svg", square, viewBox="0 0 10 10", aria_hidden="true")


def _chart(rows: Sequence[Bar], collections: Sequence[str]) -> Element:
    most = max((row.count for row in rows), default=1)
    body = [
        _(
            "tr",
            _(
                "th",
                row.label.replace("-", "–") if row.label[:1].isdigit() else row.label,
                scope="row",
            ),
            _("td", f"{row.count:,}", class_="number"),
            _("td", _bar(row, most, collections)),
        )
        for row in rows
    ]
    return _("table", _("tbody", *body), class_="chart")


def _bar(row: Bar, most: int, collections: Sequence[str]) -> Element:
    """Draw a bar, in as many parts as there are collections."""
    bar = _("svg", viewBox="0 0 100 10", preserveAspectRatio="none", role="img")
    parts = {one.name: one.count for one in row.parts} or {"": row.count}
    said = ", ".join(f"{name} {count:,}" for name, count in parts.items() if name)
    bar.set("aria-label", said or f"{row.count:,}")
    begin = 0.0
    for name in sorted(parts, key=lambda one: collections.index(one) if one in collections else 0):
        width = 100 * parts[name] / most
        index = collections.index(name) if name in collections else 0
        bar.append(
            _(
                "rect",
                _("title", f"{name} {parts[name]:,}".strip()),
                x=f"{begin:.3f}",
                width=f"{max(width, 0.3):.3f}",
                height="10",
                class_=_colour(index),
            )
        )
        begin += width
    return bar


def _colour(index: int) -> str:
    return f"c{min(index, COLOURS - 1)}"


def _findings(report: Report) -> Iterator[Element]:
    by_kind: defaultdict[str, list[Row]] = defaultdict(list)
    for row in report.findings:
        by_kind[row.kind].append(row)
    yield _("h2", "Findings")
    if not report.kinds:
        yield _("p", "None.")
    for kind in report.kinds:
        rows = [
            _("tr", _("td", _place(row.path, row.line)), _("td", row.text))
            for row in by_kind[kind.kind]
        ]
        more = kind.count - len(rows)
        yield _(
            "details",
            _("summary", _("b", f"{kind.kind.replace('_', ' ')}: {kind.count:,}"), kind.meaning),
            _("table", _("tbody", *rows), class_="findings"),
            *([_("p", f"and {more:,} more", class_="muted")] if more > 0 else []),
            class_="fault" if kind.fault else "note",
            **({"open": "open"} if kind.fault and kind.count <= SHORT else {}),
        )


def _front_matter(report: Report) -> Iterator[Element]:
    if report.front_matter:
        yield _("h2", "Front matter")
        rows = [
            (
                key.name,
                f"{key.count:,}",
                ", ".join(f"{one.name} {one.count:,}" for one in key.types),
                f"{key.meant}?" if key.meant else "" if key.used else "kept for templates",
            )
            for key in report.front_matter[:MOST]
        ]
        yield _table(("key", "articles", "values", ""), rows)


def _authors(report: Report) -> Iterator[Element]:
    authors = report.authors
    if not authors.names:
        return
    yield _("h2", "Authors")
    yield _(
        "p",
        f"{number(authors.strings, 'different byline')}, split into"
        f" {number(authors.names, 'author')}; {number(authors.unsigned, 'article')} without one.",
    )
    items = (
        _("li", f"{one.name} ", _("span", f"{one.count:,}", class_="muted"))
        for one in authors.frequent
    )
    yield _("ul", *items, class_="names")
    for title, groups in (
        ("Alike, and not taken for one", authors.similar),
        ("Spellings that are taken for one", authors.merged),
    ):
        if groups:
            yield _("h3", title)
            yield _("ul", *(_("li", " · ".join(names)) for names in groups[:MOST]))


def _texts(report: Report) -> Iterator[Element]:
    lists = (
        ("Dialect", report.dialect),
        ("Liquid: tags", report.liquid_tags),
        ("Liquid: filters", report.liquid_filters),
        ("Code", report.code),
        ("HTML", report.html),
    )
    if any(found for _title, found in lists):
        yield _("h2", "Constructs")
    for title, found in lists:
        if found:
            yield _("h3", title)
            yield _constructs(found)


def _constructs(found: Sequence[Construct]) -> Element:
    rows = []
    for one in found[:MOST]:
        name = _("th", one.name, scope="row")
        if not one.supported:
            name.append(_("span", " not supported", class_="no"))
        rows.append(
            _(
                "tr",
                name,
                _("td", f"{one.count:,}", class_="number"),
                _("td", f"{one.files:,}", class_="number"),
                _("td", _place(one.path, one.line)),
            )
        )
    return _("table", _header(("construct", "times", "files", "first")), _("tbody", *rows))


def _theme(report: Report) -> Iterator[Element]:
    theme = report.theme
    if report.source.kind != "jekyll":
        return
    yield _("h2", "Theme and plug-ins")
    files = (("theme", [theme.name] if theme.name else []), ("layouts", theme.layouts),
             ("includes", theme.includes), ("pages of the theme", theme.pages))  # fmt: skip
    rows = [(name, f"{len(found):,}", ", ".join(found)) for name, found in files if found]
    if rows:
        yield _("p", "Not used, because pages have the layout of Broadsheet and the look of Furo:")
        yield _table(("", "files", ""), rows)
    if report.plugins:
        yield _("h3", "Plug-ins")
        yield _table(
            ("plug-in", "", ""),
            ((one.name, _PLUGIN_WORDS[one.counterpart], one.text) for one in report.plugins),
        )


def _images(report: Report) -> Iterator[Element]:
    links, images = report.links, report.images
    yield _("h2", "Links and images")
    numbers = (("links", links.total), ("on the site", links.internal), ("images", images.total),
               ("remote", images.remote), ("without alternative text", images.without_alt),
               ("lead images", images.lead))  # fmt: skip
    tiles = (_("div", _("dt", name), _("dd", f"{count:,}")) for name, count in numbers)
    yield _("dl", *tiles, class_="tiles")
    if images.hosts:
        yield _("h3", "Hosts of images")
        yield _table(
            ("host", "images"), ((one.name, f"{one.count:,}") for one in images.hosts[:MOST])
        )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Element:
    """Make a table; the first cell of a row names it, and numbers stand to the right."""
    body = [
        _(
            "tr",
            _("th", first, scope="row"),
            *(_("td", cell, **_aligned(cell)) for cell in rest),
        )
        for first, *rest in rows
    ]
    return _("table", _header(header), _("tbody", *body))


def _header(names: Sequence[str]) -> Element:
    cells = [
        _("th", name, scope="col", **({"class_": "number"} if name in _NUMBERS else {}))
        for name in names
    ]
    return _("thead", _("tr", *cells))


_NUMBERS = frozenset({"articles", "times", "files", "images"})


def _aligned(cell: str) -> dict[str, str]:
    return {"class_": "number"} if cell.replace(",", "").isdigit() else {}


def _place(path: str, line: int) -> Element:
    return _("span", f"{path}:{line}" if line else path, class_="place")


def _(tag: str, *children: Element | str, **attributes: str) -> Element:
    """Make an element; texts and elements follow one another as they are given."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = Element(tag, names)
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            element.append(child)
            last = child
        elif last is None:
            element.text = (element.text or "") + _shown(tag, child)
        else:
            last.tail = (last.tail or "") + _shown(tag, child)
    return element


def _shown(tag: str, text: str) -> str:
    return text if tag == "style" else clean(text)
