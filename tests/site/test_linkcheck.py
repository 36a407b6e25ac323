"""The links to other sites, asked of a server that stands for all of them."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from broadsheet.command import main

CONFIG = "title: The Sheet\nurl: https://sheet.example\n"

ARTICLE = """\
---
title: Rags
date: 2025-01-01
---

{{% comment %}}
A line
that goes.
{{% endcomment %}}

See [one]({0}/one), [none]({0}/none) and [slow *words*][it].

An image: ![It]({0}/image.png), [the article itself](/2025/01/01/rags.html)
and [on this site](https://sheet.example/nowhere), [by mail](mailto:a@sheet.example).

[it]: {0}/moved
"""


@dataclass
class Elsewhere:
    """Another site; what is not there is broken, and one page only at the second try."""

    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)

    def status(self, path: str) -> int:
        self.asked[path] += 1
        if path == "/flaky":
            return 500 if self.asked[path] < 3 else 200  # HEAD, then GET, then again
        return {"/none": 404, "/moved": 301}.get(path, 200)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    site = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(site.status(self.path))
            self.send_header("Location", f"{site.url}/one")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = answer  # noqa: N815 - names of the library

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Repository:
    source: Path
    out: Path

    def check(self, *options: str) -> int:
        return main(["linkcheck", str(self.source), str(self.out), *options])

    def write(self, text: str) -> None:
        (self.source / "_posts/2025-01-01-rags.md").write_text(text)

    def answers(self) -> dict[str, str]:
        lines = (self.out / "output.json").read_text().splitlines()
        return {one["uri"]: one["status"] for one in map(json.loads, lines)}


@pytest.fixture
def repository(tmp_path, write_tree) -> Repository:
    write_tree(tmp_path / "source", {"_config.yml": CONFIG, "_posts/2025-01-01-rags.md": ""})
    return Repository(tmp_path / "source", tmp_path / "out")


def test_what_is_broken_is_named_with_file_and_line(repository, elsewhere, capfd):
    repository.write(ARTICLE.format(elsewhere.url))
    assert repository.check() == 1
    out = capfd.readouterr().out
    last = out.strip().splitlines()[-1]
    assert re.match(rf"_posts/2025-01-01-rags\.md:11: \[broken\] {elsewhere.url}/none: 404", last)
    assert repository.answers() == {
        f"{elsewhere.url}/one": "working",
        f"{elsewhere.url}/none": "broken",
        f"{elsewhere.url}/moved": "redirected",
        f"{elsewhere.url}/image.png": "working",
    }


def test_what_works_is_not_asked_for_again_for_some_days(repository, elsewhere, capfd):
    repository.write(ARTICLE.format(elsewhere.url))
    repository.check()
    answers = repository.answers()
    elsewhere.asked.clear()
    assert repository.check() == 1
    assert elsewhere.asked.keys() == {"/none"}
    assert repository.answers() == answers
    assert "4 links to other sites: 1 asked, 3 found working" in capfd.readouterr().out
    elsewhere.asked.clear()
    repository.check("--days", "0")
    assert elsewhere.asked.keys() == {"/one", "/none", "/moved", "/image.png"}


def test_a_damaged_memory_is_asked_again(repository, elsewhere):
    repository.write(f"---\ntitle: A\ndate: 2025-01-01\n---\n[a]({elsewhere.url}/one)\n")
    assert repository.check() == 0
    (memory,) = repository.out.rglob("broadsheet-links.jsonl")
    line = json.loads(memory.read_text())
    damaged = ["{", "[]", json.dumps({**line, "status": "new"}), json.dumps({**line, "time": 9e99})]
    memory.write_text("\n".join(damaged))
    elsewhere.asked.clear()
    assert repository.check() == 0
    assert elsewhere.asked.keys() == {"/one"}


def test_a_link_is_tried_again_before_it_is_broken(repository, elsewhere, capfd):
    repository.write(f"---\ntitle: A\ndate: 2025-01-01\n---\n[a]({elsewhere.url}/flaky)\n")
    assert repository.check("--tries", "3") == 0
    assert capfd.readouterr().out.strip().endswith("every link works")
    elsewhere.asked.clear()
    assert repository.check("--days", "0", "--tries", "1") == 1


def test_a_link_can_be_left_out(repository, elsewhere):
    repository.write(ARTICLE.format(elsewhere.url))
    assert repository.check("--ignore", ".*/none") == 0
    assert "/none" not in elsewhere.asked


@pytest.mark.parametrize("option", [("--days", "x"), ("--ignore", "("), ("--workers", "-1")])
def test_an_option_that_is_none_is_refused(repository, option):
    with pytest.raises(SystemExit) as refused:
        repository.check(*option)
    assert refused.value.code == 2


def test_a_project_is_checked_by_sphinx_itself(tmp_path, write_tree, elsewhere, capfd):
    conf = 'project = "S"\nextensions = ["broadsheet"]\nhtml_theme = "furo"\n'
    text = f"---\ntitle: A\ndate: 2025-01-01\n---\n\n[a]({elsewhere.url}/one) [b](#a)\n"
    files = {"conf.py": conf, "index.md": "# Home\n", "articles/a.md": text}
    project = Repository(write_tree(tmp_path / "source", files), tmp_path / "out")
    assert project.check() == 0
    assert project.answers() == {f"{elsewhere.url}/one": "working"}
