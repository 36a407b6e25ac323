"""What the cases say of Jekyll, Jekyll itself does: it renders all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from archive_edits import build
from liquid_site import FILES, PAGE, cases

CASES = cases(Path(__file__).parents[1] / "unit" / "liquid_by_jekyll.txt")


@pytest.fixture(scope="module")
def by_jekyll(tmp_path_factory, write_tree) -> Path:
    jekyll = shutil.which("jekyll")
    if jekyll is None:
        pytest.skip("Jekyll is not installed")
    folder = tmp_path_factory.mktemp("jekyll")
    pages = {
        f"case-{number}.txt": f"---\n{PAGE}---\n{case.template}"
        for number, case in enumerate(CASES)
    }
    source = write_tree(folder / "source", FILES | pages)
    subprocess.run(
        [jekyll, "build", "--quiet", "--source", source, "--destination", folder / "out"],
        check=True, timeout=300, cwd=folder,
        env={**os.environ, "JEKYLL_ENV": "production", "JEKYLL_NO_BUNDLER_REQUIRE": "true"},
    )  # fmt: skip
    return folder / "out"


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=lambda one: str(one)[:40])
def test_jekyll_renders_a_case_as_it_says(by_jekyll, number, case):
    text = (by_jekyll / f"case-{number}.txt").read_text("utf-8")
    assert text.rstrip("\n") == case.expected


#: What the posts of Jekyll's own tests take in; the files themselves are not handed out.
TAKEN = {
    "_includes/sig.markdown": "Signed, *the loom*.\n",
    "_includes/include.html": "taken in",
    "_includes/params.html": "{% for param in include %}{{ param[0] }}={{ param[1] }};{% endfor %}",
}

#: Files beside the posts that one of them takes in.
BESIDE = frozenset({"2014-03-03-yaml-with-dots.md", "params.html", "rel_include.html"})


def with_liquid(folder: Path) -> dict[str, bytes]:
    """Return the posts below *folder* that hold Liquid, and what they take in."""
    found = {path: path.read_bytes() for path in sorted(folder.rglob("*.*")) if path.is_file()}
    return {
        path.relative_to(folder.parent).as_posix(): data
        for path, data in found.items()
        if (b"{%" in data or b"{{" in data or path.name in BESIDE)
        and b"do_nothing" not in data  # a tag of Jekyll's tests alone
        and b"assign foo" not in data  # in the code of a `highlight`, where it is code for us
    }


def texts_by_jekyll(source: Path, out: Path) -> dict[str, str]:
    """Build with Jekyll; return the text of each page by its address."""
    jekyll = shutil.which("jekyll")
    if jekyll is None:
        pytest.skip("Jekyll is not installed")
    subprocess.run(
        [jekyll, "build", "--quiet", "--future", "--source", source, "--destination", out],
        check=True, timeout=300, cwd=source.parent, capture_output=True,
        env={**os.environ, "JEKYLL_ENV": "production", "JEKYLL_NO_BUNDLER_REQUIRE": "true"},
    )  # fmt: skip
    return {
        path.relative_to(out).as_posix(): words_of(BeautifulSoup(path.read_bytes(), "html.parser"))
        for path in out.rglob("*.html")
    }


#: What kramdown makes of quotes, dashes and dots, and is no affair of Liquid.
TYPOGRAPHY = {ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("—"): "-", ord("…"): "..."}


def words_of(soup: Tag) -> str:
    for link in soup.select(".headerlink"):
        link.decompose()
    return " ".join(soup.get_text().translate(TYPOGRAPHY).replace("---", "-").split())


def test_jekylls_own_posts_show_the_text_that_jekyll_makes(corpus, tmp_path, write_tree):
    folder = corpus / "jekyll-kramdown-cases" / "jekyll" / "test" / "source" / "_posts"
    if not folder.is_dir():
        pytest.skip("Jekyll's own posts are not among the archives")
    source = write_tree(tmp_path / "source", {
        "_config.yml": "title: Posts\n", **TAKEN, **with_liquid(folder),
    })  # fmt: skip
    theirs = texts_by_jekyll(source, tmp_path / "jekyll")
    said = build(source, tmp_path / "out", {"--jobs": "1", "--future": ""})
    assert [one for one in said.warnings if "broadsheet.liquid" in one] == []
    ours = {}
    for path in (tmp_path / "out").rglob("*.html"):
        page = BeautifulSoup(path.read_bytes(), "html.parser")
        body = page.select_one(".broadsheet-body")
        name = path.relative_to(tmp_path / "out").as_posix()
        if body is not None and name in theirs:
            head = page.select_one(".broadsheet-head h1")
            assert head
            # a heading that says the title is shown as that, above the body
            ours[name] = words_of(body), f"{words_of(head)} {words_of(body)}"
    assert len(ours) > 10
    differing = {
        name: (ours[name], theirs[name]) for name in ours if theirs[name] not in ours[name]
    }
    assert differing == {}


def test_posts_of_the_technical_blog_are_linked_as_by_jekyll(corpus, tmp_path, write_tree):
    folder = corpus / "rubygems-blog" / "rubygems" / "_posts"
    if not folder.is_dir():
        pytest.skip("rubygems-blog is not among the archives")
    source = write_tree(tmp_path / "source", {"_config.yml": "title: Blog\nbaseurl: /blog\n"})
    shutil.copytree(folder, source / "_posts")
    texts_by_jekyll(source, tmp_path / "jekyll")
    build(source, tmp_path / "out", {"--jobs": "2", "--future": ""})
    linked = 0
    for path in source.rglob("*.md"):
        if "{% post_url" in path.read_text("utf-8"):
            year, month, day, name = path.stem.split("-", 3)
            address = f"{year}/{month}/{day}/{name}.html"
            theirs = links_of(tmp_path / "jekyll" / address, f"/blog/{address}", "body")
            ours = links_of(tmp_path / "out" / address, f"/blog/{address}", ".broadsheet-body")
            assert theirs <= ours
            linked += len(theirs)
    assert linked > 3


def links_of(page: Path, address: str, place: str) -> set[str]:
    """Return the addresses on the site to which the text of a page links."""
    soup = BeautifulSoup(page.read_bytes(), "html.parser")
    whole = soup.select_one(place) or soup
    links = {urljoin(address, one["href"]) for one in whole.select("a[href]")}
    return {one for one in links if one.startswith("/blog/") and "#" not in one}
