"""A build with nothing to do: seen before Sphinx is loaded, and only where there is nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.command import main, receipt
from broadsheet.sources import file_times

SITE = {
    "_config.yml": "title: The Review\nurl: https://example.org\n",
    "_posts/2025-01-01-one.md": "---\ntitle: One\nauthor: Ann Example\n---\n\nText. ![]()\n",
    "_posts/2025-02-01-two.md": "---\ntitle: Two\nauthor: Ben Sample\n---\n\nText.\n",
}
NOTHING = "nothing has changed"


@pytest.fixture
def source(tmp_path, write_tree) -> Path:
    folder = write_tree(tmp_path / "source", SITE)
    age()
    return folder


def age() -> None:
    """Wait until what has been written is relied on."""
    time.sleep(2 * file_times.TICK / 1_000_000_000)


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def again(source, out, capfd) -> Callable[..., tuple[str, str, int]]:
    """Build, and return what was printed on both streams, and the exit status."""

    def build(*options: str) -> tuple[str, str, int]:
        status = main(["build", str(source), str(out), "-j1", *options])
        printed = capfd.readouterr()
        return printed.out, printed.err, status

    build()
    return build


def test_a_second_build_says_the_same_and_does_nothing(again, out):
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    printed, warned, status = again()
    assert printed.startswith(f"{NOTHING}\n2 articles, ")
    assert ", 1 warning, " in printed
    assert warned.count("WARNING") == 1
    assert "2025-01-01-one.md:6: WARNING: image" in warned
    assert status == 0
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}


def test_warnings_that_are_said_again_fail_a_build_that_is_to_fail_on_them(again):
    printed, _, status = again("-W")
    assert (printed.startswith(NOTHING), status) == (True, 1)


def test_a_build_with_nothing_to_do_does_not_load_sphinx(source, out, again):
    program = (
        "import sys; from broadsheet.command import main;"
        f"main(['build', {str(source)!r}, {str(out)!r}, '-j1']); print('sphinx' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert NOTHING in run.stdout
    assert run.stdout.endswith("False\n")


def edit_in_secret(path: Path) -> None:
    """Change a file, its size and its time of modification apart."""
    status = path.stat()
    path.write_text(path.read_text().replace("Text", "Test"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size


@pytest.mark.parametrize(
    "change",
    [
        lambda source, out: (source / "_posts/2025-03-01-new.md").write_text(
            "---\ntitle: N\n---\n"
        ),
        lambda source, out: (source / "_posts/2025-01-01-one.md").unlink(),
        lambda source, out: (source / "_config.yml").write_text("title: Another\n"),
        lambda source, out: edit_in_secret(source / "_posts/2025-01-01-one.md"),
        lambda source, out: (out / "index.html").write_text("cut"),
        lambda source, out: (out / "articles.json").unlink(),
    ],
    ids=["added", "removed", "configured", "edited, with its old time", "cut", "deleted"],
)
def test_any_change_of_source_or_output_is_seen(source, out, again, change):
    change(source, out)
    printed, _, _ = again()
    assert NOTHING not in printed
    assert (out / "index.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (out / "articles.json").is_file()


@pytest.mark.parametrize("options", [("--future",), ("--drafts",), ("--now", "2025-01-15")])
def test_other_options_are_another_build(again, options):
    assert NOTHING not in again(*options)[0]
    assert NOTHING in again(*options)[0]


def test_the_number_of_processes_changes_nothing(again):
    assert NOTHING in again("-j2")[0]


def test_an_article_whose_time_has_come_is_published(source, out, again, monkeypatch):
    path = source / "_posts/2040-01-01-later.md"
    path.write_text("---\ntitle: Later\n---\n\nText.\n")
    age()
    for epoch, printed_nothing, published in (
        (2_000_000_000, False, False),
        (2_000_000_000, True, False),
        (2_300_000_000, False, True),
    ):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
        assert (NOTHING in again()[0]) == printed_nothing
        assert (out / "2040/01/01/later.html").is_file() == published


def test_the_clock_alone_brings_a_build_when_an_article_is_due(source, out, again, monkeypatch):
    (source / "_posts/2040-01-01-later.md").write_text("---\ntitle: Later\n---\n\nText.\n")
    age()
    again()
    assert NOTHING in again()[0]
    later = receipt.parse_date("2041-01-01", receipt.UTC)
    monkeypatch.setattr(receipt, "moment", lambda now: later)
    assert NOTHING not in again()[0]


def test_a_damaged_receipt_is_none(out, again):
    (file,) = out.rglob(receipt.NAME)
    for text in ("", "{}", '{"inputs": 1}', "[]", "\0"):
        file.write_text(text)
        assert NOTHING not in again()[0]
        assert NOTHING in again()[0]


def test_a_project_whose_configuration_is_a_program_is_built_every_time(source, again):
    (source / "conf.py").write_text('extensions = ["broadsheet"]\nbroadsheet_jekyll = True\n')
    assert NOTHING not in again()[0]
    assert NOTHING not in again()[0]


def test_a_file_that_has_just_changed_is_not_relied_on(source, again, monkeypatch):
    monkeypatch.setattr(file_times, "TICK", 3_600_000_000_000)
    (source / "_config.yml").write_text("title: Another\n")
    assert NOTHING not in again()[0]
    assert NOTHING not in again()[0]
