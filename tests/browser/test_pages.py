"""The pages in a real browser: what is seen, what is loaded, where links lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from selenium.webdriver.support.wait import WebDriverWait

from broadsheet.command import main

CONFIG = """\
title: The Narrow Review
description: A journal for small screens
url: http://localhost
baseurl: /review
excerpt_separator: <!--more-->
collections:
  essays:
    output: true
    title: Essays
"""

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900">'
    '<rect width="1600" height="900" fill="#468"/></svg>'
)

TITLE = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, Revisited"
)

#: Whatever makes a page wider than a telephone.
WIDE = """\
An excerpt with `a_name_in_code_that_is_longer_than_a_telephone_is_wide_and_never_breaks_anywhere`
and https://example.org/an/address/that/is/longer/than/a/telephone/is/wide/and/never/ends.html

<!--more-->

### A heading

{long_word}

| one | two | three | four | five | six |
|-----|-----|-------|------|------|-----|
| some words | some words | some words | some words | some words | some words |

```
{long_line}
```

> ### A call-out
>
> ![A drawing](/images/wide.svg)
> ▲ A drawing that is wide, and words below it that are many, so that they fill a line or two.

#### Another heading

<div style="width: 600px">A wide division.</div>

1. One
   - Two
     - Three
       - Four: `{long_word}`
