"""The ``broadsheet`` command as a shell runs it: what it prints, refuses and returns."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from broadsheet.command import main

COMMAND = Path(sys.executable).with_name("broadsheet")
SUMMARY = re.compile(
    r"(\d+) articles?, (\d+) other pages?, (\d+) warnings?, \d+\.\d s"
)  # fmt: skip
WARNING = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): WARNING: .+ \[(?P<type>[\w.]+)\]")

ARTICLE = "---\ntitle: {}\ndate: {}\n---\n\nText.\n"

JEKYLL: Mapping[str, str] = {
    "_config.yml": "title: The Sheet\nurl: https://example.org\ncollections:\n  notes:\n"
    "    output: true\n",
    "_posts/2025-01-01-one.md": ARTICLE.format("One", "2025-01-01"),
    "_posts/2025-01-02-two.md": ARTICLE.format("Two", "2025-01-02"),
    "_drafts/idea.md": ARTICLE.format("Idea", "2025-01-03"),
    "_notes/2030-01-01-later.md": ARTICLE.format("Later", "2030-01-01"),
    "_notes/_old/2020-01-01-old.md": ARTICLE.format("Old", "2020-01-01"),
    "_notes/2025-01-04-expired.md": ARTICLE.format(
        "Expired", "2025-01-04\nexpiry_date: 2025-06-01"
    ),
}

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
"""

SPHINX: Mapping[str, str] = {
    "conf.py": CONF,
    "articles/2025-01-01-one.md": ARTICLE.format("One", "2025-01-01"),
}

BAD_DATE = ARTICLE.format("Bad", "2025-13-40")
NOW = "--now=2026-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return the articles, other pages and warnings of the summary."""
        found = SUMMARY.fullmatch(self.last)
        assert found, self.out
        return int(found[1]), int(found[2]), int(found[3])


