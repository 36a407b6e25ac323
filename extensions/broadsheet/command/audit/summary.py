"""A report made of what was gathered: numbers, groups, and the findings in their order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from broadsheet import __version__
from broadsheet.command.audit import support
from broadsheet.command.audit.findings import Finding, Kind
from broadsheet.command.audit.look import Look, Text, as_findings, read_text
from broadsheet.command.audit.matter import authors_of, keys_of, misspelt, similar_authors
from broadsheet.command.audit.places import places_of
from broadsheet.command.audit.report import (
    SCHEMA,
    Articles,
    Authors,
    Construct,
    Count,
    ImageCounts,
    KindCount,
    LinkCounts,
    MatterKey,
    PluginUse,
    Report,
    Row,
    Slug,
    Source,
    Year,
    by_count,
)
from broadsheet.command.audit.theme import plugins_of, theme_of
from broadsheet.command.audit.verdict import verdict
from broadsheet.model import instant_of
from broadsheet.rules.catalogue import Catalogue, compile_catalogue, is_public, undated
from broadsheet.rules.ownership import Taken
from broadsheet.sources.folders import is_file

if TYPE_CHECKING:
    from broadsheet.command.audit.archive import Archive
    from broadsheet.model import Article


def summarise(archive: Archive, gathered: Iterable[Look | Finding], now: datetime) -> Report:
    """Make the report of an archive as it is *now*."""
    everything = _gathered(archive, gathered)
    states = {look.article.path: _state(archive, look, now) for look in everything.looks}
    parts = _Parts(
        keys=keys_of(everything.looks),
        authors=authors_of(everything.looks),
        slugs=_slugs(everything.looks),
        code=_constructs(everything, "code"),
        plugins=plugins_of(archive),
    )
    everything.findings = [
        one
        for one in [*everything.findings, *_as_a_whole(archive, everything, states, parts)]
        # a draft is not dated before it is published
        if not (one.kind is Kind.DATE and states.get(one.path) == "drafts")
    ]
    report = _report(archive, everything, states, parts)
    return replace(report, verdict=verdict(report))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Parts of the report of which there are findings, too."""

    keys: tuple[MatterKey, ...]
    authors: Authors
    slugs: tuple[Slug, ...]
    code: tuple[Construct, ...]
    plugins: tuple[PluginUse, ...]


def _as_a_whole(
    archive: Archive, everything: _Everything, states: Mapping[str, str], parts: _Parts
) -> Iterator[Finding]:
    """Find what no file tells by itself."""
    public = [
        look.article
        for look in everything.looks
        if states[look.article.path] in {"published", "unlisted"}
    ]
    catalogue, clashes = compile_catalogue(
        public,
        site=archive.site,
        collections=archive.collections,
        registry=archive.rules.authors,
        taken=_taken(archive),
    )
    misdated = {one.path for one in everything.findings if one.kind is Kind.DATE}
    yield from as_findings(clashes)
    yield from as_findings(undated(public, misdated))
    yield from _leading_nowhere(archive, catalogue, everything, parts.plugins)
    yield from _lost_plugins(parts.plugins)
    yield from misspelt(parts.keys)
    yield from similar_authors(parts.authors, everything.looks)
    yield from _shared_slugs(parts.slugs)
    yield from _unknown_dialect(archive, everything)
    yield from _plain_code(parts.code)


def _report(
    archive: Archive, everything: _Everything, states: Mapping[str, str], parts: _Parts
) -> Report:
    looks = everything.looks
    return Report(
        schema=SCHEMA,
        generator=f"broadsheet {__version__}",
        verdict=(),
        source=Source(
            kind=archive.kind,
            title=archive.site.title,
            url=archive.site.url,
            language=archive.site.language,
        ),
        articles=_articles(archive, looks, states),
        front_matter=parts.keys,
        authors=parts.authors,
        languages=_counts(look.article.language or archive.site.language for look in looks),
        dialect=_constructs(everything, "dialect", archive.kind),
        html=_constructs(everything, "html"),
        code=parts.code,
        liquid_tags=_constructs(everything, "tag"),
        liquid_filters=_constructs(everything, "filter"),
        plugins=parts.plugins,
        theme=theme_of(archive, _counts(look.layout for look in looks if look.layout)),
        links=_links(everything),
        images=_images(everything),
        slugs=parts.slugs,
        kinds=_kinds(everything),
        findings=tuple(
            Row(path=one.path, line=one.line, kind=str(one.kind), text=one.text)
            for one in sorted(set(everything.findings))
        ),
    )


