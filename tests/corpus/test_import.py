"""The real archives, imported and built: the addresses, the anchors and the text that they had."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, Tag

from broadsheet.command import main
from html_pages import text

NOW = "2027-01-01 00:00 +0000"  # after the newest article of any archive
STEP = 20
OWN = ("_static/", "_images/", "_downloads/", "_sources/", ".doctrees/", ".b", "objects.inv")


@dataclass(frozen=True, kw_only=True)
class Sites:
    dest: Path
    old: Path
    new: Path
    said: str

    def articles(self, site: Path) -> list[dict]:
        return json.loads((site / "articles.json").read_text("utf-8"))["articles"]

    @cached_property
    def pages(self) -> list[tuple[str, Tag, Tag]]:
        """Each article's address with its page of the repository and of the project."""
        addresses = [unquote(article["address"]) for article in self.articles(self.old)]
        return [(one, body(self.old / one), body(self.new / one)) for one in addresses]


def body(page: Path) -> Tag:
    found = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("article")
    assert found is not None
    for link in found.select(".headerlink"):
        link.decompose()
    return found


def addresses(site: Path) -> set[str]:
    names = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return {name for name in names if not name.startswith(OWN)}


def thinned(source: Path, folder: Path) -> Path:
    """Copy an archive with every twentieth of its articles."""
    paths = sorted(path for path in source.rglob("*.m*d*") if path.is_file())
    left_out = {
        path
        for number, path in enumerate(paths)
        if number % STEP
        and "_" in path.parts[-2]
        and path.parts[-2] != "_heros"  # three are listed
    }

    def ignored(here: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(here, name) in left_out}

    return shutil.copytree(source, folder, ignore=ignored)


@pytest.fixture(scope="module", params=["pen0", "rubygems-blog/rubygems"])
def sites(
    request: pytest.FixtureRequest, corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> Sites:
    archive = corpus / request.param
    if not (archive / "_config.yml").is_file():
        pytest.skip(f"{archive} is no archive")
    folder = tmp_path_factory.mktemp("import")
    source = thinned(archive, folder / "source")
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: lines.append(" ".join(map(str, words))))
        assert main(["import", str(source), str(folder / "dest"), "--now", NOW]) == 0
        for one, out in ((source, "old"), (folder / "dest" / "docs", "new")):
            assert main(["build", str(one), str(folder / out), "--now", NOW]) == 0
    return Sites(
        dest=folder / "dest", old=folder / "old", new=folder / "new", said="\n".join(lines)
    )


def test_an_imported_archive_has_its_addresses_and_its_catalogue(sites: Sites) -> None:
    def facts(site: Path) -> list[dict]:
        ways = {"source", "excerpt", "words"}
        return [{key: one[key] for key in one if key not in ways} for one in sites.articles(site)]

    assert addresses(sites.new) == addresses(sites.old)
    assert facts(sites.new) == facts(sites.old)
    assert facts(sites.new)


def test_an_imported_archive_has_the_ids_of_its_headings(sites: Sites) -> None:
    for address, old, new in sites.pages:
        ids = [tag.get("id") or tag.parent.get("id") for tag in old.select("h2, h3, h4, h5, h6")]
        assert set(filter(None, ids)) <= {tag["id"] for tag in new.select("[id]")}, address


def test_an_imported_archive_has_its_text(sites: Sites) -> None:
    for address, old, new in sites.pages:
        assert text(new) == text(old), address


def test_most_articles_stay_as_they_were(sites: Sites) -> None:
    summary = next(line for line in sites.said.splitlines() if "with another text" in line)
    count, changed = summary.split()[0], summary.partition("(")[2].split()[0]
    assert int(changed) < int(count) / 3
