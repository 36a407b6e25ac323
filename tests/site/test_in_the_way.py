"""A file where a folder is to be, and a folder where a file is: ours goes, what is not stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive_edits import KINDS, Archive, read_output

ESSAY, NOTE = "_essays/short.md", "_notes/2025-05-01-note.md"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Archive:
    folder = tmp_path_factory.mktemp("way")
    archive = Archive.written(folder / "saved", KINDS["jekyll"])
    assert archive.build().status == 0
    return archive


@pytest.fixture
def archive(built) -> Archive:
    """Copy the archive and what was built of it; every test has its copy at the same place."""
    work = built.source.parent.with_name("work")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(built.source.parent, work, symlinks=True)
    return Archive(work, built.kind)


def put(archive: Archive, permalink: str | None) -> None:
    archive.set_key(ESSAY, "permalink", permalink)


#: What a build makes, and then what another makes in its place.
MOVES: dict[str, tuple[Callable[[Archive], None], Callable[[Archive], None]]] = {
    "article": (lambda a: put(a, "/x/y.html"), lambda a: put(a, "/x/y.html/z.html")),
    "article and listing": (lambda a: put(a, "/tags"), lambda a: put(a, None)),
    "article and page": (
        lambda a: put(a, "/more/one.html"),
        lambda a: (
            put(a, None),
            a.write("more/one.html/two.md", "---\ntitle: Two\n---\n\nText.\n"),
        ),
    ),
    "article and file": (
        lambda a: put(a, "/thing"),
        lambda a: (put(a, None), a.write("thing/a.txt", "A.\n")),
    ),
    "file and article": (
        lambda a: a.write("thing", "A.\n"),
        lambda a: (a.remove("thing"), put(a, "/thing/")),
    ),
    "two articles": (
        lambda a: put(a, "/x/y.html"),
        lambda a: (a.remove(ESSAY), a.set_key(NOTE, "permalink", "/x/y.html/z.html")),
    ),
}


@pytest.mark.parametrize("back", [False, True], ids=["to and fro", "fro and to"])
@pytest.mark.parametrize("move", MOVES)
def test_what_a_former_build_made_is_not_in_the_way(archive, move, back):
    source = archive.source
    MOVES[move][0](archive)
    shutil.copytree(source, source.with_name("first"))
    MOVES[move][1](archive)
    shutil.copytree(source, source.with_name("second"))
    order = ["second", "first", "second"] if back else ["first", "second", "first"]
    for name in order:
        shutil.rmtree(source)
        shutil.copytree(source.with_name(name), source)
        assert archive.build().warnings == ()
        archive.check()


def test_an_empty_folder_is_not_in_the_way(archive):
    (archive.out / "x" / "y.html" / "of-a-killed-build").mkdir(parents=True)
    put(archive, "/x/y.html")
    archive.check()


def test_an_article_whose_address_runs_through_that_of_another_is_beside_it_and_named(archive):
    put(archive, "/essays/long/index.html/below.html")
    for _ in range(2):
        archive.check()
        (warning,) = archive.build().warnings
        assert warning.endswith(
            f"{ESSAY}:1: WARNING: the address 'essays/long/index.html/below.html' runs through "
            "'essays/long/index.html', which belongs to _essays/long.md (expected one page for "
            "each); now at 'essays/long/index-2.html/below.html' [broadsheet.address]"
        )
    put(archive, None)
    archive.check()
    assert (archive.out / "essays/short/index.html").is_file()


def test_an_article_that_is_left_out_leaves_the_same_as_in_a_clean_build(tmp_path):
    archive = Archive.written(tmp_path, KINDS["sphinx"])  # which copies sources
    archive.check()
    archive.set_key("essays/2025-04-01-short.md", "permalink", "/guide.html/below.html")
    archive.check()
    assert not (archive.out / "essays/2025-04-01-short.html").exists()


@pytest.mark.parametrize("name", ["about.html", "essays/short/index.html", "tags/index.html"])
def test_a_folder_that_is_not_ours_stays_and_is_named(archive, name):
    wanted = read_output(archive.out).files
    (archive.out / name).unlink()
    (archive.out / name).mkdir()
    (archive.out / name / "mine.txt").write_text("Mine.\n")
    archive.append("about.md", "\nMore.\n")
    archive.append(ESSAY, "\nMore.\n")
    assert_named_and_kept(archive, name, f"{name}/mine.txt", wanted.keys() - {name})


@pytest.mark.parametrize("name", ["essays", "tags", "archive/2025"])
def test_a_file_that_is_not_ours_stays_and_is_named(archive, name):
    wanted = read_output(archive.out).files
    shutil.rmtree(archive.out / name)
    (archive.out / name).write_text("Mine.\n")
    left = {one for one in wanted if not one.startswith(f"{name}/")}
    assert_named_and_kept(archive, name, name, left)


def assert_named_and_kept(archive: Archive, name: str, mine: str, left: set[str]) -> None:
    for _ in range(2):
        said = archive.build()
        assert said.status == 0
        assert said.warnings
        for warning in said.warnings:
            assert f"{archive.out / name} is in the way, and not ours; left out" in warning
        assert (archive.out / mine).read_text() == "Mine.\n"
        assert read_output(archive.out).files.keys() == left | {mine}
    if (archive.out / name).is_dir():
        shutil.rmtree(archive.out / name)
    else:
        Path(archive.out / name).unlink()
    archive.check()