@dataclass(slots=True)
class _Everything:
    """What was gathered, and what is found of it as a whole."""

    looks: list[Look] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)  #: of the articles, then of the pages
    findings: list[Finding] = field(default_factory=list)


def _gathered(archive: Archive, gathered: Iterable[Look | Finding]) -> _Everything:
    everything = _Everything(findings=list(archive.findings))
    for one in gathered:
        if isinstance(one, Look):
            everything.looks.append(one)
            everything.findings += one.text.findings
        else:
            everything.findings.append(one)
    everything.looks.sort(key=lambda look: look.article.path)
    everything.texts = [look.text for look in everything.looks]
    is_jekyll = archive.kind == "jekyll"
    for page in archive.pages:
        text = read_text(page.path, page.body, page.body_line, jekyll=is_jekyll, own=archive.own)
        everything.texts.append(text)
        everything.findings += text.findings
    return everything


def _state(archive: Archive, look: Look, now: datetime) -> str:
    """Say why an article is not published, or that it is."""
    article = look.article
    if not article.published:
        return "unpublished"
    if article.draft and not archive.drafts:
        return "drafts"
    if article.expires is not None and article.expires <= now:
        return "expired"
    if not is_public(article, now=instant_of(now), drafts=True, future=archive.future):
        return "future"
    if archive.kind == "jekyll" and not look.found.listed and not look.found.draft:
        return "hidden"
    return "published" if article.listed else "unlisted"


def _taken(archive: Archive) -> Taken:
    """Return what no article can overwrite; the front page is left to a build."""
    pages = {page.addresses[0]: page.path for page in archive.pages}
    made = {
        "_static": "style sheets and scripts",
        "articles.json": "the catalogue",
        "references.json": "the references",
    }
    return Taken(files={**made, **pages, **archive.static})


def _leading_nowhere(
    archive: Archive, catalogue: Catalogue, everything: _Everything, plugins: Sequence[PluginUse]
) -> Iterator[Finding]:
    places = places_of(archive, catalogue, everything.looks, [one.name for one in plugins])
    settled = catalogue.by_path
    for look in everything.looks:
        yield from places.check(look.text, settled.get(look.article.path, look.article))
        image = look.article.image
        if image is not None and not image.remote and not is_file(archive.root / image.src):
            text = f"lead image {image.src[:100]!r} is no file of the site"
            yield Finding(look.article.path, look.image_line, Kind.IMAGE_FILE, text)
    for page in everything.texts[len(everything.looks) :]:
        yield from places.check(page)


def _lost_plugins(plugins: Iterable[PluginUse]) -> Iterator[Finding]:
    for one in plugins:
        if one.counterpart == support.Counterpart.NONE:
            text = f"plug-in {one.name} has no counterpart: {one.text}"
            yield Finding(one.path, one.line, Kind.PLUGIN, text)


# articles


def _articles(archive: Archive, looks: Sequence[Look], states: Mapping[str, str]) -> Articles:
    numbers = Counter(states.values())
    dated = [look.article for look in looks if look.article.dated]
    by_year: defaultdict[int, list[Article]] = defaultdict(list)
    for article in dated:
        by_year[article.date.year].append(article)
    return Articles(
        total=len(looks),
        published=numbers["published"],
        unlisted=numbers["unlisted"],
        hidden=numbers["hidden"],
        drafts=numbers["drafts"],
        future=numbers["future"],
        expired=numbers["expired"],
        unpublished=numbers["unpublished"],
        undated=len(looks) - len(dated),
        words=sum(look.article.words for look in looks),
        years=tuple(
            Year(
                year=year,
                count=len(by_year[year]),
                collections=_counts(article.collection for article in by_year[year]),
            )
            for year in sorted(by_year)
        ),
        collections=_counts(look.article.collection for look in looks),
        pages=len(archive.pages),
    )


