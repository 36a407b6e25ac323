"""A small Jekyll repository for templates, and what renders them in it without a build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from broadsheet.model import Collection, Site
from broadsheet.publication.liquid import Liquid
from broadsheet.rules.article import Rules
from broadsheet.rules.author_registry import AuthorRegistry
from broadsheet.rules.catalogue import compile_catalogue
from broadsheet.rules.liquid.files import Files
from broadsheet.rules.liquid.known import Known, KnownPage, Question
from broadsheet.rules.scan import Former, scan
from broadsheet.sources import front_matter, jekyll
from broadsheet.sources.dates import parse_timezone

CONFIG = """\
title: The Loom
url: https://example.org
baseurl: /loom
timezone: Asia/Tokyo
author: {name: Ann, links: [a, b]}
launched: 2020-02-03
collections:
  notes: {output: true}
numbers: [10, 9, 100]
"""

#: The front matter of the page that a template is in.
PAGE = """\
title: T page
list: [3, 1, 2]
when: 2024-05-06 07:08:09 +0200
"""

FILES: Mapping[str, str] = {
    "_config.yml": CONFIG,
    "_posts/2025-01-01-warp.md": "---\ntitle: Warp & weft\ntags: [red, blue]\n"
    "categories: cloth old\nrank: 10\n---\nText of *warp*.\n",
    "_posts/2025-02-02-second.md": "---\ntitle: Second\ntags: [red]\nrank: 9\n"
    "date: 2025-02-02 23:30:00 +0000\n---\nBody two.\n",
    "blog/_posts/2025-03-03-third.md": "---\ntitle: In blog\nfeatured: true\n---\nBody three.\n",
    "_notes/alpha.md": "---\ntitle: A note\norder: 2\n---\nNote.\n",
    "_notes/beta.md": "---\ntitle: B note\norder: 1\n---\nNote.\n",
    "_data/facts.yml": "a: 1\nb: [x, y]\nc: {d: 2025-01-02, e: 2025-01-02 03:04:05 +0000, "
    "f: 1.5, g: true, h: }\n",
    "_data/deep/people.json": '[{"name":"z","age":3},{"name":"y","age":20},{"name":"x"}]',
    "_data/table.csv": "k,v\none,1\ntwo,2\n",
    "_includes/p.html": "[{{ include.a }}|{{ include.b }}|{{ include.c }}]",
    "_includes/tree.html": "({{ include.of }}{% if include.of != 0 %}{% assign less = include.of"
    " | minus: 1 %}{% include tree.html of=less %}{% endif %})",
    "assets/sheet.txt": "A sheet.\n",
}

MOMENT = datetime(2025, 7, 1, 12, tzinfo=UTC)
PATH = "t.md"


class Case(NamedTuple):
    """A template, and what becomes of it."""

    title: str
    template: str
    expected: str


_CASE = re.compile(r"^([^\n]+)\n\.\n(.*?)\n?^\.\n(.*?)\n*^\.$", re.MULTILINE | re.DOTALL)


def cases(path: Path) -> list[Case]:
    """Read a file of cases: title, template and result, each ended by a line with a dot."""
    return [Case(*found.groups()) for found in _CASE.finditer(path.read_text("utf-8"))]


def publication(root: Path) -> Liquid:
    """Return what renders templates in the repository at *root*."""
    site, _ = jekyll.read_site(root)
    zone = parse_timezone(site.timezone) or UTC
    files = jekyll.walk(root, site)
    scanned = scan(
        root, files.articles, Rules(jekyll=True, timezone=zone), before=Former(root=root), now=1
    )
    catalogue, _ = compile_catalogue(
        scanned.articles,
        site=Site(title="The Loom"),
        collections=tuple(
            Collection(name=one.name, title=one.title, folder=one.folder)
            for one in site.collections
        ),
        registry=AuthorRegistry(),
    )
    known = Known(
        files=Files(root=root),
        catalogue=catalogue,
        config=site.raw,
        pages={"/t.html": KnownPage(PATH, front_matter.parse(f"---\n{PAGE}---\n", PATH).values)},
        static={path: address.lstrip("/") for path, address in files.static},
        zone=zone,
        moment=MOMENT,
        dialect=site.kramdown,
    )
    return Liquid(known=known)


class Result(NamedTuple):
    """A rendered template: its text, what was warned of, and what it asked."""

    text: str
    warnings: list[str]
    asked: frozenset[Question]


def rendered(liquid: Liquid, template: str) -> Result:
    """Render a template in the page ``t.md``, whose front matter is :data:`PAGE`."""
    result, asked = liquid.page("/t.html", template)
    warnings = [f"{one.path}:{one.line}: {one.message}" for one in result.problems]
    return Result(result.text, warnings, asked)
