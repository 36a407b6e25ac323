"""Previews in a real browser: by mouse, keyboard and touch, and where there are to be none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.support.wait import WebDriverWait

CONF = """\
project = "The Sheet"
extensions = ["broadsheet"]
html_theme = "furo"
broadsheet_collections = {"essays": {}}
broadsheet_now = "2026-01-01 00:00 +0000"
"""

RAIN = """\
---
title: On rain, and what it writes on a window
author: [Ann Example, Ben Sample]
date: 2025-11-01
description: Water is a slow hand.
image: mark.svg
---

It falls on [snow](snow.md), as it did before anybody had a word for it.

The rest.
"""

SNOW = """\
---
title: Snow
date: 2025-11-02
---

A first paragraph, and a word[^1] with a note. Then [the rain](rain.md), and
[*a gale*](gale.md).

{paragraphs}

The last[^2] of it: [rain again](rain.md) and [the roof](rain.md).

[^1]: See [the rain](rain.md): $a^2$.
[^2]: {long}
"""

FILES = {
    "conf.py": CONF,
    "index.md": "# Home\n\nRead [this](essays/rain.md).\n",
    "essays/rain.md": RAIN,
    "essays/gale.md": "---\ntitle: Gale\ndate: 2025-11-03\n---\n\nIt blows.\n",
    "essays/snow.md": SNOW.format(
        paragraphs="\n\n".join(["A paragraph."] * 40), long="Word for word. " * 200
    ),
    "essays/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    '<rect width="400" height="200" fill="#468"/></svg>',
}

KRAMDOWN = {
    "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_jekyll = True\n',
    "_config.yml": "title: The Sheet\n",
    "_posts/2025-01-01-a.md": "---\ntitle: A\n---\nA word[^n], and[^n].\n\n[^n]: The *note*.\n",
}

RAIN_LINK = '.broadsheet-body a[href="rain.html"]'
GALE_LINK = '.broadsheet-body a[href="gale.html"]'


class Handler(SimpleHTTPRequestHandler):
    """Serve a folder, and keep what was asked for."""

    asked: list[str]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Note the path; answer nothing for gales."""
        self.asked.append(self.path)
        if self.path.endswith("_previews/essays/gale.html"):
            self.send_error(503)
        else:
            super().do_GET()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@dataclass(kw_only=True)
class Visit:
    """A browser on the site."""

    browser: Any
    base: str
    asked: list[str] = field(default_factory=list)

    def open(self, page: str) -> None:
        self.browser.get(self.base + page)
        self.mouse(2, 2)
        self.asked.clear()

    def one(self, selector: str, number: int = 0) -> Any:
        return self.browser.find_elements("css selector", selector)[number]

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def cdp(self, command: str, **parameters: Any) -> None:
        self.browser.execute_cdp_cmd(command, parameters)

    def mouse(self, x: float, y: float) -> None:
        self.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, pointerType="mouse")

    def point_at(self, element: Any) -> None:
        box = self.box(element)
        self.mouse(box["left"] + 4, (box["top"] + box["bottom"]) / 2)

    def box(self, element: Any) -> dict[str, float]:
        script = "return arguments[0].getClientRects()[0].toJSON()"
        return dict(self.run(script, element))

    def show(self, element: Any, block: str = "center") -> None:
        self.run(f"arguments[0].scrollIntoView({{block: '{block}', behavior: 'instant'}})", element)

    def press(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def preview(self) -> Any:
        """Return the preview that is open, None for none."""
        found = self.browser.find_elements("css selector", ".broadsheet-preview:popover-open")
        return found[0] if found else None

    def wait(self, is_open: bool = True) -> Any:
        WebDriverWait(self.browser, 15, 0.03).until(lambda _: self.is_shown() is is_open)
        return self.preview()

    def is_shown(self) -> bool:
        """Tell whether a preview is open, and no longer as transparent as it begins."""
        shown = self.preview()
        opacity = "return Number(getComputedStyle(arguments[0]).opacity)"
        return shown is not None and self.run(opacity, shown) > 0

    def stays_closed(self) -> bool:
        time.sleep(0.7)
        return self.preview() is None

    def previews_asked_for(self) -> list[str]:
        return [one for one in self.asked if "_previews" in one]


@pytest.fixture(scope="module")
def served(tmp_path_factory, build, write_tree) -> Iterator[tuple[str, list[str]]]:
    folder = tmp_path_factory.mktemp("previews")
    for name, files in (("myst", FILES), ("kramdown", KRAMDOWN)):
        build(write_tree(folder / f"{name}-source", files), outdir=folder / "served" / name)
    asked: list[str] = []
    handler = type("Noting", (Handler,), {"asked": asked})
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(handler, directory=str(folder / "served"))
    )
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Any, served: tuple[str, list[str]]) -> Iterator[Visit]:
    base, asked = served
    yield Visit(browser=browser, base=base, asked=asked)
    browser.execute_script("localStorage.clear()")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