def _slugs(looks: Iterable[Look]) -> tuple[Slug, ...]:
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for look in looks:
        by_name[look.article.slug].append(look.article.path)
    return tuple(
        Slug(name=name, paths=tuple(sorted(by_name[name])))
        for name in sorted(by_name)
        if len(by_name[name]) > 1
    )


def _shared_slugs(slugs: Iterable[Slug]) -> Iterator[Finding]:
    for one in slugs:
        others = len(one.paths) - 1
        more = f" and {others - 1} more" if others > 1 else ""
        text = f"has the name {one.name[:80]!r} without its date, as has {one.paths[0]}{more}"
        yield from (Finding(path, 0, Kind.SLUG, text) for path in one.paths[1:])


# texts


def _constructs(everything: _Everything, group: str, kind: str = "jekyll") -> tuple[Construct, ...]:
    counts: Counter[str] = Counter()
    files: Counter[str] = Counter()
    first: dict[str, tuple[str, int]] = {}
    for text in everything.texts:
        for use in text.uses:
            if use.group == group:
                counts[use.name] += use.number
                files[use.name] += 1
                first.setdefault(use.name, (text.path, use.line))
    known = _known(group, counts, kind)
    return tuple(
        Construct(
            name=name[:80],
            count=counts[name],
            files=files[name],
            supported=name in known,
            path=first[name][0],
            line=first[name][1],
        )
        for name in sorted(counts, key=lambda name: (-counts[name], name))
    )


def _known(group: str, names: Iterable[str], kind: str) -> frozenset[str]:
    """Return those *names* of a group that are supported."""
    if group == "tag":
        return support.LIQUID_TAGS
    if group == "filter":
        return support.LIQUID_FILTERS
    if group == "code":
        return frozenset(name for name in names if name == "none" or _is_language(name))
    return frozenset(names) - support.UNSUPPORTED[kind].keys()


def _is_language(name: str) -> bool:
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        find_lexer_class_by_name(name)
    except ClassNotFound:
        return False
    return True


def _unknown_dialect(archive: Archive, everything: _Everything) -> Iterator[Finding]:
    unknown = support.UNSUPPORTED[archive.kind]
    for text in everything.texts:
        for use in text.uses:
            if use.group == "dialect" and use.name in unknown:
                often = f", {use.number} times" if use.number > 1 else ""
                message = f"{use.name}{often}: {unknown[use.name]}"
                yield Finding(text.path, use.line, Kind.DIALECT, message)


def _plain_code(code: Iterable[Construct]) -> Iterator[Finding]:
    for one in code:
        if not one.supported:
            text = f"code in {one.name!r}, which no highlighter knows, is shown plain"
            yield Finding(one.path, one.line, Kind.CODE, text)


def _links(everything: _Everything) -> LinkCounts:
    return LinkCounts(
        total=sum(text.links for text in everything.texts),
        internal=sum(not one.is_image for text in everything.texts for one in text.targets),
    )


def _images(everything: _Everything) -> ImageCounts:
    hosts: Counter[str] = Counter()
    for text in everything.texts:
        hosts.update(dict(text.hosts))
    remote = hosts.total()
    lead = [look.article.image for look in everything.looks if look.article.image]
    hosts.update(image.src.partition("//")[2].partition("/")[0] for image in lead if image.remote)
    return ImageCounts(
        total=sum(text.images for text in everything.texts),
        remote=remote,
        without_alt=sum(text.without_alt for text in everything.texts),
        lead=len(lead),
        hosts=by_count(hosts),
    )


# all of it


def _kinds(everything: _Everything) -> tuple[KindCount, ...]:
    counts = Counter(one.kind for one in set(everything.findings))
    files = Counter(kind for kind, _ in {(one.kind, one.path) for one in everything.findings})
    for text in everything.texts:
        counts.update(dict(text.more))
    found: list[Kind] = [kind for kind in Kind if counts[kind]]
    return tuple(
        KindCount(
            kind=str(kind),
            count=counts[kind],
            files=files[kind],
            fault=kind.is_fault,
            meaning=kind.meaning,
        )
        for kind in sorted(found, key=lambda kind: not kind.is_fault)
    )


def _counts(names: Iterable[str]) -> tuple[Count, ...]:
    return by_count(Counter(names))
