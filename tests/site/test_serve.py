"""``broadsheet serve``: what it answers, when it builds again, what it tells pages, how it ends."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from watchfiles import Change

from broadsheet.command import parser
from broadsheet.command.serve.builds import Builds, sort_out
from broadsheet.command.serve.preview import find, look_at
from broadsheet.command.serve.server import with_script
from broadsheet.command.serve.session import Relevant

COMMAND = Path(sys.executable).with_name("broadsheet")
PATIENCE = 120  # seconds; a machine may be busy

ARTICLE = "---\ntitle: {}\ndate: {}\n---\n\n{}\n"
NOW = "--now=2026-01-01"

JEKYLL: Mapping[str, str] = {
    "_config.yml": "title: The Sheet\nurl: https://example.org\nbaseurl: /sheet\n",
    "_posts/2025-01-01-one.md": ARTICLE.format("One", "2025-01-01", "The first.\n\nIts body."),
    "_posts/2025-01-02-two.md": ARTICLE.format("Two", "2025-01-02", "The second.\n\nIts body."),
    "about.md": "---\ntitle: About\n---\n\nBy hand.\n",
    "images/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}
ONE, TWO = "/2025/01/01/one.html", "/2025/01/02/two.html"

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
"""

SPHINX: Mapping[str, str] = {
    "conf.py": CONF,
    "articles/2025-01-01-one.md": ARTICLE.format("One", "2025-01-01", "The first."),
}


@dataclass(kw_only=True)
class Serving:
    """A running command, and what it has printed."""

    process: subprocess.Popen[str]
    source: Path
    out: Path
    lines: Queue[str] = field(default_factory=Queue)
    said: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line.rstrip("\n"))

    def until(self, pattern: str) -> re.Match[str]:
        """Wait for a line; those before it are in ``said``."""
        while True:
            try:
                line = self.lines.get(timeout=PATIENCE)
            except Empty:
                pytest.fail(f"no line like {pattern!r} after {self.said}")
            self.said.append(line)
            if found := re.search(pattern, line):
                return found

    def save(self, name: str, text: str) -> None:
        (self.source / name).write_text(text, "utf-8")

    @contextmanager
    def ask(self, path: str, **headers: str) -> Iterator[HTTPResponse]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", quote(path, safe="/%?=&"), headers=headers)
        with closing(connection), connection.getresponse() as response:
            yield response

    def read(self, path: str) -> tuple[int, str]:
        with self.ask(path) as response:
            return response.status, response.read().decode()

    @contextmanager
    def page(self, path: str) -> Iterator[Page]:
        """Open a page as a browser does, and listen to what it is told."""
        _, text = self.read(path)
        found = re.search(r'reload\.js" data-file="([^"]*)" data-moment="(\d+)"', text)
        assert found, text
        query = urlencode({"path": quote(path), "file": found[1], "moment": found[2]})
        with self.ask(f"/-/broadsheet/events?{query}") as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            yield Page(text=text, file=found[1], response=response)

    def end(self, sign: int = signal.SIGINT) -> int:
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)


@dataclass(frozen=True, kw_only=True)
class Page:
    text: str
    file: str
    response: HTTPResponse

    def told(self) -> dict[str, Any]:
        """Wait for the next thing that the page is told."""
        while line := self.response.readline():
            if line.startswith(b"data: "):
                return dict(json.loads(line.removeprefix(b"data: ")))
        pytest.fail("the stream has ended")


