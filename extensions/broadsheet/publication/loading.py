"""The catalogue, made before anything is read."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sphinx.util import logging

from broadsheet.model import Subtype, instant_of
from broadsheet.publication import flow, liquid
from broadsheet.publication.build_key import programs_key
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.collector import collector_off
from broadsheet.publication.config import Options
from broadsheet.publication.domain import domain_of
from broadsheet.publication.images import StableImages
from broadsheet.publication.layout import folder_layout, jekyll_layout
from broadsheet.publication.pictures import check_pictures, check_portraits
from broadsheet.publication.problems import report
from broadsheet.publication.project import PublicationProject
from broadsheet.publication.related import RelatedArticles
from broadsheet.publication.taken import settle_layout, taken
from broadsheet.rules import scan
from broadsheet.rules.catalogue import compile_catalogue, is_public, period, undated
from broadsheet.rules.citations import Citations
from broadsheet.rules.digest import digest
from broadsheet.rules.references import References
from broadsheet.rules.templates import LeftOut

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx

    from broadsheet.model import Article
    from broadsheet.publication.layout import Layout


logger = logging.getLogger(__name__)

#: The scan's folder between builds.
NAME = "broadsheet-scan"


@collector_off()
def load_catalogue(app: Sphinx) -> None:
    """Scan the sources, and give domain and project the catalogue."""
    options = Options.from_config(app.config)
    root = Path(app.srcdir)
    domain = domain_of(app.env)
    domain.programs = programs_key(app)
    scan_key = digest(domain.programs, scan.FORMAT)
    before = scan.load(Path(app.doctreedir, NAME), root, scan_key)
    domain.options = options
    domain.layout = layout = (
        jekyll_layout(app, options, before) if options.jekyll else folder_layout(app, options)
    )
    domain.programs = digest(domain.programs, layout.kramdown)  # as which texts are read
    scanned, public = _scan(app, options, layout, before, scan_key)
    public, pictures, missing = check_pictures(public, root)
    left_out = [*layout.problems, *scanned.problems]
    files = {article.path for article in scanned.articles}
    project = _install_project(app, files | {problem.path for problem in left_out})
    domain.layout, moved = settle_layout(app, layout)
    catalogue, clashes = compile_catalogue(
        public,
        site=layout.site,
        collections=layout.collections,
        registry=layout.rules.authors,
        taken=taken(app, domain.layout),
        series_from_names=options.series_from_names,
    )
    authors, portraits, faceless = check_portraits(catalogue.authors, layout.registry, root)
    catalogue = replace(catalogue, authors=authors)
    if options.jekyll:
        unread = liquid.liquid_of(app, catalogue)
        domain.liquid = liquid.with_excerpts(unread, Path(app.doctreedir), domain.programs)
        catalogue = domain.liquid.known.catalogue
    domain.catalogue, withheld = catalogue, _withheld(scanned, public)
    domain.references, domain.anchors = References(catalogue=catalogue, withheld=withheld), {}
    domain.citations = Citations(references=domain.references)
    domain.related = RelatedArticles(
        references=domain.references,
        limit=options.related,
        folder=Path(app.doctreedir),
        programs=domain.programs,
    )
    domain.pictures = pictures | portraits
    domain.flow = flow.choose(app)
    published = {article.docname: article.path for article in catalogue.articles}
    project.publish(published, read=domain.flow != flow.ONE_PASS)
    _announce(app, len(catalogue.articles), len(scanned.entries))
    paths = {article.path for article in public}
    problems = [problem for problem in scanned.all_problems() if problem.path in paths]
    misdated = {problem.path for problem in problems if problem.subtype is Subtype.DATE}
    problems = sorted([*problems, *undated(public, misdated)])
    unrelated = domain.related.problems(root)
    report(
        [
            *left_out,
            *project.problems,
            *problems,
            *missing,
            *faceless,
            *moved,
            *clashes,
            *unrelated,
        ],
        root,
    )


def _scan(
    app: Sphinx, options: Options, layout: Layout, before: scan.Former, key: str
) -> tuple[scan.Scan, list[Article]]:
    """Read what changed of the sources; return all articles, and those that are published."""
    scanned = scan.scan(
        Path(app.srcdir),
        layout.found,
        layout.rules,
        before=before,
        now=time.time_ns(),
        processes=app.parallel,
    )
    domain_of(app.env).moment = moment = options.moment(os.environ)
    now = instant_of(moment)
    domain_of(app.env).period = period(scanned.articles, now)
    public = [
        article
        for article in scanned.articles
        if is_public(article, now=now, drafts=options.drafts, future=options.future)
    ]
    # the file may lie in a folder that is published: of a draft it has no trace
    kept = {article.path: scanned.entries[article.path] for article in public}
    scan.save(Path(app.doctreedir, NAME), key, kept, before)
    return scanned, public


def _withheld(scanned: scan.Scan, public: list[Article]) -> tuple[Article, ...]:
    """Return the articles that are not published."""
    if len(public) == len(scanned.articles):
        return ()
    published = {article.path for article in public}
    return tuple(article for article in scanned.articles if article.path not in published)


def _announce(app: Sphinx, published: int, found: int) -> None:
    domain = domain_of(app.env)
    logger.info("cataloguing articles... %d published of %d found", published, found)
    for reason in LeftOut:
        paths = sorted(path for path, why in domain.layout.left_out.items() if why == reason)
        if paths:
            logger.info("left out, %s: %s", reason, ", ".join(paths))
    if domain.flow == flow.PAGES and app.config.broadsheet_one_pass:
        reasons = ", ".join(flow.gatherers(app))
        logger.info("articles are read by Sphinx, for what is gathered from them: %s", reasons)


def _install_project(app: Sphinx, passed_over: Set[str]) -> PublicationProject:
    """Find the hand-written documents, which stand in no file that is *passed_over*."""
    domain = domain_of(app.env)
    project = PublicationProject(
        app.srcdir,
        domain.layout.rules.suffixes,
        passed_over=passed_over,
        pages=domain.layout.files,
        search=not domain.options.jekyll,  # whose walk has found all pages
    )
    app.project = app.env.project = project
    app.env.find_files(app.config, app.builder)
    app.env.images = cast("Any", StableImages.of(app.env.images))
    return project


def save_kept(app: Sphinx, exception: Exception | None) -> None:
    """Keep rendered excerpts and lists of related articles for the next build."""
    if exception is None and isinstance(app.builder, PublicationBuilder):
        app.builder.excerpts.save()
        app.builder.domain.related.save()
