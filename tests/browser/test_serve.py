"""The live preview in a real browser: pages that reload by themselves, and what they say."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

COMMAND = Path(sys.executable).with_name("broadsheet")
PATIENCE = 120  # seconds; a machine may be busy

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_theme = "furo"
html_static_path = ["_static"]
"""

#: A page may allow nothing but what comes from its own site.
STRICT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<title>Strict</title>
</head>
<body><p>Strict.</p></body>
</html>
"""

NAME = "articles/2025-01-01-long.md"


def article(*paragraphs: str, date: str = "2025-01-01") -> str:
    text = "\n\n".join(f"### Part {part}\n\n{'Some words. ' * 120}" for part in range(12))
    return f"---\ntitle: Long\ndate: {date}\n---\n\n{text}\n\n" + "\n\n".join(paragraphs) + "\n"


SOURCES: Mapping[str, str] = {"conf.py": CONF, "_static/strict.html": STRICT, NAME: article()}


@dataclass(kw_only=True)
class Preview:
    """The command at work on a source, and a browser on its pages."""

    browser: Any
    source: Path
    process: subprocess.Popen[str]
    address: str

    def open(self, page: str) -> None:
        self.browser.get("about:blank")  # the same address again would only move in the page
        self.browser.get(self.address + page)

    def save(self, name: str, text: str) -> None:
        (self.source / name).write_text(text, "utf-8")

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until something is so; while the page reloads, nothing is."""
        wait = WebDriverWait(self.browser, PATIENCE, 0.05, ignored_exceptions=(WebDriverException,))
        return wait.until(lambda _: condition())

    def shows(self, text: str) -> bool:
        return bool(self.run("return document.body.textContent.includes(arguments[0])", text))

    def said(self, selector: str) -> Any:
        """Return an element of what stands above the page; None without it."""
        found = "document.querySelector('broadsheet-preview')?.shadowRoot.querySelector"
        return self.run(f"return {found}(arguments[0])", selector)

    def text(self, selector: str) -> str:
        element = self.said(selector)
        return str(element.text) if element else ""


def start(source: Path, port: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [COMMAND, "serve", source, source.with_name("out"), f"--port={port}", "-j1"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return process, found[0]
    pytest.fail("the command has ended")


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    assert process.stdout
    process.stdout.close()


@pytest.fixture(scope="module")
def running(
    browser: Any, tmp_path_factory: pytest.TempPathFactory, write_tree: Any
) -> Iterator[Preview]:
    source = write_tree(tmp_path_factory.mktemp("live") / "source", SOURCES)
    process, address = start(source, "0")
    preview = Preview(browser=browser, source=source, process=process, address=address)
    yield preview
    end(preview.process)


@pytest.fixture
def preview(running: Preview) -> Iterator[Preview]:
    running.open(PAGE)
    article = "return document.querySelector('article').innerText"
    plain = running.run(article)
    yield running
    for name, text in SOURCES.items():
        if (running.source / name).read_text("utf-8") != text:
            running.save(name, text)
    running.open(PAGE)
    running.until(lambda: running.run(article) == plain and not running.said("*"))


PAGE = "articles/2025-01-01-long.html"


@pytest.mark.parametrize("fragment", ["", "#part-2"])
def test_a_saved_article_shows_by_itself_where_the_reader_was(preview, fragment):
    preview.open(PAGE + fragment)
    scroll = "const y = scrollY; scrollTo({top: 1234, behavior: 'instant'}); return y"
    preview.until(lambda: preview.run(scroll) == 1234)  # once the page has come to rest
    preview.run("window.former = true")
    preview.save(NAME, article(f"Written anew{fragment}."))
    preview.until(lambda: preview.shows(f"Written anew{fragment}."))
    preview.until(lambda: preview.run("return document.readyState") == "complete")
    assert preview.run("return [scrollY, window.former]") == [1234, None]
    preview.run("return new Promise(done => setTimeout(done, 200))")  # nor does it move later
    assert preview.run("return [scrollY, history.scrollRestoration]") == [1234, "auto"]


def test_another_page_does_not_reload(preview):
    preview.open("genindex.html")
    preview.run("window.former = true")
    preview.save(NAME, article("Of no concern to the index."))
    changed = preview.source.with_name("out") / PAGE
    preview.until(lambda: b"Of no concern" in changed.read_bytes())
    preview.run("return new Promise(done => setTimeout(done, 500))")
    assert preview.run("return window.former")


@pytest.mark.parametrize("page", [PAGE, "_static/strict.html"])
def test_a_failure_stands_above_the_last_good_page_until_it_is_mended(preview, page):
    preview.open(page)
    before = preview.run("return document.body.innerHTML")
    preview.save("conf.py", CONF + "html_theme = \n")
    alert = preview.until(lambda: preview.said("[role=alert]"))
    assert "The build failed" in alert.text
    assert "conf.py" in preview.text("pre")
    assert alert.value_of_css_property("position") == "fixed"
    assert preview.run("return document.body.innerHTML") == before
    preview.save("conf.py", CONF)
    preview.until(lambda: not preview.said("[role=alert]"))
    assert preview.run("return document.body.innerHTML") == before


def test_a_failure_can_be_put_away_by_the_mouse_or_the_keyboard(preview):
    preview.open(PAGE)
    preview.save("conf.py", CONF + "html_theme = \n")
    preview.until(lambda: preview.said("button")).click()
    assert preview.said("[role=alert]") is None
    preview.open(PAGE)  # the fault is still there, and said again
    preview.until(lambda: preview.said("button")).send_keys(Keys.ESCAPE)
    assert preview.said("[role=alert]") is None


def test_warnings_are_counted_in_a_corner_and_listed_when_asked_for(preview):
    preview.open(PAGE)
    preview.save(NAME, article("[a](nowhere.md)", date="2025-13-40"))
    preview.until(lambda: preview.text("summary") == "2 warnings")
    items = "return document.querySelector('broadsheet-preview').shadowRoot.querySelectorAll('li')"
    assert not any(item.is_displayed() for item in preview.run(items))
    preview.said("summary").click()
    assert [NAME in item.text for item in preview.run(items)] == [True, True]
    # the list stays open while one after the other is mended
    preview.save(NAME, article("Anew. [a](nowhere.md)"))
    preview.until(lambda: preview.text("summary") == "1 warning")
    assert [item.is_displayed() for item in preview.run(items)] == [True]
    preview.save(NAME, article())
    preview.until(lambda: preview.shows("Part 1") and not preview.said("summary"))


def test_a_page_is_as_it_was_built_and_the_console_is_silent(preview):
    preview.browser.get_log("browser")
    preview.open(PAGE)
    assert preview.run("return document.querySelectorAll('script[src*=\"/-/\"]').length") == 0
    assert preview.said("*") is None
    found = [entry["message"] for entry in preview.browser.get_log("browser")]
    assert [message for message in found if "favicon" not in message] == []


def test_a_page_finds_the_server_again_when_it_comes_back(preview):
    preview.open(PAGE)
    end(preview.process)
    preview.save(NAME, article("Written meanwhile."))
    port = preview.address.rstrip("/").rpartition(":")[2]
    preview.process, _ = start(preview.source, port)
    preview.until(lambda: preview.shows("Written meanwhile."))