def run(*arguments: str | Path, folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run the command in *folder*; no run ends in a traceback."""
    done = subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **(environment or {})},
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Traceback" not in done.stdout, done.stdout
    return Run(status=done.returncode, out=done.stdout, err=done.stderr)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below *folder* with its bytes and time."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pages(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.html")
    }


@pytest.fixture
def jekyll(tmp_path, write_tree) -> Path:
    write_tree(tmp_path / "source", JEKYLL)
    return tmp_path


# success


def test_a_build_says_what_it_does_ends_in_a_summary_and_returns_0(jekyll):
    done = run("build", "source", "out", NOW, folder=jekyll)
    assert (done.status, done.err) == (0, "")
    made = files(jekyll / "out")
    pages = {name for name in made if name.endswith(".html") and not name.startswith("_previews/")}
    assert done.counts == (2, len(pages) - 2, 0)
    assert "writing articles" in done.out
    assert "2025/01/01/one.html" in pages

    again = run("build", "source", "out", NOW, folder=jekyll)
    assert (again.status, again.err, again.counts) == (0, "", done.counts)
    after = files(jekyll / "out")
    notes = {name for name in after if name.startswith(".doctrees/")}  # a receipt, perhaps
    assert after.keys() - notes == made.keys() - notes
    assert {name for name in pages if made[name] != after[name]} == set()  # not even written


def test_a_build_of_a_sphinx_project_takes_its_configuration(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", SPHINX)
    before = files(source)
    done = run("build", "source", "out", folder=tmp_path)
    assert (done.status, done.err, done.counts[0]) == (0, "", 1)
    assert (tmp_path / "out" / "articles" / "2025-01-01-one.html").is_file()
    # the compiled conf.py is Python's own doing where it is imported; we write nothing
    assert files(source) == before


def test_clean_forgets_the_last_build(jekyll):
    run("build", "source", "out", NOW, folder=jekyll)
    first = pages(jekyll / "out")
    (jekyll / "out" / "left.html").write_text("left", "utf-8")
    assert run("build", "source", "out", NOW, "--clean", folder=jekyll).status == 0
    assert pages(jekyll / "out") == first


@pytest.mark.parametrize(
    ("options", "more"),
    [
        (
            ["--drafts", "--future", "--unlisted", NOW],
            {
                "2025/01/03/idea.html",
                "notes/2020-01-01-old.html",
                "notes/2030-01-01-later.html",
            },
        ),
        (["--now", "2025-03-01 00:00 +0800"], {"notes/2025-01-04-expired.html"}),
    ],
)
def test_an_option_publishes_what_it_names(jekyll, options, more):
    done = run("build", "source", "out", *options, folder=jekyll)
    assert (done.status, done.err) == (0, "")
    wanted = {"2025/01/01/one.html", "2025/01/02/two.html", *more}
    assert done.counts[0] == len(wanted)
    articles = {name for name in pages(jekyll / "out") if re.fullmatch(r"notes/2.*|2.*", name)}
    assert articles == wanted


def test_the_moment_of_the_build_may_come_from_the_environment(jekyll):
    epoch = {"SOURCE_DATE_EPOCH": "1735700000"}  # 2025-01-01 02:53:20 UTC
    done = run("build", "source", "out", folder=jekyll, environment=epoch)
    assert (done.status, done.counts[0]) == (0, 1)


def test_any_number_of_processes_gives_the_same_bytes(tmp_path, write_tree):
    many = {
        f"_posts/2025-01-{day:02}-n.md": ARTICLE.format(f"N {day}", f"2025-01-{day:02}")
        for day in range(1, 31)
    }
    write_tree(tmp_path / "source", {**many, "_config.yml": "title: Many\n"})
    for jobs in ("1", "2", "auto"):
        done = run("build", "source", jobs, "-j", jobs, NOW, folder=tmp_path)
        assert (done.status, done.err, done.counts[0]) == (0, "", 30)
        assert pages(tmp_path / jobs) == pages(tmp_path / "1")


def test_an_output_folder_beside_the_articles_is_never_taken_for_a_source(jekyll):
    first = run("build", "source", "source/public/site", NOW, folder=jekyll)
    assert (first.status, first.err) == (0, "")
    second = run("build", "source", "source/public/site", NOW, folder=jekyll)
    assert (second.status, second.counts) == (0, first.counts)


def test_each_build_of_a_process_reports_to_the_standard_output_of_its_time(jekyll):
    import sphinx.application  # noqa: F401 - which keeps the standard output of this moment

    said = []
    for out in ("first", "second"):
        with redirect_stdout(StringIO()) as stream, redirect_stderr(StringIO()) as warned:
            assert main(["build", str(jekyll / "source"), str(jekyll / out), NOW, "-j1"]) == 0
        said.append(stream.getvalue().rpartition("other pages")[0])
        assert warned.getvalue() == ""
        stream.close()
    assert "build succeeded" in said[0]
    assert said[0].replace("first", "second") == said[1]


def test_on_a_terminal_the_progress_stays_on_its_line(jekyll):
    ours, theirs = os.openpty()
    done = subprocess.run(
        [COMMAND, "build", "source", "out", NOW],
        cwd=jekyll, stdout=theirs, stderr=theirs, stdin=theirs, timeout=120,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:  # the end, on Linux
        pass
    os.close(ours)
    assert done.returncode == 0
    progress = [line for line in said.split(b"\n") if b"writing articles" in line]
    assert len(progress) == 1
    assert progress[0].count(b"\r") >= 2
    assert b"100%" in progress[0]


# warnings


def test_a_warning_names_file_and_line_until_its_cause_is_gone(jekyll, write_tree):
    write_tree(jekyll / "source", {"_posts/2025-01-05-bad.md": BAD_DATE + "\n[x](nowhere.md)\n"})
    done = run("build", "source", "out", NOW, folder=jekyll)
    assert done.status == 0
    lines = done.err.splitlines()
    places = [found.groupdict() for line in lines if (found := WARNING.fullmatch(line))]
    path = "source/_posts/2025-01-05-bad.md"  # as the command line has it
    assert [(place["path"], place["line"]) for place in places] == [(path, "3"), (path, "8")]
    assert places[0]["type"] == "broadsheet.date"
    assert "2025-13-40" in lines[0]  # what was found
    assert "2025-01-05" in lines[0]  # what is done instead
    assert done.counts[::2] == (3, 2)
    assert run("build", "source", "out", NOW, folder=jekyll).err == done.err
    (jekyll / "source" / "_posts" / "2025-01-05-bad.md").unlink()
    assert run("build", "source", "out", NOW, folder=jekyll).err == ""


def test_fail_on_warning_builds_everything_and_returns_1(jekyll, write_tree):
    write_tree(jekyll / "source", {"_posts/2025-01-05-bad.md": BAD_DATE})
    done = run("build", "source", "out", "-W", NOW, folder=jekyll)
    assert (done.status, done.counts[::2]) == (1, (3, 1))
    assert ", 1 warning, " in done.last
    assert len(done.err.splitlines()) == 1
    assert (jekyll / "out" / "2025" / "01" / "02" / "two.html").is_file()


# wrong usage


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["build"], ["build", "source"], ["publish", "source", "out"],
        ["build", "source", "out", "--unknown"], ["build", "source", "out", "-j", "0"],
        ["build", "source", "out", "-j", "many"], ["build", "source", "out", "-j", "-1"],
        ["build", "source", "out", "--now", "yesterday"], ["build", "source", "out", "more"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_arguments_return_2_and_write_nothing(jekyll, arguments):
    done = run(*arguments, folder=jekyll)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: ")
    assert not (jekyll / "out").exists()


FOREIGN = {"out/mine.txt": "mine"}

#: Files, SOURCE and OUT, and what the line must say.
REFUSED: Mapping[str, tuple[Mapping[str, str], str, str, Sequence[str]]] = {
    "missing": ({}, "nowhere", "out", ["nowhere", "does not exist"]),
    "file": ({"source": "text"}, "source", "out", ["source", "file"]),
    "empty": ({"source/": ""}, "source", "out", ["source", "empty"]),
    "nothing": ({"source/notes.txt": "text"}, "source", "out", ["source", "_config.yml", "conf.py"]),
    "other": (
        {"source/conf.py": 'project = "Other"\n'},
        "source", "out", ["conf.py", "broadsheet"],
    ),
    "itself": (JEKYLL, "source", "source", ["SOURCE"]),
    "above": (JEKYLL, "source", ".", ["SOURCE"]),
    "posts": (JEKYLL, "source", "source/_posts", ["articles"]),
    "below-posts": (JEKYLL, "source", "source/_posts/site", ["articles"]),
    "collection": (JEKYLL, "source", "source/_notes/site", ["articles"]),
    "deep": (JEKYLL, "source", "source/_notes/_old/a/b", ["articles"]),
    "drafts": (JEKYLL, "source", "source/_drafts/out", ["articles"]),
    "sphinx-articles": (SPHINX, "source", "source/articles/out", ["articles"]),
    "foreign": ({**JEKYLL, **FOREIGN}, "source", "out", ["out", "not empty"]),
    "out-file": ({**JEKYLL, "out": "text"}, "source", "out", ["out", "file"]),
    "below-file": ({**JEKYLL, "out": "text"}, "source", "out/below", ["out"]),
}  # fmt: skip


def lay_out(folder: Path, tree: Mapping[str, str]) -> None:
    """Write files; those of a repository go below ``source``."""
    for name, content in tree.items():
        where = name if name.startswith(("source", "out")) else f"source/{name}"
        if name.endswith("/"):
            (folder / where).mkdir(parents=True)
            continue
        (folder / where).parent.mkdir(parents=True, exist_ok=True)
        (folder / where).write_text(content, "utf-8")


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_do_harm_is_refused_in_one_line(tmp_path, name):
    tree, source, out, words = REFUSED[name]
    lay_out(tmp_path, tree)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    done = run("build", source, out, "--clean", folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.startswith("broadsheet: ")
    for word in words:
        assert word in line
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("mode", [0o000, 0o300])
def test_a_source_that_cannot_be_read_is_refused(jekyll, mode):
    source = jekyll / "source"
    source.chmod(mode)
    try:
        done = run("build", "source", "out", folder=jekyll)
    finally:
        source.chmod(0o755)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.startswith("broadsheet: ")
    assert "cannot be read" in line


# failure


@pytest.mark.parametrize(
    ("conf", "words"),
    [
        (CONF + "html_theme = \n", ["conf.py", "syntax"]),
        (CONF.replace('"broadsheet"', '"broadsheet", "no_such_extension"'), ["no_such_extension"]),
        (
            CONF + 'broadsheet_page_size = 0\nbroadsheet_timezone = "Nowhere"\n',
            ["broadsheet_page_size", "broadsheet_timezone"],
        ),
        (CONF + 'broadsheet_collections = 7\nbroadsheet_drafts = "no"\n', [
            "broadsheet_collections", "broadsheet_drafts",
        ]),
    ],
    ids=["syntax", "extension", "values", "types"],
)  # fmt: skip
def test_a_broken_configuration_fails_with_1_and_says_why(tmp_path, write_tree, conf, words):
    write_tree(tmp_path / "source", {**SPHINX, "conf.py": conf})
    done = run("build", "source", "out", folder=tmp_path)
    assert done.status == 1
    for word in words:
        assert word in done.err
    assert not list((tmp_path / "out").glob("*.html"))


def test_a_build_that_failed_may_be_repeated_once_the_fault_is_gone(tmp_path, write_tree):
    source = write_tree(tmp_path / "source", {**SPHINX, "conf.py": CONF + "html_theme = \n"})
    assert run("build", "source", "out", folder=tmp_path).status == 1
    write_tree(source, SPHINX)
    assert run("build", "source", "out", folder=tmp_path).status == 0


def test_the_version_is_that_of_the_package(tmp_path):
    from broadsheet import __version__

    done = run("--version", folder=tmp_path)
    assert (done.status, done.out.strip()) == (0, f"broadsheet {__version__}")
