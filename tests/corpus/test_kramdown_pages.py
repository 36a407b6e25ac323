"""kramdown's own cases as articles of a site: their pages say what kramdown's HTML says.

What the grammar makes of a case is tested beside this; here, what Sphinx makes of that.  The
table (``kramdown_pages.md``) names the cases whose pages differ, and is kept true.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from archive_edits import build
from html_compare import normal
from page_compare import as_expected, as_kramdown, body_of

TABLE = Path(__file__).with_name("kramdown_pages.md")
GRAMMAR = Path(__file__).with_name("kramdown_cases.md")
CASES = Path("jekyll-kramdown-cases", "kramdown-tests", "test", "testcases")
ROW = re.compile(r"\| `(?P<case>[^`]+)` +\| (?P<reason>.+?) +\|")
DEFAULT = {"auto_ids": False, "footnote_nr": 1}


def listed(table: Path) -> set[str]:
    rows = map(ROW.fullmatch, table.read_text("utf-8").splitlines()) if table.is_file() else ()
    return {row["case"] for row in rows if row}


def cases_in(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.text")):
        if path.with_suffix(".html").is_file():
            yield path.relative_to(folder).with_suffix("").as_posix()


def options_of(path: Path) -> dict[str, object]:
    own, shared = path.with_suffix(".options"), path.with_name("options")
    written = next((one for one in (own, shared) if one.is_file()), None)
    values = yaml.safe_load(written.read_text("utf-8")) if written else DEFAULT
    return {"input": "kramdown", **{key.lstrip(":"): value for key, value in values.items()}}


@pytest.fixture(scope="module")
def pages(corpus, tmp_path_factory) -> dict[str, tuple[str, str]]:
    """Return what each case asks for, and what its page gives: a site for each set of options."""
    folder = corpus / CASES
    if not folder.is_dir():
        pytest.skip("kramdown's cases are not among the archives")
    groups = defaultdict(list)
    for case in cases_in(folder):
        groups[yaml.safe_dump(options_of(folder / f"{case}.text"))].append(case)
    found = {}
    for options, cases in groups.items():
        root = tmp_path_factory.mktemp("site")
        posts = root / "source" / "_posts"
        posts.mkdir(parents=True)
        config = yaml.safe_dump({"title": "Cases", "kramdown": yaml.safe_load(options)})
        (root / "source" / "_config.yml").write_text(config, "utf-8")
        for number, case in enumerate(cases):
            text = (folder / f"{case}.text").read_text("utf-8")
            front = "---\ntitle: A case\nrender_with_liquid: false\n---\n"
            (posts / f"2025-01-01-{number}.md").write_text(front + text, "utf-8")
        assert build(root / "source", root / "out", {"--now": "2026-01-01"}).status == 0
        for number, case in enumerate(cases):
            page = (root / "out" / f"2025/01/01/{number}.html").read_text("utf-8")
            wanted = as_expected((folder / f"{case}.html").read_text("utf-8"))
            ids = None if "auto_ids: true" in options else re.findall('id="([^"]*)"', wanted)
            found[case] = (normal(wanted), normal(as_kramdown(body_of(page), ids)))
    return found


def test_the_pages_that_differ_are_those_of_the_table(pages):
    differing = {case for case, (wanted, got) in pages.items() if wanted != got}
    assert sorted(differing - listed(GRAMMAR)) == sorted(listed(TABLE))


def test_nine_pages_in_ten_are_the_same(pages):
    same = [case for case, (wanted, got) in pages.items() if wanted == got]
    assert len(pages) > 195
    assert len(same) >= 0.9 * len(pages)