Serve = Callable[..., Serving]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start the command: ``start(source)``."""
    running: list[Serving] = []

    def serve(source: Path, *options: str, out: str | None = "out", ready: bool = True) -> Serving:
        home = source.parent
        chosen = [] if out is None else [out]
        process = subprocess.Popen(
            [COMMAND, "serve", source.name, *chosen, "--port=0", NOW, "-j1", *options],
            cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            encoding="utf-8", start_new_session=True,
            env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")},
        )  # fmt: skip
        serving = Serving(process=process, source=source, out=home / str(out))
        running.append(serving)
        if ready:
            serving.port = int(serving.until(r"http://127\.0\.0\.1:(\d+)/.*\(Ctrl-C")[1])
        return serving

    yield serve
    for serving in running:
        with suppress(ProcessLookupError):
            os.killpg(serving.process.pid, signal.SIGKILL)
        serving.process.wait(PATIENCE)
        assert serving.process.stdout
        serving.process.stdout.close()


@pytest.fixture
def jekyll(tmp_path, write_tree) -> Path:
    return write_tree(tmp_path / "source", JEKYLL)


@pytest.fixture
def sphinx(tmp_path, write_tree) -> Path:
    return write_tree(tmp_path / "source", SPHINX)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# builds


def test_a_saved_article_is_built_again_and_only_its_page_is_told(start, jekyll):
    serving = start(jekyll)
    with serving.page(ONE) as one, serving.page(TWO) as two:
        quiet = {"reload": False, "failed": False, "error": "", "warnings": [], "count": 0}
        assert (one.told(), two.told()) == (quiet, quiet)

        # below the excerpt, which listings show
        text = ARTICLE.format("One", "2025-01-01", "The first.\n\nWritten anew.")
        serving.save("_posts/2025-01-01-one.md", text)
        assert one.told() == {**quiet, "reload": True}
        assert "Written anew." in serving.read(ONE)[1]
        serving.until(r"^\d\d:\d\d:\d\d _posts/2025-01-01-one\.md: 1 page, 0 warnings, \d+\.\d s$")

        # the second page is told of the next thing only, which concerns it
        text = ARTICLE.format("Two", "2025-01-02", "The second.\n\nWritten anew.")
        serving.save("_posts/2025-01-02-two.md", text)
        assert two.told() == {**quiet, "reload": True}


def test_a_preview_has_the_bytes_of_a_build_and_leaves_the_source_alone(start, jekyll):
    before = files(jekyll)
    serving = start(jekyll)
    assert files(jekyll) == before
    serving.save("_posts/2025-01-03-three.md", ARTICLE.format("Three", "2025-01-03", "Third."))
    serving.until(r"three\.md: ")
    done = subprocess.run(
        [COMMAND, "build", "source", "built", NOW], cwd=jekyll.parent, check=True,
        capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.stderr == b""

    def pages(out: str) -> dict[str, bytes]:
        names = (*jekyll.parent.glob(f"{out}/**/*.html"), *jekyll.parent.glob(f"{out}/*.json"))
        return {str(path.relative_to(jekyll.parent / out)): path.read_bytes() for path in names}

    assert pages("out") == pages("built")
    assert files(jekyll).keys() - before.keys() == {"_posts/2025-01-03-three.md"}


def test_a_page_that_is_removed_and_comes_again_is_followed(start, jekyll):
    serving = start(jekyll)
    text = (jekyll / "_posts" / "2025-01-01-one.md").read_text("utf-8")
    with serving.page(ONE) as page:
        page.told()
        (jekyll / "_posts" / "2025-01-01-one.md").unlink()
        assert page.told()["reload"]
    assert serving.read(ONE)[0] == 404
    with serving.page(ONE) as page:
        assert page.file == "404.html"
        assert not page.told()["reload"]
        serving.save("_posts/2025-01-01-one.md", text)
        assert page.told()["reload"]
    assert serving.read(ONE)[0] == 200


def test_a_style_sheet_that_changes_concerns_every_page(start, sphinx, write_tree):
    style = "body { color: black }\n"
    conf = CONF + 'html_static_path = ["_static"]\nhtml_css_files = ["own.css"]\n'
    write_tree(sphinx, {"conf.py": conf, "_static/own.css": style})
    serving = start(sphinx)
    with serving.page("/") as page:
        assert not page.told()["reload"]
        serving.save("_static/own.css", "body { color: green }\n")
        assert page.told()["reload"]


def test_a_warning_is_printed_once_and_stays_in_the_page(start, jekyll):
    serving = start(jekyll)
    with serving.page(TWO) as page:
        page.told()
        serving.save("_posts/2025-01-01-one.md", ARTICLE.format("One", "2025-13-40", "Anew."))
        told = page.told()
        assert (told["count"], told["failed"]) == (1, False)
        [warning] = told["warnings"]
        assert warning.startswith("source/_posts/2025-01-01-one.md:3: WARNING: ")
    serving.until(": 1 warning,|, 1 warning,")
    assert warning in serving.said
    serving.said.clear()
    serving.save("about.md", "---\ntitle: About\n---\n\nBy another hand.\n")
    serving.until(r"about\.md: .*, 1 warning \(0 new\), ")
    assert warning not in serving.said


# failures


def test_a_failing_build_leaves_the_last_good_pages_and_says_why_until_it_is_mended(start, sphinx):
    serving = start(sphinx)
    good = serving.read("/articles/2025-01-01-one")[1]
    with serving.page("/") as page:
        page.told()
        serving.save("conf.py", CONF + "html_theme = \n")
        told = page.told()
        assert (told["failed"], told["reload"]) == (True, False)
        assert "conf.py" in told["error"]
        assert "syntax" in told["error"]
        serving.until(r"conf\.py: FAILED, ")
        assert any("syntax" in line for line in serving.said)
        strip = re.compile(r'data-moment="\d+"')
        assert strip.sub("", serving.read("/articles/2025-01-01-one")[1]) == strip.sub("", good)
        with serving.page("/") as other:  # who comes now is told, too
            assert other.told() == told

        serving.save("conf.py", CONF)
        told = page.told()
        assert (told["failed"], told["error"]) == (False, "")


def test_a_first_build_that_fails_is_shown_and_once_mended_the_page_comes(start, sphinx):
    (sphinx / "conf.py").write_text(CONF + "html_theme = \n", "utf-8")
    serving = start(sphinx)
    status, text = serving.read("/")
    assert (status, "Nothing here yet" in text) == (503, True)
    with serving.page("/") as page:
        told = page.told()
        assert (told["failed"], told["reload"], "conf.py" in told["error"]) == (True, False, True)
        serving.save("conf.py", CONF)
        assert page.told()["reload"]
    assert serving.read("/")[0] == 200


def test_a_build_that_dies_is_a_failure_and_no_more(start, sphinx):
    serving = start(sphinx)
    serving.save("conf.py", CONF + "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    serving.until("FAILED")
    assert "broadsheet: the build was ended by signal 9" in serving.said
    serving.save("conf.py", CONF)
    serving.until(r"conf\.py: \d+ page")
    assert serving.read("/")[0] == 200


def test_what_changes_during_a_build_is_built_once_more(start, sphinx):
    serving = start(sphinx)
    began = sphinx.parent / "began"
    slow = f"import pathlib, time\npathlib.Path({str(began)!r}).touch()\ntime.sleep(2)\n"
    serving.save("conf.py", CONF + slow)
    while not began.exists():
        time.sleep(0.01)
    serving.save("conf.py", CONF)
    for number in range(3):
        text = ARTICLE.format("One", "2025-01-01", f"Edit {number}.")
        serving.save("articles/2025-01-01-one.md", text)
        time.sleep(0.1)
    serving.until(r" conf\.py: ")
    serving.until(r" articles/2025-01-01-one\.md and 1 other: ")
    assert "Edit 2." in serving.read("/articles/2025-01-01-one")[1]


# addresses


@pytest.fixture(scope="module")
def site(start, tmp_path_factory, write_tree) -> Serving:
    return start(write_tree(tmp_path_factory.mktemp("site") / "source", JEKYLL))


@pytest.mark.parametrize("base", ["", "/sheet"])
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/", 200, "The Sheet"),
        ("/index.html", 200, "The Sheet"),
        (ONE, 200, "The first."),
        (ONE.removesuffix(".html"), 200, "The first."),
        ("/posts/", 200, "Two"),
        ("/images/mark.svg", 200, "<svg"),
        ("/nowhere", 404, "Page not found"),
        ("/nowhere/deep/", 404, "Page not found"),
        ("/墨.html", 404, "Page not found"),
        ("/%00", 404, "Page not found"),
        ("/" + "x" * 5000, 404, "Page not found"),
    ],
)
def test_an_address_is_answered_as_hosts_answer_it(site, base, path, status, words):
    found, text = site.read(base + path)
    assert (found, words in text) == (status, True)
    assert ("reload.js" in text) == ("<svg" not in text[:10])


@pytest.mark.parametrize("path", ["/sheet", "/posts", "/sheet/posts"])
def test_a_folder_without_its_slash_is_sent_on(site, path):
    with site.ask(path) as response:
        assert response.status == 302
        assert response.headers["Location"].endswith(f"{path}/")


@pytest.mark.parametrize(
    "path", ["/../source/_config.yml", "/%2e%2e/source/about.md", "//etc/hosts"]
)
def test_nothing_outside_the_output_is_served(site, path):
    assert site.read(path)[0] == 404


def test_the_address_has_the_path_of_the_site(site):
    assert site.said[-1].startswith("source is at http://127.0.0.1:")
    assert "/sheet/ " in site.said[-1]


def test_nothing_is_kept_by_the_browser_and_no_other_name_may_ask(site):
    for path in ("/", "/images/mark.svg", "/nowhere", "/-/broadsheet/reload.js"):
        with site.ask(path) as response:
            assert response.headers["Cache-Control"] == "no-store"
    with site.ask("/", Host="elsewhere.example") as response:
        assert response.status == 400


def test_the_script_is_in_what_is_served_and_in_no_file(site):
    for page in site.out.rglob("*.html"):
        assert b"/-/broadsheet" not in page.read_bytes()
    with site.ask("/", **{"Sec-Fetch-Dest": "empty"}) as response:  # a script reads it
        assert b"/-/broadsheet" not in response.read()


# beginning and end


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly_with_all_that_it_started(start, jekyll, sign):
    serving = start(jekyll)
    with serving.page("/") as page:  # an open stream does not hold it
        page.told()
        assert serving.end(sign) == 0
    serving.reader.join(PATIENCE)  # until no process holds what was its standard output
    assert not serving.reader.is_alive()
    assert serving.lines.empty()


def test_a_signal_ends_a_build_that_is_under_way(start, sphinx):
    pulse = sphinx.parent / "pulse"
    forever = (
        "import pathlib, time\n"
        "while True:\n"
        f"    pathlib.Path({str(pulse)!r}).write_text(str(time.time()))\n"
        "    time.sleep(0.01)\n"
    )
    (sphinx / "conf.py").write_text(CONF + forever, "utf-8")
    serving = start(sphinx, ready=False)
    while not pulse.exists():
        time.sleep(0.01)
    assert serving.end() == 0
    last = pulse.read_text()
    time.sleep(0.2)
    assert pulse.read_text() == last


def test_without_an_out_the_pages_are_kept_for_the_next_start(start, jekyll):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = f"--port={free.getsockname()[1]}"
    before = files(jekyll)
    serving = start(jekyll, port, out=None)
    assert any(re.search(r"first build: [1-9]\d* pages", line) for line in serving.said)
    assert serving.end() == 0
    serving = start(jekyll, port, out=None)
    assert any("first build: 0 pages" in line for line in serving.said)
    assert serving.read(ONE)[0] == 200
    assert files(jekyll) == before
    assert sorted(path.name for path in jekyll.parent.iterdir()) == ["cache", "source"]


def test_open_opens_the_browser_at_the_address(start, jekyll, monkeypatch):
    opened = jekyll.parent / "opened"
    program = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
    (jekyll.parent / "browser.py").write_text(program, "utf-8")
    browser = [sys.executable, str(jekyll.parent / "browser.py"), str(opened), "%s"]
    monkeypatch.setenv("BROWSER", shlex.join(browser))
    serving = start(jekyll, "--open")
    while not (opened.exists() and opened.read_text()):
        time.sleep(0.01)
    assert opened.read_text() == f"http://127.0.0.1:{serving.port}/sheet/"


def test_another_port_is_taken_where_nobody_asked_for_one(start, jekyll):
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else has it
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        process = subprocess.Popen(
            [COMMAND, "serve", "source", "out"], cwd=jekyll.parent, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        assert process.stdout
        with process:
            line = process.stdout.readline()
            process.terminate()
            process.wait(PATIENCE)
    assert re.fullmatch(r"Port 8000 is taken; this is \d+\n", line)


# wrong usage


def refused(folder: Path, *arguments: str, path: Path | None = None) -> str:
    """Run the command, which is refused in one line, and return that."""
    more = {"PYTHONPATH": str(path)} if path else {}
    done = subprocess.run(
        [COMMAND, "serve", *arguments], cwd=folder, capture_output=True, text=True,
        timeout=PATIENCE, env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), **more},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, ""), done
    [line] = done.stderr.splitlines()
    assert line.startswith("broadsheet: ")
    return line


def test_a_port_that_was_asked_for_and_is_taken_is_refused(jekyll):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert port in refused(jekyll.parent, "source", "out", "--port", port)
    assert not (jekyll.parent / "out").exists()


@pytest.mark.parametrize("library", ["watchfiles", "starlette", "uvicorn", "platformdirs"])
def test_without_its_libraries_it_names_what_to_install(jekyll, library, tmp_path):
    raising = f"raise ModuleNotFoundError('gone', name={library!r})\n"
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / f"{library}.py").write_text(raising, "utf-8")
    line = refused(jekyll.parent, "source", path=tmp_path / "gone")
    assert library in line
    assert "pip install 'broadsheet[live]'" in line


@pytest.mark.parametrize(
    ("source", "out", "word"),
    [
        ("nowhere", "out", "does not exist"),
        ("source", "source", "SOURCE"),
        ("source", "mine", "not empty"),
    ],
)
def test_what_a_build_refuses_is_refused_here(jekyll, source, out, word, write_tree):
    write_tree(jekyll.parent, {"mine/letter.txt": "mine"})
    assert word in refused(jekyll.parent, source, out, "--port=0")


@pytest.mark.parametrize("port", ["-1", "65536", "http", "80.5"])
def test_a_port_is_a_number(jekyll, port):
    done = subprocess.run(
        [COMMAND, "serve", "source", f"--port={port}"], cwd=jekyll.parent, capture_output=True,
        text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


# the parts


def test_a_build_from_the_warm_process_imports_next_to_nothing(jekyll):
    """What is missing in ``warm`` would be imported again by every build."""
    program = (
        "import sys\n"
        "import multiprocessing.spawn\n"  # which forked processes have anyway
        "import broadsheet.command.serve.warm\n"
        "before = set(sys.modules)\n"
        "from broadsheet.command import main\n"
        f"assert not main(['build', 'source', 'out', '-j1', {NOW!r}])\n"
        "new = set(sys.modules) - before\n"
        "print(*sorted(name for name in new if not name.startswith('broadsheet.command')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=jekyll.parent, capture_output=True, text=True,
        timeout=PATIENCE, check=True,
    )  # fmt: skip
    new = done.stdout.splitlines()[-1].split()
    assert len(new) < 20, new


def test_where_there_is_no_fork_each_build_is_a_new_process(jekyll, tmp_path, monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    out = tmp_path / "out"
    builds = Builds(parser().parse_args(["serve", str(jekyll), str(out), NOW, "-j1"]), out)
    assert builds.run(silent=True).good
    with (jekyll / "about.md").open("a") as page:
        page.write("\n![Gone](gone.png)\n")
    outcome = builds.run(silent=True)
    assert outcome.good
    assert ["about.md:7: WARNING: " in one for one in outcome.warnings] == [True]
    assert "Gone" in (out / "about.html").read_text("utf-8")
    builds.stop()
    assert not builds.run(silent=True).good


@pytest.mark.parametrize(
    ("said", "warnings", "rest"),
    [
        ("", (), ""),
        ("a.md:3: WARNING: odd [x.y]\n", ("a.md:3: WARNING: odd [x.y]",), ""),
        ("WARNING: one\n  more of it\nWARNING: two\n", ("WARNING: one\n  more of it", "WARNING: two"), ""),
        ("\x1b[31ma.md: ERROR: red\x1b[39;49;00m\n", ("a.md: ERROR: red",), ""),
        (
            "a.md: WARNING: odd\nTraceback:\n  File x\nbroadsheet: failed\n",
            ("a.md: WARNING: odd",),
            "Traceback:\n  File x\nbroadsheet: failed\n",
        ),
    ],
)  # fmt: skip
def test_warnings_are_told_from_what_else_a_build_says(said, warnings, rest):
    assert sort_out(said) == (warnings, rest)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"), ("/a", "a.html"), ("/a.html", "a.html"), ("/a/", None),
        ("/b", None), ("/b/", "b/index.html"), ("/b/index", "b/index.html"),
        ("/.", None), ("/..", None), ("/../out/a.html", "a.html"), ("/../secret", None),
        ("/C:/a.html", None), ("/c", "c"), ("/a\0", None),
    ],
)  # fmt: skip
def test_an_address_is_that_of_a_file(tmp_path, write_tree, address, file):
    out = write_tree(
        tmp_path / "out", {"index.html": "", "a.html": "", "b/index.html": "", "c": ""}
    )
    write_tree(tmp_path, {"secret": ""})
    found = find(out.resolve(), address)
    assert (found and (out / found).resolve()) == (file and (out / file).resolve())


def test_a_file_has_changed_by_time_or_size_but_what_is_always_written_by_its_bytes(
    tmp_path, write_tree
):
    names = ("p/a.html", "p/b.html", "p/c.html", "_static/s.css", "_static/t.css", "genindex.html")
    out = write_tree(tmp_path, {**dict.fromkeys(names, "x"), ".doctrees/x": "x"})
    before = look_at(out, {})
    assert before.keys() == set(names)
    seconds = count(1)

    def changed(**edits: str) -> set[str]:
        nonlocal before
        write_tree(out, edits)
        later = (time.time_ns() + 10**9 * next(seconds),) * 2
        for name in {*names, ".doctrees/x"} - {"p/a.html"}:
            os.utime(out / name, ns=later)
        after = look_at(out, before)
        found = {name for name, state in after.items() if state.changed_from(before.get(name))}
        before = after
        return found

    edits = {"p/b.html": "longer", "_static/t.css": "y", "new/d.html": ""}
    # of c.html nothing is known yet but that it was written
    assert changed(**edits) == {"p/b.html", "p/c.html", "_static/t.css", "new/d.html"}
    assert changed(**{"p/b.html": "LONGER"}) == {"p/b.html"}


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        (b"<body>x</body></html>", b"<body>x", b"</body></html>"),
        (b"<BODY>x</BODY>", b"<BODY>x", b"</BODY>"),
        (b"x", b"x", b""),
        (b"<pre>&lt;/body></pre><!--</body>--></body>", b"<pre>&lt;/body></pre><!--</body>-->", b"</body>"),
    ],
)  # fmt: skip
def test_the_script_stands_at_the_end_of_the_body(page, before, after):
    made = with_script(page, 'a"b.html', 7)
    assert made.startswith(before + b"<script ")
    assert made.endswith(b"</script>" + after)
    assert b'data-file="a&quot;b.html" data-moment="7"' in made


@pytest.mark.parametrize(
    ("path", "relevant"),
    [
        ("_posts/2025-01-01-a.md", True), ("_config.yml", True), ("_data/authors.yml", True),
        ("conf.py", True), ("_templates/page.html", True), ("images/a.png", True),
        ("_build/html/a.html", False), ("_site/a.html", False), (".git/index", False),
        ("node_modules/a/b.js", False), (".jekyll-cache/x", False), ("__pycache__/conf.pyc", False),
        ("_posts/.a.md.swp", False), ("_posts/a.md~", False), ("_posts/#a.md#", False),
        ("_posts/.#a.md", False), ("_posts/4913", False), ("public/a.html", False),
        ("publications.md", True),
    ],
)  # fmt: skip
def test_what_editors_and_programs_leave_is_no_change_of_a_source(tmp_path, path, relevant):
    root = tmp_path / "_build" / "project"  # the name of a folder above says nothing
    changes = Relevant(root, root / "public")
    assert changes(Change.modified, str(root / path)) is relevant