"""


def sources() -> Mapping[str, str]:
    text = WIDE.format(long_word="x" * 200, long_line="long line " * 40)
    head = "---\nlayout: post\ntitle: {}\nauthor: {}\ndate: 2025-03-{:02}\n{}---\n\n{}"
    image = "image: /images/wide.svg\nimage_caption: A drawing\ndescription: A standfirst\n"
    files = {
        f"_essays/2025-03-{day:02}-essay.md": head.format(
            f"Essay {day}", "Jane Doe, et al.", day, "tags: [ink, paper]\n", f"Text {day}.\n"
        )
        for day in range(1, 28)
    }
    early = "---\ntitle: Early {}\ndate: 2024-05-{:02}\n---\n\nText.\n"
    files |= {f"_essays/early-{day}.md": early.format(day, day) for day in range(1, 26)}
    return {
        **files,
        "_config.yml": CONFIG,
        "about.md": "---\ntitle: About\n---\n\nBy hand.\n",
        "images/wide.svg": PICTURE,
        "_essays/2025-03-28-wide.md": head.format(
            TITLE, "Jane Doe and Richard Roe", 28, image, text
        ),
    }


class Handler(SimpleHTTPRequestHandler):
    """Serve a folder as hosts do, with the site's page for what is missing."""

    protocol_version = "HTTP/1.1"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "review" / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Answer the browser's own question for an icon of the whole host, too."""
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A browser on the site."""

    browser: Any
    base: str

    def open(self, page: str) -> None:
        self.browser.get_log("browser")  # what other pages left
        self.browser.get(self.base + page)

    def one(self, selector: str) -> Any:
        """Return the first element of its kind that is seen."""
        return next(element for element in self.all(selector) if element.is_displayed())

    def all(self, selector: str) -> list[Any]:
        return list(self.browser.find_elements("css selector", selector))

    def headline(self) -> str:
        return self.one("h1").text

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def errors(self) -> list[str]:
        """Return what the console says of faults, but for a missing page itself."""
        return [
            entry["message"]
            for entry in self.browser.get_log("browser")
            if entry["level"] == "SEVERE" and not entry["message"].startswith(self.here())
        ]

    def here(self) -> str:
        return str(self.browser.current_url)

    def follow(self, selector: str) -> None:
        """Click a link, and wait for the page that it leads to."""
        element = self.one(selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        before = self.here()
        element.click()
        assert self.here() != before


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("browser")
    for name, content in sources().items():
        path = root / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    out = root / "served" / "review"
    assert main(["build", str(root / "source"), str(out), "-j1", "--now=2026-01-01"]) == 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root / "served")))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/review/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Visit]:
    yield Visit(browser=browser, base=base)
    browser.execute_script("localStorage.clear()")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


ARTICLE = "essays/2025-03-28-wide.html"
PAGES = {
    "front": ("", "The Narrow Review"),
    "page": ("page/1.html", "The Narrow Review"),
    "article": (ARTICLE, TITLE),
    "collection": ("essays/index.html", "Essays"),
    "author": ("authors/jane-doe/index.html", "Jane Doe"),
    "tag": ("tags/ink/index.html", "ink"),
    "year": ("archive/2025/index.html", "2025"),
    "month": ("archive/2025/03/index.html", "March 2025"),
    "authors": ("authors/index.html", "Authors"),
    "tags": ("tags/index.html", "Tags"),
    "archive": ("archive/index.html", "Archive"),
    "by hand": ("about.html", "About"),
    "missing": ("no/such/page.html", "Page not found"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_shows_its_headline_and_the_console_stays_silent(visit, kind):
    address, headline = PAGES[kind]
    visit.open(address)
    shown = visit.headline().removesuffix("¶")
    assert shown.casefold() == headline.casefold()  # a style may set capitals
    assert visit.errors() == []


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_loads_everything_it_names_and_all_of_it_from_the_site(visit, kind):
    visit.open(PAGES[kind][0])
    entries = visit.run(
        "return performance.getEntriesByType('resource').map(e => [e.name, e.responseStatus])"
    )
    loaded = [entry for entry in entries if not entry[0].endswith("/favicon.ico")]
    assert [name for name, _ in loaded if name.endswith(".css") or ".css?" in name]
    assert [entry for entry in loaded if not entry[0].startswith(visit.base)] == []
    assert [entry for entry in loaded if entry[1] != 200] == []


def test_a_card_leads_to_its_article(visit):
    visit.open("")
    title = visit.one("article h2 a").text
    visit.follow("article h2 a")
    assert visit.headline() == title
    assert visit.here().endswith(ARTICLE)


def test_the_byline_leads_to_the_author_and_from_there_back_to_the_article(visit):
    visit.open(ARTICLE)
    name = visit.one("a[rel=author]").text
    visit.follow("a[rel=author]")
    assert visit.headline() == name
    visit.follow("article h2 a")
    assert visit.here().endswith(ARTICLE)


def test_the_foot_of_an_article_leads_to_the_older_one_and_back(visit):
    visit.open(ARTICLE)
    visit.follow("a.prev-page")
    assert visit.headline() == "Essay 27"
    visit.follow("a.prev-page")
    assert visit.headline() == "Essay 26"
    visit.follow("a.next-page")
    assert visit.headline() == "Essay 27"


def test_the_pager_of_a_listing_leads_to_the_oldest_articles_and_back(visit):
    visit.open("essays/index.html")
    first = visit.one("article h2 a").text
    visit.follow("article nav a[rel=next]")
    assert visit.here().endswith("essays/page/1.html")
    assert "Early 1" in [one.text for one in visit.all("article h2 a")]
    visit.follow("article nav a[rel=prev]")
    assert visit.one("article h2 a").text == first


def test_the_contents_of_an_article_lead_to_its_headings(visit):
    visit.open(ARTICLE)
    links = [
        link for link in visit.all(".toc-tree a") if link.get_attribute("href").partition("#")[2]
    ]
    assert [link.get_attribute("textContent") for link in links] == ["A heading", "Another heading"]
    anchor = links[1].get_attribute("href").partition("#")[2]
    visit.open(f"{ARTICLE}#{anchor}")
    place = "return document.getElementById(arguments[0]).getBoundingClientRect().top"
    WebDriverWait(visit.browser, 10).until(lambda _: -10 < visit.run(place, anchor) < 400)


@pytest.mark.parametrize("kind", ["front", "article", "archive", "missing"])
def test_the_switch_changes_the_colours_and_the_next_page_remembers(visit, kind):
    colours = "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
    visit.open(PAGES[kind][0])
    before = visit.run(colours)
    for _ in range(3):  # automatic, light, dark
        visit.one("button.theme-toggle").click()
        if (after := visit.run(colours)) != before:
            break
    assert after[0] != before[0]
    assert after[1] != before[1]
    visit.open("about.html")
    assert visit.run(colours) == after


# WCAG 2.2, 1.4.3; a text's ground is that of the nearest element around it that has one.
PALE = """
    const channel = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const light = ([r, g, b]) =>
      .2126 * channel(r / 255) + .7152 * channel(g / 255) + .0722 * channel(b / 255);
    const colour = text => text.match(/[\\d.]+/g).map(Number);
    const ground = element => {
      for (; element; element = element.parentElement) {
        const found = colour(getComputedStyle(element).backgroundColor);
        if (found.length < 4 || found[3] === 1) return found;
      }
      return [255, 255, 255];
    };
    document.body.dataset.theme = arguments[0];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const pale = [];
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement, style = getComputedStyle(element);
      const text = texts.currentNode.data.trim();
      if (!text || !element.checkVisibility({visibilityProperty: true})) continue;
      const size = parseFloat(style.fontSize);
      const asked = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
      const [low, high] = [light(colour(style.color)), light(ground(element))].sort((a, b) => a - b);
      if ((high + .05) / (low + .05) < asked) pale.push(text);
    }
    return pale;
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_every_text_stands_out_from_its_ground(visit, kind, theme):
    visit.open(PAGES[kind][0])
    assert visit.run(PALE, theme) == []


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_screen(visit, kind, width):
    visit.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    visit.open(PAGES[kind][0])
    assert visit.run("return innerWidth") == width  # wider, had the page to be zoomed out
    assert visit.run("return document.documentElement.scrollWidth") <= width
    visit.run("window.scrollTo(500, 0)")
    assert visit.run("return window.scrollX") == 0


