"""The real archives, built whole: what they hold is published, and their faults are named."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

import pytest

from broadsheet.model import Site, instant_of
from broadsheet.rules.article import Rules
from broadsheet.rules.catalogue import compile_catalogue, is_public
from broadsheet.rules.scan import Former, scan
from broadsheet.sources import jekyll
from visible_text import visible

COMMAND = Path(sys.executable).with_name("broadsheet")
KRAMDOWN = Path(__file__).with_name("kramdown.rb")
#: Of so many articles Ruby renders one, in 10 ms; by hand it is all of them.
STEP = 1 if os.environ.get("BROADSHEET_EXAMPLES") else 5
NOW = "2027-01-01 00:00 +0000"  # after the newest article of any archive
WARNING = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?:WARNING|ERROR): .+ \[(?P<type>[\w.]+)\]")
COUNTS = re.compile(r"(\d+) articles?, (\d+) other pages?, (\d+) warnings?, \d+\.\d s")

#: Kinds of faults that the first archive has, and how many: dates that are none in two templates,
#: a page that takes in a file which is not in the archive, malformed images, links without a
#: scheme that is known.
FAULTS = {"date": 2, "liquid": 1, "image": 4, "link": 3, "kramdown": 1}
#: An image without an address, or with one that is none: a browser shows its text, and so do we.
BROKEN = re.compile(r'<img src="(?:\[[^"]*)?" alt="([^"]*)"[^>]*>')

KINDS = {
    "broadsheet.date": "date",
    "broadsheet.liquid": "liquid",
    "broadsheet.image": "image",
    "broadsheet.ref": "link",
    "broadsheet.kramdown": "kramdown",
    "myst.xref_missing": "link",
}


@dataclass(frozen=True, kw_only=True)
class Built:
    source: Path
    out: Path
    status: int
    said: str
    warnings: tuple[str, ...]

    @cached_property
    def articles(self) -> list[dict]:
        return json.loads((self.out / "articles.json").read_text("utf-8"))["articles"]

    @property
    def counts(self) -> tuple[int, ...]:
        found = COUNTS.fullmatch(self.said.splitlines()[-1])
        assert found, self.said
        return tuple(map(int, found.groups()))

    def article_pages(self) -> Iterator[tuple[str, str]]:
        for article in self.articles:
            yield article["address"], (self.out / unquote(article["address"])).read_text("utf-8")


def build(source: Path, out: Path) -> Built:
    done = subprocess.run(
        [COMMAND, "build", source, out, "--now", NOW],
        capture_output=True, text=True, encoding="utf-8", timeout=1800,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Built(
        source=source,
        out=out,
        status=done.returncode,
        said=done.stdout,
        warnings=tuple(done.stderr.splitlines()),
    )


def folder_of(corpus: Path, name: str) -> Path:
    folder = corpus / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not among the archives")
    return folder


def place(source: Path, warning: str) -> tuple[Path, int]:
    """Return file and line that a warning names; both are there."""
    found = WARNING.fullmatch(warning)
    assert found, warning
    path, line = Path(found["path"]), int(found["line"])
    assert path.is_relative_to(source)
    assert 1 <= line <= len(path.read_bytes().splitlines()) + 1, warning
    return path, line


# the archive of 2,584 articles


@pytest.fixture(scope="session")
def pen0(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(folder_of(corpus, "pen0"), tmp_path_factory.mktemp("pen0") / "out")


def live_addresses(source: Path) -> set[str]:
    """Return the addresses at which Jekyll publishes the archive: ``/:collection/:path.html``."""
    found = set()
    for collection in ("heros", "columns", "hkers"):
        home = source / "_collections" / f"_{collection}"
        for path in home.rglob("*"):
            inside = path.relative_to(home)
            hidden = any(part.startswith(("_", ".", "#", "~")) for part in inside.parts)
            if path.suffix in {".md", ".markdown"} and not hidden:
                found.add(f"{collection}/{inside.with_suffix('.html').as_posix()}")
    return found


def test_the_archive_is_built_without_a_failure(pen0):
    assert pen0.status == 0
    assert pen0.counts[0] == 2378
    assert pen0.counts[2] == len(pen0.warnings)


def test_exactly_the_published_articles_stand_at_their_live_addresses(pen0):
    live = live_addresses(pen0.source)
    assert len(live) == 2378
    listed = [unquote(article["address"]) for article in pen0.articles]
    assert len(listed) == 2378
    assert set(listed) == live
    made = {
        path.relative_to(pen0.out).as_posix()
        for collection in ("heros", "columns", "hkers")
        for path in (pen0.out / collection).rglob("*.html")
    }
    listings = re.compile(r"\w+/(?:index|page/\d+)\.html")
    assert {name for name in made if not listings.fullmatch(name)} == live


def test_every_warning_is_a_real_fault_with_its_file_and_line(pen0):
    kinds = Counter(KINDS.get(warning.rpartition("[")[2].rstrip("]")) for warning in pen0.warnings)
    assert kinds == FAULTS, pen0.warnings
    assert len(pen0.warnings) < 20
    places = [place(pen0.source, warning) for warning in pen0.warnings]
    assert len(set(places)) == len(places)  # each once


def test_a_page_is_small_outside_its_body(pen0):
    body = re.compile(r'<article role="main".*</article>', re.DOTALL)
    sizes = {address: len(body.sub("", page).encode()) for address, page in pen0.article_pages()}
    assert {address: size for address, size in sizes.items() if size >= 30_000} == {}


def test_every_page_has_one_headline_and_no_separator(pen0):
    wrong = {
        address
        for address, page in pen0.article_pages()
        if page.count("<h1") != 1 or "<excerpt" in page or "&lt;excerpt" in page.lower()
    }
    assert wrong == set()


@pytest.fixture(scope="session")
def reference(pen0: Built) -> dict[Path, str]:
    """The HTML of kramdown by the path of each article; skips where it is not installed."""
    paths = sorted(str(pen0.source / one["source"]) for one in pen0.articles)[::STEP]
    try:
        done = subprocess.run(
            ["ruby", KRAMDOWN], input="\n".join(paths), capture_output=True, text=True,
            encoding="utf-8", env={**os.environ, "LANG": "C.UTF-8"}, timeout=1800,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("ruby is not installed")
    if "cannot load such file -- kramdown" in done.stderr:
        pytest.skip("kramdown is not installed")
    assert done.returncode == 0, done.stderr
    return {Path(path): page for path, page in json.loads(done.stdout).items()}


@pytest.fixture(scope="session")
def pages(pen0: Built) -> dict[Path, str]:
    """The pages by the paths of their articles."""
    by_address = dict(pen0.article_pages())
    return {pen0.source / one["source"]: by_address[one["address"]] for one in pen0.articles}


def ids_in(page: str) -> set[str]:
    body = page[page.index('<article role="main"') : page.rindex("</article>")]
    return set(map(html.unescape, re.findall(r' id="([^"]*)"', body)))


def test_headings_have_the_ids_of_kramdown(pages, reference):
    headings = re.compile(r'<h[1-6][^>]* id="([^"]*)"')
    wanted = {path: headings.findall(page) for path, page in reference.items()}
    assert sum(map(len, wanted.values())) > 500
    missing = {
        path.name: lost
        for path, ids in wanted.items()
        if (lost := [one for one in ids if one and one not in ids_in(pages[path])])
    }
    assert missing == {}


def test_readers_see_the_text_that_kramdown_makes(pages, reference):
    differing = {
        path.name: difference
        for path, page in reference.items()
        if (
            difference := first_difference(
                visible(BROKEN.sub(r"\1", page)), visible(pages[path], inside="broadsheet-body")
            )
        )
    }
    assert differing == {}


def first_difference(wanted: str, got: str) -> tuple[str, str] | None:
    """Return where two texts part, with some of what stands before and after."""
    if wanted == got:
        return None
    pairs = enumerate(zip(wanted, got, strict=False))
    at = next((at for at, (one, other) in pairs if one != other), min(len(wanted), len(got)))
    return wanted[max(at - 40, 0) : at + 60], got[max(at - 40, 0) : at + 60]


def test_a_second_build_writes_nothing(pen0):
    before = {path: path.stat().st_mtime_ns for path in pen0.out.rglob("*.html")}
    again = build(pen0.source, pen0.out)
    assert (again.status, again.counts, again.warnings) == (0, pen0.counts, pen0.warnings)
    assert {path: path.stat().st_mtime_ns for path in pen0.out.rglob("*.html")} == before


def test_what_jekyll_hides_has_flat_addresses_and_stands_in_no_list(corpus):
    source = folder_of(corpus, "pen0")
    configured, _ = jekyll.read_site(source)
    files = jekyll.walk(source, configured, unlisted=True)
    rules = Rules(
        excerpt_separator=configured.excerpt_separator,
        collections_dir=configured.collections_dir,
        jekyll=True,
    )
    scanned = scan(source, files.articles, rules, before=Former(root=source), now=0)
    now = instant_of(datetime(2027, 1, 1, tzinfo=UTC))
    public = [
        article
        for article in scanned.articles
        if is_public(article, now=now, drafts=False, future=False)
    ]
    catalogue, clashes = compile_catalogue(
        public, site=Site(title="x"), collections=(), registry=rules.authors
    )
    assert clashes == ()
    assert (len(catalogue.articles), len(catalogue.listed)) == (2584, 2378)
    hidden = [article for article in catalogue.articles if not article.listed]
    # two dots in a name become a slash (lib/jekyll/url.rb, sanitize_url)
    assert [article.address for article in hidden] == [
        f"{article.collection}/{Path(article.path).stem.replace('..', '/')}.html"
        for article in hidden
    ]


# other archives


def test_the_technical_blog_is_built_whole(corpus, tmp_path):
    source = folder_of(corpus, "rubygems-blog") / "rubygems"
    built = build(source, tmp_path / "out")
    assert (built.status, len(built.articles)) == (0, 478)
    for warning in built.warnings:
        place(source, warning)


def test_the_edge_cases_of_jekyll_are_built(corpus, tmp_path):
    source = folder_of(corpus, "jekyll-kramdown-cases") / "jekyll" / "test" / "source"
    built = build(source, tmp_path / "out")
    assert built.status == 0
    assert len(built.articles) > 45
    assert all((built.out / unquote(one["address"])).is_file() for one in built.articles)


def test_the_cases_of_kramdown_are_built_as_articles(corpus, tmp_path):
    cases = folder_of(corpus, "jekyll-kramdown-cases") / "kramdown-tests"
    posts = tmp_path / "source" / "_posts"
    posts.mkdir(parents=True)
    texts = sorted(cases.rglob("*.text"))
    assert len(texts) > 200
    for number, path in enumerate(texts):
        head = f"---\ntitle: Case {number}\n---\n".encode()
        (posts / f"2025-01-01-case-{number}.md").write_bytes(head + path.read_bytes())
    built = build(tmp_path / "source", tmp_path / "out")
    assert (built.status, len(built.articles)) == (0, len(texts))