SNOW_PAGE = "myst/essays/snow.html"


def test_a_resting_mouse_opens_the_preview_of_an_article(visit):
    visit.open(SNOW_PAGE)
    link = visit.one(RAIN_LINK)
    visit.point_at(link)
    shown = visit.wait()
    assert shown.text.splitlines() == [
        "On rain, and what it writes on a window",
        "Ann Example and Ben Sample",
        "1 November 2025",
        "Water is a slow hand.",
        "It falls on snow, as it did before anybody had a word for it.",
    ]
    assert shown.get_attribute("role") == "tooltip"
    assert link.get_attribute("aria-describedby") == shown.get_attribute("id")
    picture = shown.find_element("css selector", "img")
    assert picture.get_attribute("src").endswith(".svg")
    WebDriverWait(visit.browser, 5).until(
        lambda _: visit.run("return arguments[0].naturalWidth", picture) == 400
    )


def test_nothing_in_a_preview_can_be_focused(visit):
    visit.open(SNOW_PAGE)
    visit.point_at(visit.one(RAIN_LINK))
    shown = visit.wait()
    assert shown.find_elements("css selector", "a, button, input, [tabindex], [id]") == []


def test_a_mouse_that_only_crosses_a_link_opens_nothing(visit):
    visit.open(SNOW_PAGE)
    visit.point_at(visit.one(RAIN_LINK))
    visit.mouse(2, 2)
    assert visit.stays_closed()
    assert visit.previews_asked_for() == []


def test_the_mouse_may_go_from_the_link_onto_the_preview_and_leaving_closes_it(visit):
    visit.open(SNOW_PAGE)
    link = visit.one(RAIN_LINK)
    visit.point_at(link)
    box = visit.box(visit.wait())
    visit.mouse(box["left"] + 9, box["top"] + 9)
    time.sleep(0.5)
    assert visit.preview() is not None
    visit.mouse(2, 2)
    visit.wait(is_open=False)
    assert link.get_attribute("aria-describedby") is None


def test_an_article_is_asked_for_once(visit):
    visit.open(SNOW_PAGE)
    for _ in range(2):
        visit.point_at(visit.one(RAIN_LINK))
        visit.wait()
        visit.mouse(2, 2)
        visit.wait(is_open=False)
    assert visit.previews_asked_for() == ["/myst/_previews/essays/rain.html"]


@pytest.mark.parametrize(
    "leave",
    [
        lambda visit: visit.press(Keys.ESCAPE),
        lambda visit: visit.run("document.body.click()"),
        lambda visit: visit.run("scrollTo({top: 9999, behavior: 'instant'})"),
    ],
    ids=["Escape", "click", "scrolled away"],
)
def test_a_preview_closes(visit, leave: Callable[[Visit], object]):
    visit.open(SNOW_PAGE)
    visit.point_at(visit.one(RAIN_LINK))
    visit.wait()
    leave(visit)
    visit.wait(is_open=False)


