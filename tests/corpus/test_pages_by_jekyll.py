"""Pages that loops make show the text that Jekyll makes of them, and lead where its links do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from archive_edits import build
from template_pages import FILES, NAMES

#: Jekyll asks for the plug-in that makes the paginator, which is not at hand.
BY_JEKYLL = tuple(name for name in NAMES if name != "welcome.html")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory, write_tree) -> tuple[Path, Path]:
    jekyll = shutil.which("jekyll")
    if jekyll is None:
        pytest.skip("Jekyll is not installed")
    folder = tmp_path_factory.mktemp("pages")
    source = write_tree(folder / "source", FILES)
    subprocess.run(
        [jekyll, "build", "--quiet", "--source", source, "--destination", folder / "jekyll"],
        check=True, timeout=300, cwd=folder, capture_output=True,
        env={**os.environ, "JEKYLL_ENV": "production", "JEKYLL_NO_BUNDLER_REQUIRE": "true"},
    )  # fmt: skip
    said = build(source, folder / "ours", {"--jobs": "1"})
    assert [one for one in said.warnings if "broadsheet.date" not in one] == []
    return folder / "ours", folder / "jekyll"


def our_page(path: Path) -> Tag:
    """Return what stands below the title of a page."""
    page = BeautifulSoup(path.read_bytes(), "html5lib").select_one("[role=main]")
    for one in page.select(".headerlink, h1"):
        one.decompose()
    return page


def their_page(path: Path) -> Tag:
    page = BeautifulSoup(path.read_text("utf-8"), "html5lib")
    for one in page.select("head"):
        one.decompose()
    return page


@pytest.mark.parametrize("name", BY_JEKYLL)
def test_a_page_shows_what_jekyll_shows(outputs, name):
    ours, theirs = our_page(outputs[0] / name), their_page(outputs[1] / name)
    assert " ".join(ours.get_text().split()) == " ".join(theirs.get_text().split())


@pytest.mark.parametrize("name", BY_JEKYLL)
def test_a_page_leads_where_it_leads_in_jekyll(outputs, name):
    here = f"/loom/{name}"
    ours, theirs = our_page(outputs[0] / name), their_page(outputs[1] / name)
    links = [[urljoin(here, one["href"]) for one in page.select("a")] for page in (ours, theirs)]
    assert links[0] == links[1]
