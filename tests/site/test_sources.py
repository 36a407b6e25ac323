"""Which files are documents, and what is said of those that cannot be: the same in every build."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive_edits import KINDS, Archive, article

PAGE = "---\ntitle: About\norphan: true\n---\n\n# About\n\nText.\n"


@pytest.fixture
def archive(request, tmp_path) -> Archive:
    archive = Archive.written(tmp_path, KINDS[request.param])
    if not archive.is_jekyll:
        archive.append("conf.py", 'source_suffix = {".md": "markdown", ".markdown": "markdown"}\n')
    return archive


each_kind = pytest.mark.parametrize("archive", sorted(KINDS), indirect=True)
sphinx = pytest.mark.parametrize("archive", ["sphinx"], indirect=True)


def warned(archive: Archive) -> list[str]:
    """Check that a clean build says the same; return the warnings from the path on."""
    archive.check()
    archive.append("about.md", "\nMore.\n")
    archive.check()
    said = archive.build().warnings
    return [one.removeprefix(f"{archive.source}/") for one in said]


def link(archive: Archive, path: str, target: str) -> None:
    (archive.source / path).parent.mkdir(parents=True, exist_ok=True)
    (archive.source / path).symlink_to(target)


@each_kind
def test_two_articles_whose_names_differ_in_the_ending_are_both_articles(archive):
    first = archive.articles[-1]
    other = f"{first.removesuffix('.md')}.markdown"
    archive.write(other, article("Of the other ending", "Text.", date="2025-01-03"))
    assert [one for one in warned(archive) if "multiple files" in one] == []
    assert "Of the other ending" in (archive.out / "articles.json").read_text("utf-8")


@each_kind
def test_two_pages_whose_names_differ_in_the_ending_are_one_and_the_other_is_named(archive):
    archive.write("more.md", PAGE)
    archive.write("more.markdown", PAGE)
    kept, left = ("md", "markdown") if archive.is_jekyll else ("markdown", "md")
    message = f"more.{kept} makes the page of that name; this file is left out"
    assert warned(archive) == [f"more.{left}:1: WARNING: {message} [broadsheet.address]"]
    archive.remove(f"more.{kept}")
    assert warned(archive) == []


@sphinx
def test_an_article_with_the_name_of_a_page_is_beside_it_and_named(archive):
    archive.write("essays/2025-04-01-short.rst", ":orphan:\n\nBy hand\n=======\n")
    archive.append("conf.py", 'source_suffix |= {".rst": "restructuredtext"}\n')
    (warning,) = warned(archive)
    assert warning.startswith("essays/2025-04-01-short.md:1: WARNING: the address")
    assert "belongs to essays/2025-04-01-short.rst" in warning
    archive.set_key("essays/2025-04-01-short.md", "draft", "true")
    assert warned(archive) == []
    assert "<h1>By hand" in (archive.out / "essays/2025-04-01-short.html").read_text("utf-8")


@each_kind
@pytest.mark.parametrize("place", ["", "articles"])
def test_a_link_that_leads_nowhere_is_named_once(archive, place):
    folder = archive.kind.collections[0] if place else ""
    path = str(Path(folder, "2025-05-09-dangling.md"))
    link(archive, path, "nowhere.md")
    (warning,) = warned(archive)
    assert warning.startswith(f"{path}:1: WARNING: ")
    assert "leads nowhere" in warning
    archive.write(str(Path(folder, "nowhere.md")), PAGE)
    assert [one for one in warned(archive) if "leads nowhere" in one] == []


@sphinx
def test_other_builders_say_the_same_whether_their_environment_is_new_or_not(archive, build):
    archive.write("essays/2025-04-01-short.markdown", article("Other", "Text.", date="2025-01-03"))
    link(archive, "dangling.md", "nowhere.md")
    first = build(archive.source, builder="text")
    second = build(archive.source, builder="text")
    assert first.warnings == second.warnings
    assert first.warnings.count("leads nowhere") == 1
    assert "multiple files" not in first.warnings
