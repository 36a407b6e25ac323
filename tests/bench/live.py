"""``broadsheet serve``: how long after a save an article is built, and shown in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import quote

import archives
import pages
from aims import BUILT, SHOWN
from processes import Failed

PATIENCE = 600  #: seconds for the first build; another takes less
QUIET = 1.0  #: seconds after which a save calls for no further build
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

_ADDRESS = re.compile(r"http://\S+")
_HAS_TEXT = "return !!document.body && document.body.textContent.includes(arguments[0])"


def seconds_after_saves(
    command: Sequence[str], out: Path, article: Path, count: int
) -> Iterator[tuple[str, float]]:
    """Save *article* again and again; give each time until it was ``BUILT`` and ``SHOWN``.

    *command* serves *out*. Where there is no browser nothing is shown. Raises :class:`Failed`.
    """
    with _serving(command, out.parent / "serve.txt") as server, _browser() as chrome:
        while not (address := _ADDRESS.search(_line(server))):
            pass
        before = pages.state(out)
        text, _ = _save(article, 0)
        _line(server)
        changed = pages.rewritten(before, pages.state(out))
        shows = [path for path in changed if text.encode() in (out / path).read_bytes()]
        if not shows:
            message = "no page has what was saved:"
            raise Failed(message)
        if chrome:
            chrome.get(address[0] + quote(shows[0]))
            _wait_for(text, chrome)
        for number in range(1, count + 1):
            while _says_more(server, QUIET):
                _line(server)
            text, saved = _save(article, number)
            _line(server)
            yield BUILT, time.perf_counter() - saved
            if chrome:
                _wait_for(text, chrome)
                yield SHOWN, time.perf_counter() - saved


@contextmanager
def _serving(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server; end it at the end."""
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, bufsize=0, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        try:
            yield process
        except Failed as failure:
            message = f"{failure}\n{log.read_text(encoding='utf-8', errors='replace')}"
            raise Failed(message) from failure
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _line(server: subprocess.Popen[bytes]) -> str:
    """Return the next line that a server prints: there is one after each build."""
    if _says_more(server, PATIENCE) and server.stdout and (line := server.stdout.readline()):
        return line.decode()
    message = "the server says nothing more:"
    raise Failed(message)


def _says_more(server: subprocess.Popen[bytes], seconds: float) -> bool:
    return server.poll() is None and bool(select([server.stdout or 0], [], [], seconds)[0])


@contextmanager
def _browser() -> Iterator[Any]:
    """Start Chromium without a window; give None where it, or Selenium, is not installed."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    try:
        from selenium import webdriver
    except ModuleNotFoundError:
        driver = None
    if not (browser and driver):
        yield None
        return
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    options.page_load_strategy = "none"  # no question waits for the images
    for argument in (
        "--headless=new",
        "--no-sandbox",  # which root and most containers cannot have
        "--disable-dev-shm-usage",  # 64 MB in a container
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(argument)
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as chrome:
        yield chrome


def _wait_for(text: str, chrome: Any) -> None:
    """Wait until the page has a text; raise :class:`Failed` where it does not get it."""
    from selenium.common.exceptions import WebDriverException

    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        with suppress(WebDriverException):  # between one page and the next
            if chrome.execute_script(_HAS_TEXT, text):
                return
        time.sleep(0.01)
    message = "the browser does not show what was built:"
    raise Failed(message)


def _save(article: Path, number: int) -> tuple[str, float]:
    """Add a paragraph; return what can be seen of it, and when it was saved."""
    archives.edit(article, archives.with_paragraph, 1000 + number)
    return f"for measuring, {1000 + number}.", time.perf_counter()