def test_the_keyboard_opens_previews_and_keeps_its_order(visit):
    visit.open(SNOW_PAGE)
    visit.run("arguments[0].focus()", visit.one("a.footnote-reference"))
    visit.press(Keys.TAB)
    shown = visit.wait()
    assert "On rain" in shown.text
    focused = "return document.activeElement.getAttribute('href')"
    assert visit.run(focused) == "rain.html"
    visit.press(Keys.ESCAPE)
    visit.wait(is_open=False)
    assert visit.run(focused) == "rain.html"
    visit.press(Keys.TAB)
    assert visit.run(focused) == "gale.html"
    visit.press(Keys.SHIFT, Keys.TAB, Keys.SHIFT)
    visit.wait()
    visit.press(Keys.TAB)
    visit.wait(is_open=False)


def test_a_finger_opens_nothing_but_the_article(visit):
    visit.open(SNOW_PAGE)
    visit.run(f"document.querySelectorAll('{RAIN_LINK}')[0].addEventListener('click',"
              " event => event.preventDefault())")  # fmt: skip
    box = visit.box(visit.one(RAIN_LINK))
    point = {"x": box["left"] + 4, "y": (box["top"] + box["bottom"]) / 2}
    visit.cdp("Input.dispatchTouchEvent", type="touchStart", touchPoints=[point])
    visit.cdp("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    assert visit.stays_closed()
    assert visit.previews_asked_for() == []


def ask_for_less(visit: Visit) -> None:
    wanted = [{"name": "prefers-reduced-data", "value": "reduce"}]
    visit.cdp("Emulation.setEmulatedMedia", features=wanted)
    assert visit.run("return matchMedia('(prefers-reduced-data: reduce)').matches")


def save_data(visit: Visit) -> None:
    visit.run("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")


@pytest.mark.parametrize("ask", [ask_for_less, save_data])
def test_who_saves_data_has_plain_links_and_the_notes_of_the_page(visit, ask):
    visit.open(SNOW_PAGE)
    ask(visit)
    visit.point_at(visit.one(RAIN_LINK))
    assert visit.stays_closed()
    assert visit.previews_asked_for() == []
    visit.point_at(visit.one("a.footnote-reference"))
    visit.wait()


def test_what_cannot_be_fetched_leaves_the_link(visit):
    visit.open(SNOW_PAGE)
    visit.point_at(visit.one(GALE_LINK))
    assert visit.stays_closed()
    assert visit.previews_asked_for() == ["/myst/_previews/essays/gale.html"]
    visit.point_at(visit.one(RAIN_LINK))
    visit.wait()


def test_a_note_is_shown_without_its_number_and_without_a_request(visit):
    visit.open(SNOW_PAGE)
    visit.point_at(visit.one("a.footnote-reference"))
    shown = visit.wait()
    assert shown.text.startswith("See the rain:")
    assert shown.find_elements("css selector", "a, [id]") == []
    assert len(shown.find_elements("css selector", "math")) == 1
    assert visit.asked == []


def test_a_note_of_kramdown_is_shown_without_its_way_back(visit):
    visit.open("kramdown/2025/01/01/a.html")
    visit.point_at(visit.one("a.footnote", 1))
    shown = visit.wait()
    assert shown.text.strip() == "The note."
    assert shown.find_element("css selector", "em").text == "note"


@pytest.mark.parametrize("size", [(360, 640), (320, 300), (1280, 900)])
@pytest.mark.parametrize("block", ["start", "center", "end"])
@pytest.mark.parametrize("which", [".broadsheet-body a[href='rain.html']", "a.footnote-reference"])
def test_a_preview_stays_within_the_window_and_beside_its_link(visit, size, block, which):
    width, height = size
    visit.cdp(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=height, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    visit.open(SNOW_PAGE)
    link = visit.one(which, 1)
    visit.show(link, block)
    visit.run("arguments[0].focus({preventScroll: true, focusVisible: true})", link)
    box, own = visit.box(visit.wait()), visit.box(link)
    assert box["left"] >= 0
    assert box["right"] <= width
    assert box["top"] >= 0
    assert box["bottom"] <= height
    assert box["bottom"] <= own["top"] or box["top"] >= own["bottom"]
    assert visit.run("return document.documentElement.scrollWidth - innerWidth") <= 0
