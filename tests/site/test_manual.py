"""What README and manual tell people to type does what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from broadsheet.command import parser
from broadsheet.rules.author_registry import read_registry_file
from broadsheet.sources import front_matter

PROJECT = Path(__file__).parents[2]
PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").glob("*.md"),
                *(PROJECT / "docs" / "manual").glob("*.md"),
                *(PROJECT / "docs" / "colophon").glob("*.md")])  # fmt: skip

_FENCE = re.compile(r"^(`{3,})([\w{}-]+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [match[3] for match in _FENCE.finditer(text) if match[2] == language]


def every(language: str) -> list[tuple[str, str]]:
    return [(page.name, block) for page in PAGES for block in blocks(page, language)]


def commands() -> list[str]:
    lines = [line for _, block in every("console") for line in block.splitlines()]
    return sorted({line.removeprefix("$ ") for line in lines if line.startswith("$ ")})


@pytest.mark.parametrize("command", [one for one in commands() if one.startswith("broadsheet")])
def test_a_broadsheet_command_of_the_manual_is_understood(command: str) -> None:
    options = parser().parse_args(shlex.split(command)[1:])

    assert callable(options.run)


@pytest.mark.parametrize("command", [one for one in commands() if one.startswith("make")])
def test_a_make_target_of_the_manual_exists(command: str) -> None:
    targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)

    assert shlex.split(command)[1] in targets


@pytest.mark.parametrize(("page", "block"), every("yaml"))
def test_the_yaml_of_the_manual_is_what_broadsheet_reads(page: str, block: str) -> None:
    if page == "authors.md" and not block.startswith("author:"):
        registry, problems = read_registry_file(block, "authors.yml")
        assert registry.authors
    else:
        problems = front_matter.parse(f"---\n{block}---\n", page).problems

    assert problems == ()


def test_the_manual_begins_with_a_project_that_builds(build, write_tree, tmp_path) -> None:
    """The first conf.py, article and list of posts of the manual are one working project."""
    start = PROJECT / "docs" / "manual" / "getting-started.md"
    conf, *_ = blocks(start, "python")
    article, post_list = blocks(start, "markdown")
    files = {
        "conf.py": f'project = "A journal"\n{conf}',
        "index.md": f"# A journal\n\n{post_list}",
        "articles/2026-03-14-on-margins.md": article,
    }

    result = build(write_tree(tmp_path / "site", files), confoverrides={"nitpicky": True})

    assert result.warnings == ""
    made = {path.relative_to(result.outdir).as_posix() for path in result.outdir.rglob("*.html")}
    assert made >= {
        "404.html",
        "archive/2026/03/index.html",
        "articles/2026-03-14-on-margins.html",
        "articles/index.html",
        "authors/jane-doe/index.html",
        "index.html",
        "tags/typography/index.html",
    }
    assert "On Margins" in (result.outdir / "index.html").read_text(encoding="utf-8")
    assert (result.outdir / "articles.json").is_file()


def test_the_collections_of_the_manual_have_listings_of_their_own(build, write_tree, tmp_path):
    start = PROJECT / "docs" / "manual" / "getting-started.md"
    conf, collections, _ = blocks(start, "python")
    article, _ = blocks(start, "markdown")
    files = {
        "conf.py": conf + collections,
        "index.md": "# A journal\n",
        "essays/2026-01-02-a.md": article,
        "blog/notes/2026-01-03-b.md": article,
    }

    result = build(write_tree(tmp_path / "site", files))

    assert result.warnings == ""
    assert (result.outdir / "essays" / "index.html").is_file()
    assert (result.outdir / "notes" / "index.html").is_file()


def test_the_readme_shows_an_article_that_builds(build, write_tree, tmp_path) -> None:
    (conf,) = blocks(PROJECT / "README.md", "python")
    (article,) = blocks(PROJECT / "README.md", "markdown")
    files = {"conf.py": conf, "index.md": "# Site\n", "articles/2026-03-14-on-margins.md": article}

    result = build(write_tree(tmp_path / "site", files))

    assert result.warnings == ""
    assert (result.outdir / "articles" / "2026-03-14-on-margins.html").is_file()


def test_the_template_of_the_manual_extends_ours(build, write_tree, tmp_path) -> None:
    configuration = PROJECT / "docs" / "manual" / "configuration.md"
    start = PROJECT / "docs" / "manual" / "getting-started.md"
    template, style = blocks(configuration, "jinja")
    paths = next(one for one in blocks(configuration, "python") if "templates_path" in one)
    files = {
        "conf.py": blocks(start, "python")[0] + paths,
        "articles/2026-01-02-a.md": "---\ntitle: A title\ndoi: 10.1000/182\n---\n\nThe text.\n",
        "templates/broadsheet/article.html": template,
        "templates/broadsheet/css/print.css": style,
    }

    result = build(write_tree(tmp_path / "site", files))

    assert result.warnings == ""
    page = (result.outdir / "articles" / "2026-01-02-a.html").read_text(encoding="utf-8")
    assert page.index("<h1>A title</h1>") < page.index("The text.") < page.index("DOI: 10.1000/182")
    sheet = (result.outdir / "_static" / "broadsheet.css").read_text(encoding="utf-8")
    assert "@page { margin: 25mm }" in sheet
    assert ".broadsheet-head" in sheet
