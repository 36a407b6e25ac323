"""Whatever befalls a build, the next one ends with what a clean build makes.

The builds run in processes of their own, which are killed, run out of disk, or find files
changed under their eyes.  The moment is counted in operations, seldom in seconds.
"""

from __future__ import annotations

import builtins
import importlib.metadata
import io
import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import broadsheet
from archive_edits import (
    KINDS,
    NOW,
    Archive,
    Output,
    article,
    assert_same,
    build,
    picture,
    read_output,
)
from broadsheet.command import main, receipt
from conftest import go_without

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")

#: Anything in it, and a Sphinx project suffers the same as the Jekyll repository; it takes minutes.
BY_HAND = os.environ.get("BROADSHEET_EXAMPLES", "")

OPTIONS = {"--jobs": "1", "--now": NOW}


@dataclass(slots=True)
class Fault:
    """What goes wrong in the process of a build; it is set up before the build starts."""

    count: int = 0  #: how often it could have gone wrong

    def set_up(self) -> None:
        """Nothing goes wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A build that has ended."""

    status: int  #: negative for a signal
    out: str
    err: str

    @property
    def count(self) -> int:
        """What the fault counted."""
        return int(self.out.splitlines()[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A build in a process of its own, which leads a group."""

    pid: int
    out: Path
    err: Path

    def wait(self) -> Run:
        _, status = os.waitpid(self.pid, 0)
        return Run(
            status=os.waitstatus_to_exitcode(status),
            out=self.out.read_text("utf-8"),
            err=self.err.read_text("utf-8"),
        )

    def has_ended(self) -> bool:
        return bool(os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT))

    def wait_for_line(self) -> str:
        """Return the first line on standard error, or "" where the process ends without one."""
        while not (self.err.read_text("utf-8").endswith("\n") or self.has_ended()):
            time.sleep(0.01)
        return self.err.read_text("utf-8").partition("\n")[0]

    def wait_for_group(self) -> None:
        """Wait until nobody of the group is left, workers included."""
        for _ in range(6000):
            try:
                os.killpg(self.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        pytest.fail("workers live on")


def start(archive: Archive, jobs: int = 1, fault: Fault | None = None) -> Process:
    """Start a build in a forked process, with a *fault* set up in it."""
    names = archive.source.parent / f"{time.monotonic_ns()}.out"
    process = Process(pid=0, out=names, err=names.with_suffix(".err"))
    process.out.touch()
    process.err.touch()
    if pid := os.fork():
        return replace(process, pid=pid)
    status = 70
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
        sys.stdout, sys.stderr = process.out.open("w", 1), process.err.open("w", 1)
        if fault:
            fault.set_up()
        source, out = str(archive.source), str(archive.out)
        status = main(["build", source, out, f"-j{jobs}", f"--now={NOW}"])
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        print(fault.count if fault else 0)
        os._exit(status)


def run(archive: Archive, jobs: int = 1, fault: Fault | None = None) -> Run:
    return start(archive, jobs, fault).wait()


def assert_refused_in_one_line(done: Run) -> str:
    """Return the line in which a failed build says why; warnings may stand before it."""
    assert done.status == 1, done
    *before, last = done.err.splitlines()
    assert last.startswith("broadsheet: "), done.err
    assert [line for line in before if "WARNING: " not in line] == []
    return last


def cleanly(archive: Archive) -> Output:
    """Return what a clean build makes of the archive as it is now."""
    shutil.rmtree(archive.clean, ignore_errors=True)
    assert build(archive.source, archive.clean, OPTIONS).status == 0
    return read_output(archive.clean)


def assert_repaired(archive: Archive, wanted: Output | None = None) -> None:
    """Build as if nothing had happened, and compare with *wanted* or a clean build."""
    assert build(archive.source, archive.out, OPTIONS).status == 0
    assert_same(read_output(archive.out), wanted or cleanly(archive))


@pytest.fixture(scope="module", params=sorted(KINDS) if BY_HAND else ["jekyll"])
def built(request, tmp_path_factory) -> Archive:
    """Build an archive once; every test has a copy of it, at the same place."""
    folder = tmp_path_factory.mktemp(request.param)
    archive = Archive.written(folder / "work", KINDS[request.param])
    assert archive.build().status == 0
    shutil.copytree(folder / "work", folder / "saved", symlinks=True)
    return archive


@pytest.fixture
def restore(built) -> Callable[..., None]:
    """Put the archive and what was built of it back: ``restore()``, ``restore("source")``."""

    def put_back(part: str = "") -> None:
        work = built.source.parent
        shutil.rmtree(work / part)
        shutil.copytree(work.with_name("saved") / part, work / part, symlinks=True)

    return put_back


@pytest.fixture
def archive(built, restore) -> Archive:
    restore()
    return Archive(built.source.parent, built.kind)


@pytest.fixture
def long(tmp_path) -> Archive:
    """Write an archive of forty articles more: time enough for a signal to arrive in."""
    archive = Archive.written(tmp_path, KINDS["jekyll"])
    for number in range(40):
        path = f"_notes/2024-{1 + number // 28:02}-{1 + number % 28:02}-n.md"
        archive.write(
            path, article(f"No. {number}", "Text.\n\n" * 40, tags=f"[red, t{number % 7}]")
        )
    return archive


def edit_everything(archive: Archive) -> None:
    """Make edits of all sorts, so that there is much to do and much to remove."""
    first, second, third = archive.articles[:3]
    archive.set_key(first, "title", "Another title")
    archive.set_key(second, "tags", "[new]")
    archive.remove(third)
    archive.append("about.md", "\nMore.\n")
    archive.write("assets/mark.png", picture(99))
    archive.configure({"title": "The Press"}, {"html_title": "The Press"})


# killed


def kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Stop(Fault):
    """Something happens in the midst of an operation on files below *folder*.

    Half of a text is written then; or a file is not yet renamed, or not yet removed.
    """

    folder: str = ""
    number: int = 10**9  #: of operations that come before
    happens: Callable[[], None] = kill_this_process
    process: int = 0

    def set_up(self) -> None:
        self.process = os.getpid()
        io.open = builtins.open = self._opening(builtins.open)
        sys.addaudithook(self._watch)

    def _is_due(self, path: Any) -> bool:
        """Count an operation on *path*; tell whether it is the one."""
        if isinstance(path, int):
            path = Path(f"/proc/self/fd/{path}").readlink()
        if os.getpid() != self.process or not os.fsdecode(path).startswith(self.folder):
            return False
        self.count += 1
        return self.count == self.number + 1

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        changes = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
        if event in changes and self._is_due(arguments[0]):
            self.happens()

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            result = real(file, mode, *args, **kwargs)
            is_due = not set(mode).isdisjoint("wax+") and self._is_due(file)
            return _Stopping(result, self.happens) if is_due else result

        return opened


@dataclass(slots=True)
class _Stopping:
    """A file in the midst of whose writing something happens."""

    file: Any
    happens: Callable[[], None]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def __enter__(self) -> _Stopping:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, data: Any) -> int:
        half = len(data) // 2
        self.file.write(data[:half])
        self.file.flush()
        self.happens()
        return half + int(self.file.write(data[half:]))

    def close(self) -> None:
        self.happens()
        self.file.close()


#: Of all operations of a build, in thousandths.
MOMENTS = (0, 50, 200, 400, 650, 850, 999)


def operations(archive: Archive) -> int:
    """Build to the end; return how many operations that takes."""
    done = run(archive, fault=Stop(folder=str(archive.out)))
    assert done.status == 0, done
    return done.count


def kill_at(archive: Archive, number: int) -> None:
    killed = run(archive, fault=Stop(folder=str(archive.out), number=number))
    # one that began a moment sooner after the edits keeps no receipt, and ends sooner
    assert killed.status == -signal.SIGKILL or killed.count < number, killed


def test_a_first_build_that_is_killed_is_finished_by_the_next(archive):
    wanted = read_output(archive.out)
    shutil.rmtree(archive.out)
    total = operations(archive)
    for moment in MOMENTS:
        shutil.rmtree(archive.out)
        kill_at(archive, total * moment // 1000)
        assert_repaired(archive, wanted)


def test_a_build_after_edits_that_is_killed_is_finished_by_the_next(archive, restore):
    edit_everything(archive)
    wanted = cleanly(archive)
    total = operations(archive)
    for moment in MOMENTS:
        restore()
        edit_everything(archive)
        kill_at(archive, total * moment // 1000)
        assert_repaired(archive, wanted)


def test_a_killed_build_of_edits_that_are_taken_back_leaves_nothing_of_them(archive, restore):
    wanted = read_output(archive.out)
    edit_everything(archive)
    total = operations(archive)
    for moment in MOMENTS:
        restore()
        edit_everything(archive)
        kill_at(archive, total * moment // 1000)
        restore("source")  # with its times
        assert_repaired(archive, wanted)


@pytest.mark.parametrize("whom", ["all", "the first"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_build_by_two_processes_that_is_killed_is_finished_by_the_next(long, whom, number):
    victim, text = long.articles[-1], long.read(long.articles[-1])
    long.append(victim, "\nEdited.\n")
    wanted = cleanly(long)
    started = time.monotonic()
    assert run(long, jobs=2).status == 0
    whole = time.monotonic() - started
    for part in (0.3, 0.5, 0.6, 0.7, 0.9) if number == signal.SIGKILL else (0.6,):
        shutil.rmtree(long.out)
        long.write(victim, text)
        process = start(long, jobs=2)
        time.sleep(whole * part)
        (os.killpg if whom == "all" else os.kill)(process.pid, number)
        # workers may live on, and write what is wrong by now
        long.append(victim, "\nEdited.\n")
        assert run(long, jobs=2).status == 0
        process.wait()
        process.wait_for_group()
        assert_same(read_output(long.out), wanted)


@dataclass(slots=True, kw_only=True)
class HoldPages(Fault):
    """Each worker says that it has begun a page in *folder*, and waits to be interrupted."""

    folder: str
    begun: Path
    process: int = 0

    def set_up(self) -> None:
        self.process = os.getpid()
        sys.addaudithook(self._watch)

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        is_page = event == "open" and str(arguments[0]).startswith(self.folder)
        if is_page and os.getpid() != self.process:
            self.begun.touch()
            time.sleep(60)


def test_an_interrupted_build_says_so_in_one_line(long, tmp_path):
    held = HoldPages(folder=str(long.out / "notes"), begun=tmp_path / "begun")
    process = start(long, jobs=2, fault=held)
    while not (held.begun.exists() or process.has_ended()):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
    done = process.wait()
    assert done.status == 1
    assert done.err == "broadsheet: interrupted; the next build goes on from here\n"


# a full disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A file system in memory, which can be made larger and smaller."""

    place: Path

    def resize(self, kilobytes: int) -> None:
        how = f"remount,size={kilobytes}k"
        subprocess.run(["mount", "-o", how, str(self.place)], check=True)

    @property
    def used(self) -> int:
        """Kilobytes."""
        status = os.statvfs(self.place)
        return (status.f_blocks - status.f_bfree) * status.f_frsize // 1024


ROOM = 100_000  #: kilobytes


@pytest.fixture
def disk(archive) -> Iterator[Disk]:
    """Move OUT to a file system of its own."""
    place = archive.out.parent / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}k", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        go_without("a full disk, which takes the right to mount a tmpfs")
    shutil.copytree(archive.out, place / "out")
    archive.out = place / "out"
    yield Disk(place=place)
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_ends_a_build_in_one_line_and_the_next_repairs_it(archive, disk, jobs):
    wanted, used = read_output(archive.out), disk.used
    for percent in (3, 30, 60, 80, 95):
        shutil.rmtree(archive.out)
        disk.resize(used * percent // 100)
        line = assert_refused_in_one_line(run(archive, jobs))
        assert "No space left on device" in line
        disk.resize(ROOM)
        assert_repaired(archive, wanted)


def test_a_disk_that_is_full_at_an_edit_leaves_every_file_whole(archive, disk):
    before = read_output(archive.out)
    edit_everything(archive)
    wanted = cleanly(archive)
    disk.resize(disk.used + 100)
    assert_refused_in_one_line(run(archive))
    now = read_output(archive.out).files
    halves = [
        name
        for name, content in now.items()
        if content not in (before.files.get(name), wanted.files.get(name))
    ]
    assert halves == []
    disk.resize(ROOM)
    assert_repaired(archive, wanted)


# what a build keeps for the next


class Foreign:
    """What nobody expects in a cache."""

    def __init__(self) -> None:
        self.version = self.key = self.entries = "foreign"


def others(path: Path) -> object:
    """Return what stands in a file of JSON, each value of another type."""
    try:
        stored = json.loads(path.read_bytes())
    except ValueError:
        return {"version": 1}
    return {key: value if key == "version" else 7 for key, value in stored.items()}


DAMAGES: Mapping[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without its end": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(2000)),
    "pickle of a class": lambda path: path.write_bytes(pickle.dumps(Foreign())),
    "pickle of a list": lambda path: path.write_bytes(pickle.dumps([1, {"version": 2}])),
    "list": lambda path: path.write_text("[1, 2]"),
    "other values": lambda path: path.write_text(json.dumps(others(path))),
}


def kept_files(archive: Archive) -> Mapping[str, list[Path]]:
    """Return all that a build keeps for the next, whatever that is by now, sort by sort."""
    inside = [path for path in (archive.out / ".doctrees").rglob("*") if path.is_file()]
    beside = [path for path in archive.out.glob(".*") if path.is_file()]
    sorts = defaultdict(list)
    for path in sorted([*inside, *beside]):
        if path.name != ".broadsheet":  # by which OUT is known as ours
            many = path.suffix in {".doctree", ".cache"}
            sorts[path.suffix if many else path.name].append(path)
    return sorts


@pytest.mark.parametrize("damage", ["deleted", "cut in half", "pickle of a class"])
def test_a_damaged_cache_is_made_again(archive, restore, damage):
    edit_everything(archive)
    wanted = cleanly(archive)
    for paths in kept_files(archive).values():
        restore()
        for path in paths:
            DAMAGES[damage](path)
        edit_everything(archive)
        assert_repaired(archive, wanted)


@pytest.mark.parametrize("damage", DAMAGES)
def test_all_caches_damaged_at_once_are_made_again(archive, damage):
    wanted = read_output(archive.out)
    for paths in kept_files(archive).values():
        for path in paths:
            DAMAGES[damage](path)
    assert_repaired(archive, wanted)


class Version(tuple[int, int, int, str, int]):
    """As ``sys.version_info``."""

    major, minor, micro, releaselevel, serial = 3, 99, 1, "final", 0


@dataclass(slots=True)
class OtherVersion(Fault):
    """Another version of a program, which makes other pages, other excerpts, other titles."""

    program: str = ""

    def set_up(self) -> None:
        import sphinx

        from broadsheet.publication import parser
        from broadsheet.rules import excerpt_html, scan

        if self.program == "python":
            sys.version_info = Version((*sys.version_info[:2], 99, "final", 0))
            sys.version = f"{sys.version_info[0]}.{sys.version_info[1]}.99 (main)"
        elif self.program == "sphinx":
            sphinx.__version__, sphinx.version_info = "9.0.99", (9, 0, 99, "final", 0)
        else:
            broadsheet.__version__ = "0.0.9"
        read_version = importlib.metadata.version
        parse, render = parser.PublicationParser.parse, excerpt_html.render
        read_article = scan.read_article

        def other_version(name: str) -> str:
            return "0.0.9" if name == self.program else read_version(name)

        def other_parse(self: Any, text: str, document: Any) -> None:
            parse(self, f"{text}\n\nOf another version.\n", document)

        def other_render(*args: Any, **kwargs: Any) -> str:
            return render(*args, **kwargs) + "<p>Of another version.</p>"

        def other_read(*args: Any) -> Any:
            article, problems = read_article(*args)
            return article._replace(title="Of another version"), problems

        importlib.metadata.version = other_version
        receipt._programs = lambda: ["of another version"]  # it looks at what is installed
        for module in list(sys.modules.values()):
            if getattr(module, "version", None) is read_version:
                module.version = other_version  # type: ignore[attr-defined] # it is asked for
        parser.PublicationParser.parse = other_parse  # type: ignore[method-assign] # that is the fault
        excerpt_html.render, scan.read_article = other_render, other_read


@pytest.mark.parametrize("program", ["broadsheet", "python", "sphinx"])
def test_what_another_version_has_kept_is_not_taken_over(archive, program):
    wanted = read_output(archive.out)
    shutil.rmtree(archive.out)
    other = run(archive, fault=OtherVersion(program=program))
    assert other.status == 0, other
    index = next(archive.out.glob("archive/2025/index.html")).read_text("utf-8")
    assert index.count("Of another version") > 5
    assert_repaired(archive, wanted)


# time


@dataclass(slots=True)
class WrongClock(Fault):
    """A clock that is ahead, or behind."""

    seconds: int = 0

    def set_up(self) -> None:
        now, now_ns = time.time, time.time_ns
        time.time = lambda: now() + self.seconds
        time.time_ns = lambda: now_ns() + self.seconds * 10**9


DAY = 86_400


@pytest.mark.parametrize("seconds", [DAY, -DAY], ids=["ahead", "behind"])
def test_a_clock_that_is_set_hides_no_edit(archive, seconds):
    shutil.rmtree(archive.out)
    assert run(archive, fault=WrongClock(seconds=seconds)).status == 0
    edit_everything(archive)
    assert_repaired(archive)


def test_files_of_the_future_are_read_when_they_change(archive):
    for path in archive.source.rglob("*"):
        os.utime(path, (time.time() + DAY, time.time() + DAY))
    assert_repaired(archive)
    edit_everything(archive)  # with the time of now, which is older
    assert_repaired(archive)


def test_an_edit_that_keeps_size_and_time_is_seen(archive):
    """As ``cp -p`` and ``rsync -a`` may bring it."""
    for name in (archive.articles[0], "about.md", archive.kind.authors, archive.kind.config):
        path = archive.source / name
        status, text = path.stat(), path.read_text("utf-8")
        word = max(re.findall(r"(?<![\w.])[A-Z][a-z]+(?![\w:])", text), key=len)
        path.write_text(text.replace(word, word[::-1].capitalize()), "utf-8")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert path.stat().st_size == status.st_size
        assert_repaired(archive)


# a source that changes while it is read


@dataclass(slots=True)
class Meddling(Fault):
    """Something is done to a file when a build opens it for the so-and-so-many-th time."""

    path: str = ""
    number: int = 0  #: from 1
    after: bool = False  #: the build has read it by then
    meddle: Callable[[], object] = lambda: None
    waiting: bool = False
    busy: bool = False

    def set_up(self) -> None:
        sys.addaudithook(self._watch)

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or self.busy:
            return
        due, self.waiting = self.waiting, False
        if str(arguments[0]) == self.path and arguments[1] != "w":
            self.count += 1
            is_the_one = self.count == self.number
            due = due or (is_the_one and not self.after)
            self.waiting = is_the_one and self.after
        if due:
            self.busy = True
            self.meddle()
            self.busy = False


#: An article, a page, the authors, a file that is copied.
VICTIMS: Mapping[str, Sequence[str]] = {
    "_config.yml": ("_essays/long.md", "about.md", "_data/authors.yml", "assets/sheet.txt"),
    "conf.py": ("notes/2025-05-01-note.md", "about.md", "authors.yml", "assets/mark.png"),
}


WHICH = pytest.mark.parametrize("which", range(4), ids=["article", "page", "authors", "file"])
CHANGE = b"\nChanged.\n"


def changing(archive: Archive, path: str) -> Iterator[Meddling]:
    """Yield a change of a file after each time that it may be read."""

    def change() -> None:
        with (archive.source / path).open("ab") as file:
            file.write(CHANGE)

    for number in (1, 2, 3):
        yield Meddling(path=str(archive.source / path), number=number, after=True, meddle=change)


@WHICH
def test_a_file_that_changes_while_it_is_read_is_read_again(archive, restore, which):
    victim = VICTIMS[archive.kind.config][which]
    data = (archive.source / victim).read_bytes() + b"\n"
    for fault in changing(archive, victim):
        restore()
        archive.write(victim, data)
        assert run(archive, fault=fault).status == 0
        assert_repaired(archive)


@WHICH
def test_a_change_that_is_taken_back_leaves_no_trace(archive, restore, which):
    victim = VICTIMS[archive.kind.config][which]
    data = (archive.source / victim).read_bytes() + b"\n"
    archive.write(victim, data)
    wanted = cleanly(archive)
    for fault in changing(archive, victim):
        restore()
        archive.write(victim, data)
        assert run(archive, fault=fault).status == 0
        archive.write(victim, data)
        assert_repaired(archive, wanted)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_article_that_vanishes_while_it_is_read_is_named_or_left_out(archive, number):
    victim = VICTIMS[archive.kind.config][0]
    archive.append(victim, "\nMore.\n")
    path = archive.source / victim
    away = path.with_suffix(".away")
    fault = Meddling(path=str(path), number=number, meddle=lambda: path.rename(away))
    done = run(archive, fault=fault)
    assert "Traceback" not in done.err
    assert_repaired(archive)
    if away.exists():
        away.rename(path)
        assert_repaired(archive)


# an output that others change

OUTPUTS = (
    "**/*note.html", "tags/red/index.html", "tags/index.html", "about.html", "404.html",
    "index.html", "articles.json", "sitemap.xml", "objects.inv", "_images/lead*.png",
    "_static/styles/furo.css", "_sources/about.md.txt", "assets/*.txt",
)  # fmt: skip

CHANGES: Mapping[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "edited": lambda path: path.write_bytes(path.read_bytes()[:-3] + b"new"),
}


def outputs(archive: Archive) -> list[str]:
    """Name a file of each kind in the output."""
    found = [sorted(archive.out.glob(pattern))[:1] for pattern in OUTPUTS]
    return [path.relative_to(archive.out).as_posix() for paths in found for path in paths]


@pytest.mark.parametrize("how", CHANGES)
def test_what_others_have_changed_in_the_output_is_made_again(archive, how):
    wanted = read_output(archive.out)
    names = outputs(archive)
    for name in names:
        CHANGES[how](archive.out / name)
    assert build(archive.source, archive.out, OPTIONS).status == 0
    made = read_output(archive.out).files
    assert [name for name in names if made.get(name) != wanted.files[name]] == []


def test_folders_of_the_output_that_are_gone_are_made_again(archive, restore):
    for name in ("_static", "_images", "tags", "archive/2025", ".doctrees", "authors/ann"):
        restore()
        edit_everything(archive)
        if (archive.out / name).is_dir():
            shutil.rmtree(archive.out / name)
            assert_repaired(archive)


# two at once


@pytest.mark.parametrize("moment", [20, 300, 900])
def test_of_two_builds_at_once_the_second_waits_and_says_so(archive, moment):
    total = operations(archive)
    shutil.rmtree(archive.out)
    stopped, go = archive.out.with_name("stopped"), archive.out.with_name("go")

    def wait() -> None:
        stopped.touch()
        while not go.exists():
            time.sleep(0.01)

    number = max(6, total * moment // 1000)
    first = start(archive, fault=Stop(folder=str(archive.out), number=number, happens=wait))
    while not (stopped.exists() or first.has_ended()):
        time.sleep(0.01)
    archive.append(archive.articles[0], "\nFor the second.\n")
    second = start(archive)
    line = second.wait_for_line()
    go.touch()
    done = first.wait(), second.wait()
    assert "wait" in line
    assert [(one.status, one.err) for one in done] == [(0, ""), (0, f"{line}\n")]
    assert_same(read_output(archive.out), cleanly(archive))


@dataclass(slots=True, kw_only=True)
class HoldWorkers(Fault):
    """Each worker says that it has begun, and waits until it is let go."""

    begun: Path
    go: Path

    def set_up(self) -> None:
        os.register_at_fork(after_in_child=self.hold)

    def hold(self) -> None:
        self.begun.touch()
        while not self.go.exists():
            time.sleep(0.01)


def test_a_build_waits_for_the_workers_of_one_that_was_killed(long, tmp_path):
    wanted = cleanly(long)
    held = HoldWorkers(begun=tmp_path / "begun", go=tmp_path / "go")
    first = start(long, jobs=2, fault=held)
    while not (held.begun.exists() or first.has_ended()):
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    assert first.wait().status == -signal.SIGKILL
    second = start(long, jobs=2)
    line = second.wait_for_line()
    held.go.touch()
    assert "wait" in line
    assert second.wait().status == 0
    first.wait_for_group()
    assert_same(read_output(long.out), wanted)


def test_many_builds_at_once_all_succeed(archive):
    edit_everything(archive)
    for done in [process.wait() for process in [start(archive, jobs=2) for _ in range(4)]]:
        assert done.status == 0, done
        assert len(done.err.splitlines()) <= 1
    assert_same(read_output(archive.out), cleanly(archive))


# readers


def test_a_reader_sees_the_old_file_or_the_new_one_and_never_half_of_one(archive):
    names = outputs(archive)
    seen: dict[str, set[bytes]] = {name: set() for name in names}
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            for name in names:
                try:
                    seen[name].add((archive.out / name).read_bytes())
                except FileNotFoundError:
                    seen[name].add(b"")

    whole = [read_output(archive.out)]
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for title in ("Second", "Third", "Fourth"):
            for path in archive.articles:
                archive.set_key(path, "title", title)
            archive.append("about.md", f"\n{title}.\n")
            archive.write("assets/lead.png", picture(len(title) * 7))
            archive.replace("assets/sheet.txt", "\n", f"\n{title}\n" * 90)
            archive.configure({"title": title}, {"html_title": title})
            command = [sys.executable, "-m", "broadsheet.command", "build", "-j2", f"--now={NOW}"]
            subprocess.run([*command, archive.source, archive.out], check=True, capture_output=True)
            whole.append(read_output(archive.out))
    finally:
        ended.set()
        reader.join()
    halves = [name for name in names if seen[name] - {one.files[name] for one in whole}]
    assert halves == []