def test_an_image_is_not_wider_than_the_text(visit):
    visit.open(ARTICLE)
    widths = "return [...document.querySelectorAll('article img')].map(i => i.clientWidth)"
    text = visit.run("return document.querySelector('article').clientWidth")
    images = visit.run(widths)
    assert len(images) == 2
    assert all(0 < width <= text for width in images)


def test_a_caption_keeps_to_the_edges_of_its_picture(visit):
    visit.open(ARTICLE)
    edges = """
        const edges = (one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().right];
        const figure = document.querySelector(".broadsheet-body figure");
        return [figure.querySelector("img"), figure.querySelector("figcaption")].map(edges)
    """
    picture, caption = visit.run(edges)
    assert caption[0] == pytest.approx(picture[0], abs=1)
    assert caption[1] <= picture[1] + 1


@pytest.mark.parametrize("address", ["nowhere", "a/b/", "a/b/c/d.html", "essays/gone.html"])
def test_a_missing_page_at_any_depth_has_its_style_and_leads_home(visit, address):
    visit.open(address)
    sheets = visit.run(
        "return [...document.styleSheets].filter(s => s.href).map(s => s.cssRules.length > 0)"
    )
    assert sheets
    assert all(sheets)
    icon = "const s = document.querySelector('.theme-toggle-content svg:not([hidden]) use');"
    assert visit.run(f"{icon} return document.querySelector(s.getAttribute('href')) !== null")
    visit.follow("article a[href]:not([href^='#'])")
    assert visit.headline() == "The Narrow Review"


def test_a_link_within_a_missing_page_stays_there(visit):
    visit.open("a/b/c")
    skip = "const link = document.querySelector('.skip-to-content'); return link.href"
    assert visit.run(skip) == visit.run("return location.href") + "#furo-main-content"


def test_the_icons_of_a_missing_page_are_drawn(visit):
    visit.open("a/b/c")
    size = """
        return [...document.querySelectorAll('.theme-toggle-content svg')]
          .filter(svg => svg.clientWidth)
          .map(svg => svg.getBBox().width > 0)
    """
    drawn = visit.run(size)
    assert drawn
    assert all(drawn)
